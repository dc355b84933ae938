"""The rules of places and learning. Nothing outside this package writes the tables of `enrolment`."""

from .approvals import ApprovalRefused, approval_for_token, approval_token, decide_approval, lapse_approvals
from .places import EnrolmentRefused, enrol, withdraw
from .runs import RunRefused, cancel_run, change_capacity, complete_run, open_run, save_run

__all__ = [
    "ApprovalRefused",
    "EnrolmentRefused",
    "RunRefused",
    "approval_for_token",
    "approval_token",
    "cancel_run",
    "change_capacity",
    "complete_run",
    "decide_approval",
    "enrol",
    "lapse_approvals",
    "open_run",
    "save_run",
    "withdraw",
]
