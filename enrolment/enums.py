"""States of a place, of attendance and of progress. Wording: DOMAIN.md 4 and the demo vocabulary."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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


class ApprovalDecision(TextChoices):
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    LAPSED = "lapsed", _("lapsed")


class AttendanceState(TextChoices):
    PRESENT = "present", _("present")
    ABSENT = "absent", _("absent")
    EXCUSED = "excused", _("excused")


class ProgressState(TextChoices):
    STARTED = "started", _("started")
    DONE = "done", _("done")


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
