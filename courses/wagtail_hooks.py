"""Wagtail's admin: courses and exercises."""

from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import EditView
from wagtail.admin.views.generic import chooser as chooser_views
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogFormatter
from wagtail.permissions import register_permission_policy

from academy.common.rows import RowIndexView, RowPolicy, RowViewSet
from academy.enums import Role

from . import library_views, material_reads, material_views, materials, permissions
from .copy_admin import CourseCopyView, copy_button
from .exercise_admin import ExerciseChooserViewSet, ExercisePolicy, ExerciseViewSet
from .forms import CourseForm, CourseSearchForm
from .h5p.models import Content
from .h5p_forms.richtext import register_underline
from .models import Course, Room
from .room_admin import RoomPolicy, RoomViewSet
from .version_admin import CourseVersionsView, versions_button


class CoursePolicy(RowPolicy):
    roles = (Role.TRAINER, Role.ACADEMY_OFFICE, Role.PROGRAMME_LEAD, Role.EDITOR)

    def can(self, user, action):
        if action == "view":
            return permissions.can_read_courses(user)
        return permissions.is_office(user) if action == "delete" else permissions.can_add_course(user)

    def rows(self, user, action):
        if action == "view":
            return Course.objects.all()
        rows = permissions.courses_deletable_by if action == "delete" else permissions.courses_changeable_by
        return rows(user)


register_permission_policy(Course, CoursePolicy(Course))
register_permission_policy(Content, ExercisePolicy(Content))
register_permission_policy(Room, RoomPolicy(Room))


# --- Courses -------------------------------------------------------------------------------------------------------
def title_of(course: Course) -> str:
    return course.title(get_language())


class CourseIndexView(RowIndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().prefetch_related("pages")

    @cached_property
    def columns(self):
        title = self._get_title_column_class(TitleColumn)
        facts = [self._get_custom_column(name) for name in ("slug", "type", "format", "ue", "approval")]
        return [title("title", label=_("Title"), accessor=title_of, get_url=self.get_edit_url), *facts]

    def get_list_more_buttons(self, instance):
        may_copy = permissions.can_add_course(self.request.user) and instance.pk in self.changeable
        return [*super().get_list_more_buttons(instance), *course_buttons(instance, may_copy=may_copy)]


def course_buttons(course: Course, *, may_copy: bool) -> list[Button]:
    """What the person may do with the course beside editing it."""
    return [versions_button(course), *([copy_button(course)] if may_copy else [])]


class CourseEditView(EditView):
    @cached_property
    def header_more_buttons(self):
        may_copy = permissions.can_copy_course(self.request.user, self.object)
        return [*super().header_more_buttons, *course_buttons(self.object, may_copy=may_copy)]


class CourseViewSet(RowViewSet):
    model = Course
    icon = "openquote"
    menu_label = gettext_lazy("Courses")
    index_view_class = CourseIndexView
    edit_view_class = CourseEditView
    list_filter = ["type", "format", "field"]
    list_export = ["slug", "type", "format", "field", "ue", "language", "capacity_min", "capacity_max", "approval"]
    export_filename = "fortbildungen"
    search_fields = ["slug", "pages__title"]
    edit_handler = ObjectList(
        [
            FieldPanel("slug"),
            FieldRowPanel([FieldPanel("type"), FieldPanel("format"), FieldPanel("field")]),
            FieldRowPanel([FieldPanel("ue"), FieldPanel("language")]),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("capacity_min"), FieldPanel("capacity_max")]), FieldPanel("approval")],
                heading=gettext_lazy("What a new run starts with"),
            ),
            FieldPanel("target_groups"),
            FieldPanel("access"),
            FieldPanel("prerequisites"),
            MultiFieldPanel(
                [
                    FieldPanel("approval_title_de"),
                    FieldPanel("approval_title_en"),
                    FieldPanel("is_list_protected"),
                ],
                heading=gettext_lazy("Discretion"),
            ),
        ],
        base_form_class=CourseForm,
    )

    def get_urlpatterns(self):
        versions = path("versions/<int:pk>/", self.construct_view(CourseVersionsView), name="versions")
        copy = path("copy_course/<int:pk>/", self.construct_view(CourseCopyView), name="copy_course")
        return [*super().get_urlpatterns(), versions, copy]


