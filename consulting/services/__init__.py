"""The rules of process facilitation. Nothing outside this package writes processes, their parts or templates."""

from .common import ConsultingRefused, MemberRefused, MilestoneRefused, PhaseRefused, ProcessRefused, TemplateRefused
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
from .processes import change_process, create_process_from_template, date_agreement, move_process, sign_agreement
from .templates import publish_template, require_template_order

__all__ = [
    "ConsultingRefused",
    "MemberRefused",
    "MilestoneRefused",
    "PhaseRefused",
    "PlacedAgreement",
    "PlacedMember",
    "PlacedMilestone",
    "PlacedPhase",
    "PlacedRelease",
    "ProcessRefused",
    "TemplateRefused",
    "activate_phase",
    "add_member",
    "add_milestone",
    "change_milestone",
    "change_phase",
    "change_process",
    "create_process_from_template",
    "date_agreement",
    "drop_milestone",
    "end_member",
    "move_process",
    "place_process",
    "place_template",
    "publish_template",
    "reach_phase",
    "reopen_phase",
    "require_template_order",
    "restore_milestone",
    "sign_agreement",
    "tick_milestone",
    "untick_milestone",
]
