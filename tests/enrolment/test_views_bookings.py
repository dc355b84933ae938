"""The workspace of an organisation's contact person: what is there, for whom, and what it costs."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from academy.enums import Role
from courses.models import Seat
from enrolment import services
from enrolment.enums import BookingState, EnrolmentState, NamedBy
from enrolment.models import Booking, NamedPerson
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.bookings import book, make_contact, name
from tests.factories.courses import CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

HOME = "/de/organisation/"


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT)


@pytest.fixture
def contact():
    return make_contact()


@pytest.fixture
def run():
    return make_run()


@pytest.fixture
def booking(contact, run):
    return book(run, 3, contact=contact)


def make_run(**given):
    course = CourseFactory()
    make_course_page(course, title="Zugang für alle")
    return CourseRunFactory(course=course, seats=5, **given)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(booking, rest="") -> str:
    return f"{HOME}bookings/{booking.pk}/{rest}"


def csv_file(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("liste.csv", text.encode(), content_type="text/csv")


# --- Booking ------------------------------------------------------------------------------------------------------
def test_book_places_reserves_them_until_the_chosen_day(contact, run):
    client = signed_in(contact)
    assert str(run.pk) in client.get(f"{HOME}runs/").content.decode()
    page = client.get(f"{HOME}runs/{run.pk}/")
    assert page.status_code == 200

    organisation = contact.memberships.get().organisation
    given = {"organisation": organisation.pk, "count": 2, "entry": "together", "release_on": "2026-11-30"}
    response = client.post(f"{HOME}runs/{run.pk}/", given)

    booking = Booking.objects.get()
    assert response.url == at(booking)
    assert (booking.state, booking.release_at.isoformat()) == (BookingState.HELD, "2026-11-30T23:00:00+00:00")


def test_runs_to_book_name_the_place_of_a_run_without_dates_alone(contact):
    run = make_run(sessions=0, place="online, jederzeit")

    client = signed_in(contact)
    for path in (f"{HOME}runs/", f"{HOME}runs/{run.pk}/"):
        html = client.get(path).content.decode()
        assert "online, jederzeit" in html
        assert "· online, jederzeit" not in html


def test_book_places_says_what_is_wrong(contact, run):
    organisation = contact.memberships.get().organisation
    given = {"organisation": organisation.pk, "count": 9, "entry": "together", "release_on": "2026-11-30"}

    response = signed_in(contact).post(f"{HOME}runs/{run.pk}/", given)

    assert "hat 5 Plätze" in response.content.decode()
    assert not Booking.objects.exists()


def test_booking_names_a_person_and_shows_refusals(contact, booking):
    client = signed_in(contact)
    given = {"first_name": "Sachbearbeitung", "last_name": "Schalter 7", "email": "neu@example.org"}

    assert client.post(at(booking), given).url == at(booking)
    again = client.post(at(booking), given)

    assert "Diese Person hat schon einen Ihrer Plätze." in again.content.decode()
    assert NamedPerson.objects.get().enrolment.state == EnrolmentState.CONFIRMED


def test_give_back_leave_list_and_release_date(contact, run, booking):
    client = signed_in(contact)

    client.post(at(booking, "give-back/"), {"count": 1})
    client.post(at(booking, "release-date/"), {"release_on": "2026-11-25"})

    booking.refresh_from_db()
    assert Seat.objects.filter(run=run).kept_for(booking.organisation_id).count() == 2
    assert booking.release_at.isoformat() == "2026-11-25T23:00:00+00:00"
    assert "zu spät" in client.post(at(booking, "release-date/"), {"release_on": "2026-12-09"}).content.decode()
    assert client.post(at(booking, "leave-list/"), follow=True).status_code == 200


def test_take_off_and_replace(contact, booking):
    first, second = name(booking, "a@example.org", "b@example.org")
    client = signed_in(contact)

    client.post(f"{HOME}people/{first.pk}/take-off/")
    given = {"first_name": "Neue", "last_name": "Kraft", "email": "c@example.org"}
    client.post(f"{HOME}people/{second.pk}/replace/", given)

    states = dict(NamedPerson.objects.values_list("email", "enrolment__state"))
    assert states == {"a@example.org": "withdrawn", "b@example.org": "substituted", "c@example.org": "confirmed"}


# --- Lists --------------------------------------------------------------------------------------------------------
def test_upload_shows_first_and_names_only_when_confirmed(contact, booking):
    client = signed_in(contact)
    file = csv_file("Vorname;Nachname;E-Mail\nA;Amt;a@example.org\nB;Amt;b@example.org\n")

    preview = client.post(at(booking, "upload/"), {"file": file})

    assert not NamedPerson.objects.exists()
    checked = preview.context["checked"]
    client.post(at(booking, "upload/"), {"checked": checked})
    assert list(NamedPerson.objects.values_list("email", "named_by").order_by("pk")) == [
        ("a@example.org", NamedBy.FILE),
        ("b@example.org", NamedBy.FILE),
    ]
    again = client.post(at(booking, "upload/"), {"checked": checked})  # clicked twice
    assert again.context["checked"] == ""
    assert NamedPerson.objects.count() == 2


def test_upload_with_wrong_lines_cannot_be_confirmed(contact, booking):
    file = csv_file("Vorname;Nachname;E-Mail\nA;Amt;a@example.org\nB;Amt;kaputt\nC;Amt;a@example.org\n")

    preview = signed_in(contact).post(at(booking, "upload/"), {"file": file})

    assert [bool(line["problem"]) for line in preview.context["lines"]] == [False, True, True]
    assert preview.context["checked"] == ""


def test_upload_refuses_a_forged_and_anothers_preview(contact, booking):
    client = signed_in(contact)
    other = book(make_run(), 1, contact=contact)
    file = csv_file("Vorname;Nachname;E-Mail\nA;Amt;a@example.org\n")
    checked = client.post(at(other, "upload/"), {"file": file}).context["checked"]

    for given in (checked, checked + "x", "nonsense"):
        assert client.post(at(booking, "upload/"), {"checked": given}).url == at(booking, "upload/")
    assert not NamedPerson.objects.exists()


def test_file_names_people_and_states_but_neither_attendance_nor_formulas(contact, booking):
    services.name_people(
        booking=booking,
        people=[services.Wanted("=1+1", "Amt", "a@example.org")],
        actor=contact,
        at=DURING_ENROLMENT,
    )

    for address in (f"{HOME}people.csv", at(booking, "people.csv")):
        text = signed_in(contact).get(address).content.decode("utf-8-sig")
        head, row = list(csv.reader(io.StringIO(text), delimiter=";"))
        assert head == ["Nachname", "Vorname", "E-Mail-Adresse", "Organisation", "Fortbildung", "Beginn", "Status"]
        assert row[:3] == ["Amt", "'=1+1", "a@example.org"]
        assert row[4:] == ["Zugang für alle", "2026-12-09 09:00", "Platz bestätigt"]


# --- The link -----------------------------------------------------------------------------------------------------
def test_link_is_shown_once_and_gives_a_place_to_whoever_signs_in(contact, booking):
    client = signed_in(contact)
    shown = client.post(at(booking, "link/"), follow=True)
    link = shown.context["link"]
    path = "/" + link.split("/", 3)[3]
    assert client.get(at(booking)).context["link"] == ""

    assert "/login/" in Client().get(path).url
    colleague = UserFactory()
    assert signed_in(colleague).get(path).status_code == 200
    signed_in(colleague).post(path)

    assert colleague.enrolments.get().state == EnrolmentState.CONFIRMED
    client.post(at(booking, "link/revoke/"))
    assert signed_in(UserFactory()).get(path).status_code == 404


# --- Who sees it --------------------------------------------------------------------------------------------------
def addresses(booking) -> list[str]:
    (person,) = name(booking, "neu@example.org")
    own = ["", "people.csv", "upload/", "give-back/", "leave-list/", "release-date/"]
    people = [f"{HOME}people/{person.pk}/{rest}" for rest in ("take-off/", "replace/")]
    return [*[at(booking, rest) for rest in own], *people]


def test_everything_is_404_for_all_but_contact_and_office(contact, booking):
    paths = addresses(booking)
    former = make_contact(booking.organisation, ends_on=date(2026, 11, 17))
    others = [
        make_contact(),
        former,
        MembershipFactory(organisation=booking.organisation).user,
        MembershipFactory(role=Role.TRAINER).user,
        MembershipFactory(role=Role.PROGRAMME_LEAD).user,
    ]
    office = MembershipFactory(role=Role.ACADEMY_OFFICE).user
    for person in others:
        client = signed_in(person)
        assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
        assert {path: client.post(path).status_code for path in paths if not path.endswith("csv")} == dict.fromkeys(
            [path for path in paths if not path.endswith("csv")], 404
        )
        assert client.post(at(booking, "link/")).status_code == 404
    for person in (contact, office):
        client = signed_in(person)
        assert {client.get(path).status_code for path in paths} == {200}
    assert signed_in(others[0]).get(HOME).status_code == 200  # their own, empty
    assert signed_in(others[2]).get(HOME).status_code == 404
    assert Client().get(HOME).status_code == 302


def test_office_sees_the_bookings_of_a_run_and_others_do_not(contact, booking, run):
    path = f"/de/teaching/runs/{run.pk}/bookings/"
    office = signed_in(MembershipFactory(role=Role.ACADEMY_OFFICE).user)

    assert str(booking.organisation) in office.get(path).content.decode()
    trainer = MembershipFactory(role=Role.TRAINER).user
    run.trainers.add(trainer)
    run.save()
    for person in (trainer, contact):
        assert signed_in(person).get(path).status_code == 404
    office.post(at(booking, "release-date/"), {"release_on": "2026-12-09"})  # until the course begins
    booking.refresh_from_db()
    assert booking.release_at == run.span()[0]


def test_card_shows_bookings_with_places_without_a_name(contact, booking):
    client = signed_in(contact)
    assert "3 Plätze ohne Namen" in client.get("/de/my/").content.decode()

    services.release(booking=booking, actor=contact, at=DURING_ENROLMENT + timedelta(hours=1))

    assert "Keine Plätze ohne Namen" in client.get("/de/my/").content.decode()


# --- Costs --------------------------------------------------------------------------------------------------------
def queries(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_lists_ask_the_same_number_of_questions_for_one_row_and_for_three(contact, booking):
    client, paths = signed_in(contact), [HOME, f"{HOME}runs/", at(booking), f"{HOME}people.csv", "/de/my/"]
    name(booking, "a@example.org")
    one = [queries(client, path) for path in paths]
    for number in range(2):
        other = book(make_run(), 2, contact=contact)
        name(other, f"person-{number}@example.net")
        name(booking, f"weitere-{number}@example.org")

    assert [queries(client, path) for path in paths] == one
