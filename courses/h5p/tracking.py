"""What a player reports: states, statements, finished attempts. Called through `services`.

All of it comes from a browser. The server decides whose it is, which content it is about, and how large and how often
it may be (H5P.md 9).
"""

import hashlib
import json
import math
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from . import locks, manifest
from .models import Attempt, Content, State, Statement

STATE_BYTES = 2**20
STATEMENT_BYTES = 64 * 1024
HIGHEST_SCORE = 1_000_000
LONGEST_SECONDS = 24 * 3600
PER_MINUTE = {"state": 120, "statement": 600, "finished": 30}
STATES_PER_LEARNER = 500  # parts of one content in one context
LOOKING_VERBS = {"attempted", "initialized", "launched", "accessed-copyright", "accessed-embed", "accessed-reuse"}


class RecordRefused(Exception):
    """A report that is not stored. `code` is one of invalid, too-large, too-many, conflict."""

    def __init__(self, code: str, message: Any):
        super().__init__(message)
        self.code = code


def record_state(
    *,
    content: Content,
    user_key: str,
    context: str,
    data_type: str,
    sub_content_id: str,
    data: str | None,
    is_preloaded: bool,
    is_reset_on_change: bool,
    at: datetime,
) -> State | None:
    """Keep the learner's state of one part of a content; `data=None` deletes it."""
    _count("state", content, user_key, at)
    part = {
        "content": content,
        "user_key": user_key,
        "context": context,
        "data_type": data_type,
        "sub_content_id": sub_content_id,
    }
    if data is None:
        State.objects.filter(**part).delete()
        return None
    if len(data.encode(errors="replace")) > STATE_BYTES:
        raise RecordRefused("too-large", _("The saved state is too large."))
    if "\0" in data or not (0 < len(data_type) <= 127 and 0 < len(sub_content_id) <= 64):
        raise RecordRefused("invalid", _("The saved state is not valid."))
    others = State.objects.filter(content=content, user_key=user_key, context=context)
    if others.count() >= STATES_PER_LEARNER and not State.objects.filter(**part).exists():
        raise RecordRefused("too-many", _("Too many states are saved for this content."))
    fields = {"data": data, "is_preloaded": is_preloaded, "is_reset_on_change": is_reset_on_change, "updated_at": at}
    state, _created = State.objects.update_or_create(**part, defaults=fields)
    return state


@transaction.atomic
def record_statement(
    *, content: Content, user_key: str, context: str, raw: bytes, at: datetime, round_key: str = ""
) -> Statement:
    """Store one xAPI statement about `content` with the learner as its actor, whoever it names.

    The same statement sent twice is stored once. A statement never opens a new attempt by only looking at a result.
    """
    _count("statement", content, user_key, at)
    statement = _checked_statement(raw, content)
    statement_id = _uuid(statement.get("id")) if "id" in statement else uuid.uuid4()
    known = Statement.objects.select_related("attempt").filter(statement_id=statement_id).first()
    if known is not None:
        return _own(known, content, user_key)
    verb = statement["verb"]["id"]
    may_reuse = not round_key or verb.rsplit("/", 1)[-1] in LOOKING_VERBS
    attempt = _attempt(content, user_key, context, round_key, at, reuse_finished=may_reuse)
    account = {"homePage": settings.BASE_URL, "name": user_key}
    statement |= {
        "id": str(statement_id),
        "actor": {"objectType": "Agent", "account": account},
        "stored": at.isoformat(),
    }
    statement.pop("authority", None)
    fields = {"attempt": attempt, "verb": verb, "raw": statement, "stored_at": at}
    stored, _created = Statement.objects.get_or_create(statement_id=statement_id, defaults=fields)
    return _own(stored, content, user_key)


def _own(statement: Statement, content: Content, user_key: str) -> Statement:
    """`statement`, which has the identifier that was sent, if it is this learner's."""
    if (statement.attempt.content_id, statement.attempt.user_key) != (content.pk, user_key):
        raise RecordRefused("conflict", _("A statement with this identifier is stored already."))
    return statement


