"""Walking parameters by semantics: what is left out, completed, cleaned and found (H5P.md 5, 9 and 10)."""

import pytest

from courses.h5p.semantics import filter_params, localize

PART = [{"name": "text", "type": "text", "default": "leer"}]


def walk(fields, params, *, others=None, files=(), seed="seed"):
    libraries = {"Test.Basic 1.0": fields, "Test.Part 1.2": PART, **(others or {})}
    return filter_params(params, library="Test.Basic 1.0", load=libraries.get, files=set(files), seed=seed)


def value_of(field, value, **changes):
    """What becomes of `value` in a single field."""
    return walk([{"name": "x", **field}, {"name": "y", "type": "text"}], {"x": value}, **changes).params.get("x")


def test_filter_params_drops_what_has_no_field():
    assert walk(PART, {"text": "a", "evil": "b"}).params == {"text": "a"}


def test_filter_params_drops_a_field_of_unknown_kind_and_says_so():
    result = walk([{"name": "x", "type": "hologram"}], {"x": 1})
    assert result.params == {}
    assert result.warnings == ["x: unknown kind of field 'hologram'"]


# --- text ---


def test_filter_params_escapes_plain_text_once():
    escaped = "&lt;b&gt;a&lt;/b&gt; &amp; &quot;b&quot; Teilnehmer*innen"
    assert value_of({"type": "text"}, '<b>a</b> & "b" Teilnehmer*innen') == escaped
    assert value_of({"type": "text"}, escaped) == escaped


def test_filter_params_cuts_plain_text_without_breaking_an_entity():
    assert value_of({"type": "text", "maxLength": 3}, "a<bc") == "a&lt;b"


def test_filter_params_keeps_the_tags_of_a_rich_text_field():
    field = {"type": "text", "tags": ["strong", "ul", "a"]}
    html = (
        '<p style="text-align:center;color:red">a<strong>b</strong><em>c</em></p><ul><li>d</li></ul>'
        '<script>e()</script><img src=x onerror=f()><a href="javascript:g()" onclick="h()">i</a>'
    )
    cleaned = value_of(field, html)
    assert cleaned == (
        '<p style="text-align:center">a<strong>b</strong>c</p><ul><li>d</li></ul><a rel="noopener noreferrer">i</a>'
    )
    assert value_of(field, cleaned) == cleaned


def test_filter_params_keeps_the_styles_that_a_field_offers():
    html = '<span style="color:#f00;font-size:2em;background-image:url(https://a.example/x)">a</span>'
    font = {"color": True, "size": [{"label": "large", "css": "2em"}]}
    assert (
        value_of({"type": "text", "tags": [], "font": font}, html) == '<span style="color:#f00;font-size:2em">a</span>'
    )


def test_filter_params_keeps_tables_where_tables_are_allowed():
    html = '<table><tbody><tr><th scope="col">a</th><td colspan="2">b</td></tr></tbody></table>'
    assert value_of({"type": "text", "tags": ["table"]}, html) == html
    assert value_of({"type": "text", "tags": []}, html) == "ab"


@pytest.mark.parametrize("tag", ["script", "iframe", "object", "embed", "svg", "math", "form", "style", "base", "meta"])
def test_filter_params_never_allows_a_dangerous_tag(tag):
    assert f"<{tag}" not in value_of({"type": "text", "tags": [tag]}, f"<{tag} src=x>a</{tag}>")


@pytest.mark.parametrize("value", [["a"], {"a": 1}, True])
def test_filter_params_drops_what_is_no_text(value):
    assert value_of({"type": "text"}, value) is None


# --- number, boolean, select ---


@pytest.mark.parametrize(
    ("given", "kept"),
    [(5, 5), (-3, 0), (99, 10), ("7", 7), ("2.345", 2.35), (2.345, 2.35), ("many", None), (True, None), ([], None)],
)
def test_filter_params_clamps_numbers(given, kept):
    assert value_of({"type": "number", "min": 0, "max": 10, "decimals": 2}, given) == kept


