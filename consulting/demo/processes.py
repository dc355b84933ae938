"""Process templates and process facilitations: header, phases, milestones and members."""

from typing import Any

from academy.common.confidentiality import Level
from academy.models import Unit, User
from consulting import services
from consulting.models import ProcessTemplate

from .content import read
from .loading import Loading
from .people import role_accounts


def load_templates(loading: Loading) -> str:
    phases = read("vocabulary")["phases"]
    for entry in read("templates"):
        services.place_template(
            slug=entry["slug"],
            title=entry["title"],
            phases=[(key, phases[key]) for key in entry["phases"]],
            at=loading.at,
        )
    return f"{len(read('templates'))} templates"


def load_newer_templates(loading: Loading) -> str:
    """Versions that were published after the process facilitations had begun: these stay on the older one."""
    entries = read("newer_templates")
    for entry in entries:
        services.place_template(
            slug=entry["slug"],
            title=entry["title"],
            phases=[(phase["key"], phase["title"]) for phase in entry["phases"]],
            checks={phase["key"]: phase["check"] for phase in entry["phases"]},
            milestones=[
                services.PlacedTemplateMilestone(
                    title=milestone["title"], phase_key=milestone["phase"], after_weeks=milestone["after_weeks"]
                )
                for milestone in entry["milestones"]
            ],
            at=loading.at,
        )
    return f"{len(entries)} newer version of a template"


def load_processes(loading: Loading) -> str:
    """Header, phases, milestones and members. What else a process holds comes with a later part."""
    units = Unit.objects.in_bulk(field_name="slug")
    templates = {template.slug: template for template in ProcessTemplate.objects.offered()}
    people = role_accounts()
    for entry in read("processes"):
        _place(loading, entry, units[entry["unit"]], templates[entry["template"]], people)
    milestones = sum(len(entry["milestones"]) for entry in read("processes"))
    return f"{len(read('processes'))} process facilitations with {milestones} milestones"


def _place(loading: Loading, entry: dict[str, Any], unit: Unit, template: ProcessTemplate, people: dict[str, User]):
    day = _optional(loading)
    agreement, release = entry["agreement"], entry["public_release"]
    return services.place_process(
        slug=entry["slug"],
        unit=unit,
        template=template,
        title=entry["title"],
        goal=entry["goal"],
        state=entry["state"],
        starts_on=day(entry["start"]),
        budget_days=entry["budget_days"],
        level=Level.from_code(entry["level"]),
        agreement=services.PlacedAgreement(
            unit_on=day(agreement["signed_unit"]),
            operator_on=day(agreement["signed_operator"]),
            staff_council_on=day(agreement["staff_council_informed"]),
        ),
        release=services.PlacedRelease(
            state=release["state"],
            on=day(release.get("date")),
            text={"de": release.get("text_de", ""), "en": release.get("text_en", "")},
        ),
        phases=[_phase(phase, day) for phase in entry["phases"]],
        milestones=[
            services.PlacedMilestone(title=m["title"], due_on=day(m["due"]), done_on=day(m["done"]))
            for m in entry["milestones"]
        ],
        members=[services.PlacedMember(person=people[m["role"]], role=m["as"]) for m in entry["members"]],
        at=loading.at,
    )


def _phase(entry: dict[str, Any], day) -> services.PlacedPhase:
    reopened = entry.get("reopened", {})
    return services.PlacedPhase(
        key=entry["key"],
        state=entry["state"],
        done_on=day(entry.get("done")),
        reopened_on=day(reopened.get("date")),
        reopened_because=reopened.get("reason_de", ""),
    )


def _optional(loading: Loading):
    """Reads a day where there is one."""
    return lambda text: loading.week.day(text) if text else None
