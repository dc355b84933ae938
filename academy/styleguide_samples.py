"""Invented data for the component page. Nothing here comes from the database."""

import datetime
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row, Submit
from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.db.models import TextChoices
from django.templatetags.static import static
from django.utils import timezone
from django.utils.module_loading import module_has_submodule
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from .common.funding import Logo, funding
from .common.icons import ICONS
from .common.state_looks import STATE_LOOKS, TONES

NOWHERE = "#main"
DAY = datetime.timedelta(days=1)
COLOURS = [
    *("paper", "surface", "tint", "ink", "muted", "line", "line-strong", "accent", "accent-hover", "on-accent"),
    *("accent-soft", "deep", "on-deep", "coral", "coral-ink", "coral-soft", "amber", "visited"),
    *("success", "success-soft", "warning", "warning-soft", "danger", "danger-soft", "info", "info-soft"),
]


def at(days: int, hour: int = 9, minute: int = 0) -> datetime.datetime:
    """A moment so many days from today, so that the examples never look old."""
    day = timezone.localtime() + days * DAY
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


# --- Sections ------------------------------------------------------------------------------------------------------


def basics() -> dict:
    return {
        "title": _("Understanding who stays away"),
        "text": _("A team looks at its own counter: who comes, who does not, and what stands in the way."),
        "word": _("process facilitator"),
        "colours": COLOURS,
        "icons": sorted(ICONS),
        "cards": [{"title": one, "url": NOWHERE} for one in (_("Academy"), _("Dialogue"), _("Process facilitation"))],
    }


def states() -> dict:
    return {"tones": TONES, "enums": [_enum(choices) for choices in state_enums()]}


def state_enums() -> list[type[TextChoices]]:
    """All choices of the project's apps whose words have a look as a state, found by the name of their module."""
    found = []
    for config in apps.get_app_configs():
        if Path(config.path).is_relative_to(settings.ROOT) and module_has_submodule(config.module, "enums"):
            module = import_module(f"{config.name}.enums")
            own = [thing for thing in vars(module).values() if getattr(thing, "__module__", "") == module.__name__]
            found += [thing for thing in own if isinstance(thing, type) and issubclass(thing, TextChoices)]
    return [choices for choices in found if any(value in STATE_LOOKS for value in choices.values)]


def _enum(choices: type[TextChoices]) -> dict:
    app = choices.__module__.split(".")[0]
    return {"name": f"{app}.enums.{choices.__name__}", "states": list(choices)}


def cards() -> dict:
    return {
        "title": _("Academy"),
        "text": _("Short inputs, workshops and series for people who work with the public."),
        "meta": [_("13 courses"), _("free of charge")],
        "course": _course(),
        "nearly_full": _course(free=2),
        "full": _course(free=0, waiting=4),
        "running": _course(status="running", status_label=_("running")),
        "self_study": {
            **_course(),
            **_SELF_STUDY,
            "format_label": _("self-study"),
            "note": _("Start whenever you like."),
        },
        "quick_links": [
            {"title": _("My places"), "url": NOWHERE, "icon": "seat", "text": _("What you have booked and finished")},
            {
                "title": _("My calendar"),
                "url": NOWHERE,
                "icon": "calendar",
                "text": _("All dates in your own programme"),
            },
            {"title": _("My certificates"), "url": NOWHERE, "icon": "certificate"},
        ],
        "tasks": [
            {"title": _("Answer the request for approval"), "url": NOWHERE, "due": at(-2).date(), "overdue": True},
            {
                "title": _("Tick the attendance"),
                "url": NOWHERE,
                "due": at(3).date(),
                "icon": "check",
                "meta": _("Workshop, 14 people"),
                "state": "open",
                "label": _("open"),
            },
        ],
        "name": _("Process facilitation A"),
        "role": _("process facilitator"),
        "organisation": _("Open Ways (demo)"),
    }


_SELF_STUDY = {"next_start": None, "next_end": None, "next_place": "", "format": "self_study", "access": []}


def _course(**changes) -> dict:
    course = {
        "title": _("Letters that arrive: writing so that people understand"),
        "url": NOWHERE,
        "teaser": _("Bring your own letters, shorten them together, and keep them legally sound."),
        "type_label": _("workshop"),
        "format_label": _("in person"),
        "format": "in_person",
        "duration": _("8 UE (6 h)"),
        "language_label": _("German"),
        "next_start": at(21),
        "next_end": at(21, 16),
        "next_place": _("training room"),
        "free": 9,
        "capacity": 18,
        "waiting": 0,
        "access": [_("without steps"), _("breaks every 60 minutes")],
        "topics": [_("citizen services")],
    }
    return course | changes


