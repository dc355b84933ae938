"""Whatever happens to a run: calendars that were fed by mails alone end up with what the database says.

A simulated calendar programme gets the mails of its person in any order, enters `REQUEST`, strikes `CANCEL`, and leaves
alone what is older than what it knows (RFC 5546 2.1.5).
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from academy.enums import Role
from academy.models import OutgoingMail, User
from courses.models import CourseRun, Session
from enrolment import calendars, services
from enrolment.calendars.entries import rows_of_place
from enrolment.enums import EnrolmentState
from enrolment.models import Enrolment
from tests.factories.academy import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories.courses import CourseRunFactory, RoomFactory

pytestmark = pytest.mark.django_db

BEGIN = datetime(2026, 9, 1, 8, tzinfo=UTC)
# On both sides of the two switches: 25 October 2026 and 28 March 2027
DATES = [
    datetime(2026, 10, 23, 7, tzinfo=UTC),
    datetime(2026, 10, 26, 8, tzinfo=UTC),
    datetime(2027, 3, 26, 8, tzinfo=UTC),
]
PEOPLE = 4

person = st.integers(0, PEOPLE - 1)
ACTS = st.one_of(
    st.tuples(st.just("enrol"), person),
    st.tuples(st.just("withdraw"), person),
    st.tuples(st.just("accept"), person),
    st.tuples(st.just("substitute"), person, person),
    st.tuples(st.just("move"), st.integers(0, 3), st.integers(-3, 3), st.integers(-90, 90)),
    st.tuples(st.just("room"), st.integers(0, 3)),
    st.tuples(st.just("remove"), st.integers(0, 3)),
    st.tuples(st.just("add"), st.integers(1, 170)),
    st.tuples(st.just("capacity"), st.integers(1, 4)),
    st.tuples(st.just("tell")),
    st.tuples(st.just("cancel")),
)


class Programme:
    """The calendar of one person, as far as mails feed it."""

    def __init__(self):
        self.known: dict[str, tuple] = {}

    def receive(self, stream: str) -> None:
        for one in Calendar.from_ical(stream, multiple=True) if stream else []:
            [event] = one.walk("VEVENT")
            version = (event["SEQUENCE"], event["DTSTAMP"].dt)
            if event["UID"] in self.known and self.known[event["UID"]][0] > version:
                continue
            facts = None
            if one["METHOD"] == "REQUEST":
                facts = (event["DTSTART"].dt, event["DTEND"].dt, str(event.get("LOCATION", "")), event["SEQUENCE"])
            self.known[event["UID"]] = (version, facts)

    def dates(self) -> dict[str, tuple]:
        return {uid: facts for uid, (_version, facts) in self.known.items() if facts is not None}


class World:
    """One run, some colleagues, and the clock."""

    def __init__(self, *, offer_hours: int):
        self.at = BEGIN
        self.office = UserFactory()
        organisation = OrganisationFactory()
        self.people = [
            MembershipFactory(role=Role.UNIT_STAFF, organisation=organisation).user for _person in range(PEOPLE)
        ]
        run = CourseRunFactory(seats=2, sessions=0, offer_hours=offer_hours, place="Tagungsraum")
        for starts_at in DATES:
            Session.objects.create(run=run, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))
        self.key = run.pk

    def act(self, name: str, *given) -> None:
        self.at += timedelta(minutes=20)
        try:
            getattr(self, name)(*given)
        except (services.EnrolmentRefused, services.RunRefused):
            pass  # a rule said no, so nothing has happened

    @property
    def run(self) -> CourseRun:
        return CourseRun.objects.get(pk=self.key)

    def place(self, number: int) -> Enrolment | None:
        return Enrolment.objects.live().filter(learner=self.people[number]).first()

    def enrol(self, number):
        services.enrol(learner=self.people[number], run=self.run, at=self.at)

    def withdraw(self, number):
        if self.place(number):
            services.withdraw(enrolment=self.place(number), actor=self.people[number], at=self.at)

    def accept(self, number):
        if self.place(number):
            services.accept_offer(enrolment=self.place(number), actor=self.people[number], at=self.at)

    def substitute(self, number, colleague):
        if self.place(number):
            address, actor = self.people[colleague].email, self.people[number]
            services.substitute(enrolment=self.place(number), colleague_email=address, actor=actor, at=self.at)

    def _save(self, sessions) -> None:
        run = self.run
        run.sessions = sessions
        services.save_run(run=run, actor=self.office, at=self.at)

    def _sessions(self) -> list[Session]:
        return list(self.run.sessions.all())

    def move(self, number, days, minutes):
        sessions = self._sessions()
        if number < len(sessions):
            by = timedelta(days=days, minutes=minutes)
            sessions[number].starts_at += by
            sessions[number].ends_at += by
            self._save(sessions)

    def room(self, number):
        sessions = self._sessions()
        if number < len(sessions):
            sessions[number].room = RoomFactory()
            self._save(sessions)

    def remove(self, number):
        sessions = self._sessions()
        if number < len(sessions):
            del sessions[number]
            self._save(sessions)

    def add(self, days):
        starts_at = BEGIN + timedelta(days=days)
        self._save([*self._sessions(), Session(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))])

    def capacity(self, number):
        services.change_capacity(run=self.run, capacity_max=number, actor=self.office, at=self.at)

    def tell(self):
        """What the clock does once a quarter of an hour is over."""
        services.tell_of_changes(at=self.at)

    def cancel(self):
        services.cancel_run(run=self.run, reason="Zu wenige.", actor=self.office, at=self.at)


def truth(person: User) -> dict[str, tuple]:
    """What the database says of the person's confirmed dates, past the calendars."""
    found = {}
    for place in Enrolment.objects.filter(learner=person, state=EnrolmentState.CONFIRMED):
        for session in Session.objects.filter(run=place.run):
            uid = f"session-{session.pk}.place-{place.pk}@127.0.0.1"
            sequence = session.sequence + place.sequence
            found[uid] = (session.starts_at, session.ends_at, session.where, sequence)
    return found


