"""The dates that travel with mails: their form (RFC 5546, 6047), whom they reach, and what they do not reveal."""

from datetime import timedelta
from email import message_from_bytes

import pytest
from django.core import mail
from django.test.utils import override_settings
from icalendar import Calendar

from academy.enums import Role
from academy.models import OutgoingMail
from academy.services import send_mail, set_calendar_mails
from courses.enums import ApprovalPolicy, RunState
from courses.models import CourseRun, Session
from enrolment import calendars, services
from tests.factories.academy import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories.courses import FIRST_SESSION, CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

LINK = "https://video.example.org/raum"
LATER = DURING_ENROLMENT + timedelta(hours=1)


@pytest.fixture
def learner():
    return UserFactory(email="schalter@example.org", first_name="Leitung, Amt", last_name="Mitte")


@pytest.fixture
def office():
    return UserFactory()


def run_with_page(title="Bescheide, die ankommen", course=None, **given) -> CourseRun:
    course = course or CourseFactory()
    make_course_page(course, title=title)
    return CourseRunFactory(course=course, **{"seats": 2, "online_link": LINK, **given})


def enrol(run, learner):
    return services.enrol(learner=learner, run=run, at=DURING_ENROLMENT)


def parts_of(letter: OutgoingMail) -> list:
    """The calendar parts of the letter as it goes out."""
    mail.outbox.clear()
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        assert send_mail(pk=letter.pk, at=LATER)
    [sent] = mail.outbox
    whole = message_from_bytes(sent.message().as_bytes())
    return [part for part in whole.walk() if part.get_content_type() == "text/calendar"]


def letters_to(person) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(person=person).order_by("pk"))


def objects_in(letter: OutgoingMail) -> list[Calendar]:
    return [Calendar.from_ical(part.get_payload(decode=True)) for part in parts_of(letter)]


def told(letter: OutgoingMail) -> list[tuple]:
    """Method, UID and SEQUENCE of each object."""
    events = [(one["METHOD"], one.walk("VEVENT")[0]) for one in objects_in(letter)]
    return [(method, event["UID"].split("@")[0], event["SEQUENCE"]) for method, event in events]


def rerun(run, **fields) -> CourseRun:
    run = CourseRun.objects.get(pk=run.pk)
    run.sessions = list(run.sessions.all())
    for name, value in fields.items():
        setattr(run, name, value)
    return run


# --- Form --------------------------------------------------------------------------------------------------------
def test_confirmed_place_brings_an_object_for_each_date(learner):
    place = enrol(run_with_page(sessions=2), learner)
    [letter] = letters_to(learner)

    parts = parts_of(letter)

    assert [part.get_content_type() for part in parts] == ["text/calendar"] * 2
    for part in parts:
        assert part.get_param("method") == "REQUEST"
        assert part.get_content_charset() == "utf-8"
    assert parts[1].get_filename() == "termin-2.ics"
    for one, session in zip(objects_in_parts(parts), place.run.sessions.all(), strict=True):
        [event], [zone] = one.walk("VEVENT"), one.walk("VTIMEZONE")
        assert (one["METHOD"], zone["TZID"]) == ("REQUEST", "Europe/Berlin")
        assert event["UID"] == f"session-{session.pk}.place-{place.pk}@127.0.0.1"
        assert event["DTSTART"].dt == session.starts_at
        assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
        assert str(event["ATTENDEE"]) == "mailto:schalter@example.org"
        assert event["ATTENDEE"].params["RSVP"] == "FALSE"
        assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
        assert event["ATTENDEE"].params["CN"] == "Leitung, Amt Mitte"
        assert str(event["ORGANIZER"]).startswith("mailto:")


def objects_in_parts(parts) -> list[Calendar]:
    return [Calendar.from_ical(part.get_payload(decode=True)) for part in parts]


