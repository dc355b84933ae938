"""Makes the printable template of the demo course as accessible PDFs (PDF/UA-1).

    python -m consulting.demo.sheet

The results are committed (consulting/demo/media), like the film.
"""

import json
import sys

import typst

from .content import read
from .film import FONTS, MEDIA


def write_sheet(language: str) -> None:
    words = {**read("sheet")[language], "lang": language}
    typst.compile(
        str(MEDIA / "wegekarte-vorlage.typ"),
        output=str(MEDIA / f"wegekarte-vorlage-{language}.pdf"),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        sys_inputs={"words": json.dumps(words)},
    )


def main() -> None:
    for language in read("sheet"):
        write_sheet(language)
        size = (MEDIA / f"wegekarte-vorlage-{language}.pdf").stat().st_size
        sys.stdout.write(f"wegekarte-vorlage-{language}.pdf: {size // 1000} kB\n")


if __name__ == "__main__":
    main()
