"""The figures of a learner in words: the same on the learner's pages, the roster and in its file."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.common.lessons import time_text, ue_number

from .enums import CompletionResult
from .services import LearningProgress


def steps_words(progress: LearningProgress) -> str:
    """«3 of 5 done»: of the steps that the completion asks for. Empty where it asks for none."""
    needed = len(progress.needed_steps)
    if not needed:
        return ""
    return _("%(done)d of %(needed)d done") % {"done": progress.needed_done, "needed": needed}


def lessons_words(progress: LearningProgress) -> str:
    """«4 of 10 UE»: of the lessons of the dates. Empty where there are no dates."""
    if not progress.sessions:
        return ""
    attended, total = ue_number(progress.ue_attended), ue_number(progress.ue_total)
    return _("%(attended)s of %(total)s UE") % {"attended": attended, "total": total}


def result_of(progress: LearningProgress) -> tuple[str, str]:
    """What was granted with the place: a state for its badge, and the words."""
    if progress.is_revoked:
        return "revoked", _("completion revoked")
    if not progress.is_completed:
        return "open", _("not completed yet")
    if progress.completion.result == CompletionResult.FULL:
        return "completed", _("completed")
    return "partly", _("partly completed")


def time_left_words(progress: LearningProgress) -> str:
    """How long the steps still take that the completion asks for, and all of them where that is more."""
    needed, everything = progress.minutes_left, progress.all_minutes_left
    if needed == everything:
        return _("about %(time)s") % {"time": time_text(needed)} if needed else ""
    if not needed:
        return _("about %(time)s of voluntary steps") % {"time": time_text(everything)}
    words = {"needed": time_text(needed), "everything": time_text(everything)}
    return _("about %(needed)s, with the voluntary steps %(everything)s") % words


def rule_words(progress: LearningProgress) -> list[str]:
    """What the completion asks for, in whole sentences."""
    sentences = []
    required = progress.needed_steps
    if required:
        sentence = ngettext("%(count)d step must be done.", "%(count)d steps must be done.", len(required))
        sentences.append(sentence % {"count": len(required)})
    if any(entry.step.min_score for entry in required):
        sentences.append(_("An exercise counts as done from the result on that stands beside it."))
    if progress.sessions:
        rule = progress.rule
        sentences.append(
            _("You attend at least %(full)d %% of the lessons. From %(partly)d %% on, the certificate says «partly».")
            % {"full": rule.full, "partly": rule.partly}
            if rule.partly < rule.full
            else _("You attend at least %(full)d %% of the lessons.") % {"full": rule.full}
        )
    return sentences
