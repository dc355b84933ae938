"""The platform's own card of the start page."""

from datetime import datetime

from .common.registry import Card
from .enums import Role
from .models import User

ADMIN_ROLES = {Role.TECHNICAL_ADMIN, Role.PROGRAMME_LEAD, Role.ACADEMY_OFFICE, Role.TRAINER, Role.EDITOR}


def editing_card(*, user: User, roles: set[str], at: datetime) -> Card | None:
    """The way into Wagtail, for people whose roles let them work there."""
    if not (user.is_superuser or roles & ADMIN_ROLES):
        return None
    return Card(key="editing", order=90, template="academy/_editing_card.html", context={})
