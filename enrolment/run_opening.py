"""Wagtail's admin: opening a run, with what the list of interested people turns into."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.log_actions import log

from courses import permissions
from courses.models import CourseRun

from . import selectors, services
from .run_actions import RunActionView


class InterestedForm(forms.Form):
    """Asked only where somebody is interested in the course."""

    OFFER, INVITE = "offer", "invite"

    interested = forms.ChoiceField(
        label=gettext_lazy("People who are interested in this course"),
        choices=[
            (OFFER, gettext_lazy("Offer them places first, in the order of entry; the others join the waiting list")),
            (INVITE, gettext_lazy("Write to all of them that they can enrol")),
        ],
        initial=OFFER,
        widget=forms.RadioSelect,
    )


def too_few_dates(run: CourseRun) -> str:
    """What the planner is told where the steps mark more dates than the run has; empty where all have one."""
    marked, planned = selectors.dates_of_steps(run)
    if marked <= planned:
        return ""
    sentence = ngettext(
        "The steps of this course mark %(marked)d date, but the run has %(planned)d. The others show none.",
        "The steps of this course mark %(marked)d dates, but the run has %(planned)d. The others show none.",
        marked,
    )
    return sentence % {"marked": marked, "planned": planned}


class RunOpenView(RunActionView):
    """Shows who would be offered what, and opens the run."""

    name = ""
    any_permission_required = ["add", "change"]
    template_name = "enrolment/admin/run_open.html"
    page_title = gettext_lazy("Open for enrolment")

    def dispatch(self, request: HttpRequest, *args, **kwargs):
        if not permissions.can_open_run(request.user, self.object):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def plan(self) -> list[services.Forecast]:
        return services.plan_interest(run=self.object, at=timezone.now())

    @cached_property
    def form(self) -> InterestedForm | None:
        if not self.plan:
            return None
        return InterestedForm(self.request.POST if self.request.method == "POST" else None)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.form and not self.form.is_valid():
            return self.get(request, *args, **kwargs)
        is_first = bool(self.form) and self.form.cleaned_data["interested"] == InterestedForm.OFFER
        try:
            services.open_run(run=self.object, interested_first=is_first, actor=request.user, at=timezone.now())
        except services.RunRefused as refusal:
            messages.error(request, str(refusal))
        else:
            log(instance=self.object, action="enrolment.open_run", user=request.user)
            messages.success(request, _("The run is open for enrolment."))
        return redirect(self.index_url_name)

    def get_context_data(self, **kwargs):
        lines = [
            (one.interest, one.outcome.label if one.outcome else _("stays on the list, since the run is for others"))
            for one in self.plan
        ]
        return {
            **super().get_context_data(**kwargs),
            "open_form": self.form,
            "lines": lines,
            "few": too_few_dates(self.object),
        }
