"""What we teach."""

from .approval import OfficeApprovalTask
from .courses import Course, CourseVersion, Step
from .pages import CourseIndexPage, CoursePage, H5PStepPage, ReadingStepPage, StepPage, VideoStepPage
from .runs import CourseRun, Seat, Session

__all__ = [
    "Course",
    "CourseIndexPage",
    "CoursePage",
    "CourseRun",
    "CourseVersion",
    "H5PStepPage",
    "OfficeApprovalTask",
    "ReadingStepPage",
    "Seat",
    "Session",
    "Step",
    "StepPage",
    "VideoStepPage",
]
