"""What we teach."""

from .approval import OfficeApprovalTask
from .courses import EMPOWERMENT_NEEDS_NO_APPROVAL, Course, CourseVersion, Step
from .pages import CourseIndexPage, CoursePage, H5PStepPage, ReadingStepPage, StepPage, VideoStepPage
from .rooms import Room
from .runs import CourseRun, Seat, Session
from .task_pages import MOST_QUESTIONS, FeedbackStepPage, TaskStepPage

__all__ = [
    "EMPOWERMENT_NEEDS_NO_APPROVAL",
    "MOST_QUESTIONS",
    "Course",
    "CourseIndexPage",
    "CoursePage",
    "CourseRun",
    "CourseVersion",
    "FeedbackStepPage",
    "H5PStepPage",
    "OfficeApprovalTask",
    "ReadingStepPage",
    "Room",
    "Seat",
    "Session",
    "Step",
    "StepPage",
    "TaskStepPage",
    "VideoStepPage",
]
