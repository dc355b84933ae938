"""The benchmark of pages: what it makes of figures, and what it asks of sites. Nothing here measures time."""

import json

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from consulting.bench import BenchRefused, load, machines, pages
from consulting.bench.probe import Probe
from consulting.bench.weighing import Weight
from consulting.management.commands import bench

NAMES = ["home", "catalogue", "course page", "own start page", "sign-in"]


def line(name: str, cpu: float, weight: Weight | None = None, **fields) -> pages.Measured:
    target = load.Target(name, 1, f"/{name}/", cpu=lambda: 0.0, rounds=[cpu * 9, cpu, cpu / 9], waits=[cpu])
    return pages.Measured(name, f"/{name}/", target, weight=weight, **fields)


def result(**changed) -> pages.Result:
    """Everything just within its limits, but for what is changed."""
    lines = [
        line(name, 9, Weight(f"/{name}/", requests=8, bytes=100_000, scripts=30_000), statements=5, repeated=2)
        for name in NAMES
    ]
    lines[2].missed_ms = 27
    lines += [line("catalogue, many", 10.8, statements=5)]
    lines += [line("bare Wagtail list", 9), line("bare Wagtail page", 6), line("Django, one query", 1)]
    found = pages.Result("SQLite", lines, {"ours": 140_000_000, "bare": 100_000_000})
    for name, values in changed.items():
        for key, value in values.items():
            holder = found.of(name.replace("_", " "))
            setattr(holder.weight if hasattr(holder.weight, key) else holder, key, value)
    return found


def not_met(found: pages.Result) -> list[str]:
    return [goal.what for goal in found.goals() if not goal.is_met]


def test_goals_are_met_when_everything_is_just_within_its_limit():
    assert not_met(result()) == []


@pytest.mark.parametrize(
    ("name", "values", "what"),
    [
        ("catalogue", {"requests": 9}, "requests of the catalogue"),
        ("course_page", {"bytes": 100_001}, "kB of the course page"),
        ("course_page", {"missed_ms": 27.1}, "course page with an empty cache, against warm"),
        ("catalogue", {"statements": 7}, "statements of the catalogue"),
        ("home", {"shift": 0.0004}, "layout shift, home"),
        ("own_start_page", {"fetched": 1}, "requests by script, own start page"),
        ("sign-in", {"violations": 1}, "findings of axe, all pages"),
        ("home", {"foreign": {"example.com"}}, "hosts of others, all pages"),
    ],
)
def test_goals_name_what_goes_beyond_its_limit(name, values, what):
    assert not_met(result(**{name: values})) == [what]


def test_goals_compare_many_courses_with_few():
    found = result()
    found.of("catalogue, many").target.rounds = [10.81]

    assert not_met(found) == ["CPU with 5000 courses, against 200"]


def test_result_prints_a_table_and_an_object():
    text, data = result().text(), result().as_json()

    heads = text.splitlines()[2].split()
    assert heads[:3] == ["page", "requests", "kB"]
    catalogue = next(line for line in text.splitlines() if line.startswith("catalogue"))
    assert catalogue.split()[:6] == ["catalogue", "8", "100.0", "30.0", "0.0000", "0/0"]
    assert "At rest: ours 140 MB, bare 100 MB" in text
    assert json.loads(json.dumps(data))["pages"][1]["cpu_ms"] == 9
    assert {goal["met"] for goal in data["goals"]} == {True}


def test_our_pages_are_addresses_of_this_site():
    found = dict(pages.our_pages())

    assert found["own start page"] == "/de/my/"
    assert found["catalogue"] == "/de/fortbildungen/"


# --- The command ---------------------------------------------------------------------------------------------------
@pytest.fixture
def asked(monkeypatch):
    """What the benchmark was asked for, instead of running it."""
    heard = {}
    monkeypatch.setitem(bench.BENCHES, "pages", lambda **options: heard.update(options) or result())
    return heard


def test_bench_prints_the_table(asked, monkeypatch, capsys):
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://somewhere/else")

    call_command("bench", "pages", requests=7)

    assert capsys.readouterr().out.startswith("SQLite; 200 and 5000 courses\n\npage")
    assert (asked["requests"], asked["outside"]) == (7, "postgres://somewhere/else")


def test_bench_prints_one_object_with_json(asked, capsys):
    call_command("bench", "pages", json=True)

    assert json.loads(capsys.readouterr().out)["name"] == "pages"


def test_bench_says_why_it_cannot_run(monkeypatch):
    def refuse(**options):
        raise BenchRefused("There is no browser.")

    monkeypatch.setitem(bench.BENCHES, "pages", refuse)

    with pytest.raises(CommandError, match=r"^There is no browser\.$"):
        call_command("bench", "pages")


# --- What it makes for itself --------------------------------------------------------------------------------------
def test_environment_keeps_the_installation_of_this_machine_out(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://live/site")
    monkeypatch.setenv("CACHE_URL", "redis://live/1")

    env = machines.environment("academy.settings.bench", tmp_path, "sqlite:///x")

    assert env["DATABASE_URL"] == "sqlite:///x"
    assert "CACHE_URL" not in env


def test_databases_on_postgresql_have_names_of_their_own():
    databases = machines.Databases(folder=None, outside="postgres://me:secret@host:5433/live?x=1")

    assert databases.url("few") == f"postgres://me:secret@host:5433/zugang_bench_{machines.os.getpid()}_few?x=1"
    assert databases.kind == "PostgreSQL"


# --- The probe -----------------------------------------------------------------------------------------------------
@pytest.fixture
def probe(db):
    def view(request):
        with connection.cursor() as cursor:
            for statement in ("SELECT 1", "SELECT 2", "SELECT 1"):
                cursor.execute(statement)
        return HttpResponse("")

    return Probe(view)


def test_probe_counts_statements_where_it_is_asked_to(probe):
    response = probe(RequestFactory().get("/", headers={"X-Bench-Count": "1"}))

    assert (response["X-Bench-Statements"], response["X-Bench-Repeated"]) == ("3", "2")


def test_probe_does_nothing_where_it_is_not_asked(probe):
    cache.set("kept", True)

    assert "X-Bench-Statements" not in probe(RequestFactory().get("/"))
    assert cache.get("kept")


def test_probe_empties_the_cache_where_it_is_asked_to(probe):
    cache.set("kept", True)

    probe(RequestFactory().get("/", headers={"X-Bench-Forget": "1"}))

    assert cache.get("kept") is None
