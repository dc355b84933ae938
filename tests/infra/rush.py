"""People who enrol while their database dies; run in a process of its own: python -m tests.infra.rush enrol RUN.

Each tries again after an error, as people do. Printed is one JSON object: who was told of a place, and how many errors
there were on the way. `deliver` sends what waits in the outbox instead.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.db import DatabaseError, InterfaceError, close_old_connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from academy.models import OutgoingMail, User  # noqa: E402
from academy.services import send_mail  # noqa: E402
from courses.models import CourseRun  # noqa: E402
from enrolment import services  # noqa: E402

TRIES, HANDS = 60, 8


def again_and_again(act) -> tuple[object, int]:
    """What came of it at last, and after how many errors of the database."""
    for errors in range(TRIES):
        try:
            return act(), errors
        except (DatabaseError, InterfaceError):
            time.sleep(0.1)
        finally:
            close_old_connections()  # as each request does
    raise SystemExit("The database never came back.")


def enrol(person: User, run: int) -> tuple[bool, int]:
    """Whether the person was told of a place; «already» is an answer as well, to whoever heard none the first time."""

    def act() -> bool:
        try:
            services.enrol(learner=person, run=CourseRun.objects.get(pk=run), at=timezone.now())
        except services.EnrolmentRefused as refusal:
            return "already" in str(refusal)
        return True

    return again_and_again(act)


def rush(run: int) -> None:
    people = list(User.objects.filter(email__startswith="rush-").order_by("pk"))
    with ThreadPoolExecutor(HANDS) as pool:
        answers = list(pool.map(lambda person: enrol(person, run), people))
    told = [person.pk for person, (has_place, _errors) in zip(people, answers, strict=True) if has_place]
    print(json.dumps({"told": told, "errors": sum(errors for _place, errors in answers)}))  # noqa: T201


def deliver() -> None:
    for pk in OutgoingMail.objects.due(at=timezone.now()).order_by("pk").values_list("pk", flat=True):
        send_mail(pk=pk, at=timezone.now())


if __name__ == "__main__":
    deliver() if sys.argv[1] == "deliver" else rush(int(sys.argv[2]))