def test_invitation_is_an_alternative_of_text_and_html(learner):
    enrol(run_with_page(), learner)
    mail.outbox.clear()
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        send_mail(pk=letters_to(learner)[0].pk, at=LATER)

    whole = message_from_bytes(mail.outbox[0].message().as_bytes())

    [alternative] = [part for part in whole.walk() if part.get_content_type() == "multipart/alternative"]
    kinds = [part.get_content_type() for part in alternative.get_payload()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]


def test_invitation_equals_the_row_of_the_feed(client, learner):
    enrol(run_with_page(), learner)
    secret = services.renew_feed(person=learner, at=DURING_ENROLMENT)
    [from_feed] = Calendar.from_ical(client.get(f"/calendar/{secret}.ics").content).walk("VEVENT")

    [from_mail] = objects_in(letters_to(learner)[0])[0].walk("VEVENT")

    for name in ("ORGANIZER", "ATTENDEE"):
        del from_mail[name]
    assert from_mail.to_ical() == from_feed.to_ical()


# --- What happens to a place -------------------------------------------------------------------------------------
def test_place_on_the_waiting_list_brings_no_date(learner):
    run = run_with_page(seats=1)
    enrol(run, UserFactory())
    enrol(run, learner)

    [letter] = letters_to(learner)

    assert (letter.calendar, parts_of(letter)) == ("", [])


def test_withdrawal_strikes_the_dates_and_promotion_enters_them(learner):
    run = run_with_page(seats=1)
    first, second = enrol(run, UserFactory()), enrol(run, learner)
    session = run.sessions.get().pk

    services.withdraw(enrolment=first, actor=first.learner, at=LATER)

    assert told(letters_to(first.learner)[-1]) == [("CANCEL", f"session-{session}.place-{first.pk}", 1)]
    assert told(letters_to(learner)[-1]) == [("REQUEST", f"session-{session}.place-{second.pk}", 1)]


def test_withdrawal_from_the_waiting_list_strikes_nothing(learner):
    run = run_with_page(seats=1)
    enrol(run, UserFactory())
    place = enrol(run, learner)

    services.withdraw(enrolment=place, actor=learner, at=LATER)

    assert letters_to(learner)[-1].calendar == ""


def test_cancelled_object_tells_no_link(learner):
    place = enrol(run_with_page(), learner)

    services.withdraw(enrolment=place, actor=learner, at=LATER)

    gone = letters_to(learner)[-1]
    assert "STATUS:CANCELLED" in gone.calendar
    assert LINK not in gone.calendar
    assert LINK in letters_to(learner)[0].calendar


def test_substitution_strikes_the_dates_here_and_enters_them_there(learner):
    organisation = OrganisationFactory()
    colleague = MembershipFactory(role=Role.UNIT_STAFF, organisation=organisation).user
    MembershipFactory(role=Role.UNIT_STAFF, organisation=organisation, user=learner)
    place = enrol(run_with_page(), learner)

    services.substitute(enrolment=place, colleague_email=colleague.email, actor=learner, at=LATER)

    [[gone, _uid, _sequence]] = told(letters_to(learner)[-1])
    [[come, _uid, _sequence]] = told(letters_to(colleague)[-1])
    assert (gone, come) == ("CANCEL", "REQUEST")


def test_approval_enters_the_dates(learner):
    run = run_with_page(approval=ApprovalPolicy.APPROVE)
    place = services.enrol(learner=learner, run=run, at=DURING_ENROLMENT, approver_email="leitung@example.org")
    assert all(not letter.calendar for letter in letters_to(learner))

    services.decide_approval(approval=place.approvals.get(), agrees=True, at=LATER)

    assert [method for method, _uid, _sequence in told(letters_to(learner)[-1])] == ["REQUEST"]
    assert OutgoingMail.objects.get(address="leitung@example.org").calendar == ""


