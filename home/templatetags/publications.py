"""Publications as pages show them. Selectors read; the templates only show."""

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from home import selectors
from home.listing import ListView, view_of

register = template.Library()


@register.simple_tag(takes_context=True)
def publication_list(context, page) -> ListView:
    """The sheet of the list that the address asks for, with a tab for each year."""
    return view_of(selectors.publications, page, context["request"], all_label=_("All publications"))


@register.simple_tag
def publication_formats(entry) -> list[str]:
    """«PDF, Deutsch, barrierefrei» for each file of an entry of the list."""
    access = {True: _("accessible"), False: _("not accessible")}
    files = entry.shown_files
    return [f"{file.format}, {file.get_language_display()}, {access[file.is_accessible]}" for file in files]


@register.simple_tag
def publication_details(page) -> dict:
    """Files and facts of one publication."""
    organisations = [author.organisation.name for author in page.authors.select_related("organisation")]
    facts = [
        (_("Kind"), capfirst(page.get_kind_display())),
        (_("Year"), str(page.published_on.year)),
        (_("Published by"), ", ".join(organisations)),
    ]
    return {
        "facts": [(term, value) for term, value in facts if value],
        "files": [_file(file) for file in page.files.select_related("document")],
    }


def _file(file) -> dict:
    return {
        "url": file.document.url,
        "title": file.document.title,
        "kind": file.format,
        "size": filesizeformat(file.document.get_file_size() or 0),
        "code": file.language,
        "language": file.get_language_display(),
        "is_accessible": file.is_accessible,
        "reason": file.reason,
    }
