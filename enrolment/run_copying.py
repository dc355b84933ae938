"""Wagtail's admin: copying a run to a later time, with each new date shown before."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.log_actions import log

from courses import permissions

from . import clashes, services
from .run_actions import RunActionView


class WeeksForm(forms.Form):
    weeks = forms.IntegerField(
        label=gettext_lazy("Weeks later"),
        min_value=1,
        max_value=services.MOST_WEEKS,
        help_text=gettext_lazy("Weekday and time of day stay as they are."),
    )


class RunCopyView(RunActionView):
    """Shows each date of the copy for the number of weeks asked for, and plans it."""

    any_permission_required = ["add"]
    template_name = "enrolment/admin/run_copy.html"
    page_title = gettext_lazy("Copy run")
    header_icon = "copy"

    def dispatch(self, request: HttpRequest, *args, **kwargs):
        if not permissions.can_copy_run(request.user, self.object):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def form(self) -> WeeksForm:
        given = self.request.POST if self.request.method == "POST" else self.request.GET
        suggested = services.weeks_to_follow(run=self.object, today=timezone.localdate())
        return WeeksForm(given if "weeks" in given else {"weeks": suggested})

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not self.form.is_valid():
            return self.get(request, *args, **kwargs)
        user = request.user
        trainers = list(self.object.trainers.all()) if permissions.can_assign_trainers(user) else [user]
        weeks = self.form.cleaned_data["weeks"]
        try:
            copy = services.copy_run(run=self.object, weeks=weeks, trainers=trainers, actor=user, at=timezone.now())
        except services.RunRefused as refusal:
            self.form.add_error("weeks", str(refusal))
            return self.get(request, *args, **kwargs)
        log(instance=copy, action="wagtail.create", user=user)
        messages.success(request, _("The copy is planned as a draft. Please check it before you open it."))
        return redirect(self.edit_url_name, copy.pk)

    def get_context_data(self, **kwargs):
        weeks = self.form.cleaned_data.get("weeks") if self.form.is_valid() else None
        dates = services.shifted_sessions(run=self.object, weeks=weeks) if weeks else []
        trainers = list(self.object.trainers.all())
        plan = [
            clashes.PlannedDate(new.starts_at, new.ends_at, new.before.room, clashes.people_of(new.before, trainers))
            for new in dates
        ]
        found = clashes.clashes_of_plan(plan) if plan else []
        return {
            **super().get_context_data(**kwargs),
            "weeks_form": self.form,
            "dates": list(zip(dates, found, strict=True)),
            "has_clash": any(found),
            "has_holiday": any(date.holiday for date in dates),
        }
