"""What people enter about goals, measures and their effect."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consulting.enums import CONFIRMED_BARRIERS, EffectResult
from consulting.models import Barrier, Measure
from courses.models import Course

from .barriers import WarningForm
from .processes import ENGLISH_HELP, ProcessFormBase, day_field, text_area, title_fields

FUNCTION_ONLY = _("A function, such as «team lead of the info desk»; no name.")


def barrier_choice() -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        label=_("Access barriers"), queryset=Barrier.objects.none(), widget=forms.CheckboxSelectMultiple
    )


class GoalForm(WarningForm):
    title_de, title_en = title_fields(200)
    users_notice = forms.CharField(label=_("How will people notice?"), max_length=500, widget=text_area(3))
    barriers = barrier_choice()
    watched = ("title_de", "users_notice")

    def __init__(self, *args, barriers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["barriers"].queryset = barriers.filter(state__in=CONFIRMED_BARRIERS)


class MeasureForm(WarningForm):
    title_de, title_en = title_fields(200)
    barriers = barrier_choice()
    owner_de = forms.CharField(label=_("Owner, in German"), max_length=120, required=False, help_text=FUNCTION_ONLY)
    owner_en = forms.CharField(label=_("Owner, in English"), max_length=120, required=False, help_text=ENGLISH_HELP)
    deputy = forms.CharField(label=_("Deputy"), max_length=120, required=False, help_text=FUNCTION_ONLY)
    due_on = day_field(_("Due on"), required=False)
    criterion_de = forms.CharField(
        label=_("Success criterion, in German"),
        max_length=300,
        required=False,
        help_text=_("What will be so, that can be seen or counted?"),
    )
    criterion_en = forms.CharField(
        label=_("Success criterion, in English"), max_length=300, required=False, help_text=ENGLISH_HELP
    )
    resources = forms.CharField(label=_("Resources"), max_length=300, required=False)
    steps = forms.CharField(
        label=_("Steps"), max_length=2000, required=False, widget=text_area(), help_text=_("One step a line.")
    )
    courses = forms.ModelMultipleChoiceField(
        label=_("Courses that help"), queryset=Course.objects.none(), required=False, widget=forms.SelectMultiple
    )
    rows = [("deputy", "due_on")]
    watched = ("title_de", "owner_de", "owner_en", "deputy", "criterion_de", "resources", "steps")
    plain = (
        "title_de",
        "title_en",
        "owner_de",
        "owner_en",
        "deputy",
        "due_on",
        "criterion_de",
        "criterion_en",
        "resources",
        "steps",
    )

    def __init__(self, *args, barriers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["barriers"].queryset = barriers
        self.fields["courses"].queryset = Course.objects.filter(pages__live=True).distinct().order_by("slug")

    @classmethod
    def initial_of(cls, measure: Measure) -> dict:
        parts = ("barriers", "courses")
        return {name: getattr(measure, name) for name in cls.plain} | {
            name: list(getattr(measure, name).all()) for name in parts
        }

    def clean(self):
        cleaned = super().clean()
        words = {name: cleaned.pop(name) for name in self.plain if name in cleaned}
        words |= {name: words[name] or None for name in ("title_en", "owner_en", "criterion_en") if name in words}
        return {**cleaned, "words": words}


class EffectForm(WarningForm):
    checked_on = day_field(_("Checked on"))
    method = forms.CharField(label=_("How was it found out?"), max_length=300)
    result = forms.ChoiceField(label=_("Result"), choices=EffectResult, widget=forms.RadioSelect)
    next_step = forms.CharField(label=_("Next step"), max_length=300, required=False)
    watched = ("method", "next_step")


class MsoViewForm(WarningForm):
    view = forms.ChoiceField(
        label=_("How does it look from your side?"), choices=EffectResult, widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("In your words"), max_length=500, required=False, widget=text_area(3))
    watched = ("note",)


class HandOverForm(ProcessFormBase):
    to = forms.CharField(label=_("Who goes on with it?"), max_length=120, help_text=FUNCTION_ONLY)
