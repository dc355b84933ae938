"""Tags and filters of the design system. What they look like stands in `templates/components/`."""

import datetime
import re

from django import template
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateformat import format as date_text
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from academy.common.gender_star import unbroken, unbroken_html
from academy.common.icons import ICONS
from academy.common.state_looks import TONES, look_of

register = template.Library()


@register.simple_tag
def icon(name, label="", size=""):
    """An icon; with `label` it is read out, without it is decoration."""
    if name not in ICONS:
        raise ValueError(f"There is no icon «{name}». The names stand in academy/common/icons.py.")
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" width="24" height="24" focusable="false" {}>{}</svg>',
        f" icon--{size}" if size else "",
        voice,
        mark_safe(ICONS[name]),  # noqa: S308 our own file
    )


@register.simple_tag
def state_badge(state, label="", tone="", icon=""):
    """A state as icon and word, never as colour alone."""
    known_tone, known_icon = look_of(state)
    return render_to_string(
        "components/state_badge.html",
        {
            "tone": tone if tone in TONES else known_tone,
            "icon_name": icon or known_icon,
            "label": label or getattr(state, "label", "") or state,
        },
    )


@register.filter
def genderstern(text):
    """Keeps «*innen» on the line of its word. The text itself is not changed, so that search and copying still work."""
    escaped = str(conditional_escape(text))
    return mark_safe(unbroken(escaped))  # noqa: S308 escaped above


@register.filter
def genderstern_html(html):
    """The same for rich text, which comes as markup from Wagtail's own filter."""
    return mark_safe(unbroken_html(str(html)))  # noqa: S308 rich text that the editor's features have cleaned


@register.filter
def initials(text):
    """Up to two capital letters of a name."""
    words = re.findall(r"\w+", str(text))
    return "".join(word[0] for word in (words if len(words) < 2 else [words[0], words[-1]])).upper()


# --- Dates ---------------------------------------------------------------------------------------------------------


def _local(moment):
    return timezone.localtime(moment) if isinstance(moment, datetime.datetime) and timezone.is_aware(moment) else moment


def _day(moment):
    return moment.date() if isinstance(moment, datetime.datetime) else moment


def _time_tag(moment, text):
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)


def _several_days(start, end):
    short = _("j") if (start.year, start.month) == (end.year, end.month) else _("j F")
    if start.year != end.year:
        short = _("j F Y")
    last = date_text(end, _("j F Y"))
    return format_html("{}–{}", _time_tag(_day(start), date_text(start, short)), _time_tag(_day(end), last))


@register.simple_tag
def date_range(start, end=None):
    """When something takes place, in one line: day and times, or the first and the last day."""
    if not start:
        return ""
    start, end = _local(start), _local(end) if end else None
    if end and _day(start) != _day(end):
        return _several_days(start, end)
    day = date_text(start, _("D j F Y"))
    if not isinstance(start, datetime.datetime):
        return _time_tag(start, day)
    clock = _("H:i")
    begins = date_text(start, clock)
    if end and end != start:
        hours = _("{start}–{end}").format(start=begins, end=date_text(end, clock))
    else:
        hours = _("{time}").format(time=begins)
    return format_html('{}, <span class="nobr">{}</span>', _time_tag(start, day), hours)


@register.simple_tag
def date_block(moment, label=""):
    """A leaf of a calendar: weekday, day, month."""
    moment = _local(moment)
    return render_to_string(
        "components/date_block.html",
        {
            "moment": moment,
            "iso": _day(moment).isoformat(),
            "weekday": date_text(moment, "D"),
            "day": date_text(moment, "j"),
            "month": date_text(moment, "M"),
            "label": label or date_text(moment, _("D j F Y")),
        },
    )


# --- Pieces with figures -------------------------------------------------------------------------------------------


@register.simple_tag
def seats(free=None, capacity=None, waiting=0, detail=False):
    """How many seats are left, in words; with `detail` also as a row of seats."""
    taken = capacity - free if capacity is not None and free is not None else 0
    return render_to_string(
        "components/seats.html",
        {
            "free": free,
            "capacity": capacity,
            "waiting": waiting or 0,
            "few": capacity is not None and 0 < (free or 0) <= 3,
            "row": [number < taken for number in range(capacity)] if detail and capacity and capacity <= 40 else [],
        },
    )


@register.simple_tag(takes_context=True)
def pagination(context, page_obj, param="page"):
    """Links to the other pages of a list; the rest of the address stays."""
    if page_obj is None or page_obj.paginator.num_pages < 2:
        return ""

    def address(number):
        query = context["request"].GET.copy()
        query[param] = number
        return f"?{query.urlencode()}"

    return render_to_string(
        "components/pagination.html",
        {
            "page_obj": page_obj,
            "previous_url": address(page_obj.previous_page_number()) if page_obj.has_previous() else "",
            "next_url": address(page_obj.next_page_number()) if page_obj.has_next() else "",
            "pages": [
                {"number": number, "url": address(number) if isinstance(number, int) else ""}
                for number in page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
            ],
        },
    )


