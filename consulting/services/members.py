"""The rules for the people of a process: a function from a day on, and access that ends at once."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.models import User
from consulting import permissions, selectors
from consulting.enums import Move, ProcessRole
from consulting.models import Process, ProcessMember

from .common import MemberRefused, locked, log, require_running


@transaction.atomic
def add_member(
    *,
    process: Process,
    person: User,
    role: ProcessRole,
    starts_on: date,
    has_public_contact: bool = False,
    actor: User | None,
    at: datetime,
) -> ProcessMember:
    """Give a person a function in the process, with access from that day on.

    Raises MemberRefused if the actor may not give it, the person's memberships do not back it, or they hold it already.
    """
    process = locked(process)
    _require_assigning(actor, process, role, at=at)
    require_running(process)
    backed_on = max(starts_on, timezone.localdate(at))
    if not selectors.people_for_function(process, role, on=backed_on).filter(pk=person.pk).exists():
        raise MemberRefused(_("Nobody with this address can take this function. {hint}").format(hint=_hint(role)))
    try:
        with transaction.atomic():
            member = ProcessMember.objects.create(
                process=process,
                person=person,
                role=role,
                starts_on=starts_on,
                has_public_contact=has_public_contact and role == ProcessRole.GROUP,
            )
    except IntegrityError as problem:
        raise MemberRefused(_("This person already has this function.")) from problem
    log(process, Move.ADD_MEMBER, actor=actor, at=at, member=member)
    return member


@transaction.atomic
def end_member(
    *, member: ProcessMember, ends_on: date | None = None, actor: User | None, at: datetime
) -> ProcessMember:
    """End a function; without a day access is gone at once. The row stays as evidence.

    Raises MemberRefused if the actor may not take the function, or if it has ended before.
    """
    process = locked(member.process)
    member = process.members.get(pk=member.pk)
    _require_assigning(actor, process, member.role, at=at)
    today = timezone.localdate(at)
    if member.ends_on is not None and member.ends_on <= today:
        raise MemberRefused(_("This function has already ended."))
    ends_on = max(ends_on or today, today, member.starts_on)
    member.ends_on = ends_on
    member.save(update_fields=["ends_on"])
    log(process, Move.END_MEMBER, actor=actor, at=at, member=member)
    return member


def _require_assigning(actor: User | None, process: Process, role: str, *, at: datetime) -> None:
    if actor is None or permissions.can_assign_member(actor, process, role, on=timezone.localdate(at)):
        return
    if role == ProcessRole.FACILITATOR:
        raise MemberRefused(_("Only the programme lead decides who facilitates."))
    raise MemberRefused(_("You may not change who takes part in this process facilitation."))


def _hint(role: str) -> str:
    if role == ProcessRole.FACILITATOR:
        return _("The account needs the role of a process facilitator.")
    if role == ProcessRole.MSO_PARTNER:
        return _("The account must represent a migrant self-organisation.")
    if role == ProcessRole.GUEST:
        return _("The account needs a membership in any organisation.")
    return _("The account must belong to the organisation of the unit.")
