"""The rules of process facilitation and of statements.

Nothing outside this package writes processes, their parts or templates, statements or what became of them.
"""

from .common import (
    ConsentRefused,
    ConsultingRefused,
    FollowUpRefused,
    MemberRefused,
    MilestoneRefused,
    PhaseRefused,
    ProcessRefused,
    StatementRefused,
    TemplateRefused,
)
from .follow_ups import record_follow_up
from .members import add_member, end_member
from .milestones import (
    add_milestone,
    change_milestone,
    drop_milestone,
    restore_milestone,
    tick_milestone,
    untick_milestone,
)
from .phases import activate_phase, change_phase, reach_phase, reopen_phase
from .placing import (
    PlacedAgreement,
    PlacedMember,
    PlacedMilestone,
    PlacedPhase,
    PlacedRelease,
    place_process,
    place_template,
)
from .placing_statements import PlacedFollowUp, PlacedRecommendation, PlacedSignatory, place_statement
from .processes import change_process, create_process_from_template, date_agreement, move_process, sign_agreement
from .series import SeriesRefused, save_series
from .statements import (
    add_recommendation,
    add_signatory,
    change_statement,
    create_statement,
    move_statement,
    publish_statement,
    record_consent,
)
from .templates import publish_template, require_template_order

__all__ = [
    "ConsentRefused",
    "ConsultingRefused",
    "FollowUpRefused",
    "MemberRefused",
    "MilestoneRefused",
    "PhaseRefused",
    "PlacedAgreement",
    "PlacedFollowUp",
    "PlacedMember",
    "PlacedMilestone",
    "PlacedPhase",
    "PlacedRecommendation",
    "PlacedRelease",
    "PlacedSignatory",
    "ProcessRefused",
    "SeriesRefused",
    "StatementRefused",
    "TemplateRefused",
    "activate_phase",
    "add_member",
    "add_milestone",
    "add_recommendation",
    "add_signatory",
    "change_milestone",
    "change_phase",
    "change_process",
    "change_statement",
    "create_process_from_template",
    "create_statement",
    "date_agreement",
    "drop_milestone",
    "end_member",
    "move_process",
    "move_statement",
    "place_process",
    "place_statement",
    "place_template",
    "publish_statement",
    "publish_template",
    "reach_phase",
    "record_consent",
    "record_follow_up",
    "reopen_phase",
    "require_template_order",
    "restore_milestone",
    "save_series",
    "sign_agreement",
    "tick_milestone",
    "untick_milestone",
]
