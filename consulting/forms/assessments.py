"""What people enter about self-assessments: a round, its end, and the answers to one field."""

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.common.small_cells import LEAST_FOR_STAFF
from consulting.enums import AssessmentAudience, AssessmentTime, Rating
from consulting.models import Instrument

from .processes import ProcessFormBase


class AssessmentForm(ProcessFormBase):
    time = forms.ChoiceField(label=_("Which self-assessment is it?"), choices=AssessmentTime, widget=forms.RadioSelect)
    audience = forms.ChoiceField(
        label=_("Who is invited?"),
        choices=AssessmentAudience,
        initial=AssessmentAudience.UNIT,
        widget=forms.RadioSelect,
    )
    threshold = forms.IntegerField(
        label=_("How many sheets does a result need?"),
        min_value=LEAST_FOR_STAFF,
        max_value=500,
        initial=LEAST_FOR_STAFF,
        help_text=_("Five at least. In a large unit a higher number protects people better."),
    )


class CloseAssessmentForm(ProcessFormBase):
    is_over = forms.BooleanField(
        label=_("Everybody who wants to answer has had the time to do so"),
        error_messages={"required": _("Please confirm that nobody is still answering.")},
    )

    def clean(self):
        super().clean()
        return {}


class AssessmentFieldForm(ProcessFormBase):
    """One field of the instrument: a question with the scale for each of its items."""

    def __init__(self, *args, content: dict, draft: dict, **kwargs):
        super().__init__(*args, **kwargs)
        for item in content["items"]:
            slug = item["slug"]
            self.fields[slug] = forms.ChoiceField(
                label=Instrument.worded(item),
                choices=Rating,
                widget=forms.RadioSelect,
                error_messages={"required": _("Please choose an answer, be it “I do not know”.")},
            )
            if slug in draft:
                self.initial[slug] = Rating.UNKNOWN if draft[slug] is None else str(draft[slug])

    def answers(self) -> dict[str, int | None]:
        """By short name of the item; None for «I do not know»."""
        return {slug: None if value == Rating.UNKNOWN else int(value) for slug, value in self.cleaned_data.items()}
