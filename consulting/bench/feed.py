"""`./run bench feed`: calendars of 100 and of 1,000 dates, sent whole and asked for again (B8, B9 of PERFORMANCE.md).

Beside them, in the same run: 100 dates that bare Django writes into a string from one query, and a bare «hello».
"""

import json
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from . import load, machines, pages
from .load import Target
from .report import Goal, goals_table, table

FEW, MANY = 100, 1000
COURSES, LEARNERS = 10, 40
# CPU of Moodle for 100 dates in ms against Django with one query (1.10 ms) on the machine that it was measured on.
MOST_WORK = 126 / 12 / 1.10


@dataclass
class Result:
    """Everything that was measured."""

    database: str
    targets: dict[str, Target]
    statements: dict[str, int]
    sizes: dict[str, int]

    def goals(self) -> list[Goal]:
        cpu = {name: target.cpu_ms for name, target in self.targets.items()}
        whole, bare, one = cpu["calendar of 100"], cpu["bare Django, 100 dates"], cpu["Django, one query"]
        known = self.statements["calendar of 100, known"]
        return [
            Goal("B8", "CPU of 100 dates, against bare Django", whole / bare, 3, 2),
            Goal("B8", "CPU of 100 dates, in Djangos with one query", whole / one, MOST_WORK, 1),
            Goal("B8", "statements for 100 dates", self.statements["calendar of 100"], 4),
            Goal("B8", "statements for 1,000 dates", self.statements["calendar of 1,000"], 4),
            Goal("B9", "bytes when nothing has changed", self.sizes["calendar of 100, known"], 0),
            Goal("B9", "statements when nothing has changed", known, 4),
            Goal(
                "B9",
                "rate when nothing has changed, against hello",
                cpu["Django, hello"] / cpu["calendar of 100, known"],
                0.3,
                2,
                at_least=True,
            ),
        ]

    def text(self) -> str:
        rows = [
            [
                name,
                f"{target.cpu_ms:.2f}",
                f"{target.wait_ms:.2f}",
                *map(partial(self._of, name), (self.statements, self.sizes)),
            ]
            for name, target in self.targets.items()
        ]
        heads = ["what", "CPU ms", "wait ms", "SQL", "bytes"]
        return f"{self.database}\n\n{table(heads, rows)}\n\n{goals_table(self.goals())}\n"

    @staticmethod
    def _of(name: str, figures: dict[str, int]) -> str:
        return str(figures[name]) if name in figures else "–"

    def as_json(self) -> dict[str, Any]:
        measured = [
            {"what": name, "cpu_ms": round(target.cpu_ms, 3), "wait_ms": round(target.wait_ms, 3)}
            for name, target in self.targets.items()
        ]
        goals = [goal.as_json() for goal in self.goals()]
        figures = {"statements": self.statements, "bytes": self.sizes}
        return {"name": "feed", "database": self.database, "measured": measured, **figures, "goals": goals}


def measure(*, say: Callable[[str], None], outside: str = "", requests: int = 40, rounds: int = 5) -> Result:
    """Make both sites, ask them in turn and take them away. `outside` is the address of a PostgreSQL database."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zugang-bench-")))
        databases = machines.Databases(folder, outside)
        stack.callback(databases.drop, "ours", "bare")
        environments = pages.make_beside_bare(databases, folder, courses=COURSES, learners=LEARNERS, say=say)
        machines.manage(environments["bare"], "fill_bare", str(FEW))
        made = machines.manage(environments["ours"], "bench_ground", "calendars", "--lengths", str(FEW), str(MANY))
        feeds = json.loads(made)["feeds"]
        say("Starting the servers")
        ours = stack.enter_context(machines.serving("ours", "academy.wsgi:application", environments["ours"]))
        bare = stack.enter_context(
            machines.serving("bare", "consulting.bench.bare.wsgi:application", environments["bare"])
        )

        def target(name: str, server: machines.Server, path: str, **given) -> Target:
            return Target(name, server.port, path, lambda: server.cpu() + databases.cpu(server.name), **given)

        def feed(length: int) -> str:
            return f"/calendar/{feeds[str(length)]}.ics"

        few = target("calendar of 100", ours, feed(FEW))
        mark, _content = load.copy_of(few)
        targets = [
            few,
            target("calendar of 1,000", ours, feed(MANY)),
            target("calendar of 100, known", ours, few.path, known=mark, expected=304),
            target("bare Django, 100 dates", bare, "/calendar.ics"),
            target("Django, one query", bare, "/one-query/"),
            target("Django, hello", bare, "/hello/"),
        ]
        say("Measuring work")
        load.measure(targets, requests=requests, rounds=rounds)
        return Result(
            databases.kind,
            {one.name: one for one in targets},
            {one.name: load.statements(one)[0] for one in targets[:3]},
            {one.name: len(load.copy_of(one)[1]) for one in targets[:4]},
        )
