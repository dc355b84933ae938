"""How a state looks: a tone and an icon for each word that a state can be. The word itself always stands beside it."""

TONES = ("success", "info", "warning", "danger", "neutral", "accent")
UNKNOWN = ("neutral", "circle")

# Words of different things may share a look (a place and a phase can both be "open"). Where one set of choices means
# something else by a word, the name of the set stands before it; it counts for members of that set, not for plain text
# from the database, where the template passes `tone` or `icon`.
STATE_LOOKS = {
    # places
    "requested": ("info", "hourglass"),
    "waitlisted": ("warning", "list"),
    "offered": ("warning", "bell"),
    "confirmed": ("success", "check-circle"),
    "withdrawn": ("neutral", "undo"),
    "declined": ("neutral", "cross-circle"),
    "expired": ("neutral", "clock"),
    "cancelled": ("danger", "cross-circle"),
    "substituted": ("neutral", "swap"),
    "approved": ("success", "check"),
    "lapsed": ("neutral", "clock"),
    "council": ("info", "people"),
    # runs and pages
    "draft": ("neutral", "draft"),
    "submitted": ("info", "paper-plane"),
    "planned": ("info", "calendar"),
    "open": ("info", "circle"),
    "free": ("success", "seat"),
    "few": ("warning", "seat"),
    "full": ("warning", "people"),
    "running": ("info", "play"),
    "closed": ("neutral", "lock"),
    "completed": ("success", "flag"),
    "live": ("success", "globe"),
    "RunStatus.open": ("success", "seat"),
    "Audience.inhouse": ("neutral", "building"),
    "Audience.on_request": ("neutral", "mail"),
    "resting": ("neutral", "pause"),
    "archived": ("neutral", "archive"),
    # looks at a waiting list
    "PromotionOutcome.offered": ("success", "seat"),
    "PromotionOutcome.confirmed": ("success", "check-circle"),
    "over_quota": ("neutral", "group"),
    "no_seat": ("neutral", "hourglass"),
    "quiet": ("info", "clock"),
    "too_late": ("warning", "lock"),
    "by_hand": ("info", "person"),
    "reserved": ("success", "seat"),
    "partly_reserved": ("info", "half-circle"),
    "gathering": ("info", "group"),
    "together": ("neutral", "group"),
    "as_many": ("neutral", "group"),
    "behind_group": ("neutral", "hourglass"),
    # another run instead of one that was called off, and whom a message addresses
    "has_place": ("success", "check-circle"),
    "told": ("neutral", "mail"),
    "everybody": ("neutral", "people"),
    # bookings of organisations
    "BookingState.waiting": ("warning", "list"),
    "held": ("success", "seat"),
    "BookingState.released": ("neutral", "undo"),
    "BookingState.cancelled": ("danger", "cross-circle"),
    # attendance
    "present": ("success", "check-circle"),
    "partial": ("warning", "half-circle"),
    "partly": ("warning", "half-circle"),
    "absent": ("neutral", "minus"),
    "excused": ("neutral", "info"),
    "attended": ("success", "check-circle"),
    "CompletionResult.full": ("success", "flag"),
    # steps
    "not_started": ("neutral", "circle"),
    "started": ("info", "half-circle"),
    "in_progress": ("info", "half-circle"),
    "done": ("success", "check-circle"),
    "passed": ("success", "check-circle"),
    "failed": ("danger", "cross-circle"),
    "locked": ("neutral", "lock"),
    "current": ("accent", "arrow-right"),
    "optional": ("neutral", "add"),
    # processes, phases, milestones
    "request": ("info", "mail"),
    "clarification": ("info", "chat"),
    "active": ("accent", "route"),
    "paused": ("warning", "pause"),
    "aborted": ("neutral", "cross-circle"),
    "reached": ("success", "flag"),
    "reopened": ("warning", "refresh"),
    "on_track": ("success", "check-circle"),
    "ReleaseState.none": ("neutral", "lock"),
    "released": ("success", "globe"),
    "overdue": ("danger", "alert"),
    "due": ("warning", "clock"),
    "invited": ("info", "mail"),
    "ended": ("neutral", "minus"),
    # barriers, measures, effects
    "suspected": ("neutral", "question"),
    "evidenced": ("info", "file"),
    "partly_removed": ("warning", "half-circle"),
    "removed": ("success", "check-circle"),
    "deferred": ("neutral", "pause"),
    "idea": ("neutral", "light"),
    "decided": ("info", "check"),
    "implemented": ("success", "check-circle"),
    "checked": ("success", "search"),
    "dropped": ("neutral", "cross-circle"),
    "effective": ("success", "check-circle"),
    "not_effective": ("danger", "cross-circle"),
    "unclear": ("neutral", "question"),
    # needs, recommendations, applications
    "reported": ("info", "chat"),
    "merged": ("neutral", "swap"),
    "in_dialogue": ("accent", "people"),
    "taken_up": ("success", "check"),
    "not_pursued": ("neutral", "cross-circle"),
    "promised": ("info", "chat"),
    "refused": ("danger", "cross-circle"),
    "no_answer": ("warning", "hourglass"),
    "complete": ("info", "check"),
    "rated": ("info", "star"),
    "accepted": ("success", "check-circle"),
    "waiting": ("warning", "list"),
    "published": ("success", "globe"),
    "mso_review": ("info", "people"),
    "given": ("success", "check-circle"),
    "draft_unchecked": ("warning", "draft"),
    # reports on accessibility
    "answered": ("success", "mail"),
    # translations, and how accessible a website is
    "TranslationState.missing": ("warning", "add"),
    "TranslationState.older": ("warning", "refresh"),
    "Conformance.full": ("success", "accessibility"),
    "Conformance.partial": ("warning", "half-circle"),
    "Conformance.none": ("danger", "cross-circle"),
    # messages
    "queued": ("info", "hourglass"),
    "sending": ("info", "paper-plane"),
    "sent": ("success", "paper-plane"),
    "JobState.waiting": ("info", "hourglass"),
    "valid": ("success", "shield"),
    "superseded": ("neutral", "swap"),
    "revoked": ("danger", "cross-circle"),
}


def look_of(state) -> tuple[str, str]:
    """Tone and icon of a state; an unknown word looks neutral."""
    word = str(getattr(state, "value", state) or "")
    return STATE_LOOKS.get(f"{type(state).__name__}.{word}") or STATE_LOOKS.get(word, UNKNOWN)
