"""Pages of the platform itself: the start page, health, the gate to the admin, and error pages."""

from uuid import UUID

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import Error as DatabaseProblem
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from .common.context import THEMES
from .common.links import absolute
from .common.registry import registry
from .selectors import jobs_visible_to, roles_of


@login_required
@never_cache
@require_safe
def my_start(request: HttpRequest) -> HttpResponse:
    """One start page per role: what needs an action, with its due date."""
    roles = roles_of(request.user)
    cards = registry.cards_for(user=request.user, roles=roles, at=timezone.now())
    return render(request, "academy/my_start.html", {"cards": cards, "roles": roles})


@login_required
@never_cache
@require_safe
def job(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far long work is that the person has started, and what came of it. A reload shows where it stands."""
    found = get_object_or_404(jobs_visible_to(request.user), uuid=uuid)
    trail = [{"title": _("My area"), "url": reverse("academy:my_start")}, {"title": found.title, "url": ""}]
    return render(request, "academy/job.html", {"job": found, "at": timezone.now(), "breadcrumbs": trail})


@login_required
@never_cache
@require_safe
def job_state(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The part of that page that changes, for its script."""
    found = get_object_or_404(jobs_visible_to(request.user), uuid=uuid)
    return render(request, "academy/_job.html", {"job": found, "at": timezone.now()})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines leave out, and where the list of public pages is."""
    lines = ["User-agent: *", "Disallow: /cms/", f"Sitemap: {absolute(reverse('sitemap'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@csrf_exempt  # it changes a colour and nothing else; a token on every page would end conditional answers (STACK.md 10)
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark in a cookie of our own; anything else goes back to the system's choice."""
    response = redirect(_ours(request, request.POST.get("next", ""), otherwise="/"))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(
            "theme", theme, max_age=365 * 86_400, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    else:
        response.delete_cookie("theme")
    return response


def _ours(request: HttpRequest, address: str, *, otherwise: str) -> str:
    """The address if it is one of ours, so that nobody is sent elsewhere in our name."""
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if is_ours else otherwise


@never_cache
def admin_gate(request: HttpRequest) -> HttpResponse:
    """Wagtail's login page leads to ours; who is signed in without rights there is told so, not sent in circles."""
    home = reverse("wagtailadmin_home")
    back = _ours(request, request.GET.get("next", ""), otherwise=home)
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_login')}?{urlencode({'next': back})}")
    if not request.user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied
    return redirect(home if back.startswith(request.path) else back)


@require_safe
def health_live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "live"})


@require_safe
@never_cache
def health_ready(request: HttpRequest) -> HttpResponse:
    """Whether database, cache and broker answer: 200 or 503 with what does not."""
    checks = {"database": _database_answers, "cache": _cache_answers, "broker": _broker_answers}
    failed = [name for name, answers in checks.items() if not answers()]
    return JsonResponse(
        {"status": "ready" if not failed else "not ready", "failed": failed}, status=503 if failed else 200
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseProblem:
        return False
    return True


def _cache_answers() -> bool:
    try:
        cache.set("health", "1", 5)
        return cache.get("health") == "1"
    except (OSError, RedisError):
        return False


def _broker_answers() -> bool:
    if settings.CELERY_TASK_ALWAYS_EAGER:
        return True
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (BrokerError, OSError):
        return False
    return True


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)
