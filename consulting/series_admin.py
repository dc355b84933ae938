"""Wagtail's admin: recurring dates, kept by facilitators, the dialogue moderation and the academy office."""

from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList
from wagtail.admin.views.generic import CreateView, EditView
from wagtail.log_actions import log

from academy.common.rows import RowPolicy, RowViewSet

from . import services
from .models import DateSeries
from .permissions import SERIES_KEEPERS, can_keep_series


class SeriesPolicy(RowPolicy):
    roles = SERIES_KEEPERS

    def can(self, user, action):
        return action in ("view", "add", "change", "delete") and can_keep_series(user)

    def rows(self, user, action):
        return DateSeries.objects.all()


class SeriesFormView:
    """The service saves, and says in the form what it refuses."""

    action_word = ""

    def save_instance(self):
        series = self.form.save(commit=False)
        services.save_series(series=series, actor=self.request.user, at=timezone.now())
        log(instance=series, action=self.action_word, user=self.request.user)
        return series

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except services.SeriesRefused as refusal:
            form.add_error(None, str(refusal))
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)


class SeriesAddView(SeriesFormView, CreateView):
    action_word = "wagtail.create"


class SeriesEditView(SeriesFormView, EditView):
    action_word = "wagtail.edit"


class SeriesViewSet(RowViewSet):
    model = DateSeries
    icon = "calendar-alt"
    menu_label = gettext_lazy("Recurring dates")
    menu_order = 610
    add_to_admin_menu = True
    add_view_class = SeriesAddView
    edit_view_class = SeriesEditView
    list_display = ["title", "kind", "starts_at", "rhythm", "is_public"]
    list_filter = ["kind", "is_public"]
    search_fields = ["title_de", "title_en", "place"]
    edit_handler = ObjectList(
        [
            FieldPanel("kind"),
            FieldRowPanel([FieldPanel("title_de"), FieldPanel("title_en")]),
            FieldRowPanel([FieldPanel("place"), FieldPanel("contact")]),
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("minutes")]),
            FieldRowPanel([FieldPanel("rhythm"), FieldPanel("every")]),
            FieldRowPanel([FieldPanel("ends_on"), FieldPanel("times")]),
            FieldPanel("is_public"),
            InlinePanel(
                "exceptions",
                [FieldRowPanel([FieldPanel("on"), FieldPanel("moved_to")])],
                heading=gettext_lazy("Exceptions"),
                label=gettext_lazy("Exception"),
            ),
        ]
    )
