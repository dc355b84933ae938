"""Reads about templates: in what the newest version differs from the one that a process came from, in words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from consulting.enums import PhaseState, TemplateChange
from consulting.models import Milestone, Phase, Process, ProcessTemplate, TemplateMilestone, TemplatePhase
from consulting.wording import day_text

from .processes import is_in_order


@dataclass(frozen=True)
class TemplateDifference:
    """One change that a newer version of the template brings and the process does not have.

    `blocked` says why it cannot be taken over, `notes` what is to be known before. `title` names the part in German, as
    the log keeps it; `phase` and `milestone` are the process's own parts, `new_…` those of the newer version.
    """

    kind: TemplateChange
    part: str
    sentence: str
    title: str
    on: date
    notes: list[str] = field(default_factory=list)
    blocked: str = ""
    phase: Phase | None = None
    milestone: Milestone | None = None
    new_phase: TemplatePhase | None = None
    new_milestone: TemplateMilestone | None = None
    order: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.part}"


def newer_template_of(process: Process) -> ProcessTemplate | None:
    """The offered version of the process's own template, if it is newer than the one it stands on; one query."""
    template = process.template
    return ProcessTemplate.objects.offered().filter(slug=template.slug, version__gt=template.version).first()


def due_day(process: Process, milestone: TemplateMilestone) -> date:
    return process.starts_on + timedelta(weeks=milestone.after_weeks)


def phases_are_in_order(process: Process) -> bool:
    return is_in_order(list(process.phases.order_by("position").values_list("state", flat=True)))


def phases_ordered_as(process: Process, order: Iterable[str]) -> list[Phase]:
    """The phases in the order of the template; those that it does not have keep their place."""
    return _ordered_as(list(process.phases.order_by("position")), list(order))


def place_of_new_phase(keys: list[str], new: str, order: Iterable[str]) -> int:
    """Where a phase goes: behind the nearest one before it in the template that is there."""
    order = list(order)
    before = [key for key in order[: order.index(new)] if key in keys]
    return keys.index(before[-1]) + 1 if before else len(keys)


def template_changes(process: Process, version: ProcessTemplate, *, on: date) -> list[TemplateDifference]:
    """What the newer version changes against the one the process stands on, as far as the process does not have it.

    Phases are matched by their kind, milestones by their key. What only the process has changed is no difference.
    """
    return _Comparison(process, version, on=on).changes()


def _ordered_as(phases: list[Phase], order: list[str]) -> list[Phase]:
    known = iter(sorted((phase for phase in phases if phase.key in order), key=lambda phase: order.index(phase.key)))
    return [next(known) if phase.key in order else phase for phase in phases]


def _differ(one, other, name: str) -> bool:
    """Whether a text differs in either language; nothing and an empty text are the same."""
    return any(
        (getattr(one, f"{name}_{code}") or "") != (getattr(other, f"{name}_{code}") or "") for code in ("de", "en")
    )


def _renaming(one, other) -> tuple[str, str]:
    """Both titles as they are shown; the other language's where these are the same."""
    if one.title != other.title:
        return one.title, other.title
    if one.title_de != other.title_de:
        return one.title_de, other.title_de
    return one.title_en or "–", other.title_en or "–"


