"""`./run bench pages`: weight, layout shift, CPU time and statements of our pages, beside a bare Wagtail site.

Everything runs in one go on this machine: our site with the demo content and 200 courses, the same with 5,000, and a
bare Wagtail site with as many entries on its list. Rounds take turns, so that ratios hold on a busy machine as well.
"""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils import translation

from . import BenchRefused, load, machines, weighing
from .report import Goal, goals_table, table

FEW, MANY = 200, 5000
LEARNERS, ENROLMENTS = 2000, 4000
ROLE = "r-spree-schalter"
COURSE = "/de/fortbildungen/zugang-grundlagen/"
OURS, BARE = "academy.settings.bench", "consulting.bench.bare.settings"
# CPU of the peers in ms against their reference of 1.10 ms for Django with one query, on the machine they ran on.
PEERS = {"catalogue": 69 / 5 / 1.10, "course page": 54 / 3 / 1.10, "own start page": 77 / 3 / 1.10}
MOST_STATEMENTS = {"catalogue": 6, "course page": 10, "own start page": 12}
# Requests, kB and kB of script of a cold browser.
MOST_WEIGHT = {
    "catalogue": ("B10", 8, 100, 30),
    "course page": ("B10", 8, 100, 30),
    "own start page": ("B11", 8, 120, 30),
}
ADMIN_FILES = ["wagtail*", "rest_framework", "django_*", "admin", "h5p", "modeltranslation"]
STEADY = ("home", "catalogue", "course page", "own start page")
BESIDE = {"bare Wagtail list": "/list/", "bare Wagtail page": "/list/bare-1/", "Django, one query": "/one-query/"}


@dataclass
class Measured:
    """One line of the table."""

    name: str
    path: str
    target: load.Target
    statements: int = 0
    repeated: int = 0
    answer_again: int = 0
    missed_ms: float | None = None
    weight: weighing.Weight | None = None

    def row(self) -> list[str]:
        weight, missed = self.weight, self.missed_ms
        light = ["–"] * 5
        if weight is not None:
            sizes = [f"{weight.bytes / 1000:.1f}", f"{weight.scripts / 1000:.1f}", f"{weight.shift:.4f}"]
            light = [str(weight.requests), *sizes, f"{weight.violations}/{len(weight.foreign)}"]
        work = [f"{self.target.cpu_ms:.1f}", f"{missed:.1f}" if missed else "–", f"{self.target.wait_ms:.1f}"]
        return [self.name, *light, *work, str(self.statements), str(self.repeated), str(self.answer_again)]

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"page": self.name, "path": self.path, "cpu_ms": round(self.target.cpu_ms, 2)}
        found |= {"wait_ms": round(self.target.wait_ms, 2), "missed_ms": self.missed_ms and round(self.missed_ms, 2)}
        found |= {"statements": self.statements, "repeated": self.repeated, "asked_again": self.answer_again}
        if self.weight is not None:
            names = ("requests", "bytes", "scripts", "images", "fetched", "shift", "violations")
            found |= {name: getattr(self.weight, name) for name in names}
            found["foreign"] = sorted(self.weight.foreign)
        return found


@dataclass
class Result:
    """Everything that was measured."""

    database: str
    lines: list[Measured]
    memory: dict[str, int] = field(default_factory=dict)

    def of(self, name: str) -> Measured:
        return next(line for line in self.lines if line.name == name)

    def goals(self) -> list[Goal]:
        return [*_work_goals(self), *_weight_goals(self), *_statement_goals(self), _memory_goal(self)]

    def text(self) -> str:
        heads = ["page", "requests", "kB", "kB script", "shift", "axe/foreign", "CPU ms", "missed", "wait ms"]
        heads += ["SQL", "repeated", "asked again"]
        memory = ", ".join(f"{name} {size / 1e6:.0f} MB" for name, size in self.memory.items())
        pages = table(heads, [line.row() for line in self.lines])
        return (
            f"{self.database}; {FEW} and {MANY} courses\n\n{pages}\n\nAt rest: {memory}\n\n{goals_table(self.goals())}"
        )

    def as_json(self) -> dict[str, Any]:
        pages = [line.as_json() for line in self.lines]
        goals = [goal.as_json() for goal in self.goals()]
        return {"name": "pages", "database": self.database, "memory": self.memory, "pages": pages, "goals": goals}