# --- Boxes with content --------------------------------------------------------------------------------------------


@register.simple_tag
def button(label, url="", variant="primary", type="submit", icon="", **attributes):
    """A link or a button in one look. Further arguments become attributes (`name`, `form`, `data_x` for `data-x`)."""
    attributes = {name.replace("_", "-"): value for name, value in attributes.items()}
    return render_to_string(
        "components/button.html",
        {"label": label, "url": url, "variant": variant, "type": type, "icon_name": icon, "attributes": attributes},
    )


@register.simple_block_tag
def page_header(content, title, lead="", preline="", lang=""):
    """`lang` is the language of title and lead, where the page around them speaks another one."""
    return render_to_string(
        "components/page_header.html",
        {"content": content, "title": title, "lead": lead, "preline": preline, "lang": lang},
    )


@register.simple_block_tag
def callout(content, title="", tone="info", level=2):
    icons = {"success": "check-circle", "warning": "alert", "danger": "cross-circle", "accent": "light"}
    return render_to_string(
        "components/callout.html",
        {"content": content, "title": title, "tone": tone, "level": level, "icon_name": icons.get(tone, "info")},
    )


@register.simple_block_tag
def panel(content, title="", level=2, id="", variant=""):
    return render_to_string(
        "components/panel.html",
        {"content": content, "title": title, "level": level, "id": id, "variant": variant},
    )


@register.simple_block_tag
def disclosure(content, title, open=False):
    return render_to_string("components/disclosure.html", {"content": content, "title": title, "open": open})


# --- Forms ---------------------------------------------------------------------------------------------------------

KIND_BY_WIDGET = {
    "CheckboxInput": "checkbox",
    "CheckboxSelectMultiple": "choices",
    "RadioSelect": "choices",
    "Select": "select",
    "NullBooleanSelect": "select",
    "SelectMultiple": "select-multiple",
    "Textarea": "textarea",
    "ClearableFileInput": "file",
    "FileInput": "file",
}
CLASS_BY_KIND = {"checkbox": "kern-form-check__checkbox", "select": "kern-form-input__select"}


@register.filter
def field_kind(field):
    """Which of the pack's shapes a field takes."""
    widget = field.field.widget
    for ancestor in type(widget).__mro__:
        if ancestor.__name__ in KIND_BY_WIDGET:
            return KIND_BY_WIDGET[ancestor.__name__]
    return "several" if widget.use_fieldset else "input"


@register.simple_tag
def kern_widget(field, css_class=""):
    """The field's widget with KERN's classes and its links to help and errors. The form object is not changed."""
    base = CLASS_BY_KIND.get(field_kind(field), "kern-form-input__input")
    classes = [base, field.field.widget.attrs.get("class", ""), css_class]
    if field.errors:
        classes.append(f"{base}--error")
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


@register.simple_tag
def kern_choice(field, choice):
    """One radio button or checkbox of a group, without its label."""
    css_class = f"kern-form-check__{choice.data['type']}"
    if field.errors:
        css_class += f" {css_class}--error"
    attributes = {
        "type": choice.data["type"],
        "name": choice.data["name"],
        "value": "" if choice.data["value"] is None else str(choice.data["value"]),
        **choice.data["attrs"],
        "class": css_class,
    }
    return format_html("<input{}>", flatatt(attributes))


@register.simple_tag
def button_class(button):
    """KERN's classes for a button of crispy: its own names for looks are left out, ours are kept."""
    own = [name for name in button.field_classes.split() if not name.startswith("btn")]
    if not any(name.startswith("kern-btn--") for name in own):
        own.insert(0, "kern-btn--primary" if button.input_type == "submit" else "kern-btn--secondary")
    return " ".join(["kern-btn", *own])


@register.filter
def kern_button_attributes(attributes):
    """The attributes of crispy's StrictButton with KERN's classes in place of «btn»."""
    look = "kern-btn" if "kern-btn--" in attributes else "kern-btn kern-btn--secondary"
    return mark_safe(re.sub(r'class="btn\b', f'class="{look}', str(attributes)))  # noqa: S308 crispy's flatatt


@register.simple_tag
def described_by(field):
    """The ids that a group of choices points at: its help and its errors."""
    ids = [f"{field.auto_id}_helptext"] if field.help_text and field.auto_id else []
    return " ".join(ids + ([f"{field.auto_id}_error"] if field.errors and field.auto_id else []))


@register.filter
def first_control_id(field):
    """Where a link of the error summary leads: the field, or the first choice of a group."""
    if field_kind(field) == "choices":
        return next((widget.id_for_label for widget in field.subwidgets), "") or field.auto_id
    return field.id_for_label or field.auto_id


@register.filter
def error_count(form):
    """How many fields are wrong, plus errors of the form as a whole."""
    return len(form.errors) if form.is_bound else 0