class CourseChooserMixin:
    """Courses are found by short name and title, and shown with both."""

    filter_form_class = CourseSearchForm

    def get_object_list(self):
        return Course.objects.prefetch_related("pages")

    @property
    def columns(self):
        first, *rest = super().columns
        first.label = _("short name").capitalize()
        title = Column("words", label=_("Title"), accessor=title_of)
        return [first, *rest, title, Column("type", label=_("Type"), accessor="get_type_display")]


class CourseChooseView(CourseChooserMixin, chooser_views.ChooseView):
    pass


class CourseChooseResultsView(CourseChooserMixin, chooser_views.ChooseResultsView):
    pass


class CourseChooserViewSet(ChooserViewSet):
    """Chooses a course for a page or a run; a new course is made in the same window."""

    model = Course
    icon = "openquote"
    choose_one_text = gettext_lazy("Choose a course")
    choose_another_text = gettext_lazy("Choose another course")
    edit_item_text = gettext_lazy("Edit this course")
    create_action_label = gettext_lazy("Create the course")
    creation_tab_label = gettext_lazy("New course")
    creation_form_class = CourseForm
    choose_view_class = CourseChooseView
    choose_results_view_class = CourseChooseResultsView


class CourseGroup(ViewSetGroup):
    menu_label = gettext_lazy("Academy")
    menu_icon = "openquote"
    menu_order = 210
    items = (CourseViewSet, ExerciseViewSet, RoomViewSet)


@hooks.register("register_log_actions")
def course_actions(actions):
    @actions.register_action("courses.copy_course")
    class Copied(LogFormatter):
        label = gettext_lazy("Copy course")

        def format_message(self, log_entry):
            return _("Copied from «%(course)s»") % {"course": log_entry.data.get("course", "–")}


@hooks.register("register_admin_viewset")
def course_viewsets():
    return [CourseGroup(), CourseChooserViewSet("course_chooser"), ExerciseChooserViewSet("exercise_chooser")]


# --- Material ------------------------------------------------------------------------------------------------------
class MaterialMenuItem(MenuItem):
    """Shown to whoever may open it."""

    def is_shown(self, request):
        return permissions.can_read_material(request.user)


@hooks.register("register_admin_urls")
def material_addresses():
    one = "material/<str:kind>/<int:pk>/"
    return [
        path("material/", material_views.material_list, name="material_list"),
        path(one, material_views.material_detail, name="material_detail"),
        path(f"{one}replace/", material_views.material_replace, name="material_replace"),
        path(f"{one}earlier/<int:number>/", material_views.material_version, name="material_version"),
    ]


@hooks.register("register_admin_menu_item")
def material_menu_item():
    label = gettext_lazy("Material")
    return MaterialMenuItem(label, reverse("material_list"), icon_name="folder-open-inverse", order=310)


@hooks.register("register_log_actions")
def name_what_happened_to_material(actions):
    actions.register_action(
        materials.DESCRIBED, gettext_lazy("Describe a material"), gettext_lazy("Licence or accessibility were stated")
    )
    actions.register_action(
        materials.REPLACED, gettext_lazy("Replace a file"), gettext_lazy("The file was replaced, the earlier one kept")
    )


@hooks.register("after_publish_page")
def say_what_is_not_accessible(request, page):
    """A warning, no refusal: what is not accessible and says nothing that helps shuts people out."""
    for title in material_reads.inaccessible_without_help(page.specific):
        messages.warning(
            request,
            _("«%(title)s» is not accessible, and nothing says what helps. Please add it in the list of materials.")
            % {"title": title},
        )


@hooks.register("register_rich_text_features")
def underline(features):
    register_underline(features)


# --- H5P libraries -------------------------------------------------------------------------------------------------
class LibrariesMenuItem(MenuItem):
    def is_shown(self, request):
        return permissions.can_read_libraries(request.user)


@hooks.register("register_admin_urls")
def library_addresses():
    return [
        path("reports/h5p/", library_views.library_report, name="library_report"),
        path("reports/h5p/upload/", library_views.library_upload, name="library_upload"),
        path("reports/h5p/install/", library_views.library_install, name="library_install"),
        path("reports/h5p/<int:pk>/delete/", library_views.library_delete, name="library_delete"),
    ]


@hooks.register("register_reports_menu_item")
def libraries_menu_item():
    label = gettext_lazy("H5P libraries")
    return LibrariesMenuItem(label, reverse("library_report"), icon_name="media", order=1060)
