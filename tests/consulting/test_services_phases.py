"""Leaving clarification, going forward, going back."""

from datetime import date

import pytest
from django.utils import translation

from consulting import services
from consulting.enums import Move, PhaseKey, PhaseState, ProcessRole, ProcessState
from consulting.models import ProcessMember
from tests.factories.academy import UserFactory
from tests.factories.consulting import ProcessFactory, ProcessMemberFactory, person_for

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)


def facilitator_of(process):
    return process.members.filter(role=ProcessRole.FACILITATOR).first().person


def states(process) -> list[str]:
    return list(process.phases.values_list("state", flat=True))


# --- C1 ----------------------------------------------------------------------------------------------------------
def test_reach_phase_names_all_that_is_missing_when_clarification_has_nothing(now):
    process = ProcessFactory()

    with pytest.raises(services.PhaseRefused) as refusal:
        services.reach_phase(phase=process.phases.first(), actor=None, at=now)

    said = str(refusal.value)
    assert said.count(".") == 7  # the refusal itself and the six things that are missing
    process.refresh_from_db()
    assert process.state == ProcessState.CLARIFICATION
    assert process.moves.count() == 0


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda p: set_field(p, agreement_unit_on=None), "The unit has not dated the cooperation agreement."),
        (lambda p: set_field(p, agreement_operator_on=None), "The operator has not dated the cooperation agreement."),
        (
            lambda p: set_field(p, agreement_unit_on=date(2026, 11, 19)),
            "The unit has not dated the cooperation agreement.",
        ),
        (lambda p: end(p, ProcessRole.SPONSOR), "No commissioning lead is named."),
        (lambda p: end(p, ProcessRole.FACILITATOR), "No process facilitator is named."),
        (lambda p: end(p, ProcessRole.GROUP), "The process group has 2 members; it needs at least 3."),
        (
            lambda p: p.members.update(has_public_contact=False),
            "Nobody in the process group is marked as working in contact with the public.",
        ),
    ],
)
def test_reach_phase_names_exactly_what_is_missing_when_clarification_lacks_one_thing(spoil, said, now):
    process = ProcessFactory(ready=True)
    spoil(process)

    with translation.override("en"), pytest.raises(services.PhaseRefused) as refusal:
        services.reach_phase(phase=process.phases.first(), actor=None, at=now)

    assert str(refusal.value) == f"Clarification cannot be finished yet. {said}"


def set_field(process, **fields) -> None:
    type(process).objects.filter(pk=process.pk).update(**fields)


def end(process, role) -> None:
    member = process.members.filter(role=role).first()
    ProcessMember.objects.filter(pk=member.pk).update(ends_on=TODAY)


def test_reach_phase_starts_the_process_when_clarification_is_complete(now):
    process = ProcessFactory(ready=True)
    actor = facilitator_of(process)

    services.reach_phase(phase=process.phases.first(), exit_note=" Umfang klar. ", begin_next=True, actor=actor, at=now)

    process.refresh_from_db()
    first, second, *others = process.phases.all()
    assert process.state == ProcessState.ACTIVE
    assert (first.state, first.done_on, first.exit_note) == (PhaseState.REACHED, TODAY, "Umfang klar.")
    assert second.state == PhaseState.ACTIVE
    assert {phase.state for phase in others} == {PhaseState.OPEN}
    moves = [(move.move, move.from_state, move.to_state, move.actor) for move in process.moves.order_by("pk")]
    assert moves == [
        (Move.REACH_PHASE, "active", "reached", actor.pseudonym),
        (Move.ACTIVATE, "clarification", "active", actor.pseudonym),
        (Move.ACTIVATE_PHASE, "open", "active", actor.pseudonym),
    ]


def test_reach_phase_refuses_when_the_unit_has_another_active_process(now):
    running = ProcessFactory(focus=PhaseKey.ANALYSE, ready=True)
    process = ProcessFactory(unit=running.unit, ready=True)

    with pytest.raises(services.ProcessRefused):
        services.reach_phase(phase=process.phases.first(), actor=None, at=now)

    process.refresh_from_db()
    assert process.state == ProcessState.CLARIFICATION
    assert states(process)[0] == PhaseState.ACTIVE


def test_reach_phase_asks_for_the_agreement_again_when_clarification_was_reopened(now):
    process = ProcessFactory(focus=PhaseKey.ANALYSE)
    clarify = process.phases.first()
    services.reopen_phase(phase=clarify, reason="Neuer Standort", actor=None, at=now)

    with pytest.raises(services.PhaseRefused):
        services.reach_phase(phase=clarify, actor=None, at=now)


# --- Order -------------------------------------------------------------------------------------------------------
def test_reach_phase_begins_nothing_when_another_phase_is_active(now):
    process = ProcessFactory(focus=PhaseKey.GOALS, ready=True)
    analyse = process.phases.get(key=PhaseKey.ANALYSE)
    services.reopen_phase(phase=analyse, reason="Zweite Fokusgruppe", actor=None, at=now)

    services.reach_phase(phase=analyse, begin_next=True, actor=None, at=now)

    assert states(process)[:4] == [PhaseState.REACHED, PhaseState.REACHED, PhaseState.ACTIVE, PhaseState.OPEN]


