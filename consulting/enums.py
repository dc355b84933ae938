"""States, functions and moves of process facilitation and of statements. Wording: DOMAIN.md 1 to 3."""

from enum import IntEnum

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

GROUP_SIZE = 3  # C1: members of the process group that an agreement needs
SOON_DAYS = 14  # a date this near is "due soon"


class ProcessState(TextChoices):
    REQUEST = "request", pgettext_lazy("process", "request")
    CLARIFICATION = "clarification", pgettext_lazy("process", "clarification")
    ACTIVE = "active", pgettext_lazy("process", "active")
    PAUSED = "paused", pgettext_lazy("process", "paused")
    CLOSED = "closed", pgettext_lazy("process", "closed")
    ABORTED = "aborted", pgettext_lazy("process", "aborted")


WORKING_STATES = [ProcessState.CLARIFICATION, ProcessState.ACTIVE]  # phases move and dates count
OVER_STATES = [ProcessState.CLOSED, ProcessState.ABORTED]


class PhaseKey(TextChoices):
    """The seven phases of the standard flow. A template takes some of them, always the first, and words them itself."""

    CLARIFY = "clarify", pgettext_lazy("phase", "clarification")
    ANALYSE = "analyse", pgettext_lazy("phase", "analysis")
    GOALS = "goals", pgettext_lazy("phase", "goals")
    PLAN = "plan", pgettext_lazy("phase", "planning")
    IMPLEMENT = "implement", pgettext_lazy("phase", "implementation")
    EVALUATE = "evaluate", pgettext_lazy("phase", "evaluation")
    SUSTAIN = "sustain", pgettext_lazy("phase", "anchoring")


class PhaseState(TextChoices):
    OPEN = "open", pgettext_lazy("phase", "open")
    ACTIVE = "active", pgettext_lazy("phase", "active")
    REACHED = "reached", pgettext_lazy("phase", "reached")
    REOPENED = "reopened", pgettext_lazy("phase", "re-opened")


CURRENT_PHASE_STATES = [PhaseState.ACTIVE, PhaseState.REOPENED]


class ProcessRole(TextChoices):
    """The function of a person in one process; what somebody is on the platform is `academy.enums.Role`."""

    SPONSOR = "sponsor", _("commissioning lead")
    FACILITATOR = "facilitator", _("process facilitator")
    GROUP = "group", _("member of the process group")
    STEERING = "steering", _("member of the steering group")
    MSO_PARTNER = "mso_partner", _("MSO partner")
    GUEST = "guest", _("guest")


UNIT_FUNCTIONS = [ProcessRole.SPONSOR, ProcessRole.GROUP, ProcessRole.STEERING]  # held by people of the organisation


class ReleaseState(TextChoices):
    """Whether the unit has released a summary to the public."""

    NONE = "none", _("not released")
    RELEASED = "released", _("released to the public")
    WITHDRAWN = "withdrawn", _("release withdrawn")


class Move(TextChoices):
    """What can happen to a process and its parts; the log tells it in these words."""

    CREATE = "create", _("Process facilitation created")
    CHANGE = "change", _("Header changed")
    TAKE_UP = "take_up", _("Request taken up")
    ACTIVATE = "activate", _("Process facilitation started")
    PAUSE = "pause", _("Process facilitation paused")
    RESUME = "resume", _("Process facilitation resumed")
    CLOSE = "close", _("Process facilitation closed")
    ABORT = "abort", _("Process facilitation aborted")
    DATE_AGREEMENT = "date_agreement", _("Agreement dated")
    SIGN_AGREEMENT = "sign_agreement", _("Agreement confirmed for the unit")
    ACTIVATE_PHASE = "activate_phase", _("Phase begun")
    REACH_PHASE = "reach_phase", _("Phase reached")
    REOPEN_PHASE = "reopen_phase", _("Phase re-opened")
    CHANGE_PHASE = "change_phase", _("Phase changed")
    ADD_MILESTONE = "add_milestone", _("Milestone added")
    CHANGE_MILESTONE = "change_milestone", _("Milestone changed")
    TICK_MILESTONE = "tick_milestone", _("Milestone done")
    UNTICK_MILESTONE = "untick_milestone", _("Milestone open again")
    DROP_MILESTONE = "drop_milestone", _("Milestone dropped")
    RESTORE_MILESTONE = "restore_milestone", _("Milestone restored")
    ADD_MEMBER = "add_member", _("Person added")
    END_MEMBER = "end_member", _("Access of a person ended")
    OPEN_ASSESSMENT = "open_assessment", _("Self-assessment opened")
    CLOSE_ASSESSMENT = "close_assessment", _("Self-assessment closed")
    REOPEN_ASSESSMENT = "reopen_assessment", _("Self-assessment opened again")
    TAKE_OVER = "take_over", _("Change of the template taken over")
    SETTLE_TEMPLATE = "settle_template", _("New version of the template looked through")


