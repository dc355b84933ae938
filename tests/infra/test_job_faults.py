"""Long work on a real worker that is killed in the middle: it goes on with another one, and does no step twice."""

from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.utils import timezone

from academy.enums import JobState
from academy.models import Job
from academy.models.jobs import LEASE
from enrolment import services
from enrolment.models import Certificate, CertificateYear
from tests.academy.test_outbox import broker  # noqa: F401
from tests.enrolment.test_certificate_jobs import run_of
from tests.factories.academy import UserFactory

from .faults import wait_for, worker
from .test_faults import log_of

pytestmark = [pytest.mark.broker, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

MANY, ENOUGH = 200, 20


def test_a_worker_killed_amid_two_hundred_certificates_issues_each_once(broker, tmp_path):  # noqa: F811
    broker(settings.TEST_BROKER_URL)
    run = run_of(MANY)
    job = services.start_issuing(run=run, actor=UserFactory(), at=timezone.now())

    with worker(tmp_path, broker=settings.TEST_BROKER_URL) as victim:
        assert wait_for(lambda: Certificate.objects.count() >= ENOUGH, seconds=300), log_of(tmp_path)
        victim.kill()
        victim.wait()
    job.refresh_from_db()
    assert job.state == JobState.RUNNING  # it really died in the middle
    assert job.done == Certificate.objects.count() < MANY
    Job.objects.update(alive_at=timezone.now() - LEASE - timedelta(seconds=1))  # two minutes go by

    with worker(tmp_path, broker=settings.TEST_BROKER_URL):
        current_app.tasks["academy.run_due_jobs"].delay()
        assert wait_for(lambda: Job.objects.get().state == JobState.DONE, seconds=300), log_of(tmp_path)

    job.refresh_from_db()
    assert (job.done, job.total, job.tries) == (MANY, MANY, 2)
    assert Certificate.objects.values("enrolment").distinct().count() == Certificate.objects.count() == MANY
    assert CertificateYear.objects.get().last_number == MANY
