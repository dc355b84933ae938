"""Background work of the public site."""

from celery import shared_task
from django.core.management import call_command


@shared_task(name="home.publish_scheduled")
def publish_scheduled() -> None:
    """Publish and take back the pages whose moment has come."""
    call_command("publish_scheduled")
