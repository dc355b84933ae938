"""Dates that travel with a mail (RFC 5546, 6047): the programme of the person enters, moves and strikes them by itself.

They are the rows of the personal feed, with the same UID and SEQUENCE, each with whom it comes from and whom it is for.
RFC 5546 3.2.2 lets one object speak of one UID only, so a place on five dates is five objects, and five parts of the
mail. `ready_for` says who gets them.
"""

from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import get_language
from icalendar import vCalAddress

from academy.common.calendar_files import END, mail_head
from academy.models import User
from courses.models import Session
from enrolment.models import Enrolment

from .entries import Entry, Row, entries_from, rows_of_place, titles_of
from .ical import event_of

REQUEST, CANCEL = "REQUEST", "CANCEL"


def invitations_of(place: Enrolment, *, removed: Iterable[Session] = (), at: datetime) -> str:
    """The dates of one place as its person's calendar should have them now, in the language that is active: `REQUEST`
    for each date of a confirmed place, `CANCEL` for each one of a place that was confirmed once.

    `removed` are sessions that have been deleted from the run a moment ago: they are cancelled as well. Empty for a
    place that was never confirmed, and for people who wish to have their dates by the feed only.
    """
    if not ready_for(place.learner):
        return ""
    rows = rows_of_place(place)
    if place.holds_place or rows:
        rows = [*rows, *(_removed_row(place, session, at=at) for session in removed)]
    titles = titles_of(rows, language=get_language())
    return "".join(_object(entry, place.learner) for entry in entries_from(rows, person=place.learner, titles=titles))


def ready_for(person: User) -> bool:
    """Whether dates go to the person by mail: unless the own setting says no, or the account was erased."""
    return person.wants_calendar_mails and person.erased_at is None


def _removed_row(place: Enrolment, session: Session, *, at: datetime) -> Row:
    """A deleted session as the last thing that is said of it: one change later, and called off."""
    run, course = place.run, place.run.course
    return Row(
        place=place.pk,
        state="",
        place_sequence=place.sequence,
        moved_at=at,
        session=session.pk,
        session_sequence=session.sequence + 1,
        changed_at=at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        session_place=session.own_place,
        session_link="",
        room_name=None,
        room_address=None,
        run=run.pk,
        run_state=run.state,
        run_place=run.place,
        run_link="",
        course=course.pk,
        slug=course.slug,
        approval_title_de=course.approval_title_de,
        approval_title_en=course.approval_title_en,
    )


def _object(entry: Entry, person: User) -> str:
    """One iCalendar object with its method."""
    event = event_of(entry)
    event.add("organizer", _organizer())
    event.add("attendee", _attendee(person, is_cancelled=entry.is_cancelled))
    head = mail_head(CANCEL if entry.is_cancelled else REQUEST)
    return (head + event.to_ical() + END).decode()


def _organizer() -> vCalAddress:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = name or settings.WAGTAIL_SITE_NAME
    return organizer


def _attendee(person: User, *, is_cancelled: bool) -> vCalAddress:
    """No answer is asked for: the place was taken on the platform, and is given back there."""
    attendee = vCalAddress(f"mailto:{person.email}")
    attendee.params.update(
        {
            "CN": str(person),
            "CUTYPE": "INDIVIDUAL",
            "ROLE": "REQ-PARTICIPANT",
            "PARTSTAT": "NEEDS-ACTION" if is_cancelled else "ACCEPTED",
            "RSVP": "FALSE",
        }
    )
    return attendee
