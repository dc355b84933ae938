"""Forms of accounts and of what the programme lead keeps."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from .models import Membership


class SignupForm(forms.Form):
    """What we ask beside address and password: the name on lists. Nothing else is needed for an account."""

    first_name = forms.CharField(
        label=_("First name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    field_order = ["first_name", "last_name", "email", "password1", "password2"]

    def signup(self, request, user) -> None:
        user.first_name = self.cleaned_data["first_name"]
        user.last_name = self.cleaned_data["last_name"]
        user.save(update_fields=["first_name", "last_name"])


class MembershipForm(WagtailAdminModelForm):
    class Meta:
        model = Membership
        fields = ["user", "role", "organisation", "unit", "starts_on", "ends_on"]
        widgets = {"starts_on": AdminDateInput, "ends_on": AdminDateInput}

    def clean(self):
        given = super().clean()
        unit, organisation = given.get("unit"), given.get("organisation")
        if unit and organisation and unit.organisation_id != organisation.pk:
            self.add_error("unit", _("This unit belongs to another organisation."))
        return given


class MembershipEndForm(WagtailAdminModelForm):
    ends_on = forms.DateField(label=_("Last day"), widget=AdminDateInput)

    class Meta:
        model = Membership
        fields = ["ends_on"]

    def clean_ends_on(self):
        ends_on = self.cleaned_data["ends_on"]
        if ends_on < self.instance.starts_on:
            raise forms.ValidationError(_("The last day lies before the first day."))
        return ends_on
