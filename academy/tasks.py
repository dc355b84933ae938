"""Background work of the platform itself. Each task may run twice, and twice at once."""

from celery import shared_task
from django.utils import timezone

from . import services
from .models import OutgoingMail

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
