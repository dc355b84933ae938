"""The rules for courses: freezing their structure into versions, and giving rooms to one date at a time."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from academy.common.links import secret_hash
from academy.common.moments import span
from academy.models import User
from academy.services import audit

from . import selectors
from .materials import MaterialRefused, change_exercise, describe_material, replace_exercise, replace_file
from .models import RELEASE_FIELDS, Course, CourseRun, CourseVersion, Room, Session, Step, StepPage
from .structure import shape

__all__ = [
    "MaterialRefused",
    "RoomRefused",
    "change_exercise",
    "claim_rooms",
    "describe_material",
    "freeze_version",
    "note_room_feed_use",
    "renew_room_feed",
    "replace_exercise",
    "replace_file",
    "revoke_room_feed",
    "save_room",
]


class RoomRefused(Exception):
    """A room cannot be had. The message is written for the person who plans."""


@transaction.atomic
def freeze_version(*, course: Course, at: datetime) -> CourseVersion:
    """The version with the structure that the course has now: the latest, or a new one if the structure has changed.

    The structure is the order of the live steps, and the facts of each that `structure.STRUCTURE` names. Other words on
    the same steps are no new version; other shares of attendance in the settings are one. A version is never changed.
    """
    rule = {"partly_percent": settings.ATTENDANCE_PARTLY_PERCENT, "full_percent": settings.ATTENDANCE_FULL_PERCENT}
    course = Course.objects.select_for_update().get(pk=course.pk)
    steps = _live_steps(course)
    latest = course.versions.prefetch_related("steps").order_by("-number").first()
    if latest is not None and _is_as_it_is_now(latest, steps, rule):
        return latest
    number = latest.number + 1 if latest else 1
    version = CourseVersion.objects.create(course=course, number=number, created_at=at, **rule)
    for step in steps:
        step.version = version
    Step.objects.bulk_create(steps)
    return version


def _is_as_it_is_now(version: CourseVersion, steps: list[Step], rule: dict[str, int]) -> bool:
    same_steps = [shape(step) for step in version.steps.all()] == [shape(step) for step in steps]
    return same_steps and all(getattr(version, name) == value for name, value in rule.items())


def _live_steps(course: Course) -> list[Step]:
    """The published steps as rows that are not stored yet, in their order on the page."""
    page = selectors.structure_page(course)
    children = page.get_children().live().order_by("path").specific() if page else []
    return [
        Step(
            key=child.translation_key,
            position=position,
            kind=child.kind,
            is_required=child.is_required,
            minutes=child.minutes,
            min_score=child.lowest_score,
            page_id=child.pk,
            **{name: getattr(child, name) for name in RELEASE_FIELDS},
            **child.structure(),
        )
        for position, child in enumerate((c for c in children if isinstance(c, StepPage)), start=1)
    ]


# --- Rooms -------------------------------------------------------------------------------------------------------
def claim_rooms(*, run: CourseRun, sessions: Sequence[Session], stored: dict[int, Session]) -> None:
    """Make sure that the rooms of these sessions, which are about to be saved, are free for them.

    Call it inside the transaction that saves: the rooms are locked until it ends, always in the same order, so that two
    who plan for one room come one after the other. Raises RoomRefused with the date that has the room already, or if a
    room that is no longer in use is chosen anew.
    """
    wanted = sorted({session.room_id for session in sessions if session.room_id})
    rooms = {room.pk: room for room in Room.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    for session in sessions:
        if session.room_id is None:
            continue
        before, room = stored.get(session.pk), rooms[session.room_id]
        if not room.is_active and (before is None or before.room_id != room.pk):
            raise RoomRefused(_("%(room)s is no longer in use. Please choose another room.") % {"room": room.label})
        taken = selectors.sessions_beside([(session.starts_at, session.ends_at)], apart_from=run)
        other = taken.filter(room=room).select_related("run__course").order_by("starts_at", "pk").first()
        if other is not None:
            raise RoomRefused(
                _("%(room)s is taken on %(when)s: %(course)s. Please choose another room or time.")
                % {
                    "room": room.label,
                    "when": span(other.starts_at, other.ends_at),
                    "course": other.run.course.title(get_language()),
                }
            )


@transaction.atomic
def save_room(*, room: Room, actor: User | None, at: datetime) -> Room:
    """Save a new or changed room. Raises RoomRefused if there is one of this name at this address already."""
    is_new = room.pk is None
    try:
        with transaction.atomic():
            room.save()
    except IntegrityError as clash:
        raise RoomRefused(_("There is a room of this name at this address already.")) from clash
    audit(action="room.added" if is_new else "room.changed", obj=room, actor=actor, at=at)
    return room


@transaction.atomic
def renew_room_feed(*, room: Room, actor: User, at: datetime) -> str:
    """Give the calendar of the room a new secret address; an old one stops working at once.

    The secret is returned here and never again: only its hash is stored.
    """
    secret = secrets.token_urlsafe(32)
    room.feed_hash, room.feed_made_at, room.feed_used_on = secret_hash(secret), at, None
    room.save(update_fields=["feed_hash", "feed_made_at", "feed_used_on"])
    audit(action="room.feed_renewed", obj=room, actor=actor, at=at)
    return secret


@transaction.atomic
def revoke_room_feed(*, room: Room, actor: User, at: datetime) -> bool:
    """Take the address away; whether there was one."""
    if room.feed_hash is None:
        return False
    room.feed_hash, room.feed_made_at, room.feed_used_on = None, None, None
    room.save(update_fields=["feed_hash", "feed_made_at", "feed_used_on"])
    audit(action="room.feed_revoked", obj=room, actor=actor, at=at)
    return True


def note_room_feed_use(*, room: Room, on: date) -> None:
    """Remember the day on which the calendar of the room was last read; written once a day."""
    if room.feed_used_on != on:
        Room.objects.filter(pk=room.pk, feed_hash=room.feed_hash).update(feed_used_on=on)
