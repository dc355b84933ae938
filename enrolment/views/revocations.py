"""The academy office revokes a certificate with a reason, and takes a revocation back. 404 for others."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.models import CourseRun
from enrolment import permissions, selectors, services
from enrolment.forms import RevocationForm
from enrolment.models import Certificate

from .teaching import head, run_to_teach, trail


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def revoke_certificate(request: HttpRequest, run_id: int, number: str) -> HttpResponse:
    """Asks for the reason; the person is told, and the public check says so from now on."""
    run, certificate = _find(request, run_id, number)
    form = RevocationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.revoke_certificate(
                certificate=certificate, reason=form.cleaned_data["reason"], actor=request.user, at=timezone.now()
            )
        except services.CertificateRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("The certificate %(number)s is revoked. The person is told by mail.") % {"number": number}
            )
            return redirect("enrolment:roster", run.pk)
    context = _context(run, certificate, _("Revoke the certificate"))
    context |= {
        "form": form,
        "text": _("It stays to be seen by its code, as revoked from today on. You can take the revocation back."),
        "confirm_label": _("Revoke the certificate"),
        "tone": "danger",
    }
    return render(request, "components/confirm.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def restore_certificate(request: HttpRequest, run_id: int, number: str) -> HttpResponse:
    """Asks first, then lets the certificate hold again if attendance and steps still give one."""
    run, certificate = _find(request, run_id, number)
    if request.method == "POST":
        try:
            valid = services.restore_certificate(certificate=certificate, actor=request.user, at=timezone.now())
        except services.CertificateRefused as refusal:
            messages.error(request, str(refusal))
        else:
            sentence = _("The certificate %(number)s is valid. The person is told by mail.")
            messages.success(request, sentence % {"number": valid.number})
        return redirect("enrolment:roster", run.pk)
    context = _context(run, certificate, _("Take back the revocation"))
    because = certificate.enrolment.completion.revoked_because
    context["facts"] = [*context["facts"], *([(_("Revoked because"), because)] if because else [])]
    context |= {
        "text": _("The certificate is valid again, if the recorded attendance still gives one."),
        "confirm_label": _("Take back the revocation"),
    }
    return render(request, "components/confirm.html", context)


def _find(request: HttpRequest, run_id: int, number: str) -> tuple[CourseRun, Certificate]:
    run = run_to_teach(request, run_id)
    if not permissions.can_revoke_certificate(request.user):
        raise Http404
    return run, get_object_or_404(selectors.certificates_of_run(run), number=number)


def _context(run: CourseRun, certificate: Certificate, title: str) -> dict:
    back, here = reverse("enrolment:roster", args=[run.pk]), head(run)
    return {
        "title": title,
        "facts": [
            (_("Number"), certificate.number),
            (_("Name"), certificate.facts["name"]),
            (_("Course"), here["title"]),
        ],
        "cancel_url": back,
        "breadcrumbs": trail((_("Runs"), reverse("enrolment:teaching")), (here["title"], back), (title, "")),
    }
