"""What places keep about people (GDPR Art. 30), read by the registry of DESIGN.md 4."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from academy.common.registry import PersonalData
from academy.models import User

from . import services
from .models import Approval, CalendarFeed, Enrolment, EnrolmentMove


def erase_places(user: User, at: datetime) -> None:
    """Live places go back, so that others can have them; the rows stay as counted evidence without a name."""
    for place in Enrolment.objects.live().filter(learner=user).order_by("pk"):
        try:
            services.withdraw(enrolment=place, actor=user, at=at)
        except services.EnrolmentRefused:
            pass  # the course is over: the place is evidence now


def erase_moves(user: User, at: datetime) -> None:
    """The chain of moves stays, since it proves how seats were given; written reasons go."""
    EnrolmentMove.objects.filter(enrolment__learner=user).update(reason="")


def erase_approvals(user: User, at: datetime) -> None:
    """That an answer was given stays; who gave it, and in which words, goes."""
    Approval.objects.filter(enrolment__learner=user).update(approver_email="erased@invalid.example", reason="")


def erase_calendar(user: User, at: datetime) -> None:
    CalendarFeed.objects.filter(person=user).delete()


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
        model=Approval,
        person="enrolment__learner",
        purpose=_("Asking the supervisor for approval; it shows name, title, dates, hours and costs, nothing else."),
        period=_("14 days after the answer or the lapse; the answer itself as long as the place."),
        exported=("approver_email", "asked_at", "expires_at", "decision", "decided_at", "reason"),
        erase=erase_approvals,
    ),
    PersonalData(
        model=CalendarFeed,
        person="person",
        purpose=_("Letting a calendar programme read the own dates by a secret address."),
        period=_("Until the address is revoked or the account is erased."),
        exported=("created_at", "last_used_on"),
        erase=erase_calendar,
    ),
]
