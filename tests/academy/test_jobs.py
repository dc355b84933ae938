"""Long work: started once, watched by who started it, taken up again, never lost (DESIGN.md 4)."""

import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone, translation

from academy import services, tasks
from academy.audit_checks import broken_promises
from academy.cards import jobs_card
from academy.common.jobs import JobFailed, JobKind, JobResult
from academy.common.registry import registry
from academy.enums import JobState
from academy.models import Job
from academy.models.jobs import LEASE
from academy.personal_data import erase_jobs
from academy.services.jobs import MOST_TRIES
from tests.factories.academy import UserFactory

KIND = "tests.count"
STEPS = 5


class Cut(Exception):
    """The worker is gone."""


class Counting:
    """Work of five steps that knows itself what is done; `cut_at` ends it as a crash would."""

    def __init__(self):
        self.counted: list[int] = []
        self.tidied: list[dict] = []
        self.cut_at: int | None = None

    def work(self, job, clock):
        services.advance_job(job=job, done=len(self.counted), total=STEPS, at=clock())
        for step in range(len(self.counted), STEPS):
            if step == self.cut_at:
                raise Cut
            self.counted.append(step)
            services.advance_job(job=job, done=step + 1, at=clock())
        return JobResult(f"{len(self.counted)} gezählt.", "/de/my/", "Ansehen")


@pytest.fixture
def counting(monkeypatch):
    work = Counting()
    kind = JobKind(KIND, work.work, work.tidied.append)
    monkeypatch.setitem(registry.job_kinds, KIND, kind)
    return work


@pytest.fixture
def owner(db):
    return UserFactory()


def start(owner, at, key="cause.1", **given) -> Job:
    return services.start_job(kind=KIND, key=key, title="Zählen*", owner=owner, data={"file": 7}, at=at, **given)


def fresh(job) -> Job:
    return Job.objects.get(pk=job.pk)


