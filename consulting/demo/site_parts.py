"""News, publications and the page about the project: made before the content pages, which may point at them."""

from typing import Any

from django.utils.html import escape
from wagtail.models import Page

from academy.models import Organisation
from home.models import (
    HomePage,
    NewsIndexPage,
    NewsPage,
    ProjectPage,
    PublicationAuthor,
    PublicationFile,
    PublicationIndexPage,
    PublicationPage,
)

from .content import read
from .keys import Found, with_keys
from .loading import Loading, key_of
from .papers import ensure_paper
from .publishing import find_or_add_page, put_page, refresh_page
from .texts import lines, linked

LANGUAGES = ("de", "en")
Pages = dict[tuple[str, str], Page]


def load_indexes(loading: Loading, homes: dict[str, HomePage]) -> Pages:
    """The pages that menus and other pages point at, by slug and language."""
    made: Pages = {}
    for language in LANGUAGES:
        home = homes[language]
        for slug, model in (("news", NewsIndexPage), ("publications", PublicationIndexPage)):
            words = read(slug)["index"][language]
            values = {"slug": words["path"], "title": words["title"], "lead": words["lead"]}
            values["show_in_menus" if slug == "news" else "show_in_footer"] = True
            made[slug, language] = _put(home, model, slug, values)
        made["project", language] = _put(home, ProjectPage, "project", _project(loading, language))
    return made


def _put(parent: Page, model: type[Page], slug: str, values: dict[str, Any]) -> Page:
    return put_page(parent=parent, model=model, key=key_of("page", slug), locale=parent.locale, values=values)


def _project(loading: Loading, language: str) -> dict[str, Any]:
    entry = read("project")
    words = entry[language]
    return {
        "slug": words["path"],
        "title": words["title"],
        "show_in_footer": True,
        "summary": words["summary"],
        "aims": lines(words["aims"]),
        "results": lines(words["results"]),
        "eu_support": words["eu_support"],
        "programme": words["programme"],
        "co_funder": read("meta")["project"]["land_funder"][language],
        "starts_on": loading.week.day(entry["starts"]),
        "ends_on": loading.week.day(entry["ends"]),
        "eu_amount": entry["amount"],
    }


def load_news(loading: Loading, made: Pages, found: Found) -> int:
    """The entries of the news, whose blocks may point at what was `found`."""
    for entry in read("news")["entries"]:
        for language in LANGUAGES:
            words = entry[language]
            body = linked(words["body"], lambda _kind, key, at=language: f'linktype="page" id="{made[key, at].pk}"')
            values = {
                "slug": words["path"],
                "title": words["title"],
                "lead": words["lead"],
                "published_on": loading.week.day(entry["date"]),
                "body": with_keys(body, found, language),
            }
            _put(made["news", language], NewsPage, f"news-{entry['slug']}", values)
    return len(read("news")["entries"])


def load_publications(loading: Loading, made: Pages) -> int:
    """The publications with their files in both languages."""
    for entry in read("publications")["entries"]:
        files = {language: ensure_paper(loading, entry, language) for language in LANGUAGES}
        for language in LANGUAGES:
            words = entry[language]
            values = {
                "slug": words["path"],
                "title": words["title"],
                "lead": words["lead"],
                "kind": entry["kind"],
                "published_on": loading.week.day(entry["date"]),
                "ordering_note": f"<p>{escape(words['order'])}</p>",
            }
            index = made["publications", language]
            key = key_of("page", entry["slug"])
            page = find_or_add_page(parent=index, model=PublicationPage, key=key, locale=index.locale, values=values)
            if not page.files.exists():
                page.authors = [PublicationAuthor(organisation=_organisation(slug)) for slug in entry["authors"]]
                page.files = [
                    PublicationFile(document=files[code], language=code) for code in (language, *_others(language))
                ]
                page.save()
            refresh_page(page, values)
    return len(read("publications")["entries"])


def _others(language: str) -> list[str]:
    return [code for code in LANGUAGES if code != language]


def _organisation(slug: str) -> Organisation:
    return Organisation.objects.get(slug=slug)
