"""`./run bench enrol`: many people want few places, over HTTP, on PostgreSQL (B1 to B4 and B14 of PERFORMANCE.md).

In each round 200 people enrol at once on a run of 20 places, on our site and then on a bare one whose view locks the
run, counts and inserts. Afterwards 20 people give their places back while 50 newcomers try and 30 wait, and the last
place of a course goes. What came of it is read from the database, past our code; `manage.py audit` has the last word.
"""

import http.client
import json
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from django.urls import reverse
from django.utils import translation

from . import BenchRefused, machines, pages
from .crowds import HANDS, Call, Rush, p95, send
from .report import Goal, goals_table, table

PEOPLE, SEATS = 200, 20
WAITING, NEWCOMERS = 30, 50
WORKERS, THREADS = 2, 4  # eight requests at a time, as many as there are callers
COURSES = 20
# Attempts a second of the peers against Django with one query (1,150 a second) on the machine they ran on.
LEAST_RATE = max(10 * 10, 3 * 34) / 1150
PLACES = "SELECT state, learner_id FROM enrolment_enrolment WHERE run_id = %s ORDER BY queue_number NULLS FIRST, id"
IN_ORDER = """
    SELECT count(*) FROM (
        SELECT e.queue_number, lag(e.queue_number) OVER (ORDER BY m.id) AS before
        FROM enrolment_enrolment e JOIN enrolment_enrolmentmove m ON m.enrolment_id = e.id AND m.from_state = ''
        WHERE e.run_id = %s AND e.state = 'waitlisted'
    ) AS listed WHERE before >= queue_number
"""
FREE = "SELECT count(*) FROM courses_seat WHERE run_id = %s AND taken_at IS NULL"
HELD = "SELECT id, learner_id FROM enrolment_enrolment WHERE run_id = %s AND state = 'confirmed'"


@dataclass
class Round:
    """What one rush for the places of one run came to."""

    ours: Rush
    bare: Rush
    confirmed: int
    waiting: int
    out_of_order: int
    cpu_ms: float
    bare_cpu_ms: float


@dataclass
class Giving:
    """What came of it when people gave places back while newcomers tried."""

    rush: Rush
    to_the_head: int
    newcomers_placed: int
    empty: int
    placed: int


@dataclass
class Result:
    """Everything that was measured."""

    rounds: list[Round]
    givings: list[Giving]
    reference: Rush
    full_after: dict[str, float]
    steps: list[int]
    audit: str = ""

    @property
    def ratio(self) -> float:
        return median(one.ours.rate for one in self.rounds) / median(one.bare.rate for one in self.rounds)

    @property
    def overbooked(self) -> int:
        """Places beyond the seats, over all rounds."""
        return sum(max(one.confirmed - SEATS, 0) for one in [*self.rounds]) + sum(
            max(one.placed - SEATS, 0) for one in self.givings
        )

    def goals(self) -> list[Goal]:
        rate = median(one.ours.rate for one in self.rounds)
        wrong = sum(one.confirmed != SEATS or one.waiting != PEOPLE - SEATS for one in self.rounds)
        errors = sum(one.ours.errors for one in self.rounds) + sum(one.rush.errors for one in self.givings)
        return [
            Goal("B1", f"rounds of {len(self.rounds)} without exactly {SEATS} and {PEOPLE - SEATS}", wrong, 0),
            Goal("B1", "waiting out of the order of commit", sum(one.out_of_order for one in self.rounds), 0),
            Goal("B1", "errors", errors, 0),
            Goal("B1", "places beyond the seats", self.overbooked, 0),
            Goal("B2", "attempts, in Djangos with one query", rate / self.reference.rate, LEAST_RATE, 3, at_least=True),
            Goal("B2", "attempts against a bare view that locks", self.ratio, 0.5, 2, at_least=True),
            Goal("B2", "p95 in seconds", p95([one.ours for one in self.rounds]), 2, 2),
            Goal(
                "B3",
                "places that went past the head of the list",
                sum(SEATS - one.to_the_head for one in self.givings),
                0,
            ),
            Goal("B3", "newcomers before the list", sum(one.newcomers_placed for one in self.givings), 0),
            Goal("B3", "seats left empty", sum(one.empty for one in self.givings), 0),
            *(Goal("B4", f"seconds until the {name} says full", wait, 1, 3) for name, wait in self.full_after.items()),
            Goal("B14", "requests from the course page to the confirmation", len(self.steps), 2),
            Goal("–", "findings of the audit", 0 if not self.audit else 1, 0),
        ]

    def text(self) -> str:
        heads = ["round", "places", "waiting", "attempts/s", "p50 ms", "p95 ms", "CPU ms"]
        heads += ["bare attempts/s", "bare p95 ms", "bare CPU ms"]
        rows = [
            [
                str(number),
                str(one.confirmed),
                str(one.waiting),
                f"{one.ours.rate:.0f}",
                f"{median(answer.seconds for answer in one.ours.answers) * 1000:.0f}",
                f"{p95([one.ours]) * 1000:.0f}",
                f"{one.cpu_ms:.1f}",
                f"{one.bare.rate:.0f}",
                f"{p95([one.bare]) * 1000:.0f}",
                f"{one.bare_cpu_ms:.1f}",
            ]
            for number, one in enumerate(self.rounds, start=1)
        ]
        title = f"{PEOPLE} people for {SEATS} places, {HANDS} at a time, {WORKERS} workers; Django with one query: "
        title += f"{self.reference.rate:.0f} a second"
        return "\n\n".join([title, table(heads, rows), goals_table(self.goals()), self.audit]).rstrip() + "\n"

    def as_json(self) -> dict[str, Any]:
        rushes = [one.ours for one in self.rounds]
        return {
            "name": "enrol",
            "ratio": round(self.ratio, 3),
            "overbooked": self.overbooked,
            "p95_ms": round(p95(rushes) * 1000, 1),
            "attempts_per_second": round(median(rush.rate for rush in rushes), 1),
            "bare_attempts_per_second": round(median(one.bare.rate for one in self.rounds), 1),
            "cpu_ms": round(median(one.cpu_ms for one in self.rounds), 2),
            "bare_cpu_ms": round(median(one.bare_cpu_ms for one in self.rounds), 2),
            "one_query_per_second": round(self.reference.rate, 1),
            "rounds": [{"places": one.confirmed, "waiting": one.waiting} for one in self.rounds],
            "goals": [goal.as_json() for goal in self.goals()],
        }


