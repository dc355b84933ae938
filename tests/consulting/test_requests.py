"""Requests for process facilitation: the public form, what the programme lead makes of them, and who sees them."""

import inspect
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.enums import RecordState, Role
from academy.models import Organisation, OutgoingMail, Unit
from consulting import notifications, services
from consulting.enums import Move, PhaseState, ProcessRole, ProcessState
from consulting.models import Process, ProcessRequest, ProcessTemplate
from tests.factories.academy import MembershipFactory, UnitFactory, UserFactory
from tests.factories.consulting import ProcessTemplateFactory
from tests.mails import faults_of, letter_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
TYPED = {
    "organisation": "Bezirksamt Musterhain",
    "kind": "district_office",
    "unit": "Bürgeramt 2",
    "field": "citizen_services",
    "service": "Wohnung anmelden",
    "reason": "Viele kommen dreimal, bis alle Papiere da sind.",
    "contact": "Leitung Bürgeramt",
    "email": "buergeramt@example.org",
}
SENT = {**TYPED, "consent": "on", "homepage": ""}


def person(role: str):
    user = UserFactory()
    MembershipFactory(user=user, role=role)
    return user


@pytest.fixture
def template():
    ProcessTemplateFactory(phases=["clarify", "plan"])
    return ProcessTemplateFactory()


@pytest.fixture
def lead():
    return person(Role.PROGRAMME_LEAD)


@pytest.fixture
def facilitator():
    return person(Role.FACILITATOR)


@pytest.fixture
def asked(template, lead):
    return services.request_facilitation(**TYPED, consent="Ja.", language="de", at=AT)


def form_url() -> str:
    return reverse("consulting:request_facilitation")


def subjects(to: str) -> list[str]:
    return list(OutgoingMail.objects.filter(address=to).order_by("pk").values_list("subject", flat=True))


# --- From outside --------------------------------------------------------------------------------------------------
def test_request_facilitation_begins_a_process_and_writes_to_both_sides(asked, lead):
    process = asked.process
    assert process.state == ProcessState.REQUEST
    assert process.phases.count() == 7  # of the templates that are offered the one with the most phases
    assert {phase.state for phase in process.phases.all()} == {PhaseState.OPEN}
    assert (process.unit.state, process.unit.organisation.state) == (RecordState.RESTING, RecordState.RESTING)
    assert not process.unit.organisation.is_listed
    assert process.moves.get().actor is None
    assert subjects(asked.email) == [f"Ihre Anfrage {asked.reference} ist angekommen"]
    assert subjects(lead.email) == [f"Anfrage nach Prozessbegleitung: {asked.reference}"]


def test_request_facilitation_leaves_a_known_unit_with_the_same_name_alone(template):
    known = UnitFactory(name=TYPED["unit"], organisation__name=TYPED["organisation"])
    member = UserFactory()
    MembershipFactory(user=member, role=Role.UNIT_STAFF, organisation=known.organisation, unit=known)

    asked = services.request_facilitation(**TYPED, consent="Ja.", language="de", at=AT)

    assert asked.process.unit != known
    assert asked.process.unit.organisation != known.organisation
    assert not known.processes.exists()


def test_request_facilitation_mails_nothing_that_a_stranger_typed(asked, lead):
    typed = set(TYPED.values()) - {TYPED["email"], TYPED["kind"], TYPED["field"]}
    for mail in OutgoingMail.objects.all():
        assert not [word for word in typed if word in mail.text + mail.html + mail.subject]


def test_request_facilitation_refuses_where_no_template_is_offered():
    ProcessTemplate.objects.update(is_offered=False)

    with pytest.raises(services.RequestRefused):
        services.request_facilitation(**TYPED, consent="Ja.", language="de", at=AT)

    assert not Organisation.objects.filter(name=TYPED["organisation"]).exists()


def test_the_form_works_without_login_cookie_and_token(template, client):
    client.handler.enforce_csrf_checks = True

    page = client.get(form_url())
    answer = client.post(form_url(), SENT)

    request = ProcessRequest.objects.get()
    assert page.status_code == 200
    assert answer["Location"] == reverse("consulting:request_thanks", args=[request.reference])
    thanks = client.get(answer["Location"]).content.decode()
    assert request.reference in thanks
    assert TYPED["unit"] not in thanks
    assert request.consent.startswith("Ich bin einverstanden")
    assert not client.cookies


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"organisation": " "}, {"organisation"}),
        ({"email": "keine-adresse"}, {"email"}),
        ({"consent": ""}, {"consent"}),
        ({"homepage": "https://werbung.example"}, {"homepage"}),
        ({"kind": "boss", "field": "x"}, {"kind", "field"}),
        ({"reason": "Frau Beispiel ruft täglich an."}, {"is_impersonal"}),
    ],
)
def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(changes, wrong, template, client):
    answer = client.post(form_url(), {**SENT, **changes})

    assert set(answer.context["form"].errors) == wrong
    assert f'value="{TYPED["service"]}"' in answer.content.decode()
    assert not Process.objects.exists()


