"""The own start page: cards that the apps have registered (DESIGN.md 4)."""

from django import template
from django.template.context import Context

from academy.common.registry import Card

register = template.Library()


@register.simple_tag(takes_context=True)
def start_card(context: Context, card: Card) -> str:
    """Render a card by its own template. The names of `card.context` stand beside those of the page."""
    body = context.template.engine.get_template(card.template)
    with context.push(**card.context):
        return body.render(context)
