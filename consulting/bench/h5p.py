"""`./run bench h5p`: a very large package and hostile ones, the first start of our exercises, and 10,000 statements
that 200 learners send at once. On PostgreSQL, since SQLite lets one write at a time.
"""

import http.client
import json
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import BenchRefused, load, machines, weighing
from .crowds import Answer, Rush, p95
from .importing import FILES, SIZE
from .load import Target
from .pages import OURS, collect_static
from .report import Goal, goals_table, table

LEARNERS, EACH = 200, 50
WORKERS, THREADS = 2, 4
STORED = """
    SELECT count(*), count(DISTINCT statement_id), count(*) FILTER (
        WHERE raw #>> '{actor,account,name}' <> user_key OR raw #>> '{result,response}' <> user_key
    )
    FROM h5p_statement JOIN h5p_attempt ON h5p_attempt.id = attempt_id
"""


@dataclass
class Result:
    """Everything that was measured."""

    large: dict[str, float]
    hostile: list[dict[str, Any]]
    starts: list[weighing.Weight]
    statements_of_page: dict[str, int]
    rush: Rush
    stored: int
    distinct: int
    foreign: int

    def goals(self) -> list[Goal]:
        sent = LEARNERS * EACH
        return [
            Goal("H1", f"CPU seconds for {FILES} files of {SIZE // 2**20} MB", self.large["cpu_seconds"], 5, 2),
            Goal("H1", "MB above idle meanwhile", self.large["memory_mb"], 150, 1),
            Goal("H2", "hostile packages that were taken in", sum(not one["code"] for one in self.hostile), 0),
            Goal("H2", "files that they left behind", sum(one["left"] for one in self.hostile), 0),
            Goal("H2", "seconds until the slowest was refused", max(one["seconds"] for one in self.hostile), 1, 3),
            Goal("H3", "requests of the first start", max(one.requests for one in self.starts), 8),
            Goal("H3", "kB of the first start", max(one.bytes + one.images for one in self.starts) / 1000, 250, 1),
            Goal("H3", "requests to other hosts", sum(len(one.foreign) for one in self.starts), 0),
            Goal("H3", "statements that differ among pages of exercises", len(set(self.page_statements)) - 1, 0),
            Goal("H4", f"of {sent} statements not stored, or twice", abs(sent - self.stored), 0),
            Goal("H4", "under a foreign name", self.foreign, 0),
            Goal("H4", "errors", self.rush.errors, 0),
        ]

    @property
    def page_statements(self) -> list[int]:
        return list(self.statements_of_page.values())

    def text(self) -> str:
        refused = table(
            ["hostile package", "code", "ms", "left"],
            [[one["name"], one["code"], f"{one['seconds'] * 1000:.0f}", str(one["left"])] for one in self.hostile],
            words=2,
        )
        started = table(
            ["first start", "requests", "kB", "JS kB", "SQL"],
            [
                [
                    name,
                    str(one.requests),
                    f"{(one.bytes + one.images) / 1000:.1f}",
                    f"{one.scripts / 1000:.1f}",
                    str(sql),
                ]
                for (name, sql), one in zip(self.statements_of_page.items(), self.starts, strict=True)
            ],
        )
        imported = (
            f"Large package: {self.large['seconds']:.2f} s, {self.large['cpu_seconds']:.2f} s CPU, "
            f"{self.large['memory_mb']:.0f} MB above idle, {self.large['files']:.0f} files stored"
        )
        told = (
            f"{LEARNERS} learners at once, {EACH} statements each: {self.rush.rate:.0f} a second, "
            f"p95 {p95([self.rush]) * 1000:.0f} ms, {self.stored} stored, {self.distinct} different"
        )
        return "\n\n".join([imported, refused, started, told, goals_table(self.goals())]) + "\n"

    def as_json(self) -> dict[str, Any]:
        return {
            "name": "h5p",
            "large": self.large,
            "hostile": self.hostile,
            "starts": [
                {"name": name, "requests": one.requests, "bytes": one.bytes + one.images, "statements": sql}
                for (name, sql), one in zip(self.statements_of_page.items(), self.starts, strict=True)
            ],
            "statements_a_second": round(self.rush.rate, 1),
            "p95_ms": round(p95([self.rush]) * 1000, 1),
            "stored": self.stored,
            "goals": [goal.as_json() for goal in self.goals()],
        }


# --- Measuring -----------------------------------------------------------------------------------------------------
def measure(*, say: Callable[[str], None], outside: str = "", requests: int = 40, rounds: int = 1) -> Result:
    """Make a site, and take it away. Raises BenchRefused without the address of a PostgreSQL database in `outside`."""
    if not outside:
        raise BenchRefused("This benchmark needs PostgreSQL: set TEST_DATABASE_URL.")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zugang-bench-")))
        databases = machines.Databases(folder, outside)
        stack.callback(databases.drop, "ours")
        databases.make("ours")
        env = machines.environment(OURS, folder, databases.url("ours"))
        say("Making the site")
        collect_static(env)
        machines.manage(env, "migrate", "--no-input")
        machines.manage(env, "seed_scale", "--courses=2", "--learners=5", "--enrolments=0")
        ground = json.loads(machines.manage(env, "bench_ground", "players", f"--people={LEARNERS}"))
        say("Importing packages")
        imported = json.loads(machines.manage(env, "bench_ground", "packages"))
        say("Starting the server")
        serving = machines.serving("ours", "academy.wsgi:application", env, workers=WORKERS, threads=THREADS)
        server = stack.enter_context(serving)
        pages = {one["name"]: Target(one["name"], server.port, one["path"], server.cpu) for one in ground["exercises"]}
        counted = {name: load.statements(target)[0] for name, target in pages.items()}
        say("Opening exercises in a browser")
        with weighing.chromium() as browser:
            starts = [weighing.weigh(browser, server.origin, target.path) for target in pages.values()]
        say(f"Letting {LEARNERS} learners report at once")
        rush = report(server.port, ground["learners"], ground["activity"])
        [(stored, distinct, foreign)] = databases.rows("ours", STORED)
        return Result(imported["large"], imported["hostile"], starts, counted, rush, stored, distinct, foreign)


def report(port: int, learners: Sequence[dict[str, str]], activity: str) -> Rush:
    """Everybody sends statements over a line of their own, all at once. Each says whose it is meant to be."""

    def work(learner: dict[str, str]) -> list[Answer]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        path = f"{learner['path']}&round={uuid.uuid4()}"
        answers = [_send(connection, path, statement_of(learner["key"], activity)) for _number in range(EACH)]
        connection.close()
        return answers

    begun = time.perf_counter()
    with ThreadPoolExecutor(len(learners)) as pool:
        found = [answer for answers in pool.map(work, learners) for answer in answers]
    return Rush(found, time.perf_counter() - begun)


def _send(connection: http.client.HTTPConnection, path: str, statement: dict) -> Answer:
    begun = time.perf_counter()
    connection.request("POST", path, body=json.dumps(statement), headers={"Content-Type": "text/plain"})
    answer = connection.getresponse()
    answer.read()
    return Answer(answer.status, time.perf_counter() - begun)


def statement_of(key: str, activity: str) -> dict:
    """What a player sends; the actor is a lie, as a browser can tell any."""
    return {
        "id": str(uuid.uuid4()),
        "actor": {"account": {"homePage": "https://elsewhere.example", "name": "somebody else"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/interacted"},
        "object": {"id": activity},
        "result": {"response": key},
    }
