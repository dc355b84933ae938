"""What facilitators tick of a newer version of a template. The rules stand in `services`."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consulting.selectors import TemplateDifference

from .processes import ProcessFormBase

GONE = gettext_lazy("This change is no longer open. Please look at the list once more.")


class TakeOverForm(ProcessFormBase):
    """Changes to tick, none of them ticked before. `version` is the one that the person was shown."""

    changes = forms.MultipleChoiceField(
        label=gettext_lazy("What do you want to take over?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": GONE},
        help_text=gettext_lazy("What you do not tick stays exactly as it is, and can be taken over later."),
    )
    settle = forms.BooleanField(
        label=gettext_lazy("I have looked through this version. Do not show me again what I have not ticked."),
        required=False,
    )
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, changes: Sequence[TemplateDifference], **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(change.name, " ".join([change.sentence, *change.notes])) for change in changes]
        self.fields["changes"].choices = choices
        if not choices and not self.is_bound:
            del self.fields["changes"]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned.get("changes") and not cleaned.get("settle"):
            self.add_error("changes", _("Please tick what is to be taken over."))
        return cleaned
