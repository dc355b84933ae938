"""What people enter about a process, and what visitors ask of statements. The rules stand in `services`."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from academy.enums import RecordState
from academy.models import Unit, User
from consulting import services
from consulting.enums import AnswerState, ProcessRole, ProcessState
from consulting.models import Process, ProcessTemplate

ENGLISH_HELP = _("People who read English see the German text where this is empty.")


class ProcessFormBase(forms.Form):
    """A form inside our own form tag; `rows` puts fields beside each other on wide screens."""

    rows: list[tuple[str, ...]] = []

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        placed = {name for row in self.rows for name in row}
        parts: list = []
        for name in self.fields:
            row = next((row for row in self.rows if row[0] == name), None)
            if row:
                parts.append(Row(*[Column(column) for column in row]))
            elif name not in placed:
                parts.append(name)
        helper.layout = Layout(*parts)
        return helper


def day_field(label, **options) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def text_area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def title_fields(max_length: int) -> tuple[forms.CharField, forms.CharField]:
    german = forms.CharField(label=_("Title in German"), max_length=max_length)
    english = forms.CharField(
        label=_("Title in English"), max_length=max_length, required=False, help_text=ENGLISH_HELP
    )
    return german, english


# --- Process -----------------------------------------------------------------------------------------------------
class ProcessHeaderForm(ProcessFormBase):
    title_de, title_en = title_fields(200)
    goal_de = forms.CharField(
        label=_("Goal in German"),
        required=False,
        widget=text_area(),
        help_text=_("How will users notice? One or two sentences. No names and nothing about single cases."),
    )
    goal_en = forms.CharField(label=_("Goal in English"), required=False, widget=text_area(), help_text=ENGLISH_HELP)
    starts_on = day_field(_("Start"))
    ends_on = day_field(_("Planned end"), required=False)
    budget_days = forms.IntegerField(
        label=_("Time budget in consulting days"), validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    rows = [("starts_on", "ends_on", "budget_days")]

    @classmethod
    def initial_of(cls, process: Process) -> dict:
        """The stored words of each language, without falling back to the other one."""
        return {name: getattr(process, name) for name in cls.base_fields}


class ProcessForm(ProcessHeaderForm):
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    template = forms.ModelChoiceField(
        label=_("Template"),
        queryset=ProcessTemplate.objects.none(),
        help_text=_("Phases and milestones are copied; later changes of the template do not touch this process."),
    )
    state = forms.ChoiceField(
        label=_("Where it begins"),
        choices=[
            (ProcessState.CLARIFICATION, _("In clarification: the first talk is agreed.")),
            (ProcessState.REQUEST, _("As a request: nothing is agreed yet.")),
        ],
        initial=ProcessState.CLARIFICATION,
        widget=forms.RadioSelect,
    )
    field_order = [
        "unit",
        "template",
        "title_de",
        "title_en",
        "goal_de",
        "goal_en",
        "starts_on",
        "budget_days",
        "state",
    ]
    rows = [("starts_on", "budget_days")]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["ends_on"]
        units = Unit.objects.filter(state=RecordState.ACTIVE).select_related("organisation")
        self.fields["unit"].queryset = units.order_by("organisation__name", "name")
        self.fields["template"].queryset = ProcessTemplate.objects.offered().order_by("title", "slug")


class AgreementForm(ProcessFormBase):
    unit_on = day_field(_("Dated by the unit"), required=False)
    operator_on = day_field(_("Dated by the operator"), required=False)
    staff_council_on = day_field(_("Staff council informed on"), required=False)
    rows = [("unit_on", "operator_on", "staff_council_on")]

    @classmethod
    def initial_of(cls, process: Process) -> dict:
        return {
            "unit_on": process.agreement_unit_on,
            "operator_on": process.agreement_operator_on,
            "staff_council_on": process.staff_council_informed_on,
        }


class ReasonForm(ProcessFormBase):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=text_area(3),
        help_text=_("It stays in the log, which process group and commissioning lead can read. Please name nobody."),
    )

    def __init__(self, *args, is_required: bool = True, label: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_required
        self.fields["reason"].label = label or self.fields["reason"].label


# --- Phases and milestones ---------------------------------------------------------------------------------------
class PhaseForm(ProcessFormBase):
    title_de, title_en = title_fields(100)
    planned_on = day_field(_("Planned end"), required=False)


class ReachPhaseForm(ProcessFormBase):
    exit_note = forms.CharField(
        label=_("Exit note"),
        required=False,
        max_length=2000,
        widget=text_area(),
        help_text=_("What was reached, and what is taken along? Process group and commissioning lead can read it."),
    )
    begin_next = forms.BooleanField(label=_("Begin the next phase at once"), required=False, initial=True)

    def __init__(self, *args, next_title: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        if next_title:
            self.fields["begin_next"].label = _("Begin the phase “{title}” at once").format(title=next_title)
        else:
            del self.fields["begin_next"]


class MilestoneForm(ProcessFormBase):
    title_de, title_en = title_fields(200)
    due_on = day_field(_("Due on"))
    phase = forms.ModelChoiceField(
        label=_("Phase"), queryset=None, required=False, empty_label=_("Belongs to no single phase")
    )
    rows = [("due_on", "phase")]

    def __init__(self, *args, process: Process, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phase"].queryset = process.phases.order_by("position")


# --- People ------------------------------------------------------------------------------------------------------
class MemberForm(ProcessFormBase):
    role = forms.ChoiceField(label=_("Function"))
    email = forms.EmailField(
        label=_("E-mail address of the account"),
        help_text=_("The person needs an account on this platform, with this address."),
    )
    starts_on = day_field(_("Access from"))
    has_public_contact = forms.BooleanField(
        label=_("Works in contact with the public"),
        required=False,
        help_text=_("At least one member of the process group does."),
    )

    def __init__(self, *args, with_facilitators: bool, **kwargs):
        super().__init__(*args, **kwargs)
        hidden = [] if with_facilitators else [ProcessRole.FACILITATOR]
        self.fields["role"].choices = [choice for choice in ProcessRole.choices if choice[0] not in hidden]

    def clean_email(self) -> str:
        self.cleaned_data["person"] = User.objects.filter(
            email=self.cleaned_data["email"].lower(), is_active=True
        ).first()
        if self.cleaned_data["person"] is None:
            raise forms.ValidationError(_("There is no account with this address."))
        return self.cleaned_data["email"]


class MemberEndForm(ProcessFormBase):
    ends_on = day_field(
        _("Access ends on"), help_text=_("On this day the person no longer sees the process facilitation.")
    )


# --- Templates ---------------------------------------------------------------------------------------------------
class ProcessTemplateForm(WagtailAdminModelForm):
    """The programme lead's form: the phases must make an order that a process can walk through."""

    def is_valid(self) -> bool:
        if not super().is_valid():
            return False
        phases = [form.cleaned_data["key"] for form in self.formsets["phases"].ordered_forms]
        milestones = [form.cleaned_data["phase_key"] for form in self.formsets["milestones"].ordered_forms]
        try:
            services.require_template_order(phases, milestones)
        except services.TemplateRefused as refusal:
            self.add_error(None, str(refusal))
            return False
        return True


# --- The public list of statements ---------------------------------------------------------------------------------
class StatementFilterForm(forms.Form):
    """Filters of the list. They stand in the address; nonsense in it is ignored without an error."""

    stelle = forms.ChoiceField(label=_("Recommended to"), required=False)
    stand = forms.ChoiceField(label=_("Answer"), required=False)

    def __init__(self, query, *, addressees: list[tuple[str, str]]):
        super().__init__()
        self.fields["stelle"].choices = [("", _("all")), *addressees]
        self.fields["stand"].choices = [("", _("all")), *AnswerState.choices]
        known = {name: dict(field.choices) for name, field in self.fields.items()}
        self.accepted = {name: query[name] for name in known if query.get(name) and query[name] in known[name]}
        self.initial = self.accepted

    def labels(self) -> dict[str, str]:
        """What each chosen filter is called, in words."""
        return {
            name: f"{self.fields[name].label}: {dict(self.fields[name].choices)[value]}"
            for name, value in self.accepted.items()
        }
