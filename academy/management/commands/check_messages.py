"""Compares the German catalogue with the messages that stand in the code."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

CATALOGUE = Path("locale/de/LC_MESSAGES/django.po")
SOURCES = {".py", ".html", ".txt"}  # what makemessages reads
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}")


class Command(BaseCommand):
    help = "Fails when a message of the code is not translated into German, or the catalogue holds one that is gone."
    requires_system_checks: list[str] = []

    def handle(self, *args, **options) -> None:
        if not shutil.which("xgettext"):
            raise CommandError("This check needs xgettext. Install it: apt-get install gettext")
        extracted = extract_messages(settings.ROOT)
        catalogue = polib.pofile(str(settings.ROOT / CATALOGUE))
        problems = list(find_problems(catalogue, extracted))
        if problems:
            raise CommandError("\n".join([*problems, f"{len(problems)} problems in {CATALOGUE}"]))
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


def find_problems(catalogue: polib.POFile, extracted: polib.POFile) -> Iterator[str]:
    """One line for each message that is missing, unfinished, gone from the code, or at odds with its placeholders."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    needed = {(entry.msgctxt, entry.msgid): entry for entry in extracted if not entry.obsolete}
    for key, entry in needed.items():
        translation = known.get(key)
        place = ":".join(entry.occurrences[0]) if entry.occurrences else "?"
        if translation is None:
            yield f"missing: {entry.msgid!r} ({place})"
        elif translation.fuzzy:
            yield f"fuzzy: {entry.msgid!r} ({place})"
        elif bool(entry.msgid_plural) != bool(translation.msgid_plural):
            yield f"singular and plural do not match the code: {entry.msgid!r} ({place})"
        elif not translation.translated():
            yield f"untranslated: {entry.msgid!r} ({place})"
        elif not keeps_placeholders(translation):
            yield f"other placeholders than the message: {entry.msgid!r} ({place})"
    for key, entry in known.items():
        if key not in needed:
            yield f"no longer in the code: {entry.msgid!r}"
    for entry in catalogue.obsolete_entries():
        yield f"obsolete entry left: {entry.msgid!r}"


def keeps_placeholders(entry: polib.POEntry) -> bool:
    """Whether a translation names what the message names; a plural form may leave out a number."""

    def names(text: str) -> set[str]:
        return {"".join(match) for match in PLACEHOLDER.findall(text)}

    if entry.msgid_plural:
        allowed = names(entry.msgid) | names(entry.msgid_plural)
        return all(names(form) <= allowed for form in entry.msgstr_plural.values())
    return names(entry.msgstr) == names(entry.msgid)
