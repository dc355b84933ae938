"""The funding line for pages that have no context."""

from django import template
from django.conf import settings
from django.utils.translation import get_language

from academy.common import funding

register = template.Library()


@register.simple_tag
def funding_of_installation() -> funding.Funding:
    """Statement and co-funder for a page that must not ask the database."""
    return funding.funding_of_installation(get_language() or settings.LANGUAGE_CODE)
