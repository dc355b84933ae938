"""Putting a statement into the state that a file describes: for loaders, through the same rules as people.

Placing twice updates the words and adds what is new; nothing is doubled, and what people have done since stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from academy.models import Organisation
from consulting.enums import OUT_STATES, ConsentState, StatementMoveKind
from consulting.models import Recommendation, Statement

from .follow_ups import record_follow_up
from .statements import (
    Words,
    add_recommendation,
    add_signatory,
    change_statement,
    columns_of,
    create_statement,
    move_statement,
    publish_statement,
    record_consent,
)


@dataclass(frozen=True)
class PlacedSignatory:
    """`decided_at` says when the organisation agreed; None where it has not yet."""

    organisation: Organisation
    decided_at: datetime | None = None


@dataclass(frozen=True)
class PlacedFollowUp:
    checked_on: date
    authority: str
    mso: str
    note: Words = field(default_factory=dict)


@dataclass(frozen=True)
class PlacedRecommendation:
    slug: str
    number: int
    addressee: Organisation
    text: Words
    expected_on: date
    follow_ups: Sequence[PlacedFollowUp] = ()


@transaction.atomic
def place_statement(
    *,
    slug: str,
    title: Words,
    summary: Words,
    signatories: Sequence[PlacedSignatory],
    recommendations: Sequence[PlacedRecommendation],
    is_sent: bool,
    published_at: datetime | None,
    at: datetime,
) -> Statement:
    """The statement of that short name as the file has it: a draft, sent to its signatories, or published.

    Raises StatementRefused where the file asks for what the rules forbid.
    """
    statement = Statement.objects.filter(slug=slug).first()
    if statement is None:
        begun_at = min((entry.decided_at for entry in signatories if entry.decided_at), default=at)
        statement = create_statement(slug=slug, title=title, summary=summary, actor=None, at=begun_at)
        for entry in signatories:
            add_signatory(statement=statement, organisation=entry.organisation, actor=None, at=begun_at)
        for asked in recommendations:
            _add(statement, asked, at=begun_at)
        if is_sent:
            move_statement(statement=statement, move=StatementMoveKind.SUBMIT, actor=None, at=begun_at)
            _sign_and_publish(statement, signatories, published_at)
        statement.refresh_from_db()
    else:
        statement = change_statement(
            statement=statement,
            title=title,
            summary=summary,
            easy_status=statement.easy_status,
            actor=None,
            at=at,
        )
    for asked in recommendations:
        _bring_up_to_date(statement, asked, at=at)
    return statement


def _add(statement: Statement, asked: PlacedRecommendation, *, at: datetime) -> None:
    add_recommendation(
        statement=statement,
        slug=asked.slug,
        number=asked.number,
        addressee=asked.addressee,
        text=asked.text,
        expected_on=asked.expected_on,
        actor=None,
        at=at,
    )


def _sign_and_publish(
    statement: Statement, signatories: Sequence[PlacedSignatory], published_at: datetime | None
) -> None:
    agreed = {entry.organisation.pk: entry.decided_at for entry in signatories if entry.decided_at}
    for signatory in statement.signatories.filter(organisation__in=agreed):
        moment = agreed[signatory.organisation_id]
        record_consent(signatory=signatory, consent=ConsentState.GIVEN, actor=None, at=moment)
    if published_at is not None:
        move_statement(statement=statement, move=StatementMoveKind.RELEASE, actor=None, at=published_at)
        publish_statement(statement=statement, actor=None, at=published_at)


def _bring_up_to_date(statement: Statement, asked: PlacedRecommendation, *, at: datetime) -> None:
    """The words as the file has them, and the entries of the history that are missing. Days stay as they were."""
    row = Recommendation.objects.get(statement=statement, slug=asked.slug)
    wanted = columns_of("text", asked.text)
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    if changed:
        row.save(update_fields=changed)
    if statement.state not in OUT_STATES:
        return
    known = row.follow_ups.count()
    for entry in sorted(asked.follow_ups, key=lambda one: one.checked_on)[known:]:
        record_follow_up(
            recommendation=row,
            checked_on=entry.checked_on,
            authority=entry.authority,
            mso=entry.mso,
            note=entry.note,
            actor=None,
            at=at,
        )
