"""Wagtail's admin: copying a course, with each page that will be made shown before."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log

from academy.common.languages import language_name

from . import copying, permissions
from .models import Course
from .version_admin import CourseActionView


class CopyForm(forms.Form):
    """A short name, and a title for each language that the course has a page in."""

    slug = forms.SlugField(
        label=gettext_lazy("Short name of the copy"),
        max_length=80,
        help_text=gettext_lazy("Small letters, digits and hyphens; no other course may have it."),
    )

    def __init__(self, data=None, *, course: Course, pages: list[copying.PageToCopy]):
        super().__init__(data, initial={"slug": f"{course.slug[:73]}-kopie"})
        self.pages = pages
        for one in pages:
            code = one.page.locale.language_code
            label = _("Title (%(language)s)") % {"language": language_name(code)}
            with translation.override(code):
                suggested = _("%(title)s (copy)") % {"title": one.page.title[:240]}
            field = forms.CharField(label=label, max_length=255, initial=suggested)
            self.fields[f"title_{one.page.pk}"] = field

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if Course.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("There is a course with this short name already."))
        return slug

    @property
    def titles(self) -> dict[int, str]:
        return {one.page.pk: self.cleaned_data[f"title_{one.page.pk}"] for one in self.pages}


class CourseCopyView(CourseActionView):
    """Asks for the short name and the titles, shows what will be made, and makes it."""

    any_permission_required = ["add"]
    template_name = "courses/admin/course_copy.html"
    page_title = gettext_lazy("Copy course")
    header_icon = "copy"

    def dispatch(self, request: HttpRequest, *args, **kwargs):
        if not permissions.can_copy_course(request.user, self.object):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def form(self) -> CopyForm:
        data = self.request.POST if self.request.method == "POST" else None
        return CopyForm(data, course=self.object, pages=copying.pages_to_copy(self.object))

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        form = self.form
        if not form.is_valid():
            return self.get(request, *args, **kwargs)
        slug = form.cleaned_data["slug"]
        try:
            new = copying.copy_course(
                course=self.object, slug=slug, titles=form.titles, actor=request.user, at=timezone.now()
            )
        except copying.CourseCopyRefused as refusal:
            form.add_error(None, str(refusal))
            return self.get(request, *args, **kwargs)
        log(instance=new, action="courses.copy_course", user=request.user, data={"course": self.object.slug})
        messages.success(request, _("The course is copied. Its pages are drafts: please check them."))
        return redirect("course:edit", new.pk)

    def get_context_data(self, **kwargs):
        lines = [(one, language_name(one.page.locale.language_code)) for one in self.form.pages]
        return {**super().get_context_data(**kwargs), "copy_form": self.form, "lines": lines}


def copy_button(course: Course) -> Button:
    return Button(_("Copy"), url=reverse("course:copy_course", args=[course.pk]), icon_name="copy", priority=50)
