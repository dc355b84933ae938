"""Who learns: places, approvals, attendance, progress, completion, certificates."""

from .access import AccessNeeds
from .learning import Attendance, Certificate, CertificateYear, Completion, Progress
from .places import Approval, CalendarFeed, Enrolment, EnrolmentMove, PromotionDecision

__all__ = [
    "AccessNeeds",
    "Approval",
    "Attendance",
    "CalendarFeed",
    "Certificate",
    "CertificateYear",
    "Completion",
    "Enrolment",
    "EnrolmentMove",
    "Progress",
    "PromotionDecision",
]
