"""The editor's form of our pages. It stands with the models, because a page type names its form."""

from home.models import SitePageForm


class PublishingForm(SitePageForm):
    """What must be there before publishing is refused with the field's own sentence; a draft may still lack it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            column = next((f for f in self._meta.model._meta.get_fields() if f.name == name and f.concrete), None)
            if column is not None and not column.blank:
                field.error_messages["required"] = column.error_messages["blank"]
