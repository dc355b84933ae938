"""Mails are rows first: written with their cause, sent once, tried again, never lost (DESIGN.md 4 and 7)."""

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone
from kombu import pools

from academy import services, tasks
from academy.audit_checks import broken_promises
from academy.enums import MailState
from academy.models import AuditEntry, OutgoingMail
from academy.services import MAIL_LEASE, MAIL_TRIES, Message
from tests.factories.academy import UserFactory
from tests.infra import faults

UNUSED_PORT = 9  # nothing listens there


@pytest.fixture
def person(db):
    return UserFactory(email="schalter@example.org")


def write(to, at, key="cause.1", **given) -> OutgoingMail:
    message = Message(
        subject="Platz für Leser*innen",
        paragraphs=["Guten Tag, Leser*innen & Hörer*innen."],
        facts=[("Termin", "Mi., 9. Dezember 2026")],
        action=("Öffnen", "https://zugang.example.org/de/my/places/"),
        **given,
    )
    return services.write_mail(key=key, to=to, build=lambda: message, at=at)


def reread(letter) -> OutgoingMail:
    return OutgoingMail.objects.get(pk=letter.pk)


# --- Writing -----------------------------------------------------------------------------------------------------
def test_write_mail_keeps_text_and_html_with_funding_and_one_action(person, now):
    letter = write(person, now)

    for body in (letter.text, letter.html):
        assert "https://zugang.example.org/de/my/places/" in body
        assert "Kofinanziert von der Europäischen Union" in body
        assert settings.LAND_FUNDER["de"] in body
        assert "Mi., 9. Dezember 2026" in body
    assert "Leser*innen & Hörer*innen" in letter.text
    assert "Leser*innen &amp; Hörer*innen" in letter.html
    assert "\n\n\n" not in letter.text
    assert (letter.address, letter.person, letter.state) == (person.email, person, MailState.QUEUED)


def test_write_mail_speaks_the_language_of_the_person(person, now):
    person.preferred_language = "en"
    person.save()

    letter = write(person, now)

    assert "Co-funded by the European Union" in letter.text
    assert '<html lang="en"' in letter.html


def test_write_mail_takes_a_mere_address_in_a_given_language(db, now):
    letter = services.write_mail(
        key="k", to="leitung@example.org", build=lambda: Message("Hallo", ["Text."]), at=now, language="en"
    )

    assert (letter.address, letter.person, letter.language) == ("leitung@example.org", None, "en")


def test_write_mail_writes_each_cause_once(person, now):
    first, second = write(person, now), write(person, now + timedelta(days=1))

    assert first == second
    assert OutgoingMail.objects.count() == 1


def test_write_mail_keeps_subjects_on_one_line(person, now):
    letter = services.write_mail(
        key="k", to=person, build=lambda: Message("Platz\nBcc: alle@example.org", ["x"]), at=now
    )

    assert letter.subject == "Platz Bcc: alle@example.org"


def test_write_mail_links_nothing_that_a_person_wrote(person, now):
    letter = services.write_mail(
        key="k", to=person, build=lambda: Message("Hallo", ["boese.example.org möchte teilnehmen."]), at=now
    )

    assert "<a " not in letter.html


def test_write_mail_says_why_to_people_without_an_account(person, now):
    with_reason = write(person, now, why="Sie wurden als Führungskraft genannt.")
    without = write(person, now, key="cause.2")

    assert "Sie wurden als Führungskraft genannt." in with_reason.text
    assert "Sie wurden als Führungskraft genannt." in with_reason.html
    assert "Konto" in without.text
    assert "Konto" not in with_reason.text


def test_write_mail_is_undone_with_its_cause(person, now):
    with transaction.atomic():
        write(person, now)
        transaction.set_rollback(True)

    assert not OutgoingMail.objects.exists()


