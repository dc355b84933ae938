"""The rules for self-assessments of a unit (DOMAIN.md 2.7; C9, C10).

Who has answered is kept apart from what. Nothing about an answer is written into a log: an entry would tie a moment,
and with it a person, to a sheet.
"""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.common.small_cells import LEAST_FOR_STAFF
from academy.models import User
from consulting import permissions, selectors
from consulting.enums import HIGHEST_RATING, AssessmentAudience, AssessmentState, AssessmentTime, Move
from consulting.models import AssessmentSheet, AssessmentTicket, Instrument, Process, SelfAssessment

from .common import ConsultingRefused, locked, log, require_running

Answers = dict[str, int | None]  # by short name of the item: 0 to 4, None for «I do not know»


class AssessmentRefused(ConsultingRefused):
    """Something cannot be done with a self-assessment."""


# --- Rounds ------------------------------------------------------------------------------------------------------
@transaction.atomic
def open_assessment(
    *,
    process: Process,
    time: str,
    audience: str = AssessmentAudience.UNIT,
    threshold: int = LEAST_FOR_STAFF,
    actor: User,
    at: datetime,
) -> SelfAssessment:
    """Begin a round with the version of the start, or with the newest one where it is the start (C9).

    Raises AssessmentRefused for all but facilitation, while another round is open, where the start or the end was
    there already, and for a later round where there was no start.
    """
    process = locked(process)
    _require_facilitation(process, actor, at=at)
    require_running(process)
    times = set(process.assessments.values_list("time", flat=True))
    if selectors.open_assessment_of(process) is not None:
        raise AssessmentRefused(_("Another self-assessment is open. Please close it first."))
    if time != AssessmentTime.START and AssessmentTime.START not in times:
        raise AssessmentRefused(_("The self-assessment at the start comes first."))
    if time in times and time != AssessmentTime.INTERIM:
        raise AssessmentRefused(_("This self-assessment was there already."))
    if time == AssessmentTime.INTERIM and AssessmentTime.END in times:
        raise AssessmentRefused(_("After the end there is no self-assessment in between any more."))
    instrument = selectors.instrument_for(process)
    if instrument is None:
        raise AssessmentRefused(_("There are no questions for a self-assessment yet."))
    assessment = SelfAssessment.objects.create(
        process=process,
        instrument=instrument,
        time=time,
        audience=audience,
        threshold=threshold,
        opened_on=timezone.localdate(at),
    )
    log(process, Move.OPEN_ASSESSMENT, actor=actor, at=at, to_state=time)
    return assessment


@transaction.atomic
def close_assessment(*, assessment: SelfAssessment, actor: User, at: datetime) -> SelfAssessment:
    """End a round: drafts that nobody has handed in are deleted, and there is a result where sheets are enough.

    Raises AssessmentRefused for all but facilitation, and where the round is closed.
    """
    assessment = _locked(assessment)
    _require_facilitation(assessment.process, actor, at=at)
    _require_open(assessment)
    assessment.tickets.filter(is_handed_in=False).delete()
    assessment.state, assessment.closed_on = AssessmentState.CLOSED, timezone.localdate(at)
    assessment.save(update_fields=["state", "closed_on"])
    log(assessment.process, Move.CLOSE_ASSESSMENT, actor=actor, at=at, to_state=assessment.time)
    return assessment


@transaction.atomic
def reopen_assessment(*, assessment: SelfAssessment, actor: User, at: datetime) -> SelfAssessment:
    """Let more people answer a round that was closed with too few sheets for a result.

    Raises AssessmentRefused for all but facilitation, while a round is open, and where a result was shown: what one
    more person has answered could be read from the difference (C10).
    """
    process = locked(assessment.process)
    assessment = _locked(assessment)
    _require_facilitation(process, actor, at=at)
    require_running(process)
    if selectors.open_assessment_of(process) is not None:
        raise AssessmentRefused(_("Another self-assessment is open. Please close it first."))
    if assessment.sheets.count() >= assessment.least:
        raise AssessmentRefused(_("There is a result already. It stays as it is."))
    assessment.state, assessment.closed_on = AssessmentState.OPEN, None
    assessment.save(update_fields=["state", "closed_on"])
    log(process, Move.REOPEN_ASSESSMENT, actor=actor, at=at, to_state=assessment.time)
    return assessment


