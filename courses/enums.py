"""States and choices of courses. Wording: DOMAIN.md 1 and 4."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CourseType(TextChoices):
    INPUT = "input", _("input")
    WORKSHOP = "workshop", _("workshop")
    INHOUSE = "inhouse", _("in-house training")
    SERIES = "series", _("training series")
    SELF_STUDY = "self_study", _("self-study module")
    REFLECTION = "reflection", _("reflection space")
    EMPOWERMENT = "empowerment", _("empowerment space")
    CONFERENCE = "conference", _("conference")
    MENTOR_QUALIFICATION = "mentor_qualification", _("integration mentor qualification")


class CourseFormat(TextChoices):
    IN_PERSON = "in_person", _("in person")
    ONLINE = "online", _("online")
    HYBRID = "hybrid", _("hybrid")
    SELF_STUDY = "self_study", _("self-study")


class ApprovalPolicy(TextChoices):
    """What a run asks of the supervisor (DOMAIN.md 4)."""

    NONE = "none", _("no approval needed")
    INFO = "info", _("you confirm that your supervisor has agreed")
    APPROVE = "approve", _("your supervisor is asked by e-mail")


class WaitingListPolicy(TextChoices):
    """Who lets the waiting list move up: every freed place by itself, or the office by hand."""

    AUTOMATIC = "automatic", _("moves up by itself")
    MANUAL = "manual", _("the office lets people move up")


class Audience(TextChoices):
    """For whom a run is."""

    OPEN = "open", _("open to all")
    INHOUSE = "inhouse", _("in-house, for one organisation")
    ON_REQUEST = "on_request", _("on request, places are given by the office")


class RoomFeature(TextChoices):
    """What a room offers to people who need it."""

    STEP_FREE = "step_free", _("step-free")
    LIFT = "lift", _("lift")
    TOILET = "toilet", _("accessible toilet")
    HEARING_LOOP = "hearing_loop", _("hearing loop")
    QUIET_ROOM = "quiet_room", _("quiet room nearby")
    PARKING = "parking", _("accessible parking space")
    TACTILE = "tactile", _("tactile guidance")
    CHILDREN = "children", _("room for children")


class RunState(TextChoices):
    """Stored states. Planned, full and running are read from dates and seats, never stored (DESIGN.md 3)."""

    DRAFT = "draft", _("draft")
    OPEN = "open", _("open for enrolment")
    CANCELLED = "cancelled", _("cancelled")
    COMPLETED = "completed", _("completed")


class RunStatus(TextChoices):
    """What people see of a run, derived from its state, its dates and its seats."""

    PLANNED = "planned", _("enrolment has not opened yet")
    OPEN = "open", _("places free")
    FULL = "full", _("full, waiting list open")
    CLOSED = "closed", _("enrolment closed")
    RUNNING = "running", _("running")
    CANCELLED = "cancelled", _("cancelled")
    COMPLETED = "completed", _("completed")


class StepKind(TextChoices):
    READING = "reading", _("reading")
    VIDEO = "video", _("video")
    H5P = "h5p", _("interactive exercise")
    DOCUMENT = "document", _("document")
    TASK = "task", _("task")
    SESSION = "session", _("session")
    FEEDBACK = "feedback", _("feedback")


class Release(TextChoices):
    """When a step opens for learners. Days begin at midnight in Berlin."""

    AT_ONCE = "at_once", _("at once")
    FROM_DAY = "from_day", _("from a certain day on")
    BEFORE_SESSION = "before_session", _("some days before a date of the run")
    AFTER_SESSION = "after_session", _("some days after a date of the run")
    AFTER_STEP = "after_step", _("after another step")


class AnswerKind(TextChoices):
    """How a task is answered."""

    TEXT = "text", _("a text")
    UPLOAD = "upload", _("a file")
    EITHER = "either", _("a text, a file or both")


class TaskReview(TextChoices):
    """What becomes of an answer that was handed in, and what makes the step done."""

    NONE = "none", _("done by handing in, no feedback is promised")
    PROMISED = "promised", _("done by handing in, the trainer gives feedback")
    DECIDES = "decides", _("done when the trainer has accepted it")


class QuestionKind(TextChoices):
    """How a question of a feedback step is answered."""

    SCALE = "scale", _("scale from 1 to 5")
    CHOICE = "choice", _("choice")
    TEXT = "text", _("own words")


class MaterialKind(TextChoices):
    """What the material library holds."""

    DOCUMENT = "document", _("document")
    IMAGE = "image", _("image")
    EXERCISE = "exercise", _("exercise")


class Licence(TextChoices):
    """Under which terms a file may be used."""

    UNSTATED = "", _("not stated")
    OWN = "own", _("own work, all rights with us")
    PERMISSION = "permission", _("all rights reserved, used with permission")
    CC0 = "cc0", _("CC0 1.0 (no rights reserved)")
    CC_BY = "cc_by_4", _("CC BY 4.0")
    CC_BY_SA = "cc_by_sa_4", _("CC BY-SA 4.0")
    OTHER = "other", _("another licence")


class AccessState(TextChoices):
    """What is known about the accessibility of a file."""

    UNCHECKED = "unchecked", _("not checked")
    ACCESSIBLE = "accessible", _("checked: accessible")
    NOT_ACCESSIBLE = "not_accessible", _("checked: not accessible")
