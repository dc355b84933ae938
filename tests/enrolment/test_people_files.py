"""Lists of people as spreadsheet programs write them, and what is refused."""

import pytest
from django.utils import translation

from enrolment import people_files
from enrolment.services import Wanted

SEMICOLONS = "Vorname;Nachname;E-Mail\r\nJörg;Schäfer;joerg@example.org\r\n\r\nÖzlem;Groß;oezlem@example.org\r\n"
COMMAS = 'E-Mail,"First name",Last name\njoerg@example.org,Jörg,Schäfer\noezlem@example.org,Özlem,"Groß"\n'
PEOPLE = [Wanted("Jörg", "Schäfer", "joerg@example.org"), Wanted("Özlem", "Groß", "oezlem@example.org")]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    "text", [SEMICOLONS, COMMAS, SEMICOLONS.replace(";", "\t")], ids=["semicolons", "commas", "tabs"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_read_understands_what_spreadsheets_write(text, encoding):
    found = people_files.read(text.encode(encoding))

    assert (found.people, found.problems) == (PEOPLE, {})


def test_read_says_line_by_line_what_is_wrong():
    text = "Vorname;Nachname;E-Mail\nJörg;Schäfer;joerg\n;Groß;oezlem@example.org\na;b;c@example.org;d\n" + (
        "x" * 151 + ";b;d@example.org\n"
    )

    found = people_files.read(text.encode())

    assert found.lines == [2, 3, 4, 5]
    assert found.problems == {
        0: "Please check the address: it should look like name@example.org.",
        1: "The name is missing.",
        2: "This line has more columns than the first one.",
        3: "The name is too long.",
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty"),
        (b"Vorname;Nachname;E-Mail\n", "nobody in this list"),
        (b"Vorname;Nachname\nA;B\n", "columns are missing: E-mail address"),
        (b"Vorname;Nachname;E-Mail;Geburtsdatum\nA;B;a@example.org;1.1.\n", "this column: Geburtsdatum"),
        (b"Vorname;Nachname;E-Mail;mail\nA;B;a@example.org;b\n", "stands in the list twice"),
        (b"PK\x03\x04 workbook", "not a CSV file"),
        (b"Vorname;\x00", "not a CSV file"),
        (b"Vorname;Nachname;E-Mail\n" + b"A;B;a@example.org\n" * 10_000, "This list has 10000 lines"),
        (b"x" * (people_files.MOST_BYTES + 1), "too large"),
    ],
)
def test_read_refuses_what_is_no_list(content, words):
    with pytest.raises(people_files.PeopleFileRefused, match=words):
        people_files.read(content)