# --- Answers -----------------------------------------------------------------------------------------------------
@transaction.atomic
def save_answers(
    *, assessment: SelfAssessment, field: str, answers: Answers, actor: User, at: datetime
) -> AssessmentTicket:
    """Keep the answers to one field as a draft that only the person reads, until it is handed in.

    Raises AssessmentRefused for people who are not invited, after handing in, where the round is closed, and for
    answers that are not those of the field.
    """
    assessment = _locked(assessment)
    ticket = _own_ticket(assessment, actor, at=at)
    content = assessment.instrument.field(field)
    asked = {item["slug"] for item in content["items"]} if content else set()
    if not asked or set(answers) != asked or not all(_is_rating(value) for value in answers.values()):
        raise AssessmentRefused(_("Please answer each item of the field, be it by “I do not know”."))
    ticket.draft = {**ticket.draft, **answers}
    ticket.save()
    return ticket


@transaction.atomic
def hand_in_assessment(*, assessment: SelfAssessment, actor: User, at: datetime) -> None:
    """Turn the draft into a sheet without a person. From here on nobody, also not the person, finds it again.

    Raises AssessmentRefused for people who are not invited, the second time, where the round is closed, and as long as
    an item has no answer.
    """
    assessment = _locked(assessment)
    ticket = _own_ticket(assessment, actor, at=at)
    asked = assessment.instrument.item_slugs
    if any(slug not in ticket.draft for slug in asked):
        raise AssessmentRefused(_("Some fields are not answered yet."))
    AssessmentSheet.objects.create(assessment=assessment, answers={slug: ticket.draft[slug] for slug in asked})
    ticket.draft, ticket.is_handed_in = {}, True
    ticket.save()


def _is_rating(value: object) -> bool:
    return value is None or (
        isinstance(value, int) and not isinstance(value, bool) and value in range(HIGHEST_RATING + 1)
    )


def _own_ticket(assessment: SelfAssessment, actor: User, *, at: datetime) -> AssessmentTicket:
    if not selectors.may_answer(actor, assessment, on=timezone.localdate(at)):
        raise AssessmentRefused(_("You are not invited to this self-assessment."))
    _require_open(assessment)
    require_running(assessment.process)
    ticket = selectors.ticket_of(actor, assessment) or AssessmentTicket(assessment=assessment, person=actor)
    if ticket.is_handed_in:
        raise AssessmentRefused(_("You have handed in your sheet already."))
    return ticket


def _locked(assessment: SelfAssessment) -> SelfAssessment:
    """The round as it is now. Handing in and closing queue here, so that no sheet comes after the end."""
    rows = SelfAssessment.objects.select_for_update(of=("self",)).select_related("process__unit", "instrument")
    return rows.get(pk=assessment.pk)


def _require_open(assessment: SelfAssessment) -> None:
    if not assessment.is_open:
        raise AssessmentRefused(_("This self-assessment is closed."))


def _require_facilitation(process: Process, actor: User, *, at: datetime) -> None:
    if not permissions.can_run_assessments(actor, process, on=timezone.localdate(at)):
        raise AssessmentRefused(_("Only process facilitation opens and closes self-assessments."))


# --- For loaders -------------------------------------------------------------------------------------------------
@transaction.atomic
def place_instrument(*, slug: str, version: int, content: list[dict]) -> Instrument:
    """A version of the questions as a file words it. Raises AssessmentRefused where it differs from one that
    somebody has answered: that one is never reworded (C9).
    """
    stored = Instrument.objects.filter(slug=slug).first()
    if stored is None:
        return Instrument.objects.create(slug=slug, version=version, content=content)
    if (stored.version, stored.content) == (version, content):
        return stored
    if AssessmentSheet.objects.filter(assessment__instrument=stored).exists():
        raise AssessmentRefused(_("This version was answered already. Please make a new one."))
    stored.version, stored.content = version, content
    stored.save()
    return stored


@transaction.atomic
def place_assessment(
    *,
    process: Process,
    instrument: Instrument,
    time: str,
    opened_on: date,
    closed_on: date | None,
    sheets: Iterable[tuple[UUID, Answers]],
) -> SelfAssessment:
    """A round as a file describes it. Placing twice moves its dates; one that people have closed stays as it is."""
    state = AssessmentState.CLOSED if closed_on else AssessmentState.OPEN
    stored = process.assessments.filter(time=time).order_by("pk").first()
    if stored is not None and stored.state != state:
        return stored
    assessment = stored or SelfAssessment(process=process, instrument=instrument, time=time, state=state)
    assessment.opened_on, assessment.closed_on = opened_on, closed_on
    assessment.save()
    known = set(assessment.sheets.values_list("pk", flat=True))
    AssessmentSheet.objects.bulk_create(
        AssessmentSheet(pk=key, assessment=assessment, answers=answers) for key, answers in sheets if key not in known
    )
    return assessment
