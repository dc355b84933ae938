"""The check of the German catalogue."""

import shutil

import polib
import pytest
from django.core.management import CommandError, call_command

from academy.management.commands import check_messages


def catalogue(*entries: polib.POEntry) -> polib.POFile:
    file = polib.POFile()
    file.extend(entries)
    return file


def needed(msgid: str, **fields) -> polib.POEntry:
    return polib.POEntry(msgid=msgid, occurrences=[("courses/views.py", "7")], **fields)


def problems(translations: list[polib.POEntry], messages: list[polib.POEntry]) -> list[str]:
    return list(check_messages.find_problems(catalogue(*translations), catalogue(*messages)))


def test_find_problems_is_silent_when_everything_is_translated():
    translations = [
        polib.POEntry(msgid="Course", msgstr="Fortbildung"),
        polib.POEntry(msgid="Course", msgctxt="meal", msgstr="Gang"),
        polib.POEntry(
            msgid="One free seat",
            msgid_plural="%(count)s free seats",
            msgstr_plural={0: "Ein freier Platz", 1: "%(count)s freie Plätze"},
        ),
    ]
    messages = [
        needed("Course"),
        needed("Course", msgctxt="meal"),
        needed("One free seat", msgid_plural="%(count)s free seats"),
    ]

    assert problems(translations, messages) == []


@pytest.mark.parametrize(
    ("translation", "problem"),
    [
        (polib.POEntry(msgid="Seat", msgstr=""), "untranslated: 'Seat' (courses/views.py:7)"),
        (polib.POEntry(msgid="Seat", msgstr="Sitz", flags=["fuzzy"]), "fuzzy: 'Seat' (courses/views.py:7)"),
        (
            polib.POEntry(msgid="Seat", msgid_plural="Seats", msgstr_plural={0: "Platz", 1: "Plätze"}),
            "singular and plural do not match the code: 'Seat' (courses/views.py:7)",
        ),
        (
            polib.POEntry(msgid="Seat", msgstr="Platz %(number)s"),
            "other placeholders than the message: 'Seat' (courses/views.py:7)",
        ),
    ],
)
def test_find_problems_names_a_translation_that_is_not_finished(translation, problem):
    assert problems([translation], [needed("Seat")]) == [problem]


def test_find_problems_names_a_message_without_a_translation():
    assert problems([], [needed("Seat")]) == ["missing: 'Seat' (courses/views.py:7)"]


def test_find_problems_names_what_the_code_no_longer_says():
    old = [polib.POEntry(msgid="Stall", msgstr="Stand"), polib.POEntry(msgid="Booth", msgstr="Bude", obsolete=True)]

    assert problems(old, []) == ["no longer in the code: 'Stall'", "obsolete entry left: 'Booth'"]


def test_find_problems_names_a_plural_with_an_unknown_placeholder():
    translation = polib.POEntry(
        msgid="One seat", msgid_plural="%(count)s seats", msgstr_plural={0: "Ein Platz", 1: "%(anzahl)s Plätze"}
    )

    found = problems([translation], [needed("One seat", msgid_plural="%(count)s seats")])

    assert found == ["other placeholders than the message: 'One seat' (courses/views.py:7)"]


@pytest.mark.skipif(not shutil.which("xgettext"), reason="needs gettext")
def test_extract_messages_reads_code_and_templates(tmp_path):
    (tmp_path / "shop" / "templates").mkdir(parents=True)
    (tmp_path / "shop" / "__init__.py").write_text('from x import gettext as _\nSOLD = _("Sold out.")\n')
    (tmp_path / "shop" / "templates" / "shop.html").write_text(
        "{% load i18n %}{% blocktranslate trimmed count n=n %}\n  One seat\n{% plural %}\n  {{ n }} seats\n"
        "{% endblocktranslate %}"
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "__init__.py").write_text('from x import gettext as _\nOTHER = _("Not for people.")\n')

    found = check_messages.extract_messages(tmp_path)

    assert {(entry.msgid, entry.msgid_plural) for entry in found} == {("Sold out.", ""), ("One seat", "%(n)s seats")}


def test_check_messages_names_gettext_when_it_is_missing(monkeypatch):
    monkeypatch.setattr(check_messages.shutil, "which", lambda _name: None)

    with pytest.raises(CommandError, match="apt-get install gettext"):
        call_command("check_messages")