@pytest.mark.parametrize(
    ("given", "kept"), [(True, True), (False, False), ("true", True), (0, False), ("perhaps", None), ({}, None)]
)
def test_filter_params_reads_booleans(given, kept):
    assert value_of({"type": "boolean"}, given) is kept


def test_filter_params_keeps_only_offered_choices():
    groups = [{"type": "optgroup", "label": "g", "options": [{"value": "a"}, {"value": "b"}]}, {"value": "c"}]
    field = {"type": "select", "options": groups}
    assert value_of(field, "b") == "b"
    assert value_of(field, "x") == "a"
    assert value_of({**field, "default": "c"}, "x") == "c"
    assert value_of({**field, "optional": True}, "x") is None
    assert value_of({**field, "multiple": True}, ["c", "x", "a"]) == ["c", "a"]
    assert value_of({"type": "select", "options": []}, "<1>") == "&lt;1&gt;"


# --- group and list ---


def test_filter_params_keeps_a_group_of_one_field_flat():
    group = {"type": "group", "fields": [{"name": "text", "type": "text"}]}
    assert value_of(group, "flat") == "flat"
    assert value_of(group, {"text": "wrapped"}) == "wrapped"


def test_filter_params_walks_groups_in_lists():
    item = {"name": "i", "type": "group", "fields": [{"name": "a", "type": "text"}, {"name": "b", "type": "number"}]}
    field = {"type": "list", "max": 2, "field": item}
    given = [{"a": "x", "b": 1, "c": 2}, "no group", {"a": "y", "b": "2"}]
    assert value_of(field, given) == [{"a": "x", "b": 1}]
    assert value_of({**field, "max": 3}, given) == [{"a": "x", "b": 1}, {"a": "y", "b": 2}]


def test_filter_params_reads_a_list_that_was_stored_as_an_object():
    field = {"type": "list", "field": {"name": "i", "type": "text"}}
    assert value_of(field, {"10": "c", "2": "b", "0": "a"}) == ["a", "b", "c"]
    assert value_of(field, []) is None
    assert value_of(field, "a") is None


# --- library ---


def sub_content(**changes):
    return {"library": "Test.Part 1.2", "params": {"text": "a", "evil": 1}, **changes}


LIBRARY = {"type": "library", "options": ["Test.Part 1.2", "Test.Gone 1.0"]}


def test_filter_params_walks_sub_content_and_names_its_library():
    given = sub_content(subContentId="11111111-2222-3333-4444-555555555555", metadata={"title": "<i>", "x": 1}, y=2)
    result = walk([{"name": "x", **LIBRARY}], {"x": given})
    assert result.params["x"] == {
        "library": "Test.Part 1.2",
        "params": {"text": "a"},
        "metadata": {"title": "&lt;i&gt;"},
        "subContentId": "11111111-2222-3333-4444-555555555555",
    }
    assert result.libraries == ["Test.Part 1.2", "Test.Basic 1.0"]


def test_filter_params_gives_sub_content_the_same_identifier_each_time():
    first, second = (value_of(LIBRARY, sub_content(subContentId="bad"))["subContentId"] for _ in range(2))
    assert first == second
    assert value_of(LIBRARY, sub_content(), seed="another content")["subContentId"] != first


@pytest.mark.parametrize("name", ["Test.Part 1.1", "Test.Gone 1.0", "Test.Other 1.0", "nonsense"])
def test_filter_params_drops_sub_content_that_may_not_be_used(name):
    result = walk([{"name": "x", **LIBRARY}], {"x": sub_content(library=name)})
    assert result.params == {}
    assert result.libraries == ["Test.Basic 1.0"]
    assert len(result.warnings) == 1


# --- files ---


