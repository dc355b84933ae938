"""The platform's own cards of the start page."""

from datetime import datetime

from .common.registry import Card
from .enums import Role
from .models import User
from .selectors import jobs_visible_to

ADMIN_ROLES = {Role.TECHNICAL_ADMIN, Role.PROGRAMME_LEAD, Role.ACADEMY_OFFICE, Role.TRAINER, Role.EDITOR}


MOST_JOBS = 5


def jobs_card(*, user: User, roles: set[str], at: datetime) -> Card | None:
    """Long work that goes on, or has ended within a day: so that nobody has to keep its page open."""
    jobs = list(jobs_visible_to(user).recent(at=at)[:MOST_JOBS])
    if not jobs:
        return None
    return Card(key="jobs", order=5, template="academy/_jobs_card.html", context={"jobs": jobs})


def editing_card(*, user: User, roles: set[str], at: datetime) -> Card | None:
    """The way into Wagtail, for people whose roles let them work there."""
    if not (user.is_superuser or roles & ADMIN_ROLES):
        return None
    return Card(key="editing", order=90, template="academy/_editing_card.html", context={})
