"""Loads the demo content block by block, each in a transaction of its own. Loading twice updates and never doubles."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from academy.common.registry import registry

from . import (
    assessments,
    barriers,
    courses,
    documents,
    materials,
    meetings,
    organisations,
    pages,
    people,
    processes,
    reports,
    rooms,
    runs,
    series,
    statements,
    steps,
)
from .content import read
from .loading import Loading


class DemoRefused(Exception):
    """The demo content must not be loaded here. The message is written for who runs the command."""


@dataclass(frozen=True)
class Block:
    """One part of the content. `load` gives a line that says what is there now; without it the block waits."""

    name: str
    load: Callable[[Loading], str] | None = None


BLOCKS = [
    Block("vocabulary", organisations.load_vocabulary),
    Block("organisations", organisations.load_organisations),
    Block("roles", people.load_roles),
    Block("courses", courses.load_courses),
    Block("steps", steps.load_steps),
    Block("materials", materials.load_materials),
    Block("rooms", rooms.load_rooms),
    Block("runs", runs.load_runs),
    Block("templates", processes.load_templates),
    Block("processes", processes.load_processes),
    Block("newer_templates", processes.load_newer_templates),
    Block("barriers", barriers.load_barriers),
    Block("documents", documents.load_documents),
    Block("meetings", meetings.load_meetings),
    Block("series", series.load_series),
    Block("statements", statements.load_statements),
    Block("pages", pages.load_pages),
    Block("accessibility", reports.load_reports),
    Block("self_assessment", assessments.load_assessments),
    Block("needs"),
    Block("dialogue"),
    Block("directory"),
    Block("programmes"),
    Block("newsletter"),
]
WAITING = "waiting, comes with a later part of the platform"


def load(at: datetime) -> Iterator[str]:
    """Load everything; gives a line for each block as soon as it is done.

    Raises DemoRefused where DEMO is not set: the logins have a password that everybody may know.
    """
    if not settings.DEMO:
        raise DemoRefused("The demo content is loaded only where DEMO=1 is set: everybody knows its password.")
    registry.set_up_site()
    loading = Loading.now(at)
    yield f"meta: dates count from Monday, {loading.week.monday:%d.%m.%Y}; {read('meta')['project']['title']['en']}"
    for block in BLOCKS:
        if block.load is None:
            yield f"{block.name}: {WAITING}"
            continue
        with transaction.atomic():
            line = block.load(loading)
        yield f"{block.name}: {line}"
