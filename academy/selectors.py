"""Reads about people and organisations."""

from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from .enums import Role
from .models import Job, Membership, Organisation, User


def roles_of(user, *, on: date | None = None) -> set[str]:
    """The roles that the person holds on that day (default: today in Berlin); empty for visitors.

    Read once for each account object, which lives as long as one request, so that a membership that ends is felt at
    once (C13).
    """
    if not user.is_authenticated or not user.is_active:
        return set()
    on = on or timezone.localdate()
    known = user.__dict__.setdefault("_roles", {})
    if on not in known:
        known[on] = set(Membership.objects.active(on=on).filter(user=user).values_list("role", flat=True))
    return known[on]


def memberships_of(user: User, *, on: date, roles: list[Role] | None = None) -> QuerySet[Membership]:
    """The person's memberships on that day with organisation and unit at hand, ordered."""
    found = Membership.objects.active(on=on).filter(user=user).select_related("organisation", "unit__organisation")
    return found.filter(role__in=roles) if roles else found


def people_with(*roles: Role, at: datetime) -> QuerySet[User]:
    """Everybody who holds one of the roles on the day of that moment, each once."""
    holders = Membership.objects.active(on=timezone.localdate(at)).with_role(*roles).values("user")
    return User.objects.filter(pk__in=holders, is_active=True).order_by("pk")


def organisations_visible_to(user) -> QuerySet[Organisation]:
    """The public sees listed organisations, people with any role all of them (DOMAIN.md 2.5, first row)."""
    if roles_of(user):
        return Organisation.objects.all()
    return Organisation.objects.filter(is_listed=True)


def jobs_visible_to(user) -> QuerySet[Job]:
    """The long work that somebody has started; nobody else sees it. The latest first."""
    return Job.objects.filter(owner=user.pk)