class TemplateChange(TextChoices):
    """In what a newer version of a template can differ from the one that a process came from."""

    ORDER_PHASES = "order_phases", _("order of the phases")
    ADD_PHASE = "add_phase", _("phase added")
    DROP_PHASE = "drop_phase", _("phase taken out")
    RENAME_PHASE = "rename_phase", _("phase renamed")
    CHECK_PHASE = "check_phase", _("exit check changed")
    ADD_MILESTONE = "add_milestone", _("milestone added")
    DROP_MILESTONE = "drop_milestone", _("milestone taken out")
    RENAME_MILESTONE = "rename_milestone", _("milestone renamed")
    MOVE_MILESTONE = "move_milestone", _("milestone moved")


class Pace(TextChoices):
    """The light of a process: read from its dates, never stored."""

    ON_TRACK = "on_track", _("on track")
    DUE = "due", _("due soon")
    OVERDUE = "overdue", _("overdue")


class ProcessAccess(IntEnum):
    """How much of a process somebody sees (DOMAIN.md 2.5): M title, phase, dates; R all of the header; W changes it."""

    NONE = 0
    METADATA = 1
    READ = 2
    WRITE = 3


# --- Statements ----------------------------------------------------------------------------------------------------
class StatementState(TextChoices):
    DRAFT = "draft", pgettext_lazy("statement", "draft")
    MSO_REVIEW = "mso_review", _("review by the MSO")
    RELEASED = "released", pgettext_lazy("statement", "released")
    PUBLISHED = "published", pgettext_lazy("statement", "published")
    SUPERSEDED = "superseded", pgettext_lazy("statement", "superseded")


OUT_STATES = [StatementState.PUBLISHED, StatementState.SUPERSEDED]  # have been public, and have a day for it
SIGNING_STATES = [StatementState.MSO_REVIEW, StatementState.RELEASED]  # consent can be given and taken back


class ConsentState(TextChoices):
    """Whether an organisation lets its name stand under a statement."""

    OPEN = "open", pgettext_lazy("consent", "open")
    GIVEN = "given", pgettext_lazy("consent", "given")
    REFUSED = "refused", pgettext_lazy("consent", "refused")


class AnswerState(TextChoices):
    """What became of a recommendation: the addressee and the MSO each say it for themselves (D6)."""

    OPEN = "open", pgettext_lazy("answer", "open")
    PROMISED = "promised", _("promised")
    IN_PROGRESS = "in_progress", pgettext_lazy("answer", "in progress")
    PARTLY = "partly", _("partly put into practice")
    DONE = "done", _("put into practice")
    REFUSED = "refused", pgettext_lazy("answer", "refused")
    NO_ANSWER = "no_answer", _("no answer")


class StatementMoveKind(TextChoices):
    """What can happen to a statement; the log tells it in these words."""

    CREATE = "create", _("Statement drafted")
    CHANGE = "change", _("Statement reworded")
    ADD_SIGNATORY = "add_signatory", _("Signatory added")
    ADD_RECOMMENDATION = "add_recommendation", _("Recommendation added")
    SUBMIT = "submit", _("Sent to the signatories")
    GIVE_CONSENT = "give_consent", _("Consent given")
    REFUSE_CONSENT = "refuse_consent", _("Consent refused")
    REOPEN = "reopen", _("Back to the signatories")
    RETURN = "return", _("Back to drafting")
    RELEASE = "release", _("Statement released")
    PUBLISH = "publish", _("Statement published")
    SUPERSEDE = "supersede", _("Statement superseded")


