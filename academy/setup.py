"""What a site needs of the platform itself before anybody can work: groups that carry the rights of the roles."""

from django.contrib.auth.models import Permission

from . import services
from .enums import Role

RECORDS = ("organisation", "unit", "membership", "term")


def grant(role: Role, *names: str) -> None:
    """Give the role's group the named permissions ("app_label.codename"); unknown names fail loudly."""
    group = services.role_group(role)
    for name in names:
        app_label, codename = name.split(".")
        group.permissions.add(Permission.objects.get(content_type__app_label=app_label, codename=codename))


def ensure_role_groups() -> None:
    """Create the groups and give the rights over organisations, memberships and lists (DOMAIN.md 2.5, first row)."""
    for role in Role:
        services.role_group(role)
    for role in (Role.PROGRAMME_LEAD, Role.TECHNICAL_ADMIN):
        grant(role, "wagtailadmin.access_admin")
        for record in RECORDS:
            grant(role, *[f"academy.{verb}_{record}" for verb in ("add", "change", "view")])
    grant(Role.TECHNICAL_ADMIN, "academy.add_user", "academy.change_user", "academy.view_user")
    grant(Role.ACADEMY_OFFICE, "wagtailadmin.access_admin", "academy.view_outgoingmail", "academy.view_organisation")
