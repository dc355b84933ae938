"""What units change: process facilitations and their templates. What is asked of them: statements and answers."""

from .assessments import AssessmentSheet, AssessmentTicket, Instrument, SelfAssessment
from .barriers import Barrier, BarrierMove, Evidence, JourneyMap, ReleaseEvent, Touchpoint
from .documents import DocumentMove, DocumentVersion, ProcessDocument
from .measures import EffectCheck, Goal, Measure, MeasureMove
from .meetings import Addendum, Attendee, Meeting, MeetingMove, MinutesEntry
from .pages import StatementIndexPage
from .processes import Milestone, Phase, Process, ProcessMember, ProcessMove
from .requests import ProcessRequest
from .series import DateSeries, SeriesException
from .statements import FollowUp, Recommendation, Signatory, Statement, StatementMove
from .templates import ProcessTemplate, TemplateMilestone, TemplatePhase

__all__ = [
    "Addendum",
    "AssessmentSheet",
    "AssessmentTicket",
    "Attendee",
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
    "Meeting",
    "MeetingMove",
    "Milestone",
    "MinutesEntry",
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
