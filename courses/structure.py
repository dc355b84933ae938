"""What makes one version of a course differ from another: the facts of a step, and the difference in words."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from .models import CourseVersion, Step
from .release_words import release_in_words

# The facts of a step that are structure, each with the field that names it: another value of one of them makes a new
# version. The order counts as well.
STRUCTURE = {
    "kind": "kind",
    "is_required": "is_required",
    "release_rule": "release",
    "min_score": "min_score",
    "answer": "answer",
    "review": "review",
    "question_shape": "questions",
}


def shape(step: Step) -> tuple:
    """Two steps of one shape at the same place of their versions are no difference."""
    return (step.key, *(getattr(step, name) for name in STRUCTURE))


def describe(step: Step, name: str) -> str:
    """One fact of a step in words."""
    value = getattr(step, name)
    if name == "is_required":
        return pgettext("step", "required") if value else pgettext("step", "voluntary")
    if name == "release_rule":
        return release_in_words(step)
    if name == "min_score":
        return _("any score counts") if value is None else _("%(percent)d %% of the points") % {"percent": value}
    if name == "question_shape":
        return ngettext("%(count)d question", "%(count)d questions", len(value)) % {"count": len(value)}
    shown = getattr(step, f"get_{name}_display", None)
    text = shown() if shown else value
    return "–" if text in (None, "") else str(text)


@dataclass(frozen=True)
class Fact:
    """One fact of a step that differs, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One step that differs. `before` is None where it is new, `after` is None where it is gone."""

    before: Step | None
    after: Step | None
    has_moved: bool = False
    facts: Sequence[Fact] = ()

    @property
    def step(self) -> Step:
        return self.after or self.before

    @property
    def key(self) -> UUID:
        return self.step.key

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def is_gone(self) -> bool:
        return self.after is None


# What a version says about the course as a whole.
RULES = ("partly_percent", "full_percent")


@dataclass(frozen=True)
class Difference:
    """All that differs between two versions: their steps, in the order of the newer one and what is gone last, and the
    rules of the completion.
    """

    changes: list[Change] = field(default_factory=list)
    rules: Sequence[Fact] = ()

    def __bool__(self) -> bool:
        return bool(self.changes or self.rules)

    @property
    def new(self) -> list[Change]:
        return [change for change in self.changes if change.is_new]

    @property
    def gone(self) -> list[Change]:
        return [change for change in self.changes if change.is_gone]

    @property
    def changed(self) -> list[Change]:
        return [change for change in self.changes if not change.is_new and not change.is_gone]


def difference(before: Sequence[Step], after: Sequence[Step]) -> Difference:
    """What is new, gone, moved or changed when the steps `before` become the steps `after`, both in their order."""
    old = {step.key: step for step in before}
    new_keys = {step.key for step in after}
    moved = _moved([step.key for step in before if step.key in new_keys], [s.key for s in after if s.key in old])
    changes = []
    for step in after:
        known = old.get(step.key)
        if known is None:
            changes.append(Change(before=None, after=step))
            continue
        facts = _facts(known, step)
        if facts or step.key in moved:
            changes.append(Change(before=known, after=step, has_moved=step.key in moved, facts=facts))
    gone = [Change(before=step, after=None) for step in before if step.key not in new_keys]
    return Difference([*changes, *gone])


def rule_facts(before: CourseVersion, after: CourseVersion) -> list[Fact]:
    """How the rules of the completion differ, in words."""
    return [
        Fact(_label(CourseVersion, name), f"{getattr(before, name)} %", f"{getattr(after, name)} %")
        for name in RULES
        if getattr(before, name) != getattr(after, name)
    ]


def _facts(before: Step, after: Step) -> list[Fact]:
    return [_fact(before, after, name) for name in STRUCTURE if getattr(before, name) != getattr(after, name)]


def _fact(before: Step, after: Step, name: str) -> Fact:
    was, now = describe(before, name), describe(after, name)
    return Fact(_label(Step, STRUCTURE[name]), was, _("other ones") if now == was else now)


def _label(model: type[Model], name: str) -> str:
    label = str(model._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def _moved(before: list[UUID], after: list[UUID]) -> set[UUID]:
    """The fewest keys that must move so that one order becomes the other: all but the longest run that keeps its
    order.
    """
    place = {key: number for number, key in enumerate(before)}
    ends: list[int] = []  # the smallest end of a kept run of each length
    paths: list[list[UUID]] = []
    for key in after:
        length = bisect_left(ends, place[key])
        path = [*(paths[length - 1] if length else []), key]
        if length == len(ends):
            ends.append(place[key])
            paths.append(path)
        else:
            ends[length], paths[length] = place[key], path
    return set(after) - set(paths[-1] if paths else [])
