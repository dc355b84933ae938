"""Reads the words of a PDF as a reader's programme would: glyphs through each font's table of characters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pikepdf


def open_pdf(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(data))


def text_of(data: bytes) -> str:
    """All text in the order of the content streams; pieces of one line are joined without a gap."""
    with open_pdf(data) as pdf:
        return "\n".join(_page_text(page) for page in pdf.pages)


@dataclass(frozen=True)
class Piece:
    """What a screen reader meets: the kind of the innermost tag, its words, and the text that stands for a figure."""

    kind: str
    words: str
    alt: str = ""
    language: str = ""


def read_aloud(data: bytes) -> list[Piece]:
    """The tagged content in the order of the structure tree, which is the order of reading."""
    with open_pdf(data) as pdf:
        marked = {page.objgen: _marked_text(page) for page in pdf.pages}
        return list(_walk(pdf.Root.StructTreeRoot.K, marked, kind="", page=None, language=str(pdf.Root.Lang)))


def _walk(node, marked, *, kind: str, page, language: str) -> Iterator[Piece]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _walk(child, marked, kind=kind, page=page, language=language)
    elif isinstance(node, int):
        words = " ".join(marked[page].get(int(node), "").split())
        if words:
            yield Piece(kind, words, language=language)
    elif "/S" in node:
        kind, language = str(node.S), str(node.get("/Lang", language))
        page = node.Pg.objgen if "/Pg" in node else page
        if "/Alt" in node:
            yield Piece(kind, "", str(node.Alt), language)
        yield from _walk(node.get("/K", pikepdf.Array()), marked, kind=kind, page=page, language=language)
    elif "/MCID" in node:
        page = node.Pg.objgen if "/Pg" in node else page
        yield from _walk(int(node.MCID), marked, kind=kind, page=page, language=language)


def _marked_text(page: pikepdf.Page) -> dict[int, str]:
    """The words of each piece of marked content."""
    tables = {str(name): _characters(font) for name, font in page.Resources.Font.items()}
    current: dict[int, str] = {}
    open_marks: list[int | None] = []
    found: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC" | "BMC":
                is_marked = len(operands) > 1 and hasattr(operands[1], "keys") and "/MCID" in operands[1]
                open_marks.append(int(operands[1].MCID) if is_marked else None)
            case "EMC":
                open_marks.pop()
            case "Tf":
                current = tables[str(operands[0])]
            case "Tj" | "TJ":
                mark = next((one for one in reversed(open_marks) if one is not None), None)
                if mark is not None:
                    parts = operands[0] if str(operator) == "TJ" else [operands[0]]
                    text = "".join(_words(bytes(part), current) for part in parts if isinstance(part, pikepdf.String))
                    found[mark] = found.get(mark, "") + text
            case "ET":
                for mark in {one for one in open_marks if one is not None}:
                    found[mark] = found.get(mark, "") + " "
    return found


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
