"""Blocks with files: pictures, films and downloads. What is missing is said when the page is published."""

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, prefetch_related_objects
from django.template.defaultfilters import filesizeformat
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

from academy.common import films
from academy.common.languages import language_choices, language_name
from home.pictures import SPECS

NEEDS_ALT = _(
    "An image needs a description (alt text) before the page is published, or must be marked as decorative, "
    "so that people who do not see it lose nothing."
)


def with_renditions(images: list) -> list:
    """The images with their renditions at hand: one query for all pictures of a page, however many there are."""
    model = get_image_model().get_rendition_model()
    wanted = model.objects.filter(filter_spec__in=SPECS)
    prefetch_related_objects(
        [image for image in images if image], Prefetch("renditions", queryset=wanted, to_attr="prefetched_renditions")
    )
    return images


class PictureBlock(ImageBlock):
    """A picture with a description. A draft may lack it; a published page may not."""

    def bulk_to_python(self, values):
        return with_renditions(super().bulk_to_python(values))

    def clean(self, value):
        if self._lacks_alt(value) and not self.is_deferred_validation:
            raise StructBlockValidationError(block_errors={"alt_text": ValidationError(NEEDS_ALT)})
        return super().clean(value)

    def _lacks_alt(self, image) -> bool:
        return bool(image) and not image.decorative and not (image.contextual_alt_text or "").strip()


class PosterBlock(ImageChooserBlock):
    """The still picture of a film, with its renditions at hand."""

    def deconstruct(self):
        _own_path, args, kwargs = super().deconstruct()
        return "wagtail.images.blocks.ImageChooserBlock", args, kwargs  # migrations name nothing of ours

    def bulk_to_python(self, values):
        return with_renditions(super().bulk_to_python(values))


class FileBlock(DocumentChooserBlock):
    """A document with what is known about it at hand: one query for all files of a page."""

    def deconstruct(self):
        _own_path, args, kwargs = super().deconstruct()
        return "wagtail.documents.blocks.DocumentChooserBlock", args, kwargs  # migrations name nothing of ours

    def bulk_to_python(self, values):
        documents = super().bulk_to_python(values)
        prefetch_related_objects([document for document in documents if document], "material_facts")
        return documents


class LanguageBlock(blocks.ChoiceBlock):
    """A language by its name. The names stand in no migration: they belong to the reader."""

    def get_field(self, **kwargs):
        return super().get_field(**{**kwargs, "choices": self._get_callable_choices(_Languages())})


class _Languages:
    def __iter__(self):
        return iter(language_choices())


class VideoBlock(blocks.StructBlock):
    """A film from our own server, with captions and a transcript: nobody is left out."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    video = DocumentChooserBlock(label=_("Video"), help_text=_("MP4 or WebM."))
    captions = DocumentChooserBlock(label=_("Captions"), help_text=_("WebVTT."))
    transcript = blocks.RichTextBlock(
        label=_("Transcript"),
        features=["bold", "ul", "ol"],
        help_text=_("What is said, and what is to be seen where that matters."),
    )
    language = LanguageBlock(label=_("Language"), default="de")
    poster = PosterBlock(
        label=_("Still picture"), required=False, help_text=_("Shown until the film starts. It needs no description.")
    )

    class Meta:
        icon = "media"
        label = _("Video")
        template = "home/blocks/video.html"

    def clean(self, value):
        errors = {}
        try:
            value = super().clean(value)
        except StructBlockValidationError as problem:
            errors = dict(problem.block_errors)
        if not self.is_deferred_validation:
            errors |= self._missing(value)
        files = films.wrong_files(video=value["video"], captions=value["captions"])
        errors |= {name: ValidationError(sentence) for name, sentence in files.items()}
        if errors:
            raise StructBlockValidationError(block_errors=errors)
        return value

    def _missing(self, value) -> dict[str, ValidationError]:
        """A sentence for each part without which no film is published."""
        transcript = value["transcript"]
        needed = {
            "video": (value["video"], films.NEEDS_VIDEO),
            "captions": (value["captions"], films.NEEDS_CAPTIONS),
            "transcript": (transcript and strip_tags(transcript.source).strip(), films.NEEDS_TRANSCRIPT),
        }
        return {name: ValidationError(sentence) for name, (given, sentence) in needed.items() if not given}

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        video = value["video"]
        return {**context, "video_type": films.media_type(video) if video else ""}


class DownloadBlock(blocks.StructBlock):
    """A file to take along; people read its format, size and language before they load it."""

    title = blocks.CharBlock(label=_("Title"), max_length=150)
    document = FileBlock(label=_("Document"))
    pages = blocks.IntegerBlock(label=_("Number of pages"), required=False, min_value=1, max_value=2000)
    language = LanguageBlock(
        label=_("Language"), required=False, help_text=_("Where it is another one than that of this page.")
    )

    class Meta:
        icon = "download"
        label = _("Download")
        template = "home/blocks/download.html"

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        document = value["document"]
        if document is None:
            return context
        pages = ngettext("%(count)d page", "%(count)d pages", value["pages"] or 0) % {"count": value["pages"] or 0}
        facts = {
            "kind": document.file_extension.upper(),
            "size": filesizeformat(document.get_file_size()),
            "pages": pages if value["pages"] else "",
            "language": capfirst(language_name(value["language"])) if value["language"] else "",
        }
        return {**context, **facts}
