"""Pictures of editors in templates: one look-up, every size and format."""

from django import template

from home.pictures import IN_COLUMN, picture_of, poster_of

register = template.Library()


@register.inclusion_tag("components/picture.html")
def picture(image, sizes=IN_COLUMN, alt=None, first=False, css_class=""):
    """The image in the sizes and formats that browsers choose from, with width and height.

    `alt` is what the image block says (empty where it is decorative). `first` is for the picture at the top of a page,
    which is not put off until somebody scrolls to it.
    """
    words = getattr(image, "contextual_alt_text", "") if alt is None else alt
    shown = picture_of(image) if image else {}
    return {"picture": shown, "sizes": sizes, "alt": words or "", "first": first, "css_class": css_class}


@register.simple_tag
def poster_url(image):
    """The address of the still picture of a film; empty where it has none."""
    return poster_of(image) if image else ""
