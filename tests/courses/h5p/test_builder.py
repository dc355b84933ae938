"""Packages from our own sources."""

import io
import json

import pytest

from courses.h5p import builder
from courses.h5p.package import open_package
from courses.h5p.semantics import filter_params, localize


def content_types():
    """The folders of what can be played; libraries that only help have no words."""
    return sorted(path.parent.name for path in builder.CONTENT_TYPES.glob("*/semantics.json"))


def contents(library: str):
    """The demo contents of one content type, by name."""
    found = []
    for name in builder.demo_contents():
        folder = builder.DEMO_CONTENTS / name
        if json.loads((folder / "h5p.json").read_text(encoding="utf-8"))["mainLibrary"] == library:
            found.append((name, json.loads((folder / "content/content.json").read_text(encoding="utf-8"))))
    return found


def language(name: str, code: str):
    return json.loads((builder.CONTENT_TYPES / name / "language" / f"{code}.json").read_text(encoding="utf-8"))[
        "semantics"
    ]


def semantics(name: str):
    return json.loads((builder.CONTENT_TYPES / name / "semantics.json").read_text(encoding="utf-8"))


def labels(fields) -> list[str]:
    """Every label and default text of the fields, in order."""
    if isinstance(fields, list):
        return [label for field in fields for label in labels(field)]
    if not isinstance(fields, dict):
        return []
    words = [fields[key] for key in ("label", "description", "entity", "default") if isinstance(fields.get(key), str)]
    return words + [label for key in ("fields", "field", "options", "widgets") for label in labels(fields.get(key))]


@pytest.mark.parametrize("name", builder.demo_contents())
def test_build_package_gives_the_same_valid_package_each_time(name):
    data = builder.build_package(builder.DEMO_CONTENTS / name)
    assert builder.build_package(builder.DEMO_CONTENTS / name) == data
    file = io.BytesIO(data)
    file.name = f"{name}.h5p"
    with open_package(file, may_install_libraries=True) as package:
        main = package.libraries[package.main]
        checked = filter_params(
            package.params,
            library=str(package.main),
            load=lambda _name: main.semantics,
            files=set(package.content_files),
        )
    assert checked.warnings == []
    assert {key: value for key, value in checked.params.items() if key != "l10n"} == package.params


@pytest.mark.parametrize("name", content_types())
def test_language_files_translate_every_word_of_a_content_type(name):
    fields = semantics(name)
    assert labels(localize(fields, language(name, "en"))) == labels(fields)
    pairs = list(zip(labels(fields), labels(localize(fields, language(name, "de"))), strict=True))
    same_in_both = {"single", "Situation"}
    assert [english for english, german in pairs if english == german and english not in same_in_both] == []


def test_demo_contents_show_every_content_type_in_german_and_english():
    played = {name: {content for content, _params in contents(name.split("-")[0])} for name in content_types()}
    assert list(played) == [f"Academy.{kind}-1.0" for kind in ("ChoiceQuiz", "Dilemma", "TextPage", "TrueFalse")]
    for names in played.values():
        assert {f"{name}-en" for name in names if not name.endswith("-en")} <= names, names


@pytest.mark.parametrize(("name", "content"), contents("Academy.ChoiceQuiz"))
def test_quizzes_have_a_right_answer_and_feedback_everywhere(name, content):
    for question in content["questions"]:
        right = [option for option in question["options"] if option["correct"]]
        assert len(right) == 1 if question["kind"] == "single" else len(right) > 1
        assert all(option["feedback"] for option in question["options"])
        assert question["explanation"]


@pytest.mark.parametrize(("name", "content"), contents("Academy.TrueFalse"))
def test_statements_have_feedback_on_either_answer(name, content):
    assert {statement["isTrue"] for statement in content["statements"]} == {True, False}
    for statement in content["statements"]:
        assert statement["whenTrue"]
        assert statement["whenFalse"]
        assert statement["explanation"]


@pytest.mark.parametrize(("name", "content"), contents("Academy.TextPage"))
def test_pictures_of_text_pages_are_there_and_described(name, content):
    pictures = [section for section in content["sections"] if "picture" in section]
    assert pictures
    for section in pictures:
        assert (builder.DEMO_CONTENTS / name / "content" / section["picture"]["path"]).is_file()
        assert section["pictureText"]


@pytest.mark.parametrize(("name", "content"), contents("Academy.Dilemma"))
def test_dilemmas_lead_somewhere_from_every_decision_and_say_what_it_does(name, content):
    places = {place["id"] for place in content["places"]}
    endings = {ending["id"] for ending in content["endings"]}
    choices = [choice for place in content["places"] for choice in place["choices"]]
    assert {choice["next"] for choice in choices} == (places - {content["places"][0]["id"]}) | endings
    assert all(choice["effect"] for choice in choices)
    assert all(ending["help"] for ending in content["endings"])
