"""The rules for saying what became of a recommendation. What was said once stays in the history."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.models import User
from consulting import permissions
from consulting.enums import OUT_STATES, AnswerState
from consulting.models import FollowUp, Recommendation, Statement

from .common import FollowUpRefused
from .statements import Words, columns_of


@transaction.atomic
def record_follow_up(
    *,
    recommendation: Recommendation,
    checked_on: date,
    authority: AnswerState | None = None,
    mso: AnswerState | None = None,
    note: Words | None = None,
    source_url: str = "",
    actor: User | None,
    at: datetime,
) -> FollowUp:
    """Add what one side or both say on a day; a side that says nothing keeps what it said last (D6).

    Raises FollowUpRefused for a side that the person does not stand for, before the statement is published, for days
    to come or before the last entry, and for «refused» without a reason.
    """
    statement = Statement.objects.select_for_update().get(pk=recommendation.statement_id)
    recommendation = Recommendation.objects.select_related("statement", "addressee").get(pk=recommendation.pk)
    _require_rights(recommendation, authority, mso, actor=actor, at=at)
    last = recommendation.latest
    if statement.state not in OUT_STATES:
        raise FollowUpRefused(_("The statement has not been published yet."))
    if authority is None and mso is None:
        raise FollowUpRefused(_("Please say what became of the recommendation."))
    if checked_on > timezone.localdate(at):
        raise FollowUpRefused(_("What became of a recommendation cannot be recorded for a day to come."))
    if checked_on < max(statement.published_on, last.checked_on if last else date.min):
        raise FollowUpRefused(_("This day lies before the last entry or before the publication."))
    columns = columns_of("note", note or {})
    if AnswerState.REFUSED in (authority, mso) and not columns["note_de"]:
        raise FollowUpRefused(_("Please give the reason for the refusal."))
    views = (authority or recommendation.authority_view, mso or recommendation.mso_view)
    if last and AnswerState.REFUSED in views and not columns["note_de"]:
        columns = {name: getattr(last, name) for name in columns}  # the reason stands as long as the refusal does
    return FollowUp.objects.create(
        recommendation=recommendation,
        checked_on=checked_on,
        authority=views[0],
        mso=views[1],
        source_url=source_url,
        actor=actor.pseudonym if actor else None,
        at=at,
        **columns,
    )


def _require_rights(
    recommendation: Recommendation,
    authority: AnswerState | None,
    mso: AnswerState | None,
    *,
    actor: User | None,
    at: datetime,
) -> None:
    if actor is None:
        return
    today = timezone.localdate(at)
    if authority is not None and not permissions.can_record_authority_view(actor, recommendation, on=today):
        raise FollowUpRefused(_("You cannot speak for the addressee."))
    if mso is not None and not permissions.can_record_mso_view(actor, recommendation, on=today):
        raise FollowUpRefused(_("You cannot speak for the organisations that signed."))
