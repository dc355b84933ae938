"""What is said about a file where people load or play it."""

from datetime import datetime

from django import template
from django.db.models import Model
from wagtail.models import Page

from courses import material_reads
from courses.enums import RunState

register = template.Library()


@register.inclusion_tag("courses/_material_line.html")
def material_line(material: Model) -> dict[str, object]:
    """Whether the file was checked for accessibility, what helps where it is not, and its licence."""
    facts = material_reads.facts_of(material)
    return {
        "access": facts.access,
        "note": facts.access_note,
        "checked_on": facts.checked_on,
        "licence": material_reads.licence_words(material),
    }


@register.inclusion_tag("courses/_linked_files.html")
def linked_files(page: Page) -> dict[str, object]:
    """The documents that a text of the step links to, with what is said below a download."""
    return {"files": material_reads.linked_documents(page)}


@register.inclusion_tag("courses/_material_updates.html")
def material_updates(page: Page, run, since: datetime) -> dict[str, object]:
    """Which files of a step were replaced after the person took the place, while the run is open."""
    is_open = run.state == RunState.OPEN
    return {"updates": material_reads.replaced_since(page, since) if is_open else []}
