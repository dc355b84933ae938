"""What units change: process facilitations and their templates. What is asked of them: statements and answers."""

from .pages import StatementIndexPage
from .processes import Milestone, Phase, Process, ProcessMember, ProcessMove
from .series import DateSeries, SeriesException
from .statements import FollowUp, Recommendation, Signatory, Statement, StatementMove
from .templates import ProcessTemplate, TemplateMilestone, TemplatePhase

__all__ = [
    "DateSeries",
    "FollowUp",
    "Milestone",
    "Phase",
    "Process",
    "ProcessMember",
    "ProcessMove",
    "ProcessTemplate",
    "Recommendation",
    "SeriesException",
    "Signatory",
    "Statement",
    "StatementIndexPage",
    "StatementMove",
    "TemplateMilestone",
    "TemplatePhase",
]
