"""Who learns: places, approvals, attendance, progress, completion, certificates."""

from .learning import Attendance, Certificate, CertificateYear, Completion, Progress
from .places import Approval, CalendarFeed, Enrolment, EnrolmentMove, PromotionDecision

__all__ = [
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
