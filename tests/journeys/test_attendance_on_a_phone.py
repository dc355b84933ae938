"""A trainer ticks attendance on a small phone whose browser runs no scripts."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from academy.enums import Role
from courses.models import Session
from enrolment.models import Attendance
from tests.factories.academy import MembershipFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import make_run


@pytest.fixture
def phone(browser, browser_context_args):
    context = browser.new_context(
        **browser_context_args, java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    yield context.new_page()
    context.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_attendance_is_ticked_on_a_phone_without_scripts(phone, live_server, client):
    trainer = MembershipFactory(role=Role.TRAINER).user
    run = make_run()
    at = timezone.now()
    Session.objects.create(run=run, starts_at=at - timedelta(hours=2), ends_at=at + timedelta(hours=2), ue=5)
    run.trainers.add(trainer)
    run.save()
    excused, partly, *others = [EnrolmentFactory(run=run) for _number in range(3)]
    client.force_login(trainer)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    phone.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])

    phone.goto(f"{live_server.url}/de/teaching/runs/{run.pk}/")
    phone.get_by_role("link", name="Anwesenheit eintragen").click()
    phone.get_by_role("group", name=str(excused.learner)).get_by_label("entschuldigt").check()
    row = phone.get_by_role("group", name=str(partly.learner))
    expect(row.get_by_role("spinbutton")).to_be_hidden()
    row.get_by_label("teilweise", exact=True).check()
    row.get_by_role("spinbutton").fill("90")
    phone.get_by_role("button", name="Alle übrigen waren da: speichern").click()

    expect(phone.get_by_text("Die Anwesenheit ist gespeichert: 3 Einträge sind neu oder geändert.")).to_be_visible()
    states = dict(Attendance.objects.values_list("enrolment", "state"))
    assert states == {excused.pk: "excused", partly.pk: "partly", **{place.pk: "present" for place in others}}
