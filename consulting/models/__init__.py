"""What units change: process facilitations and their templates. What is asked of them: statements and answers."""

from .assessments import AssessmentSheet, AssessmentTicket, Instrument, SelfAssessment
from .barriers import Barrier, BarrierMove, Evidence, JourneyMap, ReleaseEvent, Touchpoint
from .documents import DocumentMove, DocumentVersion, ProcessDocument
from .measures import EffectCheck, Goal, Measure, MeasureMove
from .pages import StatementIndexPage
from .processes import Milestone, Phase, Process, ProcessMember, ProcessMove
from .requests import ProcessRequest
from .series import DateSeries, SeriesException
from .statements import FollowUp, Recommendation, Signatory, Statement, StatementMove
from .templates import ProcessTemplate, TemplateMilestone, TemplatePhase

__all__ = [
    "AssessmentSheet",
    "AssessmentTicket",
    "Barrier",
    "BarrierMove",
    "DateSeries",
    "DocumentMove",
    "DocumentVersion",
    "EffectCheck",
    "Evidence",
    "FollowUp",
    "Goal",
    "Instrument",
    "JourneyMap",
    "Measure",
    "MeasureMove",
    "Milestone",
    "Phase",
    "Process",
    "ProcessDocument",
    "ProcessMember",
    "ProcessMove",
    "ProcessRequest",
    "ProcessTemplate",
    "Recommendation",
    "ReleaseEvent",
    "SelfAssessment",
    "SeriesException",
    "Signatory",
    "Statement",
    "StatementIndexPage",
    "StatementMove",
    "TemplateMilestone",
    "TemplatePhase",
    "Touchpoint",
]
