"""Forms of the material library: what is known about a file, and another file in its place."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput
from wagtail.images.fields import WagtailImageField

from academy.common.languages import language_choices
from home import file_forms

from . import material_reads, permissions, services
from .enums import AccessState, Licence, MaterialKind

ACCESS_FIELDS = ("access", "access_note", "checked_by", "checked_on")
FACT_FIELDS = ("licence", "source", "language", *ACCESS_FIELDS)
NEEDS_FUNCTION = _("Please say in which function it was checked, such as «editors». No name is needed.")
NEEDS_DAY = _("Please give the day when it was checked.")
STILL_TO_COME = _("A check that is still to come does not count. Please give the day when it was done.")


class FactsFields(forms.Form):
    """Licence, source, language and accessibility: asked wherever a file is uploaded or described."""

    licence = forms.ChoiceField(label=_("Licence"), required=False, widget=forms.Select({"class": "w-w-full"}))
    source = forms.CharField(
        label=_("Author or source"),
        required=False,
        max_length=200,
        help_text=_("As the licence asks for it, such as «Anti-discrimination office, 2025»."),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    access = forms.ChoiceField(label=_("Accessibility"), required=False, initial=AccessState.UNCHECKED)
    access_note = forms.CharField(
        label=_("What helps"),
        required=False,
        max_length=300,
        help_text=_("Where it is not accessible: what people can use in its place. Learners read this."),
    )
    checked_by = forms.CharField(
        label=_("Checked by"),
        required=False,
        max_length=100,
        help_text=_("The function, such as «editors». Please give no name."),
    )
    checked_on = forms.DateField(label=_("Checked on"), required=False, widget=AdminDateInput)

    def prepare_facts(self, facts) -> None:
        """Choices, and what is known already."""
        self.fields["licence"].choices = Licence.choices
        self.fields["language"].choices = [("", _("not stated")), *language_choices(facts.language)]
        self.fields["access"].choices = AccessState.choices
        for name in FACT_FIELDS:
            self.initial.setdefault(name, getattr(facts, name))

    def check_facts(self, given: dict) -> None:
        """A check has a function and a day; the day is not still to come."""
        given["access"] = given.get("access") or AccessState.UNCHECKED
        if given["access"] == AccessState.UNCHECKED:
            return
        if not (given.get("checked_by") or "").strip():
            self.add_error("checked_by", NEEDS_FUNCTION)
        day = given.get("checked_on")
        if day is None and "checked_on" not in self.errors:
            self.add_error("checked_on", NEEDS_DAY)
        elif day is not None and day > timezone.localdate():
            self.add_error("checked_on", STILL_TO_COME)


class MaterialFactsForm(FactsFields):
    """On the page of one material. An exercise names licence and language in its package."""

    def __init__(self, *args, material, **kwargs):
        super().__init__(*args, **kwargs)
        self.prepare_facts(material_reads.facts_of(material))
        if material_reads.kind_of(material) == MaterialKind.EXERCISE:
            for name in set(FACT_FIELDS) - set(ACCESS_FIELDS):
                del self.fields[name]

    def clean(self):
        given = super().clean()
        self.check_facts(given)
        return given


class WithFacts(FactsFields):
    """Mixed into the forms of Wagtail. A file that is there already is replaced on a page of its own, which says where
    it is used.
    """

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.actor = user
        self.asks_facts = user is not None and permissions.can_read_material(user)
        if self.asks_facts:
            self.prepare_facts(material_reads.facts_of(self.instance))
        else:
            for name in FACT_FIELDS:
                del self.fields[name]
        if self.instance.pk:
            self.fields.pop("file", None)

    def clean(self):
        given = super().clean()
        if self.asks_facts:
            self.check_facts(self.cleaned_data)
        return given

    def save(self, commit=True):
        stored = super().save(commit)
        if commit and self.asks_facts:
            facts = {name: self.cleaned_data.get(name) for name in FACT_FIELDS}
            services.describe_material(material=stored, actor=self.actor, at=timezone.now(), **facts)
        return stored


class DocumentForm(WithFacts, file_forms.DocumentForm):
    pass


class ImageForm(WithFacts, file_forms.ImageForm):
    pass


class ReplaceForm(forms.Form):
    """Another file in the place of one that is used."""

    note = forms.CharField(
        label=_("What has changed"),
        required=False,
        max_length=300,
        help_text=_("One sentence for those who answer for the pages. They get it by e-mail."),
    )

    field_order = ("file", "note")

    def __init__(self, *args, material, **kwargs):
        super().__init__(*args, **kwargs)
        kind = material_reads.kind_of(material)
        if kind == MaterialKind.IMAGE:
            self.fields["file"] = WagtailImageField(label=_("New file"))
        else:
            ending = ".h5p" if kind == MaterialKind.EXERCISE else f".{material.file_extension}"
            self.fields["file"] = forms.FileField(
                label=_("New file"),
                widget=forms.FileInput({"accept": ending}),
                help_text=_("A file that ends in %(ending)s.") % {"ending": ending},
            )
        self.order_fields(self.field_order)

    def refuse(self, sentences: list[str]) -> None:
        for sentence in sentences:
            self.add_error("file", sentence)
