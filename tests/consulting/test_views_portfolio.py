"""The list of processes as a portfolio: lights, what is late, filters, order, files, and what it costs."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from academy.enums import Role
from consulting import selectors
from consulting.enums import MeasureState, Pace, ProcessRole, ProcessState
from consulting.models import Process
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.barriers import MeasureFactory
from tests.factories.consulting import MilestoneFactory, ProcessFactory, ProcessMemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def facilitator():
    person = UserFactory()
    MembershipFactory(user=person, role=Role.FACILITATOR)
    return person


def own(facilitator, *, focus: str = "analyse", **facts) -> Process:
    process = ProcessFactory(focus=focus, **facts)
    ProcessMemberFactory(process=process, role=ProcessRole.FACILITATOR, person=facilitator)
    return process


def milestone(process, days: int, **facts):
    return MilestoneFactory(process=process, due_on=timezone.localdate() + timedelta(days=days), **facts)


def late_measure(process, **facts):
    due_on = timezone.localdate() - timedelta(days=3)
    return MeasureFactory(process=process, state=MeasureState.DECIDED, due_on=due_on, **facts)


def page(client, **query):
    return client.get(reverse("consulting:process_list"), query)


def listed(client, **query) -> list[Process]:
    return [row.process for row in page(client, **query).context["rows"]]


def test_process_list_counts_what_is_late_in_each_process(facilitator, client):
    late, calm = own(facilitator), own(facilitator)
    milestone(late, -1)
    milestone(late, -2)
    milestone(late, -3, done_on=timezone.localdate())
    late_measure(late)
    MeasureFactory(process=late, state=MeasureState.IMPLEMENTED, due_on=late.starts_on, implemented_on=late.starts_on)
    client.force_login(facilitator)

    answer = page(client)

    found = {row.process: (row.process.late_milestones, row.process.late_measures) for row in answer.context["rows"]}
    assert found == {late: (2, 1), calm: (0, 0)}
    overdue = reverse("consulting:measure_list", args=[late.pk]) + "?show=overdue"
    assert f'<a href="{overdue}">1 Maßnahme</a>' in answer.content.decode()
    assert f'<a href="{late.get_absolute_url()}#milestones">2 Meilensteine</a>' in answer.content.decode()


def test_process_list_leaves_what_the_chosen_light_phase_and_state_say(facilitator, client):
    overdue, due, calm = own(facilitator), own(facilitator, focus="goals"), own(facilitator)
    paused = own(facilitator, state=ProcessState.PAUSED)
    for process, days in ((overdue, -1), (due, 14), (calm, 15), (paused, -1)):
        milestone(process, days)
    client.force_login(facilitator)

    assert listed(client, light="overdue") == [overdue]
    assert listed(client, light="due") == [due]
    assert listed(client, light="on_track") == [calm]
    assert listed(client, phase="goals") == [due]
    assert listed(client, state="paused") == [paused]
    assert listed(client, light="due", phase="analyse") == []
    assert listed(client, light="nonsense", sort="nonsense") == [overdue, due, calm, paused]


def test_process_list_keeps_the_filters_in_chips_tabs_and_files(facilitator, client):
    own(facilitator)
    client.force_login(facilitator)

    context = page(client, light="on_track", sort="title").context

    assert [chip["remove_url"] for chip in context["active"]] == [
        reverse("consulting:process_list") + "?sort=title",
        reverse("consulting:process_list") + "?light=on_track",
    ]
    assert [tab["url"] for tab in context["tabs"]] == [
        "?light=on_track&sort=title",
        "?light=on_track&sort=title&state=over",
    ]
    assert [file["url"] for file in context["files"]] == [
        "?light=on_track&sort=title&export=csv",
        "?light=on_track&sort=title&export=xlsx",
    ]


def test_process_list_is_sorted_as_asked(facilitator, client):
    first = own(facilitator, title="Anmeldung", starts_on=timezone.localdate() - timedelta(days=90))
    second = own(facilitator, title="Zuständigkeit", starts_on=timezone.localdate() - timedelta(days=10))
    milestone(first, 3)
    late_measure(second)
    client.force_login(facilitator)

    assert listed(client) == [first, second]
    assert listed(client, sort="late") == [second, first]
    assert listed(client, sort="start") == [second, first]
    assert listed(client, sort="title") == [first, second]


def test_the_light_of_the_list_is_the_light_of_the_process(facilitator):
    for days in (-1, 0, 14, 15):
        milestone(own(facilitator), days)
        process = own(facilitator)
        process.phases.filter(key="analyse").update(planned_on=timezone.localdate() + timedelta(days=days))
        milestone(own(facilitator, state=ProcessState.PAUSED), days)
    own(facilitator)
    on = timezone.localdate()

    found = selectors.portfolio_of(facilitator, chosen={}, on=on).with_timetable()

    lights = {process.pk: process.light for process in found}
    assert lights == {process.pk: selectors.schedule_of(process, on=on).pace or "" for process in found}
    assert sorted(lights.values()) == sorted(["", *[""] * 3, *["overdue"] * 2, *["due"] * 4, *["on_track"] * 3])


def test_who_sees_metadata_only_is_told_no_light_and_nothing_late(client):
    process = ProcessFactory(focus="analyse")
    milestone(process, -1)
    late_measure(process)
    member = UserFactory()
    unit = process.unit
    MembershipFactory(user=member, role=Role.UNIT_STAFF, organisation=unit.organisation, unit=unit)
    client.force_login(member)

    answer = page(client, light="overdue")

    assert [(row.process.light, row.process.late_milestones) for row in answer.context["rows"]] == [("", None)]
    assert "light" not in answer.context["form"].fields
    assert not answer.context["shows_lights"]
    assert page(client, sort="late").status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_process_list_as_a_file_calculates_nothing_and_holds_what_is_filtered(kind, facilitator, client):
    process = own(facilitator, title="=1+1")
    milestone(process, -1, title="Wegekarte")
    milestone(process, 4, title="@Zielgespräch")
    own(facilitator, state=ProcessState.PAUSED)
    client.force_login(facilitator)

    file = page(client, export=kind, light="overdue")

    today = timezone.localdate()
    unit, start, next_on = str(process.unit), process.starts_on.isoformat(), (today + timedelta(days=4)).isoformat()
    assert f'filename="prozessbegleitungen.{kind}"' in file["Content-Disposition"]
    if kind == "csv":
        lines = file.content.decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert lines[1].startswith("'=1+1,")
        assert ",'@Zielgespräch," in lines[1]
        return
    sheet = load_workbook(io.BytesIO(file.content)).active
    rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert rows[1:] == [
        [
            "=1+1",
            unit,
            "aktiv",
            "Bestandsaufnahme",
            str(Pace.OVERDUE.label),
            "1",
            "0",
            next_on,
            "@Zielgespräch",
            start,
            "",
        ]
    ]
    assert sheet["A2"].data_type == "s"


@pytest.mark.parametrize("query", [{}, {"sort": "late", "light": "overdue"}, {"export": "xlsx"}])
def test_process_list_takes_the_same_queries_for_1_and_50_rows(
    query, facilitator, client, django_assert_num_queries, django_assert_max_num_queries
):
    def fill(number: int) -> None:
        for _ in range(number):
            process = own(facilitator)
            milestone(process, -1)
            late_measure(process)

    client.force_login(facilitator)
    fill(1)
    page(client, **query)
    with django_assert_max_num_queries(14) as few:
        page(client, **query)
    fill(49)
    with django_assert_num_queries(len(few)):
        page(client, **query)
