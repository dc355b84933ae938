"""Self-assessments: rounds, answers apart from people, and results that never say too much (C9, C10)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from academy.enums import Role
from consulting import audit_checks, selectors, services
from consulting.enums import (
    AssessmentAudience,
    AssessmentState,
    AssessmentTime,
    Move,
    PhaseKey,
    ProcessRole,
    ProcessState,
)
from consulting.models import AssessmentSheet, AssessmentTicket, ProcessMove, SelfAssessment
from consulting.personal_data import forget_tickets
from tests.factories.academy import MembershipFactory
from tests.factories.assessments import CONTENT, AssessmentFactory, InstrumentFactory
from tests.factories.consulting import ProcessFactory, ProcessMemberFactory, holder

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 2, 10, tzinfo=UTC)
TODAY = AT.date()
CLOSED = date(2026, 10, 23)
MIDDLE = {"l1": 2, "l2": 1, "s1": 3}
FULL = {"leitung": {"l1": 3, "l2": None}, "sprache": {"s1": 1}}


@pytest.fixture
def process():
    return ProcessFactory(focus="analyse", ready=True)


@pytest.fixture
def assessment(process):
    return AssessmentFactory(process=process)


def answer_all(assessment, person):
    for field, answers in FULL.items():
        services.save_answers(assessment=assessment, field=field, answers=answers, actor=person, at=AT)


def refused(match):
    return pytest.raises(services.AssessmentRefused, match=match)


# --- Rounds ------------------------------------------------------------------------------------------------------
def test_open_assessment_takes_the_newest_version_for_the_start_and_writes_the_log(process, facilitator):
    InstrumentFactory(version=1)
    newest = InstrumentFactory(version=2)

    found = services.open_assessment(process=process, time="start", threshold=8, actor=facilitator, at=AT)

    assert (found.instrument, found.state, found.opened_on, found.least) == (newest, "open", TODAY, 8)
    assert ProcessMove.objects.get(process=process).move == Move.OPEN_ASSESSMENT


def test_open_assessment_takes_the_version_of_the_start_for_the_end(process, facilitator):
    """C9: else the two could not stand beside each other."""
    start = AssessmentFactory(process=process, closed_on=CLOSED)
    InstrumentFactory(version=2)

    end = services.open_assessment(process=process, time="end", actor=facilitator, at=AT)

    assert end.instrument == start.instrument


@pytest.mark.parametrize("role", [ProcessRole.SPONSOR, ProcessRole.GROUP])
def test_open_assessment_is_refused_to_all_but_facilitation(process, role):
    InstrumentFactory()

    with refused("Nur die Prozessbegleitung"):
        services.open_assessment(process=process, time="start", actor=holder(process, role), at=AT)


def test_open_assessment_is_refused_to_the_programme_lead(process):
    InstrumentFactory()
    lead = MembershipFactory(role=Role.PROGRAMME_LEAD).user

    with refused("Nur die Prozessbegleitung"):
        services.open_assessment(process=process, time="start", actor=lead, at=AT)


@pytest.mark.parametrize(
    ("there", "time", "match"),
    [
        ([], "end", "Zuerst kommt"),
        ([], "interim", "Zuerst kommt"),
        ([("start", None)], "interim", "ist offen"),
        ([("start", CLOSED)], "start", "gab es schon"),
        ([("start", CLOSED), ("end", CLOSED)], "end", "gab es schon"),
        ([("start", CLOSED), ("end", CLOSED)], "interim", "Nach dem Ende"),
    ],
)
def test_open_assessment_refuses_what_does_not_follow(process, facilitator, there, time, match):
    for known, closed_on in there:
        AssessmentFactory(process=process, time=known, closed_on=closed_on)

    with refused(match):
        services.open_assessment(process=process, time=time, actor=facilitator, at=AT)


def test_open_assessment_is_refused_without_questions(process, facilitator):
    with refused("noch keine Fragen"):
        services.open_assessment(process=process, time="start", actor=facilitator, at=AT)


def test_open_assessment_is_refused_in_a_process_that_is_over(process, facilitator):
    InstrumentFactory()
    process.state = ProcessState.CLOSED
    process.save()

    with pytest.raises(services.ProcessRefused):
        services.open_assessment(process=process, time="start", actor=facilitator, at=AT)


def test_database_keeps_one_open_round_one_start_and_a_day_of_closing(process):
    AssessmentFactory(process=process)
    for broken in (
        {"process": process, "time": AssessmentTime.INTERIM},
        {"process": process, "time": AssessmentTime.START, "closed_on": CLOSED},
        {"time": AssessmentTime.START, "state": AssessmentState.CLOSED},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AssessmentFactory(**broken)


def test_close_assessment_deletes_drafts_and_keeps_sheets(assessment, process, facilitator, member):
    answer_all(assessment, member)
    services.hand_in_assessment(assessment=assessment, actor=member, at=AT)
    other = ProcessMemberFactory(process=process).person
    services.save_answers(assessment=assessment, field="sprache", answers={"s1": 4}, actor=other, at=AT)

    services.close_assessment(assessment=assessment, actor=facilitator, at=AT)

    assessment.refresh_from_db()
    assert (assessment.state, assessment.closed_on) == ("closed", TODAY)
    assert list(assessment.tickets.values_list("person", "draft")) == [(member.pk, {})]
    assert assessment.sheets.count() == 1
    with refused("ist geschlossen"):
        services.close_assessment(assessment=assessment, actor=facilitator, at=AT)


def test_close_assessment_is_refused_to_the_group(assessment, member):
    with refused("Nur die Prozessbegleitung"):
        services.close_assessment(assessment=assessment, actor=member, at=AT)


def test_reopen_assessment_lets_more_people_answer_where_there_was_no_result(process, facilitator, member):
    closed = AssessmentFactory(process=process, closed_on=CLOSED, sheets=[MIDDLE] * 4)

    services.reopen_assessment(assessment=closed, actor=facilitator, at=AT)

    closed.refresh_from_db()
    assert (closed.state, closed.closed_on) == ("open", None)
    with refused("Nur die Prozessbegleitung"):
        services.reopen_assessment(assessment=closed, actor=member, at=AT)


def test_reopen_assessment_is_refused_once_there_was_a_result(process, facilitator):
    closed = AssessmentFactory(process=process, closed_on=CLOSED, sheets=[MIDDLE] * 5)

    with refused("schon ein Ergebnis"):
        services.reopen_assessment(assessment=closed, actor=facilitator, at=AT)


def test_reopen_assessment_is_refused_while_another_is_open(process, facilitator):
    closed = AssessmentFactory(process=process, closed_on=CLOSED)
    AssessmentFactory(process=process, time=AssessmentTime.END)

    with refused("ist offen"):
        services.reopen_assessment(assessment=closed, actor=facilitator, at=AT)


# --- Answers -----------------------------------------------------------------------------------------------------
def test_hand_in_leaves_a_sheet_that_leads_to_nobody(assessment, member):
    answer_all(assessment, member)

    services.hand_in_assessment(assessment=assessment, actor=member, at=AT)

    ticket, sheet = AssessmentTicket.objects.get(), AssessmentSheet.objects.get()
    assert (ticket.person, ticket.is_handed_in, ticket.draft) == (member, True, {})
    assert sheet.answers == {"l1": 3, "l2": None, "s1": 1}
    fields = {field.name for field in AssessmentSheet._meta.get_fields()}
    assert fields == {"id", "assessment", "answers"}  # whoever adds one asks first whether it leads to a person
    assert {field.name for field in AssessmentTicket._meta.get_fields()} == {
        "id",
        "assessment",
        "person",
        "is_handed_in",
        "draft",
    }
    assert not ProcessMove.objects.exists()


def test_hand_in_is_refused_the_second_time_and_so_is_a_new_draft(assessment, member):
    answer_all(assessment, member)
    services.hand_in_assessment(assessment=assessment, actor=member, at=AT)

    with refused("schon abgegeben"):
        services.hand_in_assessment(assessment=assessment, actor=member, at=AT)
    with refused("schon abgegeben"):
        answer_all(assessment, member)
    assert assessment.sheets.count() == 1


def test_hand_in_is_refused_as_long_as_an_item_has_no_answer(assessment, member):
    services.save_answers(assessment=assessment, field="sprache", answers={"s1": 1}, actor=member, at=AT)

    with refused("noch nicht beantwortet"):
        services.hand_in_assessment(assessment=assessment, actor=member, at=AT)


def test_answers_are_refused_after_closing(process, member):
    closed = AssessmentFactory(process=process, closed_on=CLOSED)

    with refused("ist geschlossen"):
        answer_all(closed, member)


@pytest.mark.parametrize(
    ("field", "answers"),
    [
        ("fremd", {"l1": 1}),
        ("leitung", {"l1": 1}),
        ("leitung", {"l1": 1, "l2": 5}),
        ("leitung", {"l1": 1, "l2": -1}),
        ("leitung", {"l1": 1, "l2": "viel"}),
        ("leitung", {"l1": 1, "l2": True}),
        ("leitung", {"l1": 1, "s1": 2}),
    ],
)
def test_save_answers_refuses_what_is_no_answer_to_the_field(assessment, member, field, answers):
    with refused("jede Aussage"):
        services.save_answers(assessment=assessment, field=field, answers=answers, actor=member, at=AT)
    assert not AssessmentTicket.objects.exists()


def invited(process, name):
    unit = process.unit
    return {
        "sponsor": lambda: holder(process, ProcessRole.SPONSOR),
        "group": lambda: holder(process, ProcessRole.GROUP),
        "steering": lambda: ProcessMemberFactory(process=process, role=ProcessRole.STEERING).person,
        "staff": lambda: MembershipFactory(role=Role.UNIT_STAFF, organisation=unit.organisation, unit=unit).user,
        "facilitator": lambda: holder(process, ProcessRole.FACILITATOR),
        "partner": lambda: ProcessMemberFactory(process=process, role=ProcessRole.MSO_PARTNER).person,
        "guest": lambda: ProcessMemberFactory(process=process, role=ProcessRole.GUEST).person,
        "supervisor": lambda: MembershipFactory(role=Role.APPROVER, organisation=unit.organisation, unit=unit).user,
        "admin": lambda: MembershipFactory(role=Role.TECHNICAL_ADMIN).user,
        "lead": lambda: MembershipFactory(role=Role.PROGRAMME_LEAD).user,
        "ended": lambda: (
            MembershipFactory(
                role=Role.UNIT_STAFF, organisation=unit.organisation, unit=unit, ends_on=date(2026, 10, 1)
            ).user
        ),
    }[name]()


ANSWER = {"sponsor", "group", "steering", "staff"}


@pytest.mark.parametrize("audience", AssessmentAudience)
@pytest.mark.parametrize(
    "name",
    [*sorted(ANSWER), "facilitator", "partner", "guest", "supervisor", "admin", "lead", "ended"],
)
def test_who_answers(process, audience, name):
    assessment = AssessmentFactory(process=process, audience=audience)
    person = invited(process, name)
    expected = name in ANSWER and not (name == "staff" and audience == AssessmentAudience.GROUP)

    assert selectors.may_answer(person, assessment, on=TODAY) == expected
    if not expected:
        with refused("nicht eingeladen"):
            answer_all(assessment, person)


# --- Results -----------------------------------------------------------------------------------------------------
def test_result_leaves_unknown_out_of_the_mean_and_shows_its_share(process):
    sheets = [{"l1": 4, "l2": None, "s1": 1}, *[{"l1": 1, "l2": 2, "s1": 3}] * 4]
    AssessmentFactory(process=process, closed_on=CLOSED, sheets=sheets)

    (comparison,) = selectors.comparisons_of(process)

    (found,) = comparison.rounds
    assert found.sheets == 5
    leitung, sprache = found.fields["leitung"], found.fields["sprache"]
    assert (leitung.mean, leitung.unknown) == (Decimal("1.78"), 10)  # 16 of nine numbers; one of ten not known
    assert (sprache.mean, sprache.unknown) == (Decimal("2.60"), 0)


@pytest.mark.parametrize(("sheets", "threshold", "hidden"), [(4, 1, True), (5, 1, False), (7, 8, True), (8, 8, False)])
def test_c10_result_is_hidden_below_five_and_below_the_threshold(process, sheets, threshold, hidden):
    AssessmentFactory(process=process, closed_on=CLOSED, threshold=threshold, sheets=[MIDDLE] * sheets)

    (comparison,) = selectors.comparisons_of(process)

    (found,) = comparison.rounds
    assert (found.is_hidden, found.sheets) == (hidden, None if hidden else sheets)


def test_c10_mean_of_a_field_is_hidden_where_fewer_than_five_know_anything(process):
    sheets = [MIDDLE, MIDDLE, MIDDLE, MIDDLE, {**MIDDLE, "s1": None}]
    AssessmentFactory(process=process, closed_on=CLOSED, sheets=sheets)

    (comparison,) = selectors.comparisons_of(process)

    found = comparison.rounds[0].fields["sprache"]
    assert (found.mean, found.unknown) == (None, 20)


@pytest.mark.parametrize(("values", "shown"), [([0] * 5, False), ([0, 0, 0, 0, 1], False), ([0, 0, 0, 1, 1], True)])
def test_mean_is_hidden_where_it_says_what_each_has_answered(process, values, shown):
    AssessmentFactory(process=process, closed_on=CLOSED, sheets=[{**MIDDLE, "s1": value} for value in values])

    (comparison,) = selectors.comparisons_of(process)

    assert (comparison.rounds[0].fields["sprache"].mean is not None) == shown


def test_open_round_has_no_result(process):
    opened = AssessmentFactory(process=process, sheets=[MIDDLE] * 6)

    assert selectors.comparisons_of(process) == []
    assert selectors.result_of(opened, [MIDDLE] * 6).is_hidden


def test_c9_start_and_end_are_compared_with_the_same_version(process):
    start = AssessmentFactory(process=process, closed_on=CLOSED, sheets=[MIDDLE] * 5)
    better = {"l1": 3, "l2": 3, "s1": 3}
    AssessmentFactory(
        process=process,
        instrument=start.instrument,
        time=AssessmentTime.END,
        opened_on=TODAY,
        closed_on=TODAY,
        sheets=[better] * 6,
    )

    (comparison,) = selectors.comparisons_of(process)

    assert [one.assessment.time for one in comparison.rounds] == ["start", "end"]
    assert comparison.changes() == {"leitung": Decimal("1.50"), "sprache": Decimal("0.00")}


def test_c9_start_and_end_with_different_versions_are_never_compared(process):
    AssessmentFactory(process=process, closed_on=CLOSED, sheets=[MIDDLE] * 5)
    AssessmentFactory(process=process, time=AssessmentTime.END, closed_on=TODAY, sheets=[MIDDLE] * 5)

    found = selectors.comparisons_of(process)

    assert [len(comparison.rounds) for comparison in found] == [1, 1]
    assert [comparison.changes() for comparison in found] == [{}, {}]


def test_change_over_all_units_is_shown_from_three_of_them_on():
    for number in range(3):
        assert selectors.shows_change_over_units() is False
        process = ProcessFactory(focus="evaluate", ready=True)
        start = AssessmentFactory(process=process, closed_on=CLOSED, sheets=[MIDDLE] * 5)
        AssessmentFactory(
            process=process,
            instrument=start.instrument,
            time=AssessmentTime.END,
            closed_on=TODAY,
            sheets=[MIDDLE] * (5 + number),
        )

    assert selectors.shows_change_over_units() is True


READERS = [ProcessRole.FACILITATOR, ProcessRole.SPONSOR, ProcessRole.GROUP]
rating = st.one_of(st.none(), st.integers(0, 4))
sheet = st.fixed_dictionaries({"l1": rating, "l2": rating, "s1": rating})


@given(
    sheets=st.lists(sheet, max_size=9),
    threshold=st.integers(1, 9),
    is_closed=st.booleans(),
    role=st.sampled_from(READERS),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_result_below_the_threshold_appears_in_any_channel(client, process, sheets, threshold, is_closed, role):
    """C10 on the page of everybody who reads results, and in what the selectors give to other channels."""
    with transaction.atomic():
        assessment = AssessmentFactory(
            process=process,
            threshold=threshold,
            closed_on=CLOSED if is_closed else None,
            sheets=sheets,
        )
        enough = is_closed and len(sheets) >= max(5, threshold)
        result = selectors.result_of(assessment, sheets)
        assert result.is_hidden != enough
        client.force_login(holder(process, role))
        html = client.get(reverse("consulting:assessment_list", args=[process.pk])).content.decode()
        assert ("assessment-chart__value" in html) == enough
        assert ("<table" in html) == enough
        if enough:
            known = [one for one in sheets if one["s1"] is not None]
            assert result.fields["sprache"].mean is None or len(known) >= max(5, threshold)
        transaction.set_rollback(True)


# --- Loading, phases, people -------------------------------------------------------------------------------------
def test_place_instrument_updates_until_somebody_has_answered():
    first = services.place_instrument(slug="v1", version=1, content=CONTENT[:1])
    again = services.place_instrument(slug="v1", version=1, content=CONTENT)
    assert (again.pk, again.content) == (first.pk, CONTENT)
    AssessmentFactory(instrument=again, sheets=[MIDDLE])

    assert services.place_instrument(slug="v1", version=1, content=CONTENT) == again
    with refused("schon beantwortet"):
        services.place_instrument(slug="v1", version=1, content=CONTENT[:1])


def test_open_points_name_the_self_assessment_that_the_phase_ends_with(process):
    phases = {phase.key: phase for phase in process.phases.all()}

    assert selectors.open_points_of(phases[PhaseKey.ANALYSE]) == [
        "Die Selbsteinschätzung am Anfang ist nicht geschlossen."
    ]
    assert selectors.open_points_of(phases[PhaseKey.EVALUATE]) == [
        "Die Selbsteinschätzung am Ende ist nicht geschlossen."
    ]
    assert selectors.open_points_of(phases[PhaseKey.GOALS]) == []
    AssessmentFactory(process=process, closed_on=CLOSED)
    assert selectors.open_points_of(phases[PhaseKey.ANALYSE]) == []


def test_forget_tickets_leaves_the_sheets(assessment, member):
    answer_all(assessment, member)
    services.hand_in_assessment(assessment=assessment, actor=member, at=AT)

    forget_tickets(member, AT)

    assert not AssessmentTicket.objects.exists()
    assert assessment.sheets.count() == 1


def test_audit_finds_answers_that_still_stand_beside_a_name(process, assessment, member):
    answer_all(assessment, member)
    assert list(audit_checks.broken_sheets()) == []
    ticket = AssessmentTicket.objects.get()

    AssessmentTicket.objects.update(is_handed_in=True)
    assert list(audit_checks.broken_sheets()) == [
        f"self-assessment ticket {ticket.pk}: handed in, and the draft is still there"
    ]
    AssessmentTicket.objects.update(is_handed_in=False)
    SelfAssessment.objects.update(state=AssessmentState.CLOSED, closed_on=CLOSED)
    assert list(audit_checks.broken_sheets()) == [f"self-assessment ticket {ticket.pk}: a draft in a closed round"]