def looks(dates: dict[str, tuple]) -> dict[str, tuple]:
    """Without the revision: a date that was moved and moved back within a quarter of an hour is told to nobody."""
    return {uid: facts[:-1] for uid, facts in dates.items()}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=st.lists(ACTS, min_size=1, max_size=14), offer_hours=st.sampled_from([0, 48]), order=st.randoms())
def test_calendars_fed_by_mails_equal_the_database_after_any_history(acts, offer_hours, order):
    with transaction.atomic():
        world = World(offer_hours=offer_hours)
        for number in range(PEOPLE):
            world.act("enrol", number)
        for act in acts:
            world.act(*act)
        world.act("tell")

        for person in world.people:
            letters = list(OutgoingMail.objects.filter(person=person).order_by("pk").values_list("calendar", flat=True))
            order.shuffle(letters)
            programme = Programme()
            for letter in letters:
                programme.receive(letter)
            assert looks(programme.dates()) == looks(truth(person))
            assert all(facts[-1] <= truth(person)[uid][-1] for uid, facts in programme.dates().items())
            assert feed_of(person) == truth(person)
        transaction.set_rollback(True)


def feed_of(person: User) -> dict[str, tuple]:
    """The same dates in the personal feed: UID and SEQUENCE are those of the mails."""
    file = calendars.to_ical("Termine", calendars.entries_of(person, language="de"))
    events = [event for event in Calendar.from_ical(file).walk("VEVENT") if event["STATUS"] == "CONFIRMED"]
    return {
        event["UID"]: (event["DTSTART"].dt, event["DTEND"].dt, str(event.get("LOCATION", "")), event["SEQUENCE"])
        for event in events
    }


def test_sequence_of_a_date_never_falls():
    world = World(offer_hours=0)
    world.act("enrol", 0)
    place, seen = world.place(0), []
    for act in [("move", 0, 1, 0), ("room", 0), ("move", 0, -1, 0), ("capacity", 3), ("withdraw", 0)]:
        world.act(*act)
        place.refresh_from_db()
        seen.append(next(row.session_sequence + row.place_sequence for row in rows_of_place(place)))

    assert seen == [1, 2, 3, 3, 4]
