"""Columns of processes and templates that are kept in German and English."""

from modeltranslation.translator import TranslationOptions, register

from .models import Milestone, Phase, Process, ProcessTemplate, TemplateMilestone, TemplatePhase


@register(ProcessTemplate)
class ProcessTemplateTranslation(TranslationOptions):
    fields = ("title",)
    required_languages = ("de",)


@register(TemplatePhase)
class TemplatePhaseTranslation(TranslationOptions):
    fields = ("title",)
    required_languages = ("de",)


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
    fields = ("title",)
    required_languages = ("de",)


@register(Milestone)
class MilestoneTranslation(TranslationOptions):
    fields = ("title",)
    required_languages = ("de",)
