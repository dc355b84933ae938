"""The workspace of an organisation's contact person: bookings, the people named in them, files. 404 for others.

The academy office opens the same pages for every organisation.
"""

from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from academy.common.links import absolute_url
from academy.common.moments import clock, day
from academy.common.rows import csv_file
from academy.enums import Role
from academy.permissions import has_role
from courses.models import CourseRun
from enrolment import selectors, services
from enrolment.enums import BookingState, Channel, EnrolmentState
from enrolment.forms import AddSeatsForm, BookForm, GiveBackForm, PersonForm, ReleaseDateForm
from enrolment.models import Booking, NamedPerson

from .teaching import head, run_to_teach, trail

PER_PAGE = 20
LINK_KEY = "new_booking_link"


def _today() -> date:
    return timezone.localdate()


def _for_contacts(request: HttpRequest) -> None:
    if not has_role(request.user, Role.ORGANISATION_CONTACT, Role.ACADEMY_OFFICE):
        raise Http404


def own_booking(request: HttpRequest, booking_id: int) -> Booking:
    """A booking of the person's organisation, with its figures; the office's any. 404 for others."""
    bookings = selectors.bookings_visible_to(request.user, on=_today())
    return get_object_or_404(selectors.bookings_in_detail(bookings), pk=booking_id)


def own_person(request: HttpRequest, person_id: int) -> NamedPerson:
    bookings = selectors.bookings_visible_to(request.user, on=_today())
    people = NamedPerson.objects.filter(booking__in=bookings)
    return get_object_or_404(
        people.select_related("booking__run__course", "booking__organisation", "booking__contact", "enrolment__run"),
        pk=person_id,
    )


def title_of(run: CourseRun) -> str:
    return run.course.title(get_language())


def booking_trail(booking: Booking, *further: str) -> list[dict]:
    steps = [(title_of(booking.run), reverse("enrolment:booking", args=[booking.pk]) if further else "")]
    return trail((_("My organisation"), reverse("enrolment:organisation")), *steps, *[(one, "") for one in further])


def _end_of(chosen: date, *, latest: datetime | None = None) -> datetime:
    """The end of the chosen day, or on the last possible day the last possible moment."""
    end = timezone.make_aware(datetime.combine(chosen + timedelta(days=1), time()))
    is_last_day = latest is not None and timezone.localdate(latest) == chosen
    return min(end, latest) if is_last_day else end


# --- Bookings ----------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def organisation(request: HttpRequest) -> HttpResponse:
    """All bookings of the own organisations, those that hold or wait for seats first."""
    _for_contacts(request)
    bookings = selectors.bookings_in_detail(selectors.bookings_visible_to(request.user, on=_today()))
    page = Paginator(bookings, PER_PAGE).get_page(request.GET.get("page"))
    lines = [{"booking": booking, "title": title_of(booking.run)} for booking in page]
    own = selectors.organisations_booked_by(request.user, on=_today())
    return render(request, "enrolment/organisation.html", {"page_obj": page, "lines": lines, "may_book": bool(own)})


@login_required
@never_cache
@require_safe
def runs_to_book(request: HttpRequest) -> HttpResponse:
    """Runs on which the own organisation can book places."""
    own = selectors.organisations_booked_by(request.user, on=_today())
    if not own:
        raise Http404
    runs = selectors.runs_to_book(at=timezone.now(), organisations=own)
    page = Paginator(runs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "lines": [{"run": run, "title": title_of(run)} for run in page],
        "breadcrumbs": trail((_("My organisation"), reverse("enrolment:organisation")), (_("Book places"), "")),
    }
    return render(request, "enrolment/runs_to_book.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book_places(request: HttpRequest, run_id: int) -> HttpResponse:
    """Asks how many places and until when, then reserves them or puts the group on the waiting list."""
    own = selectors.organisations_booked_by(request.user, on=_today())
    if not own:
        raise Http404
    runs = selectors.runs_to_book(at=timezone.now(), organisations=own)
    run = get_object_or_404(runs, pk=run_id)
    latest = services.latest_release(run, at=timezone.now())
    form = BookForm(request.POST or None, organisations=own, latest=timezone.localdate(latest))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            booking = services.reserve(
                contact=request.user,
                organisation=given["organisation"],
                run=run,
                count=given["count"],
                entry=given["entry"],
                release_at=_end_of(given["release_on"], latest=latest),
                at=timezone.now(),
            )
        except services.BookingRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _booked(booking))
            return redirect("enrolment:booking", booking.pk)
    context = {
        "run": run,
        "title": title_of(run),
        "form": form,
        "breadcrumbs": trail(
            (_("My organisation"), reverse("enrolment:organisation")),
            (_("Book places"), reverse("enrolment:runs_to_book")),
            (title_of(run), ""),
        ),
    }
    return render(request, "enrolment/book_places.html", context)


