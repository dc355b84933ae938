"""Changed dates: gathered for a quarter of an hour, then told once, old and new, to each in the own words."""

from datetime import timedelta

import pytest

from academy.enums import Role
from academy.models import OutgoingMail
from courses.models import CourseRun, Session
from enrolment import services
from enrolment.audit_checks import broken_promises
from enrolment.models import ChangeNotice, Enrolment
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.courses import FIRST_SESSION, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

QUARTER = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office():
    return UserFactory()


@pytest.fixture
def run():
    run = CourseRunFactory(seats=3, sessions=2)
    make_course_page(run.course, title="Bescheide, die ankommen")
    return run


def enrol(run, *, at=DURING_ENROLMENT, **person) -> Enrolment:
    return services.enrol(learner=UserFactory(**person), run=CourseRun.objects.get(pk=run.pk), at=at)


def change(run, office, *, at, hours: float = 0, drop: bool = False, **fields) -> None:
    """Move the first date by so many hours, or drop it, or change the run itself."""
    run = CourseRun.objects.get(pk=run.pk)
    sessions = list(run.sessions.all())
    sessions[0].starts_at += timedelta(hours=hours)
    sessions[0].ends_at += timedelta(hours=hours)
    run.sessions = sessions[1:] if drop else sessions
    for name, value in fields.items():
        setattr(run, name, value)
    services.save_run(run=run, actor=office, at=at)


def told(place: Enrolment) -> list[str]:
    return list(place.learner.mails.filter(key__contains=".moved.").order_by("pk").values_list("text", flat=True))


def test_one_mail_tells_all_changes_of_a_quarter_of_an_hour(run, office):
    place = enrol(run)
    begin = DURING_ENROLMENT + MINUTE
    change(run, office, at=begin, hours=1)
    change(run, office, at=begin + 10 * MINUTE, place="Rathaus, Raum 3")

    assert services.tell_of_changes(at=begin + QUARTER - MINUTE) == 0
    assert services.tell_of_changes(at=begin + QUARTER) == 1  # the second change has not put it off
    assert services.tell_of_changes(at=begin + 2 * QUARTER) == 0

    [text] = told(place)
    assert "Bisher: " in text
    before, _arrow, now = next(line for line in text.splitlines() if line.startswith("Bisher: ")).partition(
        " → jetzt: "
    )
    assert "Rathaus" not in before
    assert now.endswith("Rathaus, Raum 3")


def test_what_is_as_it_was_is_told_to_nobody(run, office):
    place = enrol(run)
    change(run, office, at=DURING_ENROLMENT + MINUTE, hours=1)
    change(run, office, at=DURING_ENROLMENT + 2 * MINUTE, hours=-1)

    assert services.tell_of_changes(at=DURING_ENROLMENT + 2 * QUARTER) == 0
    assert told(place) == []
    assert services.open_notice(run) is None


def test_who_came_in_between_reads_what_is_new_to_them(run, office):
    before = enrol(run)
    change(run, office, at=DURING_ENROLMENT + MINUTE, hours=1)
    between = enrol(run, at=DURING_ENROLMENT + 2 * MINUTE)
    change(run, office, at=DURING_ENROLMENT + 3 * MINUTE, hours=1)
    after = enrol(run, at=DURING_ENROLMENT + 4 * MINUTE)

    services.tell_of_changes(at=DURING_ENROLMENT + 2 * QUARTER)

    lines = [next(line for line in told(place)[0].splitlines() if "jetzt" in line) for place in (before, between)]
    assert [line.partition(" → ")[2] for line in lines] == [lines[0].partition(" → ")[2]] * 2
    assert lines[0] != lines[1]
    assert told(after) == []


def test_a_date_that_is_dropped_and_one_that_is_new_are_named(run, office):
    place = enrol(run)
    changed = CourseRun.objects.get(pk=run.pk)
    later = FIRST_SESSION + timedelta(days=30)
    changed.sessions = [list(changed.sessions.all())[1], Session(starts_at=later, ends_at=later + timedelta(hours=2))]
    services.save_run(run=changed, actor=office, at=DURING_ENROLMENT + MINUTE)

    services.tell_of_changes(at=DURING_ENROLMENT + 2 * QUARTER)

    assert [line.partition(":")[0] for line in told(place)[0].splitlines() if line.startswith(("Neu", "Entfällt"))] == [
        "Entfällt",
        "Neu",
    ]


