"""The rules for requests for process facilitation: asking from outside, taking up, turning down, forgetting."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from academy.enums import OrganisationKind, RecordState, Role, ServiceField
from academy.models import Organisation, Unit, User
from academy.selectors import roles_of
from academy.services import forget_mails
from consulting import notifications
from consulting.enums import Move, ProcessRole, ProcessState
from consulting.models import ProcessRequest, ProcessTemplate

from .common import RequestRefused, free_slug, locked
from .members import add_member
from .processes import create_process_from_template, make_move

USUAL_DAYS = 12  # consulting days that a request begins with; whoever takes it up says how many
CONTACT_KEPT = timedelta(days=180)  # after the request is settled
REFERENCE_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that look alike


@transaction.atomic
def request_facilitation(
    *,
    organisation: str,
    kind: OrganisationKind,
    unit: str,
    field: ServiceField,
    service: str,
    reason: str,
    contact: str,
    email: str,
    consent: str,
    language: str,
    at: datetime,
) -> ProcessRequest:
    """Begin a process in «Anfrage» for somebody without an account; confirm it by mail and tell the programme leads.

    Nobody has checked who asks: the organisation and the unit are rows of their own, resting and unlisted, so that a
    stranger changes and shows nothing of a unit that is known. Raises RequestRefused where no template is offered.
    """
    template = ProcessTemplate.objects.offered().annotate(size=Count("phases")).order_by("-size", "slug").first()
    if template is None:
        raise RequestRefused(_("Requests cannot be taken at the moment. Please write to us."))
    body = Organisation.objects.create(
        slug=free_slug(organisation, Organisation.objects.all()),
        name=organisation,
        kind=kind,
        state=RecordState.RESTING,
    )
    part = Unit.objects.create(
        slug=free_slug(unit, Unit.objects.all()), organisation=body, name=unit, field=field, state=RecordState.RESTING
    )
    process = create_process_from_template(
        unit=part,
        template=template,
        title_de=f"Anfrage: {unit}"[:200],
        starts_on=timezone.localdate(at),
        budget_days=USUAL_DAYS,
        state=ProcessState.REQUEST,
        actor=None,
        at=at,
    )
    request = ProcessRequest.objects.create(
        process=process,
        reference=f"P-{get_random_string(8, REFERENCE_SIGNS)}",
        organisation=organisation,
        unit=unit,
        service=service,
        reason=reason,
        contact=contact,
        email=email,
        language=language,
        consent=consent,
        asked_at=at,
    )
    notifications.request_received(request, at=at)
    notifications.request_waits(request, at=at)
    return request


@transaction.atomic
def assign_request(
    *,
    request: ProcessRequest,
    facilitator: User,
    unit: Unit | None,
    title_de: str,
    starts_on: date,
    budget_days: int,
    actor: User,
    at: datetime,
) -> ProcessRequest:
    """Take a request up: name who facilitates, begin clarification, and tell the person who asked.

    `unit` is the known unit that stands behind the request; without one the unit that was written becomes active. The
    milestones move with the start. Raises RequestRefused for everybody but the programme lead and where the request is
    settled, MemberRefused where the person cannot facilitate.
    """
    request = _open(request, actor, at=at)
    process = request.process
    written = process.unit
    moved = starts_on - process.starts_on
    process.unit = unit or written
    process.title_de, process.starts_on, process.budget_days = title_de.strip(), starts_on, budget_days
    process.save(update_fields=["unit", "title_de", "starts_on", "budget_days"])
    process.milestones.waiting().update(due_on=F("due_on") + moved)
    _set_state(written, RecordState.ARCHIVED if unit else RecordState.ACTIVE)
    add_member(
        process=process,
        person=facilitator,
        role=ProcessRole.FACILITATOR,
        starts_on=timezone.localdate(at),
        actor=actor,
        at=at,
    )
    make_move(process, Move.TAKE_UP, actor=actor, at=at)
    _settle(request, at=at)
    notifications.request_taken_up(request, at=at)
    notifications.facilitator_named(request, facilitator, at=at)
    return request


@transaction.atomic
def decline_request(*, request: ProcessRequest, reason: str, actor: User, at: datetime) -> ProcessRequest:
    """Turn a request down, and tell the person who asked why.

    Raises RequestRefused for everybody but the programme lead and where it is settled, ProcessRefused without a reason.
    """
    request = _open(request, actor, at=at)
    written = request.process.unit
    make_move(request.process, Move.ABORT, reason=reason, actor=actor, at=at)
    _set_state(written, RecordState.ARCHIVED)
    _settle(request, at=at)
    notifications.request_declined(request, reason.strip(), at=at)
    return request


def forget_request_contacts(*, at: datetime, dry_run: bool = False) -> int:
    """Empty the address of requests that were settled half a year ago, and the mails to it; how many requests.

    What the unit wrote stays with the process. With `dry_run` it only counts.
    """
    due = ProcessRequest.objects.filter(settled_at__lt=at - CONTACT_KEPT, contact_erased_at__isnull=True)
    keys = list(due.values_list("pk", flat=True))
    for key in [] if dry_run else keys:
        with transaction.atomic():
            request = ProcessRequest.objects.select_for_update().get(pk=key)
            request.email, request.contact_erased_at = "", at
            request.save(update_fields=["email", "contact_erased_at"])
            forget_mails(prefix=notifications.request_key(request))
    return len(keys)


def _open(request: ProcessRequest, actor: User, *, at: datetime) -> ProcessRequest:
    """The request as it is now, its process locked; refuse people who do not decide, and what is decided."""
    if Role.PROGRAMME_LEAD not in roles_of(actor, on=timezone.localdate(at)):
        raise RequestRefused(_("Only the programme lead decides about requests."))
    process = locked(request.process)
    if process.state != ProcessState.REQUEST:
        raise RequestRefused(_("This request is settled already. Somebody else may have been faster."))
    request = ProcessRequest.objects.get(pk=request.pk)
    request.process = process
    return request


def _settle(request: ProcessRequest, *, at: datetime) -> None:
    request.settled_at = at
    request.save(update_fields=["settled_at"])


def _set_state(unit: Unit, state: RecordState) -> None:
    """The unit and the organisation that came with a request, and that nothing else uses."""
    unit.state = unit.organisation.state = state
    unit.save(update_fields=["state"])
    unit.organisation.save(update_fields=["state"])
