"""A contact person books places for colleagues on a small phone, with the keyboard alone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from academy.models import User
from courses.models import Seat
from enrolment.models import Booking, NamedPerson

from . import demo_life

CONTACT = "r-spree-orga@demo.example"


@pytest.fixture
def phone(own_demo, browser, browser_context_args):
    context = browser.new_context(**browser_context_args, viewport={"width": 360, "height": 740}, base_url=own_demo.url)
    context.add_cookies([own_demo.session_of(User.objects.get(email=CONTACT))])
    yield context.new_page()
    context.close()


def press(target, page) -> None:
    """Go to it and press Enter, without a mouse."""
    target.focus()
    page.keyboard.press("Enter")


@pytest.mark.browser
def test_contact_books_and_names_a_person_with_the_keyboard(phone):
    run = demo_life.open_run("zugang-grundlagen")
    free = Seat.objects.free().filter(run=run).count()

    phone.goto("/de/organisation/")
    press(phone.get_by_role("link", name="Plätze buchen"), phone)
    press(phone.locator(f"a[href='{reverse('enrolment:book_places', args=[run.pk])}']"), phone)
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
    assert NamedPerson.objects.get(booking=Booking.objects.get(run=run)).email == "neu@example.org"
    assert Seat.objects.free().filter(run=run).count() == free - 2
