"""Scans of signed attendance lists: attached with their hash, never changed, replaced only by one more."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import file_digest
from typing import IO

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from academy.common.uploads import check_scan
from academy.models import User
from academy.services import audit
from courses.enums import RunState
from courses.models import Session
from enrolment import selectors
from enrolment.enums import ScanKind
from enrolment.models import SignedList
from enrolment.permissions import can_correct_closed_list

from . import seats
from .attendance import AttendanceRefused


@transaction.atomic
def attach_signed_list(
    *, session: Session, file: IO[bytes], name: str, reason: str = "", actor: User | None, at: datetime
) -> SignedList:
    """Keep the scan of the signed list of one date; the earlier ones stay beside it. `actor` None: the loader.

    Raises UploadRefused for a file that is no PDF, JPEG or PNG, damaged or too large. Raises AttendanceRefused before
    the date begins, when its run does not take place, for a file that is attached already, and, where a closed list has
    a scan already, without a reason or for everybody but the office once the run is completed (as for an addendum).
    """
    kind = ScanKind(check_scan(file, name))
    run = seats.lock_run(session.run)
    session = Session.objects.select_related("attendance_list").get(pk=session.pk)
    session.run = run
    if run.state not in (RunState.OPEN, RunState.COMPLETED):
        raise AttendanceRefused(_("This run does not take place."))
    if at < session.starts_at:
        raise AttendanceRefused(_("The signed list can be attached from the start of the date on."))
    earlier = SignedList.objects.filter(session=session)
    if selectors.list_is_closed(session) and earlier.exists():
        if actor and not can_correct_closed_list(actor, run):
            raise AttendanceRefused(_("This run has been completed. Only the academy office can correct its lists."))
        if not reason.strip():
            raise AttendanceRefused(_("This list is closed. Please say why you attach another scan."))
    digest = _digest(file)
    if earlier.filter(sha256=digest).exists():
        raise AttendanceRefused(_("Exactly this file is attached already."))
    scan = SignedList.objects.create(
        session=session,
        file=File(file, name=f"scan.{kind}"),
        kind=kind,
        size=file.seek(0, 2),
        sha256=digest,
        reason=reason.strip(),
        added_by=actor.pseudonym if actor else None,
        added_at=at,
    )
    audit(action="attendance.signed_list", obj=scan, actor=actor, at=at, data={"session": session.pk})
    return scan


def changed_scans() -> Iterator[tuple[SignedList, str]]:
    """Each scan whose file is «missing», or «changed» since it was attached. Reads every file."""
    for scan in SignedList.objects.order_by("pk").iterator(chunk_size=100):
        try:
            with scan.file.open() as file:
                is_same = _digest(file) == scan.sha256
        except OSError:
            yield scan, "missing"
        else:
            if not is_same:
                yield scan, "changed"


def _digest(file: IO[bytes]) -> str:
    """The hash of the file, which is left at its beginning."""
    file.seek(0)
    digest = file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest
