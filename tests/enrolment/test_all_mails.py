"""All mails about places in one table: whatever is written to people is whole, in their language, and leads to us."""

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from academy.common.languages import german_or_english
from academy.common.mail_wording import mails
from courses.models import Session, Step
from courses.structure import Change, Difference, Fact
from enrolment import notifications
from enrolment.enums import BookingState, InsteadOutcome, MessageAudience, NamedBy
from enrolment.models import Approval, Booking, Certificate, Interest, NamedPerson, RunMessage, Submission, VersionMove
from tests.factories.academy import UserFactory
from tests.factories.bookings import make_contact
from tests.factories.course_pages import course_page
from tests.factories.courses import FIRST_SESSION, CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT as AT
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import make_step_page
from tests.mails import LANGUAGES, Letter, faults_of, letter_of

pytestmark = pytest.mark.usefixtures("site")

TITLES = {"de": "Bescheide, die ankommen", "en": "Letters that arrive", "de-simple": "Briefe, die man versteht"}
DAYS = {"de": "9. Dezember 2026", "en": "9 December 2026", "de-simple": "9. Dezember 2026"}
TIMES = {"de": "9:00–13:00 Uhr", "en": "9:00–13:00", "de-simple": "9:00 Uhr bis 13:00 Uhr"}
GIVE_BACK = {"de": "geben Sie den Platz", "en": "give the place back", "de-simple": "geben Sie den Platz"}
REASON = "Krankheit."
NO_MAILS = {"keys_with_approver", "kind_of", "preview_of", "reminder_key"}  # they write to nobody


class World:
    """One run with everything that a mail can be about; people read `language`."""

    def __init__(self, language: str):
        course = CourseFactory(slug="bescheide")
        for code, title in TITLES.items():
            course_page(course=course, language=code, title=title)
        self.run = CourseRunFactory(course=course, seats=4, decide_on=AT.date())
        self.other = CourseRunFactory(course=course, seats=4, place="Anderer Saal")
        self.session = self.run.sessions.get()
        self.learner = UserFactory(preferred_language=language)
        self.place = EnrolmentFactory(learner=self.learner, run=self.run)
        self.offered = EnrolmentFactory(
            learner=self.learner, run=self.other, state="offered", offer_expires_at=AT + timedelta(days=2)
        )
        self.interest = Interest.objects.create(person=self.learner, course=course, entered_at=AT)
        self.approval = Approval.objects.create(
            enrolment=self.place,
            approver_email="leitung@example.org",
            deputy_email="vertretung@example.org",
            nonce="a",
            deputy_nonce="b",
            asked_at=AT,
            expires_at=AT + timedelta(days=10),
            reason=REASON,
        )
        contact = make_contact(user__preferred_language=language)
        self.booking = Booking.objects.create(
            organisation=contact.memberships.get().organisation,
            contact=contact,
            run=self.run,
            state=BookingState.HELD,
            waiting_for=2,
            queue_number=1,
            release_at=AT + timedelta(days=7),
            booked_at=AT,
        )
        self.seat = self.run.seats.first()
        self.named = NamedPerson.objects.create(
            booking=self.booking, enrolment=self.place, email="x@example.org", named_by=NamedBy.CONTACT, named_at=AT
        )
        self.certificate = Certificate(enrolment=self.place, number="2026-00001")
        self.answer = Submission(pk=1, enrolment=self.place)
        self.corrected = Certificate(enrolment=self.place, number="2026-00002")
        self.corrected.supersedes = self.certificate
        self.message = RunMessage(
            pk=1, run=self.run, author=self.learner, audience=MessageAudience.EVERYBODY, subject="Stifte", text="Bitte."
        )

    def changes(self) -> notifications.Changes:
        """One date has moved, one has gone, one is new."""
        was = notifications.Known.of(self.session, self.other)
        gone, new = (
            Session(pk=pk, sequence=0, starts_at=FIRST_SESSION, ends_at=FIRST_SESSION + timedelta(hours=1))
            for pk in (900, 901)
        )
        return notifications.Changes.between(
            [was, notifications.Known.of(gone, self.run)],
            [notifications.Known.of(self.session, self.run), notifications.Known.of(new, self.run)],
        )

    def other_steps(self, each: int) -> Difference:
        """So many steps are new and required, new and voluntary, gone, required now, and in another place."""
        page = make_step_page(self.run.course.pages.first(), title="Neuer Schritt")
        new = [
            Change(before=None, after=Step(key=page.translation_key, page=page, is_required=required))
            for required in (True, False)
        ]
        known, voluntary = Step(is_required=True), Step(is_required=False)
        others = [Change(known, None), Change(voluntary, known), Change(known, known, has_moved=True)]
        changes = [change for change in (*new, *others) for _time in range(each)]
        return Difference(changes, rules=[Fact("Rule", "50 %", "60 %")])


