"""The ways to services, the barriers on them with their evidence, and what units do about them."""

from typing import Any

from academy.common.confidentiality import Level
from academy.models import Organisation
from consulting import services
from consulting.enums import EvidenceOrigin
from consulting.models import Process
from courses.models import Course

from .content import read
from .loading import Loading


def load_barriers(loading: Loading) -> str:
    processes = Process.objects.in_bulk(field_name="slug")
    courses = {course.slug: course for course in Course.objects.all()}
    organisations = {one.slug: one for one in Organisation.objects.filter(slug__startswith="mso-")}
    for entry in read("processes"):
        reader = _Reader(loading, courses, organisations)
        services.place_barriers(
            process=processes[entry["slug"]],
            journey=reader.journey(entry),
            barriers=[reader.barrier(one) for one in entry["barriers"]],
            goals=[reader.goal(one) for one in entry["goals"]],
            measures=[reader.measure(one) for one in entry["measures"]],
            at=loading.at,
        )
    count = sum(len(entry["barriers"]) for entry in read("processes"))
    return f"{count} barriers, {sum(len(entry['measures']) for entry in read('processes'))} measures"


class _Reader:
    """Turns the words of the file into what the services place."""

    def __init__(self, loading: Loading, courses: dict[str, Course], organisations: dict[str, Organisation]):
        self.loading, self.courses, self.organisations = loading, courses, organisations

    def day(self, text: str | None):
        return self.loading.week.day(text) if text else None

    def journey(self, entry: dict[str, Any]) -> services.PlacedJourney | None:
        given = entry.get("journey")
        if not given:
            return None
        agreed_on = None
        if given["state"] == "agreed":
            named = [one for one in entry["milestones"] if one["title"].startswith("Wegekarte") and one["done"]]
            agreed_on = self.day(named[0]["done"] if named else entry["start"])
        steps = {one["slug"]: (one["touchpoint"], one["text_de"]) for one in given["steps"]}
        return services.PlacedJourney(service=given["service"], agreed_on=agreed_on, steps=steps)

    def barrier(self, entry: dict[str, Any]) -> services.PlacedBarrier:
        evidence = [self.evidence(one) for one in entry["evidence"]]
        days = [one.found_on for one in evidence]
        confirmed_on = self.day(entry.get("confirmed"))
        return services.PlacedBarrier(
            slug=entry["slug"],
            title=entry["title"],
            description=entry["description"],
            steps=entry["steps"],
            kinds=entry["kind"],
            dimensions=entry["dimensions"],
            affected=entry["affected_de"],
            reach=entry["reach"],
            consequence=entry["consequence"],
            state=entry["state"],
            changed_on=self.day(entry.get("changed")) or confirmed_on or max(days),
            confirmed_on=confirmed_on,
            level=Level.from_code(entry["level"]),
            concerns_residence=entry.get("residence_context", False),
            courses=[self.courses[slug] for slug in entry["courses"]],
            evidence=evidence,
        )

    def evidence(self, entry: dict[str, Any]) -> services.PlacedEvidence:
        organisation = self.organisations.get(entry["origin"])
        return services.PlacedEvidence(
            kind=entry["kind"],
            found_on=self.day(entry["date"]),
            summary=entry["summary_de"],
            origin=EvidenceOrigin.MSO if organisation else EvidenceOrigin(entry["origin"]),
            organisation=organisation,
            is_released=entry["release"] == "released",
        )

    def goal(self, entry: dict[str, Any]) -> services.PlacedGoal:
        return services.PlacedGoal(
            title=entry["title"], users_notice=entry["users_notice_de"], barriers=entry["barriers"]
        )

    def measure(self, entry: dict[str, Any]) -> services.PlacedMeasure:
        effect = entry.get("effect")
        return services.PlacedMeasure(
            slug=entry["slug"],
            title=entry["title"],
            owner=entry["owner"],
            criterion=entry["criterion"],
            barriers=entry["barriers"],
            state=entry["state"],
            due_on=self.day(entry["due"]),
            decided_on=self.day(entry.get("decided")),
            implemented_on=self.day(entry.get("implemented")),
            courses=[self.courses[slug] for slug in entry.get("courses", [])],
            effect=services.PlacedEffect(
                checked_on=self.day(effect["date"]),
                method=effect["method_de"],
                result=effect["result"],
                mso_view=effect["mso_view"],
                next_step=effect["next_de"],
            )
            if effect
            else None,
        )
