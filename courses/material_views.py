"""The material library in Wagtail's admin: one list, one page for each material, replacing, and earlier files."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.images.models import Image

from academy.common.languages import language_name
from academy.common.rows import csv_file, xlsx_file

from . import material_reads, package_jobs, permissions, services
from .enums import AccessState, Licence, MaterialKind
from .h5p import services as h5p
from .h5p.models import Content
from .material_forms import FACT_FIELDS, MaterialFactsForm, ReplaceForm
from .material_reads import Filters, Uses

A_PAGE = 30
PLACES_SHOWN = 3
NONE_STATED = "none"  # how the address asks for materials without a licence
FILES = ("csv", "xlsx")


# --- The list ------------------------------------------------------------------------------------------------------
@require_safe
def material_list(request: HttpRequest) -> HttpResponse:
    """Documents, images and exercises together; filters stand in the address, and the file has what is shown."""
    if not permissions.can_read_material(request.user):
        raise PermissionDenied
    boxes = _boxes()
    chosen = _chosen(request, boxes)
    found = material_reads.material_rows(request.user, _filters_of(chosen), sort=chosen.get("sort", ""))
    if request.GET.get("export") in FILES:
        return _as_file(request, list(found), request.GET["export"])
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    kept = {name: value for name, value in chosen.items() if value}
    files = {kind: urlencode({**kept, "export": kind}) for kind in FILES}
    context = {
        "page": page,
        "lines": _lines(request, list(page.object_list)),
        "boxes": boxes,
        "q": chosen["q"],
        "is_filtered": bool(set(kept) - {"sort"}),
        "query": urlencode(kept),
        "exports": [(kind.upper(), f"{request.path}?{query}") for kind, query in files.items()],
    }
    return render(request, "courses/admin/material_list.html", context)


def _boxes() -> list[dict[str, Any]]:
    licences = [(value or NONE_STATED, label) for value, label in Licence.choices]
    choices = [
        ("kind", _("Kind"), [(value, capfirst(label)) for value, label in MaterialKind.choices]),
        ("licence", _("Licence"), licences),
        ("language", _("Language"), material_reads.languages_in_use()),
        ("access", _("Accessibility"), AccessState.choices),
        ("used", _("Used"), [("yes", _("used")), ("no", _("not used"))]),
    ]
    sorts = [("changed", _("latest change first")), ("kind", _("kind")), ("access", _("accessibility"))]
    return [
        *({"name": name, "label": label, "empty": _("all"), "options": options} for name, label, options in choices),
        {"name": "sort", "label": _("Sorted by"), "empty": _("title"), "options": sorts},
    ]


def _chosen(request: HttpRequest, boxes: list[dict[str, Any]]) -> dict[str, str]:
    """What the address asks for, as far as it means something."""
    chosen = {"q": request.GET.get("q", "").replace("\x00", "").strip()[:100]}
    for box in boxes:
        value = request.GET.get(box["name"], "")
        chosen[box["name"]] = box["value"] = value if value in dict(box["options"]) else ""
    return chosen


def _filters_of(chosen: dict[str, str]) -> Filters:
    licence = chosen["licence"]
    return Filters(
        q=chosen["q"],
        kind=chosen["kind"],
        licence=None if not licence else "" if licence == NONE_STATED else licence,
        language=chosen["language"],
        access=chosen["access"],
        used=chosen["used"],
    )


def _lines(request: HttpRequest, rows: list[dict]) -> list[dict[str, Any]]:
    uses = material_reads.uses_of([(row["kind"], row["pk"]) for row in rows], user=request.user)
    return [_line(row, uses.get((row["kind"], row["pk"]), Uses())) for row in rows]


def _line(row: dict, uses: Uses) -> dict[str, Any]:
    is_exercise = row["kind"] == MaterialKind.EXERCISE
    licence = Licence(row["licence_code"])
    words = row["licence_words"] if is_exercise and licence == Licence.OTHER else licence.label
    return {
        **row,
        "kind_label": capfirst(MaterialKind(row["kind"]).label),
        "detail": row["detail"] if is_exercise else row["detail"].rsplit("/", 1)[-1],
        "licence": words if row["licence_code"] else "",
        "language": language_name(row["tongue"]) if row["tongue"] else "",
        "access_label": AccessState(row["access"]).label,
        "uses": uses,
        "places": uses.places[:PLACES_SHOWN],
        "more": uses.count - len(uses.places[:PLACES_SHOWN]),
        "url": reverse("material_detail", args=[row["kind"], row["pk"]]),
    }


def _as_file(request: HttpRequest, rows: list[dict], kind: str) -> HttpResponse:
    head = [
        *(_("Title"), _("Kind"), _("File"), _("Licence"), _("Language"), _("Accessibility")),
        *(_("Used on"), _("Places"), _("Last change")),
    ]
    lines = [
        [
            *(line["title"], line["kind_label"], line["detail"], line["licence"], line["language"]),
            *(line["access_label"], "; ".join(str(place.title) for place in line["uses"].places)),
            *(str(line["uses"].count), f"{localtime(line['changed_at']):%Y-%m-%d %H:%M}"),
        ]
        for line in _lines(request, rows)
    ]
    name = f"material.{kind}"
    return csv_file(name, head, lines) if kind == "csv" else xlsx_file(name, head, lines)


# --- One material --------------------------------------------------------------------------------------------------
def _material(request: HttpRequest, kind: str, pk: int, *, to_change: bool = False) -> Any:
    if not permissions.can_read_material(request.user):
        raise PermissionDenied
    if kind not in material_reads.MODELS:
        raise Http404
    material = get_object_or_404(material_reads.materials_visible_to(request.user, kind), pk=pk)
    if to_change and not permissions.can_change_material(request.user, material):
        raise PermissionDenied
    return material


@require_http_methods(["GET", "HEAD", "POST"])
def material_detail(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What is known about a material, where it is used, and the files that it had before."""
    material = _material(request, kind, pk, to_change=request.method == "POST")
    form = MaterialFactsForm(request.POST if request.method == "POST" else None, material=material)
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in FACT_FIELDS if name in form.cleaned_data}
        try:
            services.describe_material(material=material, actor=request.user, at=timezone.now(), **facts)
        except services.MaterialRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("What is known about «%(title)s» was saved.") % {"title": material})
            return redirect("material_detail", kind, pk)
    context = {**_about(request, kind, material), "form": form, "versions": material_reads.told_versions(material)}
    return render(request, "courses/admin/material_detail.html", context)


