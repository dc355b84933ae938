"""The questions of the self-assessment, and the rounds of the processes with as many sheets as the file says."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from consulting import services
from consulting.models import Process

from .content import read
from .loading import Loading, key_of

RATINGS = (0, 1, 2, 3, 4, None)  # in the order of a distribution
OPEN_FOR = timedelta(weeks=3)


def load_assessments(loading: Loading) -> str:
    wanted = read("self_assessment")
    instrument = services.place_instrument(slug=wanted["slug"], version=wanted["version"], content=wanted["fields"])
    processes = Process.objects.in_bulk(field_name="slug")
    rounds = sheets = 0
    for process in read("processes"):
        for entry in process["self_assessments"]:
            closed_on = loading.week.day(entry["closed"]) if "closed" in entry else None
            services.place_assessment(
                process=processes[process["slug"]],
                instrument=instrument,
                time=entry["time"],
                opened_on=(closed_on or loading.week.monday) - OPEN_FOR,
                closed_on=closed_on,
                sheets=list(_sheets(process["slug"], entry)),
            )
            rounds, sheets = rounds + 1, sheets + entry["sheets"]
    return f"{rounds} rounds with {sheets} sheets"


def _sheets(process: str, entry: dict[str, Any]) -> Iterator[tuple[UUID, dict[str, int | None]]]:
    """As many sheets as there are: each item has the answers of its distribution, shifted by item."""
    number = entry["sheets"]
    columns = {}
    for position, (item, counts) in enumerate(entry["distribution"].items()):
        values = [value for value, count in zip(RATINGS, counts, strict=True) for _one in range(count)]
        columns[item] = [values[(place + 3 * position) % len(values)] for place in range(len(values))]
    for place in range(number):
        key = key_of("self-assessment", f"{process}/{entry['time']}/{place}")
        yield key, {item: values[place] for item, values in columns.items() if place < len(values)}
