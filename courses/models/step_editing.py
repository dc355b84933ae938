"""The editor's form of a step: the rule of its release, chosen and compared in words."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.compare import FieldComparison, TextDiff
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from courses.enums import Release, StepKind
from home.models import PublishingForm

NOTHING = "–"


class StepForm(PublishingForm):
    """The step that must be done before is chosen among the steps of the same course page."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields.get("release_after")
        if field is not None:
            self.fields["release_after"] = forms.TypedChoiceField(
                label=field.label,
                help_text=field.help_text,
                required=False,
                choices=[("", "---------"), *self._steps_to_wait_for()],
                coerce=UUID,
                empty_value=None,
            )

    def _steps_to_wait_for(self) -> list[tuple[str, str]]:
        steps = self.parent_page.get_children().order_by("path").specific() if self.parent_page else []
        own, chosen = self.instance.translation_key, self.instance.release_after
        found = [
            (str(step.translation_key), step.get_admin_display_title())
            for step in steps
            if step.translation_key != own and getattr(step, "kind", StepKind.SESSION) != StepKind.SESSION
        ]
        if chosen and str(chosen) not in dict(found):
            found.append((str(chosen), title_of_step(chosen)))
        return found


def title_of_step(key: UUID) -> str:
    """The title that editors know a step by; in words where it is no longer there."""
    page = Page.objects.filter(translation_key=key).order_by("pk").first()
    return page.get_admin_display_title() if page else _("a step that is no longer there")


class ReleaseComparison(FieldComparison):
    """Two revisions side by side: days as people write them, steps by their titles, nothing as a dash."""

    def htmldiff(self):
        before, after = self._words(self.val_a), self._words(self.val_b)
        if before == after:
            return escape(before)
        return TextDiff([("deletion", before), ("addition", after)]).to_html()

    def _words(self, value: Any) -> str:
        if value is None:
            return _("the last one") if self.field.name == "release_session" else NOTHING
        if self.field.name == "release_after":
            return title_of_step(value)
        return date_format(value, _("j F Y")) if self.field.name == "release_on" else str(value)


class ReleasePanel(FieldPanel):
    """A field of the rule; shown for the rules that use it."""

    def __init__(self, field_name: str, *, rules: tuple[Release, ...], **kwargs):
        super().__init__(field_name, **kwargs)
        self.rules = rules
        values = ", ".join(f'"{rule.value}"' for rule in rules)
        self.attrs = {"data-w-rules-target": "show", "data-w-rules": f'{{"release": [{values}]}}', **self.attrs}

    def clone_kwargs(self):
        return {**super().clone_kwargs(), "rules": self.rules}

    def get_comparison_class(self):
        return ReleaseComparison


BESIDE_SESSIONS = (Release.BEFORE_SESSION, Release.AFTER_SESSION)
RELEASE_PANEL = MultiFieldPanel(
    [
        FieldPanel("release"),
        ReleasePanel("release_on", rules=(Release.FROM_DAY,)),
        ReleasePanel("release_days", rules=BESIDE_SESSIONS),
        ReleasePanel("release_session", rules=BESIDE_SESSIONS),
        ReleasePanel("release_after", rules=(Release.AFTER_STEP,)),
    ],
    heading=gettext_lazy("When it opens for learners"),
    attrs={"data-controller": "w-rules", "data-action": "change->w-rules#resolve"},
)
