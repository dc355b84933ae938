"""Checking in by oneself: who may, when and where; that the trainer's tick wins; and the pages of both."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from academy.enums import Role
from academy.models import AuditEntry
from courses.enums import RunState
from courses.models import Session
from enrolment import selectors, services
from enrolment.cards import start_cards
from enrolment.enums import AttendanceState, EnrolmentState
from enrolment.models import Attendance, CheckInWindow, Completion
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.courses import FIRST_SESSION, CourseRunFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

PRESENT, ABSENT = AttendanceState.PRESENT, AttendanceState.ABSENT
MINUTE = timedelta(minutes=1)
ARRIVAL = FIRST_SESSION - 10 * MINUTE


@pytest.fixture(autouse=True)
def on_arrival(monkeypatch):
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: ARRIVAL)


@pytest.fixture
def run(trainer):
    run = CourseRunFactory(sessions=1, place="Haus der Begegnung, Raum 2")
    make_course_page(run.course, title="Zugang für alle")
    run.trainers.add(trainer)
    run.save()
    return run


@pytest.fixture
def session(run):
    return run.sessions.get()


@pytest.fixture
def place(run):
    return EnrolmentFactory(run=run)


@pytest.fixture
def window(session, trainer):
    return services.open_check_in(session=session, actor=trainer, at=FIRST_SESSION - timedelta(hours=20))


def check_in(person, window, *, code="", is_there=True, at=ARRIVAL):
    code = code or services.check_in_code(window)
    return services.check_in(person=person, code=code, is_there=is_there, at=at)


def tick(session, place, actor, state=PRESENT, at=FIRST_SESSION):
    return services.record_attendance(session=session, states={place.pk: state}, actor=actor, at=at)


def sheet_of(session):
    return f"/de/teaching/runs/{session.run_id}/sessions/{session.pk}/check-in/"


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# --- The code ----------------------------------------------------------------------------------------------------
def test_check_in_code_is_short_unmistakable_and_stands_nowhere_in_the_database(window):
    code = services.check_in_code(window)

    assert re.fullmatch("[2345679BCDFGJKMNPQRTVWXYZ]{6}", code)
    assert code not in str(CheckInWindow.objects.values().get())
    assert services.check_in_code(CheckInWindow.objects.get()) == code


def test_open_check_in_is_for_half_an_hour_before_and_after_the_start_at_the_place(window, trainer):
    assert (window.opens_at, window.closes_at) == (FIRST_SESSION - 30 * MINUTE, FIRST_SESSION + 30 * MINUTE)
    assert (window.place, window.opened_by) == ("Haus der Begegnung, Raum 2", trainer.pseudonym)
    assert AuditEntry.objects.filter(action="check_in.opened").count() == 1


def test_open_check_in_again_makes_the_old_code_void_and_gives_half_an_hour_more(session, window, place, trainer):
    late = FIRST_SESSION + timedelta(hours=1)

    renewed = services.open_check_in(session=session, actor=trainer, at=late)

    assert renewed.closes_at == late + 30 * MINUTE
    with pytest.raises(services.CheckInRefused, match="passt zu keinem"):
        check_in(place.learner, window, at=late)
    assert check_in(place.learner, renewed, at=late).checked_in_at == late


@pytest.mark.parametrize("state", [RunState.DRAFT, RunState.CANCELLED, RunState.COMPLETED])
def test_open_check_in_refuses_when_the_run_is_not_open(session, trainer, state):
    type(session.run).objects.update(state=state)
    with pytest.raises(services.AttendanceRefused):
        services.open_check_in(session=session, actor=trainer, at=ARRIVAL)


def test_open_check_in_refuses_after_the_date(session, trainer):
    with pytest.raises(services.AttendanceRefused, match="Termin ist vorbei"):
        services.open_check_in(session=session, actor=trainer, at=session.ends_at)


# --- Who may check in --------------------------------------------------------------------------------------------
def test_check_in_records_presence_once_in_the_persons_own_name(window, place):
    first = check_in(place.learner, window)
    second = check_in(place.learner, window, at=ARRIVAL + MINUTE)

    assert first == second == Attendance.objects.get()
    assert (first.state, first.ticked_by, second.checked_in_at) == (PRESENT, place.learner.pseudonym, ARRIVAL)
    assert AuditEntry.objects.filter(action="attendance.checked_in").count() == 1


@pytest.mark.parametrize("at", [FIRST_SESSION - 31 * MINUTE, FIRST_SESSION + 30 * MINUTE])
def test_check_in_refuses_outside_its_time(window, place, at):
    with pytest.raises(services.CheckInRefused, match=r"Einchecken können|nicht mehr gültig"):
        check_in(place.learner, window, at=at)
    assert not Attendance.objects.exists()


def test_check_in_refuses_after_it_was_closed(session, window, place, trainer):
    services.close_check_in(session=session, actor=trainer, at=ARRIVAL)
    services.close_check_in(session=session, actor=trainer, at=ARRIVAL)

    with pytest.raises(services.CheckInRefused, match="nicht mehr gültig"):
        check_in(place.learner, window)
    assert AuditEntry.objects.filter(action="check_in.closed").count() == 1


def test_check_in_says_the_same_of_a_wrong_code_and_of_a_date_of_others(window, place):
    with pytest.raises(services.CheckInRefused) as wrong:
        check_in(place.learner, window, code="222222")
    with pytest.raises(services.CheckInRefused) as foreign:
        check_in(EnrolmentFactory().learner, window)
    assert str(wrong.value) == str(foreign.value)


@pytest.mark.parametrize("state", [EnrolmentState.WAITLISTED, EnrolmentState.WITHDRAWN, EnrolmentState.OFFERED])
def test_check_in_needs_a_confirmed_place(run, window, state):
    other = EnrolmentFactory(run=run, state=state)
    with pytest.raises(services.CheckInRefused, match="passt zu keinem"):
        check_in(other.learner, window)


def test_check_in_refuses_who_does_not_say_to_be_at_the_place(window, place):
    with pytest.raises(services.CheckInRefused, match="an diesem Ort"):
        check_in(place.learner, window, is_there=False)


def test_check_in_refuses_once_the_date_has_moved_elsewhere(session, window, place):
    Session.objects.update(place="Rathaus, Raum 100")
    with pytest.raises(services.CheckInRefused, match="nicht mehr gültig"):
        check_in(place.learner, window)


def test_check_in_online_asks_for_no_place(run, session, place, trainer):
    type(run.course).objects.update(format="online")
    type(run).objects.update(place="online")
    online = services.open_check_in(session=session, actor=trainer, at=ARRIVAL)

    assert check_in(place.learner, online, is_there=False).state == PRESENT


# --- Beside the trainer's list -----------------------------------------------------------------------------------
def test_check_in_leaves_the_trainers_tick_and_says_so(session, window, place, trainer):
    tick(session, place, trainer, ABSENT)

    with pytest.raises(services.CheckInRefused, match="«nicht anwesend»"):
        check_in(place.learner, window, at=FIRST_SESSION)
    assert Attendance.objects.get().state == ABSENT


def test_check_in_refuses_on_a_closed_list(session, run, window, place, trainer):
    tick(session, place, trainer)
    services.close_attendance(session=session, actor=trainer, at=FIRST_SESSION)
    late = EnrolmentFactory(run=run)

    with pytest.raises(services.CheckInRefused, match="schon geschlossen"):
        check_in(late.learner, window, at=FIRST_SESSION)


def test_check_in_alone_keeps_no_list_and_completes_nothing_before_the_trainer_has_looked(
    session, window, place, trainer
):
    check_in(place.learner, window)

    assert not Completion.objects.exists()
    assert not selectors.with_lists_kept(Session.objects.all()).get().is_ticked

    assert tick(session, place, trainer) == [Attendance.objects.get()]
    known = Attendance.objects.get()
    assert (known.ticked_by, known.checked_in_at, known.is_own_word) == (trainer.pseudonym, ARRIVAL, False)
    assert Completion.objects.exists()
    assert selectors.with_lists_kept(Session.objects.all()).get().is_ticked


def test_close_attendance_confirms_who_checked_in(session, window, place, trainer):
    check_in(place.learner, window)

    services.close_attendance(session=session, actor=trainer, at=FIRST_SESSION)

    assert Attendance.objects.get().ticked_by == trainer.pseudonym
    assert Completion.objects.exists()


# --- Pages -------------------------------------------------------------------------------------------------------
def test_sheet_shows_code_and_picture_and_no_name(client, session, place, trainer):
    client.force_login(trainer)

    opened = client.post(f"{sheet_of(session)}open/", follow=True)
    code = services.check_in_code(CheckInWindow.objects.get())

    assert f"{code[:3]} {code[3:]}" in text(opened)
    assert "<svg" in opened.content.decode()
    assert "0 von 1 Personen haben" in text(opened)
    assert str(place.learner) not in text(opened)


def test_sheet_is_not_there_for_others(client, session, place, window):
    for person in (place.learner, MembershipFactory(role=Role.TRAINER).user):
        client.force_login(person)
        for path in (sheet_of(session), f"{sheet_of(session)}open/", f"{sheet_of(session)}close/"):
            method = client.get if path == sheet_of(session) else client.post
            assert method(path).status_code == 404


def test_code_leads_to_a_page_and_only_its_button_checks_in(client, window, place):
    client.force_login(place.learner)
    code = services.check_in_code(window)

    typed = client.post("/de/check-in/", {"code": f" {code[:3].lower()}-{code[3:]} "})
    assert typed.url == f"/de/check-in/{code}/"
    page = text(client.get(typed.url))
    assert "Zugang für alle" in page
    assert "Haus der Begegnung, Raum 2" in page
    assert not Attendance.objects.exists()

    forgotten = client.post(typed.url, {})
    assert "an diesem Ort" in text(forgotten)
    assert not Attendance.objects.exists()

    done = client.post(typed.url, {"is_there": "on"}, follow=True)
    assert "Sie sind eingecheckt" in text(done)
    assert Attendance.objects.get().checked_in_at == ARRIVAL


def test_code_that_does_not_fit_stays_in_the_form_beside_one_sentence(client, window, place):
    client.force_login(place.learner)
    response = client.get("/de/check-in/BCD234/")
    assert response.status_code == 404
    assert 'value="BCD234"' in response.content.decode()
    assert "passt zu keinem Ihrer Termine" in text(response)


def test_code_asks_to_sign_in_first(client, window):
    path = f"/de/check-in/{services.check_in_code(window)}/"
    assert client.get(path).url.endswith(f"?next={path}")


def test_codes_are_limited_for_each_person_and_not_for_the_room(client, window, place, run, settings):
    settings.CHECK_IN_TRIES = 2
    client.force_login(place.learner)
    codes = [client.get("/de/check-in/222222/").status_code for _try in range(3)]
    assert codes == [404, 404, 429]

    client.force_login(EnrolmentFactory(run=run).learner)
    assert client.get(f"/de/check-in/{services.check_in_code(window)}/").status_code == 200


def test_list_of_the_trainer_marks_who_checked_in(client, session, window, place, trainer):
    check_in(place.learner, window)
    client.force_login(trainer)

    assert "eingecheckt um 08:50" in text(
        client.get(f"/de/teaching/runs/{session.run_id}/sessions/{session.pk}/attendance/")
    )


def test_learner_finds_the_way_while_check_in_is_open(client, window, place):
    client.force_login(place.learner)
    learn = f"/de/learn/{place.pk}/"
    assert "Jetzt einchecken" in text(client.get(learn))
    assert [date.is_check_in_open for date in selectors.next_dates(place.learner, at=ARRIVAL)] == [True]
    assert start_cards(user=place.learner, roles=set(), at=ARRIVAL)

    check_in(place.learner, window)

    assert "Jetzt einchecken" not in text(client.get(learn))
    assert [date.is_check_in_open for date in selectors.next_dates(place.learner, at=ARRIVAL)] == [False]


@pytest.mark.parametrize("people", [1, 3])
def test_sheet_asks_the_same_for_any_number_of_people(
    client, run, session, window, trainer, people, django_assert_num_queries
):
    for _number in range(people):
        check_in(EnrolmentFactory(run=run, learner=UserFactory()).learner, window)
    client.force_login(trainer)
    client.get(sheet_of(session))
    with django_assert_num_queries(10):
        client.get(sheet_of(session))
