"""Columns that are kept in German and English. Statements have columns of their own for two more languages."""

from modeltranslation.translator import TranslationOptions, register

from .models import (
    Barrier,
    DateSeries,
    FollowUp,
    Goal,
    JourneyMap,
    Measure,
    Milestone,
    Phase,
    Process,
    ProcessTemplate,
    Recommendation,
    Statement,
    TemplateMilestone,
    TemplatePhase,
)


@register(ProcessTemplate)
class ProcessTemplateTranslation(TranslationOptions):
    fields = ("title",)
    required_languages = ("de",)


@register(TemplatePhase)
class TemplatePhaseTranslation(TranslationOptions):
    fields = ("title", "exit_check")
    required_languages = {"de": ("title",)}


@register(TemplateMilestone)
class TemplateMilestoneTranslation(TranslationOptions):
    fields = ("title",)
    required_languages = ("de",)


@register(Process)
class ProcessTranslation(TranslationOptions):
    fields = ("title", "goal", "release_text")
    required_languages = {"de": ("title",)}


@register(Phase)
class PhaseTranslation(TranslationOptions):
    fields = ("title", "exit_check")
    required_languages = {"de": ("title",)}


@register(Milestone)
class MilestoneTranslation(TranslationOptions):
    fields = ("title",)
    required_languages = ("de",)


@register(Statement)
class StatementTranslation(TranslationOptions):
    fields = ("title", "summary")
    required_languages = ("de",)


@register(Recommendation)
class RecommendationTranslation(TranslationOptions):
    fields = ("text",)
    required_languages = ("de",)


@register(FollowUp)
class FollowUpTranslation(TranslationOptions):
    fields = ("note",)


@register(DateSeries)
class DateSeriesTranslation(TranslationOptions):
    fields = ("title",)
    required_languages = ("de",)


@register(JourneyMap)
class JourneyMapTranslation(TranslationOptions):
    fields = ("service",)
    required_languages = ("de",)


@register(Barrier)
class BarrierTranslation(TranslationOptions):
    fields = ("title", "description")
    required_languages = ("de",)


@register(Goal)
class GoalTranslation(TranslationOptions):
    fields = ("title",)
    required_languages = ("de",)


@register(Measure)
class MeasureTranslation(TranslationOptions):
    fields = ("title", "owner", "criterion")
    required_languages = {"de": ("title",)}
