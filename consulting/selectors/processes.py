"""Reads about processes: who sees which, what is missing, and what is due. And who sees which statement."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.enums import Role
from academy.models import Membership, Organisation, User
from academy.selectors import roles_of
from consulting.enums import (
    GROUP_SIZE,
    SOON_DAYS,
    UNIT_FUNCTIONS,
    Pace,
    PhaseKey,
    PhaseState,
    ProcessAccess,
    ProcessRole,
    ProcessState,
    ReleaseState,
    StatementState,
)
from consulting.models import DateSeries, Milestone, Phase, Process, ProcessMember, ProcessMove, Statement

OVERSEEING_ROLES = {Role.PROGRAMME_LEAD, Role.TECHNICAL_ADMIN, Role.DIALOGUE_MODERATION}
STAFF_ROLES = [Role.UNIT_STAFF, Role.GROUP_MEMBER, Role.SPONSOR, Role.ORGANISATION_CONTACT]
EARLY_STATES = [ProcessState.REQUEST, ProcessState.CLARIFICATION]
BEYOND_STATES = [ProcessState.ACTIVE, ProcessState.PAUSED, ProcessState.CLOSED]
READING_FUNCTIONS = frozenset(UNIT_FUNCTIONS)
STATEMENT_READERS = {Role.PROGRAMME_LEAD, Role.FACILITATOR, Role.DIALOGUE_MODERATION, Role.EDITOR}


# --- Who sees what -----------------------------------------------------------------------------------------------
def functions_held_by(user: User, *, on: date) -> QuerySet[ProcessMember]:
    """The functions that count on that day: within their dates, and still backed by a role on the platform.

    A facilitator, an MSO partner or somebody of the unit whose membership has ended has lost access with it (C13).
    """
    roles = roles_of(user, on=on)
    organisations = Membership.objects.active(on=on).filter(user=user).values("organisation")
    backed = Q(role=ProcessRole.GUEST) | Q(role__in=UNIT_FUNCTIONS, process__unit__organisation__in=organisations)
    if Role.FACILITATOR in roles:
        backed |= Q(role=ProcessRole.FACILITATOR)
    if Role.MSO in roles:
        backed |= Q(role=ProcessRole.MSO_PARTNER)
    return ProcessMember.objects.active(on=on).filter(backed, person=user)


def processes_visible_to(user, *, on: date) -> QuerySet[Process]:
    """Every process that exists for the person, be it by its metadata only (DOMAIN.md 2.5, «Process header»; C3)."""
    if not user.is_authenticated or not user.is_active:
        return Process.objects.none()
    roles = roles_of(user, on=on)
    if roles & OVERSEEING_ROLES:
        return Process.objects.all()
    units = Membership.objects.active(on=on).filter(user=user, role__in=STAFF_ROLES, unit__isnull=False)
    visible = Q(pk__in=functions_held_by(user, on=on).values("process")) | Q(unit__in=units.values("unit"))
    if Role.FUNDER_REPORTING in roles:
        visible |= Q(release_state=ReleaseState.RELEASED)
    return Process.objects.filter(visible)


def functions_in(user: User, processes: Iterable[Process], *, on: date) -> dict[int, set[str]]:
    """The functions of the person in each of the processes, by the process's key; one query."""
    found: dict[int, set[str]] = {process.pk: set() for process in processes}
    for process_id, role in functions_held_by(user, on=on).filter(process__in=found).values_list("process", "role"):
        found[process_id].add(role)
    return found


def access_levels(user: User, processes: Iterable[Process], *, on: date) -> dict[int, ProcessAccess]:
    """How much the person sees of each process, given that they are visible; constant queries."""
    leads = Role.PROGRAMME_LEAD in roles_of(user, on=on)
    functions = functions_in(user, processes, on=on)
    return {pk: access_by(functions=held, leads=leads) for pk, held in functions.items()}


def access_by(*, functions: set[str], leads: bool) -> ProcessAccess:
    """What functions in a visible process give: W to facilitation and programme lead, R to the unit's side, else M."""
    if leads or ProcessRole.FACILITATOR in functions:
        return ProcessAccess.WRITE
    return ProcessAccess.READ if functions & READING_FUNCTIONS else ProcessAccess.METADATA


