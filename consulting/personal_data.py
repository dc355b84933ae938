"""What process facilitation and dialogue keep about people (GDPR Art. 30), read by the registry of DESIGN.md 4."""

from datetime import datetime

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.common.registry import PersonalData
from academy.models import User

from .models import (
    Addendum,
    AssessmentSheet,
    AssessmentTicket,
    BarrierMove,
    DocumentMove,
    FollowUp,
    MeasureMove,
    MeetingMove,
    ProcessMember,
    ProcessMove,
    ProcessRequest,
    ReleaseEvent,
    StatementMove,
)


def end_functions(user: User, at: datetime) -> None:
    """Take the person out of every process. The functions stay without a name, as agreements need them (C14)."""
    today = timezone.localdate(at)
    held = ProcessMember.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), person=user)
    held.filter(starts_on__gt=today).update(ends_on=F("starts_on"))
    held.filter(starts_on__lte=today).update(ends_on=today)


def forget_tickets(user: User, at: datetime) -> None:
    """Delete drafts, and that the person has taken part. What was handed in leads to nobody and stays."""
    AssessmentTicket.objects.filter(person=user).delete()


ENTRIES = [
    PersonalData(
        model=AssessmentTicket,
        person="person",
        purpose=_("Letting each person answer a self-assessment once, with a draft until it is handed in."),
        period=_(
            "The draft until it is handed in or the round is closed; that somebody took part as long as the account."
        ),
        exported=("assessment", "is_handed_in", "draft"),
        erase=forget_tickets,
    ),
    PersonalData(
        model=AssessmentSheet,
        person=None,
        purpose=_("Comparing how a unit sees itself at the start and at the end; results from five sheets on."),
        period=_("As long as the process facilitation is kept."),
        kept_because=_("Nothing in it leads to a person, so it can be neither found nor erased for one."),
    ),
    PersonalData(
        model=ProcessMember,
        person="person",
        purpose=_("Knowing who takes part in a process facilitation in which function, and who may see it."),
        period=_(
            "As long as the funder's evidence must be kept; after an erasure without a name, by the function only."
        ),
        exported=("process", "role", "has_public_contact", "starts_on", "ends_on"),
        erase=end_functions,
    ),
    PersonalData(
        model=ProcessMove,
        person=None,
        purpose=_("Proving who changed what in a process facilitation, under a pseudonym."),
        period=_("24 months, or as long as the funder's evidence must be kept."),
        kept_because=_("The log holds a pseudonym only; erasing the account cuts the link to the person."),
    ),
    PersonalData(
        model=ProcessRequest,
        person=None,
        purpose=_("Deciding about requests for process facilitation, and answering those who ask."),
        period=_(
            "The address until 180 days after the request is settled; what the unit wrote as long as the process."
        ),
        kept_because=_("Requests come without an account; the address is erased by itself after its period."),
    ),
    PersonalData(
        model=StatementMove,
        person=None,
        purpose=_("Proving who changed a statement or recorded a consent, under a pseudonym."),
        period=_("24 months, or as long as the funder's evidence must be kept."),
        kept_because=_("The log holds a pseudonym only; erasing the account cuts the link to the person."),
    ),
    PersonalData(
        model=FollowUp,
        person=None,
        purpose=_("Proving who recorded what became of a recommendation, under a pseudonym."),
        period=_("As long as the statement is public."),
        kept_because=_("The log holds a pseudonym only; erasing the account cuts the link to the person."),
    ),
    *(
        PersonalData(
            model=model,
            person=None,
            purpose=_("Proving who changed what in a process facilitation, under a pseudonym."),
            period=_("24 months, or as long as the funder's evidence must be kept."),
            kept_because=_("The log holds a pseudonym only; erasing the account cuts the link to the person."),
        )
        for model in (Addendum, BarrierMove, DocumentMove, MeasureMove, MeetingMove, ReleaseEvent)
    ),
]
