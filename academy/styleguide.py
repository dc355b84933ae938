"""The component page: each component in each state, rendered from the snippet that is printed beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import RequestContext, Template
from django.template.loader import get_template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from . import styleguide_samples as samples
from .permissions import can_read_styleguide

LOADS = "{% load i18n kern %}"


@dataclass(frozen=True)
class Example:
    """A component in one state. The file `samples/<name>.html` holds the snippet, as a page would write it."""

    name: str
    title: str | Promise

    @property
    def snippet(self) -> str:
        source = get_template(f"styleguide/samples/{self.name}.html").template.source
        return source.replace(LOADS, "", 1).strip()

    def rendered(self, request: HttpRequest, data: dict) -> str:
        context = RequestContext(request)  # what every template may use; the example's own data go before it
        context.push(**data)
        return Template(LOADS + self.snippet).render(context)


@dataclass(frozen=True)
class Section:
    slug: str
    title: str | Promise
    lead: str | Promise
    examples: list[Example]
    data: Callable[[], dict] = dict
    extra: str = ""  # a template below the examples, for what no snippet shows

    @property
    def url(self) -> str:
        return reverse("academy:styleguide_section", args=[self.slug])


@dataclass(frozen=True)
class Specimen:
    """A whole page, shown as it stands."""

    slug: str
    title: str | Promise
    template: str
    data: Callable[[], dict] = dict

    @property
    def url(self) -> str:
        return reverse("academy:styleguide_page", args=[self.slug])


SECTIONS = [
    Section(
        "basics",
        _("Basics"),
        _("Colours, headings, buttons and symbols. Everything else is made of them."),
        [
            Example("headings", _("Headings and text")),
            Example("buttons", _("Buttons")),
            Example("buttons_short", _("Buttons with the short tag")),
            Example("buttons_row", _("Buttons in a row")),
            Example("layout_grid", _("A grid of cards")),
            Example("layout_cluster", _("A line that wraps")),
            Example("genderstern", _("Words with a gender star")),
            Example("quote", _("Quotation")),
            Example("quote_language", _("Quotation in another language")),
        ],
        samples.basics,
        extra="styleguide/_basics.html",
    ),
    Section(
        "states",
        _("States"),
        _("Each state has a symbol and a word. Colour alone says nothing."),
        [
            Example("tones", _("The six tones")),
            Example("seats", _("Free places")),
            Example("seats_detail", _("Free places, drawn")),
        ],
        samples.states,
        extra="styleguide/_states.html",
    ),
    Section(
        "cards",
        _("Cards and lists"),
        _("A card leads to one thing, and the whole of it can be clicked."),
        [
            Example("card", _("Card")),
            Example("card_plain", _("Card without a link")),
            Example("course_card", _("Course card with a date")),
            Example("course_card_few", _("Course card, nearly full")),
            Example("course_card_full", _("Course card, fully booked")),
            Example("course_card_status", _("Course card with a state")),
            Example("course_card_self", _("Course card for learning at any time")),
            Example("quick_links", _("Quick links")),
            Example("task_list", _("Task list")),
            Example("task_list_empty", _("Task list without tasks")),
            Example("person", _("Person")),
            Example("price", _("Price")),
            Example("file_link", _("File to download")),
            Example("empty", _("Empty state")),
        ],
        samples.cards,
    ),
    Section(
        "facts",
        _("Facts, tables and dates"),
        _("A table becomes a list of cards on a small screen."),
        [
            Example("facts", _("List of facts")),
            Example("facts_row", _("Facts in a row")),
            Example("table", _("Table")),
            Example("date_range", _("Dates and times")),
            Example("date_block", _("Date block")),
        ],
        samples.facts,
    ),
    Section(
        "media",
        _("Pictures and films"),
        _("A picture says what it shows to those who do not see it; a film has captions and a text."),
        [
            Example("picture", _("Picture")),
            Example("picture_gone", _("Picture whose file is gone")),
            Example("video", _("Film with captions and transcript")),
            Example("file_link_more", _("File with pages and language")),
        ],
        samples.media,
    ),
    Section(
        "notices",
        _("Notices"),
        _("What people should know before they go on."),
        [
            Example("callouts", _("Notice boxes")),
            Example("messages", _("Messages after an action")),
            Example("language_notice", _("Text in another language")),
            Example("stand_in_notice", _("German page in place of a missing translation")),
            Example("draft_notice", _("Easy text that is not yet checked")),
            Example("draft_mark", _("Easy text that is not yet checked, in a list")),
            Example("panel", _("Panel")),
            Example("panel_tint", _("Panel, tinted")),
            Example("disclosure", _("Text to unfold")),
            Example("dialog", _("Dialog")),
            Example("dialog_link", _("Link that opens a page in a dialog")),
        ],
        samples.notices,
    ),
    Section(
        "forms",
        _("Forms"),
        _("Label, help and error belong to each field and are read out with it."),
        [
            Example("form", _("Form")),
            Example("form_layout", _("Form in groups and columns")),
            Example("filter_panel", _("Filters")),
        ],
        samples.sample_forms,
    ),
    Section(
        "form-errors",
        _("Forms with errors"),
        _("What was typed is kept. The summary takes the focus, and each line leads into its field."),
        [Example("form_errors", _("Form with errors")), Example("table_form", _("Table with fields"))],
        samples.form_errors,
    ),
    Section(
        "progress",
        _("Progress"),
        _("Where somebody stands, and what comes next."),
        [
            Example("progress", _("Progress bar")),
            Example("stepper", _("Steps one below the other")),
            Example("stepper_horizontal", _("Steps side by side")),
            Example("timeline", _("Timeline")),
            Example("timeline_log", _("Log")),
        ],
        samples.progress,
    ),
    Section(
        "navigation",
        _("Navigation"),
        _("Header, menu and footer stand around this page; the language and the colours are changed there."),
        [
            Example("breadcrumbs", _("Breadcrumb")),
            Example("tabs", _("Tabs")),
            Example("pagination", _("Pages of a list")),
        ],
        samples.navigation,
    ),
    Section(
        "funding",
        _("Funding and emblem"),
        _("The emblem is never changed and never smaller than another logo."),
        [
            Example("funding", _("Funding line")),
            Example("funding_logo", _("Funding line with the logo of the co-funder")),
            Example("funding_print", _("Funding line in print")),
            Example("logo", _("Own sign")),
        ],
        samples.funding_lines,
    ),
]

SPECIMENS = [
    Specimen(
        "page-header", _("Page with header, text and side column"), "styleguide/page_header.html", samples.page_header
    ),
    Specimen("hero", _("Start page with hero"), "styleguide/page_hero.html", samples.hero),
    Specimen("workspace", _("Workspace with tabs"), "styleguide/page_workspace.html", samples.workspace),
    Specimen("confirm", _("Asking before something is undone"), "components/confirm.html", samples.confirm),
    Specimen("not-found", _("Address not found (404)"), "404.html"),
    Specimen("forbidden", _("Not allowed (403)"), "403.html"),
    Specimen("expired", _("Form expired (403)"), "403_csrf.html"),
    Specimen("server-error", _("Error of ours (500)"), "500.html"),
]


def only_for_readers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Staff, and everybody in a demonstration; for others the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not can_read_styleguide(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@only_for_readers
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """What there is, and where."""
    return render(request, "styleguide/styleguide.html", {"sections": SECTIONS, "specimens": SPECIMENS})


@only_for_readers
@require_safe
def styleguide_section(request: HttpRequest, slug: str) -> HttpResponse:
    """The components of one section, each with its snippet."""
    section = next((one for one in SECTIONS if one.slug == slug), None)
    if section is None:
        raise Http404
    data = section.data()
    examples = [{"example": example, "html": example.rendered(request, data)} for example in section.examples]
    trail = [
        {"title": _("Components"), "url": reverse("academy:styleguide")},
        {"title": section.title},
    ]
    context = {"section": section, "sections": SECTIONS, "examples": examples, "breadcrumbs": trail, "data": data}
    return render(request, "styleguide/section.html", context)


@only_for_readers
@require_safe
def styleguide_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A whole page as it stands."""
    specimen = next((one for one in SPECIMENS if one.slug == slug), None)
    if specimen is None:
        raise Http404
    return render(request, specimen.template, specimen.data())
