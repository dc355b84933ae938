"""What we tell people about places: one function per message, written to the outbox in the caller's transaction.

Calls are named as they may be seen outside (`outward_title`): a mail can be read by others (DOMAIN.md 0.5, S4).
"""

from .approvals import (
    approval_asked,
    approval_lapsed,
    approval_refused,
    approval_reminder,
    approval_requested,
    council_involved,
    deputy_asked,
    deputy_named,
    keys_with_approver,
)
from .bookings import (
    booking_cancelled,
    group_waits,
    place_named,
    place_replaced,
    place_unnamed,
    release_is_near,
    seat_returned,
    seats_added,
    seats_given,
    seats_released,
    seats_reserved,
)
from .certificates import (
    certificate_issued,
    certificate_replaced,
    certificate_restored,
    certificate_revoked,
)
from .changes import Changes, Known, run_moved
from .decisions import decision_due, run_takes_place
from .interest import interest_invited, interest_offered, interest_waits
from .kinds import kind_of
from .messages import preview_of, run_message
from .places import (
    list_closed,
    offer_lapsed,
    place_confirmed,
    place_handed_over,
    place_offered,
    place_promoted,
    place_taken_over,
    place_waitlisted,
    place_withdrawn,
    run_cancelled,
)
from .reminders import date_reminder, reminder_key
from .reoffers import run_replaced
from .tasks import answers_wait, task_answered
from .versions import steps_changed

__all__ = [
    "Changes",
    "Known",
    "answers_wait",
    "approval_asked",
    "approval_lapsed",
    "approval_refused",
    "approval_reminder",
    "approval_requested",
    "booking_cancelled",
    "certificate_issued",
    "certificate_replaced",
    "certificate_restored",
    "certificate_revoked",
    "council_involved",
    "date_reminder",
    "decision_due",
    "deputy_asked",
    "deputy_named",
    "group_waits",
    "interest_invited",
    "interest_offered",
    "interest_waits",
    "keys_with_approver",
    "kind_of",
    "list_closed",
    "offer_lapsed",
    "place_confirmed",
    "place_handed_over",
    "place_named",
    "place_offered",
    "place_promoted",
    "place_replaced",
    "place_taken_over",
    "place_unnamed",
    "place_waitlisted",
    "place_withdrawn",
    "preview_of",
    "release_is_near",
    "reminder_key",
    "run_cancelled",
    "run_message",
    "run_moved",
    "run_replaced",
    "run_takes_place",
    "seat_returned",
    "seats_added",
    "seats_given",
    "seats_released",
    "seats_reserved",
    "steps_changed",
    "task_answered",
]
