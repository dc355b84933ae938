"""Background work of places. Each task may run twice, and twice at once."""

from celery import shared_task
from django.utils import timezone

from . import services


@shared_task(name="enrolment.lapse_approvals")
def lapse_approvals() -> None:
    services.lapse_approvals(at=timezone.now())


@shared_task(name="enrolment.remind_approvers")
def remind_approvers() -> None:
    services.remind_approvers(at=timezone.now())


@shared_task(name="enrolment.forget_access_needs")
def forget_access_needs() -> None:
    services.forget_access_needs(at=timezone.now())


@shared_task(name="enrolment.forget_approvers")
def forget_approvers() -> None:
    services.forget_approvers(at=timezone.now())


@shared_task(name="enrolment.forget_answers")
def forget_answers() -> None:
    services.forget_answers(at=timezone.now())


@shared_task(name="enrolment.sum_feedback")
def sum_feedback() -> None:
    """Anonymous feedback whose period is over turns into counts."""
    services.sum_feedback(at=timezone.now())


@shared_task(name="enrolment.tell_of_waiting_answers")
def tell_of_waiting_answers() -> None:
    """Trainers read once a day how many answers to tasks wait for their feedback."""
    services.tell_of_waiting_answers(at=timezone.now())


@shared_task(name="enrolment.move_lists")
def move_lists() -> None:
    """Pass on offers that nobody took, and let lists move up that had to wait for the end of quiet hours."""
    at = timezone.now()
    services.lapse_offers(at=at)
    services.move_lists_up(at=at)


@shared_task(name="enrolment.release_seats")
def release_seats() -> None:
    """Seats that were reserved for an organisation and have no name yet go back to everybody on their release date."""
    services.release_due(at=timezone.now())


@shared_task(name="enrolment.tell_of_changes")
def tell_of_changes() -> None:
    """Changes of runs whose quarter of an hour is over go out."""
    services.tell_of_changes(at=timezone.now())


@shared_task(name="enrolment.send_reminders")
def send_reminders() -> None:
    """Reminders that are due since nine in the morning; each is written once, however often this runs."""
    services.send_reminders(at=timezone.now())


@shared_task(name="enrolment.ask_for_decisions")
def ask_for_decisions() -> None:
    """On the day of the decision, who plans a run is asked whether it takes place."""
    services.ask_for_decisions(at=timezone.now())


@shared_task(name="enrolment.remind_of_release")
def remind_of_release() -> None:
    """Contact persons are reminded of places without a name some days before these go to everybody."""
    services.remind_of_release(at=timezone.now())
