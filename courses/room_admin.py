"""Wagtail's admin: the rooms of the academy, and the secret address of each one's calendar."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, ProtectedError, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, DeleteView, EditView
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log

from academy.common.links import absolute
from academy.common.rows import RowIndexView, RowPolicy, RowViewSet
from academy.enums import Role

from . import permissions, services
from .enums import RoomFeature
from .models import Room


class RoomPolicy(RowPolicy):
    """The office keeps the rooms; trainers and the programme lead look at them. A room with dates is never deleted."""

    roles = (Role.TRAINER, Role.ACADEMY_OFFICE, Role.PROGRAMME_LEAD)

    def can(self, user, action):
        if action == "view":
            return permissions.can_read_rooms(user)
        return action in ("add", "change", "delete") and permissions.can_keep_rooms(user)

    def rows(self, user, action):
        return Room.objects.filter(sessions__isnull=True) if action == "delete" else Room.objects.all()


class RoomForm(WagtailAdminModelForm):
    features = forms.MultipleChoiceField(
        label=gettext_lazy("Access"),
        choices=RoomFeature.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Shown to everybody who looks at a course in this room."),
    )


class RoomIndexView(RowIndexView):
    list_export = ["name", "address", "organisation", "capacity", "feature_labels", "transport", "is_active"]
    export_headings = {"feature_labels": gettext_lazy("Access")}

    def get_base_queryset(self):
        to_come = Count("sessions", filter=Q(sessions__ends_at__gte=timezone.now(), sessions__is_cancelled=False))
        return super().get_base_queryset().select_related("organisation").annotate(to_come=to_come)

    def to_row_dict(self, item):
        return {**super().to_row_dict(item), "feature_labels": ", ".join(item.feature_labels)}

    @cached_property
    def columns(self):
        title = self._get_title_column("name")
        return [
            title,
            Column("address", label=_("Address"), accessor=lambda room: room.address or "–"),
            Column("capacity", label=_("Seating"), accessor=lambda room: room.capacity or "–", sort_key="capacity"),
            Column("access", label=_("Access"), accessor=lambda room: ", ".join(room.feature_labels) or "–"),
            Column("to_come", label=_("Dates to come")),
            Column("is_active", label=_("In use"), accessor=lambda room: _("yes") if room.is_active else _("no")),
        ]

    def get_list_more_buttons(self, instance):
        own = [feed_button(instance)] if permissions.can_keep_rooms(self.request.user) else []
        return [*super().get_list_more_buttons(instance), *own]


def feed_button(room: Room) -> Button:
    return Button(_("Calendar"), url=reverse("room:feed", args=[room.pk]), icon_name="calendar-alt", priority=40)


class RoomFormView:
    """What adding and changing a room share: the service saves, and says in the form what it refuses."""

    action_word = ""

    def save_instance(self):
        room = self.form.save(commit=False)
        services.save_room(room=room, actor=self.request.user, at=timezone.now())
        log(instance=room, action=self.action_word, user=self.request.user)
        return room

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except services.RoomRefused as refusal:
            form.add_error(None, str(refusal))
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)


class RoomAddView(RoomFormView, CreateView):
    action_word = "wagtail.create"


class RoomEditView(RoomFormView, EditView):
    action_word = "wagtail.edit"

    @cached_property
    def header_more_buttons(self):
        return [*super().header_more_buttons, feed_button(self.object)]


class RoomDeleteView(DeleteView):
    """A date may have been put into the room a moment ago."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ProtectedError:
            messages.error(self.request, _("Dates stand in this room. Take the mark «in use» away instead."))
            return redirect(self.get_success_url())


class RoomFeedView(PermissionCheckedMixin, BaseObjectMixin, WagtailAdminTemplateMixin, TemplateView):
    """The calendar of the room: give out an address, which is shown this once, or take it away."""

    any_permission_required = ["change"]
    template_name = "courses/admin/room_feed.html"
    page_title = gettext_lazy("Calendar of the room")
    header_icon = "calendar-alt"
    index_url_name = None
    secret = ""

    def dispatch(self, request: HttpRequest, *args, **kwargs):
        if not permissions.can_keep_rooms(request.user):
            raise PermissionDenied
        return never_cache(super().dispatch)(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.POST.get("act") == "revoke":
            if services.revoke_room_feed(room=self.object, actor=request.user, at=timezone.now()):
                messages.success(request, _("The address no longer works."))
            return redirect("room:feed", self.object.pk)
        self.secret = services.renew_room_feed(room=self.object, actor=request.user, at=timezone.now())
        return self.get(request, *args, **kwargs)

    def get_page_subtitle(self):
        return str(self.object)

    def get_breadcrumbs_items(self):
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        rooms = {"url": reverse(self.index_url_name), "label": self.model._meta.verbose_name_plural}
        return [*self.breadcrumbs_items, rooms, here]

    def get_context_data(self, **kwargs):
        address = absolute(reverse("calendar:room_feed", args=[self.secret])) if self.secret else ""
        return {
            **super().get_context_data(**kwargs),
            "room": self.object,
            "address": address,
            "back_url": reverse(self.index_url_name),
        }


class RoomViewSet(RowViewSet):
    model = Room
    icon = "home"
    menu_label = gettext_lazy("Rooms")
    index_view_class = RoomIndexView
    add_view_class = RoomAddView
    edit_view_class = RoomEditView
    delete_view_class = RoomDeleteView
    list_filter = ["is_active", "organisation"]
    list_export = RoomIndexView.list_export
    export_headings = RoomIndexView.export_headings
    export_filename = "raeume"
    search_fields = ["name", "address"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("address")]),
            FieldRowPanel([FieldPanel("organisation"), FieldPanel("capacity")]),
            MultiFieldPanel(
                [FieldPanel("features"), FieldPanel("transport")], heading=gettext_lazy("What people need to know")
            ),
            FieldPanel("notes"),
            FieldPanel("is_active"),
        ],
        base_form_class=RoomForm,
    )

    def get_urlpatterns(self):
        feed = path("feed/<int:pk>/", self.construct_view(RoomFeedView), name="feed")
        return [*super().get_urlpatterns(), feed]
