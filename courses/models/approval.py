"""The academy office's approval of pages."""

from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask

from home.models.publishing import what_draft_lacks


class OfficeApprovalTask(AbstractGroupApprovalTask):
    """A group reads a page and approves it or sends it back. What is not complete can only be sent back, or mended."""

    class Meta:
        verbose_name = _("approval of complete pages by a group")
        verbose_name_plural = _("approvals of complete pages by a group")

    def get_actions(self, obj, user):
        actions = super().get_actions(obj, user)
        if actions and what_draft_lacks(obj):
            return [action for action in actions if action[0] != "approve"]
        return actions

    @classmethod
    def get_description(cls):
        return _(
            "Members of the chosen groups approve the page or ask for changes. Only complete pages can be approved."
        )