def test_write_mail_starts_delivery_only_after_the_commit(person, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        write(person, timezone.now())

    assert mail.outbox == []
    for callback in callbacks:
        callback()
    assert len(mail.outbox) == 1


# --- Sending -----------------------------------------------------------------------------------------------------
def test_send_mail_hands_over_text_html_and_the_emblem(person, now):
    letter = write(person, now)

    assert services.send_mail(pk=letter.pk, at=now) is True

    [sent] = mail.outbox
    assert (sent.subject, sent.to) == ("Platz für Leser*innen", [person.email])
    raw = sent.message().as_string()
    assert "Content-ID: <eu-emblem>" in raw
    assert "Auto-Submitted: auto-generated" in raw
    assert sent.extra_headers["Message-ID"] == letter.message_id
    assert (reread(letter).state, reread(letter).sent_at) == (MailState.SENT, now)


def test_send_mail_sends_once_when_it_is_called_twice(person, now):
    letter = write(person, now)

    assert services.send_mail(pk=letter.pk, at=now) is True
    assert services.send_mail(pk=letter.pk, at=now) is False
    assert len(mail.outbox) == 1


def test_send_mail_leaves_a_mail_alone_that_somebody_else_is_sending(person, now):
    letter = write(person, now)
    assert services.claim_mail(pk=letter.pk, at=now) == letter

    assert services.send_mail(pk=letter.pk, at=now) is False
    assert mail.outbox == []


def test_send_mail_does_nothing_for_an_unknown_mail(db, now):
    assert services.send_mail(pk=999_999, at=now) is False


@pytest.fixture
def mail_server_is_down(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", UNUSED_PORT, 2


def test_send_mail_tries_again_later_when_the_server_is_down(person, now, mail_server_is_down, settings):
    letter = write(person, now)

    assert services.send_mail(pk=letter.pk, at=now) is False

    waiting = reread(letter)
    assert (waiting.state, waiting.attempts, waiting.error) == (MailState.QUEUED, 1, "ConnectionRefusedError")
    assert waiting.next_try_at == now + timedelta(minutes=2)
    assert services.send_mail(pk=letter.pk, at=now + timedelta(minutes=1)) is False  # not yet due
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert services.send_mail(pk=letter.pk, at=now + timedelta(minutes=2)) is True
    assert (reread(letter).attempts, reread(letter).error) == (2, "")


def test_send_mail_gives_up_after_its_tries_and_the_audit_says_so(person, now, mail_server_is_down):
    letter, at = write(person, now), now
    for _ in range(MAIL_TRIES):
        services.send_mail(pk=letter.pk, at=at)
        at += timedelta(hours=7)

    assert reread(letter).state == MailState.FAILED
    assert list(broken_promises()) == [f"mail {letter.pk} (cause.1): given up after 8 tries: ConnectionRefusedError"]


def test_audit_names_a_mail_that_nobody_has_fetched_for_an_hour(person, now, monkeypatch):
    letter = write(person, now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(minutes=59))
    assert list(broken_promises()) == []

    with connection.cursor() as cursor:
        moved = [now - timedelta(minutes=2), letter.pk]
        cursor.execute("UPDATE academy_outgoingmail SET written_at = %s WHERE id = %s", moved)

    assert list(broken_promises()) == [
        f"mail {letter.pk} ({letter.key}): due since 2026-11-18 09:58, and nobody delivers it"
    ]


def test_retry_mail_queues_a_failed_mail_once_more(person, now):
    letter, office = write(person, now), UserFactory()
    OutgoingMail.objects.update(state=MailState.FAILED, attempts=MAIL_TRIES)

    services.retry_mail(mail=letter, actor=office, at=now)

    assert (reread(letter).state, reread(letter).attempts) == (MailState.QUEUED, 0)
    assert AuditEntry.objects.get().actor == office.pseudonym


@pytest.mark.parametrize(("age", "state"), [(MAIL_LEASE, MailState.SENDING), (MAIL_LEASE * 2, MailState.QUEUED)])
def test_retry_mail_frees_a_half_sent_mail_after_the_lease_only(person, now, age, state):
    letter = write(person, now)
    services.claim_mail(pk=letter.pk, at=now - age)

    services.retry_mail(mail=letter, actor=UserFactory(), at=now)

    assert reread(letter).state == state


def test_retry_mail_leaves_a_sent_mail_alone(person, now):
    letter = write(person, now)
    services.send_mail(pk=letter.pk, at=now)

    services.retry_mail(mail=letter, actor=UserFactory(), at=now)

    assert reread(letter).state == MailState.SENT


def test_deliver_due_mails_sends_what_waits_and_nothing_twice(person):
    at = timezone.now()
    letters = [write(person, at, key=f"cause.{number}") for number in range(3)]
    OutgoingMail.objects.filter(pk=letters[2].pk).update(next_try_at=at + timedelta(hours=1))

    tasks.deliver_due_mails()
    tasks.deliver_due_mails()

    assert len(mail.outbox) == 2
    assert reread(letters[2]).state == MailState.QUEUED


# --- With a broker -----------------------------------------------------------------------------------------------
@pytest.fixture
def broker(monkeypatch):
    """Lets this process hand tasks to the broker at an address, as a web process of a real installation does."""
    kept = {name: getattr(current_app.conf, name) for name in ("task_always_eager", "broker_url", "broker_write_url")}

    def use(address: str) -> None:
        current_app.conf.update(task_always_eager=False, broker_url=address, broker_write_url=address)
        forget_connections()

    yield use
    current_app.conf.update(kept)
    forget_connections()


def forget_connections() -> None:
    pools.reset()
    current_app._pool = current_app.amqp._producer_pool = None


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_broker_that_is_down_breaks_nothing_and_the_periodic_task_delivers(broker):
    broker(f"redis://127.0.0.1:{UNUSED_PORT}/0")

    with transaction.atomic():
        letter = write(UserFactory(), timezone.now())

    assert reread(letter).state == MailState.QUEUED
    tasks.deliver_due_mails()
    assert reread(letter).state == MailState.SENT
    assert len(mail.outbox) == 1


@pytest.fixture
def worker(tmp_path):
    """A real Celery worker in a process of its own, on the database and the broker of this test, mailing into files."""
    with faults.worker(tmp_path, broker=settings.TEST_BROKER_URL):
        yield tmp_path / "mail"


def letters_in(folder: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.log"))


@pytest.mark.broker
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_delivers_each_mail_once_however_often_it_is_told(broker, worker):
    broker(settings.TEST_BROKER_URL)
    person = UserFactory()

    with transaction.atomic():
        letters = [write(person, timezone.now(), key=f"cause.{number}") for number in range(5)]
    for letter in letters * 2:  # delivered twice, as a broker may
        current_app.tasks["academy.deliver_mail"].delay(letter.pk)

    sent = OutgoingMail.objects.filter(state=MailState.SENT)
    assert faults.wait_for(lambda: sent.count() == 5), (worker.parent / "worker.log").read_text()
    time.sleep(1)  # whoever would send a second time has had the time to
    found = re.findall(r"^Message-ID: (\S+)", letters_in(worker), flags=re.MULTILINE)
    assert sorted(found) == sorted(letter.message_id for letter in letters)
    assert set(OutgoingMail.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.broker
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_mail_written_while_the_broker_was_down_is_delivered_when_it_is_back(broker, worker):
    broker(f"redis://127.0.0.1:{UNUSED_PORT}/0")
    with transaction.atomic():
        letter = write(UserFactory(), timezone.now())
    assert reread(letter).state == MailState.QUEUED

    broker(settings.TEST_BROKER_URL)
    current_app.tasks["academy.deliver_due_mails"].delay()  # what the schedule does each minute

    assert faults.wait_for(lambda: reread(letter).state == MailState.SENT), (worker.parent / "worker.log").read_text()
    assert letter.message_id in letters_in(worker)
