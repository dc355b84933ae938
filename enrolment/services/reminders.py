"""Reminding people of their dates by rules relative to them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Max, Min, OuterRef, Q, Subquery
from django.utils import timezone

from academy.models import OutgoingMail
from courses.enums import RunState
from courses.models import Session
from enrolment import notifications
from enrolment.enums import EnrolmentState, RemindedOf
from enrolment.models import Enrolment, ReminderRule
from enrolment.selectors import fetch_titles

SENT_AT = time(9)  # in Berlin
CATCH_UP = timedelta(days=1)  # what could not be sent for longer than this is left out: a late reminder misleads


def send_reminders(*, at: datetime) -> int:
    """Write the reminders that are due at that moment into the outbox; how many. May run as often as one likes.

    A rule is due at nine o'clock in Berlin so many days before the date, and for a day after that, while the date is
    still to come. Reminded is who had a confirmed place by then; each person once for each rule and due moment. A date
    that moves has another due moment, so it is reminded of anew.
    """
    due = _due_moment(at)
    rules = list(ReminderRule.objects.filter(is_active=True))
    wanted = [pair for pair in _near(rules, on=due.date(), at=at) if pair[1].starts_at > at]
    places = _places_on({session.run_id for _rule, session in wanted}, confirmed_by=due)
    pairs = [(place, rule, session) for rule, session in wanted for place in places.get(session.run_id, ())]
    keys = [notifications.reminder_key(place, rule.pk, session, due) for place, rule, session in pairs]
    sent = set(OutgoingMail.objects.filter(key__in=keys).values_list("key", flat=True))
    new = [pair for pair, key in zip(pairs, keys, strict=True) if key not in sent]
    for place, rule, session in new:
        notifications.date_reminder(place, rule=rule.pk, session=session, due=due, at=at)
    return len(new)


def _due_moment(at: datetime) -> datetime:
    """The latest nine o'clock in Berlin; reminders are due from then on for a day."""
    local = timezone.localtime(at)
    day = local.date() if local.time() >= SENT_AT else local.date() - CATCH_UP
    return datetime.combine(day, SENT_AT, tzinfo=local.tzinfo)


def _near(rules: list[ReminderRule], *, on: date, at: datetime) -> Iterable[tuple[ReminderRule, Session]]:
    """Each rule with each date of which it reminds on that day; one query."""
    days = {rule.days for rule in rules}
    if not days:
        return
    window = Q()
    for count in days:
        begin = timezone.make_aware(datetime.combine(on + timedelta(days=count), time.min))
        end = timezone.make_aware(datetime.combine(on + timedelta(days=count + 1), time.min))
        window |= Q(starts_at__gte=begin, starts_at__lt=end)
    same_run = Session.objects.filter(run=OuterRef("run")).order_by().values("run")
    sessions = (
        Session.objects.filter(window, is_cancelled=False, run__state=RunState.OPEN)
        .select_related("room", "run")
        .annotate(first_at=Subquery(same_run.annotate(first=Min("starts_at")).values("first")))
    )
    for session in sessions:
        ahead = (timezone.localdate(session.starts_at) - on).days
        for rule in rules:
            is_meant = rule.of == RemindedOf.EACH or session.starts_at == session.first_at
            if rule.days == ahead and is_meant and rule.course_id in (None, session.run.course_id):
                yield rule, session


def _places_on(runs: set[int], *, confirmed_by: datetime) -> dict[int, list[Enrolment]]:
    """The confirmed places of these runs that were so by that moment, with all that a mail says."""
    found: dict[int, list[Enrolment]] = {}
    places = (
        Enrolment.objects.filter(run__in=runs, state=EnrolmentState.CONFIRMED, learner__erased_at__isnull=True)
        .annotate(confirmed_at=Max("moves__at"))
        .filter(confirmed_at__lte=confirmed_by)
        .select_related("learner", "run__course")
        .prefetch_related("run__sessions")
        .order_by("pk")
    )
    for place in places:
        found.setdefault(place.run_id, []).append(place)
    fetch_titles({place.run.course_id: place.run.course for group in found.values() for place in group}.values())
    return found
