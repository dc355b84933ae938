"""The delivery log of a run: every mail has a kind in words, and the office tries again and sends again."""

import ast
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import reverse

import enrolment.notifications
from academy import services as outbox
from academy.enums import MailState, Role
from academy.models import AuditEntry, OutgoingMail
from courses.enums import ApprovalPolicy
from courses.models import CourseRun
from enrolment import services
from enrolment.models import Enrolment
from enrolment.notifications.kinds import KINDS, kind_of
from enrolment.notifications.reminders import reminder_cause
from tests.factories.academy import UserFactory, signed_in_as
from tests.factories.bookings import book
from tests.factories.courses import CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
QUERIES = 8


@pytest.fixture
def run():
    run = CourseRunFactory(seats=2)
    make_course_page(run.course, title="Bescheide, die ankommen")
    return run


@pytest.fixture
def office(client, clock):
    return signed_in_as(client, Role.ACADEMY_OFFICE)


def enrol(run, **person) -> Enrolment:
    return services.enrol(learner=UserFactory(**person), run=CourseRun.objects.get(pk=run.pk), at=DURING_ENROLMENT)


def letter_of(place: Enrolment, state=MailState.SENT, **fields) -> OutgoingMail:
    """The first mail about the place, as it stands after delivery."""
    letter = OutgoingMail.objects.filter(person=place.learner).order_by("pk")[0]
    OutgoingMail.objects.filter(pk=letter.pk).update(state=state, attempts=1, **fields)
    letter.refresh_from_db()
    return letter


def address(run) -> str:
    return reverse("enrolment:run_mails", args=[run.pk])


def press(client, verb: str, run, letter, **given):
    return client.post(reverse(f"enrolment:{verb}_mail", args=[run.pk, letter.pk]), given, follow=True)


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


# --- Kinds -----------------------------------------------------------------------------------------------------------
WAYS = {"write": ("place", 1), "_ask": ("approval", 1), "_tell_contacts": ("booking", 1)}
GIVEN = {"cause": "moved", "reminder_cause": reminder_cause.__name__.removesuffix("_cause")}


def causes_in_the_code() -> set[str]:
    """Read from the calls that write mails: a cause is a text, the beginning of one, or one of `GIVEN`."""
    found = {"run.decide", "interest.invited", "answers.waiting"}  # written without one of the ways
    for file in Path(enrolment.notifications.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in WAYS:
                about, position = WAYS[node.func.id]
                found.add(f"{about}.{_begin(node.args[position])}")
    return found


def _begin(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=[ast.Constant(value=text), *_rest]):
            return text.rstrip(".")
        case ast.Name(id=name) | ast.Call(func=ast.Name(id=name)):
            return GIVEN[name]
    raise AssertionError(f"A cause that this test cannot read: {ast.unparse(node)}")


def test_every_cause_has_a_kind_in_words_and_no_kind_is_left_over():
    assert causes_in_the_code() == KINDS.keys()


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("place.12.confirmed.3", "Platz bestätigt"),
        ("place.12.moved.4.3.again.1", "Termin oder Ort geändert"),
        ("approval.4.asked", "Anfrage an die Führungskraft"),
        ("booking.7.given.2.31", "Plätze an eine Gruppe vergeben"),
        ("newsletter", "Mail"),
    ],
)
def test_a_key_is_told_in_words(key, words):
    assert kind_of(key) == words


def test_mails_about_places_approvals_and_bookings_stand_in_the_log_of_their_run(run):
    run.approval = ApprovalPolicy.APPROVE
    run.save()
    services.enrol(learner=UserFactory(), run=run, at=DURING_ENROLMENT, approver_email="leitung@example.org")
    book(run, 1)
    enrol(CourseRunFactory())

    keys = OutgoingMail.objects.filter(about=f"run.{run.pk}").values_list("key", flat=True)

    assert {key.split(".")[0] for key in keys} == {"place", "approval", "booking"}
    assert OutgoingMail.objects.exclude(about="").count() == OutgoingMail.objects.count() == len(keys) + 1


# --- The page --------------------------------------------------------------------------------------------------------
def test_the_log_says_what_went_to_whom_and_what_became_of_it(run, office, client):
    place = enrol(run)
    letter_of(place, MailState.FAILED, error="SMTPRecipientsRefused")

    page = client.get(address(run))

    assert "Platz bestätigt" in page.text
    assert place.learner.email in page.text
    assert "fehlgeschlagen" in page.text
    assert "1 Versuch. Der Mailserver kennt die Adresse nicht oder nimmt keine Mails für sie an." in page.text
    assert "Wir freuen uns" not in page.text


def test_a_filter_by_state_stays_in_the_address_of_what_follows(run, office, client):
    failed, _sent = letter_of(enrol(run), MailState.FAILED), letter_of(enrol(run))

    page = client.get(f"{address(run)}?state=failed")
    answer = press(client, "retry", run, failed, query="state=failed&page=1")

    assert [line["mail"] for line in page.context["lines"]] == [failed]
    assert [(str(tab["title"]), tab["count"]) for tab in page.context["tabs"] if tab["count"]] == [
        ("alle", 2),
        ("versendet", 1),
        ("fehlgeschlagen", 1),
    ]
    assert answer.redirect_chain[-1][0] == f"{address(run)}?state=failed&page=1"


