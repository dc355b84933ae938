"""Background work of process facilitation. Each task may run twice, and twice at once."""

from celery import shared_task
from django.utils import timezone

from . import services


@shared_task(name="consulting.forget_request_contacts")
def forget_request_contacts() -> None:
    services.forget_request_contacts(at=timezone.now())
