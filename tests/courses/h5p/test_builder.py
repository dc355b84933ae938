"""Packages from our own sources."""

import io
import json

import pytest

from courses.h5p import builder
from courses.h5p.package import open_package
from courses.h5p.semantics import filter_params, localize


def content_types():
    return sorted(path.name for path in builder.CONTENT_TYPES.iterdir() if path.is_dir())


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


@pytest.mark.parametrize("name", builder.demo_contents())
def test_demo_contents_have_a_right_answer_and_feedback_everywhere(name):
    content = json.loads((builder.DEMO_CONTENTS / name / "content/content.json").read_text(encoding="utf-8"))
    for question in content["questions"]:
        right = [option for option in question["options"] if option["correct"]]
        assert len(right) == 1 if question["kind"] == "single" else len(right) > 1
        assert all(option["feedback"] for option in question["options"])
        assert question["explanation"]
