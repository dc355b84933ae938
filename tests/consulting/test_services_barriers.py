"""Barriers: recorded, evidenced, confirmed, removed (C4 to C6), and who sees them (DOMAIN.md 2.4, 2.5)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from academy.common.confidentiality import Level
from academy.enums import OrganisationKind, Role, Vocabulary
from consulting import selectors, services
from consulting.enums import (
    BarrierMoveKind,
    BarrierState,
    EffectResult,
    EvidenceOrigin,
    EvidenceRelease,
    MeasureMoveKind,
    MeasureState,
    Priority,
    ProcessRole,
    ProcessState,
)
from consulting.models import Barrier, EffectCheck, ReleaseEvent
from tests.factories.academy import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories.barriers import BarrierFactory, EvidenceFactory, MeasureFactory, TouchpointFactory, term
from tests.factories.consulting import ProcessFactory, ProcessMemberFactory, holder

pytestmark = pytest.mark.django_db


AT = datetime(2026, 11, 2, 10, tzinfo=UTC)
TODAY = AT.date()
WORDS = {
    "title_de": "Terminbuchung nur auf Deutsch",
    "description_de": "Ohne Deutsch ist Buchen kaum möglich.",
    "reach": 4,
    "consequence": 3,
}


@pytest.fixture
def process():
    return ProcessFactory(focus="analyse", ready=True)


@pytest.fixture
def mso():
    return OrganisationFactory(kind=OrganisationKind.MSO)


@pytest.fixture
def speaker(mso):
    """Stands for the organisation, without any function in the process."""
    return MembershipFactory(role=Role.MSO, organisation=mso).user


def record(process, actor, **changes):
    given = {
        "touchpoints": [TouchpointFactory(process=process)],
        "kinds": [term(Vocabulary.BARRIER_KINDS, "process")],
        "dimensions": [term(Vocabulary.DIMENSIONS, "language")],
    }
    return services.record_barrier(process=process, words=WORDS, actor=actor, at=AT, **(given | changes))


def move(barrier, kind, actor, **more):
    return services.move_barrier(barrier=barrier, move=kind, actor=actor, at=AT, **more)


def sees(person, barrier) -> bool:
    return selectors.barriers_visible_to(person, on=TODAY).filter(pk=barrier.pk).exists()


# --- Recording (C4) ------------------------------------------------------------------------------------------------
def test_record_barrier_gives_a_suspected_one_for_the_group(process, member):
    barrier = record(process, member)

    assert (barrier.state, barrier.level, barrier.changed_on) == (BarrierState.SUSPECTED, Level.GROUP, TODAY)
    assert (barrier.weight, barrier.priority) == (12, Priority.HIGH)
    assert [move.move for move in barrier.moves.all()] == [BarrierMoveKind.RECORD]


@pytest.mark.parametrize(
    ("reach", "consequence", "priority"),
    [
        (1, 4, Priority.LOW),
        (2, 3, Priority.MEDIUM),
        (3, 3, Priority.MEDIUM),
        (3, 4, Priority.HIGH),
        (4, 4, Priority.HIGH),
    ],
)
def test_priority_follows_reach_times_consequence(reach, consequence, priority):
    assert Barrier(reach=reach, consequence=consequence).priority == priority


@pytest.mark.parametrize("part", ["touchpoints", "kinds", "dimensions"])
def test_record_barrier_refuses_without_its_parts(process, member, part):
    with pytest.raises(services.BarrierRefused, match="Bitte wählen Sie mindestens"):
        record(process, member, **{part: []})


def test_record_barrier_refuses_a_step_of_another_process(process, member):
    with pytest.raises(services.BarrierRefused, match="Kontaktpunkt der Wegekarte"):
        record(process, member, touchpoints=[TouchpointFactory()])


def test_record_barrier_refuses_who_only_reads(process, sponsor):
    for person in (sponsor, UserFactory()):
        with pytest.raises(services.BarrierRefused, match="keine Zugangsbarrieren aufnehmen"):
            record(process, person)


def test_only_facilitators_keep_a_barrier_to_themselves(process, facilitator, member):
    assert record(process, facilitator, level=Level.FACILITATION).level == Level.FACILITATION
    with pytest.raises(services.BarrierRefused, match="Nur Prozessbegleiter"):
        record(process, member, level=Level.FACILITATION)


def test_record_barrier_refuses_in_a_process_that_is_over(process, facilitator):
    process.state = ProcessState.CLOSED
    process.save()

    with pytest.raises(services.ProcessRefused, match="ist beendet"):
        record(process, facilitator)


# --- Evidence and moves --------------------------------------------------------------------------------------------
def add(barrier, actor, **changes):
    given = {"kind": "document", "found_on": TODAY, "summary": "Hinweise geprüft", "origin": EvidenceOrigin.OPERATOR}
    return services.add_evidence(barrier=barrier, actor=actor, at=AT, **(given | changes))


def test_first_evidence_makes_a_barrier_evidenced(process, facilitator):
    barrier = record(process, facilitator)

    add(barrier, facilitator)
    add(barrier, facilitator)

    barrier.refresh_from_db()
    assert barrier.state == BarrierState.EVIDENCED
    assert barrier.moves.filter(move=BarrierMoveKind.SUBSTANTIATE).count() == 1


def test_evidence_of_tomorrow_is_refused(process, facilitator):
    with pytest.raises(services.BarrierRefused, match="in der Zukunft"):
        add(record(process, facilitator), facilitator, found_on=TODAY + timedelta(days=1))


def test_evidence_of_mso_names_the_organisation(process, facilitator, mso):
    barrier = record(process, facilitator)

    with pytest.raises(services.BarrierRefused, match="nennt die Organisation"):
        add(barrier, facilitator, origin=EvidenceOrigin.MSO)
    with pytest.raises(services.BarrierRefused, match="nennt die Organisation"):
        add(barrier, facilitator, organisation=mso)


def test_barrier_is_confirmed_by_the_commissioning_lead(process, facilitator, sponsor):
    barrier = record(process, facilitator)
    add(barrier, facilitator)

    confirmed = move(barrier, BarrierMoveKind.CONFIRM, sponsor)

    assert (confirmed.state, confirmed.confirmed_on) == (BarrierState.CONFIRMED, TODAY)


def test_barrier_is_confirmed_by_a_decision_of_the_group_in_words(process, facilitator):
    barrier = record(process, facilitator)
    add(barrier, facilitator)

    with pytest.raises(services.BarrierRefused, match="wie die Prozessgruppe entschieden hat"):
        move(barrier, BarrierMoveKind.CONFIRM, facilitator)
    assert move(barrier, BarrierMoveKind.CONFIRM, facilitator, reason="Protokoll vom 2.11.").state == "confirmed"


def test_suspected_barrier_is_not_confirmed(process, facilitator, sponsor):
    with pytest.raises(services.BarrierRefused, match="zuerst einen Beleg"):
        move(record(process, facilitator), BarrierMoveKind.CONFIRM, sponsor)


def test_removing_needs_an_effective_measure_or_an_exception_in_words(process, facilitator):
    barrier = BarrierFactory(process=process, state=BarrierState.IN_PROGRESS)

    with pytest.raises(services.BarrierRefused, match="keine Maßnahme als wirksam"):
        move(barrier, BarrierMoveKind.REMOVE, facilitator)
    measure = MeasureFactory(process=process, barriers=[barrier], state=MeasureState.CHECKED, implemented_on=TODAY)
    check = EffectCheck.objects.create(
        measure=measure, due_on=TODAY, checked_on=TODAY, result=EffectResult.NOT_EFFECTIVE
    )
    with pytest.raises(services.BarrierRefused, match="keine Maßnahme als wirksam"):
        move(barrier, BarrierMoveKind.REMOVE, facilitator)
    check.result = EffectResult.EFFECTIVE
    check.save()
    assert move(barrier, BarrierMoveKind.REMOVE, facilitator).state == BarrierState.REMOVED

    other = BarrierFactory(process=process, state=BarrierState.IN_PROGRESS)
    assert move(other, BarrierMoveKind.REMOVE, facilitator, reason="Die Vorschrift ist entfallen.").state == "removed"


def test_deferring_needs_a_reason_and_resuming_leads_back(process, facilitator):
    barrier = BarrierFactory(process=process, state=BarrierState.CONFIRMED)

    with pytest.raises(services.BarrierRefused, match="nennen Sie einen Grund"):
        move(barrier, BarrierMoveKind.DEFER, facilitator)
    move(barrier, BarrierMoveKind.DEFER, facilitator, reason="Wartet auf den Umbau.")
    assert move(barrier, BarrierMoveKind.RESUME, facilitator).state == BarrierState.CONFIRMED


def test_moves_that_the_table_does_not_hold_are_refused(process, facilitator):
    barrier = BarrierFactory(process=process, state=BarrierState.SUSPECTED)

    with pytest.raises(services.BarrierRefused, match="„vermutet“"):
        move(barrier, BarrierMoveKind.START, facilitator)


# --- Visibility and releases (C3, C5, C12, C13) -----------------------------------------------------------------------
def cast(process, mso):
    """Everybody whom the matrix names, by a short name."""
    unit = process.unit
    staff = MembershipFactory(role=Role.UNIT_STAFF, organisation=unit.organisation, unit=unit).user
    partner = ProcessMemberFactory(process=process, role=ProcessRole.MSO_PARTNER).person
    return {
        "facilitator": holder(process, ProcessRole.FACILITATOR),
        "other facilitator": MembershipFactory(role=Role.FACILITATOR).user,
        "sponsor": holder(process, ProcessRole.SPONSOR),
        "group": holder(process, ProcessRole.GROUP),
        "staff": staff,
        "own mso": MembershipFactory(role=Role.MSO, organisation=mso).user,
        "partner": partner,
        "lead": MembershipFactory(role=Role.PROGRAMME_LEAD).user,
        "moderation": MembershipFactory(role=Role.DIALOGUE_MODERATION).user,
        "editor": MembershipFactory(role=Role.EDITOR).user,
        "admin": MembershipFactory(role=Role.TECHNICAL_ADMIN).user,
        "supervisor": MembershipFactory(role=Role.APPROVER, organisation=unit.organisation, unit=unit).user,
        "office": MembershipFactory(role=Role.ACADEMY_OFFICE).user,
    }


INNER = {"facilitator", "sponsor", "group", "lead"}
NETWORK = INNER | {"staff", "own mso", "partner", "moderation", "editor"}
SEEN_BY = {
    Level.FACILITATION: {"facilitator"},
    Level.GROUP: INNER,
    Level.UNIT: INNER | {"staff", "partner"},
    Level.NETWORK: NETWORK,
}


@pytest.mark.parametrize("level", SEEN_BY)
def test_barrier_is_seen_as_the_matrix_says(process, mso, level):
    barrier = BarrierFactory(process=process, state=BarrierState.CONFIRMED, level=level)
    EvidenceFactory(barrier=barrier)

    assert {name for name, person in cast(process, mso).items() if sees(person, barrier)} == SEEN_BY[level]


def test_public_barrier_is_seen_by_everybody(process, mso):
    from django.contrib.auth.models import AnonymousUser

    barrier = BarrierFactory(process=process, state=BarrierState.CONFIRMED, level=Level.PUBLIC)

    assert all(sees(person, barrier) for person in [*cast(process, mso).values(), AnonymousUser()])


def test_barrier_behind_unreleased_evidence_of_mso_is_hidden_until_it_is_released(process, mso, speaker, facilitator):
    barrier = BarrierFactory(process=process, state=BarrierState.EVIDENCED)
    evidence = EvidenceFactory(barrier=barrier, organisation=mso)
    people = cast(process, mso)

    def seen_by():
        return {name for name, person in people.items() if sees(person, barrier)}

    assert seen_by() == {"facilitator", "own mso"}
    with pytest.raises(services.BarrierRefused, match="Nur wer den Beleg"):
        services.release_evidence(evidence=evidence, actor=facilitator, at=AT)
    services.release_evidence(evidence=evidence, actor=speaker, at=AT)
    assert seen_by() == INNER | {"own mso"}
    services.withdraw_evidence(evidence=evidence, actor=speaker, at=AT)
    assert seen_by() == {"facilitator", "own mso"}
    assert [(event.act, event.organisation) for event in ReleaseEvent.objects.order_by("pk")] == [
        ("release", mso),
        ("withdraw", mso),
    ]


def test_unreleased_evidence_is_read_by_facilitation_and_its_owner_only(process, mso):
    barrier = BarrierFactory(process=process, state=BarrierState.CONFIRMED, level=Level.NETWORK)
    EvidenceFactory(barrier=barrier, release_state=EvidenceRelease.RELEASED)
    hidden = EvidenceFactory(barrier=barrier, organisation=mso)

    readers = {
        name
        for name, person in cast(process, mso).items()
        if selectors.evidence_visible_to(person, on=TODAY).filter(pk=hidden.pk).exists()
    }

    assert readers == {"facilitator", "own mso"}


def test_access_ends_with_the_membership(process, facilitator):
    barrier = BarrierFactory(process=process)
    facilitator.memberships.update(ends_on=TODAY - timedelta(days=1))

    assert not sees(facilitator, barrier)


def set_level(barrier, level, actor):
    return services.set_barrier_level(barrier=barrier, level=level, actor=actor, at=AT)


def test_facilitation_shows_a_barrier_to_the_group_and_the_lead_shows_it_to_the_unit(process, facilitator, sponsor):
    barrier = BarrierFactory(process=process, state=BarrierState.CONFIRMED, level=Level.FACILITATION)

    with pytest.raises(services.BarrierRefused, match="entscheidet die Prozessbegleitung"):
        set_level(barrier, Level.GROUP, sponsor)
    set_level(barrier, Level.GROUP, facilitator)
    with pytest.raises(services.BarrierRefused, match="entscheidet die Prozessbegleitung"):
        set_level(barrier, Level.UNIT, facilitator)
    set_level(barrier, Level.UNIT, sponsor)
    set_level(barrier, Level.GROUP, sponsor)

    told = list(ReleaseEvent.objects.order_by("pk").values_list("act", "from_level", "to_level"))
    assert told == [("release", 4, 3), ("release", 3, 2), ("withdraw", 2, 3)]


def test_release_to_the_unit_needs_a_confirmed_barrier(process, sponsor):
    with pytest.raises(services.BarrierRefused, match="Nur eine bestätigte"):
        set_level(BarrierFactory(process=process, state=BarrierState.EVIDENCED), Level.UNIT, sponsor)


def test_release_needs_released_evidence(process, facilitator, mso):
    barrier = BarrierFactory(process=process, state=BarrierState.EVIDENCED, level=Level.FACILITATION)
    EvidenceFactory(barrier=barrier, organisation=mso)

    with pytest.raises(services.BarrierRefused, match="nicht freigegeben"):
        set_level(barrier, Level.GROUP, facilitator)


def test_release_events_and_moves_are_append_only(process, facilitator):
    barrier = record(process, facilitator, level=Level.FACILITATION)
    set_level(barrier, Level.GROUP, facilitator)

    for row in (ReleaseEvent.objects.get(), barrier.moves.first()):
        with pytest.raises(TypeError, match="append-only"):
            row.save()
        with pytest.raises(TypeError, match="append-only"):
            row.delete()


@pytest.mark.parametrize(
    "change",
    [
        {"reach": 5},
        {"state": BarrierState.CONFIRMED, "confirmed_on": None},
        {"level": Level.UNIT, "confirmed_on": None},
    ],
)
def test_database_refuses_what_no_barrier_may_be(process, change):
    barrier = BarrierFactory(process=process)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.constraint_checks_disabled():
        Barrier.objects.filter(pk=barrier.pk).update(**change)


# --- Measures (C2, C7, C8) -------------------------------------------------------------------------------------------
def note(process, actor, **changes):
    words = {"title_de": "Terminhilfe am Telefon", "owner_de": "", "criterion_de": "", "due_on": None} | changes
    barrier = BarrierFactory(process=process, state=BarrierState.CONFIRMED)
    return services.note_measure(process=process, words=words, barriers=[barrier], actor=actor, at=AT)


PLAN = {"owner_de": "Teamkoordination", "criterion_de": "30 Termine im Monat", "due_on": TODAY + timedelta(days=30)}


@pytest.mark.parametrize("lacks", PLAN)
def test_deciding_needs_owner_day_and_criterion(process, member, lacks):
    measure = note(process, member, **{**PLAN, lacks: None if lacks == "due_on" else ""})

    with pytest.raises(services.MeasureRefused, match="braucht eine verantwortliche Funktion"):
        services.move_measure(measure=measure, move=MeasureMoveKind.DECIDE, actor=member, at=AT)


def test_implemented_measure_is_checked_after_eight_weeks_at_the_earliest(process, member):
    measure = note(process, member, **PLAN)
    for kind in (MeasureMoveKind.DECIDE, MeasureMoveKind.START, MeasureMoveKind.IMPLEMENT):
        measure = services.move_measure(measure=measure, move=kind, actor=member, at=AT)
    first = TODAY + timedelta(weeks=8)
    assert [check.due_on for check in measure.checks.all()] == [first]

    def check(on):
        at = AT + (on - TODAY)
        given = {"method": "Strichliste", "result": EffectResult.NOT_EFFECTIVE, "checked_on": on}
        return services.check_effect(measure=measure, actor=member, at=at, **given)

    with pytest.raises(services.MeasureRefused, match="nach acht Wochen"):
        check(first - timedelta(days=1))
    assert check(first).result == EffectResult.NOT_EFFECTIVE
    measure.refresh_from_db()
    assert (measure.state, measure.checks.count()) == (MeasureState.CHECKED, 1)


def test_overdue_counts_from_the_day_after(process):
    measure = MeasureFactory(process=process, due_on=TODAY)

    assert not measure.is_overdue(on=TODAY)
    assert measure.is_overdue(on=TODAY + timedelta(days=1))
    assert list(process.measures.overdue(on=TODAY + timedelta(days=1))) == [measure]
    measure.state = MeasureState.IMPLEMENTED
    assert not measure.is_overdue(on=TODAY + timedelta(days=1))


def test_mso_gives_its_view_beside_the_units(process, member):
    partner = ProcessMemberFactory(process=process, role=ProcessRole.MSO_PARTNER).person
    shown = BarrierFactory(process=process, state=BarrierState.CONFIRMED, level=Level.NETWORK)
    measure = MeasureFactory(process=process, barriers=[shown], state=MeasureState.CHECKED, implemented_on=TODAY)
    check = EffectCheck.objects.create(measure=measure, due_on=TODAY, checked_on=TODAY, result=EffectResult.EFFECTIVE)

    services.add_mso_view(check=check, view=EffectResult.PARTLY, note="Noch nicht überall", actor=partner, at=AT)

    check.refresh_from_db()
    assert (check.result, check.mso_view) == (EffectResult.EFFECTIVE, EffectResult.PARTLY)
    with pytest.raises(services.MeasureRefused, match="Nur eine beteiligte"):
        services.add_mso_view(check=check, view=EffectResult.PARTLY, actor=member, at=AT)


def test_process_closes_when_its_measures_are_settled(facilitator, process):
    process.phases.update(state="reached", done_on=TODAY)
    measure = MeasureFactory(process=process)

    def close():
        return services.move_process(process=process, move="close", actor=facilitator, at=AT)

    with pytest.raises(services.ProcessRefused, match="weder geprüft noch verworfen"):
        close()
    services.hand_over_measure(measure=measure, to="Fachbereich Organisation", actor=facilitator, at=AT)
    assert close().state == ProcessState.CLOSED
