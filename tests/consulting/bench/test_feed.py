"""The benchmark of calendars: what it makes of figures, and what it asks of our site. Nothing here measures time."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from consulting.bench import feed, ground, load
from consulting.scale.seeding import seed
from enrolment.audit_checks import broken_promises

CPU = {
    "calendar of 100": 6.0,
    "calendar of 1,000": 20.0,
    "calendar of 100, known": 1.0,
    "bare Django, 100 dates": 2.0,
    "Django, one query": 1.0,
    "Django, hello": 0.3,
}


def result(cpu: dict | None = None, statements: int = 4, size: int = 0) -> feed.Result:
    """Everything just within its limits, but for what is changed."""
    figures = CPU | (cpu or {})
    targets = {
        name: load.Target(name, 1, "/", cpu=lambda: 0.0, rounds=[value], waits=[value])
        for name, value in figures.items()
    }
    counts = dict.fromkeys(list(CPU)[:3], statements)
    return feed.Result("SQLite", targets, counts, {"calendar of 100": 9, "calendar of 100, known": size})


def not_met(found: feed.Result) -> list[str]:
    return [goal.what for goal in found.goals() if not goal.is_met]


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({}, []),
        ({"cpu": {"calendar of 100": 6.1}}, ["CPU of 100 dates, against bare Django"]),
        ({"cpu": {"Django, hello": 0.2}}, ["rate when nothing has changed, against hello"]),
        ({"size": 1}, ["bytes when nothing has changed"]),
    ],
)
def test_goals_name_what_goes_beyond_its_limit(changed, what):
    assert not_met(result(**changed)) == what


def test_goals_count_the_statements_of_every_length():
    assert len(not_met(result(statements=5))) == 3


def test_result_prints_a_table_and_an_object():
    line = next(line for line in result().text().splitlines() if line.startswith("calendar of 1,000"))
    assert line.split() == ["calendar", "of", "1,000", "20.00", "20.00", "4", "–"]
    assert json.loads(json.dumps(result().as_json()))["name"] == "feed"


def test_calendars_have_the_lengths_that_were_asked_for(db):
    list(seed(courses=2, learners=3, enrolments=0, at=timezone.now()))

    feeds = ground.calendars(lengths=[10, 30], at=timezone.now())["feeds"]

    for length, secret in feeds.items():
        assert Client().get(f"/calendar/{secret}.ics").content.count(b"BEGIN:VEVENT") == length
    assert list(broken_promises()) == []
