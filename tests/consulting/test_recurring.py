"""Dates that come again and again: the rule, its exceptions, the file, and who keeps them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from academy.enums import Role
from academy.services import sync_rights
from consulting import recurring, services
from consulting.enums import SeriesKind, SeriesRhythm
from consulting.models import DateSeries, SeriesException
from tests.factories.academy import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 10, 13, 9, tzinfo=BERLIN)  # the second Tuesday of October, in summer time
NOW = datetime(2026, 10, 1, 8, tzinfo=UTC)


def planned(*exceptions, **given) -> DateSeries:
    facts = {"kind": SeriesKind.CONSULTING_HOUR, "title_de": "Sprechstunde", "starts_at": TUESDAY, "minutes": 90}
    series = DateSeries(**{**facts, **given})
    series.exceptions = [SeriesException(on=on, moved_to=moved_to) for on, moved_to in exceptions]
    return services.save_series(series=series, actor=UserFactory(), at=NOW)


def dates(series, weeks=30, since=NOW) -> list[str]:
    found = recurring.occurrences(series, since=since, before=since + timedelta(weeks=weeks))
    return [f"{one.starts_at.astimezone(BERLIN):%d.%m. %H:%M}" for one in found]


def read_by_others(series) -> list[datetime]:
    """The dates as `vobject` works them out from the rule and EXDATE."""
    calendar = vobject.readOne(recurring.to_ical(series).decode())
    master = next(event for event in calendar.vevent_list if "recurrence-id" not in event.contents)
    return list(master.getrruleset(addRDate=True))


# --- The rule ----------------------------------------------------------------------------------------------------
def test_weekly_series_stays_at_nine_over_the_end_of_summer_time():
    assert dates(planned(times=4)) == ["13.10. 09:00", "20.10. 09:00", "27.10. 09:00", "03.11. 09:00"]


def test_series_stays_at_nine_over_the_begin_of_summer_time():
    series = planned(starts_at=datetime(2027, 3, 23, 9, tzinfo=BERLIN), times=3)

    found = recurring.occurrences(series, since=NOW, before=NOW + timedelta(weeks=40))

    assert [one.starts_at for one in found] == [
        datetime(2027, 3, 23, 8, tzinfo=UTC),
        datetime(2027, 3, 30, 7, tzinfo=UTC),
        datetime(2027, 4, 6, 7, tzinfo=UTC),
    ]


def test_monthly_series_keeps_its_weekday_and_week():
    series = planned(rhythm=SeriesRhythm.MONTHLY, times=3)

    assert dates(series) == ["13.10. 09:00", "10.11. 09:00", "08.12. 09:00"]


def test_monthly_series_from_a_fifth_week_means_the_last_one():
    series = planned(starts_at=datetime(2026, 10, 29, 9, tzinfo=BERLIN), rhythm=SeriesRhythm.MONTHLY, times=3)

    assert dates(series) == ["29.10. 09:00", "26.11. 09:00", "31.12. 09:00"]


def test_series_of_every_second_week_ends_with_its_last_day():
    assert dates(planned(every=2, ends_on=date(2026, 11, 10))) == ["13.10. 09:00", "27.10. 09:00", "10.11. 09:00"]


def test_series_without_an_end_is_shown_as_far_as_asked():
    assert len(dates(planned(), weeks=10)) == 9


def test_exceptions_are_left_out_or_moved():
    moved_to = datetime(2026, 10, 28, 14, tzinfo=BERLIN)
    series = planned((date(2026, 10, 20), None), (date(2026, 10, 27), moved_to), times=4)

    found = recurring.occurrences(series, since=NOW, before=NOW + timedelta(weeks=10))

    assert dates(series) == ["13.10. 09:00", "28.10. 14:00", "03.11. 09:00"]
    assert found[1].was_at == datetime(2026, 10, 27, 9, tzinfo=BERLIN)


def test_date_under_way_is_shown_until_it_is_over():
    series = planned(times=1)

    assert dates(series, since=TUESDAY.astimezone(UTC) + timedelta(minutes=89)) == ["13.10. 09:00"]
    assert dates(series, since=TUESDAY.astimezone(UTC) + timedelta(minutes=90)) == []


# --- The file ----------------------------------------------------------------------------------------------------
def test_file_holds_rule_exceptions_and_moved_dates():
    moved_to = datetime(2026, 11, 4, 14, tzinfo=BERLIN)
    series = planned((date(2026, 10, 20), None), (date(2026, 11, 3), moved_to), times=5, place="Saal")

    master, moved = Calendar.from_ical(recurring.to_ical(series)).walk("VEVENT")

    assert master["RRULE"].to_ical() == b"FREQ=WEEKLY;COUNT=5;INTERVAL=1"
    assert master["EXDATE"].to_ical() == b"20261020T090000"
    assert master["EXDATE"].params["TZID"] == "Europe/Berlin"
    assert moved["RECURRENCE-ID"].dt == datetime(2026, 11, 3, 9, tzinfo=BERLIN)
    assert moved["DTSTART"].dt == moved_to
    assert master["UID"] == moved["UID"] == f"series-{series.pk}@127.0.0.1"


@pytest.mark.parametrize(
    "given",
    [
        {"times": 6},
        {"every": 2, "ends_on": date(2026, 12, 8)},
        {"rhythm": SeriesRhythm.MONTHLY, "times": 8},
        {"rhythm": SeriesRhythm.MONTHLY, "starts_at": datetime(2026, 10, 30, 9, tzinfo=BERLIN), "times": 8},
    ],
)
def test_another_program_works_out_the_same_dates_from_the_file(given):
    series = planned((given.get("starts_at", TUESDAY).date(), None), **given)

    ours = recurring.occurrences(series, since=NOW, before=NOW + timedelta(weeks=52))

    assert [moment.astimezone(UTC) for moment in read_by_others(series)] == [
        one.starts_at.astimezone(UTC) for one in ours
    ]


def test_file_names_the_last_day_as_a_moment_in_utc():
    [master] = Calendar.from_ical(recurring.to_ical(planned(ends_on=date(2026, 12, 8)))).walk("VEVENT")

    assert b"UNTIL=20261208T225959Z" in master["RRULE"].to_ical()


def test_feed_answers_304_until_the_series_changes(client):
    series = planned(times=3)
    url = f"/calendar/series/{series.pk}.ics"
    etag = client.get(url)["ETag"]
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304

    services.save_series(series=series, actor=UserFactory(), at=NOW + timedelta(hours=1))

    changed = client.get(url, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert b"SEQUENCE:1" in changed.content


def test_feed_and_page_leave_out_what_is_not_public(client, django_assert_max_num_queries):
    hidden, shown = planned(is_public=False, title_de="Geheim"), planned(starts_at=timezone.now() + timedelta(days=1))

    with django_assert_max_num_queries(10):
        page = client.get("/de/dates/").content.decode()

    assert client.get(f"/calendar/series/{hidden.pk}.ics").status_code == 404
    assert "Geheim" not in page
    assert page.count("agenda__title") == 9
    assert f"/calendar/series/{shown.pk}.ics" in page


# --- What is refused ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("exceptions", "given", "words"),
    [
        ([], {"times": 3, "ends_on": date(2026, 12, 1)}, "nicht beides"),
        ([], {"ends_on": date(2026, 10, 12)}, "vor dem ersten Termin"),
        ([(date(2026, 10, 21), None)], {}, "21. Oktober 2026"),
        ([(date(2026, 10, 20), None), (date(2026, 10, 20), None)], {}, "schon eine Ausnahme"),
    ],
)
def test_save_series_refuses(exceptions, given, words):
    with pytest.raises(services.SeriesRefused, match=words):
        planned(*exceptions, **given)

    assert not DateSeries.objects.exists()


def test_database_refuses_two_ends():
    with pytest.raises(IntegrityError, match="series_has_one_end"):
        DateSeries.objects.create(
            kind=SeriesKind.ROUND_TABLE, title_de="Runder Tisch", starts_at=TUESDAY, times=3, ends_on=date(2027, 1, 1)
        )


# --- Who keeps them ----------------------------------------------------------------------------------------------
def sign_in(client, role):
    user = UserFactory()
    MembershipFactory(user=user, role=role)
    sync_rights(user=user, on=timezone.localdate())
    client.force_login(user)


FORM = {
    "kind": "round_table",
    "title_de": "Runder Tisch",
    "title_en": "",
    "place": "",
    "contact": "",
    "starts_at": "2027-01-12 17:00",
    "minutes": "120",
    "rhythm": "monthly",
    "every": "1",
    "ends_on": "",
    "times": "6",
    "is_public": "on",
}


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.FACILITATOR, True), (Role.ACADEMY_OFFICE, True), (Role.TRAINER, False), (Role.PARTICIPANT, False)],
)
def test_facilitators_and_the_office_keep_series(client, role, may):
    sign_in(client, role)
    exceptions = inline_formset([{"on": "2027-02-09", "moved_to": "2027-02-16 17:00"}])

    client.post(reverse("date_series:add"), nested_form_data({**FORM, "exceptions": exceptions}))

    assert DateSeries.objects.exists() is may
    assert SeriesException.objects.exists() is may


@pytest.mark.usefixtures("site")
def test_form_says_what_is_refused(client):
    sign_in(client, Role.ACADEMY_OFFICE)
    exceptions = inline_formset([{"on": "2027-02-10", "moved_to": ""}])

    answer = client.post(reverse("date_series:add"), nested_form_data({**FORM, "exceptions": exceptions}))

    assert "gibt es keinen Termin" in answer.content.decode()
    assert not DateSeries.objects.exists()
