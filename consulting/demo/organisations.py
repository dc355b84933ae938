"""Organisations and their units, and the entries of the lists that the programme lead keeps."""

from academy.enums import Vocabulary
from academy.models import Organisation, Term, Unit

from .content import read
from .loading import Loading


def load_vocabulary(loading: Loading) -> str:
    """The editable lists. States are no entries: they are enums of the code and only their words are compared."""
    lists = {**read("vocabulary"), "access": read("access")}
    count = 0
    for vocabulary in Vocabulary:
        for position, (key, labels) in enumerate(lists[vocabulary].items(), start=1):
            Term.objects.update_or_create(
                vocabulary=vocabulary,
                key=key,
                defaults={"label_de": labels["de"], "label_en": labels["en"], "position": position},
            )
            count += 1
    return f"{count} entries in {len(Vocabulary)} lists"


def load_organisations(loading: Loading) -> str:
    units = 0
    for entry in read("organisations"):
        note = entry.get("note", {})
        organisation, _created = Organisation.objects.update_or_create(
            slug=entry["slug"],
            defaults={
                "name": entry["name"],
                "kind": entry["kind"],
                "is_public_body": entry["public_body"],
                "authority_code": entry.get("authority_code", ""),
                "is_listed": entry["listed"],
                "note_de": note.get("de", ""),
                "note_en": note.get("en", ""),
            },
        )
        for unit in entry.get("units", []):
            facts = {name: unit[name] for name in ("name", "field", "headcount")}
            Unit.objects.update_or_create(slug=unit["slug"], defaults={**facts, "organisation": organisation})
            units += 1
    return f"{len(read('organisations'))} organisations, {units} units"
