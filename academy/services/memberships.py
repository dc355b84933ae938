"""Accounts of people, their memberships, and the rights in Wagtail that follow from these."""

from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.enums import Role
from academy.models import Membership, Organisation, Unit, User

from .audit_log import audit


class MembershipRefused(Exception):
    """A rule says no. The message is written for staff."""


@transaction.atomic
def create_account(
    *, email: str, first_name: str, last_name: str, language: str = "de", password: str | None = None
) -> User:
    """Give a person an account whose address counts as verified, since staff vouches for it (STACK.md 8)."""
    user = User.objects.create_user(
        email, password, first_name=first_name, last_name=last_name, preferred_language=language
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def create_invited_account(*, email: str, first_name: str, last_name: str, language: str = "de") -> User:
    """Give somebody whom an organisation names an account that nobody can sign in to yet.

    It opens with a password of the person's own choice, through a mail to the address; that proves the address.
    """
    user = User.objects.create_user(
        email,
        None,
        first_name=" ".join(first_name.split()),
        last_name=" ".join(last_name.split()),
        preferred_language=language,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    return user


def note_proven_address(*, user: User) -> None:
    """Whoever has set a password through the link of a mail reads that mailbox: the address counts as verified."""
    EmailAddress.objects.filter(user=user, email=user.email).update(verified=True)


@transaction.atomic
def grant_membership(
    *,
    user: User,
    role: Role,
    organisation: Organisation,
    unit: Unit | None = None,
    starts_on: date,
    ends_on: date | None = None,
    actor: User | None,
    at: datetime,
) -> Membership:
    """Give `user` a role from a day to a day, and the rights in Wagtail that follow from it.

    Raises MembershipRefused if the unit belongs to another organisation or the end lies before the start.
    """
    if unit is not None and unit.organisation_id != organisation.pk:
        raise MembershipRefused(_("This unit belongs to another organisation."))
    if ends_on is not None and ends_on < starts_on:
        raise MembershipRefused(_("The last day lies before the first day."))
    membership, created = Membership.objects.get_or_create(
        user=user,
        role=role,
        organisation=organisation,
        unit=unit,
        ends_on=ends_on,
        defaults={"starts_on": starts_on},
    )
    if created:
        audit(action="membership.granted", obj=membership, actor=actor, at=at, data={"role": str(role)})
    sync_rights(user=user, on=timezone.localdate(at))
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, ends_on: date, actor: User | None, at: datetime) -> Membership:
    """End a membership with that day; an end in the past takes the rights away at once (C13)."""
    membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    if ends_on < membership.starts_on:
        raise MembershipRefused(_("The last day lies before the first day."))
    membership.ends_on = ends_on
    membership.save(update_fields=["ends_on"])
    audit(action="membership.ended", obj=membership, actor=actor, at=at, data={"ends_on": ends_on.isoformat()})
    sync_rights(user=membership.user, on=timezone.localdate(at))
    return membership


def set_certificate_name(*, user: User, name: str) -> None:
    """Keep the name that the person wishes on certificates; "" goes back to first and last name."""
    user.certificate_name = " ".join(name.split())[:200]
    user.save(update_fields=["certificate_name"])


def role_group(role: Role) -> Group:
    """The group that carries the rights of a role in Wagtail."""
    return Group.objects.get_or_create(name=str(role))[0]


def sync_rights(*, user: User, on: date) -> None:
    """Make the person's groups equal to the roles that hold on that day; other groups stay as they are."""
    user.__dict__.pop("_roles", None)
    wanted = set(Membership.objects.active(on=on).filter(user=user).values_list("role", flat=True))
    held = set(user.groups.filter(name__in=Role.values).values_list("name", flat=True))
    if wanted - held:
        user.groups.add(*[role_group(Role(role)) for role in sorted(wanted - held)])
    if held - wanted:
        user.groups.remove(*Group.objects.filter(name__in=held - wanted))


def refresh_rights(*, on: date) -> int:
    """Give and take rights whose memberships begin or have ended by that day; how many people were looked at."""
    people = User.objects.filter(memberships__isnull=False).distinct().order_by("pk")
    for user in people:
        sync_rights(user=user, on=on)
    return len(people)