class _Comparison:
    """The older version, the newer one and the process side by side: eight queries, whatever their size."""

    def __init__(self, process: Process, version: ProcessTemplate, *, on: date):
        self.process, self.on = process, on
        self.phases = list(process.phases.order_by("position"))
        self.phase = {phase.key: phase for phase in self.phases}
        self.logged = set(process.moves.filter(phase__isnull=False).values_list("phase", flat=True))
        self.milestones = list(process.milestones.all())
        self.milestone = {one.template_key: one for one in self.milestones if one.template_key}
        self.old_phase = {phase.key: phase for phase in process.template.phases.order_by("position")}
        self.new_phase = {phase.key: phase for phase in version.phases.order_by("position")}
        self.old_milestone = {one.key: one for one in process.template.milestones.order_by("position", "pk")}
        self.new_milestone = {one.key: one for one in version.milestones.order_by("position", "pk")}

    def changes(self) -> list[TemplateDifference]:
        found = [self.order()]
        found += [self.add_phase(new) for key, new in self.new_phase.items() if key not in self.old_phase]
        found += [self.drop_phase(old) for key, old in self.old_phase.items() if key not in self.new_phase]
        for key, new in self.new_phase.items():
            if key in self.old_phase and key in self.phase:
                found += [self.rename_phase(self.old_phase[key], new), self.check_phase(self.old_phase[key], new)]
        found += [self.add_milestone(new) for key, new in self.new_milestone.items() if key not in self.old_milestone]
        for key, old in self.old_milestone.items():
            own, new = self.milestone.get(key), self.new_milestone.get(key)
            if own is None or own.dropped_on is not None:
                continue
            found += [self.drop_milestone(own)] if new is None else self.changed_milestone(own, old, new)
        return [change for change in found if change is not None]

    def change(self, kind: TemplateChange, part, sentence: str, title: str, **facts) -> TemplateDifference:
        return TemplateDifference(kind=kind, part=str(part), sentence=sentence, title=title, on=self.on, **facts)

    # Phases
    def order(self) -> TemplateDifference | None:
        order = list(self.new_phase)
        both = [key for key in self.old_phase if key in self.new_phase]
        wanted = _ordered_as(self.phases, order)
        if both == [key for key in order if key in self.old_phase] or wanted == self.phases:
            return None
        moved = [one for one, other in zip(self.phases, wanted, strict=True) if one != other]
        titles = ", ".join(f"“{phase.title}”" for phase in wanted)
        return self.change(
            TemplateChange.ORDER_PHASES,
            "all",
            _("The phases come in another order: {titles}.").format(titles=titles),
            ", ".join(phase.title_de for phase in wanted),
            blocked=_("A phase that has begun would change its place.") if any(map(self.has_begun, moved)) else "",
            order=tuple(order),
        )

    def add_phase(self, new: TemplatePhase) -> TemplateDifference | None:
        if new.key in self.phase:
            return None
        order = tuple(self.new_phase)
        place = place_of_new_phase([phase.key for phase in self.phases], new.key, order)
        is_late = any(phase.state != PhaseState.OPEN for phase in self.phases[place:])
        sentence = _("New phase “{title}”.").format(title=new.title)
        if place:
            before = self.phases[place - 1].title
            sentence = _("New phase “{title}”, after “{before}”.").format(title=new.title, before=before)
        return self.change(
            TemplateChange.ADD_PHASE,
            new.key,
            sentence,
            new.title_de,
            blocked=_("It would stand before a phase that has begun.") if is_late else "",
            new_phase=new,
            order=order,
        )

    def drop_phase(self, old: TemplatePhase) -> TemplateDifference | None:
        own = self.phase.get(old.key)
        if own is None:
            return None
        blocked = ""
        if self.has_begun(own) or own.pk in self.logged or own.exit_note or own.planned_on:
            blocked = _("This phase has been worked on: it stays.")
        elif any(one.phase_id == own.pk and one.dropped_on is None for one in self.milestones):
            blocked = _("Milestones still belong to this phase. Take them out first, or give them another phase.")
        sentence = _("The phase “{title}” is no longer in the template.").format(title=own.title)
        return self.change(TemplateChange.DROP_PHASE, old.key, sentence, own.title_de, blocked=blocked, phase=own)

    def rename_phase(self, old: TemplatePhase, new: TemplatePhase) -> TemplateDifference | None:
        own = self.phase[new.key]
        if not _differ(old, new, "title") or not _differ(own, new, "title"):
            return None
        before, after = _renaming(old, new)
        return self.change(
            TemplateChange.RENAME_PHASE,
            new.key,
            _("The phase “{before}” is called “{after}”.").format(before=before, after=after),
            new.title_de,
            notes=[*self.lost_title(own, old), *self.begun_note(own)],
            phase=own,
            new_phase=new,
        )

    def check_phase(self, old: TemplatePhase, new: TemplatePhase) -> TemplateDifference | None:
        own = self.phase[new.key]
        if not _differ(old, new, "exit_check") or not _differ(own, new, "exit_check"):
            return None
        sentence = _("The phase “{title}” has no exit check any more.").format(title=own.title)
        if new.exit_check:
            sentence = _("Exit check of the phase “{title}”: “{check}”").format(title=own.title, check=new.exit_check)
        return self.change(
            TemplateChange.CHECK_PHASE,
            new.key,
            sentence,
            own.title_de,
            notes=self.begun_note(own),
            phase=own,
            new_phase=new,
        )

    def has_begun(self, phase: Phase) -> bool:
        return phase.state != PhaseState.OPEN

    def begun_note(self, phase: Phase) -> list[str]:
        return [_("Work on this phase has begun.")] if self.has_begun(phase) else []

    def lost_title(self, own, old) -> list[str]:
        """What the unit has worded itself is lost by taking over the template's words; that is said before."""
        if not _differ(own, old, "title"):
            return []
        return [_("Here it is called “{title}”; these words would be lost.").format(title=own.title)]

    # Milestones
    def add_milestone(self, new: TemplateMilestone) -> TemplateDifference | None:
        if new.key in self.milestone:
            return None
        day = due_day(self.process, new)
        return self.change(
            TemplateChange.ADD_MILESTONE,
            new.key,
            _("New milestone “{title}”, due on {day}.").format(title=new.title, day=day_text(day)),
            new.title_de,
            notes=self.overdue_note(day),
            new_milestone=new,
        )

    def drop_milestone(self, own: Milestone) -> TemplateDifference:
        return self.change(
            TemplateChange.DROP_MILESTONE,
            own.template_key,
            _("The milestone “{title}” is no longer in the template.").format(title=own.title),
            own.title_de,
            blocked=self.done_note(own),
            milestone=own,
        )

    def changed_milestone(self, own: Milestone, old: TemplateMilestone, new: TemplateMilestone):
        found = []
        if _differ(old, new, "title") and _differ(own, new, "title"):
            before, after = _renaming(old, new)
            sentence = _("The milestone “{before}” is called “{after}”.").format(before=before, after=after)
            found.append((TemplateChange.RENAME_MILESTONE, sentence, new.title_de, self.lost_title(own, old)))
        day = due_day(self.process, new)
        if (old.after_weeks, old.phase_key) != (new.after_weeks, new.phase_key) and not self.stands(own, new):
            notes = self.overdue_note(day)
            if own.due_on != due_day(self.process, old):
                planned = _("Here it is due on {day}; that date would be lost.").format(day=day_text(own.due_on))
                notes = [planned, *notes]
            found.append((TemplateChange.MOVE_MILESTONE, self.moved_sentence(own, new, day), own.title_de, notes))
        return [
            self.change(
                kind,
                new.key,
                sentence,
                title,
                notes=notes,
                blocked=self.done_note(own),
                milestone=own,
                new_milestone=new,
            )
            for kind, sentence, title, notes in found
        ]

    def stands(self, own: Milestone, new: TemplateMilestone) -> bool:
        phase = self.phase.get(new.phase_key)
        return own.due_on == due_day(self.process, new) and (phase is None or own.phase_id == phase.pk)

    def moved_sentence(self, own: Milestone, new: TemplateMilestone, day: date) -> str:
        phase = self.phase.get(new.phase_key) or self.new_phase[new.phase_key]
        words = _("The milestone “{title}” is due {weeks} weeks after the start, on {day}, in the phase “{phase}”.")
        return words.format(title=own.title, weeks=new.after_weeks, day=day_text(day), phase=phase.title)

    def done_note(self, own: Milestone) -> str:
        return _("It is done and stays as it is.") if own.done_on else ""

    def overdue_note(self, day: date) -> list[str]:
        return [_("This day has passed: the milestone would be overdue at once.")] if day < self.on else []
