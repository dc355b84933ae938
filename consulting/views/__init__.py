"""Pages of process facilitation."""

from .assessments import (
    answer_assessment,
    assessment_list,
    close_assessment,
    hand_in_assessment,
    open_assessment,
    reopen_assessment,
)
from .barriers import (
    add_evidence,
    barrier_detail,
    barrier_list,
    change_barrier,
    move_barrier,
    record_barrier,
    release_evidence,
    set_barrier_level,
    withdraw_evidence,
)
from .detail import process_detail, process_log
from .documents import (
    add_document,
    add_version,
    approve_version,
    change_document,
    document_detail,
    document_file,
    document_list,
    set_document_level,
)
from .measures import (
    add_mso_view,
    change_measure,
    check_effect,
    hand_over_measure,
    measure_detail,
    measure_list,
    move_measure,
    note_goal,
    note_measure,
)
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
from .portfolio import process_list
from .processes import (
    change_process,
    create_process,
    date_agreement,
    move_process,
    sign_agreement,
)
from .requests import process_request, request_facilitation, request_list, request_thanks
from .series import open_dates
from .templates import process_template
from .timeline import process_timeline

__all__ = [
    "activate_phase",
    "add_document",
    "add_evidence",
    "add_member",
    "add_milestone",
    "add_mso_view",
    "add_version",
    "answer_assessment",
    "approve_version",
    "assessment_list",
    "barrier_detail",
    "barrier_list",
    "change_barrier",
    "change_document",
    "change_measure",
    "change_milestone",
    "change_phase",
    "change_process",
    "check_effect",
    "close_assessment",
    "create_process",
    "date_agreement",
    "document_detail",
    "document_file",
    "document_list",
    "drop_milestone",
    "end_member",
    "hand_in_assessment",
    "hand_over_measure",
    "measure_detail",
    "measure_list",
    "move_barrier",
    "move_measure",
    "move_process",
    "note_goal",
    "note_measure",
    "open_assessment",
    "open_dates",
    "process_detail",
    "process_list",
    "process_log",
    "process_request",
    "process_template",
    "process_timeline",
    "reach_phase",
    "record_barrier",
    "release_evidence",
    "reopen_assessment",
    "reopen_phase",
    "request_facilitation",
    "request_list",
    "request_thanks",
    "restore_milestone",
    "set_barrier_level",
    "set_document_level",
    "sign_agreement",
    "tick_milestone",
    "untick_milestone",
    "withdraw_evidence",
]
