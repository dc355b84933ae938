"""Pages of process facilitation."""

from .detail import process_detail, process_log
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
from .processes import (
    change_process,
    create_process,
    date_agreement,
    move_process,
    process_list,
    sign_agreement,
)
from .series import open_dates

__all__ = [
    "activate_phase",
    "add_member",
    "add_milestone",
    "change_milestone",
    "change_phase",
    "change_process",
    "create_process",
    "date_agreement",
    "drop_milestone",
    "end_member",
    "move_process",
    "open_dates",
    "process_detail",
    "process_list",
    "process_log",
    "reach_phase",
    "reopen_phase",
    "restore_milestone",
    "sign_agreement",
    "tick_milestone",
    "untick_milestone",
]
