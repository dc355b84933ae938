"""The allowed moves of places, bookings and answers to tasks (DESIGN.md 3): move → (from which states, to which)."""

from .enums import BookingState, SubmissionState
from .enums import EnrolmentState as State

NEW = ""

PLACE_MOVES: dict[str, tuple[set[str], str]] = {
    "request": ({NEW}, State.REQUESTED),
    "confirm": ({NEW}, State.CONFIRMED),
    "wait": ({NEW}, State.WAITLISTED),
    "approve": ({State.REQUESTED}, State.CONFIRMED),
    "approve_to_list": ({State.REQUESTED}, State.WAITLISTED),
    "decline": ({State.REQUESTED}, State.DECLINED),
    "lapse": ({State.REQUESTED}, State.EXPIRED),
    "promote": ({State.WAITLISTED}, State.CONFIRMED),
    "offer": ({State.WAITLISTED}, State.OFFERED),
    "offer_elsewhere": ({NEW}, State.OFFERED),
    "accept": ({State.OFFERED}, State.CONFIRMED),
    "decline_offer": ({State.OFFERED}, State.DECLINED),
    "offer_lapses": ({State.OFFERED}, State.EXPIRED),
    "name": ({NEW, State.WAITLISTED}, State.CONFIRMED),
    "take_off": ({State.CONFIRMED}, State.WITHDRAWN),
    "take_over": ({NEW}, State.CONFIRMED),
    "hand_over": ({State.CONFIRMED}, State.SUBSTITUTED),
    "run_over": ({State.REQUESTED, State.WAITLISTED, State.OFFERED}, State.EXPIRED),
    "withdraw": ({State.REQUESTED, State.WAITLISTED, State.OFFERED, State.CONFIRMED}, State.WITHDRAWN),
    "cancel": ({State.REQUESTED, State.WAITLISTED, State.OFFERED, State.CONFIRMED}, State.CANCELLED),
}

BOOKING_MOVES: dict[str, tuple[set[str], str]] = {
    "reserve": ({NEW}, BookingState.HELD),
    "wait": ({NEW}, BookingState.WAITING),
    "grow": ({BookingState.HELD}, BookingState.HELD),
    "give": ({BookingState.WAITING, BookingState.HELD}, BookingState.HELD),
    "leave_list": ({BookingState.HELD}, BookingState.HELD),
    "give_back": ({BookingState.HELD}, BookingState.HELD),
    "release": ({BookingState.WAITING, BookingState.HELD}, BookingState.RELEASED),
    "cancel": ({BookingState.WAITING, BookingState.HELD}, BookingState.CANCELLED),
}

SUBMISSION_MOVES: dict[str, tuple[set[str], str]] = {
    "write": ({NEW, SubmissionState.DRAFT}, SubmissionState.DRAFT),
    "hand_in": ({NEW, SubmissionState.DRAFT}, SubmissionState.SUBMITTED),
    "withdraw": ({SubmissionState.SUBMITTED}, SubmissionState.DRAFT),
    "accept": ({SubmissionState.SUBMITTED}, SubmissionState.ACCEPTED),
    "revise": ({SubmissionState.SUBMITTED}, SubmissionState.REVISE),
}
