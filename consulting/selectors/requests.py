"""Reads about requests for process facilitation."""

from datetime import date

from django.db.models import QuerySet

from academy.enums import Role
from academy.selectors import roles_of
from consulting.enums import ProcessRole
from consulting.models import ProcessRequest

from .processes import functions_held_by


def requests_visible_to(user, *, on: date) -> QuerySet[ProcessRequest]:
    """The programme lead reads every request, a facilitator the one that an assigned process began with (C3)."""
    if not user.is_authenticated or not user.is_active:
        return ProcessRequest.objects.none()
    if Role.PROGRAMME_LEAD in roles_of(user, on=on):
        return ProcessRequest.objects.all()
    facilitated = functions_held_by(user, on=on).filter(role=ProcessRole.FACILITATOR)
    return ProcessRequest.objects.filter(process__in=facilitated.values("process"))
