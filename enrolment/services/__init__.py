"""The rules of places and learning. Nothing outside this package writes the tables of `enrolment`."""

from .access import (
    AccessRefused,
    access_needs_to_forget,
    check_access_needs,
    delete_access_needs,
    forget_access_needs,
    save_access_needs,
)
from .approvals import (
    ApprovalRefused,
    DeputyRefused,
    approval_for_token,
    approval_token,
    check_answerable,
    decide_approval,
    involve_council,
    lapse_approvals,
    name_deputy,
    remind_approvers,
)
from .attendance import AttendanceRefused, check_tickable, record_attendance
from .calendars import forget_feeds, note_feed_use, renew_feed, revoke_feed
from .certificates import (
    CertificateRefused,
    facts_hash,
    issue_certificate,
    issue_certificates,
    reissue_certificate,
)
from .completion import revoke_completion, update_completion, update_completions
from .filling import Filled, fill_runs
from .learning import LearningRefused, finish_step, open_step, player_context, record_h5p_attempt
from .offers import PromotionRefused, accept_offer, decline_offer, lapse_offers, move_lists_up, move_up
from .places import EnrolmentRefused, enrol, is_late, substitute, withdraw
from .placing import PlacedPlace, PlacedRun, PlacedSession, place_run
from .progress import LearningProgress, progress_of, progress_of_places
from .promotion import Verdict, plan_promotion
from .run_copies import MOST_WEEKS, copy_run, shifted_sessions, weeks_to_follow
from .runs import RunRefused, cancel_run, change_capacity, complete_run, discard_run, open_run, save_run

__all__ = [
    "MOST_WEEKS",
    "AccessRefused",
    "ApprovalRefused",
    "AttendanceRefused",
    "CertificateRefused",
    "DeputyRefused",
    "EnrolmentRefused",
    "Filled",
    "LearningProgress",
    "LearningRefused",
    "PlacedPlace",
    "PlacedRun",
    "PlacedSession",
    "PromotionRefused",
    "RunRefused",
    "Verdict",
    "accept_offer",
    "access_needs_to_forget",
    "approval_for_token",
    "approval_token",
    "cancel_run",
    "change_capacity",
    "check_access_needs",
    "check_answerable",
    "check_tickable",
    "complete_run",
    "copy_run",
    "decide_approval",
    "decline_offer",
    "delete_access_needs",
    "discard_run",
    "enrol",
    "facts_hash",
    "fill_runs",
    "finish_step",
    "forget_access_needs",
    "forget_feeds",
    "involve_council",
    "is_late",
    "issue_certificate",
    "issue_certificates",
    "lapse_approvals",
    "lapse_offers",
    "move_lists_up",
    "move_up",
    "name_deputy",
    "note_feed_use",
    "open_run",
    "open_step",
    "place_run",
    "plan_promotion",
    "player_context",
    "progress_of",
    "progress_of_places",
    "record_attendance",
    "record_h5p_attempt",
    "reissue_certificate",
    "remind_approvers",
    "renew_feed",
    "revoke_completion",
    "revoke_feed",
    "save_access_needs",
    "save_run",
    "shifted_sessions",
    "substitute",
    "update_completion",
    "update_completions",
    "weeks_to_follow",
    "withdraw",
]
