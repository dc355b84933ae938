"""Pictures in the sizes and formats that browsers choose from. Every page takes them from here."""

from typing import Any

from wagtail.images.models import Filter
from wagtail.images.shortcuts import get_rendition_or_not_found, get_renditions_or_not_found

# Wide enough for a phone, for the text column, and for the text column of a screen with twice the points.
SIZES = ("max-480x720", "max-800x1200", "max-1440x2160")
FORMATS = (("avif", "image/avif"), ("webp", "image/webp"), ("jpeg", "image/jpeg"))  # a browser takes the first it knows
SPECS = [f"{size}|format-{name}" for name, _type in FORMATS for size in SIZES]
POSTER = "max-800x1200|format-jpeg"
IN_COLUMN = "(min-width: 48rem) 44rem, 92vw"  # how wide the text column is


def picture_of(image: Any) -> dict[str, Any]:
    """What `components/picture.html` shows: a source for each format, and the fallback with width and height.

    Empty where the file of the image is gone.
    """
    found = get_renditions_or_not_found(image, [Filter(spec=spec) for spec in SPECS])
    by_format = {
        name: _by_width([found[f"{size}|format-{name}"] for size in SIZES if f"{size}|format-{name}" in found])
        for name, _type in FORMATS
    }
    *modern, (fallback, _type) = FORMATS
    largest = by_format[fallback][-1]
    if not largest.width:
        return {}
    return {
        "sources": [{"type": kind, "srcset": _srcset(by_format[name])} for name, kind in modern if by_format[name]],
        "srcset": _srcset(by_format[fallback]),
        "url": by_format[fallback][min(1, len(by_format[fallback]) - 1)].url,
        "width": largest.width,
        "height": largest.height,
    }


def poster_of(image: Any) -> str:
    """The address of the image in the one format that every player shows; empty where its file is gone."""
    rendition = get_rendition_or_not_found(image, Filter(spec=POSTER))
    return rendition.url if rendition.width else ""


def _by_width(renditions: list) -> list:
    """From narrow to wide, each width once: a small original gives the same picture for several sizes."""
    return list({rendition.width: rendition for rendition in renditions}.values())


def _srcset(renditions: list) -> str:
    return ", ".join(f"{rendition.url} {rendition.width}w" for rendition in renditions)
