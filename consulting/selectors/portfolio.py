"""The portfolio: the processes of a person with their lights and what is late in them, as one list."""

from datetime import date, timedelta

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from academy.enums import Role
from academy.selectors import roles_of
from consulting.enums import CURRENT_PHASE_STATES, OVER_STATES, SOON_DAYS, WORKING_STATES, Pace, ProcessRole
from consulting.models import Milestone, Phase, Process

from .barriers import measures_visible_to
from .processes import READING_FUNCTIONS, functions_held_by, processes_visible_to

OVER = "over"  # closed and aborted ones together
ORDERS = {
    "title": ("title",),
    "unit": ("unit__organisation__name", "unit__name"),
    "start": ("-starts_on",),
}


def processes_read_by(user, *, on: date) -> QuerySet[Process]:
    """The processes of which the person sees more than metadata (DOMAIN.md 2.5, R and W of «Process header»)."""
    return processes_visible_to(user, on=on).filter(_is_read_by(user, on=on))


def portfolio_of(user, *, chosen: dict[str, str], on: date) -> QuerySet[Process]:
    """The processes that exist for the person and that the filters leave, each with `light`, `late_milestones` and
    `late_measures`; the most urgent first unless `chosen["sort"]` says otherwise. One query is made at once.

    Lights and numbers are empty where the person sees metadata only: neither a filter nor the order tells them.
    """
    found = _with_lights(processes_visible_to(user, on=on), user, on=on)
    state = chosen.get("state", "")
    if state == OVER:
        found = found.over()
    elif state:
        found = found.filter(state=state)
    else:
        found = found.running()
    if "light" in chosen:
        found = found.filter(light=chosen["light"])
    if "phase" in chosen:
        current = Phase.objects.filter(process=OuterRef("pk"), state__in=CURRENT_PHASE_STATES, key=chosen["phase"])
        found = found.filter(Exists(current))
    return _in_order(found, chosen.get("sort", ""))


def _in_order(found: QuerySet[Process], sort: str) -> QuerySet[Process]:
    if sort == "late":
        late = Coalesce("late_milestones", 0) + Coalesce("late_measures", 0)
        return found.by_next_date().order_by(late.desc(), F("next_on").asc(nulls_last=True), "pk")
    return found.order_by(*ORDERS[sort], "pk") if sort in ORDERS else found.by_next_date()


def _is_read_by(user, *, on: date) -> Q:
    """Given that the process is visible."""
    if not user.is_authenticated or not user.is_active:
        return Q(pk__in=[])
    if Role.PROGRAMME_LEAD in roles_of(user, on=on):
        return Q(pk__isnull=False)
    reading = functions_held_by(user, on=on).filter(role__in=[*READING_FUNCTIONS, ProcessRole.FACILITATOR])
    return Q(pk__in=reading.values("process"))


def _with_lights(found: QuerySet[Process], user, *, on: date) -> QuerySet[Process]:
    """The same light as `schedule_of` reads from the dates of one process, computed by the database."""
    mine = _is_read_by(user, on=on)
    counts = mine & Q(state__in=WORKING_STATES)
    waiting = Milestone.objects.waiting().filter(process=OuterRef("pk")).order_by()
    current = Phase.objects.filter(process=OuterRef("pk"), state__in=CURRENT_PHASE_STATES)
    soon = (on, on + timedelta(days=SOON_DAYS))
    late = Q(Exists(waiting.filter(due_on__lt=on))) | Q(Exists(current.filter(planned_on__lt=on)))
    due = Q(Exists(waiting.filter(due_on__range=soon))) | Q(Exists(current.filter(planned_on__range=soon)))
    number = waiting.filter(due_on__lt=on).values("process").annotate(number=Count("pk")).values("number")
    return found.annotate(
        light=Case(
            When(counts & late, then=Value(Pace.OVERDUE.value)),
            When(counts & due, then=Value(Pace.DUE.value)),
            When(counts, then=Value(Pace.ON_TRACK.value)),
            default=Value(""),
            output_field=CharField(),
        ),
        late_milestones=Case(
            When(counts, then=Coalesce(Subquery(number, output_field=IntegerField()), 0)), default=None
        ),
        late_measures=_late_measures(user, mine & ~Q(state__in=OVER_STATES), on=on),
    )


def _late_measures(user, counts: Q, *, on: date) -> Case:
    """How many measures of each process are overdue (C8) that the person sees: counted first, since what is visible is
    too deep a question to ask for each process again."""
    late = measures_visible_to(user, on=on).overdue(on=on)
    processes: dict[int, list[int]] = {}
    for process_id, number in late.order_by().values_list("process").annotate(number=Count("pk")):
        processes.setdefault(number, []).append(process_id)
    cases = [When(counts & Q(pk__in=keys), then=Value(number)) for number, keys in sorted(processes.items())]
    return Case(*cases, When(counts, then=Value(0)), default=None, output_field=IntegerField())
