"""Meetings: planned, minutes written and circulated, confirmed for good (DOMAIN.md 2.2, 2.5; C14)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from consulting import services
from consulting.enums import (
    AGENDAS,
    EntryKind,
    MeasureState,
    MeetingKind,
    MeetingMoveKind,
    MinutesState,
    ProcessRole,
    ProcessState,
)
from consulting.models import Meeting, MinutesEntry
from tests.factories.academy import UserFactory
from tests.factories.barriers import BarrierFactory
from tests.factories.consulting import ProcessFactory, ProcessMemberFactory, holder
from tests.factories.meetings import MET, MeetingFactory, MinutesEntryFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 2, 10, tzinfo=UTC)
DATE = {"starts_at": AT + timedelta(days=3), "ends_at": AT + timedelta(days=3, hours=2)}


@pytest.fixture
def process():
    return ProcessFactory(focus="implement", ready=True)


def plan(process, actor, **changes):
    given = {"kind": MeetingKind.PROCESS_GROUP, **DATE} | changes
    return services.plan_meeting(process=process, **given, actor=actor, at=AT)


def save(meeting, actor, text="Alle waren da.", version=None, **changes):
    version = meeting.version if version is None else version
    return services.save_minutes(meeting=meeting, text=text, version=version, **changes, actor=actor, at=AT)


def move(meeting, kind, actor, **more):
    return services.move_meeting(meeting=meeting, move=kind, actor=actor, at=AT, **more)


def told(meeting):
    return [one.move for one in meeting.moves.order_by("pk")]


# --- Planning ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", MeetingKind)
def test_plan_meeting_takes_the_agenda_of_its_kind(process, facilitator, kind):
    meeting = plan(process, facilitator, kind=kind)

    assert meeting.state == MinutesState.PLANNED
    assert meeting.agenda == str(AGENDAS[kind])
    assert len(meeting.agenda_items) >= 4
    assert told(meeting) == [MeetingMoveKind.PLAN]


def test_plan_meeting_keeps_who_comes_by_function(process, facilitator):
    people = list(process.members.filter(role=ProcessRole.GROUP))

    meeting = plan(process, facilitator, agenda="Eins\n\nZwei", members=people, functions=["Sprachmittlung", " "])

    assert meeting.agenda_items == ["Eins", "Zwei"]
    assert [str(one) for one in meeting.attendees.all()] == ["Mitglied der Prozessgruppe"] * 3 + ["Sprachmittlung"]


def test_plan_meeting_refuses_an_end_before_the_start(process, facilitator):
    with pytest.raises(services.MeetingRefused, match="nach seinem Beginn enden"):
        plan(process, facilitator, ends_at=DATE["starts_at"])


def test_plan_meeting_refuses_people_of_another_process(process, facilitator):
    with pytest.raises(services.MeetingRefused, match="nur Beteiligte dieser Prozessbegleitung"):
        plan(process, facilitator, members=[ProcessMemberFactory()])


@pytest.mark.parametrize("role", [ProcessRole.SPONSOR, ProcessRole.GROUP, None])
def test_only_facilitators_plan_and_write(process, role):
    person = holder(process, role) if role else UserFactory()
    meeting = MeetingFactory(process=process)
    acts = [
        lambda: plan(process, person),
        lambda: services.change_meeting(meeting=meeting, kind=meeting.kind, **DATE, actor=person, at=AT),
        lambda: save(meeting, person),
        lambda: services.note_entry(meeting=meeting, kind="task", text="Klären", actor=person, at=AT),
        lambda: move(meeting, MeetingMoveKind.CANCEL, person, reason="Krank"),
        lambda: services.add_addendum(meeting=meeting, text="Dazu", actor=person, at=AT),
    ]

    for act in acts:
        with pytest.raises(services.MeetingRefused, match="schreiben Prozessbegleiter"):
            act()


def test_nothing_is_planned_or_written_in_a_process_that_is_over(process, facilitator):
    meeting = MeetingFactory(process=process)
    process.state = ProcessState.CLOSED
    process.save()

    for act in (lambda: plan(process, facilitator), lambda: save(meeting, facilitator)):
        with pytest.raises(services.ProcessRefused, match="ist beendet"):
            act()


def test_change_meeting_counts_the_change_for_calendars(process, facilitator):
    meeting = plan(process, facilitator)

    changed = services.change_meeting(
        meeting=meeting, kind=MeetingKind.STEERING, **DATE, room="Saal", agenda="Eins", actor=facilitator, at=AT
    )

    assert (changed.kind, changed.room, changed.agenda, changed.sequence) == (MeetingKind.STEERING, "Saal", "Eins", 1)
    assert told(meeting) == [MeetingMoveKind.PLAN, MeetingMoveKind.CHANGE]


def test_a_meeting_is_called_off_with_a_reason_and_then_stays_so(process, facilitator):
    meeting = plan(process, facilitator)
    with pytest.raises(services.MeetingRefused, match="einen Grund"):
        move(meeting, MeetingMoveKind.CANCEL, facilitator)

    move(meeting, MeetingMoveKind.CANCEL, facilitator, reason="Krankheit")

    meeting.refresh_from_db()
    assert (meeting.is_cancelled, meeting.sequence, meeting.is_writable) == (True, 1, False)
    with pytest.raises(services.MeetingRefused, match="wurde abgesagt"):
        save(meeting, facilitator)
    with pytest.raises(services.MeetingRefused, match="geht bei diesem Treffen nicht"):
        move(meeting, MeetingMoveKind.CANCEL, facilitator, reason="Noch einmal")


# --- Minutes -------------------------------------------------------------------------------------------------------
def test_save_minutes_begins_a_draft_and_counts_the_version(process, facilitator):
    meeting = MeetingFactory(process=process)
    people = list(process.members.filter(role=ProcessRole.SPONSOR))

    saved = save(meeting, facilitator, members=people)
    again = save(saved, facilitator, text="Alle waren da. Fast.", members=people)

    assert (again.state, again.version, again.minutes) == (MinutesState.DRAFT, 2, "Alle waren da. Fast.")
    assert [str(one) for one in again.attendees.all()] == ["Auftraggeber*in"]
    assert told(meeting) == [MeetingMoveKind.BEGIN]


def test_save_minutes_refuses_the_second_of_two_writers_and_overwrites_nothing(process, facilitator):
    meeting = MeetingFactory(process=process)
    save(meeting, facilitator, text="Von der einen", version=0)

    with pytest.raises(services.MinutesChanged, match="Nichts wurde überschrieben"):
        save(meeting, facilitator, text="Von der anderen", version=0)

    meeting.refresh_from_db()
    assert (meeting.minutes, meeting.version) == ("Von der einen", 1)


def test_note_entry_begins_the_draft_and_can_be_reworded_and_removed(process, facilitator):
    meeting = MeetingFactory(process=process)

    entry = services.note_entry(meeting=meeting, kind=EntryKind.TASK, text="Klären", actor=facilitator, at=AT)
    entry = services.change_entry(
        entry=entry, kind=EntryKind.TASK, text="Anbieter klären", owner="Infotresen", actor=facilitator, at=AT
    )

    meeting.refresh_from_db()
    assert (meeting.state, entry.text, entry.owner) == (MinutesState.DRAFT, "Anbieter klären", "Infotresen")
    services.remove_entry(entry=entry, actor=facilitator, at=AT)
    assert not meeting.entries.exists()


def test_circulate_refuses_what_is_not_complete(process, facilitator):
    ahead = plan(process, facilitator)
    save(ahead, facilitator)
    empty = MeetingFactory(process=process, state=MinutesState.DRAFT, minutes="")
    alone = MeetingFactory(process=process, state=MinutesState.DRAFT)

    for meeting, sentence in (
        (ahead, "wenn das Treffen begonnen hat"),
        (empty, "noch leer"),
        (alone, "welche Funktionen anwesend"),
    ):
        with pytest.raises(services.MeetingRefused, match=sentence):
            move(meeting, MeetingMoveKind.CIRCULATE, facilitator)


@pytest.fixture
def circulated(process, facilitator):
    meeting = MeetingFactory(process=process, state=MinutesState.DRAFT, attendees=process.members.all())
    return move(meeting, MeetingMoveKind.CIRCULATE, facilitator)


def test_circulated_minutes_are_changed_only_after_going_back(circulated, facilitator):
    with pytest.raises(services.MeetingRefused, match="ist verteilt"):
        save(circulated, facilitator)

    meeting = move(circulated, MeetingMoveKind.RETURN, facilitator, reason="Ein Beschluss fehlt")

    assert save(meeting, facilitator).state == MinutesState.DRAFT
    assert told(meeting) == [MeetingMoveKind.CIRCULATE, MeetingMoveKind.RETURN]


def test_only_the_process_group_confirms(circulated, process, facilitator, member):
    for person in (facilitator, holder(process, ProcessRole.SPONSOR)):
        with pytest.raises(services.MeetingRefused, match="bestätigt die Prozessgruppe"):
            move(circulated, MeetingMoveKind.CONFIRM, person)

    meeting = move(circulated, MeetingMoveKind.CONFIRM, member)

    assert (meeting.state, meeting.confirmed_on) == (MinutesState.CONFIRMED, AT.date())


def test_a_draft_cannot_be_confirmed(process, member):
    meeting = MeetingFactory(process=process, state=MinutesState.DRAFT)

    with pytest.raises(services.MeetingRefused, match="Das Protokoll ist „Entwurf“"):
        move(meeting, MeetingMoveKind.CONFIRM, member)


# --- Confirmed minutes stay ----------------------------------------------------------------------------------------
@pytest.fixture
def confirmed(process):
    return MeetingFactory(process=process, state=MinutesState.CONFIRMED, attendees=process.members.all())


def test_confirmed_minutes_are_refused_by_services_models_and_the_database(confirmed, facilitator):
    with pytest.raises(services.MeetingRefused):
        save(confirmed, facilitator)
    with pytest.raises(TypeError, match="write an addendum"):
        confirmed.save()
    with pytest.raises(TypeError):
        confirmed.delete()
    with pytest.raises(TypeError):
        confirmed.attendees.first().save()
    with pytest.raises(TypeError):
        MinutesEntry(meeting=confirmed, kind=EntryKind.TASK, text="Nachgetragen").save()
    with pytest.raises(IntegrityError, match="Confirmed minutes are never changed"), transaction.atomic():
        Meeting.objects.filter(pk=confirmed.pk).update(minutes="Anders")

    confirmed.refresh_from_db()
    assert confirmed.minutes == "Die Wegekarte ist besprochen."


def test_other_minutes_can_be_changed_in_the_database(process):
    meeting = MeetingFactory(process=process, state=MinutesState.CIRCULATED)

    assert Meeting.objects.filter(pk=meeting.pk).update(minutes="Anders") == 1


def test_add_addendum_follows_a_confirmation_only(confirmed, circulated, facilitator):
    addendum = services.add_addendum(meeting=confirmed, text=" Termin verschoben ", actor=facilitator, at=AT)

    assert (addendum.text, addendum.actor) == ("Termin verschoben", facilitator.pseudonym)
    with pytest.raises(TypeError, match="append-only"):
        addendum.save()
    with pytest.raises(services.MeetingRefused, match="folgt auf ein bestätigtes Protokoll"):
        services.add_addendum(meeting=circulated, text="Zu früh", actor=facilitator, at=AT)


# --- A decision becomes a measure ----------------------------------------------------------------------------------
def test_make_measure_links_it_once_even_from_confirmed_minutes(process, member, facilitator):
    entry = MinutesEntryFactory(meeting=MeetingFactory(process=process, state=MinutesState.DRAFT))
    Meeting.objects.filter(pk=entry.meeting_id).update(state=MinutesState.CONFIRMED, confirmed_on=MET.date())
    given = {"words": {"title_de": entry.text}, "barriers": [BarrierFactory(process=process)]}

    measure = services.make_measure(entry=entry, **given, actor=member, at=AT)

    entry.refresh_from_db()
    assert (entry.measure, measure.state, measure.title) == (measure, MeasureState.IDEA, entry.text)
    with pytest.raises(services.MeetingRefused, match="bereits eine Maßnahme"):
        services.make_measure(entry=entry, **given, actor=facilitator, at=AT)


def test_make_measure_refuses_without_a_barrier(process, member):
    entry = MinutesEntryFactory(meeting=MeetingFactory(process=process, state=MinutesState.CIRCULATED))

    with pytest.raises(services.MeasureRefused, match="arriere"):
        services.make_measure(entry=entry, words={"title_de": "Nummern"}, barriers=[], actor=member, at=AT)


def test_remove_entry_refuses_what_has_become_a_measure(process, facilitator):
    entry = MinutesEntryFactory(meeting=MeetingFactory(process=process, state=MinutesState.DRAFT))
    given = {"words": {"title_de": entry.text}, "barriers": [BarrierFactory(process=process)]}
    services.make_measure(entry=entry, **given, actor=facilitator, at=AT)
    entry.refresh_from_db()

    with pytest.raises(services.MeetingRefused, match="bleibt im Protokoll"):
        services.remove_entry(entry=entry, actor=facilitator, at=AT)
