"""Certificates of attendance: the own list, the PDF, a correction, and the public check."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from academy.common.limits import is_within_limit
from enrolment import selectors, services
from enrolment.certificate import printing
from enrolment.enums import CertificateStatus
from enrolment.forms import CertificateForm, CodeForm

PRIVATE_PDF = "private, no-store"


@login_required
@never_cache
@require_GET
def my_certificates(request: HttpRequest) -> HttpResponse:
    """The own certificates, the newest first; replaced ones stay named."""
    found = list(selectors.certificates_visible_to(request.user))
    context = {
        "current": [c for c in found if c.status == CertificateStatus.VALID],
        "past": [c for c in found if c.status != CertificateStatus.VALID],
        "breadcrumbs": _trail((_("My certificates"), "")),
    }
    return render(request, "enrolment/my_certificates.html", context)


@login_required
@require_safe
def certificate_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The PDF of one's own valid certificate, made from its stored facts; its fingerprint is kept for the check."""
    certificate = get_object_or_404(selectors.certificates_visible_to(request.user).valid(), number=number)
    pdf = printing.render_pdf(certificate)
    services.note_print(certificate=certificate, pdf=pdf, at=timezone.now())
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{certificate.number}.pdf"'
    response["Cache-Control"] = PRIVATE_PDF
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def correct_certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Another name, language or title: a newer certificate replaces this one."""
    certificate = get_object_or_404(selectors.certificates_visible_to(request.user).valid(), number=number)
    form = CertificateForm(request.POST or None, certificate=certificate)
    if request.method == "POST" and form.is_valid():
        try:
            new = services.reissue_certificate(
                certificate=certificate, actor=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.CertificateRefused as refusal:
            messages.error(request, str(refusal))
        else:
            sentence = _("Your corrected certificate has the number %(number)s. The old one has been replaced.")
            messages.success(request, sentence % {"number": new.number})
        return redirect("enrolment:my_certificates")
    trail = _trail((_("My certificates"), reverse("enrolment:my_certificates")), (_("Correct the certificate"), ""))
    return render(
        request, "enrolment/correct_certificate.html", {"form": form, "certificate": certificate, "breadcrumbs": trail}
    )


@never_cache
@require_GET
def verify(request: HttpRequest) -> HttpResponse:
    """The form of the public check; a code in the address leads to its page."""
    form = CodeForm(request.GET or None)
    if form.is_bound and form.is_valid():
        return redirect("enrolment:verify_code", form.cleaned_data["code"])
    return _unlisted(render(request, "enrolment/verify.html", {"form": form}))


@never_cache
@require_GET
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """All printed facts and what they are worth today. Every code that is not ours gets the same answer."""
    if not is_within_limit(request, "verify", limit=settings.VERIFY_CHECKS_PER_MINUTE, seconds=60):
        return _unlisted(render(request, "enrolment/verify.html", {"form": CodeForm(), "too_many": True}, status=429))
    certificate = selectors.certificate_by_code(code)
    if certificate is None:
        context = {"form": CodeForm(), "is_unknown": True}
        return _unlisted(render(request, "enrolment/verify.html", context, status=404))
    context = {
        "certificate": certificate,
        "facts": certificate.facts,
        "rows": printing.rows(certificate.facts),
        "prints": [one.sha256 for one in certificate.prints.all()],
    }
    return _unlisted(render(request, "enrolment/verify_code.html", context))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    return [{"title": title, "url": url} for title, url in [(_("My area"), reverse("academy:my_start")), *steps]]
