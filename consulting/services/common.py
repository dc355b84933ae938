"""What every rule of a process needs: the refusals, the row lock and the log."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from academy.common.append_only import AppendOnly
from academy.models import User
from consulting import permissions
from consulting.enums import Move
from consulting.models import Process, ProcessMove


class ConsultingRefused(Exception):
    """A rule of process facilitation says no. The message is written for the person who asked."""


class ProcessRefused(ConsultingRefused):
    """Something cannot be done with the process as a whole."""


class PhaseRefused(ConsultingRefused):
    """Something cannot be done with a phase."""


class MilestoneRefused(ConsultingRefused):
    """Something cannot be done with a milestone."""


class MemberRefused(ConsultingRefused):
    """Something cannot be done with a person's function."""


class RequestRefused(ConsultingRefused):
    """A request cannot be taken, taken up or turned down."""


class TemplateRefused(ConsultingRefused):
    """A template cannot be used or published as it is."""


class StatementRefused(ConsultingRefused):
    """Something cannot be done with a statement."""


class ConsentRefused(ConsultingRefused):
    """An organisation's consent cannot be recorded."""


class FollowUpRefused(ConsultingRefused):
    """What became of a recommendation cannot be recorded."""


def locked(process: Process) -> Process:
    """The process as it is now, its row locked: everything that changes one of its parts queues here."""
    return Process.objects.select_for_update(of=("self",)).select_related("unit").get(pk=process.pk)


def require_change(actor: User | None, process: Process, *, at: datetime) -> None:
    """Refuse people who may only look; `actor` None is the system itself."""
    if actor is not None and not permissions.can_change_process(actor, process, on=timezone.localdate(at)):
        raise ProcessRefused(_("You may not change this process facilitation."))


def require_running(process: Process) -> None:
    if process.is_over:
        raise ProcessRefused(_("This process facilitation is over. Nothing can be changed in it any more."))


def free_slug(text: str, rows: QuerySet) -> str:
    """A short name made of the text that none of the rows has yet."""
    base = slugify(text)[:60] or "x"
    taken = set(rows.filter(slug__startswith=base).values_list("slug", flat=True))
    names = (f"{base}-{number}" if number else base for number in range(len(taken) + 1))
    return next(name for name in names if name not in taken)


def log(process: Process, move: Move, *, actor: User | None, at: datetime, **facts) -> ProcessMove:
    """Write one row into the log of the process. `facts`: the part that it is about, from_state, to_state, reason."""
    return write_move(ProcessMove, process=process, move=move, actor=actor, at=at, **facts)


def write_move(model: type[AppendOnly], *, actor: User | None, at: datetime, **facts) -> Any:
    """Write one row that tells what happened, with the actor as a pseudonym; none is the system itself."""
    return model.objects.create(actor=actor.pseudonym if actor else None, at=at, **facts)
