"""What people enter about barriers and their evidence."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.common.confidentiality import Level
from academy.common.personal_patterns import personal_patterns
from academy.enums import Vocabulary
from academy.models import Organisation, Term, User
from consulting import permissions, selectors
from consulting.enums import (
    BarrierEffect,
    BarrierState,
    Consequence,
    EvidenceKind,
    EvidenceOrigin,
    Priority,
    Reach,
)
from consulting.models import Barrier, Process, Touchpoint

from .processes import ENGLISH_HELP, ProcessFormBase, day_field, text_area, title_fields

NOBODY = gettext_lazy("No names, no single cases: what in rules and routines is it?")


class WarningForm(ProcessFormBase):
    """A form whose free text is looked at for what seems to be a person (C11). Whoever writes has the last word.

    `watched` names the fields. The first time something is found the form comes back with a warning and a box; nothing
    that was typed is lost.
    """

    watched: tuple[str, ...] = ()
    is_impersonal = forms.BooleanField(
        label=gettext_lazy("I have checked it: this identifies nobody."), required=False, widget=forms.HiddenInput
    )

    def clean(self):
        cleaned = super().clean()
        found = personal_patterns(*(str(cleaned.get(name) or "") for name in self.watched))
        if found and not cleaned.get("is_impersonal"):
            self.fields["is_impersonal"].widget = forms.CheckboxInput()
            sentence = _("This looks as if it held %(what)s. Please take it out, or confirm that it identifies nobody.")
            self.add_error("is_impersonal", sentence % {"what": ", ".join(found)})
        cleaned.pop("is_impersonal", None)
        return cleaned


def terms(label, vocabulary: Vocabulary, **options) -> forms.ModelMultipleChoiceField:
    rows = Term.objects.filter(vocabulary=vocabulary)
    return forms.ModelMultipleChoiceField(label=label, queryset=rows, widget=forms.CheckboxSelectMultiple, **options)


class BarrierForm(WarningForm):
    title_de, title_en = title_fields(200)
    description_de = forms.CharField(
        label=gettext_lazy("Description in German"), max_length=4000, widget=text_area(), help_text=NOBODY
    )
    description_en = forms.CharField(
        label=gettext_lazy("Description in English"),
        max_length=4000,
        required=False,
        widget=text_area(),
        help_text=ENGLISH_HELP,
    )
    touchpoints = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Where on the way to the service?"),
        queryset=Touchpoint.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    kinds = terms(
        gettext_lazy("What kind of barrier?"),
        Vocabulary.BARRIER_KINDS,
        help_text=gettext_lazy("With attitude and culture: by what in the routine is it recognised?"),
    )
    dimensions = terms(gettext_lazy("Dimensions of discrimination"), Vocabulary.DIMENSIONS)
    concerns_residence = forms.BooleanField(label=gettext_lazy("Connected with the residence status"), required=False)
    affected = forms.CharField(
        label=gettext_lazy("Who is affected?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("In the words that the groups use themselves."),
    )
    effect = forms.ChoiceField(
        label=gettext_lazy("How it works"),
        choices=BarrierEffect,
        initial=BarrierEffect.INDIRECT,
        widget=forms.RadioSelect,
    )
    reach = forms.TypedChoiceField(label=gettext_lazy("Reach"), choices=Reach, coerce=int)
    consequence = forms.TypedChoiceField(label=gettext_lazy("Consequence"), choices=Consequence, coerce=int)
    legal_hint = forms.CharField(label=gettext_lazy("Legal hint"), max_length=300, required=False)
    level = forms.TypedChoiceField(
        label=gettext_lazy("Who sees it for now?"),
        choices=[],
        coerce=lambda value: Level(int(value)),
        widget=forms.RadioSelect,
    )
    rows = [("reach", "consequence")]
    watched = ("title_de", "title_en", "description_de", "description_en", "affected")
    plain = (
        "title_de",
        "title_en",
        "description_de",
        "description_en",
        "concerns_residence",
        "affected",
        "effect",
        "reach",
        "consequence",
        "legal_hint",
    )

    def __init__(self, *args, process: Process, keeps_own: bool = False, barrier: Barrier | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        steps = Touchpoint.objects.filter(journey__process=process).select_related("journey", "kind")
        self.fields["touchpoints"].queryset = steps.order_by("journey", "position")
        levels = [Level.GROUP, *([Level.FACILITATION] if keeps_own else [])]
        if barrier or len(levels) == 1:
            del self.fields["level"]
        else:
            self.fields["level"].choices = [(level.value, level.label) for level in levels]
            self.fields["level"].initial = Level.GROUP.value

    @classmethod
    def initial_of(cls, barrier: Barrier) -> dict:
        parts = ("touchpoints", "kinds", "dimensions")
        return {name: getattr(barrier, name) for name in cls.plain} | {
            name: list(getattr(barrier, name).all()) for name in parts
        }

    def clean(self):
        cleaned = super().clean()
        words = {name: cleaned.pop(name) for name in self.plain if name in cleaned}
        words |= {name: words[name] or None for name in ("title_en", "description_en") if name in words}
        return {**cleaned, "words": words}


class EvidenceForm(WarningForm):
    kind = forms.ChoiceField(label=gettext_lazy("Source"), choices=EvidenceKind)
    found_on = day_field(gettext_lazy("Date"))
    summary = forms.CharField(
        label=gettext_lazy("What it says, in own words"), max_length=2000, widget=text_area(), help_text=NOBODY
    )
    origin = forms.ChoiceField(
        label=gettext_lazy("Whose evidence is it?"),
        choices=EvidenceOrigin,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Only they release it. Until then the unit does not see it."),
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Migrant self-organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=gettext_lazy("Only for evidence of a migrant self-organisation."),
    )
    rows = [("kind", "found_on")]
    watched = ("summary",)

    def __init__(self, *args, organisations, only_own: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations
        if only_own:
            self.fields["origin"].choices = [(EvidenceOrigin.MSO.value, EvidenceOrigin.MSO.label)]
            self.fields["origin"].initial = EvidenceOrigin.MSO
            self.fields["organisation"].required = True


class LevelForm(ProcessFormBase):
    level = forms.TypedChoiceField(
        label=gettext_lazy("Who sees this barrier?"),
        choices=[],
        coerce=lambda value: Level(int(value)),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, barrier: Barrier, user: User, on, **kwargs):
        super().__init__(*args, **kwargs)
        now = Level(barrier.level)
        may = permissions.can_set_level
        levels = [one for one in Level if one == now or may(user, barrier.process, now, one, on=on)]
        self.fields["level"].choices = [(one.value, one.label) for one in levels]
        self.fields["level"].initial = now.value


class BarrierFilterForm(forms.Form):
    """Filters of the register; they stand in its address. What means nothing is passed over."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), required=False)
    dimension = forms.ChoiceField(label=gettext_lazy("Dimension"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)

    def __init__(self, data):
        super().__init__(data)
        found = selectors.barrier_terms()
        every = [("", gettext_lazy("all"))]
        self.fields["state"].choices = [*every, *BarrierState.choices]
        self.fields["priority"].choices = [*every, *Priority.choices]
        self.fields["dimension"].choices = [*every, *found[Vocabulary.DIMENSIONS]]
        self.fields["kind"].choices = [*every, *found[Vocabulary.BARRIER_KINDS]]
        self.is_valid()
        self.accepted = {name: value for name, value in self.cleaned_data.items() if value}

    def labels(self) -> dict[str, str]:
        def words(name: str, value: str) -> str:
            return dict(getattr(self.fields[name], "choices", [])).get(value, value)

        return {name: f"{self.fields[name].label}: {words(name, value)}" for name, value in self.accepted.items()}
