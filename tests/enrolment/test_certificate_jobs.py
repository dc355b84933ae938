"""Certificates of large runs are issued in the background: none twice, none missing, however often it is cut off."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from academy import services as platform
from academy.enums import JobState, Role
from academy.models import Job, OutgoingMail
from enrolment import services
from enrolment.enums import AttendanceState
from enrolment.models import Attendance, Certificate, CertificateYear, Completion
from enrolment.services.certificates import AT_ONCE
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.courses import FIRST_SESSION, CourseRunFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

AT = FIRST_SESSION + timedelta(hours=5)
MANY = AT_ONCE + 5


class Cut(Exception):
    """The worker is gone."""


@pytest.fixture
def large_run():
    return run_of(MANY)


@pytest.fixture
def trainer(large_run):
    trainer = MembershipFactory(role=Role.TRAINER).user
    large_run.trainers.add(trainer)
    large_run.save()
    return trainer


def run_of(size: int):
    """A run whose people were all there."""
    run = CourseRunFactory(sessions=1)
    make_course_page(run.course, title="Zugang für alle: Grundlagen")
    session = run.sessions.get()
    for _number in range(size):
        enrolment = EnrolmentFactory(run=run)
        Attendance.objects.create(
            enrolment=enrolment, session=session, state=AttendanceState.PRESENT, ticked_at=AT - timedelta(hours=1)
        )
    return run


def test_start_issuing_leaves_a_small_run_to_the_request():
    assert services.start_issuing(run=run_of(AT_ONCE), actor=UserFactory(), at=AT) is None
    assert not Job.objects.exists()


def test_start_issuing_begins_one_job_for_a_large_run(large_run, trainer):
    job = services.start_issuing(run=large_run, actor=trainer, at=AT)

    assert services.start_issuing(run=large_run, actor=trainer, at=AT) == job
    assert (job.total, job.done, job.owner) == (MANY, 0, trainer)
    assert job.title == "Bescheinigungen ausstellen: Zugang für alle: Grundlagen"


def test_issue_in_background_serves_everybody_once_though_it_is_cut_off(large_run, trainer, monkeypatch):
    job = services.start_issuing(run=large_run, actor=trainer, at=AT)
    issue, asked = services.issue_certificate, []

    def issue_some(**given):
        asked.append(given)
        if len(asked) == 12:
            raise Cut
        return issue(**given)

    with monkeypatch.context() as patch:
        patch.setattr("enrolment.services.certificates.issue_certificate", issue_some)
        with pytest.raises(Cut):
            platform.run_job(pk=job.pk, clock=lambda: AT)
    job.refresh_from_db()
    assert Certificate.objects.count() == job.done == 11

    assert platform.run_job(pk=job.pk, clock=lambda: AT + timedelta(hours=1))

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, MANY, MANY)
    assert job.words == f"{MANY} Bescheinigungen wurden ausgestellt. Die Personen erfahren es per E-Mail."
    assert job.result_path == f"/de/teaching/runs/{large_run.pk}/"
    assert Certificate.objects.values("enrolment").distinct().count() == Certificate.objects.count() == MANY
    assert CertificateYear.objects.get().last_number == MANY
    assert OutgoingMail.objects.filter(key__contains="certificate").count() == MANY


def test_issue_in_background_undoes_the_certificate_whose_step_is_no_longer_its_own(large_run, trainer, monkeypatch):
    job = services.start_issuing(run=large_run, actor=trainer, at=AT)
    issue, asked = services.issue_certificate, []

    def lose_it(**given):
        asked.append(given)
        if len(asked) == 4:
            Job.objects.update(tries=2)  # another worker has taken over
        return issue(**given)

    monkeypatch.setattr("enrolment.services.certificates.issue_certificate", lose_it)

    assert not platform.run_job(pk=job.pk, clock=lambda: AT)
    assert Certificate.objects.count() == Job.objects.get().done == 3


def test_issue_in_background_leaves_out_whose_completion_is_revoked_meanwhile(large_run, trainer, monkeypatch):
    job = services.start_issuing(run=large_run, actor=trainer, at=AT)
    issue, revoked = services.issue_certificate, []

    def revoke_one(*, enrolment, **given):
        if not revoked:
            completion = Completion.objects.get(enrolment=enrolment)
            revoked.append(services.revoke_completion(completion=completion, reason="Irrtum.", actor=None, at=AT))
        return issue(enrolment=enrolment, **given)

    monkeypatch.setattr("enrolment.services.certificates.issue_certificate", revoke_one)

    assert platform.run_job(pk=job.pk, clock=lambda: AT)
    job.refresh_from_db()
    assert Certificate.objects.count() == job.done == job.total == MANY - 1
    assert job.words.startswith(f"{MANY - 1} Bescheinigungen")


def test_issue_certificates_page_leads_to_the_job_when_there_are_many(
    client, large_run, trainer, django_capture_on_commit_callbacks
):
    client.force_login(trainer)

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(f"/de/teaching/runs/{large_run.pk}/certificates/")

    job = Job.objects.get()
    assert response.url == job.get_absolute_url()
    page = client.get(response.url).content.decode()
    assert f"{MANY} Bescheinigungen wurden ausgestellt." in page
    assert f'href="/de/teaching/runs/{large_run.pk}/"' in page


def test_issue_certificates_page_issues_a_few_at_once(client):
    run = run_of(2)
    trainer = MembershipFactory(role=Role.TRAINER).user
    run.trainers.add(trainer)
    run.save()
    client.force_login(trainer)

    response = client.post(f"/de/teaching/runs/{run.pk}/certificates/", follow=True)

    assert "2 Bescheinigungen wurden ausgestellt." in response.content.decode()
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.postgresql
def test_issue_in_background_beside_another_issues_none_twice(large_run, trainer):
    """Trainer and office click at once: two jobs work on one run."""
    far = timezone.now() + timedelta(days=9999)  # their own tasks find them not due
    jobs = [services.start_issuing(run=large_run, actor=person, at=far) for person in (trainer, UserFactory())]
    ready = threading.Barrier(2)

    def work(job):
        ready.wait()
        try:
            platform.run_job(pk=job.pk, clock=lambda: far)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {job.state for job in Job.objects.all()} == {JobState.DONE}
    assert Certificate.objects.values("enrolment").distinct().count() == Certificate.objects.count() == MANY
    assert CertificateYear.objects.get().last_number == MANY
