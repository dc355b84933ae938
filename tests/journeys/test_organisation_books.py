"""A contact person books places for colleagues on a small phone, with the keyboard alone."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from courses.models import Seat, Session
from enrolment.models import Booking, NamedPerson
from tests.factories.bookings import make_contact
from tests.factories.learning import make_course_page, make_run


@pytest.fixture
def phone(browser, browser_context_args):
    context = browser.new_context(**browser_context_args, viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


def press(page, role: str, name: str) -> None:
    """Go to it and press Enter, without a mouse."""
    page.get_by_role(role, name=name).focus()
    page.keyboard.press("Enter")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_contact_books_and_names_a_person_with_the_keyboard(phone, live_server, client):
    contact, run = make_contact(), make_run(seats=5)
    make_course_page(run.course)
    starts_at = timezone.now() + timedelta(days=30)
    Session.objects.create(run=run, starts_at=starts_at, ends_at=starts_at + timedelta(hours=4), ue=5)
    client.force_login(contact)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    phone.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])

    phone.goto(f"{live_server.url}/de/organisation/")
    press(phone, "link", "Plätze buchen")
    phone.locator(".task-list__link").first.focus()
    phone.keyboard.press("Enter")
    phone.get_by_label("Anzahl der Plätze").focus()
    phone.keyboard.type("2")
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("Die Plätze sind reserviert.")).to_be_visible()
    phone.get_by_label("Vorname").focus()
    phone.keyboard.type("Sachbearbeitung")
    phone.keyboard.press("Tab")
    phone.keyboard.type("Schalter 7")
    phone.keyboard.press("Tab")
    phone.keyboard.type("neu@example.org")
    phone.keyboard.press("Enter")

    expect(phone.get_by_text("Die Person hat einen Platz und erfährt es per E-Mail.")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert NamedPerson.objects.get(booking=Booking.objects.get()).email == "neu@example.org"
    assert Seat.objects.free().filter(run=run).count() == 3
