"""Wagtail's admin: the versions of a course, which runs stand on them, and how two of them differ."""

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button

from academy.common.moments import span

from . import permissions, selectors
from .models import Course, CourseRun, CourseVersion

PER_PAGE = 20


class CourseActionView(PermissionCheckedMixin, BaseObjectMixin, WagtailAdminTemplateMixin, TemplateView):
    """A page beside the form of a course."""

    index_url_name = None

    def get_page_subtitle(self):
        return self.object.title(get_language())

    def get_breadcrumbs_items(self):
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        courses = {"url": reverse(self.index_url_name), "label": self.model._meta.verbose_name_plural}
        return [*self.breadcrumbs_items, courses, here]

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "back_url": reverse(self.index_url_name)}


class CompareForm(forms.Form):
    """Two versions of one course."""

    older = forms.ModelChoiceField(label=gettext_lazy("From"), queryset=CourseVersion.objects.none())
    newer = forms.ModelChoiceField(label=gettext_lazy("To"), queryset=CourseVersion.objects.none())

    def __init__(self, data=None, *, course: Course):
        super().__init__(data)
        for field in self.fields.values():
            field.queryset = course.versions.order_by("-number")
            field.empty_label = None
            field.label_from_instance = lambda version: version.label


class CourseVersionsView(CourseActionView):
    """All versions, the newest first; below, the difference between two of them: at first the two newest."""

    any_permission_required = ["view", "change"]
    template_name = "courses/admin/course_versions.html"
    page_title = gettext_lazy("Versions")
    header_icon = "history"

    @cached_property
    def form(self) -> CompareForm:
        asked = self.request.GET
        if "older" in asked or "newer" in asked:
            return CompareForm(asked, course=self.object)
        newest = list(self.object.versions.order_by("-number").values_list("pk", flat=True)[:2])
        return CompareForm({"newer": newest[0], "older": newest[1]} if len(newest) == 2 else None, course=self.object)

    @cached_property
    def chosen(self) -> tuple[CourseVersion, CourseVersion] | None:
        if not self.form.is_bound or not self.form.is_valid():
            return None
        return self.form.cleaned_data["older"], self.form.cleaned_data["newer"]

    def get_context_data(self, **kwargs):
        runs = permissions.runs_readable_by(self.request.user).with_dates().by_date()
        versions = (
            self.object.versions.annotate(
                step_count=Count("steps", distinct=True), run_count=Count("runs", distinct=True)
            )
            .prefetch_related(Prefetch("runs", queryset=runs, to_attr="shown_runs"))
            .order_by("-number")
        )
        shown = Paginator(versions, PER_PAGE).get_page(self.request.GET.get("p"))
        for version in shown:
            version.run_lines = [(run, run_label(run)) for run in version.shown_runs]
            version.hidden_runs = version.run_count - len(version.shown_runs)
        return {
            **super().get_context_data(**kwargs),
            "versions": shown,
            "compare_form": self.form if shown.paginator.count > 1 else None,
            "chosen": self.chosen,
            **(compared(*self.chosen) if self.chosen else {}),
        }


def run_label(run: CourseRun) -> str:
    """When and where a run is, and its state."""
    when = span(run.first_at, run.last_at) if run.first_at else _("At any time")
    return ", ".join(part for part in (when, run.place, run.get_state_display()) if part)


def compared(older: CourseVersion, newer: CourseVersion) -> dict:
    """What `_version_difference.html` shows: three queries."""
    found = selectors.version_difference(older, newer)
    return {"difference": found, "change_lines": selectors.change_lines(found, language=get_language())}


def versions_button(course: Course) -> Button:
    url = reverse("course:versions", args=[course.pk])
    return Button(_("Versions"), url=url, icon_name="history", priority=40)
