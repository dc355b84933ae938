"""What catalogue and course pages show beside their own words. Selectors read it; the templates only show it."""

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from academy.common.filters import chosen_filters
from academy.common.languages import language_name
from academy.common.lessons import time_text
from academy.common.links import number_in
from courses import open_data, selectors
from courses.enums import ApprovalPolicy, CourseFormat, RunStatus
from courses.forms import CatalogueForm
from courses.models.pages import published_catalogues
from home.routing import public_path, reader_path

register = template.Library()

APPROVAL = {
    ApprovalPolicy.NONE: gettext_lazy("You do not need the approval of your supervisor."),
    ApprovalPolicy.INFO: gettext_lazy("You confirm that your supervisor has agreed."),
    ApprovalPolicy.APPROVE: gettext_lazy("We ask your supervisor for approval by e-mail."),
}
SCRIPT_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


# --- What looks the same to everybody ------------------------------------------------------------------------------
class Remembered:
    """The HTML of parts of pages by everything that goes into them: never out of date, since another fact is another
    key. Each process keeps the last ones for itself, so that no new version of the code meets the parts of an old one.
    """

    def __init__(self, most: int):
        self.most = most
        self.parts: OrderedDict[Hashable, SafeString] = OrderedDict()
        self.lock = Lock()

    def __call__(self, key: Hashable, render: Callable[[], SafeString]) -> SafeString:
        with self.lock:
            if key in self.parts:
                self.parts.move_to_end(key)
                return self.parts[key]
        part = render()
        with self.lock:
            self.parts[key] = part
            while len(self.parts) > self.most:
                self.parts.popitem(last=False)
        return part


remembered = Remembered(600)


# --- The list ------------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def catalogue(context, page) -> dict:
    """The form, the chosen filters and the courses of this page of the list."""
    request = context["request"]
    form = CatalogueForm(request.GET)
    listing = selectors.catalogue(
        locale=page.locale, filters=form.filters, at=timezone.now(), number=_page_number(request.GET.get("page", ""))
    )
    return {
        "panel": _filter_panel(form, request.path, _result(listing.total, is_filtered=bool(form.accepted))),
        "is_filtered": bool(form.accepted),
        "reset_url": request.path,
        "page_obj": listing.page,
        "cards": [card_of(offer) for offer in listing.offers],
    }


def _filter_panel(form: CatalogueForm, path: str, result: str) -> SafeString:
    """The panel in HTML. Without a chosen filter it is the same for everybody as long as the same can be chosen."""
    if form.accepted:
        return _render_panel(form, path, result)
    key = (get_language(), path, result, str([(name, field_choices(field)) for name, field in form.fields.items()]))
    return remembered(key, lambda: _render_panel(form, path, result))


def field_choices(field) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in getattr(field, "choices", ())]


def _render_panel(form: CatalogueForm, path: str, result: str) -> SafeString:
    active = chosen_filters(form, path)
    shown = {"form": form, "active": active, "reset_url": path, "result_text": result, "action": path}
    return render_to_string("components/filter_panel.html", shown)


@register.simple_tag
def course_card(card: dict, level: int = 3) -> SafeString:
    """`components/course_card.html`. A card with the same facts, free seats among them, looks the same to everybody."""
    key = (get_language(), level, json.dumps(card, default=str, sort_keys=True))
    return remembered(key, lambda: render_to_string("components/course_card.html", {"course": card, "level": level}))


def _page_number(text: str) -> int:
    """The number in the address; anything else is the first page."""
    return number_in(text) or 1


def _result(total: int, *, is_filtered: bool) -> str:
    if is_filtered:
        return ngettext("%(total)d matching course", "%(total)d matching courses", total) % {"total": total}
    return ngettext("%(total)d course", "%(total)d courses", total) % {"total": total}


