"""Where a process comes from, its header, its agreement and its state."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from academy.enums import Role
from consulting import services
from consulting.enums import Move, PhaseKey, PhaseState, ProcessRole, ProcessState
from consulting.models import Process, TemplateMilestone
from tests.factories.academy import MembershipFactory, UnitFactory, UserFactory
from tests.factories.consulting import START, ProcessFactory, ProcessMemberFactory, ProcessTemplateFactory, person_for

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)


def account(role: Role):
    person = UserFactory()
    MembershipFactory(user=person, role=role)
    return person


def create(*, actor, now, **fields) -> Process:
    given = {
        "unit": fields.pop("unit", None) or UnitFactory(),
        "template": fields.pop("template", None) or ProcessTemplateFactory(),
        "title_de": "Gut ankommen",
        "starts_on": START,
        "budget_days": 8,
        **fields,
    }
    return services.create_process_from_template(**given, actor=actor, at=now)


# --- Creating ----------------------------------------------------------------------------------------------------
def test_create_process_from_template_copies_phases_and_milestones(now):
    template = ProcessTemplateFactory(phases=["clarify", "analyse", "evaluate"])
    TemplateMilestone.objects.create(
        template=template, title_de="Vereinbarung unterschrieben", title_en="Signed", phase_key="clarify", after_weeks=2
    )

    process = create(actor=account(Role.PROGRAMME_LEAD), now=now, template=template)

    assert process.slug == "gut-ankommen"
    assert process.state == ProcessState.CLARIFICATION
    assert list(process.phases.values_list("key", "position", "state")) == [
        ("clarify", 1, PhaseState.ACTIVE),
        ("analyse", 2, PhaseState.OPEN),
        ("evaluate", 3, PhaseState.OPEN),
    ]
    milestone = process.milestones.get()
    assert (milestone.title_de, milestone.title_en, milestone.phase.key) == (
        "Vereinbarung unterschrieben",
        "Signed",
        "clarify",
    )
    assert milestone.due_on == START + timedelta(weeks=2)
    assert [move.move for move in process.moves.order_by("pk")] == [Move.CREATE, Move.TAKE_UP, Move.ACTIVATE_PHASE]


def test_create_process_from_template_stays_the_same_when_the_template_changes(now):
    template = ProcessTemplateFactory()
    process = create(actor=None, now=now, template=template)

    template.phases.all().delete()

    assert process.phases.count() == 7


def test_create_process_from_template_makes_the_facilitator_who_creates_it_its_facilitator(now):
    person = account(Role.FACILITATOR)

    process = create(actor=person, now=now)

    member = process.members.get()
    assert (member.person, member.role, member.starts_on) == (person, ProcessRole.FACILITATOR, TODAY)


def test_create_process_from_template_begins_no_phase_when_it_is_a_request(now):
    process = create(actor=None, now=now, state=ProcessState.REQUEST)

    assert process.state == ProcessState.REQUEST
    assert not process.phases.exclude(state=PhaseState.OPEN).exists()


def test_create_process_from_template_gives_each_process_a_name_of_its_own(now):
    assert [create(actor=None, now=now).slug for _ in range(3)] == ["gut-ankommen", "gut-ankommen-1", "gut-ankommen-2"]


@pytest.mark.parametrize("role", [Role.SPONSOR, Role.MSO, Role.TECHNICAL_ADMIN, Role.TRAINER])
def test_create_process_from_template_refuses_other_roles(role, now):
    with pytest.raises(services.ProcessRefused):
        create(actor=account(role), now=now)

    assert not Process.objects.exists()


def test_create_process_from_template_refuses_a_version_that_is_not_offered(now):
    with pytest.raises(services.TemplateRefused):
        create(actor=None, now=now, template=ProcessTemplateFactory(is_offered=False))


def test_create_process_from_template_refuses_a_state_it_cannot_begin_in(now):
    with pytest.raises(services.ProcessRefused):
        create(actor=None, now=now, state=ProcessState.ACTIVE)


# --- Header and agreement ----------------------------------------------------------------------------------------
def change(process, *, actor, now, **fields):
    given = {
        "title_de": "Neuer Titel",
        "title_en": "",
        "goal_de": "Ziel",
        "goal_en": "Goal",
        "starts_on": START,
        "ends_on": None,
        "budget_days": 9,
        **fields,
    }
    return services.change_process(process=process, **given, actor=actor, at=now)


def test_change_process_changes_words_and_dates(now):
    process = ProcessFactory(ready=True)

    change(process, actor=None, now=now, ends_on=date(2027, 6, 30))

    process.refresh_from_db()
    assert (process.title_de, process.title_en, process.goal_en) == ("Neuer Titel", None, "Goal")
    assert (process.ends_on, process.budget_days) == (date(2027, 6, 30), 9)
    assert process.moves.get().move == Move.CHANGE


def test_change_process_refuses_an_end_before_the_start(now):
    with pytest.raises(services.ProcessRefused):
        change(ProcessFactory(), actor=None, now=now, ends_on=START - timedelta(days=1))


@pytest.mark.parametrize("state", [ProcessState.CLOSED, ProcessState.ABORTED])
def test_change_process_refuses_when_the_process_is_over(state, now):
    with pytest.raises(services.ProcessRefused):
        change(ProcessFactory(state=state), actor=None, now=now)


def date_it(process, *, actor, now, unit_on=TODAY, operator_on=TODAY, staff_council_on=None):
    return services.date_agreement(
        process=process,
        unit_on=unit_on,
        operator_on=operator_on,
        staff_council_on=staff_council_on,
        actor=actor,
        at=now,
    )


def test_date_agreement_records_the_days_of_the_paper(now):
    process = ProcessFactory()
    facilitator = ProcessMemberFactory(process=process, role=ProcessRole.FACILITATOR).person

    date_it(process, actor=facilitator, now=now, unit_on=START, staff_council_on=START)

    process.refresh_from_db()
    assert (process.agreement_unit_on, process.agreement_operator_on) == (START, TODAY)
    assert process.staff_council_informed_on == START
    assert process.moves.get().move == Move.DATE_AGREEMENT


def test_date_agreement_refuses_the_programme_lead_who_only_reads_it(now):
    with pytest.raises(services.ProcessRefused):
        date_it(ProcessFactory(), actor=account(Role.PROGRAMME_LEAD), now=now)


def test_date_agreement_refuses_a_day_to_come(now):
    with pytest.raises(services.ProcessRefused):
        date_it(ProcessFactory(), actor=None, now=now, unit_on=TODAY + timedelta(days=1))


def test_date_agreement_refuses_to_take_a_date_back_after_clarification(now):
    process = ProcessFactory(focus=PhaseKey.ANALYSE, ready=True)

    with pytest.raises(services.ProcessRefused):
        date_it(process, actor=None, now=now, operator_on=None)


def test_sign_agreement_dates_it_today_for_the_unit(now):
    process = ProcessFactory()
    sponsor = ProcessMemberFactory(process=process, role=ProcessRole.SPONSOR).person

    services.sign_agreement(process=process, actor=sponsor, at=now)

    process.refresh_from_db()
    assert (process.agreement_unit_on, process.agreement_operator_on) == (TODAY, None)
    assert process.moves.get().actor == sponsor.pseudonym


@pytest.mark.parametrize("role", [ProcessRole.FACILITATOR, ProcessRole.GROUP, ProcessRole.STEERING])
def test_sign_agreement_refuses_other_functions(role, now):
    process = ProcessFactory()
    person = ProcessMemberFactory(process=process, role=role).person

    with pytest.raises(services.ProcessRefused):
        services.sign_agreement(process=process, actor=person, at=now)


def test_sign_agreement_refuses_a_second_time(now):
    process = ProcessFactory(agreement_unit_on=START)
    sponsor = ProcessMemberFactory(process=process, role=ProcessRole.SPONSOR).person

    with pytest.raises(services.ProcessRefused):
        services.sign_agreement(process=process, actor=sponsor, at=now)


# --- State -------------------------------------------------------------------------------------------------------
def test_move_process_takes_up_a_request_and_begins_clarification(now):
    process = ProcessFactory(state=ProcessState.REQUEST)

    services.move_process(process=process, move=Move.TAKE_UP, actor=None, at=now)

    process.refresh_from_db()
    assert process.state == ProcessState.CLARIFICATION
    assert process.phases.first().state == PhaseState.ACTIVE


def test_move_process_refuses_to_start_without_agreement_and_group(now):
    process = ProcessFactory()
    ProcessMemberFactory(process=process, role=ProcessRole.SPONSOR)
    ProcessMemberFactory(process=process, role=ProcessRole.FACILITATOR)

    with pytest.raises(services.PhaseRefused):
        services.move_process(process=process, move=Move.ACTIVATE, actor=None, at=now)

    process.refresh_from_db()
    assert process.state == ProcessState.CLARIFICATION


def test_move_process_starts_by_leaving_clarification(now):
    process = ProcessFactory(ready=True)

    moved = services.move_process(process=process, move=Move.ACTIVATE, actor=None, at=now)

    assert moved.state == ProcessState.ACTIVE
    assert list(process.phases.values_list("state", flat=True))[:2] == [PhaseState.REACHED, PhaseState.ACTIVE]


def test_move_process_pauses_and_resumes(now):
    process = ProcessFactory(focus=PhaseKey.ANALYSE, ready=True)

    services.move_process(process=process, move=Move.PAUSE, reason="Umzug", actor=None, at=now)
    services.move_process(process=process, move=Move.RESUME, actor=None, at=now)

    process.refresh_from_db()
    assert process.state == ProcessState.ACTIVE
    assert list(process.moves.order_by("pk").values_list("move", "from_state", "to_state", "reason")) == [
        (Move.PAUSE, "active", "paused", "Umzug"),
        (Move.RESUME, "paused", "active", ""),
    ]


def test_move_process_refuses_to_resume_beside_another_active_process(now):
    paused = ProcessFactory(focus=PhaseKey.ANALYSE, state=ProcessState.PAUSED)
    ProcessFactory(focus=PhaseKey.ANALYSE, unit=paused.unit)

    with pytest.raises(services.ProcessRefused):
        services.move_process(process=paused, move=Move.RESUME, actor=None, at=now)

    paused.refresh_from_db()
    assert paused.state == ProcessState.PAUSED


def test_move_process_refuses_to_close_while_phases_are_left(now):
    process = ProcessFactory(focus=PhaseKey.SUSTAIN, ready=True)

    with pytest.raises(services.ProcessRefused, match="Verstetigung"):
        services.move_process(process=process, move=Move.CLOSE, actor=None, at=now)


def test_move_process_closes_when_every_phase_is_reached(now):
    process = ProcessFactory(focus=PhaseKey.SUSTAIN, ready=True)
    services.reach_phase(phase=process.phases.get(key=PhaseKey.SUSTAIN), actor=None, at=now)

    services.move_process(process=process, move=Move.CLOSE, actor=None, at=now)

    process.refresh_from_db()
    assert (process.state, process.ends_on) == (ProcessState.CLOSED, TODAY)


@pytest.mark.parametrize(
    "state", [ProcessState.REQUEST, ProcessState.CLARIFICATION, ProcessState.ACTIVE, ProcessState.PAUSED]
)
def test_move_process_aborts_any_running_process_with_a_reason(state, now):
    process = ProcessFactory(state=state)

    services.move_process(process=process, move=Move.ABORT, reason="Leitung hat gewechselt", actor=None, at=now)

    process.refresh_from_db()
    assert process.state == ProcessState.ABORTED
    assert process.moves.get().reason == "Leitung hat gewechselt"


def test_move_process_refuses_to_abort_without_a_reason(now):
    with pytest.raises(services.ProcessRefused):
        services.move_process(process=ProcessFactory(), move=Move.ABORT, reason=" ", actor=None, at=now)


@pytest.mark.parametrize("move", [Move.TAKE_UP, Move.ACTIVATE, Move.PAUSE, Move.RESUME, Move.CLOSE, Move.ABORT])
def test_move_process_refuses_everything_when_the_process_is_over(move, now):
    process = ProcessFactory(state=ProcessState.CLOSED)

    with pytest.raises(services.ProcessRefused):
        services.move_process(process=process, move=move, reason="Grund", actor=None, at=now)

    assert process.moves.count() == 0


def test_move_process_refuses_people_who_only_look(now):
    process = ProcessFactory(focus=PhaseKey.ANALYSE)
    sponsor = ProcessMemberFactory(process=process, role=ProcessRole.SPONSOR).person

    with pytest.raises(services.ProcessRefused):
        services.move_process(process=process, move=Move.PAUSE, actor=sponsor, at=now)


def test_process_cannot_be_active_twice_in_a_unit_even_past_the_services():
    running = ProcessFactory(focus=PhaseKey.ANALYSE)
    other = ProcessFactory(unit=running.unit)

    with pytest.raises(IntegrityError), transaction.atomic():
        Process.objects.filter(pk=other.pk).update(state=ProcessState.ACTIVE)


def test_process_move_is_append_only(now):
    process = ProcessFactory(state=ProcessState.REQUEST)
    services.move_process(process=process, move=Move.ABORT, reason="Grund", actor=None, at=now)
    move = process.moves.get()

    with pytest.raises(TypeError):
        move.save()
    with pytest.raises(TypeError):
        move.delete()


def test_move_process_uses_the_actor_only_for_their_own_process(now):
    process, foreign = ProcessFactory(focus=PhaseKey.ANALYSE), ProcessFactory(focus=PhaseKey.ANALYSE)
    person = person_for(process, ProcessRole.FACILITATOR)
    ProcessMemberFactory(process=process, role=ProcessRole.FACILITATOR, person=person)

    services.move_process(process=process, move=Move.PAUSE, actor=person, at=now)
    with pytest.raises(services.ProcessRefused):
        services.move_process(process=foreign, move=Move.PAUSE, actor=person, at=now)
