"""The own part of the learning record: external courses that people enter, change and delete themselves."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO

from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.common.uploads import check_scan
from academy.models import User
from enrolment.models import ExternalCourse

MOST_ENTRIES = 200


class RecordRefused(Exception):
    """A rule says no. The message is written for the person."""


@dataclass(frozen=True)
class Proof:
    """A scan or PDF that the person wants to keep beside the entry."""

    file: IO[bytes]
    name: str


@transaction.atomic
def save_external_course(
    *,
    owner: User,
    course: ExternalCourse | None = None,
    title: str,
    provider: str,
    starts_on: date,
    ends_on: date | None = None,
    hours: Decimal | None = None,
    proof: Proof | None = None,
    remove_proof: bool = False,
    at: datetime,
) -> ExternalCourse:
    """Add an entry to the own record, or change one; a new proof replaces the old one.

    Raises UploadRefused for a file that is no PDF, JPEG or PNG, damaged or too large. Raises RecordRefused for a course
    that is not over yet or ends before it begins, for somebody else's entry, and for too many.
    """
    ends_on = ends_on or starts_on
    if ends_on < starts_on:
        raise RecordRefused(_("The last day lies before the first day."))
    if ends_on > timezone.localdate(at):
        raise RecordRefused(_("Please enter the course once it is over."))
    if course is None:
        User.objects.select_for_update().get(pk=owner.pk)
        if ExternalCourse.objects.filter(owner=owner).count() >= MOST_ENTRIES:
            raise RecordRefused(_("Your record has %(count)d entries already.") % {"count": MOST_ENTRIES})
        course = ExternalCourse(owner=owner, added_at=at)
    else:
        course = ExternalCourse.objects.select_for_update().get(pk=course.pk, owner=owner)
    course.title, course.provider = " ".join(title.split()), " ".join(provider.split())
    course.starts_on, course.ends_on, course.hours = starts_on, ends_on, hours
    if course.proof and (proof or remove_proof):
        _drop_proof(course)
    if proof:
        course.proof_kind = check_scan(proof.file, proof.name)
        course.proof = File(proof.file, name=f"proof.{course.proof_kind}")
    course.save()
    return course


@transaction.atomic
def delete_external_courses(courses: QuerySet[ExternalCourse]) -> None:
    """Delete entries of a record for good, with their proofs."""
    for course in courses.exclude(proof=""):
        _drop_proof(course)
    courses.delete()


def _drop_proof(course: ExternalCourse) -> None:
    """Forget the file; it goes from the disk once that is certain."""
    storage, name = course.proof.storage, course.proof.name
    course.proof, course.proof_kind = "", ""
    transaction.on_commit(lambda: storage.delete(name))
