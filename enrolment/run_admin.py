"""Wagtail's admin: planning runs with their sessions, and opening, cancelling and completing them.

Each view knocks at `services`; which rows exist for whom is said by `RunPolicy`, through the row views of
`academy.common.rows`.
"""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import F, ProtectedError, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, InspectView
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log

from academy.common.languages import language_choices, language_name
from academy.common.moments import clock
from academy.common.rows import RowIndexView, RowPolicy, RowViewSet
from academy.enums import Role
from academy.models import User
from courses import permissions
from courses.enums import ApprovalPolicy, CourseType
from courses.models import EMPOWERMENT_NEEDS_NO_APPROVAL, Course, CourseRun, Room

from . import clashes, services
from .run_actions import RunActionView
from .run_cancelling import RunCancelView
from .run_copying import RunCopyView
from .run_opening import RunOpenView, too_few_dates
from .run_versioning import RunVersionView, move_lines


class RunPolicy(RowPolicy):
    """The office plans every run, trainers plan and see the own ones, the programme lead reads."""

    roles = (Role.TRAINER, Role.ACADEMY_OFFICE, Role.PROGRAMME_LEAD)

    def can(self, user, action):
        if action == "view":
            return permissions.can_plan_runs(user) or permissions.has_role(user, Role.PROGRAMME_LEAD)
        return action in ("add", "change", "delete") and permissions.can_plan_runs(user)

    def rows(self, user, action):
        rows = {
            "view": permissions.runs_readable_by,
            "change": permissions.runs_changeable_by,
            "delete": permissions.runs_discardable_by,
        }
        return rows[action](user) if action in rows else CourseRun.objects.none()


# --- Forms ---------------------------------------------------------------------------------------------------------
class CourseChoiceForm(forms.Form):
    """The first question when a run is planned. Its answer fills the form with what the course starts with."""

    course = forms.ModelChoiceField(label=gettext_lazy("Course"), queryset=Course.objects.all())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = Course.objects.prefetch_related("pages")
        self.fields["course"].label_from_instance = lambda course: course.title(get_language())


