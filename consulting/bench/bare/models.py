"""A page with rich text, a list of such pages, and a course with places as anybody would write it first."""

from django.conf import settings
from django.db import models
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


class BareRun(models.Model):
    """Something with so many places."""

    capacity = models.PositiveIntegerField()

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return str(self.pk)


class BarePlace(models.Model):
    """One person on it; who comes when it is full waits."""

    run = models.ForeignKey(BareRun, models.CASCADE, related_name="places")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    is_waiting = models.BooleanField()

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return f"{self.run_id} {self.person_id}"
