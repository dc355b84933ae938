"""What places keep about people (GDPR Art. 30), read by the registry of DESIGN.md 4."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from academy.common.registry import PersonalData
from academy.models import User
from academy.services import ERASED_ADDRESS

from . import services
from .models import (
    AccessNeeds,
    Approval,
    Attendance,
    AttendanceAddendum,
    Booking,
    BookingMove,
    CalendarFeed,
    Certificate,
    Completion,
    Enrolment,
    EnrolmentMove,
    ExternalCourse,
    FeedbackAnswer,
    Interest,
    NamedPerson,
    Progress,
    PromotionDecision,
    RunMessage,
    SignedList,
    Submission,
    Waiver,
)


def erase_places(user: User, at: datetime) -> None:
    """Live places go back, so that others can have them; the rows stay as counted evidence without a name."""
    for place in Enrolment.objects.live().filter(learner=user).order_by("pk"):
        try:
            services.withdraw(enrolment=place, actor=user, at=at, reason="–")
        except services.EnrolmentRefused:
            pass  # the course is over: the place is evidence now


def erase_moves(user: User, at: datetime) -> None:
    """The chain of moves stays, since it proves how seats were given; written reasons go."""
    EnrolmentMove.objects.filter(enrolment__learner=user).update(reason="")


def erase_interest(user: User, at: datetime) -> None:
    Interest.objects.filter(person=user).delete()


def erase_approvals(user: User, at: datetime) -> None:
    """That an answer was given stays; who gave it, and in which words, goes."""
    asked = Approval.objects.filter(enrolment__learner=user)
    asked.update(approver_email=ERASED_ADDRESS, reason="")
    asked.exclude(deputy_email="").update(deputy_email=ERASED_ADDRESS)


def erase_access_needs(user: User, at: datetime) -> None:
    AccessNeeds.objects.filter(enrolment__learner=user).delete()


def erase_calendar(user: User, at: datetime) -> None:
    CalendarFeed.objects.filter(person=user).delete()


def erase_record(user: User, at: datetime) -> None:
    services.delete_external_courses(ExternalCourse.objects.filter(owner=user))


def erase_waivers(user: User, at: datetime) -> None:
    Waiver.objects.filter(person=user).delete()


def erase_messages(user: User, at: datetime) -> None:
    """That a run was written to stays; the words of whoever wrote go."""
    RunMessage.objects.filter(author=user).update(subject="–", text="–")


def erase_progress(user: User, at: datetime) -> None:
    """Steps and results belong to the learner alone: they prove nothing to anybody else."""
    Progress.objects.filter(enrolment__learner=user).delete()


def erase_answers(user: User, at: datetime) -> None:
    """Answers to tasks with their files and the feedback to them."""
    services.delete_answers(Submission.objects.filter(enrolment__learner=user))


def erase_naming(user: User, at: datetime) -> None:
    """That a place came through an organisation stays; in whose words, and which address was typed, goes."""
    own = NamedPerson.objects.filter(enrolment__learner=user)
    own.update(first_name="", last_name="", email=ERASED_ADDRESS)


def erase_addenda(user: User, at: datetime) -> None:
    """That a list was corrected is evidence; the written reason may tell of the person, so it goes."""
    AttendanceAddendum.objects.filter(enrolment__learner=user).update(reason="–")


ENTRIES = [
    PersonalData(
        model=Enrolment,
        person="learner",
        purpose=_("Giving out places fairly, and proving to the funder how many people took part."),
        period=_("As long as the funder's evidence must be kept; without a name once the account is erased."),
        exported=("run", "state", "enrolled_at", "queue_number"),
        erase=erase_places,
    ),
    PersonalData(
        model=EnrolmentMove,
        person="enrolment__learner",
        purpose=_("Showing how a place came about and what became of it, under a pseudonym."),
        period=_("As long as the place itself."),
        exported=("move", "from_state", "to_state", "channel", "reason", "at"),
        erase=erase_moves,
    ),
    PersonalData(
        model=PromotionDecision,
        person="enrolment__learner",
        purpose=_("Showing why somebody moved up the waiting list, or did not yet."),
        period=_("As long as the place itself."),
        exported=("trigger", "outcome", "at"),
        kept_because=_("It proves that the list was kept fairly, and holds no name."),
    ),
    PersonalData(
        model=Approval,
        person="enrolment__learner",
        purpose=_("Asking the supervisor for approval; it shows name, title, dates, hours and costs, nothing else."),
        period=_("14 days after the answer or the lapse; the answer itself as long as the place."),
        exported=(
            "approver_email",
            "deputy_email",
            "asked_at",
            "reminded_at",
            "council_since",
            "expires_at",
            "decision",
            "decided_at",
            "reason",
        ),
        erase=erase_approvals,
    ),
    PersonalData(
        model=Interest,
        person="person",
        purpose=_("Telling people of the first dates of a course, in the order in which they showed interest."),
        period=_("Until it is given up or the account is erased; after a run was opened, with what came of it."),
        exported=("course", "entered_at", "ended_at", "outcome"),
        erase=erase_interest,
    ),
    PersonalData(
        model=AccessNeeds,
        person="enrolment__learner",
        purpose=_("Preparing a course so that everybody can take part: the office arranges it, trainers are told how."),
        period=_("30 days after the last date of the run; at once when the place is given back or the person says so."),
        exported=("kinds", "interpreting_language", "instruction", "updated_at"),
        erase=erase_access_needs,
    ),
    PersonalData(
        model=Waiver,
        person="person",
        purpose=_("Letting single people take part without the courses that a course builds on."),
        period=_("Until it is taken back or the account is erased."),
        exported=("course", "note", "granted_at"),
        erase=erase_waivers,
    ),
    PersonalData(
        model=RunMessage,
        person="author",
        purpose=_("Showing trainers and the office what has been written to the participants of a run."),
        period=_("As long as the run itself; without words once the account of whoever wrote is erased."),
        exported=("run", "audience", "subject", "text", "recipients", "sent_at"),
        erase=erase_messages,
    ),
    PersonalData(
        model=CalendarFeed,
        person="person",
        purpose=_("Letting a calendar programme read the own dates by a secret address."),
        period=_("Until the address is revoked or the account is erased."),
        exported=("created_at", "last_used_on"),
        erase=erase_calendar,
    ),
    PersonalData(
        model=Progress,
        person="enrolment__learner",
        purpose=_("Letting learners go on where they were, and finding out when a course is completed."),
        period=_("Until the account is erased."),
        exported=("step_key", "state", "started_at", "done_at", "best_score", "max_score"),
        erase=erase_progress,
    ),
    PersonalData(
        model=Submission,
        person="enrolment__learner",
        purpose=_("Letting trainers read what learners have written to a task, and say something to it; nobody else."),
        period=_(
            "180 days after the end of the run; at once when the place is given back or the account is erased."
            " A file goes with its answer."
        ),
        exported=(
            "number",
            "state",
            "text",
            "file",
            "file_name",
            "saved_at",
            "submitted_at",
            "feedback",
            "answered_at",
        ),
        erase=erase_answers,
    ),
    PersonalData(
        model=FeedbackAnswer,
        person=None,
        purpose=_(
            "Learning from anonymous feedback how a course was; trainers and the office read it from 5 answers on."
        ),
        period=_("90 days after the end of the run; then only counts are left, and no words."),
        kept_because=_("Nothing in it leads to a person, so it can be neither found nor erased for one."),
    ),
    PersonalData(
        model=Attendance,
        person="enrolment__learner",
        purpose=_("Proving to the funder who took part in which date."),
        period=_("As long as the funder's evidence must be kept; without a name once the account is erased."),
        exported=("session", "state", "minutes", "ticked_at", "checked_in_at"),
        kept_because=_("Attendance lists are evidence for the funder (Regulation (EU) 2021/1060, Art. 82)."),
    ),
    PersonalData(
        model=AttendanceAddendum,
        person="enrolment__learner",
        purpose=_("Showing how a closed attendance list was corrected, and why."),
        period=_("As long as the funder's evidence must be kept; without a name once the account is erased."),
        exported=("session", "old_state", "old_minutes", "new_state", "new_minutes", "reason", "added_at"),
        erase=erase_addenda,
    ),
    PersonalData(
        model=SignedList,
        person=None,
        purpose=_("Proving to the funder by signatures who took part in which date. Trainers and the office read it."),
        period=_("As long as the funder's evidence must be kept."),
        kept_because=_("A signed paper is evidence for the funder, and nothing can be taken out of it."),
    ),
    PersonalData(
        model=Completion,
        person="enrolment__learner",
        purpose=_("Knowing who has completed a course and may have a certificate."),
        period=_("As long as the funder's evidence must be kept; without a name once the account is erased."),
        exported=("result", "ue_attended", "granted_at", "revoked_at", "revoked_because"),
        kept_because=_("Completions are evidence for the funder (Regulation (EU) 2021/1060, Art. 82)."),
    ),
    PersonalData(
        model=Certificate,
        person="holder",
        purpose=_("Issuing certificates of attendance, and letting others check whether one is genuine."),
        period=_("As long as the funder's evidence must be kept."),
        exported=("number", "code", "language", "facts", "issued_at"),
        kept_because=_(
            "The register of certificates is evidence for the funder, and the paper must stay possible to check."
        ),
    ),
    PersonalData(
        model=ExternalCourse,
        person="owner",
        purpose=_("Keeping the own learning record in one place, whoever the employer is."),
        period=_("Until the person deletes the entry, or the account is erased."),
        exported=("title", "provider", "starts_on", "ends_on", "hours", "proof", "added_at"),
        erase=erase_record,
    ),
    PersonalData(
        model=Booking,
        person="contact",
        purpose=_("Keeping places for the people of an organisation, and knowing whom to tell about them."),
        period=_("As long as the funder's evidence must be kept; without a name once the account is erased."),
        exported=("run", "state", "waiting_for", "release_at", "booked_at"),
        kept_because=_("It shows how the places of the run were given, and holds no name."),
    ),
    PersonalData(
        model=NamedPerson,
        person="enrolment__learner",
        purpose=_("Showing an organisation whom it has named for its places, in its own words."),
        period=_("As long as the place itself; without name and address once the account is erased."),
        exported=("first_name", "last_name", "email", "named_by", "named_at"),
        erase=erase_naming,
    ),
    PersonalData(
        model=BookingMove,
        person=None,
        purpose=_("Showing how a booking came about and what became of it, under a pseudonym."),
        period=_("As long as the booking itself."),
        kept_because=_("It proves how the places were given, and holds no name."),
    ),
]
