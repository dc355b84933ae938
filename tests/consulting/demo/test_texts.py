"""From plain texts to what pages store."""

from consulting.demo.content import read
from consulting.demo.film import captions, transcript
from consulting.demo.texts import bullets, linked, sentences


def test_sentences_keeps_each_sentence_of_leichte_sprache_on_its_own_line():
    assert sentences("Eins.\nZwei.\n\nDrei & vier.") == "<p>Eins.<br/>Zwei.</p><p>Drei &amp; vier.</p>"


def test_bullets_marks_what_a_line_is_about():
    assert bullets(["Netz: Leute", "Ohne"]) == "<ul><li><b>Netz:</b> Leute</li><li>Ohne</li></ul>"


def test_linked_turns_references_into_links_wherever_they_stand():
    body = [{"type": "text", "value": "<p>Zur {{page:barrier|Meldung}}.</p>"}, 5]

    found = linked(body, lambda kind, key: f'linktype="page" id="{key}"')

    assert found == [{"type": "text", "value": '<p>Zur <a linktype="page" id="barrier">Meldung</a>.</p>'}, 5]


def test_captions_follow_each_other_without_a_gap_and_end_with_the_film():
    seconds = sum(scene["seconds"] for scene in read("film")["scenes"])
    spans = [line.split(" --> ") for line in captions("de").splitlines() if "-->" in line]

    assert spans[0][0] == "00:00:00.000"
    assert spans[-1][1] == f"00:00:{seconds:06.3f}"
    assert [end for _start, end in spans[:-1]] == [start for start, _end in spans[1:]]


def test_transcript_says_that_the_film_has_no_sound():
    assert "ohne Ton" in transcript("de")
    assert "no sound" in transcript("en")
