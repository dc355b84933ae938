"""Processes as a file describes them: placed once, refreshed later, never doubled, never against what people did."""

from datetime import date
from types import SimpleNamespace

import pytest

from consulting import services
from consulting.enums import Move, PhaseState, ProcessRole, ProcessState, ReleaseState
from consulting.models import Process, ProcessTemplate
from consulting.services import PlacedAgreement, PlacedMember, PlacedMilestone, PlacedPhase, PlacedRelease
from tests.factories.academy import UnitFactory
from tests.factories.consulting import TITLES, ProcessTemplateFactory, person_for

pytestmark = pytest.mark.django_db
AGREED = date(2026, 3, 6)
PHASES = [
    PlacedPhase("clarify", PhaseState.REACHED, done_on=AGREED),
    PlacedPhase(
        "analyse",
        PhaseState.REACHED,
        done_on=date(2026, 6, 1),
        reopened_on=date(2026, 5, 4),
        reopened_because="Zweite Fokusgruppe",
    ),
    PlacedPhase("goals", PhaseState.ACTIVE, planned_on=date(2026, 12, 18)),
]


@pytest.fixture
def unit():
    return UnitFactory()


@pytest.fixture
def template():
    return ProcessTemplateFactory()


@pytest.fixture
def members(unit):
    origin = SimpleNamespace(unit=unit)
    roles = [ProcessRole.SPONSOR, ProcessRole.FACILITATOR, *[ProcessRole.GROUP] * 3]
    return [PlacedMember(person_for(origin, role), role) for role in roles]


@pytest.fixture
def place(unit, template, members, now):
    def call(**changes) -> Process:
        given = {
            "slug": "p-spreehain",
            "unit": unit,
            "template": template,
            "title": {"de": "Ohne Umwege", "en": "Without detours"},
            "goal": "Zwei Schritte bis zum Termin.",
            "state": ProcessState.ACTIVE,
            "starts_on": date(2026, 2, 16),
            "budget_days": 14,
            "agreement": PlacedAgreement(date(2026, 3, 4), AGREED, date(2026, 2, 24)),
            "release": PlacedRelease(ReleaseState.RELEASED, date(2026, 8, 26), {"de": "Wird besser.", "en": "Better."}),
            "phases": PHASES,
            "milestones": [
                PlacedMilestone("Vereinbarung unterschrieben", due_on=AGREED, done_on=AGREED, phase_key="clarify"),
                PlacedMilestone({"de": "Zwischenrückblick", "en": "Review"}, due_on=date(2026, 11, 4)),
            ],
            "members": members,
            "at": now,
            **changes,
        }
        return services.place_process(**given)

    return call


def test_place_process_puts_everything_into_place(place):
    process = place()

    assert (process.state, process.title_en, process.goal_en) == (ProcessState.ACTIVE, "Without detours", None)
    assert (process.release_state, process.release_text_de) == (ReleaseState.RELEASED, "Wird besser.")
    assert list(process.phases.values_list("state", flat=True)) == ["reached", "reached", "active", *["open"] * 4]
    assert process.focus_phase.key == "goals"
    first, second = process.milestones.all()
    assert (first.done_on, first.phase.key, second.done_on, second.title_en) == (AGREED, "clarify", None, "Review")
    assert process.members.filter(role=ProcessRole.GROUP, has_public_contact=True).count() == 3
    assert {member.starts_on for member in process.members.all()} == {date(2026, 2, 16)}


def test_place_process_writes_the_log_as_of_the_days_that_are_given(place):
    process = place()

    whole = process.moves.filter(phase=None, milestone=None, member=None)
    states = [(m.move, m.at.date(), m.to_state) for m in whole.order_by("at", "pk")]
    assert states == [
        (Move.CREATE, date(2026, 2, 16), "request"),
        (Move.TAKE_UP, date(2026, 2, 16), "clarification"),
        (Move.ACTIVATE, AGREED, "active"),
    ]
    reopened = process.moves.get(move=Move.REOPEN_PHASE)
    assert (reopened.phase.key, reopened.reason) == ("analyse", "Zweite Fokusgruppe")
    assert not process.moves.filter(actor__isnull=False).exists()


def test_place_process_updates_and_never_doubles_when_placed_again(place):
    process = place()
    before = [process.phases.count(), process.milestones.count(), process.members.count(), process.moves.count()]

    again = place(title={"de": "Neuer Titel"}, budget_days=16)

    assert again.pk == process.pk
    assert (again.title_de, again.title_en, again.budget_days) == ("Neuer Titel", None, 16)
    assert [again.phases.count(), again.milestones.count(), again.members.count(), again.moves.count()] == before


def test_place_process_keeps_what_people_did_since(place, members, now):
    process = place()
    facilitator = members[1].person
    review = process.milestones.get(title_de="Zwischenrückblick")
    group = process.members.filter(role=ProcessRole.GROUP).first()
    services.tick_milestone(milestone=review, actor=facilitator, at=now)
    services.reach_phase(phase=process.focus_phase, begin_next=True, actor=facilitator, at=now)
    services.end_member(member=group, actor=facilitator, at=now)

    again = place()

    review.refresh_from_db()
    group.refresh_from_db()
    assert review.done_on == date(2026, 11, 18)
    assert group.ends_on == date(2026, 11, 18)
    assert again.focus_phase.key == "plan"


def test_place_process_places_one_in_clarification(place, members):
    process = place(
        state=ProcessState.CLARIFICATION,
        agreement=PlacedAgreement(),
        phases=[PlacedPhase("clarify", PhaseState.ACTIVE)],
        members=members[:2],
        release=PlacedRelease(),
    )

    assert (process.state, process.focus_phase.key) == (ProcessState.CLARIFICATION, "clarify")


@pytest.mark.parametrize(
    "changes",
    [
        {"agreement": PlacedAgreement()},
        {"members": []},
        {"phases": [*PHASES[:1], *PHASES[2:]]},
        {"phases": [PlacedPhase("leap", PhaseState.ACTIVE)]},
    ],
    ids=["no agreement", "nobody", "out of order", "unknown phase"],
)
def test_place_process_refuses_what_could_not_have_come_about(changes, place):
    with pytest.raises(services.ProcessRefused):
        place(**changes)

    assert not Process.objects.exists()


def place_template(now, *keys, title="Kompakt"):
    phases = [(key, {"de": TITLES[key], "en": key}) for key in keys]
    return services.place_template(slug="kompakt-vier", title={"de": title, "en": "Compact"}, phases=phases, at=now)


def test_place_template_gives_the_same_one_when_nothing_changed(now):
    first = place_template(now, "clarify", "analyse")

    assert place_template(now, "clarify", "analyse").pk == first.pk
    assert ProcessTemplate.objects.count() == 1


def test_place_template_publishes_the_next_version_when_it_differs(now):
    first = place_template(now, "clarify", "analyse")

    second = place_template(now, "clarify", "analyse", "evaluate")

    first.refresh_from_db()
    assert (second.version, second.is_offered, first.is_offered) == (2, True, False)
