"""The rules for templates: what is published never changes, and a process takes over of a newer version what its
facilitators tick.
"""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.models import User
from academy.services import audit
from consulting import selectors
from consulting.enums import Move, PhaseKey, TemplateChange
from consulting.models import Milestone, Phase, Process, ProcessTemplate, TemplateMilestone, TemplatePhase

from .common import TemplateRefused, free_slug, locked, log, require_change, require_running
from .processes import copy_milestone, copy_phase

MILESTONE_FIELDS = ("key", "title_de", "title_en", "phase_key", "after_weeks", "position")
PHASE_FIELDS = ("key", "title_de", "title_en", "exit_check_de", "exit_check_en", "position")
FAR = 1000  # beyond every position, so that no two phases share one on the way


# --- Publishing --------------------------------------------------------------------------------------------------
@transaction.atomic
def publish_template(*, template: ProcessTemplate, actor: User | None, at: datetime) -> ProcessTemplate:
    """Save an edited or new template with its phases and milestones, which may still be unsaved children.

    What is published stays as it is: a change is saved as the next version. Only whether a version is offered can be
    changed. Raises TemplateRefused if the phases make no order.
    """
    require_template_order(
        [phase.key for phase in template.phases.all()], [m.phase_key for m in template.milestones.all()]
    )
    template.slug = template.slug or free_slug(template.title_de, ProcessTemplate.objects.all())
    stored = list(ProcessTemplate.objects.select_for_update().filter(slug=template.slug).order_by("-version"))
    same = next((version for version in stored if version.pk == template.pk), None)
    if same is not None and fingerprint(same) == fingerprint(template):
        return _offer(same, is_offered=template.is_offered, actor=actor, at=at)
    template = _next_version(template, number=stored[0].version + 1 if stored else 1)
    if template.is_offered:
        ProcessTemplate.objects.filter(slug=template.slug).update(is_offered=False)
    template.save()
    data = {"version": template.version, "fingerprint": fingerprint(template)}
    audit(action="template.published", obj=template, actor=actor, at=at, data=data)
    return template


def _offer(template: ProcessTemplate, *, is_offered: bool, actor: User | None, at: datetime) -> ProcessTemplate:
    """Offer a version as it is to new processes, in place of another one, or no longer."""
    if template.is_offered != is_offered:
        if is_offered:
            ProcessTemplate.objects.filter(slug=template.slug).exclude(pk=template.pk).update(is_offered=False)
        template.is_offered = is_offered
        template.save(update_fields=["is_offered"])
        audit(action="template.offered", obj=template, actor=actor, at=at, data={"is_offered": is_offered})
    return template


def require_template_order(keys: list[str], milestone_keys: list[str]) -> None:
    """Refuse phases that no process could walk through."""
    if not keys or keys[0] != PhaseKey.CLARIFY:
        raise TemplateRefused(_("A template begins with the phase “clarification”."))
    if len(set(keys)) != len(keys):
        raise TemplateRefused(_("Each kind of phase stands in a template once."))
    if set(milestone_keys) - set(keys):
        raise TemplateRefused(_("A milestone belongs to a phase of the template."))


def fingerprint(template: ProcessTemplate) -> str:
    """A short sum of all that a version says: equal for equal words in equal order, wherever the rows stand."""
    words = [template.title_de, template.title_en or ""]
    for rows, names in ((template.phases.all(), PHASE_FIELDS), (template.milestones.all(), MILESTONE_FIELDS)):
        for row in sorted(rows, key=lambda row: row.position):
            words += [str(getattr(row, name) or "") for name in names if name != "position"]
        words.append("")
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()


def _next_version(template: ProcessTemplate, *, number: int) -> ProcessTemplate:
    """A new template with copies of the children as they stand in memory."""
    copy = ProcessTemplate(
        slug=template.slug,
        version=number,
        title_de=template.title_de,
        title_en=template.title_en,
        is_offered=template.is_offered,
    )
    copy.phases = [
        TemplatePhase(**{name: getattr(phase, name) for name in PHASE_FIELDS}) for phase in template.phases.all()
    ]
    copy.milestones = [
        TemplateMilestone(**{name: getattr(milestone, name) for name in MILESTONE_FIELDS})
        for milestone in template.milestones.all()
    ]
    return copy


