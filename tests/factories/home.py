"""Published pages of the public site. They need the start pages that the fixture `site` makes."""

from home.models import HomePage, StandardPage


def home_page(language="de") -> HomePage:
    return HomePage.objects.get(locale__language_code=language)


def standard_page(*, language="de", title="Über uns", live=True, origin=None, parent=None, **fields) -> StandardPage:
    """A content page below the start page of its language; with `origin` it is the same page in another language."""
    parent = parent or home_page(language)
    page = StandardPage(title=title, locale=home_page(language).locale, live=False, **fields)
    if origin is not None:
        page.translation_key = origin.translation_key
    parent.add_child(instance=page)
    if live:
        page.save_revision().publish()
        page.refresh_from_db()
    return page