def _booked(booking: Booking) -> str:
    if booking.state == BookingState.WAITING:
        return _("Your group is on the waiting list. We write to you as soon as it is your turn.")
    return _("The places are reserved. Now say who takes part.")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def booking(request: HttpRequest, booking_id: int) -> HttpResponse:
    """One booking: its places, the people named, and a form to name one more."""
    held = own_booking(request, booking_id)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.name_people(
                booking=held, people=[services.Wanted(**form.cleaned_data)], actor=request.user, at=timezone.now()
            )
        except services.NamingRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The person has a place and is told by mail."))
            return redirect("enrolment:booking", held.pk)
    people = selectors.named_people(Booking.objects.filter(pk=held.pk))
    link = request.session.pop(LINK_KEY, {})
    context = {
        "booking": held,
        "title": title_of(held.run),
        "people": people,
        "before": selectors.places_before(held),
        "form": form,
        "can_name": held.state == BookingState.HELD and held.unnamed > 0 and timezone.now() < held.release_at,
        "link": link.get(str(held.pk), ""),
        "breadcrumbs": booking_trail(held),
    }
    return render(request, "enrolment/booking.html", context)


# --- Giving back -------------------------------------------------------------------------------------------------
def _question(booking: Booking, title: str, label: str) -> dict:
    until = booking.release_at
    return {
        "title": title,
        "confirm_label": label,
        "cancel_url": reverse("enrolment:booking", args=[booking.pk]),
        "facts": [
            {"term": _("Course"), "value": title_of(booking.run)},
            {"term": _("Organisation"), "value": str(booking.organisation)},
            {"term": _("Release date"), "value": _("%(day)s, %(time)s") % {"day": day(until), "time": clock(until)}},
        ],
    }


