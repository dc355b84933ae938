"""Tables that every part of the platform needs."""

from .audit import AuditEntry
from .jobs import Job
from .mail import OutgoingMail
from .organisations import Membership, Organisation, Unit
from .people import User
from .vocabulary import Term

__all__ = ["AuditEntry", "Job", "Membership", "Organisation", "OutgoingMail", "Term", "Unit", "User"]
