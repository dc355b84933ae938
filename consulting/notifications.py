"""What we tell people about requests for process facilitation."""

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from academy.common.languages import german_or_english
from academy.common.links import absolute
from academy.enums import Role
from academy.models import User
from academy.selectors import people_with
from academy.services import Message, write_mail

from .models import ProcessRequest
from .wording import day_text


def request_key(request: ProcessRequest, kind: str = "") -> str:
    """The beginning of the keys of all mails to the person who asked."""
    return f"process-request.{request.pk}.{kind}"


def request_received(request: ProcessRequest, *, at: datetime) -> None:
    """The request has arrived. Nothing that was typed stands in it: anybody may type anybody's address."""
    _tell_asker(
        request,
        "received",
        at=at,
        build=lambda: Message(
            subject=_("Your request %(number)s has arrived") % {"number": request.reference},
            paragraphs=[
                _("Thank you for asking for process facilitation. We read your request and write to you."),
            ],
            facts=[_number(request), (_("Arrived on"), day_text(request.asked_at.date()))],
            closing=[
                _("You did not write to us? Then somebody gave your address by mistake, and you can ignore this.")
            ],
            why=_asked(),
        ),
    )


def request_waits(request: ProcessRequest, *, at: datetime) -> None:
    """Tell the programme leads. What was written stands on the page, not in the mail."""
    for person in people_with(Role.PROGRAMME_LEAD, at=at):
        write_mail(
            key=f"process-request-staff.{request.pk}.{person.pk}",
            to=person,
            at=at,
            build=lambda: Message(
                subject=_("Somebody asks for process facilitation: %(number)s") % {"number": request.reference},
                paragraphs=[_("A request has come in. Please name who facilitates, or turn it down with a reason.")],
                action=(_("Read the request"), absolute(request.get_absolute_url())),
            ),
        )


def request_taken_up(request: ProcessRequest, *, at: datetime) -> None:
    _tell_asker(
        request,
        "taken_up",
        at=at,
        build=lambda: Message(
            subject=_("We take up your request %(number)s") % {"number": request.reference},
            paragraphs=[
                _("Somebody from process facilitation writes to you soon to agree on the first talk."),
                _("Together we clarify what it is about, who takes part and what stays confidential."),
            ],
            facts=[_number(request)],
            why=_asked(),
        ),
    )


def request_declined(request: ProcessRequest, reason: str, *, at: datetime) -> None:
    """Why not, in the words of the programme lead."""
    _tell_asker(
        request,
        "declined",
        at=at,
        build=lambda: Message(
            subject=_("About your request %(number)s") % {"number": request.reference},
            paragraphs=[
                _("We cannot take up your request for process facilitation."),
                _("The reason: %(reason)s") % {"reason": reason},
            ],
            facts=[_number(request)],
            why=_asked(),
        ),
    )


def facilitator_named(request: ProcessRequest, facilitator: User, *, at: datetime) -> None:
    """Whoever facilitates reads on the page what it is about and whom to write to."""
    write_mail(
        key=f"process-request-facilitator.{request.pk}.{facilitator.pk}",
        to=facilitator,
        at=at,
        build=lambda: Message(
            subject=_("A new process facilitation for you"),
            paragraphs=[
                _("The programme lead has named you for a process facilitation. Its clarification begins now."),
                _("Please write to the person who asked and agree on a first talk."),
            ],
            action=(
                _("Open the process facilitation"),
                absolute(reverse("consulting:process_detail", args=[request.process_id])),
            ),
        ),
    )


def _tell_asker(request: ProcessRequest, kind: str, *, at: datetime, build: Callable[[], Message]) -> None:
    """A mail in the language of the form to the address that was given with it."""
    write_mail(
        key=request_key(request, kind),
        to=request.email,
        language=german_or_english(request.language),
        at=at,
        build=build,
    )


def _number(request: ProcessRequest) -> tuple[str, str]:
    return _("Number of your request"), request.reference


def _asked() -> str:
    return _("You receive this message because this address was given with a request on our website.")
