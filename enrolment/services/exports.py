"""Files with people in them leave a trace: who took which list, and when (DOMAIN.md 6, DP7)."""

from datetime import datetime

from academy.models import User
from academy.services import audit
from courses.models import CourseRun


def note_figures_export(*, run: CourseRun, actor: User, at: datetime) -> None:
    """Note in the log that the figures of the run's participants were taken as a file."""
    audit(action="run.figures_exported", obj=run, actor=actor, at=at)
