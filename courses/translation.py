"""Columns of courses that are kept in German and English."""

from modeltranslation.translator import TranslationOptions, register

from .models import Course


@register(Course)
class CourseTranslation(TranslationOptions):
    fields = ("approval_title",)
