"""A page with rich text, and a list of such pages."""

from wagtail.fields import RichTextField
from wagtail.models import Page

SHOWN = 12  # as many as a page of our catalogue


class BarePage(Page):
    body = RichTextField()

    class Meta:
        app_label = "bare"


class BareIndexPage(Page):
    intro = RichTextField(blank=True)

    class Meta:
        app_label = "bare"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["entries"] = self.get_children().live().order_by("-first_published_at").specific()[:SHOWN]
        return context
