"""Pages of the catalogue: words and pictures. Facts of a course and its runs are records (courses.py, runs.py)."""

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from academy.common import films
from courses.enums import Release, StepKind
from home.blocks import BodyBlock
from home.models import EASY_PANEL, BasePage, PublishingForm

from .release import ReleaseRule, leads_back
from .step_editing import RELEASE_PANEL, StepForm
from .step_preview import frame_of, preview_lines

STEPS_MODE, CLOSED_MODE = "steps", "closed"  # modes of the preview
CATALOGUES_KEY = "courses:catalogues:1"
LINES = [("line", blocks.CharBlock(max_length=200, label=_("Line")))]


class CourseIndexPage(BasePage):
    """The catalogue of one language."""

    lead = models.TextField(_("lead"), blank=True)
    notes = StreamField(LINES, verbose_name=_("notes"), blank=True)

    parent_page_types = ["home.HomePage"]
    subpage_types = ["courses.CoursePage"]
    content_panels = [*Page.content_panels, "lead", "notes"]
    settings_panels = [*Page.settings_panels, EASY_PANEL]
    search_fields = [*Page.search_fields, index.SearchField("lead")]

    class Meta:
        verbose_name = _("catalogue")
        verbose_name_plural = _("catalogues")

    def live_variants(self):
        return [page for page in published_catalogues() if page.translation_key == self.translation_key]


def published_catalogues() -> list[CourseIndexPage]:
    """The live catalogues of all languages with title, address and language; from the cache where they are known."""
    known = cache.get(CATALOGUES_KEY)
    if known is None:
        live = CourseIndexPage.objects.live().order_by("path")
        known = list(live.only("title", "url_path", "locale_id", "translation_key"))
        cache.set(CATALOGUES_KEY, known, 600)
    return known


def forget_catalogues(**kwargs) -> None:
    """Receiver: a page was published, taken back, moved or got another address."""
    cache.delete(CATALOGUES_KEY)


class CoursePage(BasePage):
    """What a course is about, in one language."""

    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="pages", verbose_name=_("course"))
    teaser = models.CharField(
        _("teaser"),
        max_length=250,
        help_text=_("One or two sentences for the list of courses."),
        error_messages={"blank": _("Please write a teaser before you publish: it stands in the list of courses.")},
    )
    description = RichTextField(
        _("description"),
        features=["bold", "ul", "ol", "link"],
        error_messages={"blank": _("Please describe the course before you publish.")},
    )
    goals = StreamField(LINES, verbose_name=_("goals"), blank=True)
    content_points = StreamField(
        LINES,
        verbose_name=_("content points"),
        blank=True,
        help_text=_("Three to six points; they are printed on the certificate."),
    )

    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types = [
        "courses.ReadingStepPage",
        "courses.VideoStepPage",
        "courses.H5PStepPage",
        "courses.TaskStepPage",
        "courses.DocumentStepPage",
        "courses.SessionStepPage",
        "courses.FeedbackStepPage",
    ]
    content_panels = [*Page.content_panels, "course", "teaser", "description", "goals", "content_points"]
    settings_panels = [*Page.settings_panels, EASY_PANEL]
    search_fields = [
        *Page.search_fields,
        index.SearchField("teaser"),
        index.SearchField("description"),
        index.SearchField("goals"),
        index.SearchField("content_points"),
        index.AutocompleteField("title"),
        index.AutocompleteField("teaser"),
    ]
    base_form_class = PublishingForm
    search_kind = "courses"
    route_related = ("course",)

    class Meta:
        verbose_name = _("course page")
        verbose_name_plural = _("course pages")

    @cached_property
    def variants(self) -> list["CoursePage"]:
        """The published pages of this course in all languages."""
        return list(CoursePage.objects.filter(course_id=self.course_id, live=True).order_by("locale_id"))

    def live_variants(self):
        return self.variants

    @property
    def preview_modes(self):
        return [("", _("The page in the catalogue")), (STEPS_MODE, _("The steps, as learners see them"))]

    def get_preview_template(self, request, mode_name):
        return (
            "courses/steps_preview.html"
            if mode_name == STEPS_MODE
            else super().get_preview_template(request, mode_name)
        )

    def get_preview_context(self, request, mode_name):
        context = super().get_preview_context(request, mode_name)
        return {**context, "lines": preview_lines(self)} if mode_name == STEPS_MODE and self.path else context

    def clean(self) -> None:
        super().clean()
        twin = CoursePage.objects.filter(course_id=self.course_id, locale_id=self.locale_id).exclude(pk=self.pk)
        if self.course_id and self.locale_id and twin.exists():
            raise ValidationError({"course": _("This course already has a page in this language.")})


