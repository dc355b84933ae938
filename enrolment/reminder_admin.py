"""Wagtail's admin: the rules by which people are reminded of their dates."""

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import CreateView, DeleteView, EditView

from academy.common.rows import RowIndexView, RowPolicy, RowViewSet
from academy.enums import Role
from academy.permissions import has_role

from .models import ReminderRule


class ReminderPolicy(RowPolicy):
    """The academy office decides when people are reminded."""

    roles = (Role.ACADEMY_OFFICE,)

    def can(self, user, action):
        return action in ("view", "add", "change", "delete") and has_role(user, Role.ACADEMY_OFFICE)

    def rows(self, user, action):
        return ReminderRule.objects.all()


class ReminderIndexView(RowIndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("course").prefetch_related("course__pages")

    @cached_property
    def columns(self):
        title = self._get_title_column("days")
        title.label = _("Days before")
        return [
            title,
            Column("of", label=_("Reminds of"), accessor="get_of_display"),
            Column(
                "course",
                label=_("Course"),
                accessor=lambda rule: rule.course.title("de") if rule.course else _("all courses"),
            ),
            Column("is_active", label=_("In use"), accessor=lambda rule: _("yes") if rule.is_active else _("no")),
        ]


class ReminderViewSet(RowViewSet):
    model = ReminderRule
    icon = "mail"
    menu_label = gettext_lazy("Reminders")
    menu_order = 240
    add_to_admin_menu = True
    add_to_reference_index = False
    index_view_class = ReminderIndexView
    add_view_class = CreateView
    edit_view_class = EditView
    delete_view_class = DeleteView
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("days"), FieldPanel("of")]),
            FieldPanel("course"),
            FieldPanel("is_active"),
        ]
    )
