"""Reads about barriers, evidence and measures: what of them exists for whom (DOMAIN.md 2.4, 2.5; C5)."""

from datetime import date

from django.db.models import Case, F, Q, QuerySet, When

from academy.common.confidentiality import Level
from academy.enums import OrganisationKind, Role, Vocabulary
from academy.models import Membership, Organisation, Term, User
from academy.selectors import roles_of
from consulting.enums import (
    FINAL_MEASURES,
    PENDING_MEASURES,
    EvidenceOrigin,
    EvidenceRelease,
    Priority,
    ProcessRole,
)
from consulting.models import Barrier, Evidence, Measure

from .processes import READING_FUNCTIONS, STAFF_ROLES, functions_held_by

NETWORK_ROLES = {Role.DIALOGUE_MODERATION, Role.EDITOR, Role.MSO}


def own_organisations(user: User, *, on: date) -> QuerySet[Membership]:
    """The migrant self-organisations that somebody stands for on that day, as keys for a subquery."""
    return Membership.objects.active(on=on).filter(user=user, role=Role.MSO).values("organisation")


def barriers_visible_to(user, *, on: date) -> QuerySet[Barrier]:
    """Every barrier that exists for the person.

    Facilitation sees all of its processes; the commissioning lead and the groups from V3 on; other staff of the unit
    and the MSO partner from V2 on; the programme lead from V3 on; others what was released to the network or to all. An
    organisation sees the barriers that it has given evidence for. Apart from facilitation and that organisation, nobody
    sees one that only unreleased evidence of MSO stands behind (C5).
    """
    public = Barrier.objects.shown_to_unit().filter(level=Level.PUBLIC)
    if not user.is_authenticated or not user.is_active:
        return public
    roles, held = roles_of(user, on=on), functions_held_by(user, on=on)
    facilitated = Q(process__in=held.filter(role=ProcessRole.FACILITATOR).values("process"))
    own = Q(evidence__organisation__in=own_organisations(user, on=on)) if Role.MSO in roles else Q(pk__in=[])
    shared = Q(level=Level.PUBLIC) | Q(
        process__in=held.filter(role__in=READING_FUNCTIONS).values("process"), level__lte=Level.GROUP
    )
    shared |= Q(process__in=held.filter(role=ProcessRole.MSO_PARTNER).values("process"), level__lte=Level.UNIT)
    units = Membership.objects.active(on=on).filter(user=user, role__in=STAFF_ROLES, unit__isnull=False)
    shared |= Q(process__unit__in=units.values("unit"), level__lte=Level.UNIT)
    if Role.PROGRAMME_LEAD in roles:
        shared |= Q(level__lte=Level.GROUP)
    if roles & NETWORK_ROLES:
        shared |= Q(level__lte=Level.NETWORK)
    seen = Barrier.objects.shown_to_unit().filter(shared)
    return Barrier.objects.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=Barrier.objects.filter(facilitated | own)))


def evidence_visible_to(user, *, on: date) -> QuerySet[Evidence]:
    """Released evidence of visible barriers; facilitation also reads what was not released, an organisation its own."""
    visible = Q(release_state=EvidenceRelease.RELEASED, barrier__in=barriers_visible_to(user, on=on))
    if not user.is_authenticated or not user.is_active:
        return Evidence.objects.filter(visible)
    facilitated = functions_held_by(user, on=on).filter(role=ProcessRole.FACILITATOR).values("process")
    own = Q(origin=EvidenceOrigin.MSO, organisation__in=own_organisations(user, on=on))
    return Evidence.objects.filter(visible | Q(barrier__process__in=facilitated) | own)


def measures_visible_to(user, *, on: date) -> QuerySet[Measure]:
    """Every measure that exists for the person: those of a process that the person reads, and else those one of whose
    barriers the person sees from V2 on.
    """
    through_barrier = Barrier.objects.filter(pk__in=barriers_visible_to(user, on=on), level__lte=Level.UNIT)
    visible = Q(barriers__in=through_barrier)
    if user.is_authenticated and user.is_active:
        held = functions_held_by(user, on=on)
        reading = held.filter(role__in=[*READING_FUNCTIONS, ProcessRole.FACILITATOR])
        visible |= Q(process__in=reading.values("process"))
        if Role.PROGRAMME_LEAD in roles_of(user, on=on):
            visible |= Q(pk__isnull=False)
    return Measure.objects.filter(pk__in=Measure.objects.filter(visible).values("pk"))


# --- Lists ---------------------------------------------------------------------------------------------------------
WEIGHTS = {Priority.LOW: (1, 4), Priority.MEDIUM: (6, 9), Priority.HIGH: (12, 16)}


def filter_barriers(barriers: QuerySet[Barrier], chosen: dict[str, str]) -> QuerySet[Barrier]:
    """The barriers that the chosen filters leave, the weightiest first."""
    weighted = barriers.annotate(weight_now=F("reach") * F("consequence"))
    if "q" in chosen:
        words = Q()
        for name in ("title_de", "title_en", "description_de", "description_en", "affected"):
            words |= Q(**{f"{name}__icontains": chosen["q"]})
        weighted = weighted.filter(words)
    if "state" in chosen:
        weighted = weighted.filter(state=chosen["state"])
    if "priority" in chosen:
        weighted = weighted.filter(weight_now__range=WEIGHTS[Priority(chosen["priority"])])
    if "dimension" in chosen:
        weighted = weighted.filter(dimensions__key=chosen["dimension"])
    if "kind" in chosen:
        weighted = weighted.filter(kinds__key=chosen["kind"])
    return weighted.order_by("-weight_now", "-changed_on", "pk")


def barrier_terms() -> dict[str, list[tuple[str, str]]]:
    """Key and label of the entries of both lists that barriers are sorted by; one query."""
    found: dict[str, list[tuple[str, str]]] = {Vocabulary.DIMENSIONS: [], Vocabulary.BARRIER_KINDS: []}
    for term in Term.objects.filter(vocabulary__in=found).order_by("position", "pk"):
        found[term.vocabulary].append((term.key, term.label))
    return found


def organisations_represented_by(user: User, *, on: date) -> QuerySet[Organisation]:
    """The migrant self-organisations that somebody stands for on that day."""
    return Organisation.objects.filter(pk__in=own_organisations(user, on=on)).order_by("name")


def partner_organisations() -> QuerySet[Organisation]:
    """Every migrant self-organisation that evidence can come from."""
    return Organisation.objects.filter(kind=OrganisationKind.MSO).order_by("name")


def measures_by_urgency(measures: QuerySet[Measure], *, on: date) -> QuerySet[Measure]:
    """What is overdue first, then by the day it is due; what has no day last."""
    late = Q(state__in=PENDING_MEASURES, due_on__lt=on)
    rank = Case(When(late, then=0), When(state__in=FINAL_MEASURES, then=2), default=1)
    return measures.order_by(rank, F("due_on").asc(nulls_last=True), "pk")