def people_for_function(process: Process, role: str, *, on: date) -> QuerySet[User]:
    """Whose membership on that day lets them take the function; a guest needs an account with any membership."""
    backing = Membership.objects.active(on=on)
    if role == ProcessRole.FACILITATOR:
        backing = backing.with_role(Role.FACILITATOR)
    elif role == ProcessRole.MSO_PARTNER:
        backing = backing.with_role(Role.MSO)
    elif role in UNIT_FUNCTIONS:
        backing = backing.filter(organisation=process.unit.organisation_id)
    return User.objects.filter(is_active=True, pk__in=backing.values("user"))


# --- What is missing ---------------------------------------------------------------------------------------------
def missing_for_start(process: Process, *, on: date, held: Iterable[ProcessMember] | None = None) -> list[str]:
    """What stands between clarification and the next phase on that day (C1): one sentence each.

    `held` are the functions that count; by default those that are held on that day.
    """
    held = list(process.members.active(on=on) if held is None else held)
    group = [member for member in held if member.role == ProcessRole.GROUP]
    roles = {member.role for member in held}
    missing = []
    if not _dated(process.agreement_unit_on, on):
        missing.append(_("The unit has not dated the cooperation agreement."))
    if not _dated(process.agreement_operator_on, on):
        missing.append(_("The operator has not dated the cooperation agreement."))
    if ProcessRole.SPONSOR not in roles:
        missing.append(_("No commissioning lead is named."))
    if ProcessRole.FACILITATOR not in roles:
        missing.append(_("No process facilitator is named."))
    if len(group) < GROUP_SIZE:
        missing.append(_group_too_small(len(group)))
    if not any(member.has_public_contact for member in group):
        missing.append(_("Nobody in the process group is marked as working in contact with the public."))
    return missing


def _dated(day: date | None, on: date) -> bool:
    return day is not None and day <= on


def _group_too_small(size: int) -> str:
    if not size:
        return _("The process group is missing; it needs at least {needed} members.").format(needed=GROUP_SIZE)
    return ngettext(
        "The process group has {size} member; it needs at least {needed}.",
        "The process group has {size} members; it needs at least {needed}.",
        size,
    ).format(size=size, needed=GROUP_SIZE)


def broken_promises_of(process: Process, *, on: date) -> Iterator[str]:
    """What the services never let happen to a process: one sentence each. Uses prefetched phases and members."""
    phases = sorted(process.phases.all(), key=lambda phase: phase.position)
    clarify = phases[0] if phases else None
    if clarify is None or clarify.key != PhaseKey.CLARIFY:
        yield _("The phases do not begin with clarification.")
        return
    if not is_in_order([phase.state for phase in phases]):
        yield _("The phases are out of order.")
    begun = [phase for phase in phases[1:] if phase.state != PhaseState.OPEN]
    is_beyond = process.state in BEYOND_STATES or clarify.state == PhaseState.REACHED
    if process.state in EARLY_STATES and (begun or clarify.state == PhaseState.REACHED):
        yield _("A phase beyond clarification has begun although the process facilitation has not started.")
    if is_beyond or begun:
        day = clarify.done_on or on
        held = [m for m in process.members.all() if m.starts_on <= day and (m.ends_on is None or m.ends_on >= day)]
        yield from missing_for_start(process, on=day, held=held)


def is_in_order(states: list[str]) -> bool:
    """Reached or re-opened ones first, then at most one active, then open ones only."""
    rank = {PhaseState.REACHED: 0, PhaseState.REOPENED: 0, PhaseState.ACTIVE: 1, PhaseState.OPEN: 2}
    ranks = [rank[PhaseState(state)] for state in states]
    return ranks == sorted(ranks) and ranks.count(1) <= 1


# --- What is due -------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class DueDate:
    """One date that somebody waits for: a milestone or the planned end of the current phase."""

    on: date
    title: str


@dataclass(frozen=True)
class Schedule:
    """The light of a process and the dates behind it. `pace` is empty where no dates count, such as in a pause."""

    pace: Pace | None = None
    overdue: list[DueDate] = field(default_factory=list)
    next: DueDate | None = None


def schedule_of(process: Process, *, on: date) -> Schedule:
    """Read the light from open milestones and from current phases with a planned end; uses what is prefetched."""
    if not process.is_working:
        return Schedule()
    dates = [
        DueDate(milestone.due_on, milestone.title) for milestone in process.milestones.all() if milestone.is_waiting
    ]
    dates += [DueDate(p.planned_on, p.title) for p in process.phases.all() if p.is_current and p.planned_on]
    dates.sort(key=lambda due: due.on)
    overdue = [due for due in dates if due.on < on]
    coming = next((due for due in dates if due.on >= on), None)
    soon = coming is not None and coming.on <= on + timedelta(days=SOON_DAYS)
    pace = Pace.OVERDUE if overdue else Pace.DUE if soon else Pace.ON_TRACK
    return Schedule(pace=pace, overdue=overdue, next=coming)


