"""What people need to take part: their own form, and the list of the office."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from enrolment import permissions, selectors, services
from enrolment.forms import AccessNeedsForm
from enrolment.models import AccessNeeds

from .teaching import head, run_to_teach, trail


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def access_needs(request: HttpRequest, enrolment_id: int) -> HttpResponse:
    """The person says, changes or deletes what they need on a run; only with a confirmed place of their own."""
    places = selectors.places_visible_to(request.user).confirmed().select_related("run")
    place = get_object_or_404(places.prefetch_related("run__sessions", "run__course__pages"), pk=enrolment_id)
    back = f"{reverse('enrolment:my_places')}#place-{place.pk}"
    if request.POST.get("answer") == "delete":
        services.delete_access_needs(enrolment=place, actor=request.user)
        messages.success(request, _("What you had told us is deleted."))
        return redirect(back)
    known = AccessNeeds.objects.filter(enrolment=place).first()
    form = AccessNeedsForm(request.POST if request.method == "POST" else None, initial=_as_initial(known))
    try:
        services.check_access_needs(enrolment=place, actor=request.user, at=timezone.now())
        if form.is_valid():
            services.save_access_needs(enrolment=place, actor=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(
                request, _("Thank you. The office takes care of it and writes to you if it has a question.")
            )
            return redirect(back)
    except services.AccessRefused as refusal:
        messages.info(request, str(refusal))
        return redirect(back)
    context = {
        "title": place.run.course.title(get_language()),
        "form": form,
        "known": known,
        "back": back,
        "breadcrumbs": trail((_("My places"), reverse("enrolment:my_places")), (_("What I need to take part"), "")),
    }
    return render(request, "enrolment/access_needs.html", context)


def _as_initial(known: AccessNeeds | None) -> dict:
    if known is None:
        return {}
    return {name: getattr(known, name) for name in ("kinds", "interpreting_language", "instruction")}


@login_required
@never_cache
@require_safe
def access_list(request: HttpRequest, run_id: int) -> HttpResponse:
    """Who needs what on one run, to arrange it; also on paper. For the office alone."""
    if not permissions.can_read_access_needs(request.user):
        raise Http404
    run = run_to_teach(request, run_id)
    here = head(run)
    context = {
        **here,
        "lines": selectors.access_needs_of(run),
        "breadcrumbs": trail(
            (_("Runs"), reverse("enrolment:teaching")),
            (here["title"], reverse("enrolment:roster", args=[run.pk])),
            (_("Needs to take part"), ""),
        ),
    }
    return render(request, "enrolment/access_list.html", context)