class StepPage(ReleaseRule, BasePage):
    """What all steps share. A step is shown to learners through their place, never by its own address."""

    kind: StepKind

    is_required = models.BooleanField(_("required for completion"), default=True)
    minutes = models.PositiveSmallIntegerField(_("estimated minutes"), default=5)

    parent_page_types = ["courses.CoursePage"]
    subpage_types: list[str] = []
    step_panels = [
        MultiFieldPanel([FieldPanel("is_required"), FieldPanel("minutes")], heading=_("Step")),
        RELEASE_PANEL,
    ]
    settings_panels = [*Page.settings_panels, EASY_PANEL]
    search_fields: list = []
    search_kind = None
    base_form_class = StepForm

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        self.tidy_release()
        self.check_release()
        if self.release == Release.AFTER_STEP and self.path:
            self._check_step_before()

    def _check_step_before(self) -> None:
        steps = list(self.get_parent().get_children().specific())
        before = next((step for step in steps if step.translation_key == self.release_after), None)
        sentence = ""
        if before is None:
            sentence = _("The step that must be done before is not in this course. Please choose another one.")
        elif before.kind == StepKind.SESSION:
            sentence = _("A date of the run is attended, not done. Please choose «some days after a date of the run».")
        elif leads_back(self.translation_key, after=self.release_after, steps=steps):
            sentence = _("«%(title)s» waits for this step, so that neither would ever open.") % {"title": before.title}
        if sentence:
            raise ValidationError({"release_after": sentence})

    def serve(self, request, *args, **kwargs):
        raise Http404

    @property
    def preview_modes(self):
        modes = [("", _("As learners see it"))]
        return modes if self.release == Release.AT_ONCE else [*modes, (CLOSED_MODE, _("As long as it is closed"))]

    def get_preview_context(self, request, mode_name):
        context = super().get_preview_context(request, mode_name)
        return {**context, **frame_of(self), "is_closed": mode_name == CLOSED_MODE}

    def get_sitemap_urls(self, request=None):
        return []

    @property
    def lowest_score(self) -> int | None:
        """The score in percent that counts as done; None where any does, or where the step has no score."""
        return None

    def structure(self) -> dict:
        """What belongs to the structure of a course besides, as fields of `Step`."""
        return {}


class ReadingStepPage(StepPage):
    kind = StepKind.READING

    body = StreamField(
        BodyBlock(),
        verbose_name=_("content"),
        error_messages={"blank": _("Please write something to read before you publish.")},
    )

    template = "courses/step_preview.html"
    content_panels = [*Page.content_panels, "body", *StepPage.step_panels]

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")


class VideoStepPage(StepPage):
    """A video from our own server, with captions and a transcript: nobody is left out."""

    kind = StepKind.VIDEO

    video = models.ForeignKey(
        "wagtaildocs.Document",
        models.PROTECT,
        related_name="+",
        verbose_name=_("video"),
        null=True,
        help_text=_("MP4 or WebM."),
        error_messages={"blank": films.NEEDS_VIDEO},
    )
    captions = models.ForeignKey(
        "wagtaildocs.Document",
        models.PROTECT,
        related_name="+",
        verbose_name=_("captions"),
        null=True,
        help_text=_("WebVTT."),
        error_messages={"blank": films.NEEDS_CAPTIONS},
    )
    transcript = RichTextField(
        _("transcript"),
        features=["bold", "ul", "ol"],
        help_text=_("What is said, and what is to be seen where that matters."),
        error_messages={"blank": films.NEEDS_TRANSCRIPT},
    )

    template = "courses/step_preview.html"
    content_panels = [*Page.content_panels, "video", "captions", "transcript", *StepPage.step_panels]

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")

    def clean(self) -> None:
        super().clean()
        wrong = films.wrong_files(video=self.video, captions=self.captions)
        if wrong:
            raise ValidationError(wrong)


class H5PStepPage(StepPage):
    kind = StepKind.H5P

    introduction = RichTextField(_("introduction"), features=["bold", "ul", "ol", "link"], blank=True)
    content = models.ForeignKey(
        "h5p.Content",
        models.PROTECT,
        related_name="+",
        verbose_name=_("interactive exercise"),
        null=True,
        error_messages={"blank": _("Please choose an exercise before you publish.")},
    )
    min_score = models.PositiveSmallIntegerField(
        _("lowest score that counts (percent)"), null=True, blank=True, help_text=_("Left empty: any score counts.")
    )

    template = "courses/step_preview.html"
    content_panels = [*Page.content_panels, "introduction", "content", "min_score", *StepPage.step_panels]

    class Meta:
        verbose_name = _("interactive exercise")
        verbose_name_plural = _("interactive exercises")

    @property
    def lowest_score(self) -> int | None:
        return self.min_score
