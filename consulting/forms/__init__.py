"""What people enter. The rules stand in `services`."""

from .assessments import AssessmentFieldForm, AssessmentForm, CloseAssessmentForm
from .barriers import BarrierFilterForm, BarrierForm, EvidenceForm, LevelForm, WarningForm
from .documents import DocumentForm, DocumentLevelForm, DocumentTitleForm, VersionForm
from .measures import EffectForm, GoalForm, HandOverForm, MeasureForm, MsoViewForm
from .meetings import AddendumForm, EntryForm, MeetingForm, MinutesForm
from .portfolio import PortfolioFilterForm
from .processes import (
    AgreementForm,
    MemberEndForm,
    MemberForm,
    MilestoneForm,
    PhaseForm,
    ProcessForm,
    ProcessFormBase,
    ProcessHeaderForm,
    ProcessTemplateForm,
    ReachPhaseForm,
    ReasonForm,
    StatementFilterForm,
    day_field,
    text_area,
    title_fields,
)
from .requests import AssignRequestForm, DeclineRequestForm, FacilitationRequestForm
from .templates import TakeOverForm

__all__ = [
    "AddendumForm",
    "AgreementForm",
    "AssessmentFieldForm",
    "AssessmentForm",
    "AssignRequestForm",
    "BarrierFilterForm",
    "BarrierForm",
    "CloseAssessmentForm",
    "DeclineRequestForm",
    "DocumentForm",
    "DocumentLevelForm",
    "DocumentTitleForm",
    "EffectForm",
    "EntryForm",
    "EvidenceForm",
    "FacilitationRequestForm",
    "GoalForm",
    "HandOverForm",
    "LevelForm",
    "MeasureForm",
    "MeetingForm",
    "MemberEndForm",
    "MemberForm",
    "MilestoneForm",
    "MinutesForm",
    "MsoViewForm",
    "PhaseForm",
    "PortfolioFilterForm",
    "ProcessForm",
    "ProcessFormBase",
    "ProcessHeaderForm",
    "ProcessTemplateForm",
    "ReachPhaseForm",
    "ReasonForm",
    "StatementFilterForm",
    "TakeOverForm",
    "VersionForm",
    "WarningForm",
    "day_field",
    "text_area",
    "title_fields",
]
