"""What units change: process facilitations and the templates that they start from."""

from .processes import Milestone, Phase, Process, ProcessMember, ProcessMove
from .templates import ProcessTemplate, TemplateMilestone, TemplatePhase

__all__ = [
    "Milestone",
    "Phase",
    "Process",
    "ProcessMember",
    "ProcessMove",
    "ProcessTemplate",
    "TemplateMilestone",
    "TemplatePhase",
]
