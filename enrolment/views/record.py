"""The own learning record: page, PDF, JSON, and the entries that people make themselves. 404 for others (S1)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from academy.common.languages import german_or_english
from academy.common.uploads import UploadRefused, kept_file
from enrolment import selectors, services
from enrolment.forms import ExternalCourseForm
from enrolment.models import ExternalCourse
from enrolment.record import entries, files

from .signed_lists import CONTENT_TYPES
from .teaching import trail

PER_PAGE = 20
FILE_NAMES = {"de": "lernnachweis", "en": "learning-record"}


@login_required
@never_cache
@require_safe
def my_record(request: HttpRequest) -> HttpResponse:
    """What was completed here, and what the person has entered."""
    places = Paginator(selectors.completed_places_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    own = Paginator(selectors.external_courses_of(request.user), PER_PAGE).get_page(request.GET.get("own"))
    context = {
        "courses_page": places,
        "courses": entries.completed_courses(list(places), language=get_language()),
        "own_page": own,
        "pdf_links": _pdf_links(),
        "breadcrumbs": trail((_("Learning record"), "")),
    }
    return render(request, "enrolment/my_record.html", context)


@login_required
@never_cache
@require_safe
def record_pdf(request: HttpRequest) -> HttpResponse:
    """The record as PDF, in German or English by its address."""
    language = german_or_english(get_language())
    pdf = files.record_pdf(request.user, language=language, at=timezone.now())
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{FILE_NAMES[language]}.pdf"'
    return response


@login_required
@never_cache
@require_safe
def record_json(request: HttpRequest) -> HttpResponse:
    language = german_or_english(get_language())
    found = files.record_json(request.user, language=language, at=timezone.now())
    response = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAMES[language]}.json"'
    return response


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_external_course(request: HttpRequest) -> HttpResponse:
    return _edit(request, None, _("Add a course"))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_external_course(request: HttpRequest, entry_id: int) -> HttpResponse:
    return _edit(request, _own(request, entry_id), _("Change the entry"))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete_external_course(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Asks first: entry and proof are gone for good."""
    entry = _own(request, entry_id)
    if request.method == "POST":
        services.delete_external_courses(selectors.external_courses_of(request.user).filter(pk=entry.pk))
        messages.success(request, _("The entry is deleted."))
        return redirect("enrolment:my_record")
    title = _("Delete the entry?")
    facts = [(_("Title of the course"), entry.title), (_("Provider"), entry.provider)]
    context = {
        "title": title,
        "text": _("The entry and its proof are deleted for good. We keep no copy."),
        "facts": facts,
        "confirm_label": _("Delete the entry"),
        "tone": "danger",
        "cancel_url": reverse("enrolment:my_record"),
        "breadcrumbs": _trail(title),
    }
    return render(request, "components/confirm.html", context)


@login_required
@never_cache
@require_safe
def record_proof(request: HttpRequest, entry_id: int) -> HttpResponseBase:
    """The own proof: saved, never opened in the site's own rights."""
    entry = _own(request, entry_id)
    if not entry.proof:
        raise Http404
    name = f"{_('proof')}-{entry.pk}.{entry.proof_kind}"
    return kept_file(entry.proof, name=name, content_type=CONTENT_TYPES[entry.proof_kind])


def _edit(request: HttpRequest, entry: ExternalCourse | None, title: str) -> HttpResponse:
    is_sent = request.method == "POST"
    form = ExternalCourseForm(request.POST if is_sent else None, request.FILES if is_sent else None, entry=entry)
    if form.is_valid():
        fields = form.cleaned_data
        file = fields.pop("proof")
        try:
            services.save_external_course(
                owner=request.user,
                course=entry,
                proof=services.Proof(file.file, file.name) if file else None,
                at=timezone.now(),
                **fields,
            )
        except UploadRefused as refusal:
            form.add_error("proof", str(refusal))
        except services.RecordRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The entry is saved."))
            return redirect("enrolment:my_record")
    context = {"form": form, "title": title, "entry": entry, "breadcrumbs": _trail(title)}
    return render(request, "enrolment/external_course.html", context)


def _own(request: HttpRequest, entry_id: int) -> ExternalCourse:
    return get_object_or_404(selectors.external_courses_of(request.user), pk=entry_id)


def _trail(title: str) -> list[dict[str, str]]:
    return trail((_("Learning record"), reverse("enrolment:my_record")), (title, ""))


def _pdf_links() -> list[dict[str, str]]:
    links = []
    for code, name in (("de", "Deutsch"), ("en", "English")):
        with translation.override(code):
            links.append({"code": code, "name": name, "url": reverse("enrolment:record_pdf")})
    return links
