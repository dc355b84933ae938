"""What every mail of the platform must be, whoever it goes to: shared by the tables of all mails."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from academy.common.mail_wording import mails
from academy.models import OutgoingMail

LANGUAGES = ["de", "en", "de-simple"]
FUNDING = {
    "de": "Kofinanziert von der Europäischen Union",
    "de-simple": "Kofinanziert von der Europäischen Union",
    "en": "Co-funded by the European Union",
}
LINK = re.compile(r"https?://[^\s\"<>]+")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
# None of them is a German word, so one of them in a German mail is a sentence that nobody has translated.
ENGLISH = re.compile(
    r"\b(the|and|you|your|yours|of|for|has|have|had|is|are|this|that|with|without|from|please|course|date|place|costs|"
    r"scope|open|been|not|now|no)\b",
    re.IGNORECASE,
)
SAME_IN_GERMAN = {"Name", "Organisation", "H:i"}


@dataclass(frozen=True)
class Letter:
    """A mail as it stands in the outbox, with the words of its HTML part as somebody reads them."""

    mail: OutgoingMail

    @property
    def seen(self) -> str:
        return " ".join(unescape(strip_tags(STYLE.sub("", self.mail.html))).split())

    @property
    def words(self) -> str:
        return f"{self.mail.subject}\n{self.mail.text}\n{self.seen}"

    @property
    def links(self) -> set[str]:
        return set(LINK.findall(self.mail.text + self.mail.html))


def letter_of(write: Callable[[], object], *, calls: int = 2) -> Letter:
    """The one mail that `write` puts into the outbox, however often it is called; afterwards it is gone again."""
    known = set(OutgoingMail.objects.values_list("pk", flat=True))
    with transaction.atomic():
        for _call in range(calls):
            write()
        [mail] = OutgoingMail.objects.exclude(pk__in=known)
        transaction.set_rollback(True)
    return Letter(mail)


def faults_of(letter: Letter, name: str, *, language: str) -> Iterator[str]:
    """What is wrong with the mail `name` (a key of `mail_wording`) for somebody who reads `language`."""
    mail = letter.mail
    yield from _faults_of_frame(letter, language)
    if mail.language != language:
        yield f"is written in {mail.language}"
    if "@" in mail.key or not re.fullmatch(r"[A-Za-z0-9._:-]+", mail.key):
        yield f"has a key that tells of somebody: {mail.key}"
    for link in sorted(letter.links):
        yield from _faults_of_link(link, language)
    if language != "en":
        yield from _english_in(letter, name, language)
    if language == "de-simple" and "*" in letter.words:
        yield "has a gender star in easy German"


def _faults_of_frame(letter: Letter, language: str) -> Iterator[str]:
    mail = letter.mail
    for part in ("subject", "text", "html"):
        if not getattr(mail, part).strip():
            yield f"has no {part}"
        elif "%(" in getattr(mail, part):
            yield f"has a gap in its {part}"
    if f'<html lang="{language}">' not in mail.html:
        yield "does not say its language"
    if 'src="cid:eu-emblem"' not in mail.html:
        yield "has no emblem"
    if FUNDING[language] not in mail.text or FUNDING[language] not in mail.html:
        yield "does not say who pays"
    if mail.subject not in letter.seen:
        yield "has no heading"


def _faults_of_link(link: str, language: str) -> Iterator[str]:
    address = urlsplit(link)
    if address.netloc != urlsplit(settings.BASE_URL).netloc:
        yield f"leads to another host: {link}"
    elif not address.path.startswith((f"/{language}/", "/cms/")):
        yield f"leads to another language: {link}"
    with translation.override(language):
        try:
            resolve(address.path)
        except Resolver404:
            yield f"leads nowhere: {link}"


def _english_in(letter: Letter, name: str, language: str) -> Iterator[str]:
    """Messages of the mail that nobody has translated, and English words of whatever else stands in it."""
    own = next(mail.messages for mail in mails() if mail.key == name)
    with translation.override(language):
        said = {msgid: _(msgid) for msgid in own - SAME_IN_GERMAN}
    for msgid, words in said.items():
        pieces = [piece.strip() for piece in PLACEHOLDER.split(msgid)]
        if words == msgid or any(len(piece) > 8 and piece in letter.words for piece in pieces):
            yield f"says in English: {msgid}"
    text = LINK.sub("", f"{letter.mail.subject}\n{letter.mail.text}")
    if found := sorted({match.group().lower() for match in ENGLISH.finditer(text)}):
        yield f"has English words: {', '.join(found)}"