# --- Starting and doing ------------------------------------------------------------------------------------------
def test_start_job_runs_it_after_the_commit_without_a_broker(owner, counting, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = start(owner, timezone.now())
        assert counting.counted == []

    job = fresh(job)
    assert (job.state, job.done, job.total, job.tries) == (JobState.DONE, STEPS, STEPS, 1)
    assert (job.words, job.result_path, job.result_label) == ("5 gezählt.", "/de/my/", "Ansehen")
    assert job.finished_at is not None
    assert counting.tidied == [{"file": 7}]


def test_start_job_gives_the_open_one_when_it_is_started_twice(owner, counting, now):
    first, second = start(owner, now), start(owner, now)
    other, others = start(owner, now, key="cause.2"), start(UserFactory(), now)

    assert first == second
    assert Job.objects.count() == len({first, other, others}) == 3


def test_start_job_begins_anew_once_the_first_has_ended(owner, counting, now):
    first = start(owner, now)
    services.run_job(pk=first.pk, clock=lambda: now)

    assert start(owner, now) != first


def test_start_job_is_undone_with_its_cause(owner, counting, now):
    with transaction.atomic():
        start(owner, now)
        transaction.set_rollback(True)

    assert not Job.objects.exists()


def test_run_job_goes_on_where_it_was_cut_off_and_does_no_step_twice(owner, counting, now):
    job, counting.cut_at = start(owner, now), 3
    with pytest.raises(Cut):
        services.run_job(pk=job.pk, clock=lambda: now)
    assert (fresh(job).state, fresh(job).done) == (JobState.WAITING, 3)
    assert not services.run_job(pk=job.pk, clock=lambda: now)  # only after a while
    counting.cut_at = None

    assert services.run_job(pk=job.pk, clock=lambda: now + timedelta(minutes=2))

    assert counting.counted == [0, 1, 2, 3, 4]
    assert (fresh(job).state, fresh(job).done, fresh(job).tries) == (JobState.DONE, 5, 2)


def test_run_job_takes_over_from_a_worker_that_is_gone_and_the_old_one_stops(owner, counting, now):
    job = start(owner, now)
    old = services.claim_job(pk=job.pk, at=now)
    assert services.claim_job(pk=job.pk, at=now + LEASE) is None  # still counts as alive
    later = now + LEASE + timedelta(seconds=1)

    assert services.run_job(pk=job.pk, clock=lambda: later)

    with pytest.raises(services.JobLost):
        services.advance_job(job=old, done=4, at=later)
    assert not services.fail_job(job=old, words="Zu spät.", at=later)
    assert (fresh(job).state, fresh(job).done, fresh(job).words) == (JobState.DONE, 5, "5 gezählt.")
    assert len(counting.tidied) == 1


def test_run_job_gives_up_after_some_tries_and_says_so(owner, counting, now):
    job, counting.cut_at = start(owner, now), 0
    at = now
    for _try in range(MOST_TRIES):
        with pytest.raises(Cut):
            services.run_job(pk=job.pk, clock=lambda at=at: at)
        at += timedelta(hours=1)

    job = fresh(job)
    assert (job.state, job.tries) == (JobState.FAILED, MOST_TRIES)
    assert job.words == "Auf unserer Seite ist etwas schiefgegangen. Bitte sagen Sie dem Akademiebüro Bescheid."
    assert not services.run_job(pk=job.pk, clock=lambda: at)
    assert len(counting.tidied) == 1


def test_run_job_gives_up_when_the_worker_dies_each_time(owner, counting, now):
    job, at = start(owner, now), now
    for _try in range(MOST_TRIES):
        services.claim_job(pk=job.pk, at=at)
        at += LEASE + timedelta(seconds=1)

    assert services.run_job(pk=job.pk, clock=lambda: at)

    assert (fresh(job).state, counting.counted) == (JobState.FAILED, [])
    assert fresh(job).words == "Die Arbeit ist mehrmals abgebrochen und wird nicht weiter versucht."


def test_run_job_says_why_when_the_work_cannot_be_done(owner, now, monkeypatch):
    def refuse(job, clock):
        raise JobFailed(translation.gettext("Please choose a file."))

    monkeypatch.setitem(registry.job_kinds, KIND, JobKind(KIND, refuse))
    with translation.override("de"):
        job = start(owner, now)

    assert services.run_job(pk=job.pk, clock=lambda: now)
    assert (fresh(job).state, fresh(job).done) == (JobState.FAILED, 0)
    assert fresh(job).words


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.postgresql
def test_claim_job_gives_it_to_one_of_many(counting, now):
    far = now + timedelta(days=9999)
    job = start(UserFactory(), far)  # its own task finds it not due
    ready, claimed = threading.Barrier(8), []

    def claim():
        ready.wait()
        try:
            claimed.append(services.claim_job(pk=job.pk, at=far))
        finally:
            connection.close()

    threads = [threading.Thread(target=claim) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(one is not None for one in claimed) == 1
    assert fresh(job).tries == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.postgresql
def test_start_job_makes_one_when_many_click_at_once(counting, now):
    owner, ready, started = UserFactory(), threading.Barrier(8), []

    def begin():
        ready.wait()
        try:
            started.append(start(owner, now + timedelta(days=9999)).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(started) == 8
    assert len(set(started)) == Job.objects.count() == 1


# --- The schedule ------------------------------------------------------------------------------------------------
def test_run_due_jobs_takes_up_what_never_started_and_leaves_what_is_worked_on(owner, counting):
    now = timezone.now()
    left, taken = start(owner, now), start(owner, now, key="cause.2")  # the broker was down: no task came
    services.claim_job(pk=taken.pk, at=now)

    tasks.run_due_jobs()

    assert (fresh(left).state, fresh(taken).state) == (JobState.DONE, JobState.RUNNING)


def test_audit_names_work_that_nobody_takes_up(owner, counting):
    job = start(owner, timezone.now() - timedelta(hours=2))
    start(owner, timezone.now(), key="cause.2")

    assert [line.partition(":")[0] for line in broken_promises()] == [f"job {job.pk} ({KIND})"]


def test_forget_jobs_removes_what_ended_thirty_days_ago(owner, counting, now):
    old, young, running = start(owner, now), start(owner, now, key="cause.2"), start(owner, now, key="cause.3")
    services.run_job(pk=old.pk, clock=lambda: now)
    services.run_job(pk=young.pk, clock=lambda: now + timedelta(days=2))
    at = now + timedelta(days=31)

    assert services.forget_jobs(at=at, dry_run=True) == 1
    assert Job.objects.count() == 3
    assert services.forget_jobs(at=at) == 1
    assert set(Job.objects.all()) == {young, running}


def test_erase_jobs_removes_them_with_what_they_still_need(owner, counting, now):
    job, other = start(owner, now), start(UserFactory(), now)

    erase_jobs(owner, now)

    assert list(Job.objects.all()) == [other]
    assert counting.tidied == [{"file": 7}]
    assert not services.run_job(pk=job.pk, clock=lambda: now)


# --- The page ----------------------------------------------------------------------------------------------------
def test_job_page_shows_the_bar_and_survives_a_reload(client, owner, counting, now):
    job = start(owner, now, total=STEPS)
    services.advance_job(job=services.claim_job(pk=job.pk, at=now), done=2, at=now)
    client.force_login(owner)

    for _time in range(2):
        page = client.get(job.get_absolute_url()).content.decode()
        assert re.search(r'<progress[^>]* value="2" max="5"[^>]*aria-label="Fortschritt"[^>]*>2 von 5</progress>', page)
        assert "Zählen*" in page
        assert f'href="{job.get_absolute_url()}"' in page
        assert "academy/js/jobs.js" in page


def test_job_page_has_a_bar_without_end_while_the_steps_are_not_known(client, owner, counting, now):
    client.force_login(owner)

    page = client.get(start(owner, now).get_absolute_url()).content.decode()

    assert re.search(r"<progress(?![^>]* value=)", page)
    assert "Die Arbeit beginnt, sobald sie an der Reihe ist." in page


def test_job_page_shows_what_came_of_it_with_a_link(client, owner, counting, now):
    job = start(owner, now)
    services.run_job(pk=job.pk, clock=lambda: now)
    client.force_login(owner)

    page = client.get(job.get_absolute_url()).content.decode()

    assert "5 gezählt." in page
    assert re.search(r'<a href="/de/my/"[^>]*>Ansehen</a>', page)
    assert "<progress" not in page
    assert "jobs.js" not in page


def test_job_state_is_the_part_of_the_page_that_changes(client, owner, counting, now):
    job = start(owner, now, total=STEPS)
    client.force_login(owner)

    response = client.get(f"{job.get_absolute_url()}state/")

    assert "<html" not in response.content.decode()
    assert 'data-job-word="waiting"' in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_job_page_says_that_it_is_tried_again_after_something_went_wrong(client, owner, counting, now):
    job, counting.cut_at = start(owner, now), 1
    with pytest.raises(Cut):
        services.run_job(pk=job.pk, clock=lambda: now)
    client.force_login(owner)

    assert "in einigen Minuten noch einmal versucht" in client.get(job.get_absolute_url()).content.decode()


@pytest.mark.parametrize("suffix", ["", "state/"])
def test_job_page_is_missing_for_everybody_else(client, owner, counting, now, suffix):
    job = start(owner, now)

    assert client.get(job.get_absolute_url() + suffix).status_code == 302  # to sign in
    client.force_login(UserFactory(is_superuser=True))
    assert client.get(job.get_absolute_url() + suffix).status_code == 404
    assert client.get(f"/de/my/jobs/{uuid4()}/{suffix}").status_code == 404


def test_jobs_card_shows_what_goes_on_and_what_ended_today(owner, counting, now):
    assert jobs_card(user=owner, roles=set(), at=now) is None
    job = start(owner, now)
    services.run_job(pk=job.pk, clock=lambda: now)

    assert jobs_card(user=owner, roles=set(), at=now + timedelta(hours=23)).context["jobs"] == [job]
    assert jobs_card(user=owner, roles=set(), at=now + timedelta(hours=25)) is None
    assert jobs_card(user=UserFactory(), roles=set(), at=now) is None


def test_my_start_leads_back_to_the_work(client, owner, counting):
    job = start(owner, timezone.now(), total=STEPS)
    client.force_login(owner)

    page = client.get("/de/my/").content.decode()

    assert f'href="{job.get_absolute_url()}"' in page
    assert "0 von 5" in page
