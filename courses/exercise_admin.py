"""Wagtail's admin: exercises, written in the browser or uploaded as a package."""

from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import CreateView, EditView, InspectView
from wagtail.admin.views.generic import chooser as chooser_views
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.log_actions import log

from academy.common.languages import language_choices
from academy.common.rows import RowIndexView, RowPolicy, RowViewSet
from academy.enums import Role

from . import material_reads, package_jobs, permissions, selectors, services
from .enums import AccessState, MaterialKind
from .forms import ExerciseContentForm, ExerciseForm
from .h5p import services as h5p
from .h5p.library import newest
from .h5p.models import Content, Library
from .h5p.player import export_url, preview_url
from .h5p_forms import Tree
from .official_editor import OfficialAddView, OfficialEditView, new_ways

LANGUAGES = ("de", "en", "de-simple")


class ExercisePolicy(RowPolicy):
    """Nobody deletes an exercise: what learners did with it must stay explainable. Uploading anew replaces it."""

    roles = (Role.TRAINER, Role.ACADEMY_OFFICE, Role.EDITOR, Role.TECHNICAL_ADMIN)

    def can(self, user, action):
        if action == "view":
            return permissions.can_read_exercises(user)
        return action in ("add", "change", "choose") and permissions.can_upload_exercises(user)

    def rows(self, user, action):
        return Content.objects.all()


