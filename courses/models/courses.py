"""The language-neutral course, and the numbered versions of its steps."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.common.append_only import AppendOnly
from academy.common.lessons import ue_text
from academy.enums import ServiceField, Vocabulary
from courses.enums import AnswerKind, ApprovalPolicy, CourseFormat, CourseType, StepKind, TaskReview

from .release import ReleaseRule, release_is_whole

EMPOWERMENT_NEEDS_NO_APPROVAL = _(
    "An empowerment space needs no approval: who is asked would learn who comes. Please choose «no approval needed»."
)


class Course(models.Model):
    """What holds in every language: type, scope, audience, defaults of its runs. The words stand on its CoursePages."""

    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    type = models.CharField(_("type"), max_length=30, choices=CourseType)
    format = models.CharField(_("format"), max_length=20, choices=CourseFormat)
    ue = models.DecimalField(
        _("scope in UE"), max_digits=5, decimal_places=1, help_text=_("One UE is a lesson of 45 minutes.")
    )
    field = models.CharField(_("topic"), max_length=20, choices=ServiceField)
    language = models.CharField(_("course language"), max_length=12, default="de")
    capacity_min = models.PositiveSmallIntegerField(_("smallest number of participants"), default=1)
    capacity_max = models.PositiveSmallIntegerField(
        _("places"), null=True, blank=True, help_text=_("Left empty: no limit.")
    )
    approval = models.CharField(_("approval"), max_length=10, choices=ApprovalPolicy, default=ApprovalPolicy.APPROVE)
    approval_title = models.CharField(
        _("neutral title"),
        max_length=200,
        blank=True,
        help_text=_(
            "What supervisors, calendars and mails call the course, where its own title would reveal too much."
        ),
    )
    is_list_protected = models.BooleanField(
        _("participants are listed for the trainer only"),
        default=False,
    )
    target_groups = models.ManyToManyField(
        "academy.Term",
        verbose_name=_("target groups"),
        related_name="+",
        blank=True,
        limit_choices_to={"vocabulary": Vocabulary.TARGET_GROUPS},
    )
    access = models.ManyToManyField(
        "academy.Term",
        verbose_name=_("access features"),
        related_name="+",
        blank=True,
        limit_choices_to={"vocabulary": Vocabulary.ACCESS},
    )

    prerequisites = models.ManyToManyField(
        "self",
        verbose_name=_("builds on"),
        related_name="leads_to",
        symmetrical=False,
        blank=True,
        help_text=_("Whoever enrols must have completed these courses; the academy office can make exceptions."),
    )

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ue__gt=0),
                name="course_has_scope",
                violation_error_message=_("A course has at least a part of one UE."),
            ),
            models.CheckConstraint(
                condition=Q(capacity_max__isnull=True) | Q(capacity_max__gte=models.F("capacity_min")),
                name="course_capacity_in_order",
                violation_error_message=_("The number of places lies below the smallest number of participants."),
            ),
            models.CheckConstraint(
                condition=~Q(type=CourseType.EMPOWERMENT) | Q(approval=ApprovalPolicy.NONE),
                name="empowerment_asks_no_approval",
                violation_error_message=EMPOWERMENT_NEEDS_NO_APPROVAL,
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def page(self, language: str):
        """The live page in that language, else the German one, else any; None where there is none."""
        pages = {page.language: page for page in self.pages.all() if page.live}
        return pages.get(language) or pages.get("de") or next(iter(pages.values()), None)

    def title(self, language: str) -> str:
        """The title of the page that `page` gives, else the short name."""
        page = self.page(language)
        return page.title if page else self.slug

    def outward_title(self, language: str) -> str:
        """What supervisors, calendars and mails may read: the neutral title where the course has one (DOMAIN.md
        0.5).
        """
        neutral = (
            getattr(self, "approval_title_en" if language == "en" else "approval_title_de") or self.approval_title_de
        )
        return neutral or self.title(language)

    def scope_text(self) -> str:
        return ue_text(self.ue)


class CourseVersion(AppendOnly):
    """The structure of a course at one moment, and the share of the lessons that its completion asks for: numbered,
    never changed. A run pins one, so that another rule tomorrow takes nothing away from who learns today.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    partly_percent = models.PositiveSmallIntegerField(_("partly completed from (percent of the lessons)"), default=50)
    full_percent = models.PositiveSmallIntegerField(_("completed from (percent of the lessons)"), default=80)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("course version")
        verbose_name_plural = _("course versions")
        ordering = ["course_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="one_version_per_number"),
            models.CheckConstraint(
                condition=Q(partly_percent__gte=1, full_percent__gte=F("partly_percent"), full_percent__lte=100),
                name="version_shares_are_percents",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} v{self.number}"

    @property
    def label(self) -> str:
        """Number and day, as people read it."""
        day = f"{timezone.localtime(self.created_at):%d.%m.%Y}"
        return _("Version %(number)d of %(day)s") % {"number": self.number, "day": day}


class Step(ReleaseRule, AppendOnly):
    """One step of one version. `key` is the page's translation key: the same step in every language and version.

    The row never changes, its page does: learners read what was last published there, in their language where there is
    one, even after the page was taken back.
    """

    version = models.ForeignKey(CourseVersion, models.PROTECT, related_name="steps")
    key = models.UUIDField(_("key"))
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=20, choices=StepKind)
    is_required = models.BooleanField(_("required"), default=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    min_score = models.PositiveSmallIntegerField(
        _("lowest score that counts (percent)"), null=True, blank=True, help_text=_("Left empty: any score counts.")
    )
    answer = models.CharField(_("kind of answer"), max_length=10, choices=AnswerKind, blank=True)
    review = models.CharField(_("feedback"), max_length=10, choices=TaskReview, blank=True)
    questions = models.JSONField(_("questions"), default=list, blank=True)
    page = models.ForeignKey("wagtailcore.Page", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["version_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="one_step_per_key"),
            models.UniqueConstraint(fields=["version", "position"], name="one_step_per_position"),
            models.CheckConstraint(
                condition=Q(min_score__isnull=True) | Q(min_score__lte=100), name="score_is_percent"
            ),
            models.CheckConstraint(
                condition=Q(~Q(kind=StepKind.TASK), answer="", review="")
                | Q(Q(kind=StepKind.TASK), ~Q(answer=""), ~Q(review="")),
                name="task_has_answer_and_review",
            ),
            models.CheckConstraint(condition=release_is_whole(), name="release_is_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.version}, {self.position}"

    @property
    def waits_for_feedback(self) -> bool:
        """Whether a trainer owes whoever hands something in an answer."""
        return self.review in (TaskReview.PROMISED, TaskReview.DECIDES)

    @property
    def question_shape(self) -> list[tuple[str, str, int]]:
        """What makes the questions of a feedback step other questions; their wording does not."""
        return [(one["key"], one["kind"], len(one["options"])) for one in self.questions]