def card_of(offer: selectors.Offer) -> dict:
    """The course as `components/course_card.html` shows it."""
    page, course, run, minutes = offer.page, offer.course, offer.run, offer.study_minutes
    card = {
        "title": page.title,
        "url": reader_path(page),
        "lang": page.words_lang,
        "is_draft": page.needs_draft_notice,
        "teaser": page.teaser,
        "type_label": capfirst(course.get_type_display()),
        "format": course.format,
        "format_label": capfirst(course.get_format_display()),
        "duration": course.scope_text(),
        "study": _("about %(time)s of self-study") % {"time": time_text(minutes)} if minutes else "",
        "language_label": language_name(run.language if run else course.language),
        "access": [capfirst(", ".join(offer.access))] if offer.access else [],
        "topics": [capfirst(course.get_field_display())],
    }
    if run is None:
        return {**card, "note": _("No date is planned at the moment.")}
    if run.first_at is None:
        return {**card, "note": _("You can start at any time.")}
    card |= {"next_start": run.first_at, "next_end": run.last_at, "free": run.free_seats, "capacity": run.capacity_max}
    if course.format != CourseFormat.ONLINE:
        card["next_place"] = run.place
    if run.dates > 1:
        card["note"] = ngettext("%(dates)d session", "%(dates)d sessions", run.dates) % {"dates": run.dates}
    if offer.status not in (RunStatus.OPEN, RunStatus.FULL):
        card |= {"status": offer.status, "status_label": offer.status.label}
    if offer.status == RunStatus.RUNNING:
        card |= {"next_start": run.next_at, "next_end": None}
    return card


# --- One course ----------------------------------------------------------------------------------------------------
@register.simple_tag
def course_details(page) -> dict | None:
    """What `courses/course_page.html` shows beside the page's own words; None while a draft has no course yet."""
    if page.course_id is None:
        return None
    found = selectors.course_details(page, at=timezone.now())
    course, minutes = found.course, found.study_minutes
    study = _("about %(time)s") % {"time": time_text(minutes)} if minutes else ""
    facts = [
        {"term": _("Type"), "value": capfirst(course.get_type_display()), "icon": "tag"},
        {"term": _("Format"), "value": capfirst(course.get_format_display()), "icon": "monitor"},
        {"term": _("Scope"), "value": course.scope_text(), "icon": "hourglass"},
        {"term": _("To learn on your own"), "value": study, "icon": "play"},
        {"term": _("Course language"), "value": language_name(course.language), "icon": "language"},
        {"term": _("Topic"), "value": capfirst(course.get_field_display()), "icon": "folder"},
        {"term": _("For"), "value": capfirst(", ".join(found.audience)), "icon": "people"},
        {"term": _("Accessibility"), "value": capfirst(", ".join(found.access)), "icon": "accessibility"},
    ]
    facts += [_prerequisite(required) for required in found.prerequisites]
    return {
        "type_label": capfirst(course.get_type_display()),
        "facts": [fact for fact in facts if fact["value"]],
        "runs": [{"run": run, "facts": _run_facts(run, course)} for run in found.runs],
        "easy_page": found.easy_page,
        "easy_url": public_path(found.easy_page, found.easy_page.language) if found.easy_page else "",
        "schema": open_data.schema_org(page, course, found.runs, public_path(page, page.language)),
    }


def _prerequisite(required) -> dict:
    """A course that has to be completed before, with the way to it."""
    page, fact = required.page(get_language()), {"term": _("Builds on"), "icon": "arrow-right"}
    if page is None:
        return {**fact, "value": required.slug}
    return {**fact, "value": page.title, "url": page.reader_url, "lang": page.words_lang}


def _run_facts(run, course) -> list[dict]:
    trainers = ", ".join(person.get_full_name() or _("trainer of the academy") for person in run.trainers.all())
    facts = [
        {"term": _("Place"), "value": run.place, "icon": "location"},
        {"term": _("Access on site"), "value": run.access_words(), "icon": "accessibility"},
        {"term": _("Way there"), "value": run.transport_words(), "icon": "location"},
        {"term": _("Taught by"), "value": trainers, "icon": "person"},
        {"term": _("Language"), "value": language_name(run.language), "icon": "language"},
        {"term": _("Approval"), "value": APPROVAL[run.approval], "icon": "check-circle"},
    ]
    return [fact for fact in facts if fact["value"]]


@register.simple_tag
def course_breadcrumbs(page) -> list[dict[str, str]]:
    """From the start page over the catalogue to this page, without a query."""
    trail = [{"title": _("Start page"), "url": f"/{get_language()}/"}]
    for above in published_catalogues():
        if above.pk != page.pk and page.url_path and page.url_path.startswith(above.url_path):
            trail.append({"title": above.title, "url": reader_path(above), "lang": page.words_lang})
    return [*trail, {"title": page.title, "lang": page.words_lang}]


@register.simple_tag
def json_ld(data: dict) -> SafeString:
    """A data block for search engines: no script that runs, and no text in it can end the block."""
    text = json.dumps(data, ensure_ascii=False).translate(SCRIPT_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(text))