class SeriesKind(TextChoices):
    """What comes again and again."""

    CONSULTING_HOUR = "consulting_hour", _("consulting hour")
    ROUND_TABLE = "round_table", _("round table")


class SeriesRhythm(TextChoices):
    WEEKLY = "weekly", _("by weeks")
    MONTHLY = "monthly", _("by months, on the same weekday")


# --- Barriers and measures (DOMAIN.md 2.2, 2.3) ---------------------------------------------------------------------
class JourneyState(TextChoices):
    """A map of the service is drawn, then agreed with the group."""

    DRAFT = "draft", pgettext_lazy("journey map", "draft")
    AGREED = "agreed", pgettext_lazy("journey map", "agreed")


class BarrierState(TextChoices):
    SUSPECTED = "suspected", pgettext_lazy("barrier", "suspected")
    EVIDENCED = "evidenced", pgettext_lazy("barrier", "evidenced")
    CONFIRMED = "confirmed", pgettext_lazy("barrier", "confirmed")
    IN_PROGRESS = "in_progress", pgettext_lazy("barrier", "in progress")
    PARTLY_REMOVED = "partly_removed", pgettext_lazy("barrier", "partly removed")
    REMOVED = "removed", pgettext_lazy("barrier", "removed")
    DEFERRED = "deferred", pgettext_lazy("barrier", "deferred")


CONFIRMED_BARRIERS = [
    BarrierState.CONFIRMED,
    BarrierState.IN_PROGRESS,
    BarrierState.PARTLY_REMOVED,
    BarrierState.REMOVED,
]


class BarrierEffect(TextChoices):
    """Direct, or a rule that looks neutral and puts a group at a particular disadvantage (AGG § 3(2), LADG § 4)."""

    DIRECT = "direct", _("direct")
    INDIRECT = "indirect", _("indirect: the same rule for all, with a particular disadvantage for some")


class Reach(IntegerChoices):
    SINGLE = 1, _("single people")
    SOME = 2, _("some of those who come")
    MANY = 3, _("many of those who come")
    ALL = 4, _("nearly everybody of the group")


class Consequence(IntegerChoices):
    NUISANCE = 1, _("unpleasant")
    DETOUR = 2, _("costs time or money")
    LOSS = 3, _("a right is used late or in part")
    EXCLUSION = 4, _("a right is not used at all")


class Priority(TextChoices):
    """Reach times consequence: computed, never stored."""

    LOW = "low", pgettext_lazy("priority", "low")
    MEDIUM = "medium", pgettext_lazy("priority", "medium")
    HIGH = "high", pgettext_lazy("priority", "high")


class EvidenceKind(TextChoices):
    DOCUMENT = "document", _("document")
    INTERVIEW = "interview", _("interview")
    OBSERVATION = "observation", _("observation or test visit")
    FOCUS_GROUP_MSO = "focus_group_mso", _("focus group with MSO")
    NEED = "need", _("need from the dialogue")
    UNIT_FIGURES = "unit_figures", _("figures of the unit")
    COMPLAINT_TOTALS = "complaint_totals", _("complaints (totals only)")
    RESEARCH = "research", _("research")
    OWN_REFLECTION = "own_reflection", _("own reflection")


class EvidenceOrigin(TextChoices):
    """Whose evidence it is: who may release it, and from whom it is kept until then."""

    OPERATOR = "operator", _("process facilitation")
    UNIT = "unit", _("the unit")
    MSO = "mso", _("a migrant self-organisation")


class EvidenceRelease(TextChoices):
    INTERNAL = "internal", _("internal")
    RELEASED = "released", pgettext_lazy("evidence", "released")
    WITHDRAWN = "withdrawn", pgettext_lazy("evidence", "release withdrawn")