# --- Measuring -----------------------------------------------------------------------------------------------------
def measure(*, say: Callable[[str], None], outside: str = "", requests: int = 40, rounds: int = 20) -> Result:
    """Make our site and a bare one, let people rush, and take both away. `outside` is the address of a PostgreSQL
    database; raises BenchRefused without one, since SQLite lets one write at a time.
    """
    if not outside:
        raise BenchRefused("This benchmark needs PostgreSQL: set TEST_DATABASE_URL.")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zugang-bench-")))
        databases = machines.Databases(folder, outside)
        stack.callback(databases.drop, "ours", "bare")
        environments = pages.make_beside_bare(databases, folder, courses=COURSES, learners=PEOPLE, say=say)
        ground = json.loads(
            machines.manage(environments["ours"], "bench_ground", "crowd", f"--runs={2 * rounds}", f"--seats={SEATS}")
        )
        numbers = [f"--people={PEOPLE}", f"--runs={rounds}", f"--seats={SEATS}"]
        beside = json.loads(machines.manage(environments["bare"], "fill_bare", "20", *numbers))
        say("Starting the servers")
        both = {"workers": WORKERS, "threads": THREADS}
        ours = stack.enter_context(machines.serving("ours", "academy.wsgi:application", environments["ours"], **both))
        bare = stack.enter_context(
            machines.serving("bare", "consulting.bench.bare.wsgi:application", environments["bare"], **both)
        )
        scene = Scene(databases, ours, bare, ground, beside)
        scene.warm_up()
        say(f"Letting {PEOPLE} people rush, {rounds} times on each site")
        found = Result(
            rounds=[scene.rush(number) for number in range(rounds)],
            givings=[scene.give_back(number) for number in range(rounds, rounds + max(rounds // 4, 1))],
            reference=scene.reference(),
            full_after=scene.last_place(),
            steps=scene.steps_to_a_place(2 * rounds - 1),
        )
        found.audit = _audit(environments["ours"])
        return found


def _audit(env: dict[str, str]) -> str:
    """What `manage.py audit` finds; empty where nothing is broken."""
    try:
        machines.manage(env, "audit")
    except BenchRefused as refusal:
        return str(refusal)
    return ""


class Scene:
    """Both sites while people rush."""

    def __init__(self, databases, ours: machines.Server, bare: machines.Server, ground: dict, beside: dict):
        self.databases, self.ours, self.bare = databases, ours, bare
        self.people, self.runs, self.last = ground["people"], ground["runs"], ground["last_place"]
        self.strangers, self.bare_runs = beside["people"], beside["runs"]
        self.draw = random.Random(1)  # noqa: S311
        self.cookies = {person["id"]: person["cookie"] for person in self.people}

    def warm_up(self) -> None:
        """Every thread has worked once before anything counts."""
        with translation.override("de"):
            path = reverse("enrolment:my_places")
        send(self.ours.port, [Call(path, person["cookie"], "GET") for person in self.people[: 4 * HANDS]])
        send(self.bare.port, [Call("/one-query/", "", "GET")] * (4 * HANDS))

    def enrol(self, people: list[dict], run: int) -> list[Call]:
        with translation.override("de"):
            path = reverse("enrolment:enrol", args=[run])
        return [Call(path, person["cookie"]) for person in people]

    def rush(self, number: int) -> Round:
        """Everybody wants a place of one run, on our site and then on the bare one."""
        run, bare_run = self.runs[number], self.bare_runs[number]
        crowd = self.draw.sample(self.people, PEOPLE)
        before = self._cpu()
        ours = send(self.ours.port, self.enrol(crowd, run))
        between = self._cpu()
        bare = send(self.bare.port, [Call(f"/enrol/{bare_run}/", person["cookie"]) for person in self.strangers])
        after = self._cpu()
        states = [state for state, _learner in self._rows(PLACES, run)]
        out_of_order = self._rows(IN_ORDER, run)[0][0]
        confirmed, waiting = states.count("confirmed"), states.count("waitlisted")
        work = [(between[0] - before[0]) / PEOPLE * 1000, (after[1] - between[1]) / PEOPLE * 1000]
        return Round(ours, bare, confirmed, waiting, out_of_order, *work)

    def _cpu(self) -> tuple[float, float]:
        """Seconds that each site has worked, with its database."""
        return tuple(server.cpu() + self.databases.cpu(server.name) for server in (self.ours, self.bare))

    def give_back(self, number: int) -> Giving:
        """Twenty give back, thirty wait, fifty newcomers try; all at once."""
        run = self.runs[number]
        crowd = self.draw.sample(self.people, SEATS + WAITING + NEWCOMERS)
        for person in crowd[: SEATS + WAITING]:  # one after the other: who comes first is first
            send(self.ours.port, self.enrol([person], run), hands=1)
        head = {person["id"] for person in crowd[SEATS : SEATS + SEATS]}
        newcomers = {person["id"] for person in crowd[SEATS + WAITING :]}
        with translation.override("de"):
            calls = [
                Call(reverse("enrolment:withdraw", args=[place]), self.cookies[learner])
                for place, learner in self._rows(HELD, run)
            ]
        calls += self.enrol(crowd[SEATS + WAITING :], run)
        self.draw.shuffle(calls)
        rush = send(self.ours.port, calls)
        held = {learner for _place, learner in self._rows(HELD, run)}
        return Giving(rush, len(held & head), len(held & newcomers), self._rows(FREE, run)[0][0], len(held))

    def reference(self) -> Rush:
        """Django with one query, asked by as many hands."""
        return send(self.bare.port, [Call("/one-query/", "", "GET")] * (5 * PEOPLE))

    def last_place(self) -> dict[str, float]:
        """Seconds from the answer to whoever took the last place until the pages for everybody say that it is gone."""
        with translation.override("de"):
            addresses = {
                "catalogue": "/de/fortbildungen/?frei=1&q=" + self.last["slug"].removeprefix("scale-"),
                "course page": self.last["page"],
                "list for other sites": reverse("courses:course_list"),
            }
        for name, path in addresses.items():  # with a warm cache, if there is one
            if self._says_full(name, path):
                raise BenchRefused(f"The {name} does not show the last place.")
        send(self.ours.port, self.enrol(self.people[:1], self.last["run"]))
        gone = time.perf_counter()
        return {name: self._wait_until_full(name, path, gone) for name, path in addresses.items()}

    def _wait_until_full(self, name: str, path: str, gone: float) -> float:
        while not self._says_full(name, path):
            if time.perf_counter() - gone > 150:
                raise BenchRefused(f"The {name} never says that the last place is gone.")
        return time.perf_counter() - gone

    def _says_full(self, name: str, path: str) -> bool:
        text = get(self.ours.port, path)
        run = self.last["run"]
        if name == "catalogue":
            return self.last["page"] not in text
        if name == "course page":
            return '"remainingAttendeeCapacity": 0' in text.partition(f"#run-{run}")[2].partition("CourseInstance")[0]
        found = next(run_ for course in json.loads(text)["courses"] for run_ in course["runs"] if run_["id"] == run)
        return found["status"]["key"] == "full"

    def steps_to_a_place(self, number: int) -> list[int]:
        """The answers that a signed-in person gets from sending the form of the course page to the confirmation."""
        person = self.people[0]
        answers = [send(self.ours.port, self.enrol([person], self.runs[number])).answers[0]]
        while answers[-1].leads_to:
            call = Call(answers[-1].leads_to.partition("#")[0], person["cookie"], "GET")
            answers += send(self.ours.port, [call]).answers
        return [answer.status for answer in answers]

    def _rows(self, statement: str, *values) -> list[tuple]:
        return self.databases.rows("ours", statement, values)


def get(port: int, path: str) -> str:
    """The text of a page for somebody who is not signed in."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    if answer.status != 200:
        raise BenchRefused(f"{path} answered {answer.status}.")
    text = answer.read().decode()
    connection.close()
    return text
