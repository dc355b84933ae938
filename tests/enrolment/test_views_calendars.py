"""The page of the own calendar: the sheet of a month, the list beside it, and what is marked."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import CourseRun, Session
from enrolment import services
from tests.factories.academy import UserFactory
from tests.factories.courses import FIRST_SESSION, CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT)


@pytest.fixture
def learner(client):
    user = UserFactory()
    client.force_login(user)
    return user


def run_called(title, **given) -> CourseRun:
    course = CourseFactory()
    make_course_page(course, title=title)
    return CourseRunFactory(course=course, **{"seats": 2, **given})


def enrol(run, learner):
    return services.enrol(learner=learner, run=run, at=DURING_ENROLMENT)


def shown(client, query="") -> str:
    answer = client.get(f"/de/my/calendar/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def day(page: str, on: str) -> str:
    """The field of one day on the sheet."""
    [found] = re.findall(rf'<td class="month__day[^"]*">\s*<time[^>]*datetime="{on}".*?</td>', page, re.DOTALL)
    return found


def test_sheet_is_a_table_of_the_month_with_each_date_on_its_day(client, learner):
    enrol(run_called("Bescheide", sessions=2), learner)

    page = shown(client, "?month=2026-12")

    assert page.count("month__entry") == 2
    assert "Bescheide" in day(page, "2026-12-09")
    assert "09:00" in day(page, "2026-12-09")
    assert "Bescheide" in day(page, "2026-12-16")
    assert "<caption" in page
    assert page.count('<th scope="col">') == 7
    assert 'href="?month=2026-11#month"' in page
    assert 'href="?month=2027-01#month"' in page


def test_list_beside_the_sheet_holds_the_dates_of_that_month(client, learner):
    enrol(run_called("Bescheide", sessions=5), learner)  # four in December, one in January

    assert shown(client, "?month=2026-12").count("agenda__title") == 4
    assert shown(client, "?month=2027-01").count("agenda__title") == 1
    assert "Keine Termine in diesem Monat" in shown(client, "?month=2026-10")
    assert "agenda__month" not in shown(client, "?month=2026-12")  # the sheet above says which month it is
    assert re.search(r'agenda__title"><a href="[^"]+/my/places/"', shown(client, "?month=2026-12"))


def test_sheet_begins_with_the_month_of_the_next_date(client, learner):
    enrol(run_called("Bescheide"), learner)

    assert day(shown(client), "2026-12-09").count("month__entry") == 1


@pytest.mark.parametrize("month", ["2026-13", "2026", "abc", "0000-01", "9999-12", "2026-12-01", "٢٠٢٦-١٢"])
def test_sheet_takes_nonsense_for_no_month(client, learner, month):
    assert 'id="month">November 2026<' in shown(client, f"?month={month}")


@pytest.mark.parametrize("month", ["2000-01", "2100-12"])
def test_sheet_leads_nowhere_past_its_last_month(client, learner, month):
    assert shown(client, f"?month={month}").count("#month") == 1


def test_sheet_marks_dates_at_the_same_time_in_words(client, learner):
    enrol(run_called("Bescheide"), learner)
    enrol(run_called("Gespräche"), learner)
    other = run_called("Zugang")
    other.sessions.update(starts_at=FIRST_SESSION + timedelta(hours=4), ends_at=FIRST_SESSION + timedelta(hours=5))
    enrol(other, learner)

    page = shown(client, "?month=2026-12")

    assert page.count("Gleichzeitig mit einem anderen Termin") == 4  # two on the sheet, two in the list


def test_sheet_marks_no_clash_with_what_does_not_take_place(client, learner):
    enrol(run_called("Bescheide"), learner)
    services.withdraw(enrolment=enrol(run_called("Gespräche"), learner), actor=learner, at=DURING_ENROLMENT)

    page = shown(client, "?month=2026-12")

    assert "Gleichzeitig" not in page
    assert "month__entry--cancelled" in page


def test_sheet_shows_what_a_trainer_teaches(client, learner):
    run = run_called("Bescheide")
    run.trainers.add(learner)
    run.save()

    page = shown(client, "?month=2026-12")

    assert "month__entry--given" in day(page, "2026-12-09")
    assert "Sie unterrichten an diesem Termin." in page


def test_sheet_costs_the_same_for_one_and_three_dates(client, learner):
    counts = []
    shown(client)  # what every page reads once
    for sessions in (1, 3):
        enrol(run_called("Bescheide", sessions=sessions), learner)
        with CaptureQueriesContext(connection) as queries:
            shown(client, "?month=2026-12")
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 10


# --- Before enrolling --------------------------------------------------------------------------------------------
def test_enrol_page_warns_of_own_dates_and_still_enrols(client, learner):
    enrol(run_called("Bescheide"), learner)
    wanted = run_called("Gespräche")

    page = client.get(f"/de/runs/{wanted.pk}/enrol/").content.decode()
    assert "Sie haben zur selben Zeit schon einen Termin: Bescheide" in page
    assert "Sie können sich trotzdem anmelden." in page
    client.post(f"/de/runs/{wanted.pk}/enrol/")

    assert learner.enrolments.filter(run=wanted).exists()


def test_enrol_page_warns_of_nothing_without_a_clash(client, learner):
    enrol(run_called("Bescheide"), learner)
    wanted = run_called("Gespräche")
    Session.objects.filter(run=wanted).update(
        starts_at=FIRST_SESSION + timedelta(days=1), ends_at=FIRST_SESSION + timedelta(days=1, hours=1)
    )

    assert "zur selben Zeit" not in client.get(f"/de/runs/{wanted.pk}/enrol/").content.decode()
