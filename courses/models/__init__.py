"""What we teach."""

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
    "ReadingStepPage",
    "Seat",
    "Session",
    "Step",
    "StepPage",
    "VideoStepPage",
]
