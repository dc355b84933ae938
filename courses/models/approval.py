"""The academy office's approval of pages."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Page

from .pages import CoursePage, StepPage


def what_is_missing(page: Page) -> list[str]:
    """What the latest draft of a course page or step lacks before it can be published, in sentences."""
    draft = page.get_latest_revision_as_object()
    if not isinstance(draft, CoursePage | StepPage):
        return []
    try:
        draft.full_clean()
    except ValidationError as problem:
        return problem.messages
    return []


class OfficeApprovalTask(AbstractGroupApprovalTask):
    """A group reads a page and approves it or sends it back. What is not complete can only be sent back, or mended."""

    class Meta:
        verbose_name = _("approval of complete pages by a group")
        verbose_name_plural = _("approvals of complete pages by a group")

    def get_actions(self, obj, user):
        actions = super().get_actions(obj, user)
        if actions and what_is_missing(obj):
            return [action for action in actions if action[0] != "approve"]
        return actions

    @classmethod
    def get_description(cls):
        return _(
            "Members of the chosen groups approve the page or ask for changes. Only complete pages can be approved."
        )
