"""Words as search sees them, the same in the index, in the question and when hits are marked.

«Teilnehmer*innen», «Teilnehmer:innen», «Teilnehmer_innen», «Teilnehmer/-innen», «TeilnehmerInnen», «Teilnehmerinnen»,
«Teilnehmerin» and «Teilnehmern» are one word, «teilnehmer» (DOMAIN.md 1); «Teilnehmende» stays its own. Umlauts, ß and
their spelling as ae, oe, ue and ss are one, and the commonest endings of plural and case are dropped. That is done here
and not in the database, so that SQLite and PostgreSQL find the same.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from .gender_star import unbroken

MOST_WORDS = 12
EXCERPT_LENGTH = 240
LETTER = r"[^\W\d_]"
# Soft hyphens, word joiners and the dots of Leichte Sprache («Bundes·tag») stand inside a word.
CORE = r"[^\W_]+(?:[\u00ad\u00b7\u200b\u2060]+[^\W_]+)*"
WORD = re.compile(
    rf"(?P<core>{CORE})"
    rf"(?:(?<={LETTER}{{3}})(?:(?:[*:_]|/-?)(?:[Ii]nnen(?P<rest>{CORE})?|(?:[Ii]n|n|r|e)(?!\w))|\((?:innen|in|n|r|e)\)))?"
)
INNER_MARKS = re.compile(r"[\u00ad\u00b7\u200b\u2060]")
CAPITAL_I = re.compile(r"(?<=[^\W\d_]{2}[a-zäöüß])I(?:nnen|n$)")
UMLAUT_PAIRS = re.compile(r"([ao])e+|(?<![aeiouq])ue+")
INNER_PLURAL = re.compile(r"(?<=..er)innen(?=.{4})")  # Lehrerinnenverband
PLURAL = re.compile(r"(?P<stem>.{3,})innen$")
# gewinnen, beginnen, spinnen, Finnen: no people.
NO_PERSON = re.compile(r".*(?:gew|beg)|(?:be|ge|ent|er|ver|zer|nach)?(?:b|dr|f|h|l|m|p|r|s|sp|t|z)")
SINGULAR = re.compile(r"(?P<stem>(?=.{6}).+(?:er|or|eur|ar|ant|ent|ist|at|og|eg|und|zt|alt|amt))in$")
ENDINGS = (
    re.compile(r"(?P<stem>.{4,})(?:en|es|e)$"),
    re.compile(r"(?P<stem>.{3,}(?:er|el))n$"),
    re.compile(r"(?P<stem>.{4,}[bdfghklmnrt])s$"),
)
COMMON = (
    "der die das den dem des ein eine einen einem einer eines und oder in im am an auf aus bei mit nach von vom zu zum "
    "zur für ist sind wie was wer wo the a an and or of to for on is are how what who where with"
)


@dataclass(frozen=True)
class Word:
    """A word of a text, where it stands, and how search sees it."""

    start: int
    end: int
    stem: str


def stem(word: str) -> str:
    """How search sees one word without marks of gender. Asked again for what it gave, it gives the same."""
    word = CAPITAL_I.sub("", INNER_MARKS.sub("", word))
    word = unicodedata.normalize("NFKD", word.casefold())
    word = "".join(sign for sign in word if sign.isalnum()).casefold()
    word = UMLAUT_PAIRS.sub(lambda match: match[1] or "u", word)
    while (shorter := _without_ending(word)) != word:
        word = shorter
    return word


def _without_ending(word: str) -> str:
    word = INNER_PLURAL.sub("", word)
    plural = PLURAL.fullmatch(word)
    if plural:
        return word if NO_PERSON.fullmatch(plural["stem"]) else plural["stem"]
    found = next((match for ending in (SINGULAR, *ENDINGS) if (match := ending.fullmatch(word))), None)
    return found["stem"] if found else word


def words(text: str) -> Iterator[Word]:
    """The words of a text, each with its mark of gender: «Teilnehmer*innen» is one."""
    for match in WORD.finditer(text):
        yield Word(match.start(), match.end(), stem(match["core"] + (match["rest"] or "")))


def normalised(text: str) -> str:
    """The text as it goes into the index, and as it is asked for."""
    return " ".join(word.stem for word in words(unicodedata.normalize("NFC", text)) if word.stem)


def terms(text: str) -> tuple[str, ...]:
    """What is looked for: each word once, at most twelve, and no «der» or «for» beside other words."""
    found = tuple(dict.fromkeys(normalised(text).split()))
    telling = tuple(word for word in found if word not in COMMON_STEMS)
    return (telling or found)[:MOST_WORDS]


COMMON_STEMS = frozenset(normalised(COMMON).split())


def share_of(text: str, wanted: tuple[str, ...]) -> float:
    """How much of what is looked for the text has: 1 for all of it; beginnings of words count a little less."""
    known = {word.stem for word in words(text)}
    if not wanted:
        return 0.0
    worth = [1.0 if term in known else 0.8 if any(one.startswith(term) for one in known) else 0.0 for term in wanted]
    return sum(worth) / len(worth)


# --- Showing hits --------------------------------------------------------------------------------------------------
def excerpt(text: str, wanted: tuple[str, ...], length: int = EXCERPT_LENGTH) -> str:
    """The part of the text around the first hit, in whole words; its beginning where there is none."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    hit = next((word.start for word in words(text) if _is_wanted(word, wanted)), 0)
    begin = max(hit - length // 3, 0)
    if begin:
        begin = text.find(" ", begin, hit) + 1 or hit
    end = begin + length
    if end < len(text):
        end = max(text.rfind(" ", begin, end), begin + length // 2)
    return f"{'… ' if begin else ''}{text[begin:end]}{' …' if end < len(text) else ''}"


def marked(text: str, wanted: tuple[str, ...]) -> SafeString:
    """The text, escaped, with each word that was looked for in <mark>. No line ends within such a word."""
    parts, done = [], 0
    for word in words(text):
        if _is_wanted(word, wanted):
            parts += [_shown(text[done : word.start]), "<mark>", _shown(text[word.start : word.end]), "</mark>"]
            done = word.end
    return mark_safe("".join([*parts, _shown(text[done:])]))  # noqa: S308 each part is escaped


def _shown(text: str) -> str:
    return unbroken(str(conditional_escape(text)))


def _is_wanted(word: Word, wanted: tuple[str, ...]) -> bool:
    return any(word.stem.startswith(term) for term in wanted)
