"""Which columns of language-neutral rows are kept in German and English (django-modeltranslation)."""

from modeltranslation.translator import TranslationOptions, register

from .models import Organisation, Term


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    fields = ("note",)


@register(Term)
class TermTranslation(TranslationOptions):
    fields = ("label",)
