"""What editors read when a rule says no."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from .models.publishing import PublishingRefused


class SayWhatIsMissing:
    """Wagtail publishes in many places and expects no refusal in some: approvals, lists of pages, translations.

    Where one comes, the editor is led to the page and reads what it lacks.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if not isinstance(problem, PublishingRefused) or not request.path.startswith("/cms/"):
            return None
        for sentence in problem.messages:
            messages.error(request, f"{problem.page.get_admin_display_title()}: {sentence}")
        return redirect("wagtailadmin_pages:edit", problem.page.pk)
