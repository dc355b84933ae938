"""Lists of people that leave a spreadsheet program: read, checked line by line, and never half."""

import csv
import io
import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .services import Wanted

MOST_LINES = 500
MOST_BYTES = 2 * 1024 * 1024
COLUMNS = {
    "first_name": {"vorname", "firstname", "givenname"},
    "last_name": {"nachname", "familienname", "lastname", "surname", "familyname"},
    "email": {"email", "mail", "emailadresse", "mailadresse", "emailaddress"},
}


class PeopleFileRefused(Exception):
    """The file cannot be read as a list. The message is written for whoever uploads it."""


@dataclass
class PeopleFile:
    """The people of the file with the numbers of their lines, and what is wrong with single lines."""

    lines: list[int] = field(default_factory=list)
    people: list[Wanted] = field(default_factory=list)
    problems: dict[int, str] = field(default_factory=dict)


def read(content: bytes) -> PeopleFile:
    """The list in a CSV file: with semicolons, commas or tabs, in UTF-8 or as Windows writes it.

    Raises PeopleFileRefused where it is no such file, is too long, or has other columns than first name, last name and
    e-mail.
    """
    if len(content) > MOST_BYTES:
        raise PeopleFileRefused(_("This file is too large for a list of people."))
    rows = _rows(_text(content))
    if not rows:
        raise PeopleFileRefused(_("This file is empty."))
    if len(rows) - 1 > MOST_LINES:
        raise PeopleFileRefused(
            _("This list has %(lines)d lines. Please upload at most %(most)d at once.")
            % {"lines": len(rows) - 1, "most": MOST_LINES}
        )
    order = _columns(rows[0][1])
    found = PeopleFile()
    for number, cells in rows[1:]:
        values = dict(zip(order, [cell.strip() for cell in cells], strict=False))
        wanted = Wanted(**{name: values.get(name, "") for name in COLUMNS})
        problem = _problem(wanted, cells, len(order))
        if problem:
            found.problems[len(found.people)] = problem
        found.lines.append(number)
        found.people.append(wanted)
    if not found.people:
        raise PeopleFileRefused(_("There is nobody in this list."))
    return found


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content or content.startswith(b"PK"):
        raise PeopleFileRefused(_("This is not a CSV file. Please save your table as CSV and upload that file."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The lines that are not empty, each with its number."""
    head = text.split("\n", 1)[0]
    separator = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as problem:
        raise PeopleFileRefused(
            _("This is not a CSV file. Please save your table as CSV and upload that file.")
        ) from problem


def _columns(head: list[str]) -> list[str]:
    """Which of the three each column is. Raises PeopleFileRefused for unknown, missing and doubled ones."""
    names = {alias: name for name, aliases in COLUMNS.items() for alias in aliases}
    order = [names.get(re.sub(r"[\W_]", "", cell).lower(), "") for cell in head]
    unknown = [cell.strip() or "–" for cell, name in zip(head, order, strict=True) if not name]
    labels = {"first_name": _("First name"), "last_name": _("Last name"), "email": _("E-mail address")}
    missing = [str(labels[name]) for name in COLUMNS if name not in order]
    if missing:
        raise PeopleFileRefused(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    if unknown:
        raise PeopleFileRefused(
            ngettext(
                "We do not know this column: %(names)s. Please delete it: we need only names and addresses.",
                "We do not know these columns: %(names)s. Please delete them: we need only names and addresses.",
                len(unknown),
            )
            % {"names": ", ".join(unknown)}
        )
    if len(set(order)) < len(order):
        raise PeopleFileRefused(_("A column stands in the list twice."))
    return order


def _problem(wanted: Wanted, cells: list[str], columns: int) -> str:
    if len(cells) > columns:
        return _("This line has more columns than the first one.")
    if not wanted.first_name or not wanted.last_name:
        return _("The name is missing.")
    if max(len(wanted.first_name), len(wanted.last_name)) > 150:
        return _("The name is too long.")
    try:
        validate_email(wanted.email)
    except ValidationError:
        return _("Please check the address: it should look like name@example.org.")
    return ""