def replaced(outcome: InsteadOutcome) -> Callable[[World], None]:
    return lambda w: notifications.run_replaced(w.place, w.other, outcome, place=w.offered, reason=REASON, at=AT)


@dataclass(frozen=True)
class Case:
    """One mail. `when` and `where`: it must name the date and the place of the run; `keeps_a_place`: the reader has a
    confirmed place and must read how to give it back; `outside`: it goes to people at work, in German or English.
    """

    name: str
    write: Callable[[World], object]
    when: bool = True
    where: bool = True
    keeps_a_place: bool = False
    outside: bool = False


N = notifications
CASES = [
    # To supervisors and deputies, and to applicants about them
    Case("approval_asked", lambda w: N.approval_asked(w.approval, token="t", at=AT), where=False, outside=True),
    Case("approval_reminder", lambda w: N.approval_reminder(w.approval, token="t", at=AT), where=False, outside=True),
    Case("deputy_asked", lambda w: N.deputy_asked(w.approval, token="t", at=AT), where=False, outside=True),
    Case("approval_requested", lambda w: N.approval_requested(w.approval, at=AT)),
    Case("deputy_named", lambda w: N.deputy_named(w.approval, at=AT)),
    Case("council_involved", lambda w: N.council_involved(w.approval, at=AT)),
    Case("approval_refused", lambda w: N.approval_refused(w.approval, at=AT)),
    Case("approval_lapsed", lambda w: N.approval_lapsed(w.approval, at=AT)),
    # To contact persons of organisations
    Case("seats_reserved", lambda w: N.seats_reserved(w.booking, seats=1, at=AT)),
    Case("seats_reserved", lambda w: N.seats_reserved(w.booking, seats=2, at=AT)),
    Case("group_waits", lambda w: N.group_waits(w.booking, at=AT)),
    Case("seats_given", lambda w: N.seats_given(w.booking, seats=1, at=AT)),
    Case("seats_given", lambda w: N.seats_given(w.booking, seats=2, at=AT)),
    Case("seats_added", lambda w: N.seats_added(w.booking, seats=1, at=AT)),
    Case("seats_added", lambda w: N.seats_added(w.booking, seats=2, at=AT)),
    Case("release_is_near", lambda w: N.release_is_near(w.booking, seats=1, at=AT)),
    Case("release_is_near", lambda w: N.release_is_near(w.booking, seats=2, at=AT)),
    Case("seat_returned", lambda w: N.seat_returned(w.booking, seat=w.seat, at=AT)),
    Case("seats_released", lambda w: N.seats_released(w.booking, seats=1, at=AT)),
    Case("seats_released", lambda w: N.seats_released(w.booking, seats=2, at=AT)),
    Case("booking_cancelled", lambda w: N.booking_cancelled(w.booking, reason=REASON, at=AT)),
    # To people whom they have named
    Case("place_named", lambda w: N.place_named(w.named, has_password=True, at=AT), keeps_a_place=True),
    Case("place_named", lambda w: N.place_named(w.named, has_password=False, at=AT), keeps_a_place=True),
    Case("place_unnamed", lambda w: N.place_unnamed(w.named, at=AT)),
    Case("place_replaced", lambda w: N.place_replaced(w.named, at=AT)),
    # About places
    Case("place_confirmed", lambda w: N.place_confirmed(w.place, at=AT), keeps_a_place=True),
    Case("place_promoted", lambda w: N.place_promoted(w.place, at=AT), keeps_a_place=True),
    Case("place_taken_over", lambda w: N.place_taken_over(w.place, giver=w.learner, at=AT), keeps_a_place=True),
    Case("place_offered", lambda w: N.place_offered(w.offered, at=AT)),
    Case("offer_lapsed", lambda w: N.offer_lapsed(w.place, at=AT)),
    Case("place_handed_over", lambda w: N.place_handed_over(w.place, at=AT)),
    Case("place_waitlisted", lambda w: N.place_waitlisted(w.place, at=AT)),
    Case("place_withdrawn", lambda w: N.place_withdrawn(w.place, at=AT)),
    Case("list_closed", lambda w: N.list_closed(w.place, at=AT)),
    Case("run_cancelled", lambda w: N.run_cancelled(w.place, reason=REASON, at=AT)),
    *(Case("run_replaced", replaced(outcome)) for outcome in InsteadOutcome),
    Case("interest_offered", lambda w: N.interest_offered(w.offered, at=AT)),
    Case("interest_waits", lambda w: N.interest_waits(w.place, at=AT)),
    Case("interest_invited", lambda w: N.interest_invited(w.interest, run=w.run, at=AT)),
    Case("run_moved", lambda w: N.run_moved(w.place, changes=w.changes(), cause="moved", at=AT), keeps_a_place=True),
    Case(
        "date_reminder",
        lambda w: N.date_reminder(w.place, rule=1, session=w.session, due=AT, at=AT),
        keeps_a_place=True,
    ),
    Case("run_takes_place", lambda w: N.run_takes_place(w.place, at=AT), keeps_a_place=True),
    Case("steps_changed", lambda w: N.steps_changed(w.place, move=VersionMove(pk=1), found=w.other_steps(1), at=AT)),
    Case("steps_changed", lambda w: N.steps_changed(w.place, move=VersionMove(pk=1), found=w.other_steps(2), at=AT)),
    Case("decision_due", lambda w: N.decision_due(w.run, person=w.learner, confirmed=1, at=AT)),
    Case("decision_due", lambda w: N.decision_due(w.run, person=w.learner, confirmed=2, at=AT)),
    Case("run_message", lambda w: N.run_message(w.place, message=w.message, at=AT)),
    # About certificates: the dates stand on the paper
    Case("certificate_issued", lambda w: N.certificate_issued(w.certificate, at=AT), when=False, where=False),
    # About answers to tasks: never a word of them
    Case("task_answered", lambda w: N.task_answered(w.answer, position=1, at=AT), when=False, where=False),
    Case("task_answered", lambda w: N.task_answered(w.answer, position=None, at=AT), when=False, where=False),
    Case("answers_wait", lambda w: N.answers_wait(w.learner, [(w.run, 1)], at=AT), when=False, where=False),
    Case(
        "answers_wait", lambda w: N.answers_wait(w.learner, [(w.run, 1), (w.other, 2)], at=AT), when=False, where=False
    ),
    Case("certificate_replaced", lambda w: N.certificate_replaced(w.corrected, at=AT), when=False, where=False),
    Case(
        "certificate_revoked",
        lambda w: N.certificate_revoked(w.certificate, reason=REASON, at=AT),
        when=False,
        where=False,
    ),
    Case("certificate_restored", lambda w: N.certificate_restored(w.certificate, at=AT), when=False, where=False),
]


