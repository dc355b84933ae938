"""The check of the German catalogue."""

import shutil

import polib
import pytest
from django.conf import settings
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


def test_find_problems_of_a_partial_catalogue_names_only_what_it_needs_and_what_it_holds():
    messages = [
        polib.POEntry(msgid="Menu", occurrences=[("academy/templates/components/site_header.html", "3")]),
        needed("Roster"),
        needed("Seat"),
    ]
    translations = catalogue(polib.POEntry(msgid="Seat", msgstr="%(x)s"), polib.POEntry(msgid="Stall", msgstr="Stand"))

    found = check_messages.find_problems(
        translations, catalogue(*messages), needed_in=check_messages.SHOWN_IN_HUNGARIAN
    )

    assert list(found) == [
        "missing: 'Menu' (academy/templates/components/site_header.html:3)",
        "other placeholders than the message: 'Seat' (courses/views.py:7)",
        "no longer in the code: 'Stall'",
    ]


@pytest.mark.parametrize("text", ["Trainer*innen", "Trainer:in", "Trainer_innen", "Trainer/-in", "TrainerInnen"])
def test_find_easy_problems_names_a_gender_sign(text):
    easy = catalogue(polib.POEntry(msgid="trainers", msgstr=text))

    assert list(check_messages.find_easy_problems(easy)) == ["gender sign: 'trainers'"]


def test_find_easy_problems_lets_pairs_and_times_pass():
    easy = catalogue(polib.POEntry(msgid="a", msgstr="Lehrerin oder Lehrer: in Berlin, um 9:30 Uhr, Inhalt von Ines"))

    assert list(check_messages.find_easy_problems(easy)) == []


def test_find_easy_problems_names_a_check_of_other_words():
    easy = catalogue(polib.POEntry(msgid="Menu", msgstr="Menü"))
    easy.metadata = {"X-Checked-By": "Prüfgruppe", "X-Checked-On": "2026-11-20", "X-Checked-Words": "0" * 32}

    (problem,) = check_messages.find_easy_problems(easy)

    assert problem.startswith("the words are not those that were checked: take out X-Checked-By")


@pytest.mark.parametrize("msgid", ["Plätze frei", "Keine Plätze oder Termine", "Sie sind angemeldet"])
def test_find_german_names_a_message_that_is_not_english(msgid):
    assert list(check_messages.find_german(catalogue(needed(msgid)))) == [f"not English: {msgid!r}"]


def test_find_german_lets_english_pass():
    messages = catalogue(needed("status of the text in Leichte Sprache"), needed("one", msgid_plural="%(n)s dates"))

    assert list(check_messages.find_german(messages)) == []


def test_hungarian_is_needed_for_templates_that_exist():
    missing = [path for path in check_messages.SHOWN_IN_HUNGARIAN if not (settings.ROOT / path).exists()]

    assert missing == []


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
