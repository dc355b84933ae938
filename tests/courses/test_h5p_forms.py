"""The editor of exercises: what a content holds comes back as it was, and what is changed is changed."""

import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail import blocks

from courses.h5p import builder, services
from courses.h5p.models import Content, Library
from courses.h5p_forms import Tree
from tests.courses.h5p.packages import library as library_files
from tests.courses.h5p.packages import package

pytestmark = pytest.mark.django_db


def installed(now, semantics, *others, **files) -> Library:
    """A content type with these fields, and other libraries beside it."""
    file = package(library_files(semantics=semantics, files=files), *others)
    services.install_libraries(file=file, at=now)
    return Library.objects.get(machine_name="Test.Basic")


def content_of(row: Library, params, now) -> Content:
    given = {"title": "Übung", "language": "de", "licence": "U", "metadata": {}, "saved_by_key": "", "at": now}
    return services.save_content(library=row, params=params, **given)


def tree_of(content: Content, interface="de") -> Tree:
    return Tree(content.library, language=content.language, interface=interface, content=content)


def there_and_back(content: Content) -> dict:
    """Opened in the editor, sent by the browser as it is, and read again."""
    tree = tree_of(content)
    sent = posted(tree.block, tree.initial())
    again = tree_of(content)
    value = again.block.clean(again.block.value_from_datadict(sent, {}, "params"))
    return again.params(value)


def posted(block, value, prefix="params") -> dict[str, str]:
    """What the browser sends for a block that shows `value`: the fields that Wagtail's script makes of its state."""
    return dict(_posted(block, block.get_form_state(value), prefix))


def _posted(block, state, prefix):
    if isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            yield from _posted(child, state[name], f"{prefix}-{name}")
    elif isinstance(block, blocks.ListBlock | blocks.StreamBlock):
        yield f"{prefix}-count", str(len(state))
        for position, entry in enumerate(state):
            here = f"{prefix}-{position}"
            child = block.child_block if isinstance(block, blocks.ListBlock) else block.child_blocks[entry["type"]]
            yield from {
                f"{here}-deleted": "",
                f"{here}-order": str(position),
                f"{here}-type": entry.get("type", ""),
            }.items()
            yield f"{here}-id", entry.get("id") or ""
            yield from _posted(child, entry["value"], f"{here}-value")
    elif isinstance(block, blocks.ChooserBlock):
        yield prefix, str(state["id"]) if state else ""
    elif isinstance(state, list):
        yield prefix, state if isinstance(block, blocks.MultipleChoiceBlock) else "".join(state)
    elif isinstance(state, bool):
        if state:
            yield prefix, "on"
    else:
        yield prefix, "" if state is None else str(state)


@pytest.mark.parametrize("name", builder.demo_contents())
def test_nothing_changes_when_a_demo_content_is_saved_as_it_is(now, name):
    file = io.BytesIO(builder.build_package(builder.DEMO_CONTENTS / name))
    file.name = "demo.h5p"
    content = services.import_package(file=file, uploaded_by_key="", may_install_libraries=True, at=now)

    assert json.dumps(there_and_back(content), sort_keys=True) == json.dumps(content.params, sort_keys=True)


# --- Generated content types and contents --------------------------------------------------------------------------
NAMES = st.lists(st.sampled_from(["text", "a", "b-c", "kept__", "x1", "9", "Ü"]), min_size=1, max_size=4, unique=True)
WORDS = st.text(st.sampled_from("ab <>&\"'\n\r\t\u00a0é;*"), max_size=8) | st.sampled_from(
    ["&amp;", "&#39;", "&nbsp;x"]
)
HTML = st.lists(
    st.sampled_from(["a", " ", "<p>", "</p>", "<strong>b</strong>", "<em>", "</em>", "<br>", "<ul><li>c</li></ul>"])
    | st.sampled_from(
        ['<a href="https://a.example">d</a>', "<table><tr><td>e</td></tr></table>", "<h2>f</h2>", "&nbsp;"]
    )
    | st.sampled_from(['<p style="text-align:center">g</p>', "<div>h</div>", "<u>i</u>", "\n", "&lt;", "<li>k</li>"]),
    max_size=6,
).map("".join)
OPTIONS = [{"value": "one", "label": "One"}, {"value": "a & b"}, {"value": 3}]


