"""The editor's forms for files: what is uploaded must be what its name says."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from academy.common import uploads


class DocumentForm(BaseDocumentForm):
    """Looks into a new file after all other checks, so that one reason is enough."""

    def _post_clean(self):
        super()._post_clean()
        file = self.cleaned_data.get("file")
        if not file or "file" not in self.changed_data or "file" in self.errors:
            return
        try:
            uploads.check_document(file, file.name)
        except uploads.UploadRefused as refusal:
            self.add_error("file", str(refusal))


class ImageForm(BaseImageForm):
    """Decodes a new image to its end. Wagtail looks at its beginning only, and fails over a damaged one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].to_python = _decoding(self.fields["file"].to_python)


def _decoding(to_python: Callable) -> Callable:
    """The field's own conversion, with every pixel looked at."""

    def checked(data: Any) -> Any:
        try:
            file = to_python(data)
        except uploads.DAMAGED as problem:
            raise ValidationError(uploads.damaged_picture(data.name)) from problem
        if file:
            try:
                uploads.check_picture(file, file.name)
            except uploads.UploadRefused as refusal:
                raise ValidationError(str(refusal)) from refusal
        return file

    return checked
