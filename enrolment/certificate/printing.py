"""What stands on a certificate, and the PDF of it.

`rows` is what both the paper and the public page show, so that the page can never show less than the paper.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from academy.common import printing
from academy.common.funding import Funding
from academy.common.links import absolute_url
from academy.common.printing import PrintingFailed
from enrolment.models import Certificate

__all__ = ["PrintingFailed", "Row", "render_pdf", "rows", "verify_url"]
TEMPLATE = Path(__file__).with_name("certificate.typ")


@dataclass(frozen=True)
class Row:
    """One labelled fact; `language` is that of the values where it is not the certificate's."""

    label: str
    values: list[str]
    language: str = ""


def rows(facts: dict) -> list[Row]:
    """The labelled facts below name, title and content points, with labels in the active language."""
    found = [
        Row(_("Dates") if len(facts["dates"]) > 1 else _("Date"), facts["dates"]),
        Row(_("Place"), facts["places"]),
        Row(_("Format"), [facts["format"]]),
        Row(_("Scope"), [facts["scope"]]),
        Row(_("Worked through") if facts["is_self_study"] else _("Attended"), [facts["attended"]]),
        Row(_("Taught by"), facts["trainers"]),
    ]
    return [row for row in found if row.values]


def verify_url(certificate: Certificate) -> str:
    """The public address that the QR code leads to, in the certificate's language."""
    with translation.override(certificate.language):
        return absolute_url("enrolment:verify_code", certificate.printed_code)


def render_pdf(certificate: Certificate) -> bytes:
    """The certificate as tagged PDF/UA-1 and PDF/A-2a. Raises PrintingFailed on any warning of the typesetter."""
    with translation.override(certificate.language):
        data = _data(certificate)
    return printing.render_pdf(TEMPLATE, data, at=certificate.issued_at)


def _data(certificate: Certificate) -> dict:
    """All words of the paper, in the language that is active."""
    facts = certificate.facts
    url = verify_url(certificate)
    return {
        "language": certificate.language,
        "document_title": f"{_('Certificate of attendance')} {facts['number']}",
        "issued_date": _parts(timezone.localdate(certificate.issued_at)),
        "provider": facts["provider"],
        "heading": _("Certificate of attendance"),
        "intro": _("We hereby certify:"),
        "name": facts["name"],
        "statement": _("has taken part in the following training course:"),
        "title": facts["title"],
        "title_language": facts["title_language"],
        "points_label": _("Contents"),
        "points": facts["points"],
        "points_language": facts["points_language"],
        "rows": [{"label": row.label, "values": row.values} for row in rows(facts)],
        "remark": facts["remark"],
        "no_examination": facts["no_examination"],
        "issued": facts["issued"],
        "issued_by": facts["issued_by"],
        "number_label": _("Number"),
        "number": facts["number"],
        "code_label": _("Verification code"),
        "code": certificate.printed_code,
        "check_sentence": _("Issued by machine and valid without a signature. Check it at:"),
        "verify_url": url,
        "qr": printing.qr(url),
        "qr_alt": _("QR code that leads to the page where this certificate can be checked"),
        "logo": printing.static_text(printing.OWN_SIGN),
        **printing.funding_on_paper(Funding(facts["funding_line"], facts["land_funder"])),
    }


def _parts(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}
