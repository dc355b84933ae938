"""The line of time: who sees what of it, that drawing and table say the same, and what it costs."""

import re
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from academy.enums import Role
from consulting import selectors
from consulting.enums import MeasureState, PhaseState, ProcessRole
from consulting.views.timeline import Scale, marks_of, ticks_of
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.barriers import MeasureFactory
from tests.factories.consulting import MilestoneFactory, ProcessFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return ProcessFactory(focus="analyse", ready=True, starts_on=date(2026, 9, 1))


def person(who: str, process):
    if who in ProcessRole.values and process.members.filter(role=who).exists():
        return process.members.filter(role=who).first().person
    user = UserFactory()
    if who == "staff":
        unit = process.unit
        MembershipFactory(user=user, role=Role.UNIT_STAFF, organisation=unit.organisation, unit=unit)
    elif who == "unassigned":
        MembershipFactory(user=user, role=Role.FACILITATOR)
    elif who in Role.values:
        MembershipFactory(user=user, role=who)
    return user


def page(client, process):
    return client.get(reverse("consulting:process_timeline", args=[process.pk]))


def filled(process, days: int = -3):
    due_on = timezone.localdate() + timedelta(days=days)
    MilestoneFactory(process=process, title="Wegekarte abgestimmt", due_on=due_on)
    MeasureFactory(process=process, state=MeasureState.DECIDED, due_on=due_on, title="Terminhilfe")


@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        ("facilitator", {"agreement", "milestone", "measure"}),
        ("sponsor", {"agreement", "milestone", "measure"}),
        ("group", {"agreement", "milestone", "measure"}),
        (Role.PROGRAMME_LEAD, {"agreement", "milestone", "measure"}),
        ("staff", set()),  # M: title, phases and dates of the process; the measure's barrier is not released
        (Role.DIALOGUE_MODERATION, set()),
        (Role.TECHNICAL_ADMIN, set()),
        ("unassigned", None),  # C3
        (Role.TRAINER, None),
        (Role.EDITOR, None),
        (Role.MSO, None),
        ("nobody", None),
    ],
)
def test_process_timeline_shows_what_the_person_may_see(who, kinds, process, client):
    filled(process)
    client.force_login(person(who, process))

    answer = page(client, process)

    if kinds is None:
        assert answer.status_code == 404
        return
    assert {row["thing"].kind for row in answer.context["things"]} == kinds
    assert len(answer.context["phases"]) == 7


def test_process_timeline_asks_strangers_to_sign_in(process, client):
    assert page(client, process)["Location"].startswith(reverse("account_login"))


def test_the_drawing_has_a_mark_for_each_line_of_the_table_and_a_bar_for_each_dated_phase(process, client):
    filled(process)
    process.phases.filter(key="analyse").update(planned_on=date(2026, 12, 20))
    client.force_login(person("facilitator", process))

    soup = BeautifulSoup(page(client, process).content, "html.parser")

    picture = soup.select_one("svg.process-line")
    numbers = [text.get_text() for text in picture.select(".process-line__number")]
    rows = soup.select("section[aria-labelledby=things-title] tbody tr")
    assert numbers == [row.select("td")[0].get_text() for row in rows] == ["1", "2", "3", "4"]
    labels = [text.get_text() for text in picture.select(".process-line__label")]
    named = [row.th.get_text() for row in soup.select("section[aria-labelledby=phases-title] tbody tr")]
    assert labels == named
    assert len(picture.select(".process-line__bar")) == 2
    assert picture["role"] == "img"
    said = [picture.find(id=key).get_text() for key in picture["aria-labelledby"].split()]
    assert said[0] == f"Zeitleiste: {process.title}"
    assert "7 Phasen. Aktuelle Phase: Bestandsaufnahme. 4 Termine. 2 sind überfällig." in said[1]
    assert not soup.select("svg.process-line [style]")


def test_places_in_the_drawing_are_written_with_a_point_in_german_too(process, client):
    filled(process)
    client.force_login(person("facilitator", process))

    picture = BeautifulSoup(page(client, process).content, "html.parser").select_one("svg.process-line")

    shares = [one[name] for one in picture.find_all(True) for name in ("x", "x1", "width") if one.get(name)]
    assert all(re.fullmatch(r"-?\d+(\.\d+)?%?", share) for share in shares), shares


def test_marks_on_one_day_stand_below_each_other_and_never_outside(process):
    filled(process)
    things = selectors.dated_things(process, person("facilitator", process), reads=True, on=timezone.localdate())
    scale = Scale(things[0].on, things[-1].on)

    marks, lanes = marks_of([*things, things[-1]], scale, top=100)

    assert lanes == 3
    assert [mark["y"] for mark in marks] == [116, 148, 116, 148, 180]
    assert all(4 <= float(mark["x"].rstrip("%")) <= 96 for mark in marks)


@pytest.mark.parametrize(
    ("last", "labels"),
    [
        (date(2026, 4, 1), ["1/2026", "2/2026", "3/2026", ""]),
        (date(2027, 7, 1), ["1/2026", "7/2026", "1/2027", ""]),
        (date(2046, 1, 1), ["1/2026", "1/2031", "1/2036", "1/2041", ""]),
    ],
)
def test_the_axis_has_as_many_months_as_a_phone_has_room_for(last, labels):
    assert [tick["label"] for tick in ticks_of(Scale(date(2026, 1, 1), last))] == labels


def test_a_running_phase_without_an_end_is_drawn_until_today_and_an_undated_one_not_at_all(process, client):
    client.force_login(person("facilitator", process))

    bars = page(client, process).context["drawing"]["bars"]

    assert [bool(bar.get("x")) for bar in bars] == [True, True, *[False] * 5]
    assert bars[1]["state"] == PhaseState.ACTIVE


@pytest.mark.parametrize("who", ["facilitator", "staff"])
def test_process_timeline_takes_the_same_queries_for_1_and_50_dates(
    who, process, client, django_assert_num_queries, django_assert_max_num_queries
):
    filled(process)
    client.force_login(person(who, process))
    page(client, process)
    with django_assert_max_num_queries(14) as few:
        page(client, process)
    for number in range(49):
        filled(process, days=number)
    with django_assert_num_queries(len(few)):
        page(client, process)
