"""Words as search sees them: marks of gender, umlauts, endings; excerpts and marked hits."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from academy.common.search_text import COMMON, excerpt, marked, normalised, share_of, stem, terms

ONE_WORD = {
    "teilnehmer": [
        "Teilnehmer",
        "teilnehmer",
        "Teilnehmern",
        "Teilnehmers",
        "Teilnehmerin",
        "Teilnehmerinnen",
        "Teilnehmer*innen",
        "Teilnehmer*in",
        "Teilnehmer*Innen",
        "Teilnehmer:innen",
        "Teilnehmer_innen",
        "Teilnehmer/innen",
        "Teilnehmer/-innen",
        "Teilnehmer(innen)",
        "Teilnehmer·innen",
        "TeilnehmerInnen",
        "TeilnehmerIn",
        "Teil\u00adnehmer*innen",
    ],
    "migrant": ["Migrant", "Migranten", "Migrantin", "Migrantinnen", "Migrant*innen", "Migrant:in"],
    "kolleg": ["Kollege", "Kollegen", "Kollegin", "Kolleg*innen", "Kolleginnen"],
    "kund": ["Kunde", "Kunden", "Kundin", "Kund_innen"],
    "arzt": ["Arzt", "Ärzte", "Aerzte", "Ärztin", "Ärzt*innen", "ÄRZTINNEN"],
    "padagog": ["Pädagoge", "Paedagogen", "Pädagoginnen", "Pädagog*in"],
    "mitarbeitervertretung": [
        "Mitarbeitervertretung",
        "Mitarbeiter*innenvertretung",
        "Mitarbeiterinnenvertretungen",
        "MitarbeiterInnenvertretung",
    ],
    "beschaftigt": ["Beschäftigte", "Beschäftigten", "Beschäftigte*n", "beschaeftigte"],
    "strass": ["Straße", "Strasse", "STRASSEN"],
    "kurs": ["Kurs", "Kurse", "Kurses", "Kursen"],
    "teilnehmend": ["Teilnehmende", "Teilnehmenden", "Teilnehmende*r"],
    "servic": ["service", "services"],
}
OTHER_WORDS = ["gewinnen", "beginnen", "gerinnen", "innen", "Berlin", "Termin", "Medizin", "Satin", "neue"]


@pytest.mark.parametrize(("word", "spellings"), ONE_WORD.items())
def test_normalised_makes_one_word_of_all_its_spellings(word, spellings):
    assert {spelling: normalised(spelling) for spelling in spellings} == dict.fromkeys(spellings, word)


@pytest.mark.parametrize("word", OTHER_WORDS)
def test_normalised_leaves_words_that_name_no_people(word):
    assert normalised(word) == word.lower()


def test_normalised_keeps_words_apart_and_reads_every_sign():
    text = "Migrant*innen-Beratung für Teilnehmer*innen: <b>Rat & Tat</b>, 2026/27; log_in"

    assert normalised(text) == "migrant beratung fur teilnehmer b rat tat b 2026 27 log"


NOUNS = st.from_regex(r"[A-ZÄÖÜ][a-zäöüß]{1,11}[bdfghklmnprstwz](er|ant|ent|ist|at|og)", fullmatch=True)
MARKS = st.sampled_from(
    ["*innen", ":innen", "_innen", "/-innen", "/innen", "Innen", "innen", "*in", ":in", "_in", "in"]
)


@given(NOUNS, MARKS)
def test_normalised_finds_the_noun_under_every_mark_of_gender(noun, mark):
    assert normalised(noun + mark) == normalised(noun)


@given(st.text(max_size=60))
@example("MamaInnen aae ueue Lehrerinnenerfolg")
def test_normalised_text_stays_as_it_is_when_asked_again(text):
    assert normalised(normalised(text)) == normalised(text)
    assert re.fullmatch(r"(\S+( \S+)*)?", normalised(text))


@given(st.text(max_size=60), st.text(min_size=1, max_size=8))
def test_marked_shows_the_same_text_and_lets_no_markup_through(text, wanted):
    html = marked(text, terms(wanted))
    rest = re.sub(r'</?mark>|<span class="nobr">|</span>', "", html)

    assert "<" not in rest
    assert html.count("<mark>") == html.count("</mark>")


def test_terms_are_the_telling_words_once():
    assert terms("Beratung für die Teilnehmerinnen und Beratungen der Teilnehmer") == ("beratung", "teilnehmer")
    assert terms("für die") == ("fur", "die")
    assert terms(COMMON + " *:- ") != ()
    assert terms(" *:- ") == ()
    assert len(terms(" ".join(f"wort{number}" for number in range(40)))) == 12


def test_share_of_prefers_whole_words_to_beginnings():
    assert share_of("Beratung", ("beratung",)) == 1
    assert share_of("Beratungsstelle", ("beratung",)) == 0.8
    assert share_of("Beratung", ("beratung", "amt")) == 0.5
    assert share_of("Beratung", ()) == 0


def test_marked_marks_the_word_with_its_star_and_escapes_the_rest():
    html = marked("<b> Teilnehmer*innen & Kolleg*innen", terms("Teilnehmerin"))

    assert html == (
        '&lt;b&gt; <mark><span class="nobr">Teilnehmer*innen</span></mark> &amp; <span class="nobr">Kolleg*innen</span>'
    )


def test_excerpt_is_cut_around_the_first_hit_in_whole_words():
    text = "anfang " + "davor " * 80 + "Teilnehmer*innen " + "danach " * 80

    cut = excerpt(text, terms("Teilnehmer"), length=100)

    assert cut.startswith("… davor")
    assert " Teilnehmer*innen danach" in cut
    assert cut.endswith("danach …")
    assert excerpt("kurz", terms("nichts")) == "kurz"
    assert excerpt(text, terms("nichts"), length=20) == "anfang davor davor …"


@given(st.text(max_size=400), st.integers(20, 80))
def test_excerpt_is_never_much_longer_than_asked(text, length):
    assert len(excerpt(text, ("a",), length)) <= length + 4


def test_stem_is_what_a_word_without_marks_is_called():
    assert stem("Teilnehmerinnen") == "teilnehmer"
