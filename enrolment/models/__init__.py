"""Who learns: places, approvals, attendance, progress, completion, certificates."""

from .learning import Attendance, Certificate, Completion, Progress
from .places import Approval, CalendarFeed, Enrolment, EnrolmentMove

__all__ = [
    "Approval",
    "Attendance",
    "CalendarFeed",
    "Certificate",
    "Completion",
    "Enrolment",
    "EnrolmentMove",
    "Progress",
]