def faults_in(letter: Letter, case: Case, language: str) -> Iterator[str]:
    """What is wrong with one mail, as far as mails about places promise more than others."""
    text, seen = letter.mail.text, letter.seen
    if TITLES[language] not in text + letter.mail.subject and case.name != "run_message":
        yield "does not name the course"
    parts = (text, seen)
    if case.when and not all(DAYS[language] in part and TIMES[language] in part for part in parts):
        yield "does not say when"
    if case.where and not all(any(place in part for place in ("Tagungsraum", "Anderer Saal")) for part in parts):
        yield "does not say where"
    if case.keeps_a_place and not all(GIVE_BACK[language] in part for part in parts):
        yield "does not say how to give the place back"


def test_every_function_that_writes_a_mail_stands_in_the_table():
    public = {name for name in notifications.__all__ if inspect.isfunction(getattr(notifications, name))}
    written = {mail.key.removeprefix("enrolment.") for mail in mails() if mail.key.startswith("enrolment.")}

    assert {case.name for case in CASES} == (public | written) - NO_MAILS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_is_whole_in_every_language(language):
    world = World(language)
    faults = defaultdict(list)
    for case in CASES:
        spoken = german_or_english(language) if case.outside else language
        letter = letter_of(lambda case=case: case.write(world))
        faults[case.name] += faults_of(letter, f"enrolment.{case.name}", language=spoken)
        faults[case.name] += faults_in(letter, case, spoken)

    assert sorted({f"{name} {fault}" for name, found in faults.items() for fault in found}) == []


def test_no_two_mails_share_a_key():
    world = World("de")
    names = defaultdict(set)
    for case in CASES:
        names[letter_of(lambda case=case: case.write(world)).mail.key].add(case.name)

    assert [sorted(shared) for shared in names.values() if len(shared) > 1] == [["run_cancelled", "run_replaced"]]