def test_filter_params_finds_the_files_that_are_used():
    image = {
        "path": "images/a.png#tmp",
        "mime": "image/png",
        "width": 3,
        "alt": "x",
        "copyright": {"title": "<", "x": 1},
    }
    result = walk([{"name": "x", "type": "image"}], {"x": image}, files=["images/a.png"])
    assert result.params["x"] == {
        "path": "images/a.png",
        "mime": "image/png",
        "width": 3,
        "copyright": {"title": "&lt;"},
    }
    assert result.files == ["images/a.png"]
    assert result.warnings == []


def test_filter_params_takes_a_file_of_another_content_for_its_own():
    assert value_of({"type": "file"}, {"path": "../12/images/x.png"}, files=["images/x.png"])["path"] == "images/x.png"


@pytest.mark.parametrize(
    "path", ["javascript:alert(1)", "data:text/html,x", "//a.example/x", "../../x", '"><script>', "/x"]
)
def test_filter_params_drops_a_path_that_is_no_file(path):
    assert value_of({"type": "image"}, {"path": path}) is None


def test_filter_params_keeps_a_foreign_address_and_warns():
    result = walk([{"name": "x", "type": "video"}], {"x": [{"path": "https://a.example/f.mp4", "mime": "video/mp4"}]})
    assert result.params["x"] == [{"path": "https://a.example/f.mp4", "mime": "video/mp4"}]
    assert "another server" in result.warnings[0]


def test_filter_params_warns_of_a_missing_file():
    assert "missing" in walk([{"name": "x", "type": "audio"}], {"x": [{"path": "a.mp3"}]}).warnings[0]


# --- defaults ---


def test_filter_params_fills_in_defaults_of_every_depth():
    fields = [
        {"name": "a", "type": "text", "default": "<a>"},
        {"name": "b", "type": "number", "default": 99, "max": 5},
        {
            "name": "c",
            "type": "group",
            "fields": [
                {"name": "d", "type": "boolean", "default": False},
                {"name": "e", "type": "group", "fields": [{"name": "f", "type": "text", "default": "flat"}]},
                {"name": "g", "type": "text"},
            ],
        },
        {"name": "h", "type": "list", "field": {"name": "i", "type": "text"}},
        {"name": "j", "type": "text"},
    ]
    expected = {"a": "&lt;a&gt;", "b": 5, "c": {"d": False, "e": "flat"}}
    assert walk(fields, {}).params == expected
    assert walk(fields, expected).params == expected


def test_filter_params_keeps_an_empty_text_rather_than_the_default():
    assert walk([{"name": "a", "type": "text", "default": "x"}, {"name": "b", "type": "text"}], {"a": ""}).params == {
        "a": ""
    }


# --- languages ---


def test_localize_merges_words_by_position_and_never_structure():
    fields = [
        {"name": "a", "type": "select", "label": "A", "options": [{"value": "1", "label": "One"}]},
        {"name": "b", "type": "list", "field": {"name": "c", "type": "text", "label": "C", "default": "x"}},
        {"name": "d", "type": "number", "label": "D", "default": 3},
    ]
    german = [
        {"name": "evil", "type": "library", "label": "Ä", "options": [{"value": "2", "label": "Eins"}]},
        {"field": {"label": "Ce", "default": "y"}},
        {"label": "De", "default": "drei"},
        {"label": "too much"},
    ]
    assert localize(fields, german) == [
        {"name": "a", "type": "select", "label": "Ä", "options": [{"value": "1", "label": "Eins"}]},
        {"name": "b", "type": "list", "field": {"name": "c", "type": "text", "label": "Ce", "default": "y"}},
        {"name": "d", "type": "number", "label": "De", "default": 3},
    ]
    assert localize(fields, None) == fields
    assert localize(fields, {"0": 1}) == fields


def test_filter_params_keeps_a_choice_with_marks_however_often_it_is_saved():
    field = {"type": "select", "options": [{"value": "none"}, {"value": "a & b"}], "default": "none"}
    stored = value_of(field, "a & b")
    assert stored == "a &amp; b"
    assert value_of(field, stored) == stored
