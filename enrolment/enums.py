"""States of a place, of attendance and of progress. Wording: DOMAIN.md 4 and the demo vocabulary."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EnrolmentState(TextChoices):
    REQUESTED = "requested", _("approval requested")
    WAITLISTED = "waitlisted", _("waiting list")
    OFFERED = "offered", _("place offered")
    CONFIRMED = "confirmed", _("place confirmed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("expired")
    CANCELLED = "cancelled", _("cancelled")
    SUBSTITUTED = "substituted", _("handed over")


LIVE_STATES = [
    EnrolmentState.REQUESTED,
    EnrolmentState.WAITLISTED,
    EnrolmentState.OFFERED,
    EnrolmentState.CONFIRMED,
]
SEATED_STATES = [EnrolmentState.OFFERED, EnrolmentState.CONFIRMED]
SEATLESS_STATES = [state for state in EnrolmentState if state not in (*SEATED_STATES, EnrolmentState.REQUESTED)]


class Channel(TextChoices):
    """Through what a move was made."""

    WEB = "web", _("website")
    MAIL_LINK = "mail_link", _("link in a mail")
    OFFICE = "office", _("office")
    SYSTEM = "system", _("the system itself")


class PromotionTrigger(TextChoices):
    """Why the waiting list was looked at."""

    SEAT_FREED = "seat_freed", _("a place was given back")
    OFFER_LAPSED = "offer_lapsed", _("an offer was not taken")
    CAPACITY = "capacity", _("there are more places")
    PERIODIC = "periodic", _("looked at by the clock")
    OFFICE = "office", _("by the office")
    RELEASE = "release", _("reserved places came back")


class PromotionOutcome(TextChoices):
    """What came of it for one waiting person."""

    OFFERED = "offered", _("a place was offered")
    CONFIRMED = "confirmed", _("the place was given")
    OVER_QUOTA = "over_quota", _("passed over: the own unit holds its share already")
    NO_SEAT = "no_seat", _("no further place is free")
    QUIET = "quiet", _("a place is free and is offered on the next working day")
    TOO_LATE = "too_late", _("a place is free, but the course begins too soon for an offer; the office decides")
    BY_HAND = "by_hand", _("a place is free; the office decides who moves up")
    RESERVED = "reserved", _("the places are reserved for the organisation")
    PARTLY = "partly_reserved", _("some of the places are reserved for the organisation, it waits for the others")
    GATHERING = "gathering", _("free places are kept for a short time, until there are enough for the whole group")
    TOGETHER = "together", _("passed over: there are not enough free places for the whole group")
    BEHIND_GROUP = "behind_group", _("a free place is kept for a short time for a group that waited before")


MOVED_UP = [
    PromotionOutcome.OFFERED,
    PromotionOutcome.CONFIRMED,
    PromotionOutcome.RESERVED,
    PromotionOutcome.PARTLY,
]


class InsteadOutcome(TextChoices):
    """What somebody of a run that was called off gets on another one."""

    OFFERED = "offered", _("a place is offered")
    WAITING = "waiting", _("joins the waiting list")
    HAS_PLACE = "has_place", _("has a place there already")
    TOLD = "told", _("is told of it and can enrol")


class InterestOutcome(TextChoices):
    """What an entry in the list of interested people turned into when a run was opened."""

    OFFERED = "offered", _("a place is offered")
    WAITING = "waiting", _("joins the waiting list")
    INVITED = "invited", _("is asked to enrol")


class BookingState(TextChoices):
    """A booking of an organisation on a run."""

    WAITING = "waiting", _("on the waiting list")
    HELD = "held", _("places reserved")
    RELEASED = "released", _("reservation over")
    CANCELLED = "cancelled", _("cancelled")


LIVE_BOOKINGS = [BookingState.WAITING, BookingState.HELD]


class GroupEntry(TextChoices):
    """How a group moves up when there are not enough places for all of it."""

    TOGETHER = "together", _("only all together")
    AS_MANY = "as_many", _("as many as fit, the others wait")


class NamedBy(TextChoices):
    """How a person came to a place of the organisation."""

    CONTACT = "contact", _("named by the contact person")
    FILE = "file", _("named in a list")
    LINK = "link", _("took it through the link")


class ApprovalDecision(TextChoices):
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    LAPSED = "lapsed", _("lapsed")


class AccessKind(TextChoices):
    """What somebody needs to take part: arrangements, never reasons (DP1)."""

    INTERPRETING = "interpreting", _("interpreting into another language")
    SIGN_LANGUAGE = "sign_language", _("interpreting into German Sign Language (DGS)")
    SPEECH_TO_TEXT = "speech_to_text", _("speech-to-text interpreting")
    HEARING_LOOP = "hearing_loop", _("hearing loop or microphone")
    STEP_FREE = "step_free", _("step-free access and toilet")
    LARGE_PRINT = "large_print", _("material in large print")
    DIGITAL_MATERIAL = "digital_material", _("material beforehand as an accessible file")
    COMPANION = "companion", _("place for an assistant or an assistance dog")
    BREAKS = "breaks", _("regular breaks or a quiet room")
    CHILDCARE = "childcare", _("childcare")
    FOOD = "food", _("other food or drink")


class RemindedOf(TextChoices):
    """Of which dates of a run a reminder speaks."""

    FIRST = "first", _("the first date of a run")
    EACH = "each", _("each date of a run")


class MessageAudience(TextChoices):
    """Whom of a run a message addresses."""

    CONFIRMED = "confirmed", _("people with a confirmed place")
    WAITING = "waiting", _("people without a confirmed place yet: waiting list, offer, approval")
    EVERYBODY = "everybody", _("everybody")


class AttendanceState(TextChoices):
    """How somebody was at one date; who was there partly has minutes beside it."""

    PRESENT = "present", _("present")
    PARTLY = "partly", pgettext_lazy("attendance", "partly")
    ABSENT = "absent", _("absent")
    EXCUSED = "excused", _("excused")


class ScanKind(TextChoices):
    """What the scan of a signed list may be."""

    PDF = "pdf", "PDF"
    JPEG = "jpg", "JPEG"
    PNG = "png", "PNG"


class ProgressState(TextChoices):
    STARTED = "started", _("started")
    DONE = "done", _("done")


class SubmissionState(TextChoices):
    """An answer to a task: written, handed in, and what the trainer said of it."""

    DRAFT = "draft", pgettext_lazy("answer", "draft")
    SUBMITTED = "submitted", _("handed in")
    ACCEPTED = "accepted", pgettext_lazy("answer", "accepted")
    REVISE = "revise", _("please revise")


OPEN_ANSWERS = [SubmissionState.DRAFT, SubmissionState.SUBMITTED]
READ_ANSWERS = [SubmissionState.ACCEPTED, SubmissionState.REVISE]


class CompletionResult(TextChoices):
    """From 80 % attendance full, from 50 % partly, below none (DOMAIN.md 4)."""

    FULL = "full", _("completed")
    PARTLY = "partly", _("partly completed")


class CertificateStatus(TextChoices):
    """What the public page says about a certificate."""

    VALID = "valid", _("valid")
    SUPERSEDED = "superseded", _("replaced by a newer one")
    REVOKED = "revoked", _("revoked")


class TitleChoice(TextChoices):
    """Which title a certificate prints, where a course has a neutral one (DOMAIN.md 0.5)."""

    NEUTRAL = "neutral", _("the neutral title")
    OWN = "own", _("the course's own title")
