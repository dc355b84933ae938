"""Starting a task after the transaction: a broker that is down never breaks the request."""

from celery import current_app
from django.db import transaction


def after_commit(task: str, *args) -> None:
    """Run the task of that name with `args` once the transaction has committed.

    The row that the task works on is already written, and a periodic task picks up what never started; so a failure to
    reach the broker is logged (`robust`) and nothing is lost. The name stands for the task, since services lie
    below tasks.
    """
    transaction.on_commit(lambda: current_app.tasks[task].delay(*args), robust=True)