def test_moved_session_rises_in_sequence_under_the_same_uid(learner, office):
    run = run_with_page(sessions=2)
    enrol(run, learner)
    [first, _second] = told(letters_to(learner)[-1])
    run = rerun(run)
    sessions = list(run.sessions.all())
    sessions[0].starts_at -= timedelta(minutes=30)
    run.sessions = sessions

    services.save_run(run=run, actor=office, at=LATER)
    services.tell_of_changes(at=LATER + timedelta(minutes=15))

    moved, stayed = told(OutgoingMail.objects.get(person=learner, key__contains=".moved."))
    assert moved == ("REQUEST", first[1], 1)
    assert (stayed[0], stayed[2]) == ("REQUEST", 0)


def test_removed_session_is_struck(learner, office):
    run = run_with_page(sessions=2)
    place = enrol(run, learner)
    run = rerun(run)
    kept, removed = run.sessions.all()
    run.sessions = [kept]

    services.save_run(run=run, actor=office, at=LATER)
    services.tell_of_changes(at=LATER + timedelta(minutes=15))

    assert told(OutgoingMail.objects.get(person=learner, key__contains=".moved.")) == [
        ("REQUEST", f"session-{kept.pk}.place-{place.pk}", 0),
        ("CANCEL", f"session-{removed.pk}.place-{place.pk}", 1),
    ]


def test_run_called_off_strikes_the_dates_of_confirmed_people_only(learner, office):
    run = run_with_page(seats=1)
    enrol(run, learner)
    waiting = UserFactory()
    enrol(run, waiting)

    services.cancel_run(run=run, reason="Zu wenige.", actor=office, at=LATER)

    assert [(method, number) for method, _uid, number in told(letters_to(learner)[-1])] == [("CANCEL", 2)]
    assert letters_to(waiting)[-1].calendar == ""
    assert CourseRun.objects.get().state == RunState.CANCELLED


# --- Discretion and wishes ---------------------------------------------------------------------------------------
def test_invitation_names_a_protected_course_by_its_neutral_title(learner):
    course = CourseFactory(slug="empowerment-raum", approval_title="Fortbildung der Akademie")
    enrol(run_with_page("Empowerment-Raum", course=course), learner)

    [letter] = letters_to(learner)

    assert "Fortbildung der Akademie" in letter.calendar
    assert "empowerment" not in letter.calendar.lower()


def test_invitation_speaks_the_language_of_the_person(learner):
    course = CourseFactory()
    make_course_page(course, language="en", title="Letters that arrive")
    learner.preferred_language = "en"
    learner.save()

    enrol(run_with_page(course=course), learner)

    assert "SUMMARY:Letters that arrive" in letters_to(learner)[0].calendar


def test_person_who_wishes_the_feed_only_gets_no_dates_by_mail(learner):
    set_calendar_mails(user=learner, wanted=False)
    place = enrol(run_with_page(), learner)

    services.withdraw(enrolment=place, actor=learner, at=LATER)

    assert [letter.calendar for letter in letters_to(learner)] == ["", ""]


def test_setting_is_kept_by_the_own_page(client, learner):
    client.force_login(learner)

    client.post("/de/my/calendar/mails/", {})
    learner.refresh_from_db()
    assert learner.wants_calendar_mails is False
    assert 'name="wanted"' in client.get("/de/my/calendar/").content.decode()
    client.post("/de/my/calendar/mails/", {"wanted": "on"})
    learner.refresh_from_db()

    assert learner.wants_calendar_mails is True
    assert client.get("/de/my/calendar/mails/").status_code == 405


def test_invitations_cost_the_same_for_one_and_three_dates(learner, django_assert_num_queries):
    for sessions in (1, 3):
        place = enrol(run_with_page(sessions=sessions), learner)
        with django_assert_num_queries(2):
            assert calendars.invitations_of(place, at=LATER).count("BEGIN:VEVENT") == sessions


def test_session_without_dates_is_no_trouble(learner):
    run = run_with_page(sessions=0)

    enrol(run, learner)

    assert letters_to(learner)[0].calendar == ""
    assert not Session.objects.filter(starts_at=FIRST_SESSION).exists()
