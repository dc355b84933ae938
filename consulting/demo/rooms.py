"""Rooms of the academy and of those who lend it one."""

from academy.models import Organisation
from courses.models import Room

from .content import read
from .loading import Loading


def load_rooms(loading: Loading) -> str:
    """Rooms that people have changed since then are left as they are."""
    houses = Organisation.objects.in_bulk(field_name="slug")
    for entry in read("rooms"):
        house = houses[entry["organisation"]] if "organisation" in entry else None
        facts = {name: entry[name] for name in ("capacity", "features", "transport", "notes")}
        Room.objects.get_or_create(name=entry["name"], address="", defaults={**facts, "organisation": house})
    return f"{len(read('rooms'))} rooms"
