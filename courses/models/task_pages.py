"""Steps that learners answer in their own words: tasks with the trainer's feedback, and anonymous feedback."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from courses.enums import AnswerKind, QuestionKind, StepKind, TaskReview
from home.blocks import BodyBlock

from .pages import StepPage

MOST_QUESTIONS = 8


class TaskStepPage(StepPage):
    """Something to write or to hand in; only the learner and the trainers of the run read the answer."""

    kind = StepKind.TASK

    body = StreamField(
        BodyBlock(),
        verbose_name=_("assignment"),
        error_messages={"blank": _("Please write what is to be done before you publish.")},
    )
    answer = models.CharField(_("kind of answer"), max_length=10, choices=AnswerKind, default=AnswerKind.TEXT)
    review = models.CharField(
        _("feedback"),
        max_length=10,
        choices=TaskReview,
        default=TaskReview.PROMISED,
        help_text=_("Learners read it above the task: please promise only what you can keep."),
    )

    template = "courses/step_preview.html"
    content_panels = [
        *Page.content_panels,
        "body",
        MultiFieldPanel([FieldPanel("answer"), FieldPanel("review")], heading=_("Answer")),
        *StepPage.step_panels,
    ]

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")

    def structure(self) -> dict:
        return {"answer": self.answer, "review": self.review}


def _question_field() -> blocks.CharBlock:
    return blocks.CharBlock(label=_("Question or statement"), max_length=250)


class QuestionsBlock(blocks.StreamBlock):
    """The questions of a feedback step."""

    scale = blocks.StructBlock(
        [
            ("question", _question_field()),
            ("low", blocks.CharBlock(label=_("What 1 means"), max_length=60)),
            ("high", blocks.CharBlock(label=_("What 5 means"), max_length=60)),
        ],
        label=_("Scale from 1 to 5"),
        icon="order",
    )
    choice = blocks.StructBlock(
        [
            ("question", _question_field()),
            (
                "options",
                blocks.ListBlock(
                    blocks.CharBlock(label=_("Answer"), max_length=120), label=_("Answers"), min_num=2, max_num=8
                ),
            ),
        ],
        label=_("Choice of one answer"),
        icon="list-ul",
    )
    text = blocks.StructBlock([("question", _question_field())], label=_("Own words"), icon="pilcrow")


class FeedbackStepPage(StepPage):
    """Up to eight questions to the learners of a run, answered without a name."""

    kind = StepKind.FEEDBACK

    is_required = models.BooleanField(
        _("required for completion"),
        default=False,
        help_text=_("Even then nobody must answer: who skips the questions has done the step as well."),
    )
    minutes = models.PositiveSmallIntegerField(_("estimated minutes"), default=2)
    introduction = RichTextField(_("introduction"), features=["bold", "ul", "ol", "link"], blank=True)
    questions = StreamField(
        QuestionsBlock(),
        verbose_name=_("questions"),
        max_num=MOST_QUESTIONS,
        help_text=_("At most eight. Please ask nothing that tells who answers."),
        error_messages={"blank": _("Please write at least one question before you publish.")},
    )

    template = "courses/step_preview.html"
    content_panels = [*Page.content_panels, "introduction", "questions", *StepPage.step_panels]

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")

    def clean(self) -> None:
        super().clean()
        if len(self.questions) > MOST_QUESTIONS:
            raise ValidationError({"questions": _("Please ask at most eight questions.")})

    @property
    def asked(self) -> list[dict]:
        """The questions as plain data: key, kind, wording, the two ends of a scale, the answers to choose from."""
        return [
            {
                "key": block.id,
                "kind": str(QuestionKind(block.block_type)),
                "question": block.value["question"],
                "low": block.value.get("low", ""),
                "high": block.value.get("high", ""),
                "options": list(block.value.get("options", [])),
            }
            for block in self.questions
        ]

    def structure(self) -> dict:
        return {"questions": self.asked}
