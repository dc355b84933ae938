"""The editor's forms and panel of what all our pages share. A page type names them."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.blocks import StreamValue

from academy.common.easy_wording import EASY_LANGUAGE
from academy.common.gender_star import starred_words

from .easy import CHECK_FIELDS

NO_STAR = _("Leichte Sprache has no gender star. Please write these words in another way: {words}.")


def is_easy(page) -> bool:
    return page.locale_id is not None and page.locale.language_code == EASY_LANGUAGE


class SitePageForm(WagtailAdminPageForm):
    """Asks for the check of the words only where a page is in Leichte Sprache.

    Such a page is not published with a gender star in it (DOMAIN.md 1); a draft may still have one.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_easy(self.instance):
            for name in CHECK_FIELDS:
                self.fields.pop(name, None)

    def clean_easy_checked_on(self):
        day = self.cleaned_data["easy_checked_on"]
        if day and day > timezone.localdate():
            raise ValidationError(
                _("A check that is still to come does not count. Please give the day when it was done.")
            )
        return day

    def clean(self):
        cleaned = super().clean()
        if is_easy(self.instance) and not self.is_deferred_validation:
            texts = [(name, value) for name, value in cleaned.items() if isinstance(value, (str, StreamValue))]
            for name, value in texts:
                words = starred_words(_text_of(value))
                if words:
                    self.add_error(name, NO_STAR.format(words=", ".join(words)))
        return cleaned


def _text_of(value: str | StreamValue) -> str:
    return value if isinstance(value, str) else " ".join(value.stream_block.get_searchable_content(value))


class PublishingForm(SitePageForm):
    """What must be there before publishing is refused with the field's own sentence; a draft may still lack it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            column = next((f for f in self._meta.model._meta.get_fields() if f.name == name and f.concrete), None)
            if column is not None and not column.blank:
                field.error_messages["required"] = column.error_messages["blank"]


class EasyCheckPanel(MultiFieldPanel):
    """Shown on pages in Leichte Sprache only."""

    class BoundPanel(MultiFieldPanel.BoundPanel):
        def is_shown(self):
            return super().is_shown() and is_easy(self.instance)


EASY_PANEL = EasyCheckPanel(
    [FieldPanel(name) for name in CHECK_FIELDS], heading=_("Check by people of the target group")
)
