"""Reads the words of a PDF as a reader's programme would: glyphs through each font's table of characters."""

import re
from io import BytesIO

import pikepdf


def open_pdf(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(data))


def text_of(data: bytes) -> str:
    """All text in the order of the content streams; pieces of one line are joined without a gap."""
    with open_pdf(data) as pdf:
        return "\n".join(_page_text(page) for page in pdf.pages)


def _page_text(page: pikepdf.Page) -> str:
    tables = {str(name): _characters(font) for name, font in page.Resources.Font.items()}
    current: dict[int, str] = {}
    found: list[str] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "Tf":
                current = tables[str(operands[0])]
            case "Tj":
                found.append(_words(bytes(operands[0]), current))
            case "TJ":
                parts = [bytes(item) for item in operands[0] if isinstance(item, pikepdf.String)]
                found.append("".join(_words(part, current) for part in parts))
            case "ET":
                found.append("\n")
    return "".join(found)


def _words(codes: bytes, table: dict[int, str]) -> str:
    glyphs = [int.from_bytes(codes[start : start + 2], "big") for start in range(0, len(codes), 2)]
    return "".join(table.get(glyph, "\N{REPLACEMENT CHARACTER}") for glyph in glyphs)


def _characters(font: pikepdf.Object) -> dict[int, str]:
    """The ToUnicode table: single pairs and ranges."""
    source = font.ToUnicode.read_bytes().decode("ascii", errors="replace")
    table: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", source, re.S):
        for glyph, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            table[int(glyph, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", source, re.S):
        for first, last, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            start = int(text, 16)
            for step in range(int(last, 16) - int(first, 16) + 1):
                table[int(first, 16) + step] = chr(start + step)
    return table
