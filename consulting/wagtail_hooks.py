"""Staff screens: the templates of processes. Processes themselves are worked on in their own pages."""

from django.forms import Textarea
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from . import services
from .forms import ProcessTemplateForm
from .models import DateSeries, ProcessTemplate
from .series_admin import SeriesPolicy, SeriesViewSet

SHORT_TEXT = Textarea(attrs={"rows": 2})


class PublishMixin:
    """Templates are saved by the service, so that a version that was published stays as it is."""

    def save_instance(self):
        draft = self.form.save(commit=False)
        return services.publish_template(template=draft, actor=self.request.user, at=timezone.now())


class TemplateCreateView(PublishMixin, generic.CreateView):
    pass


class TemplateEditView(PublishMixin, generic.EditView):
    def get_success_message(self):
        return _("Saved as {template}.").format(template=self.object)


class ProcessTemplateViewSet(ModelViewSet):
    model = ProcessTemplate
    icon = "clipboard-list"
    menu_label = _("Process templates")
    menu_order = 600
    add_to_admin_menu = True
    list_display = ["title", "version", "is_offered"]
    list_filter = ["is_offered"]
    search_fields = ["title"]
    search_backend_name = None
    add_view_class = TemplateCreateView
    edit_view_class = TemplateEditView
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ["title", "version", "is_offered"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("title_de"), FieldPanel("title_en")]),
            FieldPanel("is_offered"),
            InlinePanel(
                "phases",
                heading=_("Phases"),
                label=_("Phase"),
                min_num=1,
                panels=[
                    FieldPanel("key"),
                    FieldRowPanel([FieldPanel("title_de"), FieldPanel("title_en")]),
                    FieldPanel("exit_check_de", widget=SHORT_TEXT),
                    FieldPanel("exit_check_en", widget=SHORT_TEXT),
                ],
            ),
            InlinePanel(
                "milestones",
                heading=_("Milestones"),
                label=_("Milestone"),
                panels=[
                    FieldRowPanel([FieldPanel("title_de"), FieldPanel("title_en")]),
                    FieldRowPanel([FieldPanel("phase_key"), FieldPanel("after_weeks")]),
                ],
            ),
        ],
        base_form_class=ProcessTemplateForm,
    )


register_permission_policy(DateSeries, SeriesPolicy(DateSeries))


@hooks.register("register_admin_viewset")
def template_viewset():
    return [ProcessTemplateViewSet("process_templates"), SeriesViewSet("date_series")]
