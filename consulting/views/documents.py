"""Documents of a process: the list, one document with all its versions, and its files. 404 for what is not theirs."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from academy.common.confidentiality import Level
from academy.common.languages import language_name
from academy.common.uploads import kept_file
from consulting import permissions, selectors, services
from consulting.enums import DocumentKind, DocumentState
from consulting.forms import DocumentForm, DocumentLevelForm, DocumentTitleForm, VersionForm
from consulting.models import DocumentVersion, Process, ProcessDocument

from .common import answer, crumbs, crumbs_to, form_page, posted, visible_process, workspace_page

ROWS = 20


def documents_url(process: Process) -> str:
    return reverse("consulting:document_list", args=[process.pk])


def visible_document(request: HttpRequest, document_id: int) -> ProcessDocument:
    visible = selectors.documents_with_versions(request.user, on=timezone.localdate())
    return get_object_or_404(visible.select_related("process__unit"), pk=document_id)


def document_crumbs(request: HttpRequest, document: ProcessDocument, last: str = "") -> list[dict[str, str]]:
    part = {"title": _("Documents"), "url": documents_url(document.process)}
    thing = {"title": document.title, "url": document.get_absolute_url()}
    return crumbs_to(request, document.process, part, thing, last)


def require_writer(request: HttpRequest, process: Process) -> None:
    if not permissions.can_write_documents(request.user, process, on=timezone.localdate()):
        raise PermissionDenied


# --- Reading -------------------------------------------------------------------------------------------------------
@workspace_page
@require_GET
def document_list(request: HttpRequest, process_id: int) -> HttpResponse:
    """The documents of the process that exist for the person, by kind."""
    process, rights = visible_process(request, process_id)
    today = timezone.localdate()
    listed = selectors.documents_with_versions(request.user, on=today).filter(process=process)
    chosen = request.GET.get("kind", "")
    if chosen in DocumentKind:
        listed = listed.filter(kind=chosen)
    else:
        chosen = ""
    page_obj = Paginator(listed, ROWS).get_page(request.GET.get("page"))
    context = {
        "process": process,
        "rights": rights,
        "rows": [document_row(document, today=today) for document in page_obj.object_list],
        "page_obj": page_obj,
        "can_write": permissions.can_write_documents(request.user, process, on=today) and not process.is_over,
        "tabs": [
            {"title": pgettext("documents", "All"), "url": "?", "current": not chosen},
            *({"title": kind.label, "url": f"?kind={kind}", "current": chosen == kind} for kind in DocumentKind),
        ],
        "breadcrumbs": crumbs(process, _("Documents")),
    }
    return render(request, "consulting/document_list.html", context)


def document_row(document: ProcessDocument, *, today) -> dict:
    """One line: the version that counts is the one in force, else the newest that the person may open."""
    valid = [version for version in document.opened if version.state == DocumentState.VALID]
    current = next(iter(valid or document.opened), None)
    return {
        "document": document,
        "lang": lang_of(document),
        "level": Level(document.level),
        "current": current,
        "is_expired": is_expired(current, today=today),
        "has_draft": any(one.state == DocumentState.DRAFT and one != current for one in document.opened),
    }


def is_expired(version: DocumentVersion | None, *, today) -> bool:
    return version is not None and version.valid_until is not None and version.valid_until < today


def lang_of(document: ProcessDocument) -> str:
    """How the title is marked up; empty where it is in the page's own language."""
    code = document.language.removesuffix("-simple")
    return "" if code == get_language() else code


@workspace_page
@require_GET
def document_detail(request: HttpRequest, document_id: int) -> HttpResponse:
    """One document: the files that the person may open, and its log. Who learns of it only by title gets no file."""
    document = visible_document(request, document_id)
    today, process = timezone.localdate(), document.process
    may_write = permissions.can_write_documents(request.user, process, on=today) and not process.is_over
    approves = permissions.can_approve_document(request.user, document, on=today) and not process.is_over
    log = document.moves.select_related("version").order_by("-at", "-pk")[:ROWS] if may_write or approves else []
    context = {
        "document": document,
        "lang": lang_of(document),
        "language": language_name(document.language),
        "level": Level(document.level),
        "versions": [version_row(version, approves=approves, today=today) for version in document.opened],
        "can_write": may_write,
        "sets_level": sets_level(request, document) and not process.is_over,
        "log": log,
        "breadcrumbs": document_crumbs(request, document),
    }
    return render(request, "consulting/document_detail.html", context)