# --- Written in the browser ----------------------------------------------------------------------------------------
class PlayerSidePanel(BaseSidePanel):
    """The exercise to try out, beside its form."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = gettext_lazy("Try out the saved exercise")
        icon_name = "view"
        has_counter = False

    name = "player"
    title = gettext_lazy("Try it out")
    template_name = "courses/admin/exercise_player.html"
    order = 200

    def get_context_data(self, parent_context):
        player = preview_url(content=self.object, user_key=str(self.request.user.pseudonym))
        return {**super().get_context_data(parent_context), "player_src": player}


class ContentTypesView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """What kind of exercise shall it be? The newest version of every installed content type."""

    model = Content
    permission_required = "add"
    page_title = gettext_lazy("New exercise")
    header_icon = "media"
    template_name = "courses/admin/exercise_types.html"
    index_url_name = upload_url_name = write_url_name = official_add_url_name = None

    def get_breadcrumbs_items(self):
        exercises = {"url": reverse(self.index_url_name), "label": _("Exercises (H5P)")}
        return [*self.breadcrumbs_items, exercises, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        names = dict(language_choices())
        types = [
            {
                "row": row,
                "description": row.metadata.get("description", ""),
                "ways": [
                    (names[code], f"{reverse(self.write_url_name, args=[row.pk])}?language={code}")
                    for code in LANGUAGES
                ],
            }
            for row in newest(Library.objects.filter(is_runnable=True).defer("semantics"))
        ]
        upload_url = reverse(self.upload_url_name)
        may_install = permissions.can_install_libraries(self.request.user)
        return {
            **super().get_context_data(**kwargs),
            "types": types,
            "upload_url": upload_url,
            "may_install": may_install,
            "official_ways": new_ways(self.official_add_url_name, names),
        }


class ContentFormView:
    """The form of an exercise, made of the fields of its content type."""

    template_name = "courses/admin/exercise_write.html"
    content: Content | None = None

    def get_panel(self):
        return None

    def get_library(self) -> Library:
        raise NotImplementedError

    def get_content_language(self) -> str:
        raise NotImplementedError

    def get_form(self, form_class=None):
        tree = Tree(
            self.get_library(),
            language=self.get_content_language(),
            interface=get_language() or "de",
            content=self.content,
            user=self.request.user,
        )
        data = self.request.POST if self.request.method == "POST" else None
        return ExerciseContentForm(data, tree=tree, content=self.content)

    def form_valid(self, form):
        is_copy = self.content is not None and self.action == "copy"
        try:
            saved = self.save(form, is_copy=is_copy)
        except h5p.ContentRefused as refusal:
            form.add_error(None, str(refusal))
            self.produced_error_message = _("The exercise was not saved.")
            return self.form_invalid(form)
        is_new = self.content is None or is_copy
        log(instance=saved, action="wagtail.create" if is_new else "wagtail.edit", user=self.request.user)
        said = {True: _("«%(title)s» was saved as a copy."), False: _("«%(title)s» was saved.")}[is_copy]
        inspect = messages.button(reverse(self.inspect_url_name, args=[saved.pk]), _("Try it out"))
        messages.success(self.request, said % {"title": saved.title}, buttons=[inspect])
        warn_of_left_out(self.request, saved)
        return redirect(reverse(self.edit_url_name, args=[saved.pk]))

    def save(self, form: ExerciseContentForm, *, is_copy: bool) -> Content:
        written = {
            "licence": form.cleaned_data["licence"],
            "params": form.params,
            "metadata": form.metadata(),
            "new_files": form.new_files,
            "at": timezone.now(),
        }
        title, user = form.cleaned_data["title"], self.request.user
        if self.content is not None and not is_copy:
            seen = form.cleaned_data["seen"]
            return services.change_exercise(content=self.content, title=title, seen=seen, actor=user, **written)
        return h5p.save_content(
            library=self.get_library(),
            title=form.title_of_copy() if is_copy else title,
            language=self.get_content_language(),
            saved_by_key=str(user.pseudonym),
            files_of=self.content,
            **written,
        )


class ContentAddView(ContentFormView, CreateView):
    library_pk = 0
    write_url_name = inspect_url_name = None

    def setup(self, request, *args, library_pk: int, **kwargs):
        self.library_pk = library_pk
        super().setup(request, *args, **kwargs)

    def get_library(self):
        return self._library

    @cached_property
    def _library(self) -> Library:
        row = Library.objects.filter(pk=self.library_pk, is_runnable=True).first()
        if row is None:
            raise Http404
        return row

    def get_content_language(self):
        wanted = self.request.GET.get("language", "")
        return wanted if wanted in LANGUAGES else LANGUAGES[0]

    def get_add_url(self):
        return f"{reverse(self.write_url_name, args=[self._library.pk])}?language={self.get_content_language()}"

    def get_page_subtitle(self):
        return _("New exercise: %(type)s") % {"type": self._library.title}

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "library": self._library}


class ContentEditView(ContentFormView, EditView):
    actions = ["edit", "copy"]

    @property
    def content(self):
        return self.object

    def get_library(self):
        return self.object.library

    def get_content_language(self):
        return self.object.language

    def get_side_panels(self):
        panels = super().get_side_panels()
        panels.append(PlayerSidePanel(self.object, self.request))
        return panels

    @cached_property
    def header_more_buttons(self):
        return [*super().header_more_buttons, *exercise_buttons(self.object), *official_button(self.object)]

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "library": self.object.library,
            "used_in": selectors.courses_with_exercises().get(self.object.pk, ""),
            "attempts": self.object.attempts.count(),
            "is_checked": material_reads.facts_of(self.object).access != AccessState.UNCHECKED,
        }


def exercise_buttons(content: Content) -> list[Button]:
    replace_url = reverse("material_replace", args=[MaterialKind.EXERCISE, content.pk])
    return [
        Button(_("Download (.h5p)"), url=export_url(content=content), icon_name="download", priority=40),
        Button(_("Replace by a package"), url=replace_url, icon_name="upload", priority=50),
    ]


def official_button(content: Content) -> list[Button]:
    """The way into the official editor, where one is installed."""
    if h5p.installed_editor() is None:
        return []
    url = reverse("exercises:official_edit", args=[content.pk])
    return [Button(_("Open in the H5P editor"), url=url, icon_name="edit", priority=30)]


def warn_of_left_out(request, content: Content) -> None:
    if content.warnings:
        left_out = ngettext(
            "%(count)d part of the package was left out, because its content type does not allow it.",
            "%(count)d parts of the package were left out, because its content type does not allow them.",
            len(content.warnings),
        )
        messages.warning(request, left_out % {"count": len(content.warnings)})


# --- Uploaded ------------------------------------------------------------------------------------------------------
def take_in(form: ExerciseForm, *, user) -> Content | None:
    """Import the package of a valid form; None where it was refused, with the reasons in the form."""
    try:
        return package_jobs.take_in(form.cleaned_data["package"], user=user, at=timezone.now())
    except h5p.PackageRefused as refusal:
        form.refuse(package_jobs.sentences_of(refusal, user=user))
        return None


class ExerciseAddView(CreateView):
    """Makes an exercise from an uploaded package; a large one is taken in while the person watches."""

    page_title = gettext_lazy("Upload a package")
    form_class = ExerciseForm

    def get_form_kwargs(self):
        return {key: value for key, value in super().get_form_kwargs().items() if key in ("data", "files", "prefix")}

    def get_panel(self):
        return None

    def form_valid(self, form):
        package, user = form.cleaned_data["package"], self.request.user
        job = package_jobs.start_import(file=package, size=package.size, actor=user, at=timezone.now())
        if job is not None:
            return redirect(job)
        content = take_in(form, user=user)
        if content is None:
            self.produced_error_message = _("The package was not accepted.")
            return self.form_invalid(form)
        self.form, self.object = form, content
        log(instance=content, action="wagtail.create", user=self.request.user)
        warn_of_left_out(self.request, content)
        return self.save_action()


# --- Looked at -----------------------------------------------------------------------------------------------------
class ExerciseInspectView(InspectView):
    """The facts of an exercise, and the exercise itself to try out."""

    template_name = "courses/admin/exercise_inspect.html"

    @cached_property
    def header_more_buttons(self):
        buttons = exercise_buttons(self.object)
        may_change = self.user_has_permission_for_instance("change", self.object)
        return [*super().header_more_buttons, *(buttons if may_change else [])]

    def get_context_data(self, **kwargs):
        user_key = str(self.request.user.pseudonym)
        player = preview_url(content=self.object, user_key=user_key)
        return {**super().get_context_data(**kwargs), "player_src": player}


class ExerciseIndexView(RowIndexView):
    types_url_name = None

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("library")

    @cached_property
    def used_in(self) -> dict[int, str]:
        return selectors.courses_with_exercises()

    @cached_property
    def header_buttons(self):
        if not self.user_has_permission("add"):
            return []
        return [HeaderButton(_("New exercise"), url=reverse(self.types_url_name), icon_name="plus")]

    @cached_property
    def header_more_buttons(self):
        upload = Button(_("Upload a package"), url=self.add_url, icon_name="upload", priority=10)
        return [*super().header_more_buttons, *([upload] if self.add_url else [])]

    def get_list_more_buttons(self, instance):
        own = exercise_buttons(instance) if instance.pk in self.changeable else []
        return [*super().get_list_more_buttons(instance), *own]

    @cached_property
    def columns(self):
        title = self._get_title_column("title")
        return [
            title,
            Column("library", label=_("Content type"), accessor="library.title"),
            Column("used_in", label=_("Used in"), accessor=lambda content: self.used_in.get(content.pk, "–")),
            DateColumn("updated_at", label=_("Updated"), sort_key="updated_at"),
        ]


class ExerciseViewSet(RowViewSet):
    model = Content
    name = "exercises"
    icon = "media"
    menu_label = gettext_lazy("Exercises (H5P)")
    add_to_reference_index = True
    index_view_class = ExerciseIndexView
    add_view_class = ExerciseAddView
    edit_view_class = ContentEditView
    inspect_view_class = ExerciseInspectView
    inspect_view_enabled = True
    inspect_view_fields = ["title", "library", "language", "licence", "created_at", "updated_at"]
    list_export = ["title", "library", "language", "licence", "updated_at"]
    list_filter = ["library", "language"]
    export_filename = "uebungen"
    search_fields = ["title"]

    def get_form_class(self, for_update=False):
        return ExerciseForm

    def get_index_view_kwargs(self):
        return {**super().get_index_view_kwargs(), "types_url_name": self.get_url_name("types")}

    def get_urlpatterns(self):
        types = self.construct_view(
            ContentTypesView,
            upload_url_name=self.get_url_name("add"),
            write_url_name=self.get_url_name("write"),
            official_add_url_name=self.get_url_name("official_add"),
        )
        official = {
            "inspect_url_name": self.get_url_name("inspect"),
            "official_edit_url_name": self.get_url_name("official_edit"),
        }
        write = {**self.get_add_view_kwargs(), "write_url_name": self.get_url_name("write")}
        write |= {"inspect_url_name": self.get_url_name("inspect"), "template_name": ContentAddView.template_name}
        return [
            *super().get_urlpatterns(),
            path("write/", types, name="types"),
            path("write/<int:library_pk>/", self.construct_view(ContentAddView, **write), name="write"),
            path("official/", self.construct_view(OfficialAddView, **official), name="official_add"),
            path("official/<int:pk>/", self.construct_view(OfficialEditView, **official), name="official_edit"),
        ]


class ExerciseChooserCreateView(chooser_views.CreateView):
    def post(self, request):
        self.form = self.get_creation_form()
        content = take_in(self.form, user=request.user) if self.form.is_valid() else None
        return self.get_chosen_response(content) if content else self.get_reshow_creation_form_response()


class ExerciseChooserViewSet(ChooserViewSet):
    model = Content
    icon = "media"
    choose_one_text = gettext_lazy("Choose an exercise")
    choose_another_text = gettext_lazy("Choose another exercise")
    edit_item_text = gettext_lazy("Edit this exercise")
    create_action_label = gettext_lazy("Upload")
    creation_tab_label = gettext_lazy("Upload a package")
    creation_form_class = ExerciseForm
    create_view_class = ExerciseChooserCreateView
