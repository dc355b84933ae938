"""Wagtail's admin: runs, and when people are reminded of them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.permissions import register_permission_policy

from courses import permissions
from courses.models import CoursePage, CourseRun

from .models import ReminderRule
from .reminder_admin import ReminderPolicy, ReminderViewSet
from .run_admin import RunPolicy, RunViewSet

register_permission_policy(CourseRun, RunPolicy(CourseRun))
register_permission_policy(ReminderRule, ReminderPolicy(ReminderRule))


@hooks.register("register_admin_viewset")
def viewsets():
    return [RunViewSet(), ReminderViewSet()]


@hooks.register("register_log_actions")
def run_actions(actions):
    actions.register_action("enrolment.open_run", _("Open for enrolment"), _("Opened for enrolment"))
    actions.register_action(
        "enrolment.confirm_run", _("Confirm that it takes place"), _("Confirmed that it takes place")
    )
    actions.register_action("enrolment.complete_run", _("Complete"), _("Completed"))
    actions.register_action("enrolment.cancel_run", _("Call off"), _("Called off"))
    actions.register_action(
        "enrolment.change_version", _("Move to another version"), _("Moved to another version of the course")
    )


@hooks.register("register_page_header_buttons")
def plan_from_the_page(page, user, view_name, next_url=None):
    """From a course page to a run of its course, in one step."""
    if isinstance(page, CoursePage) and page.pk and permissions.can_plan_runs(user):
        url = f"{reverse('courserun:add')}?course={page.course_id}"
        yield Button(_("Plan a run"), url=url, icon_name="date", priority=60)
