"""What people choose in the list of their processes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consulting import selectors
from consulting.enums import Pace, PhaseKey, ProcessState


class PortfolioFilterForm(forms.Form):
    """Filters and order of the list; they stand in its address. What means nothing is passed over."""

    light = forms.ChoiceField(label=_("Light"), required=False, choices=[("", _("all")), *Pace.choices])
    phase = forms.ChoiceField(label=_("Phase"), required=False, choices=[("", _("all")), *PhaseKey.choices])
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all that run")), (selectors.OVER, _("closed and aborted")), *ProcessState.choices],
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("", _("most urgent first")),
            ("late", _("most overdue first")),
            ("title", _("by title")),
            ("unit", _("by unit")),
            ("start", _("latest start first")),
        ],
    )

    def __init__(self, data, *, with_lights: bool):
        super().__init__(data)
        if not with_lights:  # who sees metadata only has no lights to choose from
            del self.fields["light"]
        self.is_valid()
        self.accepted = {name: value for name, value in self.cleaned_data.items() if value}

    def labels(self) -> dict[str, str]:
        """What each chosen filter is called, in words; that a list shows what is over is told by its tab."""

        def words(name: str, value: str) -> str:
            return str(dict(self.fields[name].choices)[value])

        shown = {name: value for name, value in self.accepted.items() if (name, value) != ("state", selectors.OVER)}
        return {name: f"{self.fields[name].label}: {words(name, value)}" for name, value in shown.items()}
