"""The meetings of the processes, with what was decided in them."""

from typing import Any

from consulting import services
from consulting.models import Process

from .content import read
from .loading import Loading, key_of

TALKED_ABOUT = "Die Punkte der Tagesordnung wurden besprochen. Beschlüsse und Aufgaben stehen unten."


def load_meetings(loading: Loading) -> str:
    processes = Process.objects.select_related("unit").in_bulk(field_name="slug")
    entries = read("processes")
    for entry in entries:
        process = processes[entry["slug"]]
        placed = [_placed(loading, process, number, one) for number, one in enumerate(entry["meetings"], start=1)]
        services.place_meetings(process=process, meetings=placed)
    return f"{sum(len(entry['meetings']) for entry in entries)} meetings"


def _placed(loading: Loading, process: Process, number: int, entry: dict[str, Any]) -> services.PlacedMeeting:
    starts_at, ends_at = loading.week.span(entry["date"])
    return services.PlacedMeeting(
        key=key_of("meeting", f"{process.slug}-{number}"),
        kind=entry["kind"],
        starts_at=starts_at,
        ends_at=ends_at,
        room=process.unit.name,
        state=entry["minutes"],
        minutes="" if entry["minutes"] == "planned" else TALKED_ABOUT,
        decisions=entry["decisions"],
    )