def test_the_form_stops_a_flood_and_keeps_what_was_typed(template, client, monkeypatch):
    monkeypatch.setattr("consulting.views.requests.REQUESTS_AN_HOUR", 1)
    client.post(form_url(), SENT)

    answer = client.post(form_url(), SENT)

    assert answer.status_code == 429
    assert TYPED["reason"] in answer.content.decode()
    assert ProcessRequest.objects.count() == 1


# --- By the programme lead -----------------------------------------------------------------------------------------
def assign(asked, facilitator, actor, **changes):
    given = {"unit": None, "title_de": "Papiere beim ersten Mal", "starts_on": date(2027, 1, 4), "budget_days": 8}
    return services.assign_request(request=asked, facilitator=facilitator, actor=actor, at=AT, **{**given, **changes})


def test_assign_request_names_the_facilitator_and_begins_clarification(asked, lead, facilitator):
    asked.process.milestones.create(title_de="Vereinbarung", due_on=date(2026, 12, 18))

    assign(asked, facilitator, lead)

    process = Process.objects.get()
    assert (process.state, process.title, process.budget_days) == ("clarification", "Papiere beim ersten Mal", 8)
    assert process.focus_phase.key == "clarify"
    assert process.members.get().person == facilitator
    assert process.unit.state == process.unit.organisation.state == RecordState.ACTIVE
    assert process.milestones.get().due_on == date(2026, 12, 18) + (date(2027, 1, 4) - date(2026, 11, 27))
    assert subjects(asked.email)[1:] == [f"Wir nehmen Ihre Anfrage {asked.reference} auf"]
    assert subjects(facilitator.email) == ["Eine neue Prozessbegleitung für Sie"]


def test_assign_request_to_a_known_unit_archives_the_one_that_was_written(asked, lead, facilitator):
    known = UnitFactory()

    assign(asked, facilitator, lead, unit=known)

    assert Process.objects.get().unit == known
    assert Unit.objects.get(name=TYPED["unit"]).state == RecordState.ARCHIVED


def test_decline_request_aborts_with_the_reason_in_log_and_mail(asked, lead):
    services.decline_request(request=asked, reason=" Bis Sommer ist alles vergeben. ", actor=lead, at=AT)

    process = Process.objects.get()
    assert process.state == ProcessState.ABORTED
    assert process.moves.get(move=Move.ABORT).reason == "Bis Sommer ist alles vergeben."
    assert process.unit.state == RecordState.ARCHIVED
    assert "Der Grund: Bis Sommer ist alles vergeben." in OutgoingMail.objects.get(key__endswith=".declined").text


@pytest.mark.parametrize(
    "role", [Role.FACILITATOR, Role.TECHNICAL_ADMIN, Role.DIALOGUE_MODERATION, Role.ACADEMY_OFFICE]
)
def test_only_the_programme_lead_decides(role, asked, facilitator):
    with pytest.raises(services.RequestRefused, match="Projektleitung"):
        assign(asked, facilitator, person(role))
    with pytest.raises(services.RequestRefused, match="Projektleitung"):
        services.decline_request(request=asked, reason="Nein.", actor=person(role), at=AT)
    assert Process.objects.get().state == ProcessState.REQUEST


def test_a_request_is_settled_once_and_not_past_its_page(asked, lead, facilitator):
    with pytest.raises(services.RequestRefused, match="kam als Anfrage"):
        services.move_process(process=asked.process, move=Move.TAKE_UP, actor=lead, at=AT)
    with pytest.raises(services.ProcessRefused, match="Grund"):
        services.decline_request(request=asked, reason=" ", actor=lead, at=AT)
    with pytest.raises(services.MemberRefused):
        assign(asked, person(Role.TRAINER), lead)
    assert Process.objects.get().title == f"Anfrage: {TYPED['unit']}"

    assign(asked, facilitator, lead)

    with pytest.raises(services.RequestRefused, match="schon entschieden"):
        services.decline_request(request=asked, reason="Doch nicht.", actor=lead, at=AT)


