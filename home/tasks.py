"""Background work of the public site."""

from celery import shared_task
from django.utils import timezone

from . import services


@shared_task(name="home.publish_scheduled")
def publish_scheduled() -> None:
    """Publish and take back the pages whose moment has come."""
    services.publish_due(at=timezone.now())


@shared_task(name="home.forget_report_contacts")
def forget_report_contacts() -> None:
    services.forget_contacts(at=timezone.now())


@shared_task(name="home.remind_of_review")
def remind_of_review() -> None:
    services.remind_of_review(at=timezone.now())


@shared_task(name="home.make_renditions")
def make_renditions(page_id: int) -> None:
    """Have the pictures of a page ready before its first visitor."""
    services.make_renditions(page_id=page_id)