def _channel(request: HttpRequest) -> Channel:
    return Channel.OFFICE if has_role(request.user, Role.ACADEMY_OFFICE) else Channel.WEB


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def give_back_seats(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Asks how many of the places without a name go back."""
    held = own_booking(request, booking_id)
    form = GiveBackForm(request.POST or None, initial={"count": held.unnamed})
    if request.method == "POST" and form.is_valid():
        try:
            services.give_back_seats(
                booking=held, actor=request.user, at=timezone.now(), channel=_channel(request), **form.cleaned_data
            )
        except services.BookingRefused as refusal:
            form.add_error("count", str(refusal))
        else:
            messages.success(request, _("The places are given back. Thank you for telling us."))
            return redirect("enrolment:booking", held.pk)
    question = _question(held, _("Give places back?"), _("Give places back"))
    text = ngettext(
        "%(count)d place has no name yet. It goes to the waiting list, or to everybody.",
        "%(count)d places have no name yet. They go to the waiting list, or to everybody.",
        held.unnamed,
    ) % {"count": held.unnamed}
    return render(request, "components/confirm.html", {**question, "text": text, "form": form, "tone": "danger"})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_seats(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Asks how many more places are reserved with the booking."""
    held = own_booking(request, booking_id)
    form = AddSeatsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_seats(
                booking=held, actor=request.user, at=timezone.now(), channel=_channel(request), **form.cleaned_data
            )
        except services.BookingRefused as refusal:
            form.add_error("count", str(refusal))
        else:
            messages.success(request, _("The places are reserved. Please say who takes part."))
            return redirect("enrolment:booking", held.pk)
    question = _question(held, _("Reserve more places"), _("Reserve places"))
    text = _("They are kept until the release date of your booking. Free places only: nobody who waits is overtaken.")
    return render(request, "components/confirm.html", {**question, "text": text, "form": form})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave_list(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Asks once, then takes the group off the waiting list."""
    held = own_booking(request, booking_id)
    if request.method == "POST":
        try:
            services.leave_list(booking=held, actor=request.user, at=timezone.now(), channel=_channel(request))
        except services.BookingRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Your group does not wait any more."))
        return redirect("enrolment:booking", held.pk)
    question = _question(held, _("Leave the waiting list?"), _("Leave the waiting list"))
    text = _("Places that are reserved for you already stay yours.")
    return render(request, "components/confirm.html", {**question, "text": text, "tone": "danger"})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_release_date(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Changes until when places may stay without a name; the office may go on until the course begins."""
    held = own_booking(request, booking_id)
    form = ReleaseDateForm(request.POST or None, initial={"release_on": timezone.localdate(held.release_at)})
    if request.method == "POST" and form.is_valid():
        now, channel = timezone.now(), _channel(request)
        latest = held.run.span()[0] if channel == Channel.OFFICE else services.latest_release(held.run, at=now)
        until = _end_of(form.cleaned_data["release_on"], latest=latest)
        try:
            services.set_release_date(booking=held, release_at=until, actor=request.user, at=now, channel=channel)
        except services.BookingRefused as refusal:
            form.add_error("release_on", str(refusal))
        else:
            messages.success(request, _("The release date is changed."))
            return redirect("enrolment:booking", held.pk)
    question = _question(held, _("Change the release date"), _("Change the date"))
    return render(request, "components/confirm.html", {**question, "form": form})


# --- People ------------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_off(request: HttpRequest, person_id: int) -> HttpResponse:
    """Asks once, then ends the place of a named person."""
    person = own_person(request, person_id)
    if request.method == "POST":
        try:
            services.take_off(person=person, actor=request.user, at=timezone.now())
        except services.NamingRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The place is taken back. The person is told by mail."))
        return redirect("enrolment:booking", person.booking_id)
    question = _question(
        person.booking, _("Take the place of %(name)s back?") % {"name": person}, _("Take the place back")
    )
    text = _("The place stays reserved for your organisation until the release date; after that it goes to the list.")
    return render(request, "components/confirm.html", {**question, "text": text, "tone": "danger"})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def replace_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Asks for the other person, then gives the place over; both are told."""
    person = own_person(request, person_id)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = services.Wanted(**form.cleaned_data)
        try:
            services.replace(person=person, by=wanted, actor=request.user, at=timezone.now())
        except services.NamingRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The place is given over. Both people are told by mail."))
            return redirect("enrolment:booking", person.booking_id)
    question = _question(person.booking, _("Replace %(name)s") % {"name": person}, _("Give the place over"))
    text = _("Possible until the last session begins. The waiting list is not touched.")
    return render(request, "components/confirm.html", {**question, "text": text, "form": form})


# --- The link ----------------------------------------------------------------------------------------------------
@login_required
@require_POST
def renew_link(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Makes a link to pass on, shown once on the next page; the one before ends."""
    held = own_booking(request, booking_id)
    try:
        token = services.renew_link(booking=held, at=timezone.now())
    except services.NamingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        request.session[LINK_KEY] = {str(held.pk): absolute_url("enrolment:take_place", token)}
    return redirect(f"{reverse('enrolment:booking', args=[held.pk])}#link")


@login_required
@require_POST
def revoke_link(request: HttpRequest, booking_id: int) -> HttpResponse:
    held = own_booking(request, booking_id)
    services.revoke_link(booking=held)
    messages.success(request, _("The link opens nothing any more."))
    return redirect(f"{reverse('enrolment:booking', args=[held.pk])}#link")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_place(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the link takes one of the organisation's places."""
    held = selectors.booking_for_token(token)
    if held is None:
        return render(request, "enrolment/take_place_over.html", status=404)
    if request.method == "POST":
        try:
            services.take_by_link(booking=held, token=token, learner=request.user, at=timezone.now())
        except services.NamingRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Your place is confirmed. We have sent you a mail with all details."))
        return redirect("enrolment:my_places")
    question = _question(held, _("Take a place of your organisation"), _("Take the place"))
    question |= {"cancel_url": reverse("enrolment:my_places")}
    text = _("Your organisation sees your name, your e-mail address and your place, but not what you learn.")
    return render(request, "components/confirm.html", {**question, "text": text})


# --- Files -------------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def people_file(request: HttpRequest) -> HttpResponse:
    """Everybody named by the own organisations as a CSV file: name, address, course, begin, state."""
    _for_contacts(request)
    bookings = selectors.bookings_visible_to(request.user, on=_today())
    return _file(selectors.named_people(bookings))


@login_required
@never_cache
@require_safe
def booking_file(request: HttpRequest, booking_id: int) -> HttpResponse:
    """The same for one booking."""
    held = own_booking(request, booking_id)
    return _file(selectors.named_people(Booking.objects.filter(pk=held.pk)))


def _file(people: list[NamedPerson]) -> HttpResponse:
    head = [
        _("Last name"),
        _("First name"),
        _("E-mail address"),
        _("Organisation"),
        _("Course"),
        _("Begins"),
        _("State"),
    ]
    return csv_file("people.csv", head, map(_line_of, people), separator=";")


def _line_of(person: NamedPerson) -> tuple:
    first_at = person.booking.run.span()[0]
    return (
        person.last_name,
        person.first_name,
        person.email,
        person.booking.organisation,
        title_of(person.booking.run),
        f"{timezone.localtime(first_at):%Y-%m-%d %H:%M}" if first_at else "",
        EnrolmentState(person.enrolment.state).label,
    )


# --- The office --------------------------------------------------------------------------------------------------
@login_required
@never_cache
@require_safe
def run_bookings(request: HttpRequest, run_id: int) -> HttpResponse:
    """The bookings of one run, for the office, which opens and changes each of them."""
    if not has_role(request.user, Role.ACADEMY_OFFICE):
        raise Http404
    run = run_to_teach(request, run_id)
    bookings = selectors.bookings_in_detail(selectors.bookings_visible_to(request.user, on=_today()).filter(run=run))
    page = Paginator(bookings, PER_PAGE).get_page(request.GET.get("page"))
    here = head(run)
    context = {
        **here,
        "page_obj": page,
        "lines": [{"booking": booking, "title": str(booking.organisation)} for booking in page],
        "breadcrumbs": trail(
            (_("Runs"), reverse("enrolment:teaching")),
            (here["title"], reverse("enrolment:roster", args=[run.pk])),
            (_("Bookings of organisations"), ""),
        ),
    }
    return render(request, "enrolment/run_bookings.html", context)
