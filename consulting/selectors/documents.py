"""Reads about documents of processes: which exist for whom, and which files somebody may open (DOMAIN.md 2.4, 2.5)."""

from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from academy.common.confidentiality import Level
from academy.enums import Role
from academy.models import Membership
from academy.selectors import roles_of
from consulting.enums import PARTNER_KINDS, UNIT_KINDS, DocumentKind, ProcessRole, ReleaseState
from consulting.models import DocumentVersion, ProcessDocument

from .barriers import NETWORK_ROLES
from .processes import READING_FUNCTIONS, STAFF_ROLES, functions_held_by

WORKING_FUNCTIONS = [ProcessRole.SPONSOR, ProcessRole.GROUP]  # decide about drafts, so they read them
PLANNING_KINDS = [DocumentKind.AGREEMENT, DocumentKind.PLAN]


def documents_visible_to(user, *, on: date) -> QuerySet[ProcessDocument]:
    """Every document that exists for the person: one with a file that the person may open, and those of which the
    person learns title and date only, minutes for the programme lead, agreement and plan for funder reporting.
    """
    if not user.is_authenticated or not user.is_active:
        return ProcessDocument.objects.none()
    roles, by_title = roles_of(user, on=on), Q(pk__in=[])
    if Role.PROGRAMME_LEAD in roles:
        by_title |= Q(kind=DocumentKind.MINUTES, level__lte=Level.GROUP)
    if Role.FUNDER_REPORTING in roles:
        released = Q(process__release_state=ReleaseState.RELEASED)
        by_title |= Q(released, kind__in=PLANNING_KINDS, level__lte=Level.GROUP)
    in_force = ProcessDocument.objects.filter(by_title, versions__in_force_on__isnull=False)
    opened = versions_visible_to(user, on=on).values("document")
    return ProcessDocument.objects.filter(Q(pk__in=opened) | Q(pk__in=in_force.values("pk")))


def versions_visible_to(user, *, on: date) -> QuerySet[DocumentVersion]:
    """Every file that the person may open.

    Facilitation opens all of its processes; commissioning lead and process group open drafts and versions in force up
    to V3, the steering group those that are or were in force. So does the programme lead in every process, apart from
    minutes. Other staff of the unit open minutes, reports and material that were released to the unit (V2); the MSO
    partner reports and material of V2; moderation, editors and migrant self-organisations those of V1.
    """
    if not user.is_authenticated or not user.is_active:
        return DocumentVersion.objects.none()
    roles, held = roles_of(user, on=on), functions_held_by(user, on=on)

    def where(*functions: str) -> Q:
        return Q(document__process__in=held.filter(role__in=functions).values("process"))

    def up_to(level: Level, kinds=tuple(DocumentKind)) -> Q:
        return Q(document__level__lte=level, document__kind__in=kinds)

    units = Membership.objects.active(on=on).filter(user=user, role__in=STAFF_ROLES, unit__isnull=False)
    shared = where(*READING_FUNCTIONS) & up_to(Level.GROUP)
    shared |= Q(document__process__unit__in=units.values("unit")) & up_to(Level.UNIT, UNIT_KINDS)
    shared |= where(ProcessRole.MSO_PARTNER) & up_to(Level.UNIT, PARTNER_KINDS)
    if Role.PROGRAMME_LEAD in roles:
        shared |= up_to(Level.GROUP, [kind for kind in DocumentKind if kind != DocumentKind.MINUTES])
    if roles & NETWORK_ROLES:
        shared |= up_to(Level.NETWORK, PARTNER_KINDS)
    working = where(ProcessRole.FACILITATOR) | (where(*WORKING_FUNCTIONS) & up_to(Level.GROUP))
    return DocumentVersion.objects.filter(working | (shared & Q(in_force_on__isnull=False)))


def documents_with_versions(user, *, on: date) -> QuerySet[ProcessDocument]:
    """The visible documents by kind and title, each with `opened`: the files that the person may open, newest first."""
    files = versions_visible_to(user, on=on).order_by("-number")
    opened = Prefetch("versions", queryset=files, to_attr="opened")
    return documents_visible_to(user, on=on).prefetch_related(opened).order_by("kind", "title", "pk")