class BarrierMoveKind(TextChoices):
    """What can happen to a barrier; the log tells it in these words."""

    RECORD = "record", _("Barrier recorded")
    CHANGE = "change", _("Barrier reworded")
    ADD_EVIDENCE = "add_evidence", _("Evidence added")
    SUBSTANTIATE = "substantiate", _("Barrier evidenced")
    CONFIRM = "confirm", _("Barrier confirmed")
    START = "start", _("Work on the barrier begun")
    REMOVE_PARTLY = "remove_partly", _("Barrier partly removed")
    REMOVE = "remove", _("Barrier removed")
    DEFER = "defer", _("Barrier deferred")
    RESUME = "resume", _("Barrier taken up again")


class ReleaseAct(TextChoices):
    RELEASE = "release", pgettext_lazy("release", "released")
    WITHDRAW = "withdraw", pgettext_lazy("release", "taken back")


class MeasureState(TextChoices):
    IDEA = "idea", pgettext_lazy("measure", "idea")
    DECIDED = "decided", pgettext_lazy("measure", "decided")
    IN_PROGRESS = "in_progress", pgettext_lazy("measure", "in progress")
    IMPLEMENTED = "implemented", pgettext_lazy("measure", "implemented")
    CHECKED = "checked", pgettext_lazy("measure", "checked")
    DROPPED = "dropped", pgettext_lazy("measure", "dropped")


PENDING_MEASURES = [MeasureState.DECIDED, MeasureState.IN_PROGRESS]  # C8: these can be overdue
FINAL_MEASURES = [MeasureState.CHECKED, MeasureState.DROPPED]  # C2: with these a process can be closed


# --- Documents (DOMAIN.md 2.2) --------------------------------------------------------------------------------------
class DocumentKind(TextChoices):
    AGREEMENT = "agreement", pgettext_lazy("document", "agreement")
    PLAN = "plan", pgettext_lazy("document", "plan")
    MINUTES = "minutes", pgettext_lazy("document", "minutes")
    REPORT = "report", pgettext_lazy("document", "report")
    MATERIAL = "material", pgettext_lazy("document", "material")


PARTNER_KINDS = [DocumentKind.REPORT, DocumentKind.MATERIAL]  # can be handed to partners outside of the unit
UNIT_KINDS = [DocumentKind.MINUTES, *PARTNER_KINDS]  # can be released to the whole unit; agreement and plan never


class DocumentState(TextChoices):
    """The state of one version. A new one that is in force replaces the one before, which stays readable."""

    DRAFT = "draft", pgettext_lazy("document", "draft")
    VALID = "valid", pgettext_lazy("document", "in force")
    SUPERSEDED = "superseded", pgettext_lazy("document", "replaced")


class DocumentMoveKind(TextChoices):
    """What can happen to a document; the log tells it in these words."""

    ADD = "add", _("Document added")
    CHANGE = "change", _("Document renamed")
    ADD_VERSION = "add_version", _("New version added")
    APPROVE = "approve", _("Version put in force")
    RELEASE = "release", _("Document released to more people")
    WITHDRAW = "withdraw", _("Release of the document taken back")


class EffectResult(TextChoices):
    EFFECTIVE = "effective", _("effective")
    PARTLY = "partly", _("partly effective")
    NOT_EFFECTIVE = "not_effective", _("not effective")
    UNCLEAR = "unclear", _("unclear")


class MeasureMoveKind(TextChoices):
    """What can happen to a measure; the log tells it in these words."""

    NOTE = "note", _("Measure noted")
    CHANGE = "change", _("Measure reworded")
    DECIDE = "decide", _("Measure decided")
    START = "start", _("Measure begun")
    IMPLEMENT = "implement", _("Measure implemented")
    CHECK = "check", _("Effect checked")
    DROP = "drop", _("Measure dropped")
    HAND_OVER = "hand_over", _("Measure handed over")


