"""What organisations write when they ask for process facilitation, and what becomes of it."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from academy.common.trap import TrapForm
from academy.enums import OrganisationKind, RecordState, ServiceField
from academy.models import Unit, User
from consulting.models import ProcessRequest

from .barriers import WarningForm
from .processes import ProcessFormBase, day_field, text_area

CONSENT = _(
    "I agree that what is written here is kept and used to decide about the request. The e-mail address is erased "
    "180 days after the decision. I can take this back at any time."
)


class FacilitationRequestForm(TrapForm, WarningForm):
    """Functions in place of names, and nothing about single cases."""

    watched = ("reason", "service", "contact")
    organisation = forms.CharField(label=_("Organisation"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind of organisation"), choices=OrganisationKind)
    unit = forms.CharField(
        label=_("Unit"), max_length=190, help_text=_("The part of the organisation that works with the public.")
    )
    field = forms.ChoiceField(label=_("Service field"), choices=ServiceField)
    service = forms.CharField(
        label=_("Which service is it about?"), max_length=200, help_text=_("For example: registering an address.")
    )
    reason = forms.CharField(
        label=_("Why do you ask for facilitation?"),
        max_length=2000,
        widget=text_area(5),
        help_text=_("What do you notice on the way to your service? A few sentences. No names, no single cases."),
    )
    contact = forms.CharField(
        label=_("Contact person, by function"),
        max_length=120,
        help_text=_("For example: head of the unit. No name is needed."),
    )
    email = forms.EmailField(
        label=_("E-mail address for our answer"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Please check the address: it should look like name@example.org.")},
    )
    consent = forms.BooleanField(
        label=CONSENT, error_messages={"required": _("Without your agreement we may not keep the request.")}
    )

    def request(self) -> dict:
        """The values that the service takes, with the sentence that was agreed to."""
        return {**self.cleaned_data, "consent": str(CONSENT)}


class AssignRequestForm(ProcessFormBase):
    facilitator = forms.ModelChoiceField(label=_("Who facilitates"), queryset=User.objects.none())
    unit = forms.ModelChoiceField(
        label=_("Known unit"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("a new unit, as it was written"),
        help_text=_("Choose the unit if it is known here already; else the one of the request becomes active."),
    )
    title_de = forms.CharField(label=_("Title in German"), max_length=200)
    starts_on = day_field(_("Start"))
    budget_days = forms.IntegerField(
        label=_("Time budget in consulting days"), validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    rows = [("starts_on", "budget_days")]

    def __init__(self, *args, facilitators, asked: ProcessRequest, **kwargs):
        process = asked.process
        kwargs.setdefault(
            "initial",
            {"title_de": asked.unit[:200], "starts_on": process.starts_on, "budget_days": process.budget_days},
        )
        super().__init__(*args, **kwargs)
        self.fields["facilitator"].queryset = facilitators.order_by("last_name", "first_name", "pk")
        units = Unit.objects.filter(state=RecordState.ACTIVE).select_related("organisation")
        self.fields["unit"].queryset = units.order_by("organisation__name", "name")


class DeclineRequestForm(ProcessFormBase):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=text_area(3),
        help_text=_("It is sent to the person who asked, and stays in the log. Please name nobody."),
    )
