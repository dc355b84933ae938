"""What a course asks for beforehand, and exceptions from it.

Checked is whoever takes a place by herself or himself: enrolling, asking for approval, joining the waiting list, the
link of an organisation. Whoever is named by an organisation, or takes over from a colleague, is not: a refusal would
tell colleagues and the employer what somebody has completed, which is not their business (DOMAIN.md S1; decision 0010).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from academy.models import User
from academy.services import audit
from courses.models import Course
from enrolment.enums import CompletionResult
from enrolment.models import Completion, Waiver


class WaiverRefused(Exception):
    """A rule says no. The message is written for the office."""


def missing_courses(person: User, course: Course) -> list[Course]:
    """The courses on which `course` builds and that the person has not completed in full; none with a waiver.

    One query where nothing is missing.
    """
    done = Completion.objects.filter(
        enrolment__learner=person,
        enrolment__run__course=OuterRef("pk"),
        result=CompletionResult.FULL,
        revoked_at__isnull=True,
    )
    missing = list(Course.objects.filter(leads_to=course).exclude(Exists(done)).prefetch_related("pages"))
    if missing and Waiver.objects.filter(person=person, course=course).exists():
        return []
    return missing


def what_is_missing(missing: Sequence[Course]) -> str:
    """Why somebody cannot take part yet, in one sentence; empty where nothing is missing."""
    if not missing:
        return ""
    titles = ", ".join(f"«{course.title(get_language())}»" for course in missing)
    return ngettext(
        "This course builds on another one that you have not completed yet: %(titles)s.",
        "This course builds on others that you have not completed yet: %(titles)s.",
        len(missing),
    ) % {"titles": titles}


@transaction.atomic
def grant_waiver(*, course: Course, email: str, note: str, actor: User, at: datetime) -> Waiver:
    """Let the person with that address take part without the courses that this one builds on.

    Raises WaiverRefused without a reason, where nobody has the address, or where the exception is there already.
    """
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise WaiverRefused(_("Nobody with this address has an account. Please check it."))
    if not note.strip():
        raise WaiverRefused(_("Please say why: the person can read it."))
    facts = {"note": note.strip(), "granted_by": actor.pseudonym, "granted_at": at}
    waiver, is_new = Waiver.objects.get_or_create(person=person, course=course, defaults=facts)
    if not is_new:
        raise WaiverRefused(_("This person has an exception for this course already."))
    audit(action="waiver.granted", obj=waiver, actor=actor, at=at)
    return waiver


@transaction.atomic
def withdraw_waiver(*, waiver: Waiver, actor: User, at: datetime) -> None:
    """Take an exception back; a place that was taken with it stays."""
    audit(action="waiver.withdrawn", obj=waiver, actor=actor, at=at)
    waiver.delete()
