"""What we teach."""

from .approval import OfficeApprovalTask
from .courses import EMPOWERMENT_NEEDS_NO_APPROVAL, Course, CourseVersion, Step
from .material import MaterialFacts, MaterialVersion
from .material_pages import DocumentStepPage, SessionStepPage
from .pages import CourseIndexPage, CoursePage, H5PStepPage, ReadingStepPage, StepPage, VideoStepPage
from .release import RELEASE_FIELDS, ReleaseRule
from .rooms import Room
from .runs import CourseRun, Seat, Session
from .step_editing import title_of_step
from .task_pages import MOST_QUESTIONS, FeedbackStepPage, TaskStepPage

__all__ = [
    "EMPOWERMENT_NEEDS_NO_APPROVAL",
    "MOST_QUESTIONS",
    "RELEASE_FIELDS",
    "Course",
    "CourseIndexPage",
    "CoursePage",
    "CourseRun",
    "CourseVersion",
    "DocumentStepPage",
    "FeedbackStepPage",
    "H5PStepPage",
    "MaterialFacts",
    "MaterialVersion",
    "OfficeApprovalTask",
    "ReadingStepPage",
    "ReleaseRule",
    "Room",
    "Seat",
    "Session",
    "SessionStepPage",
    "Step",
    "StepPage",
    "TaskStepPage",
    "VideoStepPage",
    "title_of_step",
]
