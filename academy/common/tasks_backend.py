"""Wagtail's background work runs on Celery: the bridge from `django_tasks` to our one task queue."""

from celery import shared_task
from django.db import transaction
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import TaskResult, TaskResultStatus
from django_tasks.utils import get_random_id, normalize_json


@shared_task(name="academy.run_django_task")
def run_django_task(path: str, args: list, kwargs: dict) -> None:
    import_string(path).call(*args, **kwargs)


class CeleryBackend(BaseTaskBackend):
    """Hands a `django_tasks` task to Celery when the transaction commits."""

    supports_defer = True
    supports_priority = True

    def enqueue(self, task, args, kwargs) -> TaskResult:
        self.validate_task(task)
        args, kwargs = normalize_json(args), normalize_json(kwargs)
        transaction.on_commit(
            lambda: run_django_task.apply_async(args=[task.module_path, args, kwargs], eta=task.run_after), robust=True
        )
        return TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=None,
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=args,
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