def media() -> dict:
    emblem = static("academy/img/eu-emblem.png")
    sources = [{"type": "image/png", "srcset": f"{emblem} 288w"}]
    return {
        "picture": {"sources": sources, "srcset": f"{emblem} 288w", "url": emblem, "width": 288, "height": 192},
        "alt": _("Twelve stars in a circle"),
        "title": _("Understanding who stays away"),
        "transcript": _("A team looks at its own counter: who comes, who does not, and what stands in the way."),
        "pages": _("12 pages"),
        "language": _("German"),
    }


def facts() -> dict:
    return {
        "facts": [
            {"term": _("Location"), "value": _("training room"), "icon": "location"},
            {"term": _("Language"), "value": _("German"), "icon": "language"},
            {"term": _("Confirmation"), "value": "K-2026-0017", "url": NOWHERE},
        ],
        "headers": [_("Course"), _("Date"), _("Places"), _("State")],
        "rows": [_row(course, state) for course, state in ((_course(), "open"), (_course(free=0), "full"))],
        "start": at(21),
        "end": at(21, 16),
        "last": at(23, 16),
        "day": at(40).date(),
    }


def _row(course: dict, state: str) -> list:
    label = {"open": _("places free"), "full": _("full, waiting list open")}[state]
    return [
        {"text": course["title"], "url": NOWHERE},
        f"{course['next_start']:%d.%m.%Y}",
        {"text": f"{course['free']} / {course['capacity']}", "numeric": True},
        {"state": state, "label": label},
    ]


def notices() -> dict:
    levels = [constants.INFO, constants.SUCCESS, constants.WARNING, constants.ERROR]
    texts = [
        _("The course has been moved to another room."),
        _("Your place is confirmed. We have sent you a mail with all details."),
        _("Enrolment closes tomorrow."),
        _("Enrolment for this course is closed."),
    ]
    return {
        "title": _("Good to know"),
        "text": _("Your supervisor sees title, date and hours, and nothing of what you do in the course."),
        "messages": [Message(level, text) for level, text in zip(levels, texts, strict=True)],
        "tones": ["info", "success", "warning", "danger", "accent"],
    }


def progress() -> dict:
    steps = [
        {"title": _("clarification"), "state": "done", "url": NOWHERE, "hint": _("reached in March")},
        {"title": _("analysis"), "state": "current", "url": NOWHERE, "hint": _("2 of 4 milestones")},
        {"title": _("goals"), "state": "open"},
        {"title": _("planning"), "state": "locked", "hint": _("opens after the goals")},
    ]
    return {
        "label": _("Completed"),
        "steps": steps,
        "events": [
            {"at": at(-30).date(), "title": _("First talk"), "state": "done", "label": _("done")},
            {"at": at(14), "title": _("Workshop of the process group"), "text": _("With two partner organisations.")},
            {"at": at(60).date(), "title": _("Closing"), "url": NOWHERE, "state": "planned", "label": _("planned")},
        ],
        "log": [{"at": at(-1, 14, 30), "title": _("Milestone done"), "actor": _("process facilitator")}],
    }


def navigation() -> dict:
    pages = Paginator(range(200), 20)
    return {
        "trail": [
            {"title": _("Start page"), "url": NOWHERE},
            {"title": _("Academy"), "url": NOWHERE},
            {"title": _course()["title"]},
        ],
        "tabs": [
            {"title": _("Overview"), "url": NOWHERE, "current": True},
            {"title": _("Dates"), "url": NOWHERE, "count": 3},
            {"title": _("People"), "url": NOWHERE, "count": 14},
        ],
        "first_page": pages.page(1),
        "page_obj": pages.page(5),
    }


