"""Background work of places. Each task may run twice, and twice at once."""

from celery import shared_task
from django.utils import timezone

from . import services


@shared_task(name="enrolment.lapse_approvals")
def lapse_approvals() -> None:
    services.lapse_approvals(at=timezone.now())
