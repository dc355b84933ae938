"""Accessible PDFs: what certificates, posters and publications share.

Words come in as data and are never formatted into a template; only our own fonts are used, so that the paper is the
same on every machine; any warning of the typesetter is a failure, because it means a missing glyph, font or picture.
"""

import json
from datetime import datetime
from io import BytesIO
from pathlib import Path

import segno
import typst
from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from .funding import Funding

FONTS = "vendor/fonts/ttf"
EMBLEM = "academy/img/eu-emblem.svg"
OWN_SIGN = "academy/img/favicon.svg"
STANDARDS = ["ua-1", "a-2a"]


class PrintingFailed(Exception):
    """The PDF could not be made as it must be: a font, an image or a glyph is missing."""


def render_pdf(template: Path, data: dict, *, at: datetime) -> bytes:
    """A tagged PDF/UA-1 and PDF/A-2a of the Typst file with `data`, as made at that moment.

    Raises PrintingFailed on any warning of the typesetter.
    """
    try:
        pdf, warnings = typst.compile_with_warnings(
            str(template),
            font_paths=[static_path(FONTS)],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARDS,
            timestamp=int(at.timestamp()),
            sys_inputs={"data": json.dumps(data)},
        )
    except typst.TypstError as problem:
        raise PrintingFailed(str(problem)) from problem
    if warnings:
        raise PrintingFailed("; ".join(warning.message for warning in warnings))
    return pdf


def funding_on_paper(paid_by: Funding) -> dict[str, str]:
    """Emblem, statement and co-funder for a Typst file, in the language that is active (F1, F5)."""
    co_funder = _("Co-financed by: %(funder)s") % {"funder": paid_by.land_funder} if paid_by.land_funder else ""
    return {
        "emblem": static_text(EMBLEM),
        "emblem_alt": _("Emblem of the European Union"),
        "funding_line": paid_by.line,
        "land_funder": co_funder,
    }


def qr(url: str) -> str:
    """The address as a picture to scan, as SVG."""
    picture = BytesIO()
    segno.make(url, error="m").save(picture, kind="svg", border=0, dark="#17292c", xmldecl=False)
    return picture.getvalue().decode()


def qr_inline(url: str) -> str:
    """The same for a page: it fills the box around it, black on white in every theme, or no camera reads it."""
    drawing = segno.make(url, error="m")
    return drawing.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None)


def static_text(name: str) -> str:
    """The text of a static file, such as a drawing."""
    return Path(static_path(name)).read_text(encoding="utf-8")


def static_path(name: str) -> str:
    """Where a static file stands. Raises PrintingFailed where it is missing."""
    path = finders.find(name)
    if path is None:
        raise PrintingFailed(f"{name} is missing; `./run` puts it in place.")
    return path