def test_a_new_way_in_is_told_without_the_way(run, office):
    place = enrol(run)
    change(run, office, at=DURING_ENROLMENT + MINUTE, online_link="https://raum.example.org/neu")

    services.tell_of_changes(at=DURING_ENROLMENT + 2 * QUARTER)

    assert "raum.example.org" not in told(place)[0]
    assert "Zugang" in told(place)[0]
    assert "raum.example.org" not in str(ChangeNotice.objects.get().versions)


@pytest.mark.parametrize(("language", "words"), [("en", "So far: "), ("de-simple", "Bisher: ")])
def test_each_reads_it_in_the_own_language(run, office, language, words):
    place = enrol(run, preferred_language=language)
    change(run, office, at=DURING_ENROLMENT + MINUTE, hours=1)

    services.tell_of_changes(at=DURING_ENROLMENT + 2 * QUARTER)

    assert words in told(place)[0]


def test_nothing_is_gathered_for_a_run_without_people(run, office):
    change(run, office, at=DURING_ENROLMENT, hours=1)

    assert services.open_notice(run) is None


def test_a_run_called_off_says_only_that_and_strikes_the_dropped_date(run, office):
    place = enrol(run)
    dropped = run.sessions.first()
    change(run, office, at=DURING_ENROLMENT + MINUTE, drop=True)

    services.cancel_run(run=run, reason="Zu wenige.", actor=office, at=DURING_ENROLMENT + 2 * MINUTE)

    assert services.tell_of_changes(at=DURING_ENROLMENT + 2 * QUARTER) == 0
    assert told(place) == []
    calendar = OutgoingMail.objects.get(person=place.learner, key__contains=".cancelled.").calendar
    assert calendar.count("METHOD:CANCEL") == 2
    assert f"session-{dropped.pk}." in calendar


@pytest.mark.parametrize("leave", ["withdraw", "substitute"])
def test_who_leaves_in_between_loses_the_dropped_date_as_well(run, office, leave):
    place = enrol(run)
    dropped = run.sessions.first()
    change(run, office, at=DURING_ENROLMENT + MINUTE, drop=True)

    if leave == "withdraw":
        services.withdraw(enrolment=place, actor=place.learner, at=DURING_ENROLMENT + 2 * MINUTE)
    else:
        own = MembershipFactory(user=place.learner)
        colleague = MembershipFactory(organisation=own.organisation).user
        services.substitute(
            enrolment=place, colleague_email=colleague.email, actor=place.learner, at=DURING_ENROLMENT + 2 * MINUTE
        )

    assert f"session-{dropped.pk}." in place.learner.mails.order_by("pk").last().calendar


def test_the_audit_names_news_that_never_went_out(run, office):
    enrol(run)
    change(run, office, at=DURING_ENROLMENT, hours=1)

    assert any("was not told" in line for line in broken_promises())


# --- On the page of the run ----------------------------------------------------------------------------------------
def test_who_keeps_the_list_sees_when_people_are_told_and_can_tell_them_at_once(run, office, client):
    place = enrol(run)
    trainer = MembershipFactory(role=Role.TRAINER).user
    run.trainers.add(trainer)
    run.save()
    change(run, office, at=DURING_ENROLMENT, hours=1)
    client.force_login(trainer)
    page, address = f"/de/teaching/runs/{run.pk}/", f"/de/teaching/runs/{run.pk}/changes/"
    assert "Die Termine haben sich geändert" in client.get(page).content.decode()

    assert client.get(address).status_code == 405
    answer = client.post(address, follow=True)

    assert "1 Person wird per Mail benachrichtigt" in answer.content.decode()
    assert "Die Termine haben sich geändert" not in answer.content.decode()
    assert len(told(place)) == 1
    assert "Es gibt keine Änderung" in client.post(address, follow=True).content.decode()


def test_nobody_else_can_tell(run, office, client):
    enrol(run)
    change(run, office, at=DURING_ENROLMENT, hours=1)
    client.force_login(UserFactory())

    assert client.post(f"/de/teaching/runs/{run.pk}/changes/").status_code == 404
    assert ChangeNotice.objects.filter(told_at__isnull=True).count() == 1
