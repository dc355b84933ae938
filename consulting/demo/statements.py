"""Statements: who stands under them, what they recommend to whom, and what became of it."""

from typing import Any

from academy.models import Organisation
from consulting import services

from .content import read
from .loading import Loading

EASY = "de-simple"


def load_statements(loading: Loading) -> str:
    """What belongs to needs, rounds and measures comes with a later part."""
    organisations = Organisation.objects.in_bulk(field_name="slug")
    for entry in read("statements"):
        published = entry["published"]
        services.place_statement(
            slug=entry["slug"],
            title=entry["title"],
            summary={**entry["summary"], EASY: entry["easy"]},
            signatories=_signatories(loading, entry, organisations),
            recommendations=[_recommendation(loading, one, organisations) for one in entry["recommendations"]],
            is_sent=entry["state"] != "draft",
            published_at=loading.week.moment(published) if published else None,
            at=loading.at,
        )
    recommendations = sum(len(entry["recommendations"]) for entry in read("statements"))
    return f"{len(read('statements'))} statements with {recommendations} recommendations"


def _signatories(
    loading: Loading, entry: dict[str, Any], organisations: dict[str, Organisation]
) -> list[services.PlacedSignatory]:
    given, consents = loading.week.moment(entry["consented"]), entry["consents"]
    return [
        services.PlacedSignatory(
            organisation=organisations[slug],
            decided_at=given if consents == "complete" or consents[slug] == "given" else None,
        )
        for slug in entry["signatories"]
    ]


def _recommendation(
    loading: Loading, entry: dict[str, Any], organisations: dict[str, Organisation]
) -> services.PlacedRecommendation:
    return services.PlacedRecommendation(
        slug=entry["slug"],
        number=entry["number"],
        addressee=organisations[entry["addressee"]],
        text=entry["text"],
        expected_on=loading.week.day(entry["expected"]),
        follow_ups=[
            services.PlacedFollowUp(
                checked_on=loading.week.day(one["date"]),
                authority=one["authority"],
                mso=one["mso"],
                note=one["note"],
            )
            for one in entry["follow_up"]
        ],
    )