# --- Taking over -------------------------------------------------------------------------------------------------
@transaction.atomic
def take_over_changes(
    *,
    process: Process,
    shown: ProcessTemplate | None,
    chosen: Collection[str],
    settle: bool = False,
    actor: User | None,
    at: datetime,
) -> Process:
    """Give a process those changes of the newest version of its template that are named, and no others.

    `shown` is the version that the person has looked at, `chosen` names changes by their `name`. With `settle`, or when
    no difference is left, the process stands on that version from now on; else the rest can be taken over later.
    Raises TemplateRefused for a version that is not the newest of the process's own template, for a change that is no
    longer open or cannot be made, and where nothing is chosen; ProcessRefused for who may only look.
    """
    process = locked(process)
    require_change(actor, process, at=at)
    require_running(process)
    version = _newest(process, shown)
    if not chosen and not settle:
        raise TemplateRefused(_("Please tick what is to be taken over."))
    today = timezone.localdate(at)
    offered = {change.name: change for change in selectors.template_changes(process, version, on=today)}
    if not offered.keys() >= set(chosen):
        raise TemplateRefused(_("The process facilitation has changed meanwhile. Please look at the list once more."))
    for change in (offered[name] for name in offered if name in chosen):
        if change.blocked:
            raise TemplateRefused(f"{change.sentence} {change.blocked}")
        milestone = _apply(process, change)
        log(
            process,
            Move.TAKE_OVER,
            actor=actor,
            at=at,
            template=version,
            milestone=milestone,
            from_state=change.kind,
            to_state=str(version.version),
            reason=change.title,
        )
    if not selectors.phases_are_in_order(process):
        raise TemplateRefused(_("Together these changes would put an open phase before one that has begun."))
    if settle or not selectors.template_changes(process, version, on=today):
        _settle(process, version, actor=actor, at=at)
    return process


def _newest(process: Process, shown: ProcessTemplate | None) -> ProcessTemplate:
    """The version to take over from; the one that was shown, unless things have moved on."""
    if shown is not None and shown.slug != process.template.slug:
        raise TemplateRefused(
            _("A process facilitation stays with its template. Only a newer version of the same one is taken over.")
        )
    newest = selectors.newer_template_of(process)
    if newest is None:
        raise TemplateRefused(_("There is no newer version of the template."))
    if shown is None or newest.pk != shown.pk:
        raise TemplateRefused(_("Another version of the template is offered meanwhile. Please look at the list again."))
    return newest


def _settle(process: Process, version: ProcessTemplate, *, actor: User | None, at: datetime) -> None:
    before, process.template = process.template.version, version
    process.save(update_fields=["template"])
    log(
        process,
        Move.SETTLE_TEMPLATE,
        actor=actor,
        at=at,
        template=version,
        from_state=str(before),
        to_state=str(version.version),
    )


def _apply(process: Process, change: selectors.TemplateDifference) -> Milestone | None:
    """Make one change; gives the milestone that it was about."""
    phase, milestone, phase_origin, origin = change.phase, change.milestone, change.new_phase, change.new_milestone
    match change.kind:
        case TemplateChange.ORDER_PHASES:
            _put_in_order(selectors.phases_ordered_as(process, change.order))
        case TemplateChange.ADD_PHASE:
            _add_phase(process, phase_origin, change.order)
        case TemplateChange.DROP_PHASE:
            phase.milestones.filter(dropped_on__isnull=False).update(phase=None)
            phase.delete()
        case TemplateChange.RENAME_PHASE:
            phase.title_de, phase.title_en = phase_origin.title_de, phase_origin.title_en
            phase.save(update_fields=["title_de", "title_en"])
        case TemplateChange.CHECK_PHASE:
            phase.exit_check_de, phase.exit_check_en = phase_origin.exit_check_de or "", phase_origin.exit_check_en
            phase.save(update_fields=["exit_check_de", "exit_check_en"])
        case TemplateChange.ADD_MILESTONE:
            phase = process.phases.filter(key=origin.phase_key).first()
            milestone = copy_milestone(process, origin, phase=phase, position=process.milestones.count() + 1)
        case TemplateChange.DROP_MILESTONE:
            milestone.dropped_on = change.on
            milestone.save(update_fields=["dropped_on"])
        case TemplateChange.RENAME_MILESTONE:
            milestone.title_de, milestone.title_en = origin.title_de, origin.title_en
            milestone.save(update_fields=["title_de", "title_en"])
        case TemplateChange.MOVE_MILESTONE:
            milestone.due_on = selectors.due_day(process, origin)
            milestone.phase = process.phases.filter(key=origin.phase_key).first() or milestone.phase
            milestone.save(update_fields=["due_on", "phase"])
    return milestone


def _add_phase(process: Process, origin: TemplatePhase, order: Iterable[str]) -> None:
    """Put the phase behind the nearest one before it in the template that the process has."""
    phases = list(process.phases.order_by("position"))
    place = selectors.place_of_new_phase([phase.key for phase in phases], origin.key, order)
    new = copy_phase(process, origin, position=FAR - 1)
    _put_in_order([*phases[:place], new, *phases[place:]])


def _put_in_order(phases: list[Phase]) -> None:
    """Number the phases anew where it is needed; the others keep their position."""
    wanted, last = {}, 0
    for phase in phases:
        last = phase.position if last < phase.position < FAR - 1 else last + 1
        wanted[phase.pk] = last
    moved = [phase for phase in phases if phase.position != wanted[phase.pk]]
    for shift in (FAR, 0):
        for phase in moved:
            phase.position = wanted[phase.pk] + shift
            phase.save(update_fields=["position"])
