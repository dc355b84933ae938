"""The pages of the public site: start pages, content pages and the words above the catalogue, in four languages."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page

from consulting.models import StatementIndexPage
from courses.models import CourseIndexPage
from home.enums import EasyStatus
from home.models import EASY_LANGUAGE, AccessibilityStatementPage, HomePage, StandardPage

from . import site_parts
from .content import read
from .keys import Found, with_keys
from .loading import Loading, key_of
from .publishing import find_or_add_page, refresh_page
from .texts import bullets, lines, linked, sentences


def load_pages(loading: Loading) -> str:
    """First every page as a draft, then the words, so that pages may point at each other."""
    _retire_pages("barrier")
    _retire_pages("accessibility")
    homes = {page.locale.language_code: page for page in HomePage.objects.select_related("locale")}
    made = {
        (entry["slug"], language): find_or_add_page(
            parent=homes[language],
            model=AccessibilityStatementPage if "statement" in entry else StandardPage,
            key=key_of("page", entry["slug"]),
            locale=homes[language].locale,
            values=_facts(entry, language),
        )
        for entry, language in _site_pages()
    }
    made |= site_parts.load_indexes(loading, homes)
    catalogues = CourseIndexPage.objects.select_related("locale")
    made |= {("academy", page.locale.language_code): _fill_catalogue(page) for page in catalogues}
    lists = StatementIndexPage.objects.select_related("locale")
    made |= {("statements", page.locale.language_code): _fill_statement_list(page) for page in lists}
    found = Found.now(made)
    for entry, language in _site_pages():
        if "statement" in entry:
            refresh_page(made[entry["slug"], language], _statement(entry, language, loading))
            continue
        body = [_block(block, entry, language) for block in entry[language]["body"]]
        body = linked(body, lambda kind, key, at=language: _to(made[key, at]))
        body = with_keys(body, found, language)
        values = {**_facts(entry, language), "body": body, **_check(entry[language], loading)}
        refresh_page(made[entry["slug"], language], values)
    for language in ("de", "en", EASY_LANGUAGE):
        refresh_page(homes[language], _start_page(language, found))
    news = site_parts.load_news(loading, made, found)
    papers = site_parts.load_publications(loading, made)
    return f"{len(made)} pages, {news} news, {papers} publications and 3 start pages in {len(homes)} languages"


def _retire_pages(slug: str) -> None:
    """Take away content pages whose place a form or a page of another type has taken."""
    for page in StandardPage.objects.filter(translation_key=key_of("page", slug)):
        page.delete()


def _site_pages() -> list[tuple[dict[str, Any], str]]:
    """Each page of the file with each language that it exists in; a page that German was `revised` on ends with it."""
    pages = [(entry, code) for entry in read("site_pages") for code, _name in settings.LANGUAGES if code in entry]
    return sorted(pages, key=lambda pair: pair[1] == "de" and pair[0].get("revised", False))


def _check(words: dict[str, Any], loading: Loading) -> dict[str, Any]:
    """Who has checked a text in Leichte Sprache, and when. It comes with the words: a check without them counts not."""
    if "checked" not in words:
        return {}
    return {
        "easy_status": EasyStatus.CHECKED,
        "easy_checked_by": words["checked"]["by"],
        "easy_checked_on": loading.week.day(words["checked"]["day"]),
    }


def _facts(entry: dict[str, Any], language: str) -> dict[str, Any]:
    """Everything but the body."""
    words = {**_published_words(entry["slug"], language), **entry[language]}
    if "statement" in entry:
        return {"slug": words["path"], "title": words["title"], "lead": words["lead"]}
    return {
        "slug": words["path"],
        "title": words["title"],
        "lead": words["lead"],
        "show_in_menus": entry.get("menu", False),
        "show_in_footer": entry.get("footer", False),
        "purpose": entry.get("purpose", ""),
    }


def _statement(entry: dict[str, Any], language: str, loading: Loading) -> dict[str, Any]:
    """The accessibility statement: in Leichte Sprache in its own words, else with every part of the law."""
    words, facts = entry[language], entry["statement"]
    values = {**_facts(entry, language), "in_brief": words["in_brief"]}
    if language == EASY_LANGUAGE:
        return values
    operator = settings.SITE_OPERATOR
    return {
        **values,
        "gaps": [{"type": "gap", "value": {"instead": "", **gap}} for gap in words["gaps"]],
        "method_text": words["method_text"],
        "prepared_on": loading.week.day(facts["prepared"]),
        "reviewed_on": loading.week.day(facts["reviewed"]),
        "contact": "\n".join([operator["name"], operator["address"], f"barriere@{read('meta')['mail_domain']}"]),
        "enforcement_name": words["enforcement_name"],
        "enforcement_text": words["enforcement_text"],
        "enforcement_url": facts["url"],
    }


def _published_words(slug: str, language: str) -> dict[str, Any]:
    """Title, lead and notes that pages.yaml has for the page; empty where it has none."""
    return next((page.get(language, {}) for page in read("pages") if page["slug"] == slug), {})


def _to(page: Page) -> str:
    return f'linktype="page" id="{page.pk}"'


def _block(block: dict[str, Any], entry: dict[str, Any], language: str) -> dict[str, Any]:
    """One block as the page stores it; «notes», «script», «links» and «operator» stand for words kept elsewhere."""
    words = _published_words(entry["slug"], language)
    if block["type"] == "notes":
        return _text(f"<h2>{block['heading']}</h2>{bullets(words['notes'])}")
    if block["type"] == "script":
        return _text(f"<h2>{block['heading']}</h2><p>{words['script']}</p>")
    if block["type"] == "links":
        pairs = zip(words["links"], block["texts"], strict=True)
        return _text("".join(f"<h2>{title}</h2><p>{text}</p>" for title, text in pairs))
    if block["type"] == "operator":
        mail = f"akademie@{read('meta')['mail_domain']}"
        values = (settings.SITE_OPERATOR["name"], settings.SITE_OPERATOR["address"], mail)
        facts = [{"label": label, "value": value} for label, value in zip(block["labels"], values, strict=True)]
        return {"type": "facts", "value": {"heading": block["heading"], "facts": facts}}
    return block


def _text(html: str) -> dict[str, str]:
    return {"type": "text", "value": html}


def _fill_catalogue(page: CourseIndexPage) -> CourseIndexPage:
    language = page.locale.language_code
    if language == EASY_LANGUAGE:
        words = {**read("start_pages")["catalogue_easy"], "notes": []}
    else:
        words = _published_words("academy", language)
    values = {"title": words["title"], "lead": words["lead"], "notes": lines(words["notes"]), "show_in_menus": True}
    return refresh_page(page, values)


def _fill_statement_list(page: StatementIndexPage) -> StatementIndexPage:
    words = read("start_pages")["statements"][page.locale.language_code]
    return refresh_page(page, {"title": words["title"], "lead": words["lead"]})


def _target(key: str, found: Found, language: str) -> dict[str, Any]:
    """Whoever wants to ask for process facilitation comes to the form, everybody else to the page."""
    if key != "consulting":
        return {"page": found.pages[key, language].pk}
    with translation.override(language):
        return {"page": None, "address": reverse("consulting:request_facilitation")}


def _start_page(language: str, found: Found) -> dict[str, Any]:
    if language == EASY_LANGUAGE:
        words = _published_words("easy", "de")
        body = [_text(sentences(words["body"])), *with_keys(read("start_pages")["easy"], found, language)]
        return {"title": words["title"], "body": body, "easy_status": EasyStatus(read("meta")["easy_status"])}
    words, start = _published_words("home", language), read("start_pages")
    pairs = zip(words["actions"], start["actions"], strict=True)
    actions = [{"type": "action", "value": {"label": label, **_target(key, found, language)}} for label, key in pairs]
    body = with_keys(start[language], found, language)
    return {"title": words["title"], "lead": words["lead"], "actions": actions, "body": body}
