"""What has happened on the demo site before the browser comes: the loader leaves the logins without places of their
own, so that an empty start page can be shown; here some of them have begun.
"""

from datetime import datetime, timedelta
from io import BytesIO

from academy.common.jobs import JobResult
from academy.models import Job, User
from academy.services import advance_job, claim_job, finish_job, start_job
from consulting.services import request_facilitation
from courses.models import Course, CourseRun
from enrolment import services
from enrolment.enums import EnrolmentState
from enrolment.models import Approval, Certificate, CheckInWindow, Enrolment, Interest

LEARNER = "r-spree-schalter"  # has places in every state, has learned, has a certificate
SUPERVISOR = "r-spree-leitung"
TRAINER = "r-trainer-1"
SELF_STUDY = "wegekarte-zeichnen"
ASKED = "zugang-grundlagen"
FULL = "bescheide-die-ankommen"


def person(slug: str) -> User:
    return User.objects.get(email=f"{slug}@demo.example")


def open_run(slug: str) -> CourseRun:
    return CourseRun.objects.filter(course__slug=slug, state="open").latest("pk")


def wanted_course() -> list:
    """A course without dates for which people wait."""
    return [Interest.objects.open().earliest("pk").course_id]


def live(*, at: datetime) -> None:
    learner = person(LEARNER)
    _graduate(learner, at=at)
    place = _enrol(learner, SELF_STUDY, at=at)
    first = place.run.version.steps.earliest("position")
    services.open_step(enrolment=place, step=first, at=at)
    services.finish_step(enrolment=place, step=first, at=at)
    _begin_task(place, at=at)
    _enrol(learner, ASKED, at=at)
    _offer(learner, at=at)
    _ask_for_facilitation(at=at)
    _work_in_background(at=at)
    _open_check_in(_enrol(person("r-redaktion"), "kraftraum", at=at), at=at)


def _ask_for_facilitation(*, at: datetime) -> None:
    request_facilitation(
        organisation="Bezirksamt Musterhain (Demo)",
        kind="district_office",
        unit="Bürgeramt 2",
        field="citizen_services",
        service="Wohnung anmelden",
        reason="Viele kommen dreimal, bis alle Papiere da sind.",
        contact="Leitung Bürgeramt",
        email="buergeramt@demo.example",
        consent="Ja.",
        language="de",
        at=at,
    )


def _begin_task(place: Enrolment, *, at: datetime) -> None:
    """A draft with a file: what can be deleted again."""
    task = place.run.version.steps.get(kind="task")
    written = services.Written(text="Mein erster Entwurf.", file=BytesIO(b"Meine Wegekarte"), file_name="wegekarte.txt")
    services.save_answer(enrolment=place, step=task, written=written, at=at)


def _work_in_background(*, at: datetime) -> None:
    """Two jobs of the trainer: one that goes on, one that has ended. No task takes them: they are due in a year."""
    jobs = []
    for number in (1, 2):
        given = {"kind": services.ISSUE_JOB, "title": f"Bescheinigungen ausstellen: Fachtag {number}", "data": {}}
        job = start_job(**given, key=f"demo.{number}", owner=person(TRAINER), total=180, at=at + timedelta(days=365))
        jobs.append(claim_job(pk=job.pk, at=at + timedelta(days=365)))
    running, over = jobs
    advance_job(job=running, done=45, at=at + timedelta(days=365))
    result = JobResult("180 Bescheinigungen wurden ausgestellt.", "/de/teaching/", "Durchgänge öffnen")
    finish_job(job=over, result=result, at=at)


def job(**conditions) -> Job:
    return Job.objects.get(owner=person(TRAINER), key__startswith="demo.", **conditions)


def _enrol(learner: User, slug: str, *, at: datetime) -> Enrolment:
    run = open_run(slug)
    held = Enrolment.objects.live().filter(learner=learner, run=run).first()
    supervisor = person(SUPERVISOR).email
    return held or services.enrol(learner=learner, run=run, at=at, approver_email=supervisor, has_approval=True)


def _open_check_in(place: Enrolment, *, at: datetime) -> None:
    """Of a date to come, and valid now: nobody waits until half an hour before it."""
    session = place.run.sessions.earliest("starts_at")
    services.open_check_in(session=session, actor=person("r-akademie"), at=at, opens_at=at - timedelta(hours=1))


def check_in_window() -> CheckInWindow:
    return CheckInWindow.objects.get(session__run__course__slug="kraftraum")


def _graduate(learner: User, *, at: datetime) -> None:
    """A place of a run that is over belongs to a numbered person; this learner takes over one with its attendance."""
    if Certificate.objects.filter(enrolment__learner=learner).exists():
        return
    run = CourseRun.objects.filter(course=Course.objects.get(slug=ASKED), state="completed").earliest("pk")
    place = Enrolment.objects.confirmed().filter(run=run).earliest("pk")
    Enrolment.objects.filter(pk=place.pk).update(learner=learner)
    services.issue_certificates(run=run, actor=person("r-akademie"), at=at)


def replaced_certificate() -> Certificate:
    return Certificate.objects.filter(superseded_by__isnull=False).earliest("pk")


def revoked_certificate() -> Certificate:
    return Certificate.objects.filter(enrolment__completion__revoked_at__isnull=False).earliest("pk")


def _offer(learner: User, *, at: datetime) -> None:
    """One more place on the full run is offered to the head of its list; this learner takes over the offer."""
    run = open_run(FULL)
    if Enrolment.objects.live().filter(run=run, learner=learner).exists():
        return
    office = person("r-akademie")
    services.change_capacity(run=run, capacity_max=run.capacity_max + 1, actor=office, at=at)
    if not Enrolment.objects.filter(run=run, state=EnrolmentState.OFFERED).exists():  # in quiet hours
        services.move_up(run=run, actor=office, at=at)
    Enrolment.objects.filter(run=run, state=EnrolmentState.OFFERED).update(learner=learner)


def offered_place() -> Enrolment:
    return Enrolment.objects.get(learner=person(LEARNER), state=EnrolmentState.OFFERED)


def open_approval() -> Approval:
    return Approval.objects.filter(enrolment__learner=person(LEARNER)).latest("pk")