def test_reach_phase_refuses_a_phase_that_is_open(now):
    process = ProcessFactory(focus=PhaseKey.ANALYSE, ready=True)

    with pytest.raises(services.PhaseRefused):
        services.reach_phase(phase=process.phases.get(key=PhaseKey.PLAN), actor=None, at=now)


def test_activate_phase_begins_the_next_one(now):
    process = ProcessFactory(focus=PhaseKey.ANALYSE, ready=True)
    services.reach_phase(phase=process.phases.get(key=PhaseKey.ANALYSE), actor=None, at=now)
    assert PhaseState.ACTIVE not in states(process)

    services.activate_phase(phase=process.phases.get(key=PhaseKey.GOALS), actor=None, at=now)

    assert states(process)[2] == PhaseState.ACTIVE


def test_activate_phase_refuses_to_leap_over_a_phase(now):
    process = ProcessFactory(focus=PhaseKey.ANALYSE, ready=True)
    services.reach_phase(phase=process.phases.get(key=PhaseKey.ANALYSE), actor=None, at=now)

    with pytest.raises(services.PhaseRefused, match="Zielentwicklung"):
        services.activate_phase(phase=process.phases.get(key=PhaseKey.PLAN), actor=None, at=now)


def test_activate_phase_refuses_a_second_active_phase(now):
    process = ProcessFactory(focus=PhaseKey.ANALYSE, ready=True)

    with pytest.raises(services.PhaseRefused, match="Bestandsaufnahme"):
        services.activate_phase(phase=process.phases.get(key=PhaseKey.GOALS), actor=None, at=now)


@pytest.mark.parametrize("state", [ProcessState.REQUEST, ProcessState.PAUSED, ProcessState.CLOSED])
def test_activate_phase_refuses_while_phases_stand_still(state, now):
    process = ProcessFactory(state=state)

    with pytest.raises(services.ProcessRefused):
        services.activate_phase(phase=process.phases.first(), actor=None, at=now)


# --- Back --------------------------------------------------------------------------------------------------------
def test_reopen_phase_keeps_the_active_phase_and_writes_the_reason(now):
    process = ProcessFactory(focus=PhaseKey.EVALUATE, ready=True)
    phase = process.phases.get(key=PhaseKey.IMPLEMENT)

    services.reopen_phase(phase=phase, reason=" Dienstplanwechsel ", actor=facilitator_of(process), at=now)

    phase.refresh_from_db()
    assert (phase.state, phase.done_on) == (PhaseState.REOPENED, None)
    assert process.phases.get(key=PhaseKey.EVALUATE).state == PhaseState.ACTIVE
    assert process.moves.get().reason == "Dienstplanwechsel"


@pytest.mark.parametrize("reason", ["", "   "])
def test_reopen_phase_refuses_without_a_reason(reason, now):
    process = ProcessFactory(focus=PhaseKey.EVALUATE)

    with pytest.raises(services.PhaseRefused):
        services.reopen_phase(phase=process.phases.get(key=PhaseKey.PLAN), reason=reason, actor=None, at=now)

    assert process.moves.count() == 0


def test_reopen_phase_refuses_an_open_phase(now):
    process = ProcessFactory()

    with pytest.raises(services.PhaseRefused):
        services.reopen_phase(phase=process.phases.get(key=PhaseKey.PLAN), reason="Grund", actor=None, at=now)


# --- Words and rights --------------------------------------------------------------------------------------------
def test_change_phase_words_and_plans_a_phase_while_paused(now):
    process = ProcessFactory(focus=PhaseKey.ANALYSE, state=ProcessState.PAUSED)
    phase = process.phases.get(key=PhaseKey.GOALS)

    services.change_phase(phase=phase, title_de="Ziele", planned_on=date(2027, 1, 15), actor=None, at=now)

    phase.refresh_from_db()
    assert (phase.title_de, phase.title_en, phase.planned_on) == ("Ziele", None, date(2027, 1, 15))


def test_change_phase_refuses_a_plan_before_the_start(now):
    process = ProcessFactory()

    with pytest.raises(services.PhaseRefused):
        services.change_phase(
            phase=process.phases.first(), title_de="Ziele", planned_on=date(2026, 8, 31), actor=None, at=now
        )


@pytest.mark.parametrize("role", [ProcessRole.SPONSOR, ProcessRole.GROUP, ProcessRole.MSO_PARTNER])
def test_reach_phase_refuses_people_who_only_look(role, now):
    process = ProcessFactory(ready=True)
    person = person_for(process, role)
    ProcessMemberFactory(process=process, role=role, person=person)

    with pytest.raises(services.ProcessRefused):
        services.reach_phase(phase=process.phases.first(), actor=person, at=now)


def test_reach_phase_refuses_strangers(now):
    process = ProcessFactory(ready=True)

    with pytest.raises(services.ProcessRefused):
        services.reach_phase(phase=process.phases.first(), actor=UserFactory(), at=now)
