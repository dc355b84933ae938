"""Long work with a progress bar: started once, done step by step by a task, taken up again after a crash.

    job = services.start_job(kind="courses.import", key="import.7", title=_("…"), owner=user, data={"file": 7}, at=at)
    return redirect(job)

The rest happens in the function that the app registers as a JobKind (academy/common/jobs.py).
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from academy.common.dispatch import after_commit
from academy.common.jobs import Clock, JobFailed, JobResult
from academy.common.registry import registry
from academy.enums import JobState
from academy.models import Job, User

MOST_TRIES = 5
KEPT = timedelta(days=30)


class JobLost(Exception):
    """Somebody else has taken the job over, or it is gone: who works on it must stop."""


def start_job(*, kind: str, key: str, title: str, owner: User, data: dict, at: datetime, total: int = 0) -> Job:
    """Begin long work in the caller's transaction, or give the open job that the person has for the same `key`.

    `data` takes keys only, never names or texts; `title` is said in the language that is active.
    """
    job = Job(
        kind=registry.job_kinds[kind].key,
        key=key,
        owner=owner,
        title=title[:250],
        language=get_language(),
        data=data,
        total=total,
        started_at=at,
        due_at=at,
    )
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        return Job.objects.filter(owner=owner, key=key).latest("pk")
    after_commit("academy.run_job", job.pk)
    return job


def claim_job(*, pk: int, at: datetime) -> Job | None:
    """Take a job that is due, so that nobody else works on it; None where it is taken, over or not due yet."""
    with transaction.atomic():
        rows = Job.objects.select_for_update(of=("self",), skip_locked=True).select_related("owner")
        job = rows.due(at=at).filter(pk=pk).first()
        if job is None:
            return None
        job.state, job.alive_at = JobState.RUNNING, at
        job.tries += 1
        job.save(update_fields=["state", "alive_at", "tries"])
    return job


def run_job(*, pk: int, clock: Clock) -> bool:
    """Do what is left of a job if it is due; whether it was brought to an end.

    What goes wrong unexpectedly is raised on; the job is tried again later, and given up after some tries.
    """
    job = claim_job(pk=pk, at=clock())
    if job is None:
        return False
    with translation.override(job.language):
        try:
            if job.tries > MOST_TRIES:
                raise JobFailed(_("The work was cut short several times and has been given up."))
            result = registry.job_kinds[job.kind].work(job, clock)
        except JobFailed as problem:
            return fail_job(job=job, words=str(problem), at=clock())
        except JobLost:
            return False
        except Exception:
            _try_later(job, at=clock())
            raise
        return finish_job(job=job, result=result, at=clock())


def advance_job(*, job: Job, done: int, at: datetime, total: int | None = None) -> None:
    """Say how many steps are done. Raises JobLost where the job is somebody else's by now, or gone."""
    total = job.total if total is None else total
    if not _update(job, done=min(done, total) if total else done, total=total, alive_at=at):
        raise JobLost
    job.done, job.total, job.alive_at = done, total, at


def finish_job(*, job: Job, result: JobResult, at: datetime) -> bool:
    """The work is done: keep what came of it, and where it is to be seen."""
    found = {"words": result.words, "result_path": result.path, "result_label": result.label}
    return _end(job, state=JobState.DONE, done=job.total, at=at, **found)


def fail_job(*, job: Job, words: str, at: datetime) -> bool:
    """The work cannot be done; `words` say why to the person."""
    return _end(job, state=JobState.FAILED, done=job.done, at=at, words=words)


def forget_jobs(*, at: datetime, dry_run: bool = False) -> int:
    """Remove jobs that ended long ago; how many went, or would."""
    over = Job.objects.exclude(finished_at=None).filter(finished_at__lt=at - KEPT)
    return over.count() if dry_run else remove_jobs(list(over))


def remove_jobs(jobs: list[Job]) -> int:
    """Remove jobs with what they still need; whoever works on one of them stops at the next step."""
    for job in jobs:
        if Job.objects.filter(pk=job.pk).delete()[0] and job.is_open:
            _tidy(job)
    return len(jobs)


def _end(job: Job, *, state: JobState, at: datetime, **fields) -> bool:
    if not _update(job, state=state, finished_at=at, **fields):
        return False
    _tidy(job)
    return True


def _try_later(job: Job, *, at: datetime) -> None:
    """Something unexpected went wrong: wait, longer each time, or give up."""
    if job.tries >= MOST_TRIES:
        fail_job(job=job, words=_("Something went wrong on our side. Please tell the academy office."), at=at)
    else:
        _update(job, state=JobState.WAITING, due_at=at + timedelta(minutes=2**job.tries))


def _update(job: Job, **fields) -> bool:
    """Write the row if this try still holds it."""
    return bool(Job.objects.filter(pk=job.pk, state=JobState.RUNNING, tries=job.tries).update(**fields))


def _tidy(job: Job) -> None:
    tidy = registry.job_kinds[job.kind].tidy
    if tidy is not None:
        tidy(job.data)
