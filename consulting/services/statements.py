"""The rules for a statement: its words, who stands under it, and the way from a draft to the public."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.models import Organisation, User
from consulting import permissions, workflow
from consulting.enums import OUT_STATES, SIGNING_STATES, ConsentState, StatementMoveKind, StatementState
from consulting.models import Recommendation, Signatory, Statement, StatementMove
from home.enums import EasyStatus

from .common import ConsentRefused, StatementRefused, write_move

Words = dict[str, str]  # {"de": …, "en": …, "hu": …, "de-simple": …}; German is always there
MODELTRANSLATION = {"en"}  # empty is NULL there, so that reading falls back to German


def columns_of(field: str, words: Words) -> dict[str, str | None]:
    """The columns of a field with the words of each language."""
    columns: dict[str, str | None] = {}
    for language in ("de", "en", "hu", "de-simple"):
        text = words.get(language, "").strip()
        columns[f"{field}_{language.replace('-', '_')}"] = text or (None if language in MODELTRANSLATION else "")
    return columns


# --- Drafting ------------------------------------------------------------------------------------------------------
@transaction.atomic
def create_statement(*, slug: str, title: Words, summary: Words, actor: User | None, at: datetime) -> Statement:
    """Begin a draft. Raises StatementRefused for people who do not write statements."""
    _require_writer(actor, at=at)
    statement = Statement.objects.create(slug=slug, **columns_of("title", title), **columns_of("summary", summary))
    _log(statement, StatementMoveKind.CREATE, actor=actor, at=at, to_state=statement.state)
    return statement


@transaction.atomic
def change_statement(
    *,
    statement: Statement,
    title: Words,
    summary: Words,
    easy_status: str = EasyStatus.DRAFT_UNCHECKED,
    actor: User | None,
    at: datetime,
) -> Statement:
    """Change the words of a draft; nothing is written where nothing differs.

    Raises StatementRefused for people who do not write statements, and once somebody has been asked to sign: what an
    organisation agreed to stays as it was. The system alone (`actor` None) may add a translation later.
    """
    statement = _locked(statement)
    _require_writer(actor, at=at)
    if actor is not None and statement.state != StatementState.DRAFT:
        raise StatementRefused(_("The signatories have been asked about these words. Take the statement back first."))
    wanted = {**columns_of("title", title), **columns_of("summary", summary), "easy_status": easy_status}
    changed = [name for name, value in wanted.items() if getattr(statement, name) != value]
    if changed:
        for name in changed:
            setattr(statement, name, wanted[name])
        statement.save(update_fields=changed)
        _log(statement, StatementMoveKind.CHANGE, actor=actor, at=at)
    return statement


@transaction.atomic
def add_signatory(*, statement: Statement, organisation: Organisation, actor: User | None, at: datetime) -> Signatory:
    """Ask an organisation to stand under the statement.

    Raises StatementRefused once the statement is released, or if the organisation has been asked before.
    """
    statement = _locked(statement)
    _require_writer(actor, at=at)
    _require_unreleased(statement)
    try:
        with transaction.atomic():
            position = statement.signatories.count() + 1
            signatory = Signatory.objects.create(statement=statement, organisation=organisation, position=position)
    except IntegrityError as problem:
        raise StatementRefused(_("This organisation is among the signatories already.")) from problem
    _log(statement, StatementMoveKind.ADD_SIGNATORY, actor=actor, at=at, signatory=signatory)
    return signatory


@transaction.atomic
def add_recommendation(
    *,
    statement: Statement,
    slug: str,
    number: int,
    addressee: Organisation,
    text: Words,
    expected_on: date,
    actor: User | None,
    at: datetime,
) -> Recommendation:
    """Ask one addressee for one thing until a day (D5).

    Raises StatementRefused once the statement is released, or if it has a recommendation of that number.
    """
    statement = _locked(statement)
    _require_writer(actor, at=at)
    _require_unreleased(statement)
    try:
        with transaction.atomic():
            recommendation = Recommendation.objects.create(
                statement=statement,
                slug=slug,
                number=number,
                addressee=addressee,
                expected_on=expected_on,
                **columns_of("text", text),
            )
    except IntegrityError as problem:
        raise StatementRefused(_("There is a recommendation with this number or short name already.")) from problem
    _log(statement, StatementMoveKind.ADD_RECOMMENDATION, actor=actor, at=at)
    return recommendation


# --- Signing -------------------------------------------------------------------------------------------------------
@transaction.atomic
def record_consent(
    *, signatory: Signatory, consent: ConsentState, reason: str = "", actor: User | None, at: datetime
) -> Signatory:
    """Record that an organisation agrees or does not; it may change its mind until the statement is published.

    Refusing takes a released statement back to the review. Raises ConsentRefused for people who do not stand for the
    organisation, before the statement was sent round, and after it was published.
    """
    statement = _locked(signatory.statement)
    signatory = Signatory.objects.select_related("organisation").get(pk=signatory.pk)
    today = timezone.localdate(at)
    if actor is not None and not permissions.can_record_consent(actor, signatory, on=today):
        raise ConsentRefused(_("You cannot decide for this organisation."))
    if statement.state in OUT_STATES:
        raise ConsentRefused(_("The statement has been published. Consent can no longer be changed."))
    if statement.state not in SIGNING_STATES:
        raise ConsentRefused(_("The statement has not been sent to the signatories yet."))
    if consent == ConsentState.OPEN:
        raise ConsentRefused(_("Please record either consent or refusal."))
    before, signatory.consent, signatory.decided_on = signatory.consent, consent, today
    signatory.save(update_fields=["consent", "decided_on"])
    kind = StatementMoveKind.GIVE_CONSENT if consent == ConsentState.GIVEN else StatementMoveKind.REFUSE_CONSENT
    _log(statement, kind, actor=actor, at=at, signatory=signatory, from_state=before, to_state=consent, reason=reason)
    if consent == ConsentState.REFUSED and statement.state == StatementState.RELEASED:
        _move(statement, StatementMoveKind.REOPEN, actor=actor, at=at)
    return signatory


# --- State ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def move_statement(
    *, statement: Statement, move: StatementMoveKind, reason: str = "", actor: User | None, at: datetime
) -> Statement:
    """Make one move of `workflow.STATEMENT_MOVES`. Taking it back to drafting asks everybody for consent anew.

    Raises StatementRefused for people who may not, where the state does not allow it, and on the way out as long as
    consent of a signatory is missing.
    """
    if move == StatementMoveKind.PUBLISH:
        return publish_statement(statement=statement, actor=actor, at=at)
    statement = _locked(statement)
    _require_writer(actor, at=at)
    if move == StatementMoveKind.SUBMIT and not (statement.signatories.exists() and statement.recommendations.exists()):
        raise StatementRefused(_("A statement needs signatories and at least one recommendation."))
    if move == StatementMoveKind.RELEASE:
        _require_consent(statement)
    _move(statement, move, actor=actor, at=at, reason=reason)
    if move == StatementMoveKind.RETURN:
        statement.signatories.update(consent=ConsentState.OPEN, decided_on=None)
    return statement


@transaction.atomic
def publish_statement(*, statement: Statement, actor: User | None, at: datetime) -> Statement:
    """Make a released statement public.

    Raises StatementRefused for people who may not, as long as the consent of a signatory is missing (D4), and if an
    organisation in it is not listed publicly.
    """
    statement = _locked(statement)
    if actor is not None and not permissions.can_publish_statement(actor, on=timezone.localdate(at)):
        raise StatementRefused(_("You may not publish statements."))
    _require_consent(statement)
    _require_listed(statement)
    statement.published_on = timezone.localdate(at)
    return _move(statement, StatementMoveKind.PUBLISH, actor=actor, at=at, fields=("published_on",))


def _require_writer(actor: User | None, *, at: datetime) -> None:
    if actor is not None and not permissions.can_write_statement(actor, on=timezone.localdate(at)):
        raise StatementRefused(_("You may not change statements."))


def _require_unreleased(statement: Statement) -> None:
    if statement.state not in (StatementState.DRAFT, StatementState.MSO_REVIEW):
        raise StatementRefused(_("The statement has been released. Nothing can be added any more."))


def _require_consent(statement: Statement) -> None:
    missing = statement.signatories.exclude(consent=ConsentState.GIVEN).values_list("organisation__name", flat=True)
    if missing:
        raise StatementRefused(_("The consent of these organisations is missing: {names}").format(names=_list(missing)))
    if not statement.signatories.exists():
        raise StatementRefused(_("A statement needs signatories and at least one recommendation."))


def _require_listed(statement: Statement) -> None:
    involved = Organisation.objects.filter(signatures__statement=statement)
    involved |= Organisation.objects.filter(recommendations__statement=statement)
    hidden = involved.filter(is_listed=False).order_by("name").distinct().values_list("name", flat=True)
    if hidden:
        raise StatementRefused(_("These organisations are not listed publicly: {names}").format(names=_list(hidden)))


def _list(names) -> str:
    return ", ".join(names)


def _locked(statement: Statement) -> Statement:
    """The statement as it is now, its row locked: everything that changes one of its parts queues here."""
    return Statement.objects.select_for_update().get(pk=statement.pk)


def _move(
    statement: Statement,
    move: StatementMoveKind,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
    fields: tuple[str, ...] = (),
) -> Statement:
    sources, target = workflow.STATEMENT_MOVES[move]
    if statement.state not in sources:
        state = statement.get_state_display()
        raise StatementRefused(_("This is not possible now: the state is “{state}”.").format(state=state))
    before, statement.state = statement.state, target
    statement.save(update_fields=["state", *fields])
    _log(statement, move, actor=actor, at=at, from_state=before, to_state=target, reason=reason)
    return statement


def _log(statement: Statement, move: StatementMoveKind, *, actor: User | None, at: datetime, **facts) -> StatementMove:
    return write_move(StatementMove, statement=statement, move=move, actor=actor, at=at, **facts)
