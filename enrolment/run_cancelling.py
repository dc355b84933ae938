"""Wagtail's admin: calling a run off, with seats of another one in exchange, shown before it is done."""

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

from academy.common.moments import span
from courses import permissions
from courses.enums import RunState
from courses.models import CourseRun

from . import services
from .enums import InsteadOutcome
from .run_actions import RunActionView


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("The participants read it in the mail that tells them."),
    )
    instead = forms.ModelChoiceField(
        label=gettext_lazy("Offer instead"),
        queryset=CourseRun.objects.none(),
        required=False,
        empty_label=gettext_lazy("nothing"),
        help_text=gettext_lazy(
            "Another run of the same course: free places there are offered in order, confirmed people first. You see "
            "what would happen before anything is done."
        ),
    )

    def __init__(self, data=None, *, run: CourseRun):
        super().__init__(data)
        now = timezone.now()
        others = CourseRun.objects.filter(course=run.course_id, state=RunState.OPEN).exclude(pk=run.pk)
        shown = [one for one in others.with_dates().by_date() if one.is_open_for_enrolment(at=now)]
        if shown:
            keys = [one.pk for one in shown]
            self.fields["instead"].queryset = CourseRun.objects.filter(pk__in=keys).with_dates().by_date()
            self.fields["instead"].label_from_instance = _when_and_where
        else:
            del self.fields["instead"]


def _when_and_where(run: CourseRun) -> str:
    when = span(run.first_at, run.last_at) if run.first_at else _("At any time")
    return f"{when}, {run.place}" if run.place else when


class RunCancelView(RunActionView):
    """Asks for the reason and, where there are other runs, for one to offer; such an offer is shown once more first."""

    name = ""
    any_permission_required = ["add", "change"]
    template_name = "enrolment/admin/run_cancel.html"
    page_title = gettext_lazy("Call off")

    def dispatch(self, request: HttpRequest, *args, **kwargs):
        if not permissions.can_cancel_run(request.user, self.object):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def form(self) -> CancelForm:
        return CancelForm(self.request.POST if self.request.method == "POST" else None, run=self.object)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not self.form.is_valid():
            return self.get(request, *args, **kwargs)
        instead = self.form.cleaned_data.get("instead")
        if instead and request.POST.get("confirmed") != str(instead.pk):  # not shown yet, or another one was shown
            return self.get(request, *args, **kwargs)
        try:
            services.cancel_run(run=self.object, actor=request.user, at=timezone.now(), **self.form.cleaned_data)
        except services.RunRefused as refusal:
            messages.error(request, str(refusal))
        else:
            log(instance=self.object, action="enrolment.cancel_run", user=request.user)
            messages.success(request, _("The run is called off, and the participants are told."))
        return redirect(self.index_url_name)

    def get_context_data(self, **kwargs):
        instead = self.form.cleaned_data.get("instead") if self.form.is_bound and self.form.is_valid() else None
        plan = services.plan_instead(run=self.object, instead=instead, at=timezone.now()) if instead else {}
        return {
            **super().get_context_data(**kwargs),
            "cancel_form": self.form,
            "people": self.object.enrolments.live().count(),
            "instead": instead,
            "instead_label": _when_and_where(instead) if instead else "",
            "plan": [(outcome.label, plan[outcome]) for outcome in InsteadOutcome] if instead else [],
        }
