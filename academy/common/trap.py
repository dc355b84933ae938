"""A field that only programmes fill in, for public forms that work without a cookie and a script."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TrapForm(forms.Form):
    """Programmes that send advertising fill in every field; people never see `homepage`, the last one of the form.

    Templates show it in an element of the class `form__trap`. It is no part of `cleaned_data`.
    """

    homepage = forms.CharField(
        label=_("Please leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["homepage"] = self.fields.pop("homepage")

    def clean_homepage(self) -> str:
        if self.cleaned_data["homepage"]:
            raise forms.ValidationError(
                _("Please empty this field. It is there to stop programmes that send advertising.")
            )
        return ""

    def clean(self):
        cleaned = super().clean()
        cleaned.pop("homepage", None)
        return cleaned
