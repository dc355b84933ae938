"""Rounds of the courses, with places and attendance of numbered people who cannot sign in."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import Any
from uuid import UUID

from academy.enums import Role
from academy.models import User
from courses.enums import RunState
from courses.models import Course, CourseRun, Room, Session
from courses.selectors import sessions_beside
from enrolment import services
from enrolment.enums import EnrolmentState
from enrolment.models import Enrolment

from .answers import load_answers
from .attendance import load_attendance
from .certificates import load_certificates
from .content import read
from .feedback import load_feedback
from .loading import Loading
from .people import address_of, participants, role_accounts

CROWD = 60  # numbered people; each takes part in several courses, in each run once
PLANNED_AHEAD = timedelta(weeks=6)  # enrolment of a planned run opens so long before its first session
STORED_STATES = {"completed": RunState.COMPLETED}  # planned, full and running are read from dates and seats
CONTACT, BOOKED = "r-spree-orga", "ladg-2"  # whose organisation has booked places, and on which run
APPROVERS = {"zugang-grundlagen-2": "r-spree-leitung", "gesundheit-1": "r-linde-leitung", "pat-1": "leitung-havelbogen"}


def load_runs(loading: Loading) -> str:
    courses, people = Course.objects.in_bulk(field_name="slug"), role_accounts()
    rooms = {room.name: room for room in Room.objects.all()}
    crowd = cycle(participants(CROWD))  # the next run goes on where the last one stopped
    for entry in read("runs"):
        course = courses[entry["course"]]
        spans = [loading.week.span(text) for text in entry["sessions"]]
        ue, room = _ue_of_one(course, len(spans) or 1), rooms.get(entry["place"])
        services.place_run(
            slug=entry["slug"],
            placed=_header(entry, course, spans),
            sessions=[services.PlacedSession(*span, ue=ue, room=_free(room, span, entry["slug"])) for span in spans],
            trainers=[people[entry["trainer"]]] if "trainer" in entry else [],
            places=list(_places(loading, entry, spans, crowd, people)),
            at=loading.at,
        )
    _say_needs(loading)
    _write_message(loading)
    load_attendance(loading, people)
    load_answers(loading)
    load_feedback(loading)
    load_certificates(people)
    _load_booking(loading, people[CONTACT])
    _show_interest(loading)
    return f"{len(read('runs'))} runs, {Enrolment.objects.count()} places"


NEEDS = (
    {"kinds": ["sign_language"], "instruction": "Bitte spricht immer nur eine Person."},
    {"kinds": ["step_free", "large_print"]},
    {"kinds": ["interpreting", "childcare"], "interpreting_language": "Arabisch"},
)


FORM_OF_MESSAGE = UUID("5f0a2c0e-7c1d-4c57-9a55-0d6b1a3f5e21")
MESSAGE = {
    "subject": "Bitte bringen Sie ein Schreiben mit",
    "text": "Wir arbeiten an Ihren eigenen Schreiben. Bitte bringen Sie eines mit.\n\nStreichen Sie vorher alle Namen.",
}


def _say_needs(loading: Loading) -> None:
    """Some participants of a run to come have said what they need."""
    coming = Session.objects.filter(run__slug="bescheide-1", ends_at__gt=loading.at).values("run")
    places = Enrolment.objects.confirmed().filter(run__in=coming).order_by("pk").select_related("run")
    for place, needs in zip(places, NEEDS, strict=False):
        services.save_access_needs(enrolment=place, actor=place.learner, at=loading.at, **needs)


def _write_message(loading: Loading) -> None:
    """The trainer has written to the participants of a run to come."""
    for run in CourseRun.objects.filter(slug="bescheide-1", state=RunState.OPEN):
        trainer = run.trainers.first()
        if trainer is None or services.message_of_form(run, FORM_OF_MESSAGE):
            return
        written = services.written_message(author=trainer, audience="confirmed", token=FORM_OF_MESSAGE, **MESSAGE)
        services.send_message(message=written, run=run, at=loading.at)


def _load_booking(loading: Loading, contact: User) -> None:
    """The contact person of an organisation has places on one run: some have names, the others are still kept."""
    organisation = contact.memberships.get(role=Role.ORGANISATION_CONTACT).organisation
    services.place_booking(
        run=CourseRun.objects.get(slug=BOOKED),
        organisation=organisation,
        contact=contact,
        named=2,
        unnamed=3,
        at=loading.at,
    )


def _show_interest(loading: Loading) -> None:
    """Some people wait for dates of the first course that has none to enrol for."""
    without = [course for course in Course.objects.all() if not services.can_enrol_on(course, at=loading.at)]
    for person in participants(CROWD)[:3] if without else []:
        services.note_interest(person=person, course=without[0], at=loading.at)


def _free(room: Room | None, span: tuple[datetime, datetime], slug: str) -> Room | None:
    """The room, unless somebody who tries the demo out has put another run into it."""
    if room is None or sessions_beside([span]).filter(room=room).exclude(run__slug=slug).exists():
        return None
    return room


def _ue_of_one(course: Course, sessions: int) -> float:
    return round(float(course.ue) / sessions, 1)


def _header(entry: dict[str, Any], course: Course, spans: list[tuple[datetime, datetime]]) -> services.PlacedRun:
    """A run of the past is pinned to the first version of its course: it had no steps on the platform yet."""
    state = STORED_STATES.get(entry["state"], RunState.OPEN)
    return services.PlacedRun(
        course=course,
        state=state,
        place=entry["place"],
        enrolment_opens_at=spans[0][0] - PLANNED_AHEAD if entry["state"] == "planned" else None,
        version=course.versions.order_by("number").first() if state == RunState.COMPLETED else None,
    )


def _places(
    loading: Loading,
    entry: dict[str, Any],
    spans: list[tuple[datetime, datetime]],
    crowd: Iterator[User],
    people: dict[str, User],
) -> Iterator[services.PlacedPlace]:
    """Places in the order in which people enrolled: confirmed, waiting for approval, on the waiting list.

    The first one of a run with a `login` is that of somebody who can sign in.
    """
    if "attendance" in entry:
        registered, attended = entry["attendance"]["registered"], entry["attendance"]["attended"]
        for number, one in enumerate(islice(crowd, registered)):
            learner = people[entry["login"]] if "login" in entry and number == 0 else one
            enrolled_at = spans[0][0] - timedelta(days=30) + timedelta(hours=number)
            yield services.PlacedPlace(learner, EnrolmentState.CONFIRMED, enrolled_at, was_present=number < attended)
        return
    wanted = entry.get("registrations_demo", {})
    states = [EnrolmentState.CONFIRMED] * wanted.get("confirmed", 0)
    states += [EnrolmentState.REQUESTED] * wanted.get("approval_pending", 0)
    states += [EnrolmentState.WAITLISTED] * wanted.get("waiting", 0)
    first = min([loading.at, *(begin for begin, _end in spans)]) - timedelta(days=3)
    asked_at = loading.at - timedelta(days=3)
    for number, (state, learner) in enumerate(zip(states, crowd, strict=False)):
        is_asked = state == EnrolmentState.REQUESTED
        enrolled_at = (asked_at if is_asked else first) + timedelta(minutes=10 * number)
        approver = address_of(APPROVERS[entry["slug"]]) if is_asked else ""
        in_council = is_asked and number == len(states) - 1 and wanted["approval_pending"] > 1
        yield services.PlacedPlace(learner, state, enrolled_at, approver_email=approver, has_council=in_council)