def _about(request: HttpRequest, kind: str, material: Any) -> dict[str, Any]:
    key = (kind, material.pk)
    return {
        "material": material,
        "kind": kind,
        "kind_label": capfirst(MaterialKind(kind).label),
        "facts": material_reads.facts_of(material),
        "licence": material_reads.licence_words(material),
        "is_image": isinstance(material, Image),
        "is_exercise": isinstance(material, Content),
        "uses": material_reads.uses_of([key], user=request.user).get(key, Uses()),
        "may_change": permissions.can_change_material(request.user, material),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def material_replace(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Says where the material is used before its file is another one, and who is told."""
    material = _material(request, kind, pk, to_change=True)
    form = ReplaceForm(request.POST or None, request.FILES or None, material=material)
    if request.method == "POST" and form.is_valid() and _replace(request, material, form):
        return redirect("material_detail", kind, pk)
    every = material_reads.uses_of([(kind, pk)]).get((kind, pk), Uses()).places
    told = material_reads.people_at([place for place in every if place.page_id])
    context = {**_about(request, kind, material), "form": form, "told": len(set(told) - {request.user})}
    return render(request, "courses/admin/material_replace.html", context)


def _replace(request: HttpRequest, material: Any, form: ReplaceForm) -> bool:
    file, at = form.cleaned_data["file"], timezone.now()
    may_install = permissions.can_install_libraries(request.user)
    given = {"file": file, "note": form.cleaned_data["note"], "actor": request.user, "at": at}
    try:
        if isinstance(material, Content):
            version = services.replace_exercise(content=material, may_install_libraries=may_install, **given)
        else:
            version = services.replace_file(material=material, name=file.name, **given)
    except services.MaterialRefused as refusal:
        form.refuse([str(refusal)])
        return False
    except h5p.PackageRefused as refusal:
        form.refuse(package_jobs.sentences_of(refusal, user=request.user))
        return False
    if version is None:
        form.refuse([_("This is the file that stands there already.")])
        return False
    messages.success(
        request,
        _("The file was replaced. The earlier one is kept below, and whoever answers for the pages gets an e-mail."),
    )
    return True


@require_safe
def material_version(request: HttpRequest, kind: str, pk: int, number: int) -> FileResponse:
    """An earlier file, for those who may change the material."""
    material = _material(request, kind, pk, to_change=True)
    version = get_object_or_404(material_reads.versions_of(material), number=number)
    if not version.file.storage.exists(version.file.name):
        raise Http404
    response = FileResponse(version.file.open("rb"), as_attachment=True, filename=version.filename)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
