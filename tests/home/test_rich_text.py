"""Words of a text that are in another language keep it from the editor to the page (A7)."""

import json

import pytest
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from home.blocks import BodyBlock
from home.blocks.plain import LANGUAGE_FEATURES
from home.rich_text import MARKED_LANGUAGES
from tests.factories.home import standard_page

WORDS = '<p>Das heißt <span lang="hu">képzés</span> und <span lang="en">training</span>.</p>'


def test_marked_words_survive_the_editor():
    converter = ContentstateConverter([*LANGUAGE_FEATURES, "bold"])

    state = converter.from_database_format(WORDS)
    styles = [piece["style"] for piece in json.loads(state)["blocks"][0]["inlineStyleRanges"]]

    assert styles == ["LANG-HU", "LANG-EN"]
    saved = converter.to_database_format(state)
    assert '<span lang="hu">képzés</span>' in saved
    assert '<span lang="en">training</span>' in saved


def test_every_language_has_a_button_on_content_pages():
    assert BodyBlock().child_blocks["text"].features[-len(MARKED_LANGUAGES) :] == LANGUAGE_FEATURES
    assert [f"lang-{code}" for code in MARKED_LANGUAGES] == LANGUAGE_FEATURES


@pytest.mark.usefixtures("site")
def test_page_says_the_language_of_marked_words(client):
    standard_page(title="Wörter", slug="woerter", body=[{"type": "text", "value": WORDS}])

    assert '<span lang="hu">képzés</span>' in client.get("/de/woerter/").text