class RunForm(WagtailAdminModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = language_choices(self.instance.language)
        self.fields["language"] = forms.ChoiceField(label=self.fields["language"].label, choices=choices)
        if permissions.can_assign_trainers(self.for_user):
            self.fields["trainers"].queryset = self.trainers_to_choose
            self.fields["trainers"].required = False
        else:
            del self.fields["trainers"]  # trainers plan their own runs and assign nobody
        self.formsets["sessions"].add_fields = self._fit_session_fields

    def _fit_session_fields(self, form, index) -> None:
        """Who teaches a date is chosen from the trainers, and by the office only."""
        sessions = self.formsets["sessions"]
        type(sessions).add_fields(sessions, form, index)
        form.fields["room"].choices = [("", "---------"), *self.room_choices]
        for name in ("trainers", "replacements"):
            if permissions.can_assign_trainers(self.for_user):
                form.fields[name].queryset = self.trainers_to_choose
                form.fields[name].choices = self.trainer_choices
            else:
                del form.fields[name]

    @cached_property
    def room_choices(self) -> list[tuple[int, str]]:
        """Read once for all sessions of the form; rooms that are no longer in use come last."""
        closed = _("%(room)s (no longer in use)")
        return [
            (room.pk, room.label if room.is_active else closed % {"room": room.label}) for room in Room.objects.all()
        ]

    @cached_property
    def trainer_choices(self) -> list[tuple[int, str]]:
        return [(person.pk, str(person)) for person in self.trainers_to_choose]

    @cached_property
    def trainers_to_choose(self):
        """Everybody who has the role today, and those who stand on this run already."""
        people = User.objects.filter(groups__name=Role.TRAINER, is_active=True)
        if self.instance.pk:
            standing = User.objects.filter(
                Q(taught_runs=self.instance)
                | Q(taught_sessions__run=self.instance)
                | Q(replaced_sessions__run=self.instance)
            )
            people |= standing
        return User.objects.filter(pk__in=people.values("pk"))

    def clean_approval(self) -> str:
        policy = self.cleaned_data["approval"]
        if self.instance.course.type == CourseType.EMPOWERMENT and policy != ApprovalPolicy.NONE:
            raise forms.ValidationError(EMPOWERMENT_NEEDS_NO_APPROVAL)
        return policy


# --- List and forms ------------------------------------------------------------------------------------------------
class RunIndexView(RowIndexView):
    list_export = [
        "course_title",
        "get_state_display",
        "first_at",
        "last_at",
        "place",
        "capacity_max",
        "free_seats",
        "language",
    ]
    export_headings = {
        "course_title": gettext_lazy("Course"),
        "get_state_display": gettext_lazy("State"),
        "first_at": gettext_lazy("Begins"),
        "last_at": gettext_lazy("Ends"),
        "free_seats": gettext_lazy("Free places"),
    }

    def get_base_queryset(self):
        return super().get_base_queryset().with_dates().with_free_seats().with_titles().prefetch_related("trainers")

    def order_queryset(self, queryset):
        if self.is_explicitly_ordered:
            return super().order_queryset(queryset)
        return queryset.order_by(F("first_at").desc(nulls_first=True), "-pk")

    def to_row_dict(self, item):
        item.course_title = title_of(item)
        return super().to_row_dict(item)

    @cached_property
    def columns(self):
        title = self._get_title_column_class(TitleColumn)
        return [
            title("course", label=_("Course"), accessor=title_of, get_url=self._way_in),
            Column("begins", label=_("Begins"), accessor=_begins, sort_key="first_at"),
            Column("state", label=_("State"), accessor="get_state_display", sort_key="state"),
            Column("place", label=_("Place"), sort_key="place"),
            Column("places", label=_("Places"), accessor=_places),
        ]

    def _way_in(self, run):
        return self.get_edit_url(run) or self.get_inspect_url(run)

    def get_list_more_buttons(self, instance):
        return [*super().get_list_more_buttons(instance), *move_buttons(self.request.user, instance)]


def title_of(run: CourseRun) -> str:
    return run.course.title(get_language())


def _begins(run: CourseRun) -> str:
    return f"{timezone.localtime(run.first_at):%d.%m.%Y %H:%M}" if run.first_at else "–"


def _places(run: CourseRun) -> str:
    if not run.has_limit:
        return _("without limit")
    return _("%(free)d of %(all)d free") % {"free": run.free_seats, "all": run.capacity_max}


class RunFormView:
    """What planning and changing a run share: the service saves, and says in the form what it refuses."""

    action_word = ""

    def get_page_subtitle(self):
        return title_of(self.object) if self.object else super().get_page_subtitle()

    def save_instance(self):
        run = self.form.save(commit=False)
        self.complete(run)
        services.save_run(run=run, actor=self.request.user, at=timezone.now())
        log(instance=run, action=self.action_word, user=self.request.user)
        for warning in self._warnings(run):
            messages.warning(self.request, warning)
        notice = services.open_notice(run)
        if notice is not None:
            words = {"time": clock(notice.due_at)}
            messages.info(self.request, _("Participants are told of the changed dates by mail at %(time)s.") % words)
        return run

    def _warnings(self, run: CourseRun) -> list[str]:
        """What the plan runs into, rooms with fewer seats than the run has places, and steps that mark dates which the
        run does not have: said, and not refused.
        """
        small = [
            _("%(room)s seats %(seats)d people, but the run has %(places)d places.")
            % {"room": room, "seats": room.capacity, "places": run.capacity_max}
            for room in run.rooms()
            if room.capacity is not None and run.has_limit and room.capacity < run.capacity_max
        ]
        few = too_few_dates(run)
        return [*clashes.clashes_of_run(run), *small, *([few] if few else [])]

    def complete(self, run: CourseRun) -> None:
        """Add what the form does not ask."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except services.RunRefused as refusal:
            return self._refuse(form, str(refusal))
        except ProtectedError:
            return self._refuse(form, _("A session on which attendance stands cannot be removed."))

    def _refuse(self, form, sentence: str) -> HttpResponse:
        form.add_error(None, sentence)
        self.produced_error_message = self.get_error_message()
        return self.form_invalid(form)


class RunAddView(RunFormView, CreateView):
    """First asks for the course, then for the rest, filled with what the course starts with."""

    action_word = "wagtail.create"

    @cached_property
    def course(self) -> Course | None:
        key = self.request.GET.get("course", "")
        return Course.objects.prefetch_related("pages").filter(pk=key).first() if key.isdecimal() else None

    def get_template_names(self):
        return super().get_template_names() if self.course else ["enrolment/admin/run_course.html"]

    def get_add_url(self):
        return f"{super().get_add_url()}?course={self.course.pk}" if self.course else super().get_add_url()

    def post(self, request, *args, **kwargs):
        return super().post(request, *args, **kwargs) if self.course else redirect(self.get_add_url())

    def get_initial_form_instance(self):
        course = self.course
        if course is None:
            return CourseRun()
        defaults = {name: getattr(course, name) for name in ("language", "capacity_min", "capacity_max", "approval")}
        return CourseRun(course=course, **defaults)

    def get_page_subtitle(self):
        return self.course.title(get_language()) if self.course else _("Which course?")

    def complete(self, run: CourseRun) -> None:
        if not permissions.can_assign_trainers(self.request.user):
            run.trainers = [self.request.user]

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "course_form": CourseChoiceForm()}


class RunEditView(RunFormView, EditView):
    action_word = "wagtail.edit"

    @cached_property
    def header_more_buttons(self):
        return [*super().header_more_buttons, *move_buttons(self.request.user, self.object)]


class RunDiscardView(DeleteView):
    """Deletes a run that was never opened."""

    def delete_action(self):
        log(instance=self.object, action="wagtail.delete", user=self.request.user, deleted=True)
        services.discard_run(run=self.object, actor=self.request.user, at=timezone.now())

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except services.RunRefused as refusal:
            messages.error(self.request, str(refusal))
            return redirect(self.get_success_url())


class RunInspectView(InspectView):
    """Facts of a run for those who may not change it, or when it is over."""

    def get_page_subtitle(self):
        return title_of(self.object)

    def get_field_label(self, field_name, field):
        return _("Sessions") if field_name == "sessions" else super().get_field_label(field_name, field)

    def get_course_display_value(self):
        return title_of(self.object)

    def get_version_display_value(self):
        """The version that the run stands on, and how it came there."""
        version = self.object.version
        return "; ".join([version.label if version else "–", *move_lines(self.object)])

    def get_language_display_value(self):
        return language_name(self.object.language)

    def get_sessions_display_value(self):
        moments = [timezone.localtime(session.starts_at) for session in self.object.sessions.all()]
        return ", ".join(f"{moment:%d.%m.%Y %H:%M}" for moment in moments) or "–"


# --- Opening, cancelling, completing -------------------------------------------------------------------------------
MOVES = {
    "open": {
        "may": permissions.can_open_run,
        "icon": "circle-check",
        "label": gettext_lazy("Open for enrolment"),
        "view": RunOpenView,
    },
    "confirm": {
        "may": permissions.can_confirm_run,
        "icon": "circle-check",
        "label": gettext_lazy("It takes place"),
        "text": gettext_lazy("Everybody with a confirmed place is told that the course takes place as planned."),
        "done": gettext_lazy("It is decided: the run takes place. The participants are told by mail."),
    },
    "complete": {
        "may": permissions.can_complete_run,
        "icon": "calendar-check",
        "label": gettext_lazy("Complete"),
        "text": gettext_lazy("The run is over. Nobody can enrol or withdraw any more."),
        "done": gettext_lazy("The run is completed."),
    },
    "cancel": {
        "may": permissions.can_cancel_run,
        "icon": "circle-xmark",
        "label": gettext_lazy("Call off"),
        "view": RunCancelView,
    },
}


def move_buttons(user, run: CourseRun) -> list[Button]:
    """What the person may do with the run beside editing it."""
    buttons = [
        Button(move["label"], url=reverse(f"courserun:{name}", args=[run.pk]), icon_name=move["icon"], priority=40)
        for name, move in MOVES.items()
        if move["may"](user, run)
    ]
    if permissions.can_change_version(user, run):
        version_url = reverse("courserun:change_version", args=[run.pk])
        buttons.append(Button(_("Change version"), url=version_url, icon_name="history", priority=45))
    if permissions.can_copy_run(user, run):
        copy_url = reverse("courserun:copy_run", args=[run.pk])
        buttons.append(Button(_("Copy"), url=copy_url, icon_name="copy", priority=50))
    return buttons


class RunMoveView(RunActionView):
    """Asks once more, then does it."""

    name = ""
    any_permission_required = ["add", "change"]
    template_name = "enrolment/admin/run_move.html"

    def dispatch(self, request: HttpRequest, *args, **kwargs):
        self.move = MOVES[self.name]
        if not self.move["may"](request.user, self.object):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        act = getattr(services, f"{self.name}_run")
        try:
            act(run=self.object, actor=request.user, at=timezone.now())
        except services.RunRefused as refusal:
            messages.error(request, str(refusal))
        else:
            log(instance=self.object, action=f"enrolment.{self.name}_run", user=request.user)
            messages.success(request, self.move["done"])
        return redirect(self.index_url_name)

    def get_page_title(self):
        return self.move["label"]

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "move": self.move}


class RunViewSet(RowViewSet):
    model = CourseRun
    icon = "date"
    menu_label = gettext_lazy("Runs")
    menu_order = 211
    add_to_admin_menu = True
    add_to_reference_index = False
    index_view_class = RunIndexView
    add_view_class = RunAddView
    edit_view_class = RunEditView
    delete_view_class = RunDiscardView
    inspect_view_class = RunInspectView
    inspect_view_enabled = True
    inspect_view_fields = [
        "course",
        "version",
        "state",
        "sessions",
        "place",
        "language",
        "capacity_max",
        "approval",
        "trainers",
    ]
    list_filter = ["state", "language"]
    list_export = RunIndexView.list_export
    export_headings = RunIndexView.export_headings
    export_filename = "durchgaenge"
    search_fields = ["slug", "place", "course__slug", "course__pages__title"]
    edit_handler = ObjectList(
        [
            InlinePanel(
                "sessions",
                [
                    FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at"), FieldPanel("ue")]),
                    FieldRowPanel([FieldPanel("room"), FieldPanel("place")]),
                    FieldPanel("online_link"),
                    FieldRowPanel([FieldPanel("trainers"), FieldPanel("replacements")]),
                ],
                heading=gettext_lazy("Sessions"),
                label=gettext_lazy("Session"),
            ),
            FieldRowPanel([FieldPanel("place"), FieldPanel("language")]),
            FieldPanel("online_link"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("capacity_min"), FieldPanel("capacity_max")]),
                    FieldPanel("approval"),
                    FieldRowPanel([FieldPanel("enrolment_opens_at"), FieldPanel("enrolment_closes_at")]),
                    FieldRowPanel([FieldPanel("cancel_until"), FieldPanel("decide_on")]),
                    FieldRowPanel([FieldPanel("audience"), FieldPanel("organisation")]),
                ],
                heading=gettext_lazy("Enrolment"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("waiting_list"), FieldPanel("offer_hours")]),
                    FieldRowPanel([FieldPanel("cutoff_days"), FieldPanel("unit_quota")]),
                ],
                heading=gettext_lazy("Waiting list"),
                classname="collapsed",
            ),
            FieldPanel("trainers", widget=forms.CheckboxSelectMultiple),
        ],
        base_form_class=RunForm,
    )

    def get_urlpatterns(self):
        moves = [
            path(f"{name}/<int:pk>/", self.construct_view(move.get("view", RunMoveView), name=name), name=name)
            for name, move in MOVES.items()
        ]
        copy = path("copy_run/<int:pk>/", self.construct_view(RunCopyView), name="copy_run")
        version = path("change_version/<int:pk>/", self.construct_view(RunVersionView), name="change_version")
        return [*super().get_urlpatterns(), *moves, copy, version]