@transaction.atomic
def record_finished(
    *,
    content: Content,
    user_key: str,
    context: str,
    score: Any,
    max_score: Any,
    at: datetime,
    seconds: Any = None,
    round_key: str = "",
) -> Attempt:
    """Finish the learner's open attempt with a score between 0 and its maximum, and tell H5P_ATTEMPT_HANDLER.

    A finished attempt never changes: the same round reported again gives the attempt as it is.
    """
    _count("finished", content, user_key, at)
    highest = min(max(_points(max_score), 0), HIGHEST_SCORE)
    points = min(max(_points(score), 0), highest)
    found = _attempt(content, user_key, context, round_key, at, reuse_finished=False)
    attempt = Attempt.objects.select_for_update().get(pk=found.pk)
    if attempt.finished_at is not None:
        return attempt
    attempt.score, attempt.max_score, attempt.finished_at = points, highest, at
    attempt.seconds = _seconds(seconds)
    attempt.save(update_fields=["score", "max_score", "finished_at", "seconds"])
    _tell_handler(attempt)
    return attempt


def _tell_handler(attempt: Attempt) -> None:
    path = getattr(settings, "H5P_ATTEMPT_HANDLER", "")
    if path:
        import_string(path)(
            context=attempt.context,
            score=attempt.score,
            max_score=attempt.max_score,
            finished_at=attempt.finished_at,
            attempt_id=attempt.pk,
        )


def _attempt(
    content: Content, user_key: str, context: str, round_key: str, at: datetime, *, reuse_finished: bool
) -> Attempt:
    """The attempt that a report belongs to: the one of its round, else the open one, else a new one."""
    locks.hold(json.dumps([content.pk, user_key, context]))
    mine = Attempt.objects.filter(content=content, user_key=user_key, context=context)
    attempt = _existing(mine, round_key, reuse_finished)
    if attempt is not None:
        return attempt
    latest = mine.order_by("-number").values_list("number", flat=True).first() or 0
    return Attempt.objects.create(
        content=content,
        user_key=user_key,
        context=context,
        number=latest + 1,
        round_key=round_key,
        started_at=at,
    )


def _existing(mine: QuerySet[Attempt], round_key: str, reuse_finished: bool) -> Attempt | None:
    if round_key:
        named = mine.filter(round_key=round_key).first()
        if named is not None:
            return named
    latest = mine.order_by("-number").first()
    if latest is None:
        return None
    if latest.finished_at is not None:
        return latest if reuse_finished else None
    if round_key:  # the page was loaded again in the middle of an attempt
        mine.filter(pk=latest.pk).update(round_key=round_key)
    return latest


def _checked_statement(raw: bytes, content: Content) -> dict:
    if len(raw) > STATEMENT_BYTES:
        raise RecordRefused("too-large", _("The statement is too large."))
    try:
        statement = manifest.load_json(raw)
        verb, thing = statement["verb"]["id"], statement["object"]["id"]
    except (ValueError, KeyError, TypeError) as malformed:
        raise RecordRefused("invalid", _("The statement is not valid.")) from malformed
    if not isinstance(verb, str) or not 0 < len(verb) <= 200 or not isinstance(thing, str):
        raise RecordRefused("invalid", _("The statement is not valid."))
    if thing != content.activity_id and not thing.startswith(f"{content.activity_id}?subContentId="):
        raise RecordRefused("invalid", _("The statement is about something else."))
    return statement


def _uuid(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(value)
    except (ValueError, TypeError, AttributeError) as malformed:
        raise RecordRefused("invalid", _("The statement is not valid.")) from malformed


def _points(value: Any) -> int:
    number = _finite(value)
    if number is None:
        raise RecordRefused("invalid", _("The score is not valid."))
    return round(number)


def _seconds(value: Any) -> int | None:
    number = _finite(value)
    return None if number is None else round(min(max(number, 0), LONGEST_SECONDS))


def _finite(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _count(kind: str, content: Content, user_key: str, at: datetime) -> None:
    """Refuse what comes more often than any content type reports. Counted in the cache, by the minute."""
    learner = hashlib.sha256(json.dumps([user_key, content.pk]).encode()).hexdigest()[:32]
    key = f"h5p:{kind}:{learner}:{int(at.timestamp()) // 60}"
    cache.add(key, 0, timeout=120)
    try:
        count = cache.incr(key)
    except ValueError:  # the cache threw it out between the two lines
        return
    if count > PER_MINUTE[kind]:
        raise RecordRefused("too-many", _("Too many reports in one minute."))
