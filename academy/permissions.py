"""Who may do what with people, organisations and lists (DOMAIN.md 2.5)."""

from django.conf import settings

from .enums import Role
from .selectors import roles_of


def has_role(user, *roles: Role) -> bool:
    """Whether the person holds one of the roles today."""
    return bool(roles_of(user) & {str(role) for role in roles})


def can_change_memberships(user) -> bool:
    return user.is_superuser or has_role(user, Role.TECHNICAL_ADMIN, Role.PROGRAMME_LEAD)


def can_read_outgoing_mail(user) -> bool:
    """The delivery log names recipients: the academy office answers for it."""
    return user.is_superuser or has_role(user, Role.ACADEMY_OFFICE)


def can_read_styleguide(user) -> bool:
    """The component page is for people who write pages or templates; in a demonstration everybody may look."""
    return settings.DEMO or user.has_perm("wagtailadmin.access_admin")
