"""Wagtail's admin: an exercise in the official H5P editor, where the technical administration has installed it.

The editor runs in a frame that knows no cookie, only a signed token. This page knows the person: it checks who may
edit, asks the editor for what was written, and saves it as the form of the exercise does.
"""

import uuid as uuids
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.log_actions import log

from . import services
from .forms import OfficialEditorForm
from .h5p import services as h5p
from .h5p import tokens
from .h5p.editor import content_origin, opening, page_url
from .h5p.models import Content

LANGUAGES = ("de", "en", "de-simple")


class OfficialEditorView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """What both ways into the editor share. 404 without an installed editor."""

    model = Content
    form_class = OfficialEditorForm
    header_icon = "media"
    template_name = "courses/admin/official_editor.html"
    index_url_name = edit_url_name = inspect_url_name = official_edit_url_name = None
    content: Content | None = None

    def dispatch(self, request, *args, **kwargs):
        if h5p.installed_editor() is None:
            raise Http404
        response = super().dispatch(request, *args, **kwargs)
        if content_origin():
            response._csp_update = {"frame-src": content_origin()}
        return response

    def get_breadcrumbs_items(self):
        exercises = {"url": reverse(self.index_url_name), "label": _("Exercises (H5P)")}
        return [*self.breadcrumbs_items, exercises, {"url": "", "label": self.get_page_title()}]

    def get_content_language(self) -> str:
        raise NotImplementedError

    def save(self, given: dict, new_files) -> Content:
        raise NotImplementedError

    @cached_property
    def session(self) -> tokens.EditorClaims:
        """A new session, or the one that the form was opened in: what was uploaded in it is still there."""
        content_id, sent = self.content.pk if self.content else 0, self.request.POST.get("session", "")
        if sent:
            try:
                claims = tokens.read_editor_token(sent)
            except tokens.TokenRefused:
                claims = None
            if claims is not None and claims.content_id == content_id:
                return claims
        interface = "en" if (get_language() or "").startswith("en") else "de"
        return tokens.EditorClaims(content_id, self.get_content_language(), interface, str(uuids.uuid4()))

    @cached_property
    def token(self) -> str:
        claims = self.session
        return tokens.make_editor_token(
            content_id=claims.content_id, language=claims.language, interface=claims.interface, upload=claims.upload
        )

    def get_initial(self):
        return {"session": self.token, "seen": h5p.fingerprint(self.content) if self.content else ""}

    def form_valid(self, form):
        given = form.cleaned_data
        try:
            with h5p.opened_uploads(upload=self.session.upload, params=given["params"]) as new_files:
                saved = self.save(given, new_files)
        except (h5p.ContentRefused, services.MaterialRefused) as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        h5p.drop_uploads(upload=self.session.upload)
        action = "wagtail.edit" if self.content else "wagtail.create"
        log(instance=saved, action=action, user=self.request.user)
        inspect = messages.button(reverse(self.inspect_url_name, args=[saved.pk]), _("Try it out"))
        messages.success(self.request, _("«%(title)s» was saved.") % {"title": saved.title}, buttons=[inspect])
        return redirect(reverse(self.official_edit_url_name, args=[saved.pk]))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form, sent = context["form"], self.request.POST
        given = {"library": sent.get("library", ""), "params": sent.get("params", "")} if form.is_bound else {}
        if not given.get("params"):
            given = opening(self.content)
        return {
            **context,
            "content": self.content,
            "frame_src": page_url(self.token),
            "setup": {**given, "origin": content_origin()},
            "form_url": reverse(self.edit_url_name, args=[self.content.pk]) if self.content else "",
        }


class OfficialAddView(OfficialEditorView):
    permission_required = "add"
    page_title = gettext_lazy("New exercise in the H5P editor")

    def get_content_language(self):
        wanted = self.request.GET.get("language", "")
        return wanted if wanted in LANGUAGES else LANGUAGES[0]

    def save(self, given, new_files):
        return h5p.save_content(
            library=given["library"],
            title=given["title"],
            language=self.session.language,
            licence=given["licence"],
            params=given["params"],
            metadata=given["metadata"],
            new_files=new_files,
            saved_by_key=str(self.request.user.pseudonym),
            at=timezone.now(),
        )


class OfficialEditView(OfficialEditorView):
    permission_required = "change"
    page_title = gettext_lazy("H5P editor")

    def setup(self, request, *args, pk: int, **kwargs):
        super().setup(request, *args, **kwargs)
        self.content = Content.objects.select_related("library").filter(pk=pk).first()

    def dispatch(self, request, *args, **kwargs):
        if self.content is None:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self):
        return self.content.title

    def get_content_language(self):
        return self.content.language

    def save(self, given, new_files):
        return services.change_exercise(
            content=self.content,
            seen=given["seen"],
            actor=self.request.user,
            at=timezone.now(),
            library=given["library"],
            title=given["title"],
            licence=given["licence"],
            params=given["params"],
            metadata={**self.content.metadata, **given["metadata"]},
            new_files=new_files,
        )


def new_ways(url_name: str, names: dict[str, str]) -> list[tuple[str, str]]:
    """The languages in which a new exercise can be begun in the official editor; none where it is not installed."""
    if h5p.installed_editor() is None:
        return []
    return [(names[code], f"{reverse(url_name)}?{urlencode({'language': code})}") for code in LANGUAGES]
