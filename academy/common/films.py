"""What a film needs, wherever it stands: a file that browsers play, captions and a transcript."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .ranges import ranged_response

VIDEO_TYPES = {"mp4": "video/mp4", "webm": "video/webm"}
CAPTION_TYPES = {"vtt": "text/vtt; charset=utf-8"}
NEEDS_VIDEO = gettext_lazy("Please choose a video before you publish.")
NEEDS_CAPTIONS = gettext_lazy(
    "A video needs captions before it is published, so that people who cannot hear can follow it."
)
NEEDS_TRANSCRIPT = gettext_lazy(
    "A video needs a transcript before it is published, so that everybody can read what it shows."
)


def media_type(document: Any) -> str | None:
    """The media type of a stored film or of its captions; None for any other document."""
    return {**VIDEO_TYPES, **CAPTION_TYPES}.get(document.file_extension.lower())


def film_response(request: HttpRequest, document: Any) -> HttpResponseBase | None:
    """A stored film or its captions, in the parts that a player asks for; some play nothing that comes whole.

    None for any other document, and where the file is gone.
    """
    content_type = media_type(document)
    if content_type is None:
        return None
    try:
        stream = document.file.storage.open(document.file.name)
    except FileNotFoundError:
        return None
    response = ranged_response(request, stream, size=document.file.size, content_type=content_type)
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def wrong_files(*, video: Any, captions: Any) -> dict[str, str]:
    """What is wrong with the chosen documents, a sentence for each; a document that is not chosen yet is not wrong."""
    wrong = {}
    if video and video.file_extension.lower() not in VIDEO_TYPES:
        wrong["video"] = _("«%(name)s» is not a video. Please choose an MP4 or WebM file.") % {"name": video.title}
    if captions and captions.file_extension.lower() not in CAPTION_TYPES:
        wrong["captions"] = _("«%(name)s» has no captions. Please choose a WebVTT file, which ends in .vtt.") % {
            "name": captions.title
        }
    return wrong
