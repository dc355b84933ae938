"""Background work of the platform itself. Each task may run twice, and twice at once."""

from celery import shared_task
from django.utils import timezone

from . import services
from .models import Job, OutgoingMail

BATCH = 200  # mails a minute and run; the next run takes the rest


@shared_task(name="academy.deliver_mail")
def deliver_mail(pk: int) -> None:
    services.send_mail(pk=pk, at=timezone.now())


@shared_task(name="academy.deliver_due_mails")
def deliver_due_mails() -> None:
    """Send what waits: mails whose task never started and those to be tried again."""
    due = OutgoingMail.objects.due(at=timezone.now()).order_by("pk").values_list("pk", flat=True)
    for pk in list(due[:BATCH]):
        services.send_mail(pk=pk, at=timezone.now())


@shared_task(name="academy.refresh_rights")
def refresh_rights() -> None:
    services.refresh_rights(on=timezone.localdate())


@shared_task(name="academy.run_job")
def run_job(pk: int) -> None:
    services.run_job(pk=pk, clock=timezone.now)


@shared_task(name="academy.run_due_jobs")
def run_due_jobs() -> None:
    """Take up jobs whose task never started, those to be tried again, and those whose worker is gone."""
    for pk in list(Job.objects.due(at=timezone.now()).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        run_job.delay(pk)


@shared_task(name="academy.forget_jobs")
def forget_jobs() -> None:
    services.forget_jobs(at=timezone.now())
