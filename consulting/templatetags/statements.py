"""What the public pages show of statements. Querysets read it; the templates only show it."""

from collections.abc import Iterable

from django import template
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from academy.common.filters import chosen_filters
from consulting import selectors
from consulting.forms import StatementFilterForm
from consulting.models import Recommendation, Statement
from consulting.models.pages import statement_index, statement_path
from consulting.wording import day_text, words_of

register = template.Library()
PER_PAGE = 10


@register.simple_tag
def words(row, field):
    """The text of a row in the page's language, or the German one with its `lang`."""
    return words_of(row, field)


# --- The list ------------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def statement_list(context, page) -> dict:
    """The form, the chosen filters and the statements of this page of the list."""
    request = context["request"]
    form = StatementFilterForm(request.GET, addressees=selectors.public_addressees())
    found = Statement.objects.published().newest_first().with_answers()
    if addressee := form.accepted.get("stelle"):
        found = found.addressed_to(addressee)
    if answer := form.accepted.get("stand"):
        found = found.answered_as(answer)
    page_obj = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    total = page_obj.paginator.count
    return {
        "form": form,
        "active": chosen_filters(form, request.path),
        "reset_url": request.path,
        "page_obj": page_obj,
        "cards": [_card(statement, statement.recommendations.all()) for statement in page_obj],
        "result": ngettext("%(total)d statement", "%(total)d statements", total) % {"total": total},
    }


def _card(statement: Statement, recommendations: Iterable[Recommendation]) -> dict:
    """The statement as `consulting/_statement_card.html` shows it."""
    return {
        "statement": statement,
        "title": words_of(statement, "title"),
        "summary": words_of(statement, "summary"),
        "url": statement_path(statement),
        "published": day_text(statement.published_on),
        "lines": [
            {"number": one.number, "addressee": one.public_addressee, "answer": answer_of(one)}
            for one in recommendations
        ],
    }


@register.inclusion_tag("consulting/_latest_statement.html")
def latest_statement() -> dict:
    """The newest published statement, for pages of other parts, such as the start page."""
    recommendations = list(Recommendation.objects.of_latest_statement().with_answers())
    is_shown = recommendations and statement_index(get_language())
    return {"card": _card(recommendations[0].statement, recommendations) if is_shown else None}


@register.simple_tag
def statement_list_url() -> str:
    """The address of the list in the reader's language, without a query; empty while there is none."""
    page = statement_index(get_language())
    return page.reader_url if page else ""


# --- One statement -------------------------------------------------------------------------------------------------
@register.simple_tag
def statement_details(statement, site_languages) -> dict:
    """What `consulting/statement.html` shows of a statement beside its words."""
    recommendations = list(statement.recommendations.all())
    checked_on = statement.checked_on
    facts = [
        {"term": _("Published"), "value": day_text(statement.published_on), "icon": "calendar"},
        {"term": _("Last checked"), "value": day_text(checked_on) if checked_on else _("not yet"), "icon": "search"},
        {"term": capfirst(_("policy recommendations")), "value": len(recommendations), "icon": "list"},
    ]
    return {
        "facts": facts,
        "signatories": [one.organisation.name for one in statement.public_signatories],
        "recommendations": [_recommendation(one) for one in recommendations],
        "others": [link for link in site_languages if not link["current"] and not link["missing"]],
        "has_easy": bool(statement.summary_de_simple) and get_language() in ("de", "en"),
    }


def _recommendation(one: Recommendation) -> dict:
    """A recommendation with its facts, the answer in one badge, and everything that was said, the newest first."""
    is_late = not one.history and one.expected_on < timezone.localdate()
    facts = [
        {"term": _("Recommended to"), "value": one.public_addressee},
        {"term": _("Expected by"), "value": day_text(one.expected_on)},
        {"term": _("Last checked"), "value": day_text(one.checked_on) if one.checked_on else _("not yet")},
    ]
    entries = [
        {
            "day": day_text(entry.checked_on),
            "iso": entry.checked_on.isoformat(),
            "authority": _badge(entry, "authority"),
            "mso": _badge(entry, "mso"),
            "note": words_of(entry, "note"),
            "source_url": entry.source_url,
        }
        for entry in one.history
    ]
    text = words_of(one, "text")
    return {"row": one, "text": text, "facts": facts, "answer": answer_of(one), "entries": entries, "is_late": is_late}


def _badge(entry, side: str) -> dict[str, str]:
    return {"state": getattr(entry, side), "label": capfirst(getattr(entry, f"get_{side}_display")())}


def answer_of(one: Recommendation) -> dict[str, str]:
    """One badge for both views: what both say, or that they differ (D6: never one side's word alone)."""
    if one.authority_view == one.mso_view:
        return {"state": one.authority_view.value, "label": capfirst(one.authority_view.label)}
    return {"state": "", "label": _("Judged differently"), "tone": "warning", "icon": "swap"}


@register.simple_tag
def statement_breadcrumbs(page, statement=None) -> list[dict[str, str]]:
    """From the start page over the list to this page, without a query."""
    trail = [{"title": _("Start page"), "url": f"/{get_language()}/"}]
    if statement is None:
        return [*trail, {"title": page.title, "lang": page.words_lang}]
    title = words_of(statement, "title")
    return [
        *trail,
        {"title": page.title, "url": page.reader_url, "lang": page.words_lang},
        {"title": title.text, "lang": title.lang},
    ]
