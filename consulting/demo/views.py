"""Changing roles in a demonstration. Without DEMO these pages do not exist."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from . import logins
from .people import PASSWORD

BACKEND = "django.contrib.auth.backends.ModelBackend"


def only_in_demo(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A second lock besides the addresses, which are left out where DEMO is not set."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@only_in_demo
@never_cache
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Who one can be in this demonstration."""
    return render(request, "consulting/demo_roles.html", {"groups": logins.by_heading(), "password": PASSWORD})


@only_in_demo
@require_POST
def switch_role(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign in as one of the accounts of the demonstration, and as nobody else."""
    chosen = next((one for one in logins.all_logins() if one.slug == slug and one.person), None)
    if chosen is None:
        raise Http404
    login(request, chosen.person, backend=BACKEND)
    messages.success(request, _("You are signed in as %(role)s.") % {"role": chosen.label})
    return redirect("academy:my_start")
