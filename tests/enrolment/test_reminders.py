"""Reminders by rules: when, to whom, once, and on both sides of the change of the clocks."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from academy.enums import Role
from academy.models import OutgoingMail
from courses.models import CourseRun, Session
from enrolment import services
from enrolment.enums import RemindedOf
from enrolment.models import Enrolment, ReminderRule
from tests.factories.academy import MembershipFactory, UserFactory, signed_in_as
from tests.factories.courses import CourseFactory, CourseRunFactory
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

ENROLLED = datetime(2026, 9, 1, 8, tzinfo=UTC)
SUNDAY = datetime(2026, 10, 25, 8, tzinfo=UTC)  # 9:00 in Berlin, on the day on which summer time ends
THURSDAY = datetime(2026, 10, 29, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def rules():
    """Only what a test makes."""
    ReminderRule.objects.all().delete()


def rule(days=1, of=RemindedOf.EACH, **given) -> ReminderRule:
    return ReminderRule.objects.create(days=days, of=of, **given)


def run_on(*dates: datetime, **given) -> CourseRun:
    run = CourseRunFactory(seats=5, sessions=0, **given)
    make_course_page(run.course, title="Bescheide, die ankommen")
    for starts_at in dates:
        Session.objects.create(run=run, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    return run


def enrol(run, *, at=ENROLLED, **person) -> Enrolment:
    return services.enrol(learner=UserFactory(**person), run=CourseRun.objects.get(pk=run.pk), at=at)


def reminded() -> list:
    return list(OutgoingMail.objects.filter(key__contains=".reminder.").order_by("pk").values_list("person", flat=True))


def send(day: int, hour: int, minute: int = 0) -> int:
    """At that time in UTC in October 2026."""
    return services.send_reminders(at=datetime(2026, 10, day, hour, minute, tzinfo=UTC))


def test_reminders_go_at_nine_in_berlin_on_the_day_and_once():
    rule(days=1)
    place = enrol(run_on(SUNDAY + timedelta(days=1)))  # Monday: due on the Sunday of the change

    assert send(25, 7, 59) == 0
    assert send(25, 8, 0) == 1  # nine o'clock in winter time
    assert send(25, 8, 30) == 0
    assert reminded() == [place.learner_id]


def test_reminders_before_the_change_go_at_nine_in_summer_time():
    rule(days=3)
    enrol(run_on(SUNDAY + timedelta(days=2)))  # Tuesday: due on Saturday, still in summer time

    assert send(24, 6, 59) == 0
    assert send(24, 7, 0) == 1


def test_what_could_not_be_sent_for_a_day_is_left_out():
    rule(days=4)
    enrol(run_on(THURSDAY))

    assert send(26, 8) == 0  # due on Sunday at nine, and now Monday at nine
    rule(days=3, of=RemindedOf.FIRST)
    assert send(27, 7, 59) == 1  # due on Monday at nine: a minute is left


@pytest.mark.parametrize(("of", "count"), [(RemindedOf.FIRST, 1), (RemindedOf.EACH, 2)])
def test_rules_speak_of_the_first_or_of_each_date(of, count):
    rule(of=of)
    enrol(run_on(THURSDAY, THURSDAY + timedelta(days=1)))

    assert send(28, 9) + send(29, 9) == count


def test_only_who_had_a_confirmed_place_by_then_is_reminded():
    rule()
    run = run_on(THURSDAY)
    early = enrol(run)
    gone = enrol(run)
    services.withdraw(enrolment=gone, actor=gone.learner, at=ENROLLED)
    enrol(run, at=datetime(2026, 10, 28, 8, 1, tzinfo=UTC))  # after nine o'clock on the day before

    assert send(28, 9) == 1
    assert reminded() == [early.learner_id]


def test_a_date_that_moves_is_reminded_of_anew_and_never_twice_for_the_same_day():
    rule()
    run = run_on(THURSDAY)
    enrol(run)
    assert send(28, 9) == 1
    for days in (1, -1):
        session = run.sessions.get()
        session.starts_at += timedelta(days=days)
        session.ends_at += timedelta(days=days)
        session.save()
        if days == 1:
            assert send(29, 9) == 1

    assert send(28, 10) == 0


def test_nobody_is_reminded_of_what_has_begun_or_was_called_off():
    rule()
    called_off = run_on(THURSDAY)
    enrol(called_off)
    services.cancel_run(run=called_off, reason="Zu wenige.", actor=UserFactory(), at=ENROLLED)
    early = run_on(datetime(2026, 10, 29, 6, tzinfo=UTC))  # seven in the morning
    enrol(early)

    assert send(29, 6, 1) == 0
    assert send(28, 9) == 1


def test_rules_of_a_course_hold_for_it_alone_and_beside_those_for_all():
    course = CourseFactory()
    rule(), rule(days=2, course=course), rule(days=3, is_active=False)
    enrol(run_on(THURSDAY, course=course))
    enrol(run_on(THURSDAY))

    assert [send(day, 9) for day in (26, 27, 28)] == [0, 1, 2]


def test_there_is_one_rule_of_a_kind():
    rule()

    with pytest.raises(IntegrityError), transaction.atomic():
        rule()


@pytest.mark.usefixtures("site")
def test_a_second_rule_of_a_kind_is_refused_in_the_form(client):
    rule(days=14, of=RemindedOf.FIRST)
    signed_in_as(client, Role.ACADEMY_OFFICE)

    answer = client.post(reverse("reminderrule:add"), {"days": "14", "of": "first", "course": "", "is_active": "on"})

    assert "Eine solche Erinnerung gibt es schon." in answer.content.decode()


def test_the_mail_says_when_where_and_how_to_give_the_place_back():
    rule()
    run = run_on(THURSDAY, place="Rathaus, Raum 3", online_link="https://raum.example.org/x")
    place = enrol(run)

    send(28, 9)

    mail = OutgoingMail.objects.get(person=place.learner, key__contains=".reminder.")
    assert mail.subject == "Erinnerung: Bescheide, die ankommen"
    assert "Do., 29. Oktober 2026" in mail.text
    assert "Rathaus, Raum 3" in mail.text
    assert "Meine Plätze" in mail.text
    assert "raum.example.org" not in mail.text + mail.html


def test_looking_for_whom_to_remind_costs_the_same_at_any_number():
    rule(), rule(days=2)
    counts = []
    for people in (1, 5):
        run = run_on(THURSDAY)
        for _person in range(people):
            enrol(run)
        send(28, 9)  # writes what is new
        with CaptureQueriesContext(connection) as queries:
            send(28, 10)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 7


# --- Who keeps the rules -------------------------------------------------------------------------------------------
def test_two_rules_are_there_from_the_start():
    from importlib import import_module

    from django.apps import apps

    import_module("enrolment.migrations.0012_reminder_rules").add_usual_rules(apps, None)

    assert list(ReminderRule.objects.order_by("-days").values_list("days", "of", "course")) == [
        (7, "first", None),
        (1, "each", None),
    ]


@pytest.mark.usefixtures("site")
def test_the_office_keeps_the_rules(client):
    signed_in_as(client, Role.ACADEMY_OFFICE)

    answer = client.post(reverse("reminderrule:add"), {"days": "14", "of": "first", "course": "", "is_active": "on"})

    assert answer.status_code == 302
    assert ReminderRule.objects.get().days == 14
    assert "14" in client.get(reverse("reminderrule:index")).content.decode()


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("days", ["0", "61", ""])
def test_rules_that_mean_nothing_are_refused(client, days):
    signed_in_as(client, Role.ACADEMY_OFFICE)

    answer = client.post(reverse("reminderrule:add"), {"days": days, "of": "first", "is_active": "on"})

    assert answer.status_code == 200
    assert not ReminderRule.objects.exists()


@pytest.mark.usefixtures("site")
def test_trainers_do_not_keep_them(client):
    client.force_login(MembershipFactory(role=Role.TRAINER).user)

    assert client.get(reverse("reminderrule:index")).status_code in (302, 403)