@dataclass(frozen=True)
class Overview:
    """One line of a list: what the person may see of a process. Without the right to read there is no schedule."""

    process: Process
    access: ProcessAccess
    schedule: Schedule


def overview_of(processes: Iterable[Process], *, user: User, on: date) -> list[Overview]:
    """The lines of a list of visible processes, in its order; constant queries."""
    processes = list(processes)
    levels = access_levels(user, processes, on=on)
    lines = []
    for process in processes:
        access = levels[process.pk]
        schedule = schedule_of(process, on=on) if access >= ProcessAccess.READ else Schedule()
        lines.append(Overview(process=process, access=access, schedule=schedule))
    return lines


def standing_milestones(process: Process) -> list[Milestone]:
    """The milestones of the plan, ordered by date, without those that were dropped."""
    return [milestone for milestone in process.milestones.all() if milestone.dropped_on is None]


def waiting_milestones_of(phase: Phase) -> QuerySet[Milestone]:
    """What would be left behind if the phase were reached now."""
    return phase.milestones.waiting().order_by("due_on", "position", "pk")


def next_phase(process: Process) -> Phase | None:
    """The first phase that is still open."""
    return process.phases.filter(state=PhaseState.OPEN).order_by("position").first()


# --- People and log ----------------------------------------------------------------------------------------------
def people_of(process: Process, *, on: date) -> list[ProcessMember]:
    """Who holds or will hold a function, in the order of the functions; erased people have no name any more."""
    held = process.members.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)).select_related("person")
    order = list(ProcessRole)
    return sorted(held, key=lambda member: (order.index(ProcessRole(member.role)), member.starts_on, member.pk))


def moves_of(process: Process) -> QuerySet[ProcessMove]:
    """The log, newest first, with the parts that it names at hand."""
    return process.moves.select_related("phase", "milestone", "member", "template").order_by("-at", "-pk")


def actors_of(moves: Iterable[ProcessMove]) -> dict:
    """The accounts behind the pseudonyms of the moves; erased ones are left out; one query."""
    pseudonyms = {move.actor for move in moves if move.actor}
    people = User.objects.filter(pseudonym__in=pseudonyms, erased_at__isnull=True) if pseudonyms else []
    return {person.pseudonym: person for person in people}


# --- Statements ----------------------------------------------------------------------------------------------------
def statements_visible_to(user, *, on: date) -> QuerySet[Statement]:
    """Every statement that exists for the person (DOMAIN.md 2.5, «Statement, recommendation»).

    The public reads what is published. Organisations that sign read it from the review on; the commissioning lead and
    the process group of an addressee from the release on; facilitation, moderation, editors and programme lead always.
    """
    if not user.is_authenticated or not user.is_active:
        return Statement.objects.published()
    if roles_of(user, on=on) & STATEMENT_READERS:
        return Statement.objects.all()
    own = Membership.objects.active(on=on).filter(user=user)
    signing = Q(signatories__organisation__in=own.with_role(Role.MSO).values("organisation"))
    asked = own.with_role(Role.SPONSOR, Role.GROUP_MEMBER).values("organisation")
    visible = Q(state=StatementState.PUBLISHED) | (signing & ~Q(state=StatementState.DRAFT))
    visible |= Q(recommendations__addressee__in=asked, state__in=[StatementState.RELEASED, StatementState.SUPERSEDED])
    return Statement.objects.filter(pk__in=Statement.objects.filter(visible).values("pk"))


def public_addressees() -> list[tuple[str, str]]:
    """Short name and name of every listed organisation that a published statement asks something of."""
    asked = Organisation.objects.filter(is_listed=True, recommendations__statement__in=Statement.objects.published())
    return list(asked.order_by("name").distinct().values_list("slug", "name"))


# --- Recurring dates ---------------------------------------------------------------------------------------------
def public_series() -> QuerySet[DateSeries]:
    """Consulting hours and round tables that everybody may know of, with their exceptions: two queries."""
    return DateSeries.objects.filter(is_public=True).prefetch_related("exceptions").order_by("starts_at", "pk")
