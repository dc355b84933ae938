"""Wagtail's admin: what the pages beside the form of a run share."""

from django.urls import reverse
from django.utils.translation import get_language
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin


class RunActionView(PermissionCheckedMixin, BaseObjectMixin, WagtailAdminTemplateMixin, TemplateView):
    """One act on one run, shown before it is done. Who may do it is asked in `dispatch`."""

    index_url_name = None
    edit_url_name = None

    def get_page_subtitle(self):
        return self.object.course.title(get_language())

    def get_breadcrumbs_items(self):
        here = {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}
        runs = {"url": reverse(self.index_url_name), "label": self.model._meta.verbose_name_plural}
        return [*self.breadcrumbs_items, runs, here]

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "back_url": reverse(self.index_url_name)}