# --- Forms ---------------------------------------------------------------------------------------------------------


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("As it is to stand on the certificate."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        choices=[("", "–"), ("a", gettext_lazy("citizen services")), ("b", gettext_lazy("health"))],
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Way of taking part"),
        choices=[("p", gettext_lazy("in person")), ("o", gettext_lazy("online"))],
        widget=forms.RadioSelect,
    )
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("What do you need to take part?"),
        help_text=gettext_lazy("Only the team of the course reads this, and it is deleted 30 days after the course."),
        choices=[
            ("loop", gettext_lazy("hearing loop")),
            ("captions", gettext_lazy("captions")),
            ("steps", gettext_lazy("without steps")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    proof = forms.FileField(label=gettext_lazy("File"), required=False)
    agreed = forms.BooleanField(label=gettext_lazy("My supervisor has agreed."))


class SampleFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Search"), required=False)
    topic = forms.ChoiceField(
        label=gettext_lazy("Topic"), choices=SampleForm.base_fields["unit"].choices, required=False
    )
    free = forms.BooleanField(label=gettext_lazy("Only with free places"), required=False)


class SampleRow(forms.Form):
    """A line of a table with fields."""

    person = forms.CharField(label=gettext_lazy("Name"))
    hours = forms.IntegerField(label=gettext_lazy("Hours"), min_value=0)


def sample_forms() -> dict:
    filters = SampleFilter({"q": _("letters"), "topic": "a"}, prefix="filter")
    return {
        "form": SampleForm(prefix="plain"),
        "grouped": _grouped(SampleForm(prefix="grouped")),
        "filters": filters,
        "active": [
            {"label": _("letters"), "remove_url": NOWHERE},
            {"label": _("citizen services"), "remove_url": NOWHERE},
        ],
        "found": _("3 courses"),
    }


def _grouped(form: SampleForm) -> SampleForm:
    form.helper = FormHelper()
    form.helper.form_action, form.helper.form_method = NOWHERE, "get"
    form.helper.layout = Layout(
        Fieldset(_("About you"), Row(Column("name"), Column("email"))),
        Fieldset(_("Taking part"), Row(Column("day"), Column("unit")), InlineRadios("kind")),
        Submit("send", _("Enrol")),
    )
    return form


def form_errors() -> dict:
    form = SampleForm({"wrong-email": "nobody", "wrong-name": _("Process facilitation A")}, prefix="wrong")
    form.add_error(None, _("Enrolment for this course is closed."))
    rows = forms.formset_factory(SampleRow, extra=0)(
        {"rows-TOTAL_FORMS": 2, "rows-INITIAL_FORMS": 0, "rows-0-person": "A", "rows-0-hours": "-1"}, prefix="rows"
    )
    rows.helper = FormHelper()
    rows.helper.template = "kern/table_inline_formset.html"
    rows.helper.form_action, rows.helper.form_method = NOWHERE, "get"
    rows.helper.add_input(Submit("save", _("Save")))
    return {"form": form, "rows": rows}


# --- Whole pages ---------------------------------------------------------------------------------------------------


def page_header() -> dict:
    return {
        "title": _course()["title"],
        "lead": _course()["teaser"],
        "preline": _("workshop"),
        "facts": facts()["facts"],
        "text": notices()["text"],
        "breadcrumbs": navigation()["trail"],
    }


def hero() -> dict:
    return {
        "title": _("Fair access to services"),
        "lead": _("A team looks at its own counter: who comes, who does not, and what stands in the way."),
        "actions": [{"title": _("Find a course"), "url": NOWHERE}, {"title": _("Ask for support"), "url": NOWHERE}],
        "cards": [_course(), _course(free=2), _course(free=0, waiting=4)],
    }


def workspace() -> dict:
    return {
        "title": _("Training room, three dates"),
        "tabs": navigation()["tabs"],
        "tasks": cards()["tasks"],
        "headers": facts()["headers"],
        "rows": facts()["rows"],
        "breadcrumbs": navigation()["trail"],
    }


def funding_lines() -> dict:
    """Our own sign stands in for a logo that is wider than the emblem may be."""
    known = funding(get_language() or "de")
    return {"with_logo": replace(known, logo=Logo(static("academy/img/favicon.svg"), 480, 160, ""))}


def confirm() -> dict:
    return {
        "title": _("Give the place back?"),
        "text": _(
            "Your place goes to somebody else at once. If you change your mind, you can enrol again, behind others."
        ),
        "facts": [{"term": _("Course"), "value": _course()["title"]}],
        "action_url": NOWHERE,
        "confirm_label": _("Give the place back"),
        "cancel_url": NOWHERE,
        "tone": "danger",
    }
