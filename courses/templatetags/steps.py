"""What editors see of a step beside the page's own words: its media in the preview, and the runs that stand on it."""

from django import template

from courses import selectors
from courses.enums import StepKind
from courses.h5p.player import preview_url
from courses.release_words import release_in_words

register = template.Library()


@register.simple_tag(takes_context=True)
def step_media(context, page) -> dict[str, str]:
    """The addresses that `courses/_step.html` asks for, for the editor who looks at the preview."""
    if page.kind == StepKind.VIDEO:
        return {name: file.url for name, file in (("video_url", page.video), ("captions_url", page.captions)) if file}
    if page.kind == StepKind.DOCUMENT:
        return {"document_url": page.document.url} if page.document else {}
    user = context["request"].user
    if page.kind == StepKind.H5P and page.content and user.is_authenticated:
        return {"player_src": preview_url(content=page.content, user_key=str(user.pseudonym))}
    return {}


@register.simple_tag
def open_runs_on(page) -> int:
    """How many open runs stand on a version with this step, or with a step below this page."""
    return selectors.open_runs_on(page).count()


@register.simple_tag
def release_rule(page) -> str:
    """When the step opens, in words."""
    return release_in_words(page)
