"""Who takes the seats of an organisation, and what the people and the contact person are told."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import translation

from academy.models import OutgoingMail, User
from courses.models import Seat
from enrolment import services
from enrolment.audit_checks import broken_promises
from enrolment.enums import EnrolmentState, NamedBy
from enrolment.models import NamedPerson
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.bookings import book, name, wanted
from tests.factories.courses import CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT

pytestmark = pytest.mark.django_db

LATER = DURING_ENROLMENT + timedelta(hours=2)
NEUTRAL = "This person cannot be given a place, for example because they have one already."


@pytest.fixture(autouse=True)
def sound_at_the_end(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT)
    with translation.override("en"):
        yield
    assert list(broken_promises()) == []


@pytest.fixture
def booking():
    """Two reserved seats on a run of three."""
    return book(CourseRunFactory(seats=3), 2)


def kept(booking) -> int:
    return Seat.objects.filter(run=booking.run).kept_for(booking.organisation_id).count()


def last_mail(person) -> OutgoingMail:
    return OutgoingMail.objects.filter(address=person.email).latest("pk")


def test_name_people_confirms_the_place_of_a_known_person(booking):
    colleague = UserFactory(email="bekannt@example.org", first_name="Anders", last_name="Heißend")
    colleague.set_password("offene-wege")
    colleague.save()

    (person,) = name(booking, " Bekannt@Example.org ")

    assert (person.enrolment.learner, person.enrolment.state) == (colleague, EnrolmentState.CONFIRMED)
    assert str(person) == "Sachbearbeitung Schalter 1"  # as it was typed: the account's name is not shown
    assert kept(booking) == 1
    assert "has booked a place for you" in last_mail(colleague).text or "für Sie" in last_mail(colleague).text
    assert "/my/places/" in last_mail(colleague).text


def test_name_people_makes_an_account_that_opens_with_the_persons_own_password(booking, client):
    (person,) = name(booking, "neu@example.org")

    learner = person.enrolment.learner
    assert (learner.email, learner.get_full_name()) == ("neu@example.org", "Sachbearbeitung Schalter 1")
    assert not learner.has_usable_password()
    assert not EmailAddress.objects.get(user=learner).verified
    assert "/password/reset/" in last_mail(learner).text
    client.post(reverse("account_reset_password"), {"email": "neu@example.org"})
    key_address = next(line for line in last_mail(learner).text.split() if "/password/reset/key/" in line)
    path = "/" + key_address.split("/", 3)[3]
    response = client.get(path, follow=True)
    client.post(response.redirect_chain[-1][0], {"password1": "offene-wege-9", "password2": "offene-wege-9"})
    learner.refresh_from_db()
    assert learner.check_password("offene-wege-9")
    assert EmailAddress.objects.get(user=learner).verified


def test_name_people_takes_a_colleague_off_the_waiting_list():
    run = CourseRunFactory(seats=2)
    booking = book(run, 2)
    colleague = MembershipFactory(organisation=booking.organisation).user
    waiting = services.enrol(learner=colleague, run=run, at=DURING_ENROLMENT)

    (person,) = name(booking, colleague.email)

    waiting.refresh_from_db()
    assert (person.enrolment, waiting.state, waiting.queue_number) == (waiting, EnrolmentState.CONFIRMED, None)


def test_name_people_tells_the_same_of_everybody_who_cannot_be_named(booking):
    seated = services.enrol(learner=UserFactory(), run=booking.run, at=DURING_ENROLMENT).learner
    closed = UserFactory(is_active=False)
    stranger = UserFactory()
    services.enrol(learner=stranger, run=booking.run, at=DURING_ENROLMENT)
    people = wanted(seated.email, closed.email, stranger.email)

    assert services.check_people(booking=booking, people=people, at=LATER) == dict.fromkeys(range(3), NEUTRAL)
    with pytest.raises(services.NamingRefused, match="cannot be given a place"):
        services.name_people(booking=booking, people=people, actor=booking.contact, at=LATER)


def test_name_people_writes_all_or_nothing(booking):
    people = wanted("a@example.org", "a@example.org", "b@example.org", "c@example.org")

    with pytest.raises(services.NamingRefused) as refusal:
        services.name_people(booking=booking, people=people, actor=booking.contact, at=LATER)

    assert refusal.value.problems == {
        1: "This address stands in the list twice.",
        3: "There is no reserved place left for this person.",
    }
    assert not NamedPerson.objects.exists()
    assert not User.objects.filter(email="a@example.org").exists()
    assert kept(booking) == 2


def test_name_people_refuses_after_the_release_date(booking):
    with pytest.raises(services.NamingRefused, match="reservation has ended"):
        name(booking, "neu@example.org", at=booking.release_at)


def test_name_people_refuses_more_than_a_days_measure(booking, settings):
    settings.NAMINGS_A_DAY = 1
    name(booking, "a@example.org")

    with pytest.raises(services.NamingRefused, match="very many people"):
        name(booking, "b@example.org")


def test_a_seat_that_a_named_person_gives_back_stays_with_the_organisation(booking):
    (person,) = name(booking, "neu@example.org")
    place = person.enrolment

    services.withdraw(enrolment=place, actor=place.learner, at=LATER)

    assert kept(booking) == 2
    told = OutgoingMail.objects.filter(address=booking.contact.email).latest("pk")
    assert told.key.startswith(f"booking.{booking.pk}.returned.")
    name(booking, "neu@example.org", at=LATER)  # the same person may be named once more
    assert kept(booking) == 1


def test_take_off_ends_the_place_and_tells_the_person(booking):
    (person,) = name(booking, "neu@example.org")

    services.take_off(person=person, actor=booking.contact, at=LATER)

    person.enrolment.refresh_from_db()
    assert person.enrolment.state == EnrolmentState.WITHDRAWN
    assert kept(booking) == 2
    assert f"place.{person.enrolment_id}.unnamed" in last_mail(person.enrolment.learner).key
    with pytest.raises(services.NamingRefused, match="no place any more"):
        services.take_off(person=person, actor=booking.contact, at=LATER)


def test_replace_swaps_until_the_last_session_begins_and_tells_both(booking):
    (person,) = name(booking, "neu@example.org")
    last = booking.run.sessions.latest("starts_at").starts_at
    services.release(booking=booking, actor=booking.contact, at=LATER)
    seat = person.enrolment.seat

    other = services.replace(
        person=person, by=wanted("andere@example.org")[0], actor=booking.contact, at=last - timedelta(minutes=1)
    )

    person.enrolment.refresh_from_db()
    assert (person.enrolment.state, other.enrolment.state) == (EnrolmentState.SUBSTITUTED, EnrolmentState.CONFIRMED)
    assert other.enrolment.seat == seat
    assert ".replaced." in last_mail(person.enrolment.learner).key
    assert ".named." in last_mail(other.enrolment.learner).key
    with pytest.raises(services.NamingRefused, match="last session has begun"):
        services.replace(person=other, by=wanted("dritte@example.org")[0], actor=booking.contact, at=last)


# --- The link -------------------------------------------------------------------------------------------------------
def test_take_by_link_gives_the_reserved_seats_and_no_more(booking):
    token = services.renew_link(booking=booking, at=LATER)
    booking.refresh_from_db()
    assert token not in booking.link_hash

    for _ in range(2):
        person = services.take_by_link(booking=booking, token=token, learner=UserFactory(), at=LATER)
        assert person.named_by == NamedBy.LINK
    with pytest.raises(services.NamingRefused, match="are taken by now"):
        services.take_by_link(booking=booking, token=token, learner=UserFactory(), at=LATER)


def test_take_by_link_refuses_who_has_a_place_and_links_that_have_ended(booking):
    old = services.renew_link(booking=booking, at=LATER)
    token = services.renew_link(booking=booking, at=LATER)
    holder = services.enrol(learner=UserFactory(), run=booking.run, at=DURING_ENROLMENT).learner

    with pytest.raises(services.NamingRefused, match="already have a place"):
        services.take_by_link(booking=booking, token=token, learner=holder, at=LATER)
    with pytest.raises(services.NamingRefused, match="not valid any more"):
        services.take_by_link(booking=booking, token=old, learner=UserFactory(), at=LATER)
    services.revoke_link(booking=booking)
    with pytest.raises(services.NamingRefused, match="not valid any more"):
        services.take_by_link(booking=booking, token=token, learner=UserFactory(), at=LATER)
    with pytest.raises(services.NamingRefused, match="reservation has ended"):
        services.take_by_link(booking=booking, token=token, learner=UserFactory(), at=booking.release_at)