def test_the_log_has_25_lines_a_page_and_the_same_queries_for_one_and_for_three(
    run, office, client, django_assert_num_queries
):
    enrol(run)
    client.get(address(run))
    with django_assert_num_queries(QUERIES):
        client.get(address(run))
    enrol(run)
    enrol(run)
    with django_assert_num_queries(QUERIES):
        client.get(address(run))
    first = OutgoingMail.objects.first()
    OutgoingMail.objects.bulk_create(
        OutgoingMail(key=f"place.0.moved.{n}", about=first.about, written_at=first.written_at) for n in range(23)
    )

    assert len(client.get(f"{address(run)}?page=2").context["lines"]) == 1


def test_only_the_office_reads_the_log(run, client, clock):
    letter = letter_of(enrol(run), MailState.FAILED)
    trainer = signed_in_as(client, Role.TRAINER)
    run.trainers.add(trainer)
    run.save()

    assert client.get(reverse("enrolment:roster", args=[run.pk])).status_code == 200
    assert client.get(address(run)).status_code == 404
    assert press(client, "retry", run, letter).status_code == 404
    assert press(client, "resend", run, letter).status_code == 404
    letter.refresh_from_db()
    assert letter.state == MailState.FAILED


def test_a_mail_of_another_run_is_not_found(run, office, client):
    letter = letter_of(enrol(CourseRunFactory()), MailState.FAILED)

    assert press(client, "retry", run, letter).status_code == 404
    assert press(client, "resend", run, letter).status_code == 404


# --- Trying again, sending again -------------------------------------------------------------------------------------
def test_a_failed_mail_is_tried_again_and_a_sent_one_is_not(run, office, client):
    failed, sent = letter_of(enrol(run), MailState.FAILED), letter_of(enrol(run))

    assert said(press(client, "retry", run, failed)) == ["Die Mail wird noch einmal versendet."]
    assert said(press(client, "retry", run, sent))[0].startswith("Es gibt nichts zu wiederholen")

    states = dict(OutgoingMail.objects.values_list("pk", "state"))
    assert (states[failed.pk], states[sent.pk]) == (MailState.QUEUED, MailState.SENT)
    assert AuditEntry.objects.get(action="mail.retried").actor == office.pseudonym


def test_sending_again_writes_the_same_mail_to_the_address_of_today(run, office, client):
    place = enrol(run)
    letter = letter_of(place)
    place.learner.email = "neu@example.org"
    place.learner.save()

    answer = press(client, "resend", run, letter)

    again = OutgoingMail.objects.get(key=f"{letter.key}.again.1")
    assert said(answer) == ["Dieselbe Mail geht noch einmal an neu@example.org."]
    assert (again.subject, again.text, again.html) == (letter.subject, letter.text, letter.html)
    assert (again.address, again.state, again.about) == ("neu@example.org", MailState.QUEUED, letter.about)
    assert letter.calendar
    assert again.calendar == letter.calendar
    entry = AuditEntry.objects.get(action="mail.resent")
    assert (entry.actor, entry.object_id, entry.data) == (office.pseudonym, str(again.pk), {"mail": letter.pk})


def test_dates_that_a_later_mail_has_overtaken_are_not_sent_again(run, office, client):
    place = enrol(run)
    letter = letter_of(place)
    services.withdraw(enrolment=place, actor=place.learner, at=DURING_ENROLMENT)

    press(client, "resend", run, letter)

    assert OutgoingMail.objects.get(key=f"{letter.key}.again.1").calendar == ""


def test_a_mail_is_sent_again_three_times_a_day_at_most_whichever_copy_is_chosen(run, office, client, clock):
    letter = letter_of(enrol(run))
    for _number in range(3):
        press(client, "resend", run, letter)
    copy = OutgoingMail.objects.get(key=f"{letter.key}.again.3")
    OutgoingMail.objects.update(state=MailState.SENT)

    answer = press(client, "resend", run, copy)
    clock.at += DAY
    press(client, "resend", run, copy)

    assert said(answer) == [
        "Diese Mail wurde heute schon 3-mal noch einmal gesendet. Morgen können Sie sie wieder senden."
    ]
    assert OutgoingMail.objects.filter(key__contains=".again.").count() == 4


@pytest.mark.parametrize("fields", [{"state": MailState.QUEUED}, {"text": "", "html": "", "person": None}])
def test_a_mail_that_waits_or_has_no_words_is_not_sent_again(run, office, client, fields):
    letter = letter_of(enrol(run), **fields)

    answer = press(client, "resend", run, letter)

    assert said(answer)[0].startswith("Diese Mail lässt sich nicht noch einmal senden")
    assert not OutgoingMail.objects.filter(key__contains=".again.").exists()


def test_a_mail_to_a_mere_address_goes_to_the_same_address_again(now):
    letter = outbox.write_mail(
        key="approval.1.asked",
        to="leitung@example.org",
        build=lambda: outbox.Message(subject="Bitte", paragraphs=["Ja?"]),
        at=now,
    )
    OutgoingMail.objects.update(state=MailState.SENT)

    again = outbox.resend_mail(mail=letter, actor=UserFactory(), at=now)

    assert (again.address, again.person) == ("leitung@example.org", None)


def test_mails_of_before_are_told_which_run_they_are_about(run):
    place = enrol(run)
    other = OutgoingMail.objects.create(key="place.0.confirmed.1", written_at=DURING_ENROLMENT)
    OutgoingMail.objects.update(about="")

    import_module("enrolment.migrations.0019_mails_of_runs").say_the_run(apps, None)

    assert OutgoingMail.objects.get(person=place.learner).about == f"run.{run.pk}"
    other.refresh_from_db()
    assert other.about == ""
