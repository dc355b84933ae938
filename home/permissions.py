"""Who may do what with the public site beside its pages (DOMAIN.md 2.5)."""

from academy.enums import Role
from academy.permissions import has_role

REPORT_ROLES = (Role.EDITOR, Role.ACADEMY_OFFICE)
ESCALATION_ROLES = (*REPORT_ROLES, Role.PROGRAMME_LEAD)


def can_read_reports(user) -> bool:
    """Who answers reports on accessibility, and who is told when an answer is late."""
    return user.is_superuser or has_role(user, *ESCALATION_ROLES)


def can_answer_reports(user) -> bool:
    return user.is_superuser or has_role(user, *REPORT_ROLES)


def can_read_language_reports(user) -> bool:
    """Whoever keeps the pages of the site in order; the rows are those of pages that the person may change."""
    return user.is_superuser or has_role(user, *ESCALATION_ROLES)
