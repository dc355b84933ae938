"""Large packages of exercises: taken in by the background while the person watches how far it is."""

import uuid
from datetime import datetime
from typing import IO

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from academy.common.jobs import Clock, JobFailed, JobResult
from academy.models import Job, User
from academy.services import advance_job, start_job

from . import permissions
from .h5p import services as h5p
from .h5p.models import Content

IMPORT_JOB = "courses.import_package"
AT_ONCE = 10_000_000  # bytes of a package that a request takes in itself


@transaction.atomic
def start_import(*, file: IO[bytes], size: int, actor: User, at: datetime) -> Job | None:
    """Take in a large package in the background; None where a request can do it at once.

    The file is held until the job has ended, a day at most. What is wrong with it is said when the job gets to it.
    """
    if size <= AT_ONCE:
        return None
    name = h5p.hold_package(file=file)
    data = {"file": name, "content": str(uuid.uuid4())}
    return start_job(
        kind=IMPORT_JOB,
        key=f"{IMPORT_JOB}.{data['content']}",
        title=_("Take in a package with an exercise"),
        owner=actor,
        data=data,
        total=1,
        at=at,
    )


def import_in_background(job: Job, clock: Clock) -> JobResult:
    """Make the exercise of such a job: begun anew after a crash it is made once, under the identifier of the job.

    What its owner may do is asked now, not when it began. Raises JobFailed where the package is refused or gone.
    """
    found = Content.objects.filter(uuid=job.data["content"]).first()
    content = found or _take_in(job, at=clock())
    advance_job(job=job, done=1, at=clock())
    path = reverse("exercises:inspect", args=[content.pk])
    return JobResult(words=_("The exercise «%s» is there.") % content.title, path=path, label=_("Open the exercise"))


def _take_in(job: Job, *, at: datetime) -> Content:
    if not permissions.can_upload_exercises(job.owner):
        raise JobFailed(_("You may not upload exercises any more."))
    try:
        with transaction.atomic(), h5p.held_package(name=job.data["file"]) as file:
            content = take_in(file, user=job.owner, at=at, key=uuid.UUID(job.data["content"]))
            log(instance=content, action="wagtail.create", user=job.owner)
    except h5p.PackageGone:
        raise JobFailed(_("The package is not here any more. Please upload it again.")) from None
    except h5p.PackageRefused as refusal:
        raise JobFailed("\n".join(sentences_of(refusal, user=job.owner))) from None
    return content


def forget_package(data: dict) -> None:
    """Let go of the file once the job has ended, whatever came of it."""
    h5p.release_package(name=data["file"])


def take_in(file: IO[bytes], *, user: User, at: datetime, key: uuid.UUID | None = None) -> Content:
    """Import a package for somebody, with libraries where they may install some; with `key` under that identifier.

    Raises PackageRefused, and then nothing is left behind.
    """
    return h5p.import_package(
        file=file,
        uploaded_by_key=str(user.pseudonym),
        may_install_libraries=permissions.can_install_libraries(user),
        at=at,
        uuid=key,
    )


def sentences_of(refusal: h5p.PackageRefused, *, user: User) -> list[str]:
    """Why a package was refused, and whom to ask where only others may let it in."""
    sentences = [str(error) for error in refusal.errors]
    is_missing = any(error.code.startswith("missing-") for error in refusal.errors)
    if is_missing and not permissions.can_install_libraries(user):
        sentences.append(_("Only the technical administration may install new content types. Please ask there."))
    return sentences
