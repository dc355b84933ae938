"""Workers and brokers that die in the middle of the work: no place and no mail is lost, none is sent twice."""

from datetime import timedelta
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.utils import timezone

from academy.audit_checks import broken_promises
from academy.enums import MailState
from academy.models import OutgoingMail
from academy.services import MAIL_LEASE
from courses.models import CourseRun
from enrolment import services
from enrolment.audit_checks import broken_promises as broken_places
from enrolment.models import Enrolment
from tests.academy.test_outbox import broker, write  # noqa: F401
from tests.factories.academy import UserFactory
from tests.factories.courses import CourseRunFactory

from .faults import free_port, mail_catcher, redis_server, wait_for, worker

pytestmark = [pytest.mark.broker, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

MAILS, ENOUGH, AT_ONCE = 500, 120, 4


def many_mails() -> list[OutgoingMail]:
    """One written by the service, and others like it to other addresses."""
    first = write(UserFactory(), timezone.now(), key="many.0")
    fields = {"language": first.language, "subject": first.subject, "text": first.text, "html": first.html}
    rest = [
        OutgoingMail(key=f"many.{number}", address=f"p{number}@example.org", written_at=first.written_at, **fields)
        for number in range(1, MAILS)
    ]
    return [first, *OutgoingMail.objects.bulk_create(rest)]


def log_of(folder: Path) -> str:
    """The end of what the worker said."""
    return (folder / "worker.log").read_text()[-2000:]


def count(state: MailState) -> int:
    return OutgoingMail.objects.filter(state=state).count()


def deliver_the_rest() -> bool:
    """What the schedule does each minute, until nothing waits."""
    for _minute in range(10):
        current_app.tasks["academy.deliver_due_mails"].delay()
        if wait_for(lambda: count(MailState.QUEUED) == 0, seconds=20):
            return True
    return False


def test_a_worker_killed_amid_five_hundred_mails_loses_none_and_sends_none_twice(broker, tmp_path, monkeypatch):  # noqa: F811
    broker(settings.TEST_BROKER_URL)
    letters = many_mails()
    given = {"broker": settings.TEST_BROKER_URL, "mail": None}
    with mail_catcher() as catcher:
        given["mail"] = catcher.address
        for letter in letters:
            current_app.tasks["academy.deliver_mail"].delay(letter.pk)
        with worker(tmp_path, **given) as victim:
            assert wait_for(lambda: len(catcher.seen) >= ENOUGH), log_of(tmp_path)
            victim.kill()
            victim.wait()
        assert len(catcher.seen) < MAILS  # it really died in the middle

        with worker(tmp_path, **given):
            assert deliver_the_rest(), log_of(tmp_path)
            assert wait_for(lambda: count(MailState.SENDING) <= AT_ONCE)

    assert max(catcher.seen.values()) == 1
    sent = {mail.message_id for mail in OutgoingMail.objects.filter(state=MailState.SENT)}
    half = list(OutgoingMail.objects.filter(state=MailState.SENDING).order_by("pk"))
    assert sent <= set(catcher.seen)
    assert sent | {mail.message_id for mail in half} == {letter.message_id for letter in letters}
    later = timezone.now() + MAIL_LEASE + timedelta(minutes=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert [line.split(" (")[0] for line in broken_promises()] == [f"mail {mail.pk}" for mail in half]


def test_a_broker_that_stops_amid_enrolments_costs_no_place_and_no_mail(broker, tmp_path):  # noqa: F811
    run, port = CourseRunFactory(seats=5), free_port()
    CourseRun.objects.filter(pk=run.pk).update(enrolment_opens_at=None, enrolment_closes_at=None)

    def enrol_some(number: int) -> None:
        for _person in range(number):
            learner = UserFactory()
            services.enrol(learner=learner, run=CourseRun.objects.get(pk=run.pk), at=timezone.now())

    with redis_server(tmp_path, port) as address:
        broker(address)
        enrol_some(4)
    enrol_some(4)  # nobody listens any more
    assert Enrolment.objects.filter(run=run).count() == 8
    assert count(MailState.QUEUED) == OutgoingMail.objects.count() == 8

    with (
        redis_server(tmp_path, port),
        mail_catcher() as catcher,
        worker(tmp_path, broker=address, mail=catcher.address),
    ):
        assert deliver_the_rest(), log_of(tmp_path)
        assert wait_for(lambda: count(MailState.SENT) == 8)

    assert sorted(catcher.seen) == sorted(mail.message_id for mail in OutgoingMail.objects.all())
    assert set(catcher.seen.values()) == {1}
    assert list(broken_places()) == []
