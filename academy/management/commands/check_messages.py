"""Compares the catalogues with the messages that stand in the code.

German is complete. Hungarian is complete for the templates that a dialogue page is made of, easy German holds what
learners meet, and both hold nothing that is gone. The messages in the code are English.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from academy.common import easy_wording

CATALOGUE = Path("locale/de/LC_MESSAGES/django.po")
HUNGARIAN = Path("locale/hu/LC_MESSAGES/django.po")
EASY = Path(easy_wording.CATALOGUE)
# What a public dialogue page in Hungarian is made of. A template that such a page includes is added here.
SHOWN_IN_HUNGARIAN = (
    "academy/common/moments.py",
    "academy/templates/base.html",
    *(
        f"academy/templates/components/{name}.html"
        for name in (
            "account_links",
            "breadcrumbs",
            "draft_mark",
            "draft_notice",
            "empty",
            "eu_emblem",
            "file_link",
            "filter_panel",
            "funding",
            "language_notice",
            "menu_items",
            "messages",
            "pagination",
            "service_links",
            "sign_out",
            "site_footer",
            "site_header",
            "theme_switch",
        )
    ),
    *(f"consulting/templates/consulting/{name}.html" for name in ("_latest_statement", "_recommendation", "statement")),
    "consulting/templates/consulting/_statement_card.html",
    "consulting/templates/consulting/statement_index_page.html",
    "consulting/templatetags/statements.py",
    "home/templates/home/standard_page.html",
    "home/templates/home/blocks/",
)
GENDER_SIGN = re.compile(r"\w[*:_](?:in|innen)\b|\w/-?in(?:nen)?\b|\w[a-zäöüß]In(?:nen)?\b")
GERMAN = re.compile(
    r"[äöüÄÖÜß]|\b(?:und|nicht|[Bb]itte|oder|wird|werden|[Kk]eine?|einer?|ist|der|das|zur|zum|Sie|Ihre?)\b"
)
SOURCES = {".py", ".html", ".txt"}  # what makemessages reads
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}")


class Command(BaseCommand):
    help = "Fails when a catalogue lacks a message of the code, holds one that is gone, or words it as it must not."
    requires_system_checks: list[str] = []

    def handle(self, *args, **options) -> None:
        if not shutil.which("xgettext"):
            raise CommandError("This check needs xgettext. Install it: apt-get install gettext")
        extracted = extract_messages(settings.ROOT)
        german, hungarian, easy = (polib.pofile(str(settings.ROOT / path)) for path in (CATALOGUE, HUNGARIAN, EASY))
        found = {
            CATALOGUE: find_problems(german, extracted),
            HUNGARIAN: find_problems(hungarian, extracted, needed_in=SHOWN_IN_HUNGARIAN),
            EASY: chain(find_problems(easy, extracted, needed_in=()), find_easy_problems(easy)),
            "the code": find_german(extracted),
        }
        problems = [f"{place}: {problem}" for place, lines in found.items() for problem in lines]
        if problems:
            raise CommandError("\n".join([*problems, f"{len(problems)} problems"]))
        self.stdout.write(f"{len(extracted)} messages, each with its translation.")


def extract_messages(root: Path) -> polib.POFile:
    """The messages of our apps, as makemessages finds them; it works on a copy, so that nothing here is changed."""
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for app in root.glob("*/__init__.py"):
            if app.parent.name != "tests":
                copy_sources(app.parent, copy / app.parent.name)
        (copy / "locale").mkdir()
        command = [sys.executable, "-m", "django", "makemessages", "--locale", "de", "--verbosity", "0"]
        env = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise CommandError(f"makemessages did not succeed: {done.stderr}")
        return polib.pofile(str(copy / CATALOGUE))


def copy_sources(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.suffix in SOURCES and "vendor" not in path.parts:
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


def find_problems(
    catalogue: polib.POFile, extracted: polib.POFile, *, needed_in: tuple[str, ...] | None = None
) -> Iterator[str]:
    """One line for each message that is missing, unfinished, gone from the code, or at odds with its placeholders.

    A message may be missing where it stands in none of the files `needed_in`; without them every message is needed.
    """
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    messages = {(entry.msgctxt, entry.msgid): entry for entry in extracted if not entry.obsolete}
    for key, entry in messages.items():
        translation = known.get(key)
        problem = _problem_with(entry, translation) if translation or _is_needed(entry, needed_in) else ""
        if problem:
            yield f"{problem}: {entry.msgid!r} ({':'.join(entry.occurrences[0]) if entry.occurrences else '?'})"
    for key, entry in known.items():
        if key not in messages:
            yield f"no longer in the code: {entry.msgid!r}"
    for entry in catalogue.obsolete_entries():
        yield f"obsolete entry left: {entry.msgid!r}"


def _is_needed(entry: polib.POEntry, needed_in: tuple[str, ...] | None) -> bool:
    return needed_in is None or any(file.startswith(needed_in) for file, _line in entry.occurrences)


def _problem_with(entry: polib.POEntry, translation: polib.POEntry | None) -> str:
    if translation is None:
        return "missing"
    if translation.fuzzy:
        return "fuzzy"
    if bool(entry.msgid_plural) != bool(translation.msgid_plural):
        return "singular and plural do not match the code"
    if not translation.translated():
        return "untranslated"
    return "" if keeps_placeholders(translation) else "other placeholders than the message"


def find_easy_problems(easy: polib.POFile) -> Iterator[str]:
    """Leichte Sprache has no gender sign, and a check counts only for the words that the group has seen."""
    for entry in easy:
        if any(GENDER_SIGN.search(text) for text in (entry.msgstr, *entry.msgstr_plural.values())):
            yield f"gender sign: {entry.msgid!r}"
    if any(name in easy.metadata for name in easy_wording.HEADERS) and not easy_wording.is_checked(easy):
        yield (
            f"the words are not those that were checked: take out {', '.join(easy_wording.HEADERS)}, "
            f"or after a new check set the last one to {easy_wording.words_digest(easy)}"
        )


def find_german(extracted: polib.POFile) -> Iterator[str]:
    """Messages in the code are English sentences; «Leichte Sprache» and such names have no word of this list."""
    for entry in extracted:
        if GERMAN.search(f"{entry.msgid} {entry.msgid_plural}"):
            yield f"not English: {entry.msgid!r}"


def keeps_placeholders(entry: polib.POEntry) -> bool:
    """Whether a translation names what the message names; a plural form may leave out a number."""

    def names(text: str) -> set[str]:
        return {"".join(match) for match in PLACEHOLDER.findall(text)}

    if entry.msgid_plural:
        allowed = names(entry.msgid) | names(entry.msgid_plural)
        return all(names(form) <= allowed for form in entry.msgstr_plural.values())
    return names(entry.msgstr) == names(entry.msgid)
