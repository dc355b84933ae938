"""Signed tokens instead of cookies: the player runs in a frame of opaque origin, which has none (H5P.md 6, 9)."""

from dataclasses import dataclass
from datetime import datetime

from django.core import signing

from .models import Content

PLAYER_HOURS = 8
PREVIEW = "preview"  # the context of an exercise that an editor tries out: nothing of it is stored
_PLAYER = "h5p.player"
_FILES = "h5p.files"
_EXPORT = "h5p.export"
_BUNDLE = "h5p.bundle"
_EDITOR = "h5p.editor"


class TokenRefused(Exception):
    """The token is forged, expired or made for something else."""


@dataclass(frozen=True)
class PlayerClaims:
    """Who plays which content where. All of it is signed, so none of it can be chosen by a browser."""

    content_id: int
    user_key: str
    context: str

    @property
    def is_preview(self) -> bool:
        return self.context == PREVIEW


@dataclass(frozen=True)
class EditorClaims:
    """Which content is open in the official editor (0: one that is not there yet), in which languages, and under which
    name its uploads lie until somebody saves."""

    content_id: int
    language: str
    interface: str
    upload: str


def make_editor_token(*, content_id: int, language: str, interface: str, upload: str) -> str:
    return signing.dumps([content_id, language, interface, upload], salt=_EDITOR)


def read_editor_token(token: str) -> EditorClaims:
    try:
        return EditorClaims(*signing.loads(token, salt=_EDITOR, max_age=PLAYER_HOURS * 3600))
    except signing.BadSignature as forged:
        raise TokenRefused from forged


def make_player_token(*, content: Content, user_key: str, context: str) -> str:
    return signing.dumps([content.pk, user_key, context], salt=_PLAYER)


def read_player_token(token: str) -> PlayerClaims:
    try:
        return PlayerClaims(*signing.loads(token, salt=_PLAYER, max_age=PLAYER_HOURS * 3600))
    except signing.BadSignature as forged:
        raise TokenRefused from forged


def make_file_token(content: Content, at: datetime) -> str:
    """Opens the files of one content. The same for everybody within a window of hours, so that browsers may cache."""
    return signing.Signer(salt=_FILES).sign_object([_window(at), content.files_prefix])


def read_file_token(token: str, at: datetime) -> str:
    """The folder in the storage that the token opens."""
    try:
        window, prefix = signing.Signer(salt=_FILES).unsign_object(token)
    except signing.BadSignature as forged:
        raise TokenRefused from forged
    if _window(at) - window not in (0, 1):
        raise TokenRefused
    return prefix


def make_export_token(content: Content) -> str:
    return signing.dumps(content.pk, salt=_EXPORT)


def check_export_token(token: str, content: Content) -> None:
    try:
        pk = signing.loads(token, salt=_EXPORT, max_age=PLAYER_HOURS * 3600)
    except signing.BadSignature as forged:
        raise TokenRefused from forged
    if pk != content.pk:
        raise TokenRefused


def make_bundle_token(releases: list[str]) -> str:
    """Names the files of these releases together. The same for everybody and for ever: they are public and stay."""
    return signing.Signer(salt=_BUNDLE).sign_object(releases, compress=True)


def read_bundle_token(token: str) -> list[str]:
    try:
        return signing.Signer(salt=_BUNDLE).unsign_object(token)
    except signing.BadSignature as forged:
        raise TokenRefused from forged


def _window(at: datetime) -> int:
    return int(at.timestamp()) // (PLAYER_HOURS * 3600)
