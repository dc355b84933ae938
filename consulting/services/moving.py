"""The one place that changes the state of a process."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from academy.models import User
from consulting import workflow
from consulting.enums import Move
from consulting.models import Process

from .common import ProcessRefused, log


def move_state(
    process: Process, move: Move, *, actor: User | None, at: datetime, reason: str = "", fields: tuple[str, ...] = ()
) -> Process:
    """Check the table, change the state (and save `fields` with it), write the log. The row is locked by the caller.

    Raises ProcessRefused if the state does not allow the move, or if the unit already has an active process.
    """
    sources, target = workflow.PROCESS_MOVES[move]
    if process.state not in sources:
        state = process.get_state_display()
        raise ProcessRefused(_("This is not possible now: the state is “{state}”.").format(state=state))
    before, process.state = process.state, target
    try:
        with transaction.atomic():
            process.save(update_fields=["state", *fields])
    except IntegrityError as problem:
        process.state = before
        raise ProcessRefused(
            _("Another process facilitation of this unit is active. A unit has one at a time.")
        ) from problem
    log(process, move, actor=actor, at=at, from_state=before, to_state=target, reason=reason)
    return process
