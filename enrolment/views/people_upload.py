"""A list of people as a file: shown first, line by line with what would happen, and applied only when confirmed.

What was shown travels signed through the page, so that exactly that is applied, and nothing is stored before.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from enrolment import people_files, services
from enrolment.enums import NamedBy
from enrolment.forms import PeopleFileForm
from enrolment.models import Booking

from .bookings import booking_trail, own_booking, title_of

SALT = "enrolment.people_upload"
VALID_FOR = 60 * 60


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload_people(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Reads the file and shows each line; with `checked`, names the people who were shown."""
    held = own_booking(request, booking_id)
    if request.method == "POST" and "checked" in request.POST:
        return _apply(request, held)
    form = PeopleFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = people_files.read(form.cleaned_data["file"].read())
        except people_files.PeopleFileRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            return _preview(request, held, found)
    return _page(request, held, form=form)


def _preview(request: HttpRequest, held: Booking, found: people_files.PeopleFile) -> HttpResponse:
    problems = services.check_people(booking=held, people=found.people, at=timezone.now()) | found.problems
    lines = [
        {"number": number, "person": person, "problem": problems.get(position, "")}
        for position, (number, person) in enumerate(zip(found.lines, found.people, strict=True))
    ]
    rows = [[person.first_name, person.last_name, person.email] for person in found.people]
    checked = "" if problems else signing.dumps({"b": held.pk, "p": rows}, salt=SALT, compress=True)
    return _page(request, held, lines=lines, problems=len(problems), checked=checked)


def _apply(request: HttpRequest, held: Booking) -> HttpResponse:
    try:
        given = signing.loads(request.POST["checked"], salt=SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        given = {}
    if given.get("b") != held.pk:
        messages.error(request, _("This preview is too old. Please upload the list once more."))
        return redirect("enrolment:upload_people", held.pk)
    people = [services.Wanted(*row) for row in given["p"]]
    try:
        named = services.name_people(
            booking=held, people=people, actor=request.user, at=timezone.now(), named_by=NamedBy.FILE
        )
    except services.NamingRefused as refusal:
        if not refusal.problems:
            messages.error(request, str(refusal))
            return redirect("enrolment:booking", held.pk)
        messages.error(request, _("Something has changed since the preview. Nobody was named."))
        return _preview(request, held, people_files.PeopleFile(list(range(2, len(people) + 2)), people))
    sentence = ngettext(
        "%(count)d person has a place and is told by mail.",
        "%(count)d people have places and are told by mail.",
        len(named),
    )
    messages.success(request, sentence % {"count": len(named)})
    return redirect("enrolment:booking", held.pk)


def _page(request: HttpRequest, held: Booking, **context) -> HttpResponse:
    context |= {
        "booking": held,
        "title": title_of(held.run),
        "breadcrumbs": booking_trail(held, _("Upload a list")),
    }
    context.setdefault("form", PeopleFileForm())
    return render(request, "enrolment/upload_people.html", context)