# --- Goals ---------------------------------------------------------------------------------------------------------
def _work_goals(result: Result) -> list[Goal]:
    cpu = {line.name: line.target.cpu_ms for line in result.lines}
    one = cpu["Django, one query"]
    course = result.of("course page")
    goals = [
        Goal(
            "B5", "CPU ms of the catalogue, against a bare Wagtail list", cpu["catalogue"], cpu["bare Wagtail list"], 1
        ),
        Goal("B5", f"CPU with {MANY} courses, against {FEW}", cpu["catalogue, many"] / cpu["catalogue"], 1.2, 2),
        Goal(
            "B6", "CPU of the course page, against a bare page", cpu["course page"] / cpu["bare Wagtail page"], 1.5, 2
        ),
        Goal("B6", "course page with an empty cache, against warm", (course.missed_ms or 0) / cpu["course page"], 3, 2),
    ]
    keys = {"catalogue": "B5", "course page": "B6", "own start page": "B7"}
    return goals + [
        Goal(keys[name], f"CPU of the {name}, in Djangos with one query", cpu[name] / one, limit, 1)
        for name, limit in PEERS.items()
    ]


def _weight_goals(result: Result) -> list[Goal]:
    goals = []
    for name, (key, requests, size, script) in MOST_WEIGHT.items():
        weight = result.of(name).weight
        goals += [
            Goal(key, f"requests of the {name}", weight.requests, requests),
            Goal(key, f"kB of the {name}", weight.bytes / 1000, size, 1),
            Goal(key, f"kB of script of the {name}", weight.scripts / 1000, script, 1),
        ]
    weights = [line.weight for line in result.lines if line.weight is not None]
    goals.append(Goal("B10", "hosts of others, all pages", sum(len(weight.foreign) for weight in weights), 0))
    goals.append(Goal("B11", "requests by script, own start page", result.of("own start page").weight.fetched, 0))
    goals.append(Goal("B12", "findings of axe, all pages", sum(weight.violations for weight in weights), 0))
    shifts = [Goal("–", f"layout shift, {name}", result.of(name).weight.shift, 0, 4) for name in STEADY]
    return goals + shifts


def _statement_goals(result: Result) -> list[Goal]:
    goals = [
        Goal("B13", f"statements of the {name}", result.of(name).statements, most)
        for name, most in MOST_STATEMENTS.items()
    ]
    few, many = result.of("catalogue"), result.of("catalogue, many")
    goals.append(
        Goal("B13", f"statements with {MANY} courses beyond those with {FEW}", many.statements - few.statements, 0)
    )
    own = [line for line in result.lines if line.weight is not None]
    goals.append(Goal("B13", "most repeated statement, all pages", max(line.repeated for line in own), 2))
    return goals


def _memory_goal(result: Result) -> Goal:
    return Goal(
        "B15", "memory with one worker, against bare Wagtail", result.memory["ours"] / result.memory["bare"], 1.4, 2
    )


