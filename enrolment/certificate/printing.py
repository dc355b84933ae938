"""What stands on a certificate, and the PDF of it.

`rows` is what both the paper and the public page show, so that the page can never show less than the paper.
"""

import json
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import segno
import typst
from django.contrib.staticfiles import finders
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from academy.common.links import absolute_url
from enrolment.models import Certificate

TEMPLATE = Path(__file__).with_name("certificate.typ")
FONTS = "vendor/fonts/ttf"
EMBLEM = "academy/img/eu-emblem.svg"
LOGO = "academy/img/favicon.svg"
STANDARDS = ["ua-1", "a-2a"]


class PrintingFailed(Exception):
    """The PDF could not be made as it must be: a font, an image or a glyph is missing."""


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
    try:
        pdf, warnings = typst.compile_with_warnings(
            str(TEMPLATE),
            font_paths=[_static(FONTS)],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARDS,
            timestamp=int(certificate.issued_at.timestamp()),
            sys_inputs={"data": json.dumps(data)},
        )
    except typst.TypstError as problem:
        raise PrintingFailed(str(problem)) from problem
    if warnings:
        raise PrintingFailed("; ".join(warning.message for warning in warnings))
    return pdf


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
        "qr": _qr(url),
        "qr_alt": _("QR code that leads to the page where this certificate can be checked"),
        "logo": _read(LOGO),
        "emblem": _read(EMBLEM),
        "emblem_alt": _("Emblem of the European Union"),
        "funding_line": facts["funding_line"],
        "land_funder": _("Co-financed by: %(funder)s") % {"funder": facts["land_funder"]},
    }


def _qr(url: str) -> str:
    picture = BytesIO()
    segno.make(url, error="m").save(picture, kind="svg", border=0, dark="#17292c", xmldecl=False)
    return picture.getvalue().decode()


def _parts(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def _read(name: str) -> str:
    return Path(_static(name)).read_text(encoding="utf-8")


def _static(name: str) -> str:
    path = finders.find(name)
    if path is None:
        raise PrintingFailed(f"{name} is missing; `./run` puts it in place.")
    return path
