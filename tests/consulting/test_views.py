"""Pages of processes: what is done with them, without a script, and at what cost."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils import timezone, translation

from academy.enums import Role
from consulting.enums import Move, PhaseState, ProcessRole, ProcessState
from consulting.models import Process, ProcessMove
from tests.factories.academy import MembershipFactory, UnitFactory, UserFactory
from tests.factories.consulting import MilestoneFactory, ProcessFactory, ProcessMemberFactory, ProcessTemplateFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return ProcessFactory(focus="analyse", ready=True)


@pytest.fixture
def facilitator(process):
    return process.members.get(role=ProcessRole.FACILITATOR).person


@pytest.fixture
def lead():
    person = UserFactory()
    MembershipFactory(user=person, role=Role.PROGRAMME_LEAD)
    return person


def url(name: str, *args) -> str:
    return reverse(f"consulting:{name}", args=args)


# --- Milestones --------------------------------------------------------------------------------------------------
def test_tick_milestone_offers_to_undo_it_once(process, facilitator, client):
    milestone = MilestoneFactory(process=process, due_on=timezone.localdate())
    client.force_login(facilitator)

    answer = client.post(url("tick_milestone", process.pk, milestone.pk))
    assert answer["Location"] == f"{process.get_absolute_url()}#milestones"
    milestone.refresh_from_db()
    assert milestone.done_on == timezone.localdate()

    first, second = client.get(process.get_absolute_url()), client.get(process.get_absolute_url())
    undo_url = url("untick_milestone", process.pk, milestone.pk)
    assert first.context["undo"]["url"] == undo_url
    assert second.context["undo"] is None

    client.post(undo_url)
    milestone.refresh_from_db()
    assert milestone.done_on is None
    redo = client.get(process.get_absolute_url()).context["undo"]
    assert redo["url"] == url("tick_milestone", process.pk, milestone.pk)


def test_tick_milestone_says_why_not_when_it_is_done_already(process, facilitator, client):
    milestone = MilestoneFactory(process=process, done_on=timezone.localdate())
    client.force_login(facilitator)

    page = client.post(url("tick_milestone", process.pk, milestone.pk), follow=True)

    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert page.context["undo"] is None


def test_drop_milestone_takes_it_from_the_page_and_back(process, facilitator, client):
    milestone = MilestoneFactory(process=process, title="Doppelt angelegt")
    client.force_login(facilitator)

    dropped = client.post(url("drop_milestone", process.pk, milestone.pk), follow=True)
    assert dropped.context["milestones"] == []
    restored = client.post(dropped.context["undo"]["url"], follow=True)
    assert [row["milestone"] for row in restored.context["milestones"]] == [milestone]


def test_add_milestone_plans_it(process, facilitator, client):
    client.force_login(facilitator)
    given = {"title_de": "Interviews abgeschlossen", "due_on": "2027-01-15", "phase": process.phases.all()[1].pk}

    answer = client.post(url("add_milestone", process.pk), given)

    milestone = process.milestones.get()
    assert answer["Location"] == f"{process.get_absolute_url()}#milestones"
    assert (milestone.title_de, milestone.phase.key) == ("Interviews abgeschlossen", "analyse")


@pytest.mark.parametrize(
    "given", [{}, {"title_de": "Titel", "due_on": "morgen"}, {"title_de": "x", "due_on": "1999-01-01"}]
)
def test_add_milestone_shows_what_is_wrong(given, process, facilitator, client):
    client.force_login(facilitator)

    answer = client.post(url("add_milestone", process.pk), given)

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not process.milestones.exists()


# --- Phases ------------------------------------------------------------------------------------------------------
def test_reach_phase_goes_on_to_the_next_one(process, facilitator, client):
    client.force_login(facilitator)
    phase = process.focus_phase

    client.post(url("reach_phase", process.pk, phase.pk), {"exit_note": "Alles belegt.", "begin_next": "on"})

    phase.refresh_from_db()
    assert (phase.state, phase.exit_note) == (PhaseState.REACHED, "Alles belegt.")
    assert process.phases.get(key="goals").state == PhaseState.ACTIVE


def test_reach_phase_shows_what_is_missing_before_and_after_trying(client):
    process = ProcessFactory()
    facilitator = ProcessMemberFactory(process=process, role=ProcessRole.FACILITATOR).person
    client.force_login(facilitator)
    address = url("reach_phase", process.pk, process.phases.first().pk)

    shown, tried = client.get(address), client.post(address, {"begin_next": "on"})

    assert len(shown.context["missing"]) == 5
    assert tried.status_code == 200
    assert len(tried.context["form"].non_field_errors()) == 1
    process.refresh_from_db()
    assert process.state == ProcessState.CLARIFICATION


def test_reach_phase_warns_of_milestones_that_are_left_behind(process, facilitator, client):
    milestone = MilestoneFactory(process=process, phase=process.focus_phase)
    client.force_login(facilitator)

    page = client.get(url("reach_phase", process.pk, process.focus_phase.pk))

    assert list(page.context["left_behind"]) == [milestone]


def test_reopen_phase_needs_a_reason(process, facilitator, client):
    client.force_login(facilitator)
    address = url("reopen_phase", process.pk, process.phases.first().pk)

    assert client.post(address, {"reason": " "}).context["form"].errors["reason"]
    assert client.post(address, {"reason": "Neuer Standort"}).status_code == 302
    assert process.phases.first().state == PhaseState.REOPENED


def test_activate_phase_begins_the_next_one(process, facilitator, client):
    client.force_login(facilitator)
    client.post(url("reach_phase", process.pk, process.focus_phase.pk), {})
    goals = process.phases.get(key="goals")
    assert url("activate_phase", process.pk, goals.pk) in client.get(process.get_absolute_url()).content.decode()

    client.post(url("activate_phase", process.pk, goals.pk))

    goals.refresh_from_db()
    assert goals.state == PhaseState.ACTIVE


def test_change_phase_words_it_for_the_unit(process, facilitator, client):
    client.force_login(facilitator)
    phase = process.phases.get(key="plan")

    client.post(url("change_phase", process.pk, phase.pk), {"title_de": "Planen", "planned_on": "2027-03-01"})

    phase.refresh_from_db()
    assert (phase.title_de, phase.planned_on.isoformat()) == ("Planen", "2027-03-01")


# --- The process as a whole --------------------------------------------------------------------------------------
def new_process(**changes) -> dict:
    return {
        "unit": UnitFactory().pk,
        "template": ProcessTemplateFactory().pk,
        "title_de": "Gut ankommen",
        "starts_on": "2026-11-02",
        "budget_days": "8",
        "state": "clarification",
        **changes,
    }


def test_create_process_leads_to_its_page(lead, client):
    client.force_login(lead)

    answer = client.post(url("create_process"), new_process())

    process = Process.objects.get()
    assert answer["Location"] == process.get_absolute_url()
    assert process.state == ProcessState.CLARIFICATION


@pytest.mark.parametrize("changes", [{"title_de": ""}, {"budget_days": "0"}, {"state": "active"}, {"unit": "999999"}])
def test_create_process_shows_what_is_wrong(changes, lead, client):
    client.force_login(lead)

    answer = client.post(url("create_process"), new_process(**changes))

    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == set(changes)
    assert not Process.objects.exists()


def test_change_process_offers_the_words_of_both_languages(process, facilitator, client):
    client.force_login(facilitator)

    with translation.override("en"):
        form = client.get(url("change_process", process.pk)).context["form"]
    assert form.initial["title_de"] == process.title_de
    assert form.initial["title_en"] is None

    given = {"title_de": "Neu", "title_en": "New", "starts_on": "2026-09-01", "budget_days": "3"}
    client.post(url("change_process", process.pk), given)
    process.refresh_from_db()
    assert (process.title_de, process.title_en, process.budget_days) == ("Neu", "New", 3)


def test_date_agreement_saves_the_days(process, facilitator, client):
    client.force_login(facilitator)

    client.post(url("date_agreement", process.pk), {"unit_on": "2026-09-02", "operator_on": "2026-09-03"})

    process.refresh_from_db()
    assert process.agreement_operator_on.isoformat() == "2026-09-03"


def test_sign_agreement_is_offered_to_the_commissioning_lead(client):
    process = ProcessFactory()
    sponsor = ProcessMemberFactory(process=process, role=ProcessRole.SPONSOR).person
    client.force_login(sponsor)
    assert client.get(process.get_absolute_url()).context["needs_signature"] is True

    client.post(url("sign_agreement", process.pk))

    page = client.get(process.get_absolute_url())
    assert page.context["needs_signature"] is False
    process.refresh_from_db()
    assert process.agreement_unit_on == timezone.localdate()


def test_move_process_pauses_and_offers_to_resume(process, facilitator, client):
    client.force_login(facilitator)

    page = client.post(url("move_process", process.pk, "pause"), {"reason": "Umzug"}, follow=True)

    assert [move["url"] for move in page.context["moves"]] == [
        url("move_process", process.pk, "resume"),
        url("move_process", process.pk, "abort"),
    ]


@pytest.mark.parametrize("move", ["activate", "tick_milestone", "nonsense"])
def test_move_process_knows_no_other_moves(move, process, facilitator, client):
    client.force_login(facilitator)

    assert client.post(url("move_process", process.pk, move), {"reason": "x"}).status_code == 404


def test_add_member_finds_the_account_by_its_address(process, facilitator, client):
    person = UserFactory()
    MembershipFactory(user=person, role=Role.UNIT_STAFF, organisation=process.unit.organisation, unit=process.unit)
    client.force_login(facilitator)
    given = {"role": "group", "email": person.email.upper(), "starts_on": "2026-11-02"}

    client.post(url("add_member", process.pk), given)

    assert process.members.filter(person=person, role=ProcessRole.GROUP).exists()


@pytest.mark.parametrize(
    "changes", [{"email": "niemand@example.org"}, {"email": "kein-zeichen"}, {"role": "facilitator"}, {"role": "boss"}]
)
def test_add_member_shows_what_is_wrong(changes, process, facilitator, client):
    client.force_login(facilitator)
    given = {"role": "group", "email": facilitator.email, "starts_on": "2026-11-02", **changes}

    answer = client.post(url("add_member", process.pk), given)

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert process.members.count() == 5


def test_end_member_takes_the_page_away(process, facilitator, client):
    member = process.members.filter(role=ProcessRole.GROUP).first()
    client.force_login(facilitator)

    client.post(url("end_member", process.pk, member.pk), {"ends_on": timezone.localdate().isoformat()})

    client.force_login(member.person)
    page = client.get(process.get_absolute_url())
    assert page.status_code == 200  # other staff of the unit: title, phase and dates
    assert not page.context["rights"].can_read


def test_process_detail_changes_nothing_when_it_is_over(facilitator, process, client):
    MilestoneFactory(process=process)
    Process.objects.filter(pk=process.pk).update(state=ProcessState.CLOSED)
    client.force_login(facilitator)

    page = client.get(process.get_absolute_url()).content.decode()

    assert page.count("csrfmiddlewaretoken") == page.count("account-form")  # signing out only
    assert url("change_process", process.pk) not in page


def test_a_phase_jumped_to_by_its_address_is_refused_before_anything_is_filled_in(process, facilitator, client):
    later = process.phases.get(key="evaluate")
    client.force_login(facilitator)

    for method in (client.get, client.post):
        page = method(url("reach_phase", process.pk, later.pk), follow=True)
        said = [str(message) for message in page.context.get("messages", [])] or page.context["form"].non_field_errors()
        assert said == [
            f"Die Phase „{later.title}“ hat noch nicht begonnen. Schließen Sie zuerst die Phase „Bestandsaufnahme“ ab."
        ]
    page = client.get(url("reopen_phase", process.pk, later.pk), follow=True)
    assert [str(message) for message in page.context["messages"]] == [f"Die Phase „{later.title}“ ist „offen“."]
    page = client.post(url("activate_phase", process.pk, later.pk), follow=True)
    assert [str(message) for message in page.context["messages"]] == [
        "Schließen Sie zuerst die Phase „Bestandsaufnahme“ ab."
    ]
    assert process.phases.get(key="evaluate").state == PhaseState.OPEN


def test_process_detail_says_that_clarification_locks_what_comes_after(client):
    process = ProcessFactory()
    facilitator = ProcessMemberFactory(process=process, role=ProcessRole.FACILITATOR).person
    client.force_login(facilitator)

    page = client.get(process.get_absolute_url())

    assert [row["is_locked"] for row in page.context["phases"]] == [False, *[True] * 6]
    assert [step["state"] for step in page.context["steps"]] == ["current", *["locked"] * 6]
    assert "Alle späteren Phasen sind gesperrt, bis das da ist:" in page.content.decode()


def test_process_detail_heads_with_goal_phase_light_and_next_date(process, facilitator, client):
    day = timezone.localdate() + timedelta(days=3)
    MilestoneFactory(process=process, title="Wegekarte", due_on=day)
    for number in range(2):
        MilestoneFactory(process=process, title=f"Liste {number}", due_on=day - timedelta(days=30 - number))
    client.force_login(facilitator)

    page = client.get(process.get_absolute_url())

    facts = {fact["term"]: fact["value"] for fact in page.context["facts"]}
    assert list(facts) == ["Aktuelle Phase", "Überfällig", "Nächster Termin"]
    assert facts["Überfällig"].startswith("Liste 0, ")
    assert facts["Überfällig"].endswith(" und 1 weiteres")
    assert facts["Nächster Termin"].startswith("Wegekarte, ")
    head = page.content.decode().split('id="phases"')[0]
    assert process.goal in head
    assert "überfällig" in head


def test_process_list_shows_what_is_over_on_its_own_page(process, facilitator, client):
    over = ProcessFactory(state=ProcessState.ABORTED)
    ProcessMemberFactory(process=over, role=ProcessRole.FACILITATOR, person=facilitator)
    client.force_login(facilitator)

    running = client.get(url("process_list")).context["rows"]
    closed = client.get(url("process_list"), {"state": "over"}).context["rows"]

    assert [row.process for row in running] == [process]
    assert [row.process for row in closed] == [over]


def test_process_log_names_the_function_of_the_actor(process, facilitator, client):
    milestone = MilestoneFactory(process=process, title="Wegekarte")
    client.force_login(facilitator)
    client.post(url("tick_milestone", process.pk, milestone.pk))

    events = client.get(url("process_log", process.pk)).context["events"]

    assert len(events) == 1
    assert "Wegekarte" in events[0]["title"]
    assert str(facilitator) in events[0]["actor"]


def test_process_log_names_nobody_after_an_erasure(process, facilitator, client, lead):
    milestone = MilestoneFactory(process=process)
    client.force_login(facilitator)
    client.post(url("tick_milestone", process.pk, milestone.pk))
    facilitator.erased_at = timezone.now()
    facilitator.save()
    client.force_login(lead)

    page = client.get(process.get_absolute_url())

    assert facilitator.email not in page.content.decode()
    assert str(facilitator) not in page.content.decode()


# --- Languages ---------------------------------------------------------------------------------------------------
def test_process_detail_says_in_english_that_a_title_is_german_only(process, facilitator, client):
    milestone = MilestoneFactory(process=process)
    client.force_login(facilitator)
    with translation.override("en"):
        address = process.get_absolute_url()

    page = client.get(address)
    assert page.context["title_lang"] == "de"
    assert f'<strong lang="de">{milestone.title}</strong>' in page.content.decode()
    process.title_en = "Good start"
    process.save()
    page = client.get(address)
    assert page.context["title_lang"] == ""
    assert "Good start" in page.content.decode()


# --- Cost --------------------------------------------------------------------------------------------------------
def fill(process, rows: int) -> None:
    for _ in range(rows):
        milestone = MilestoneFactory(process=process, phase=process.phases.first())
        member = ProcessMemberFactory(process=process)
        ProcessMove.objects.create(
            process=process,
            milestone=milestone,
            move=Move.TICK_MILESTONE,
            actor=member.person.pseudonym,
            at=timezone.now(),
        )


def queries_of(client, address, django_assert_max_num_queries) -> int:
    client.get(address)  # fills what is cached once for each process, such as the site
    with django_assert_max_num_queries(14) as used:
        assert client.get(address).status_code == 200
    return len(used)


@pytest.mark.parametrize("who", ["facilitator", "sponsor", "staff"])
def test_process_detail_takes_the_same_queries_for_1_and_30_rows(who, process, client, django_assert_max_num_queries):
    client.force_login(person_of(who, process))
    fill(process, 1)
    few = queries_of(client, process.get_absolute_url(), django_assert_max_num_queries)

    fill(process, 29)

    assert queries_of(client, process.get_absolute_url(), django_assert_max_num_queries) == few


def person_of(who: str, process):
    try:
        return process.members.get(role=who).person
    except ObjectDoesNotExist:
        person = UserFactory()
        MembershipFactory(user=person, role=Role.UNIT_STAFF, organisation=process.unit.organisation, unit=process.unit)
        return person


def test_process_log_takes_the_same_queries_for_1_and_30_rows(
    process, facilitator, client, django_assert_max_num_queries
):
    client.force_login(facilitator)
    fill(process, 1)
    few = queries_of(client, url("process_log", process.pk), django_assert_max_num_queries)

    fill(process, 29)

    assert queries_of(client, url("process_log", process.pk), django_assert_max_num_queries) == few


def test_process_list_takes_the_same_queries_for_1_and_30_rows(
    process, facilitator, client, django_assert_max_num_queries
):
    client.force_login(facilitator)
    fill(process, 1)
    few = queries_of(client, url("process_list"), django_assert_max_num_queries)

    for number in range(29):
        other = ProcessFactory(focus="analyse", template=process.template)
        ProcessMemberFactory(process=other, role=ProcessRole.FACILITATOR, person=facilitator)
        MilestoneFactory(process=other, due_on=timezone.localdate() + timedelta(days=number))

    assert queries_of(client, url("process_list"), django_assert_max_num_queries) == few
