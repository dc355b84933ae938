"""Versions stay as they are, and their difference is said in words."""

from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from courses import selectors, services
from courses.enums import StepKind
from courses.models import CourseVersion, Step
from courses.structure import STRUCTURE, difference, shape
from tests.factories.course_pages import course_page, reading_step

pytestmark = pytest.mark.usefixtures("site")


def step(number: int, **facts) -> Step:
    return Step(key=UUID(int=number), **{"kind": StepKind.READING, **facts})


def said(found) -> list[tuple]:
    return [
        (
            change.key.int,
            change.is_new,
            change.is_gone,
            change.has_moved,
            [(f.label, f.before, f.after) for f in change.facts],
        )
        for change in found.changes
    ]


# --- Never changed -----------------------------------------------------------------------------------------------
@pytest.fixture
def version(now) -> CourseVersion:
    page = course_page()
    reading_step(page)
    return services.freeze_version(course=page.course, at=now)


def test_a_version_and_its_steps_are_neither_saved_nor_deleted(version):
    for row in (version, version.steps.get()):
        with pytest.raises(TypeError, match="append-only"):
            row.save()
        with pytest.raises(TypeError, match="append-only"):
            row.delete()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows the rule in the models only")
def test_the_database_refuses_what_passes_the_models_by(version):
    for rows, change in ((CourseVersion.objects.filter(pk=version.pk), {"number": 9}), (version.steps, {"minutes": 1})):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            rows.update(**change)
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            rows.all()._raw_delete(using="default")


# --- What learners read ------------------------------------------------------------------------------------------
def test_a_step_taken_back_still_shows_what_was_published_last(version):
    pinned = version.steps.get()
    page = pinned.page.specific
    page.unpublish()
    page.title, page.body = "Entwurf", [{"type": "text", "value": "<p>Noch nicht fertig.</p>"}]
    page.save_revision()

    shown = selectors.step_pages([pinned], language="de")[pinned.key].specific

    assert (shown.title, shown.live) == ("Einstieg", False)
    assert "Ein Absatz." in str(shown.body)
    assert list(CourseVersion.objects.get(pk=version.pk).steps.all()) == [pinned]


def test_other_words_on_a_step_are_read_at_once(version):
    pinned = version.steps.get()
    page = pinned.page.specific
    page.title = "Neu gefasst"
    page.save_revision().publish()

    assert selectors.step_pages([pinned], language="de")[pinned.key].title == "Neu gefasst"


# --- The difference ----------------------------------------------------------------------------------------------
def test_every_structural_fact_is_a_field_of_a_step():
    assert set(STRUCTURE.values()) <= {field.name for field in Step._meta.fields}
    assert all(hasattr(step(1), name) for name in STRUCTURE)


def test_difference_names_what_is_new_gone_moved_and_changed():
    before = [step(1), step(2), step(3), step(4, kind=StepKind.H5P)]
    after = [step(3), step(1), step(5), step(4, kind=StepKind.H5P, is_required=False, min_score=80)]

    assert said(difference(before, after)) == [
        (3, False, False, True, []),
        (5, True, False, False, []),
        (
            4,
            False,
            False,
            False,
            [
                ("Erforderlich", "Pflicht", "freiwillig"),
                ("Mindestpunktzahl (Prozent)", "jede Punktzahl zählt", "80 % der Punkte"),
            ],
        ),
        (2, False, True, False, []),
    ]


def test_difference_says_that_questions_are_others_where_their_number_stays():
    one, other = ([{"key": key, "kind": "scale", "options": []}] for key in "ab")
    feedback = {"kind": StepKind.FEEDBACK}

    (change,) = difference([step(1, **feedback, questions=one)], [step(1, **feedback, questions=other)]).changes

    assert [(f.label, f.before, f.after) for f in change.facts] == [("Fragen", "1 Frage", "andere")]


def test_difference_is_empty_when_only_minutes_and_positions_differ():
    before, after = [step(1, position=1, minutes=5)], [step(1, position=7, minutes=9)]

    assert difference(before, after).changes == []


def test_difference_of_versions_names_other_shares_of_attendance(version, settings, now):
    settings.ATTENDANCE_FULL_PERCENT = 90
    other = services.freeze_version(course=version.course, at=now)

    found = selectors.version_difference(version, other)

    assert (found.changes, [(fact.before, fact.after) for fact in found.rules]) == ([], [("80 %", "90 %")])
    assert found
    assert not selectors.version_difference(other, other)


KEYS = st.lists(st.integers(1, 6), unique=True, max_size=6)
VERSIONS = st.builds(
    lambda keys, optional, scores: [
        step(key, is_required=key not in optional, min_score=scores.get(key)) for key in keys
    ],
    KEYS,
    st.sets(st.integers(1, 6)),
    st.dictionaries(st.integers(1, 6), st.integers(0, 100)),
)


@given(before=VERSIONS, after=VERSIONS)
def test_difference_is_empty_exactly_when_freezing_would_make_no_new_version(before, after):
    found = difference(before, after)

    assert bool(found.changes) == ([shape(one) for one in before] != [shape(one) for one in after])
    assert {change.key for change in found.new} == {s.key for s in after} - {s.key for s in before}
    assert {change.key for change in found.gone} == {s.key for s in before} - {s.key for s in after}
    moved = {change.key for change in found.changes if change.has_moved}
    kept = [[s.key for s in steps if s.key not in moved] for steps in (before, after)]
    common = set(kept[0]) & set(kept[1])
    assert [key for key in kept[0] if key in common] == [key for key in kept[1] if key in common]