def test_request_page_settles_and_keeps_what_was_typed(asked, lead, facilitator, client):
    client.force_login(lead)
    url = asked.get_absolute_url()

    wrong = client.post(url, {"action": "assign", "assign-title_de": "Neu", "assign-budget_days": "0"})
    assert set(wrong.context["assign_form"].errors) == {"facilitator", "starts_on", "budget_days"}
    assert 'value="Neu"' in wrong.content.decode()
    given = {"facilitator": facilitator.pk, "title_de": "Neu", "starts_on": "2027-01-04", "budget_days": "9"}
    done = client.post(url, {"action": "assign", **{f"assign-{name}": value for name, value in given.items()}})
    assert done["Location"] == reverse("consulting:request_list")

    late = client.post(url, {"action": "decline", "decline-reason": "Zu spät."})
    assert late.context["decline_form"].non_field_errors() == [
        "Über diese Anfrage ist schon entschieden. Vielleicht war jemand schneller."
    ]
    assert Process.objects.get().state == ProcessState.CLARIFICATION


@pytest.mark.parametrize(
    ("role", "list_status", "page_status"),
    [
        (Role.PROGRAMME_LEAD, 200, 200),
        ("assigned", 404, 200),
        *[(role, 404, 404) for role in Role if role != Role.PROGRAMME_LEAD],
    ],
)
def test_who_sees_requests(role, list_status, page_status, asked, client):
    user = person(Role.FACILITATOR if role == "assigned" else role)
    if role == "assigned":
        asked.process.members.create(person=user, role=ProcessRole.FACILITATOR, starts_on=date(2026, 1, 1))
    client.force_login(user)

    assert client.get(reverse("consulting:request_list")).status_code == list_status
    page = client.get(asked.get_absolute_url())
    assert page.status_code == page_status
    if role == "assigned":
        assert (page.context["assign_form"], page.context["decline_form"]) == (None, None)
        refused = client.post(asked.get_absolute_url(), {"action": "decline", "decline-reason": "Nein."})
        assert refused.context["decline_form"] is None
        assert Process.objects.get().state == ProcessState.REQUEST


def test_strangers_are_asked_to_sign_in(asked, client):
    for url in (reverse("consulting:request_list"), asked.get_absolute_url()):
        assert client.get(url)["Location"].startswith(reverse("account_login"))


def test_request_list_takes_the_same_queries_for_1_and_50_rows(asked, lead, client, django_assert_num_queries):
    client.force_login(lead)
    url = reverse("consulting:request_list")
    client.get(url)
    with django_assert_num_queries(QUERIES_OF_LIST):
        client.get(url)
    for _ in range(49):
        services.request_facilitation(**TYPED, consent="Ja.", language="de", at=AT)
    with django_assert_num_queries(QUERIES_OF_LIST):
        client.get(url)


QUERIES_OF_LIST = 5


# --- Forgetting, and the mails -------------------------------------------------------------------------------------
def test_addresses_go_180_days_after_the_decision(asked, lead):
    services.decline_request(request=asked, reason="Nein.", actor=lead, at=AT)
    address = asked.email

    assert services.forget_request_contacts(at=AT + timedelta(days=179)) == 0
    assert services.forget_request_contacts(at=AT + timedelta(days=181), dry_run=True) == 1
    assert ProcessRequest.objects.get().email == address
    OutgoingMail.objects.update(state="sent")
    assert services.forget_request_contacts(at=AT + timedelta(days=181)) == 1
    assert services.forget_request_contacts(at=AT + timedelta(days=181)) == 0

    assert ProcessRequest.objects.get().email == ""
    assert not OutgoingMail.objects.filter(address=address).exists()


MAILS = {
    "request_received": lambda asked, user: notifications.request_received(asked, at=AT),
    "request_waits": lambda asked, user: notifications.request_waits(asked, at=AT),
    "request_taken_up": lambda asked, user: notifications.request_taken_up(asked, at=AT),
    "request_declined": lambda asked, user: notifications.request_declined(asked, "Krank.", at=AT),
    "facilitator_named": lambda asked, user: notifications.facilitator_named(asked, user, at=AT),
}


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", MAILS)
def test_every_mail_about_requests_is_whole(name, language, template):
    asked = services.request_facilitation(**TYPED, consent="Ja.", language=language, at=timezone.now())
    user = person(Role.PROGRAMME_LEAD)
    user.preferred_language = language
    user.save()
    OutgoingMail.objects.all().delete()

    letter = letter_of(lambda: MAILS[name](asked, user))

    assert list(faults_of(letter, f"consulting.{name}", language=language)) == []


def test_every_function_that_writes_a_mail_stands_in_the_table():
    public = {
        name
        for name, it in inspect.getmembers(notifications, inspect.isfunction)
        if it.__module__ == notifications.__name__ and not name.startswith("_")
    }

    assert set(MAILS) == public - {"request_key"}