# --- Self-assessment (DOMAIN.md 2.7) --------------------------------------------------------------------------------
class AssessmentTime(TextChoices):
    START = "start", pgettext_lazy("self-assessment", "start")
    INTERIM = "interim", pgettext_lazy("self-assessment", "in between")
    END = "end", pgettext_lazy("self-assessment", "end")


class AssessmentState(TextChoices):
    OPEN = "open", pgettext_lazy("self-assessment", "open")
    CLOSED = "closed", pgettext_lazy("self-assessment", "closed")


class AssessmentAudience(TextChoices):
    """Who answers: those with a function in the process, or all staff of the unit who have an account."""

    UNIT = "unit", _("commissioning lead, process group and all staff of the unit")
    GROUP = "group", _("commissioning lead and process group only")


class Rating(TextChoices):
    """How far a unit has got with one item. What is not known counts in no mean; its share is shown (C10)."""

    NONE = "0", _("0 – not a topic yet")
    IDEAS = "1", _("1 – first ideas")
    PARTLY = "2", _("2 – partly put into practice")
    MOSTLY = "3", _("3 – mostly put into practice")
    ANCHORED = "4", _("4 – firmly anchored")
    UNKNOWN = "unknown", _("I do not know")


HIGHEST_RATING = 4


# --- Meetings (DOMAIN.md 2.2) ----------------------------------------------------------------------------------------
class MeetingKind(TextChoices):
    CLARIFICATION = "clarification", pgettext_lazy("meeting", "clarification talk")
    PROCESS_GROUP = "process_group", pgettext_lazy("meeting", "process group")
    STEERING = "steering", pgettext_lazy("meeting", "steering group")
    REFLECTION_WORKSHOP = "reflection_workshop", pgettext_lazy("meeting", "reflection workshop")
    FOCUS_GROUP = "focus_group", pgettext_lazy("meeting", "focus group")


AGENDAS = {  # what is talked about unless somebody says otherwise, one item a line
    MeetingKind.CLARIFICATION: _(
        "Welcome and occasion\nWhich service, which site\nRoles, time and confidentiality\nStaff council\nNext steps"
    ),
    MeetingKind.PROCESS_GROUP: _(
        "Arriving\nWhat has become of the last tasks\nAccess barriers and evidence\nMeasures\nDecisions and tasks"
    ),
    MeetingKind.STEERING: _("Where the process stands\nWhat needs a decision\nMeans and dates\nNext steps"),
    MeetingKind.REFLECTION_WORKSHOP: _(
        "Arriving and agreements\nWhat has changed for those who come\nView of the MSO\nWhat we take along"
    ),
    MeetingKind.FOCUS_GROUP: _(
        "Welcome, pay and interpreting\nWhat may be passed on\nThe way to the service\nWhat should change\nOutlook"
    ),
}


class MinutesState(TextChoices):
    """A meeting is planned as long as nobody has written minutes of it."""

    PLANNED = "planned", pgettext_lazy("minutes", "planned")
    DRAFT = "draft", pgettext_lazy("minutes", "draft")
    CIRCULATED = "circulated", pgettext_lazy("minutes", "circulated")
    CONFIRMED = "confirmed", pgettext_lazy("minutes", "confirmed")


WRITABLE_MINUTES = [MinutesState.PLANNED, MinutesState.DRAFT]
SHOWN_MINUTES = [MinutesState.CIRCULATED, MinutesState.CONFIRMED]  # before that only facilitation reads them


class EntryKind(TextChoices):
    DECISION = "decision", pgettext_lazy("minutes", "decision")
    TASK = "task", _("task")


class MeetingMoveKind(TextChoices):
    """What can happen to a meeting and its minutes; the log tells it in these words."""

    PLAN = "plan", _("Meeting planned")
    CHANGE = "change", _("Meeting changed")
    CANCEL = "cancel", _("Meeting called off")
    BEGIN = "begin", _("Minutes begun")
    CIRCULATE = "circulate", _("Minutes circulated")
    RETURN = "return", _("Minutes back in draft")
    CONFIRM = "confirm", _("Minutes confirmed")
    ADD = "add", _("Addendum written")
