"""What stands on the poster, and the PDF of it."""

import base64
import mimetypes
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from academy.common import printing
from academy.common.funding import Funding, funding
from academy.common.links import absolute
from home import routing

if TYPE_CHECKING:
    from home.models import ProjectPage

TEMPLATE = Path(__file__).with_name("poster.typ")
SECONDS = 86_400
DENSE_FROM = 1700  # letters


def project_url(page: "ProjectPage") -> str:
    """Where the code on the poster leads."""
    return absolute(routing.public_path(page, page.language))


def period(page: "ProjectPage") -> str:
    """From which day to which, in words; empty while one is missing in a draft."""
    if not page.starts_on or not page.ends_on:
        return ""
    days = [formats.date_format(day, "DATE_FORMAT") for day in (page.starts_on, page.ends_on)]
    return _("%(first)s to %(last)s") % {"first": days[0], "last": days[1]}


def facts(page: "ProjectPage") -> list[tuple[str, str]]:
    """The labelled facts about the support that page and poster show, in the active language."""
    found = [
        (_("Programme"), page.programme),
        (_("Co-funder"), page.co_funder),
        (_("Duration"), period(page)),
        (_("Amount from the European Union"), amount(page)),
        (_("Responsible organisation"), settings.SITE_OPERATOR["name"]),
    ]
    return [(label, value) for label, value in found if value]


def amount(page: "ProjectPage") -> str:
    """«350.000 Euro»; empty where the page does not say it."""
    if page.eu_amount is None:
        return ""
    cents = 0 if page.eu_amount == page.eu_amount.to_integral_value() else 2
    return _("%(amount)s euros") % {
        "amount": formats.number_format(page.eu_amount, cents, use_l10n=True, force_grouping=True)
    }


def is_dense(page: "ProjectPage") -> bool:
    """Whether there is so much to read that the browser must print smaller letters; the PDF measures for itself."""
    lines = [str(line.value) for line in (*page.aims, *page.results)]
    return sum(map(len, (page.summary, page.eu_support, *lines))) > DENSE_FROM


def picture(page: "ProjectPage") -> dict:
    """What the poster in the browser shows beside the page's own words."""
    url = project_url(page)
    code = base64.b64encode(printing.qr(url).encode()).decode()
    return {
        "qr": f"data:image/svg+xml;base64,{code}",
        "project_url": url,
        "facts": facts(page),
        "dense": is_dense(page),
    }


def poster_pdf(page: "ProjectPage") -> bytes:
    """The poster as tagged PDF/UA-1 and PDF/A-2a in the active language; kept until something on it changes.

    Raises PrintingFailed on any warning of the typesetter.
    """
    data = _data(page, funding(page.language))
    key = "home:poster:1:" + blake2b(repr(data).encode(), digest_size=16).hexdigest()
    pdf = cache.get(key)
    if pdf is None:
        pdf = printing.render_pdf(TEMPLATE, data, at=page.last_published_at or timezone.now())
        cache.set(key, pdf, SECONDS)
    return pdf


def _data(page: "ProjectPage", paid_by: Funding) -> dict:
    url = project_url(page)
    logo, logo_format = _logo(paid_by)
    return {
        "language": "de" if page.is_easy else page.language,
        "title": page.title,
        "site": settings.WAGTAIL_SITE_NAME,
        "operator": settings.SITE_OPERATOR["name"],
        "own_sign": printing.static_text(printing.OWN_SIGN),
        "summary": page.summary,
        "aims_label": _("Aims"),
        "aims": [str(line.value) for line in page.aims],
        "results_label": _("Results"),
        "results": [str(line.value) for line in page.results],
        "support_label": _("Support by the European Union"),
        "support": page.eu_support,
        "facts": facts(page),
        "url": url,
        "qr": printing.qr(url),
        "qr_alt": _("QR code that leads to the page of the project"),
        "more": _("More about the project:"),
        "logo": logo,
        "logo_format": logo_format,
        "logo_alt": paid_by.land_funder,
        **printing.funding_on_paper(paid_by),
    }


def _logo(paid_by: Funding) -> tuple[list[int], str]:
    """The bytes of the co-funder's logo and its format; nothing where there is none."""
    if paid_by.logo is None or not default_storage.exists(paid_by.logo.file):
        return [], ""
    with default_storage.open(paid_by.logo.file) as file:
        content = list(file.read())
    kind = (mimetypes.guess_type(paid_by.logo.file)[0] or "").removeprefix("image/")
    return content, {"jpeg": "jpg"}.get(kind, kind)