def version_row(version: DocumentVersion, *, approves: bool, today) -> dict:
    waits = approves and version.state == DocumentState.DRAFT
    return {
        "version": version,
        "added_on": timezone.localdate(version.added_at),
        "is_expired": is_expired(version, today=today),
        "approve_url": reverse("consulting:approve_version", args=[version.pk]) if waits else "",
    }


def sets_level(request: HttpRequest, document: ProcessDocument) -> bool:
    now, today = Level(document.level), timezone.localdate()
    return any(
        level != now and permissions.can_set_level(request.user, document.process, now, level, on=today)
        for level in services.levels_for(document)
    )


@workspace_page
@require_safe
def document_file(request: HttpRequest, version_id: int) -> HttpResponseBase:
    """The file itself, for those who may open it: saved, never opened in the site's own rights."""
    version = get_object_or_404(selectors.versions_visible_to(request.user, on=timezone.localdate()), pk=version_id)
    return kept_file(version.file, name=version.file_name)


# --- Writing -------------------------------------------------------------------------------------------------------
def sent_files(request: HttpRequest):
    return request.FILES if request.method == "POST" else None


@workspace_page
def add_document(request: HttpRequest, process_id: int) -> HttpResponse:
    process, _rights = visible_process(request, process_id)
    require_writer(request, process)
    return form_page(
        request,
        form=DocumentForm(posted(request), sent_files(request)),
        act=lambda given: services.add_document(process=process, **given, actor=request.user, at=timezone.now()),
        success=_("The document is added as a draft."),
        back=documents_url(process),
        title=_("Add a document"),
        submit_label=_("Save"),
        process=process,
    )


@workspace_page
def add_version(request: HttpRequest, document_id: int) -> HttpResponse:
    document = visible_document(request, document_id)
    require_writer(request, document.process)
    return form_page(
        request,
        form=VersionForm(posted(request), sent_files(request)),
        act=lambda given: services.add_version(document=document, **given, actor=request.user, at=timezone.now()),
        success=_("The new version is added as a draft. What is in force stays so until the draft is approved."),
        back=document.get_absolute_url(),
        title=_("Add a new version"),
        submit_label=_("Save"),
        lead=_("The files before it stay in the history and can be opened."),
        breadcrumbs=document_crumbs(request, document, _("Add a new version")),
    )


@workspace_page
def change_document(request: HttpRequest, document_id: int) -> HttpResponse:
    document = visible_document(request, document_id)
    require_writer(request, document.process)
    initial = {"title": document.title, "language": document.language}
    return form_page(
        request,
        form=DocumentTitleForm(posted(request), initial=initial),
        act=lambda given: services.change_document(document=document, **given, actor=request.user, at=timezone.now()),
        success=_("The document is renamed."),
        back=document.get_absolute_url(),
        title=_("Rename the document"),
        submit_label=_("Save"),
        breadcrumbs=document_crumbs(request, document, _("Rename the document")),
    )


@workspace_page
def set_document_level(request: HttpRequest, document_id: int) -> HttpResponse:
    document = visible_document(request, document_id)
    if not sets_level(request, document):
        raise PermissionDenied
    form = DocumentLevelForm(posted(request), document=document, user=request.user, on=timezone.localdate())
    return form_page(
        request,
        form=form,
        act=lambda given: services.set_document_level(
            document=document, **given, actor=request.user, at=timezone.now()
        ),
        success=_("It is settled who opens this document."),
        back=document.get_absolute_url(),
        title=_("Who opens this document?"),
        submit_label=_("Save"),
        breadcrumbs=document_crumbs(request, document, _("Who opens this document?")),
    )


@workspace_page
@require_POST
def approve_version(request: HttpRequest, version_id: int) -> HttpResponse:
    visible = selectors.versions_visible_to(request.user, on=timezone.localdate())
    version = get_object_or_404(visible.select_related("document__process"), pk=version_id)
    return answer(
        request,
        lambda: services.approve_version(version=version, actor=request.user, at=timezone.now()),
        success=_("The version is in force now."),
        back=version.document.get_absolute_url(),
    )