def leaf(kind, **more):
    return st.fixed_dictionaries({"type": st.just(kind), "optional": st.booleans(), **more})


LEAVES = st.one_of(
    leaf("text"),
    leaf("text", default=st.just("vorher"), widget=st.sampled_from(["textarea", "none"])),
    leaf("text", tags=st.sampled_from([[], ["strong", "em", "ul", "a"], ["table", "h2", "u"]])),
    leaf("number"),
    leaf("number", min=st.just(-5), max=st.just(5), decimals=st.just(1)),
    leaf("boolean"),
    leaf("boolean", default=st.just(True)),
    leaf("select", options=st.just(OPTIONS)),
    leaf("select", options=st.just(OPTIONS), multiple=st.just(True)),
    leaf("image"),
    leaf("audio"),
    leaf("library", options=st.just(["Test.Part 1.0", "Test.Gone 1.0"])),
)


def named(fields):
    return NAMES.flatmap(
        lambda names: st.tuples(*(fields for _name in names)).map(
            lambda specs: [{**spec, "name": name} for spec, name in zip(specs, names, strict=True)]
        )
    )


def containers(inner):
    group = st.fixed_dictionaries({"type": st.just("group"), "fields": named(inner), "isSubContent": st.booleans()})
    return group | st.fixed_dictionaries({"type": st.just("list"), "field": inner.map(lambda s: {**s, "name": "i"})})


FIELDS = named(st.recursive(LEAVES, containers, max_leaves=6))
FILE = st.fixed_dictionaries({"path": st.sampled_from(["images/a.png", "audios/b.mp3", "https://a.example/c.mp3"])})


def value_for(spec):
    """A value of the right kind, or at times one that is missing or odd."""
    kind = spec["type"]
    if kind == "text":
        right = HTML if "tags" in spec else WORDS
    elif kind == "group":
        fields = {field["name"]: value_for(field) for field in spec["fields"]}
        right = st.fixed_dictionaries({}, optional=fields)
        if len(fields) == 1 and not spec["isSubContent"]:
            right = next(iter(fields.values()))
    elif kind == "list":
        right = st.lists(value_for(spec["field"]), max_size=3)
    elif kind == "library":
        part = st.fixed_dictionaries({"text": WORDS, "title": st.just("alt")})
        right = st.fixed_dictionaries(
            {"library": st.just("Test.Part 1.0"), "params": part},
            optional={"metadata": st.just({"title": "Titel &amp; mehr", "license": "U"})},
        )
    else:
        right = {
            "number": st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False),
            "boolean": st.booleans(),
            "select": st.sampled_from(["one", "a & b", 3])
            | st.lists(st.sampled_from(["one", "a & b", 3]), unique=True),
            "image": FILE,
            "audio": st.lists(FILE, max_size=2),
        }[kind]
    return right | st.none()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_nothing_changes_when_any_content_is_saved_as_it_is(now, part_installed, data):
    fields = data.draw(FIELDS)
    values = st.fixed_dictionaries({}, optional={field["name"]: value_for(field) for field in fields})
    params = data.draw(values)
    row = part_installed(fields)
    content = content_of(row, params, now)

    back = there_and_back(content)

    assert json.dumps(back, sort_keys=True) == json.dumps(content.params, sort_keys=True)


@pytest.fixture
def part_installed(now):
    """Makes a content type of the given fields, without files: only its row matters here."""
    parts = library_files("Test.Part", "1.0.0", runnable=0)
    row = installed(now, [], parts)

    def with_fields(fields) -> Library:
        row.semantics = fields
        row.save()
        return row

    return with_fields