# --- Measuring -----------------------------------------------------------------------------------------------------
def measure(*, say: Callable[[str], None], outside: str = "", requests: int = 40, rounds: int = 5) -> Result:
    """Make three sites, measure them and take them away. `outside` is the address of a PostgreSQL database."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zugang-bench-")))
        databases = machines.Databases(folder, outside)
        stack.callback(databases.drop, "few", "many", "bare")
        environments = _make_sites(databases, folder, say)
        say("Starting the servers")
        ours, wsgi = {}, "academy.wsgi:application"
        for name in ("few", "many"):
            ours[name] = stack.enter_context(machines.serving(name, wsgi, environments[name]))
        wsgi = "consulting.bench.bare.wsgi:application"
        bare = stack.enter_context(machines.serving("bare", wsgi, environments["bare"]))
        browser = stack.enter_context(weighing.chromium())
        cookies = weighing.sign_in(browser, ours["few"].origin, ROLE)
        lines = _lines(ours, bare, databases, cookies)
        for line in lines[: -len(BESIDE) - 1]:
            say(f"Weighing {line.path}")
            known = cookies if line.target.cookie else None
            line.weight = weighing.weigh(browser, ours["few"].origin, line.path, known)
        say("Measuring work")
        _measure_work(lines, requests, rounds)
        memory = {"ours": ours["few"].memory(), "bare": bare.memory()}
        return Result(databases.kind, lines, memory)


def _make_sites(databases: machines.Databases, folder: Path, say: Callable[[str], None]) -> dict[str, dict[str, str]]:
    """The environment of each site: ours with few and with many courses, and the bare one."""
    for name in ("few", "bare"):
        databases.make(name)
    kinds = {"few": OURS, "many": OURS, "bare": BARE}
    found = {name: machines.environment(kind, folder, databases.url(name)) for name, kind in kinds.items()}
    say("Collecting the static files")
    collect_static(found["few"])
    say(f"Making a site with the demo content and {FEW} courses")
    machines.manage(found["few"], "migrate", "--no-input")
    machines.manage(found["few"], "load_demo")
    _seed(found["few"], FEW, LEARNERS, ENROLMENTS)
    say(f"Making the same with {MANY} courses")
    databases.copy("few", "many")
    _seed(found["many"], MANY - FEW, LEARNERS, ENROLMENTS * MANY // FEW // 10)
    say("Making a bare Wagtail site")
    machines.manage(found["bare"], "migrate", "--no-input")
    machines.manage(found["bare"], "fill_bare", str(FEW))
    return found


def make_beside_bare(
    databases: machines.Databases, folder: Path, *, courses: int, learners: int, say: Callable[[str], None]
) -> dict[str, dict[str, str]]:
    """The environments of our site with so many courses and people, and of an empty bare one: `ours` and `bare`."""
    kinds = {"ours": OURS, "bare": BARE}
    for name in kinds:
        databases.make(name)
    found = {name: machines.environment(kind, folder, databases.url(name)) for name, kind in kinds.items()}
    say("Making both sites")
    collect_static(found["ours"])
    for env in found.values():
        machines.manage(env, "migrate", "--no-input")
    _seed(found["ours"], courses, learners, 0, into=())
    return found


def collect_static(env: dict[str, str]) -> None:
    """Packed and with hashed names, as production serves them; without the files of the admin."""
    machines.manage(env, "collectstatic", "--no-input", *(f"--ignore={name}" for name in ADMIN_FILES))


def _seed(
    env: dict[str, str], courses: int, learners: int, enrolments: int, *, into: Sequence[str] = ("--into-existing",)
) -> None:
    numbers = [f"--courses={courses}", f"--learners={learners}", f"--enrolments={enrolments}"]
    machines.manage(env, "seed_scale", *into, *numbers)


def our_pages() -> list[tuple[str, str]]:
    """Name and address of each page that is measured."""
    with translation.override("de"):
        pages = [("home", "/de/"), ("catalogue", "/de/fortbildungen/"), ("course page", COURSE)]
        pages += [("own start page", reverse("academy:my_start")), ("sign-in", reverse("account_login"))]
        return [*pages, ("search", reverse("home:search") + "?q=Bescheid")]


def _lines(ours: dict, bare: machines.Server, databases: machines.Databases, cookies: list[dict]) -> list[Measured]:
    session = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)

    def line(name: str, path: str, server: machines.Server, cookie: str = "") -> Measured:
        cpu = partial(_cpu_of_both, server, databases)
        return Measured(name, path, load.Target(name, server.port, path, cpu, cookie))

    lines = [line(name, path, ours["few"], session if name == "own start page" else "") for name, path in our_pages()]
    lines.append(line("catalogue, many", "/de/fortbildungen/", ours["many"]))
    return lines + [line(name, path, bare) for name, path in BESIDE.items()]


def _cpu_of_both(server: machines.Server, databases: machines.Databases) -> float:
    return server.cpu() + databases.cpu(server.name)


def _measure_work(lines: list[Measured], requests: int, rounds: int) -> None:
    course = next(line for line in lines if line.name == "course page").target
    missed = load.Target("missed", course.port, course.path, course.cpu, forget=True)
    load.measure([missed, *(line.target for line in lines)], requests=requests, rounds=rounds)
    for line in lines:
        line.statements, line.repeated = load.statements(line.target)
        line.answer_again = load.conditional(line.target)
        if line.target is course:
            line.missed_ms = missed.cpu_ms


__all__ = ["BenchRefused", "Goal", "Measured", "Result", "measure", "our_pages"]
