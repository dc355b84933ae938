"""Pictures, sound, films and documents of a content: their endings, where they lie, and what they begin with."""

from collections.abc import Callable

from .archive import CONTENT_TYPES
from .files import DOWNLOAD_TYPE, SHOWN_TYPES

FOLDERS = {"image": "images", "audio": "audios", "video": "videos", "file": "files"}
BEGINNINGS: dict[str, Callable[[bytes], bool]] = {  # what a file of that kind begins with
    "png": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "jpg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "jpeg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "gif": lambda head: head.startswith((b"GIF87a", b"GIF89a")),
    "webp": lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP",
    "mp3": lambda head: head.startswith(b"ID3") or (head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE0 == 0xE0),
    "ogg": lambda head: head.startswith(b"OggS"),
    "wav": lambda head: head.startswith(b"RIFF") and head[8:12] == b"WAVE",
    "m4a": lambda head: head[4:8] == b"ftyp",
    "mp4": lambda head: head[4:8] == b"ftyp",
    "webm": lambda head: head.startswith(b"\x1a\x45\xdf\xa3"),
    "pdf": lambda head: head.startswith(b"%PDF-"),
}
ENDINGS = {
    "image": ["png", "jpg", "jpeg", "gif", "webp"],
    "audio": ["mp3", "m4a", "ogg", "wav"],
    "video": ["mp4", "webm", "ogg"],
    "file": sorted(CONTENT_TYPES),
}


def is_what_it_says(ending: str, head: bytes) -> bool:
    """Whether a file whose name has that ending begins like one; of other endings nothing is known."""
    return BEGINNINGS.get(ending, lambda head: True)(head)


def mime(path: str) -> str:
    kind = SHOWN_TYPES.get(path.rsplit(".", 1)[-1].lower(), DOWNLOAD_TYPE)
    return kind.split(";", 1)[0]
