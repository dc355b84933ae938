"""Meetings whose minutes stand in a given state without the services having run."""

from datetime import UTC, datetime, timedelta

import factory

from consulting.enums import EntryKind, MeetingKind, MinutesState
from consulting.models import Attendee, Meeting, MinutesEntry

from .consulting import ProcessFactory

MET = datetime(2026, 10, 20, 7, tzinfo=UTC)  # nine o'clock in Berlin


class MeetingFactory(factory.django.DjangoModelFactory):
    """A meeting of the process group that is over; from «draft» on with minutes; `attendees=[…]` are members."""

    class Meta:
        model = Meeting
        skip_postgeneration_save = True

    process = factory.SubFactory(ProcessFactory, focus="implement", ready=True)
    kind = MeetingKind.PROCESS_GROUP
    starts_at = MET
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(hours=2))
    room = "Raum 2.04"
    agenda = "Ankommen\nMaßnahmen"
    state = MinutesState.PLANNED
    minutes = factory.LazyAttribute(
        lambda o: "" if o.state == MinutesState.PLANNED else "Die Wegekarte ist besprochen."
    )
    confirmed_on = factory.LazyAttribute(lambda o: o.starts_at.date() if o.state == MinutesState.CONFIRMED else None)
    changed_at = MET

    @factory.post_generation
    def attendees(self, create, extracted, **kwargs):
        Attendee.objects.bulk_create([Attendee(meeting=self, member=member) for member in extracted or []])


class MinutesEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MinutesEntry

    meeting = factory.SubFactory(MeetingFactory, state=MinutesState.CIRCULATED)
    kind = EntryKind.DECISION
    text = factory.Sequence(lambda n: f"Aufruf mit Nummern {n}")
