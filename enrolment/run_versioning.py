"""Wagtail's admin: moving a run to another version of its course, with what it means shown before it is done."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.log_actions import log

from courses import permissions, selectors
from courses.models import CourseRun, CourseVersion

from . import services
from .run_actions import RunActionView
from .selectors import version_moves_of


class VersionForm(forms.Form):
    version = forms.ModelChoiceField(
        label=gettext_lazy("Move the run to"), queryset=CourseVersion.objects.none(), empty_label=None
    )

    def __init__(self, data=None, *, run: CourseRun):
        super().__init__(data)
        others = CourseVersion.objects.filter(course=run.course_id).exclude(pk=run.version_id)
        self.fields["version"].queryset = others.order_by("-number")
        self.fields["version"].label_from_instance = lambda version: version.label

    @property
    def has_choice(self) -> bool:
        return self.fields["version"].queryset.exists()


def move_lines(run: CourseRun) -> list[str]:
    """Each move of the run so far: when, from which version to which, by whom."""
    return [
        _("%(when)s: version %(before)s → %(after)s, %(who)s")
        % {
            "when": f"{timezone.localtime(move.added_at):%d.%m.%Y %H:%M}",
            "before": move.from_version.number if move.from_version else "–",
            "after": move.to_version.number,
            "who": move.author or _("a former account"),
        }
        for move in version_moves_of(run)
    ]


class RunVersionView(RunActionView):
    """Asks for the version, shows what differs and what that means, and moves the run once that was shown."""

    any_permission_required = ["add", "change"]
    template_name = "enrolment/admin/run_version.html"
    page_title = gettext_lazy("Change version")
    header_icon = "history"

    def dispatch(self, request: HttpRequest, *args, **kwargs):
        if not permissions.can_change_version(request.user, self.object):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def form(self) -> VersionForm:
        given = self.request.POST if self.request.method == "POST" else self.request.GET
        return VersionForm(given if "version" in given else None, run=self.object)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        run = self.object
        if not self.form.is_valid():
            return self.get(request, *args, **kwargs)
        shown_from = run.course.versions.filter(pk=_number(request.POST.get("shown_from"))).first()
        version = self.form.cleaned_data["version"]
        try:
            services.change_version(
                run=run, version=version, shown_from=shown_from, actor=request.user, at=timezone.now()
            )
        except services.RunRefused as refusal:
            messages.error(request, str(refusal))
            return self.get(request, *args, **kwargs)
        log(instance=run, action="enrolment.change_version", user=request.user, data={"version": version.number})
        messages.success(
            request, _("The run stands on version %(number)d now. People are told.") % {"number": version.number}
        )
        return redirect(request.path)

    def get_context_data(self, **kwargs):
        run, chosen = self.object, None
        if self.form.is_bound and self.form.is_valid():
            chosen = self.form.cleaned_data["version"]
        plan = services.plan_version(run=run, version=chosen) if chosen else None
        return {
            **super().get_context_data(**kwargs),
            "run": run,
            "version_form": self.form if self.form.has_choice else None,
            "chosen": chosen,
            "plan": plan,
            "change_lines": selectors.change_lines(plan.difference, language=get_language()) if plan else [],
            "is_self_study": not run.sessions.exists(),
            "moves": move_lines(run),
        }


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
