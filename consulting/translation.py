"""Columns of processes and templates that are kept in German and English."""

from modeltranslation.translator import TranslationOptions, register

from .models import Milestone, Phase, Process, ProcessTemplate, TemplateMilestone, TemplatePhase


@register(ProcessTemplate)
class ProcessTemplateTranslation(TranslationOptions):
    fields = ("title",)


@register(TemplatePhase)
class TemplatePhaseTranslation(TranslationOptions):
    fields = ("title",)


@register(TemplateMilestone)
class TemplateMilestoneTranslation(TranslationOptions):
    fields = ("title",)


@register(Process)
class ProcessTranslation(TranslationOptions):
    fields = ("title", "goal", "release_text")


@register(Phase)
class PhaseTranslation(TranslationOptions):
    fields = ("title",)


@register(Milestone)
class MilestoneTranslation(TranslationOptions):
    fields = ("title",)
