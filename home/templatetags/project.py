"""What the page about the project shows beside its own words."""

from django import template

from home.poster import printing

register = template.Library()


@register.simple_tag
def project_facts(page) -> list[tuple[str, str]]:
    """Programme, co-funder, duration, amount and lead, as far as the page says them."""
    return printing.facts(page)
