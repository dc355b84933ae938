"""Who learns: places, approvals, attendance, progress, completion, certificates."""

from .access import AccessNeeds
from .bookings import Booking, BookingMove, NamedPerson
from .check_in import CheckInWindow
from .feedback import FeedbackAnswer, FeedbackSum
from .interest import Interest
from .learning import (
    Attendance,
    AttendanceAddendum,
    AttendanceList,
    Certificate,
    CertificatePrint,
    CertificateYear,
    Completion,
    Progress,
)
from .messages import RunMessage
from .notices import ChangeNotice
from .places import Approval, CalendarFeed, Enrolment, EnrolmentMove, PromotionDecision
from .record import ExternalCourse
from .reminders import ReminderRule
from .signed_lists import SignedList
from .tasks import Submission
from .versions import VersionMove
from .waivers import Waiver

__all__ = [
    "AccessNeeds",
    "Approval",
    "Attendance",
    "AttendanceAddendum",
    "AttendanceList",
    "Booking",
    "BookingMove",
    "CalendarFeed",
    "Certificate",
    "CertificatePrint",
    "CertificateYear",
    "ChangeNotice",
    "CheckInWindow",
    "Completion",
    "Enrolment",
    "EnrolmentMove",
    "ExternalCourse",
    "FeedbackAnswer",
    "FeedbackSum",
    "Interest",
    "NamedPerson",
    "Progress",
    "PromotionDecision",
    "ReminderRule",
    "RunMessage",
    "SignedList",
    "Submission",
    "VersionMove",
    "Waiver",
]
