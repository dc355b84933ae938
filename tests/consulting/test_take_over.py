"""Taking over a newer version of a template: only what is ticked, nothing that was worked on is lost."""

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.core.serializers import serialize
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from academy.enums import Role
from consulting import selectors, services
from consulting.enums import Move, PhaseKey, PhaseState, ProcessRole, ProcessState
from consulting.models import Milestone, Process, ProcessTemplate, TemplateMilestone, TemplatePhase
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.consulting import (
    START,
    TITLES,
    MilestoneFactory,
    ProcessFactory,
    person_for,
)

pytestmark = pytest.mark.django_db
FOUR = ["clarify", "analyse", "implement", "evaluate"]
PLAN, REVIEW, GONE, NEW = (UUID(int=number) for number in range(1, 5))


def dated(key, title: str, phase: str, weeks: int) -> dict:
    return {"key": key, "title_de": title, "phase_key": phase, "after_weeks": weeks}


def version(number: int, phases: list[str], *milestones: dict, titles=(), checks=(), slug="kompakt") -> ProcessTemplate:
    """A version of the template as if it had been published, the only one that is offered."""
    ProcessTemplate.objects.filter(slug=slug).update(is_offered=False)
    template = ProcessTemplate.objects.create(slug=slug, version=number, title_de="Kompakt")
    titles, checks = TITLES | dict(titles), dict(checks)
    for position, key in enumerate(phases):
        TemplatePhase.objects.create(
            template=template, key=key, title_de=titles[key], exit_check_de=checks.get(key, ""), position=position
        )
    for position, milestone in enumerate(milestones):
        TemplateMilestone.objects.create(template=template, position=position, **milestone)
    return template


@pytest.fixture
def process():
    """On version 1, in its second phase; one milestone done, one open, one planned by the facilitators."""
    first = version(
        1,
        FOUR,
        dated(PLAN, "Plan", "clarify", 2),
        dated(REVIEW, "Rückblick", "implement", 8),
        dated(GONE, "Alt", "analyse", 4),
    )
    process = ProcessFactory(template=first, focus="analyse", ready=True)
    phases = {phase.key: phase for phase in process.phases.all()}
    for milestone in first.milestones.all():
        MilestoneFactory(
            process=process,
            title=milestone.title_de,
            phase=phases[milestone.phase_key],
            due_on=START + timedelta(weeks=milestone.after_weeks),
            done_on=START if milestone.key == PLAN else None,
            template_key=milestone.key,
        )
    MilestoneFactory(process=process, title="Eigener Termin", phase=phases["evaluate"])
    return process


@pytest.fixture
def facilitator(process):
    return process.members.get(role=ProcessRole.FACILITATOR).person


def second() -> ProcessTemplate:
    """Version 2: one phase renamed, one new, one gone; milestones new, moved, renamed and gone."""
    return version(
        2,
        ["clarify", "analyse", "implement", "sustain"],
        dated(PLAN, "Fahrplan", "clarify", 3),
        dated(REVIEW, "Rückblick mit MSO", "implement", 10),
        dated(uuid4(), "Übergabe", "sustain", 40),
        titles={"implement": "Maßnahmen umsetzen"},
        checks={"analyse": "Jede Barriere ist belegt."},
    )


def names(process, newer) -> dict[str, str]:
    """The open changes by kind, with why not for those that cannot be made."""
    process = Process.objects.get(pk=process.pk)
    return {change.name: change.blocked for change in selectors.template_changes(process, newer, on=date(2026, 11, 18))}


def take(process, newer, *chosen: str, now, actor=None, settle=False):
    return services.take_over_changes(process=process, shown=newer, chosen=chosen, settle=settle, actor=actor, at=now)


def test_template_changes_name_what_differs_and_what_cannot_be_taken_over(process):
    newer = second()
    new = newer.milestones.get(title_de="Übergabe").key

    found = names(process, newer)

    assert [name for name, blocked in found.items() if not blocked] == [
        "add_phase:sustain",
        "check_phase:analyse",
        "rename_phase:implement",
        f"add_milestone:{new}",
        f"rename_milestone:{REVIEW}",
        f"move_milestone:{REVIEW}",
        f"drop_milestone:{GONE}",
    ]
    assert [name for name, blocked in found.items() if blocked] == [
        "drop_phase:evaluate",  # a milestone of their own stands in it
        f"rename_milestone:{PLAN}",
        f"move_milestone:{PLAN}",  # it is done
    ]


def test_what_only_the_process_has_changed_is_no_difference(process):
    process.phases.filter(key="evaluate").update(title_de="Auswerten")
    newer = version(
        2, FOUR, *[dated(m.key, m.title_de, m.phase_key, m.after_weeks) for m in process.template.milestones.all()]
    )

    assert names(process, newer) == {}


def test_words_of_the_unit_are_named_before_they_are_lost(process):
    process.phases.filter(key="implement").update(title="Ausprobieren", title_de="Ausprobieren")

    change = next(
        c
        for c in selectors.template_changes(process, second(), on=date(2026, 11, 18))
        if c.name == "rename_phase:implement"
    )

    assert "Ausprobieren" in change.notes[0]


def test_take_over_changes_makes_each_change_and_writes_it_into_the_log(process, facilitator, now):
    newer = second()
    chosen = [name for name, blocked in names(process, newer).items() if not blocked]

    take(process, newer, *chosen, actor=facilitator, now=now)

    process = Process.objects.get(pk=process.pk)
    assert [(phase.key, phase.title_de) for phase in process.phases.order_by("position")] == [
        ("clarify", "Auftragsklärung"),
        ("analyse", "Bestandsaufnahme"),
        ("implement", "Maßnahmen umsetzen"),
        ("sustain", "Verstetigung"),
        ("evaluate", "Evaluation"),
    ]
    assert process.phases.get(key="analyse").exit_check_de == "Jede Barriere ist belegt."
    review = process.milestones.get(template_key=REVIEW)
    assert (review.title_de, review.due_on) == ("Rückblick mit MSO", START + timedelta(weeks=10))
    assert process.milestones.get(template_key=GONE).dropped_on == now.date()
    new = process.milestones.get(title_de="Übergabe")
    assert (new.phase.key, new.due_on) == ("sustain", START + timedelta(weeks=40))
    rows = process.moves.filter(move=Move.TAKE_OVER)
    assert sorted(rows.values_list("from_state", flat=True)) == sorted(name.split(":")[0] for name in chosen)
    assert set(rows.values_list("actor", "to_state", "template", "at")) == {(facilitator.pseudonym, "2", newer.pk, now)}
    assert process.template.version == 1  # what is blocked is still open


def test_take_over_changes_settles_when_nothing_is_left(process, now):
    newer = version(
        2,
        [*FOUR, "sustain"],
        *[dated(m.key, m.title_de, m.phase_key, m.after_weeks) for m in process.template.milestones.all()],
    )

    take(process, newer, "add_phase:sustain", now=now)

    assert Process.objects.get(pk=process.pk).template == newer
    assert process.moves.get(move=Move.SETTLE_TEMPLATE).to_state == "2"
    assert selectors.newer_template_of(Process.objects.get(pk=process.pk)) is None


def test_take_over_changes_settles_without_taking_anything_when_asked_to(process, now):
    before = parts(process)

    take(process, second(), settle=True, now=now)

    assert parts(process) == before
    assert Process.objects.get(pk=process.pk).template.version == 2


def test_take_over_changes_puts_open_phases_in_order_and_leaves_begun_ones(process, now):
    newer = version(2, ["clarify", "analyse", "evaluate", "implement"])

    take(process, newer, "order_phases:all", now=now)

    assert list(process.phases.order_by("position").values_list("key", flat=True)) == [
        "clarify",
        "analyse",
        "evaluate",
        "implement",
    ]


def test_take_over_changes_takes_out_a_phase_that_nobody_has_worked_on(process, now):
    newer = version(2, ["clarify", "analyse", "implement"])
    process.milestones.filter(title_de="Eigener Termin").update(dropped_on=now.date())

    take(process, newer, "drop_phase:evaluate", now=now)

    assert not process.phases.filter(key="evaluate").exists()
    assert process.milestones.get(title_de="Eigener Termin").phase is None
    assert process.moves.get(move=Move.TAKE_OVER).reason == "Evaluation"


@pytest.mark.parametrize(
    ("phases", "name"),
    [
        (["clarify", "implement", "evaluate"], "drop_phase:analyse"),
        (["clarify", "implement", "analyse", "evaluate"], "order_phases:all"),
        (["clarify", "goals", "analyse", "implement", "evaluate"], "add_phase:goals"),
    ],
    ids=["active phase taken out", "active phase moved", "open phase before an active one"],
)
def test_take_over_changes_refuses_what_would_touch_work_that_was_done(phases, name, process, now):
    newer = version(2, phases)
    before = parts(process)

    with pytest.raises(services.TemplateRefused) as refusal:
        take(process, newer, name, now=now)

    assert names(process, newer)[name] in str(refusal.value)
    assert parts(process) == before


def test_take_over_changes_refuses_to_lose_or_change_a_done_milestone(process, now):
    newer = version(2, FOUR)

    with pytest.raises(services.TemplateRefused, match="ist erledigt"):
        take(process, newer, f"drop_milestone:{PLAN}", now=now)

    assert process.milestones.get(template_key=PLAN).done_on == START


def test_take_over_changes_refuses_another_template_and_an_older_version(process, now):
    seven = version(1, list(PhaseKey.values), slug="standard-sieben")
    with pytest.raises(services.TemplateRefused, match="bleibt bei ihrer Vorlage"):
        take(process, seven, "add_phase:goals", now=now)
    with pytest.raises(services.TemplateRefused, match="keine neuere Fassung"):
        take(process, process.template, settle=True, now=now)


def test_take_over_changes_refuses_when_things_have_moved_on(process, now):
    newer = second()
    take(process, newer, "add_phase:sustain", now=now)
    with pytest.raises(services.TemplateRefused, match="inzwischen geändert"):
        take(process, newer, "add_phase:sustain", now=now)
    with pytest.raises(services.TemplateRefused, match="kreuzen Sie an"):
        take(process, newer, now=now)

    version(3, FOUR)
    with pytest.raises(services.TemplateRefused, match="andere Fassung"):
        take(process, newer, "rename_phase:implement", now=now)


def test_take_over_changes_refuses_a_process_that_is_over(process, now):
    newer = second()
    Process.objects.filter(pk=process.pk).update(state=ProcessState.CLOSED, ends_on=START)

    with pytest.raises(services.ProcessRefused):
        take(process, newer, "add_phase:sustain", now=now)


@pytest.mark.parametrize("role", [ProcessRole.SPONSOR, ProcessRole.GROUP, ProcessRole.MSO_PARTNER])
def test_take_over_changes_refuses_those_who_only_look(role, process, now):
    with pytest.raises(services.ProcessRefused):
        take(process, second(), "add_phase:sustain", actor=person_for(process, role), now=now)


def parts(process) -> dict[str, str]:
    """Each phase and milestone as it stands, whole, except for the number of its place."""
    rows = [*process.phases.order_by("pk"), *Milestone.objects.filter(process=process).order_by("pk")]
    for row in rows:
        row.position = 0
    return {f"{row._meta.model_name} {row.pk}": serialize("json", [row]) for row in rows}


words = st.text(alphabet="abcdefgh", min_size=1, max_size=6)


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_not_ticked_stays_byte_for_byte(data, process, now):
    """Any newer version, any choice: all parts that no chosen change is about are what they were, in their order."""
    with transaction.atomic():  # each example begins with the same process
        try_version(data, process, now)
        transaction.set_rollback(True)


def try_version(data, process, now) -> None:
    rest = data.draw(st.permutations([key for key in PhaseKey.values if key != "clarify"]))
    keys = ["clarify", *rest[: data.draw(st.integers(0, 6))]]
    dates = [
        dated(key, data.draw(words), data.draw(st.sampled_from(keys)), data.draw(st.integers(0, 60)))
        for key in data.draw(st.lists(st.sampled_from([PLAN, REVIEW, GONE, NEW]), unique=True))
    ]
    titles = {key: data.draw(words) for key in data.draw(st.lists(st.sampled_from(keys), unique=True))}
    newer = version(2, keys, *dates, titles=titles)
    process = Process.objects.get(pk=process.pk)
    found = {c.name: c for c in selectors.template_changes(process, newer, on=now.date()) if not c.blocked}
    chosen = data.draw(st.lists(st.sampled_from(sorted(found)), unique=True)) if found else []
    before, order = parts(process), list(process.phases.order_by("position").values_list("pk", flat=True))
    done = set(process.milestones.filter(done_on__isnull=False).values_list("pk", "done_on", "title_de", "due_on"))

    try:
        take(process, newer, *chosen, now=now)
    except services.TemplateRefused:
        chosen = []  # refused as a whole

    touched = {f"phase {found[name].phase.pk}" for name in chosen if found[name].phase}
    touched |= {f"milestone {found[name].milestone.pk}" for name in chosen if found[name].milestone}
    after = parts(process)
    assert {name: row for name, row in before.items() if name not in touched}.items() <= after.items()
    assert len(after) == len(before) + sum(n.startswith("add_") for n in chosen) - sum(
        n.startswith("drop_phase") for n in chosen
    )
    assert done <= set(process.milestones.values_list("pk", "done_on", "title_de", "due_on"))
    assert selectors.phases_are_in_order(process)
    if "order_phases:all" not in chosen:
        kept = process.phases.filter(pk__in=order).order_by("position").values_list("pk", flat=True)
        assert list(kept) == [pk for pk in order if pk in set(kept)]


# --- The page ----------------------------------------------------------------------------------------------------
def url(process) -> str:
    return reverse("consulting:process_template", args=[process.pk])


def test_process_template_shows_everything_unticked_and_takes_over_what_is_ticked(process, facilitator, client):
    newer = second()
    client.force_login(facilitator)

    page = client.get(url(process))
    assert page.content.decode().count(" checked") == 0
    assert len(page.context["possible"]) == 7

    answer = client.post(url(process), {"changes": ["add_phase:sustain"], "version": newer.pk}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["success"]
    assert len(answer.context["possible"]) == 6
    assert client.get(reverse("consulting:process_log", args=[process.pk])).context["events"][0]["title"] == (
        "Aus Fassung 2 der Vorlage übernommen: Phase hinzugefügt"
    )


def test_process_template_keeps_the_ticks_and_says_why_not(process, facilitator, client):
    newer = second()
    client.force_login(facilitator)
    version(3, ["clarify", "analyse", "implement", "evaluate", "sustain"])

    page = client.post(url(process), {"changes": ["add_phase:sustain"], "version": newer.pk})

    assert len(page.context["form"].non_field_errors()) == 1
    assert page.context["form"]["changes"].value() == ["add_phase:sustain"]
    assert not process.phases.filter(key="sustain").exists()


@pytest.mark.parametrize("shown", ["", "abc", "999999", "٣"])
def test_process_template_takes_nonsense_for_a_version_that_is_gone(shown, process, facilitator, client):
    second()
    client.force_login(facilitator)

    page = client.post(url(process), {"changes": ["add_phase:sustain"], "version": shown})

    assert (page.status_code, len(page.context["form"].non_field_errors())) == (200, 1)


def lead():
    return MembershipFactory(user=UserFactory(), role=Role.PROGRAMME_LEAD).user


WHO = {
    "facilitator": (lambda p: p.members.get(role=ProcessRole.FACILITATOR).person, 200),
    "programme lead": (lambda p: lead(), 200),
    "commissioning lead": (lambda p: p.members.get(role=ProcessRole.SPONSOR).person, 403),
    "process group": (lambda p: p.members.filter(role=ProcessRole.GROUP).first().person, 403),
    "technical administration": (lambda p: MembershipFactory(user=UserFactory(), role=Role.TECHNICAL_ADMIN).user, 403),
    "other facilitator": (lambda p: person_for(SimpleNamespace(unit=p.unit), ProcessRole.FACILITATOR), 404),
    "trainer": (lambda p: MembershipFactory(user=UserFactory(), role=Role.TRAINER).user, 404),
}


@pytest.mark.parametrize("who", WHO)
def test_process_template_is_for_those_who_change_the_process(who, process, client):
    person_of, status = WHO[who]
    newer = second()
    client.force_login(person_of(process))

    assert client.get(url(process)).status_code == status
    sent = client.post(url(process), {"changes": ["add_phase:sustain"], "version": newer.pk})
    assert sent.status_code == (302 if status == 200 else status)
    assert process.phases.filter(key="sustain").exists() == (status == 200)


def test_process_template_says_so_where_there_is_nothing_newer(process, facilitator, client):
    client.force_login(facilitator)

    page = client.get(url(process))

    assert page.context["form"] is None
    assert "Es gibt keine neuere Fassung der Vorlage." in page.content.decode()
    refused = client.post(url(process), {"settle": "on"})
    assert (refused.status_code, len(refused.context["refusals"])) == (200, 1)


def test_process_template_takes_the_same_queries_for_1_and_30_rows(
    process, facilitator, client, django_assert_num_queries
):
    version(2, FOUR, dated(uuid4(), "Neu", "implement", 20))
    client.force_login(facilitator)
    client.get(url(process))
    with django_assert_num_queries(QUERIES):
        client.get(url(process))

    version(3, FOUR, *[dated(uuid4(), f"Neu {number}", "implement", 20) for number in range(30)])
    for _number in range(29):
        MilestoneFactory(process=process, phase=process.phases.get(key="implement"))
    with django_assert_num_queries(QUERIES):
        assert len(client.get(url(process)).context["possible"]) > 30


QUERIES = 15


def test_a_new_process_copies_exit_checks_and_keys_and_reach_phase_shows_the_check(facilitator, process, client, now):
    newer = second()
    created = services.create_process_from_template(
        unit=process.unit, template=newer, title_de="Neu", starts_on=START, budget_days=5, actor=lead(), at=now
    )

    assert created.phases.get(key="analyse").exit_check_de == "Jede Barriere ist belegt."
    assert set(created.milestones.values_list("template_key", flat=True)) == {m.key for m in newer.milestones.all()}
    assert names(created, newer) == {}

    process.phases.filter(key="analyse").update(exit_check="Belegt?", exit_check_de="Belegt?")
    client.force_login(facilitator)
    active = process.phases.get(state=PhaseState.ACTIVE)
    page = client.get(reverse("consulting:reach_phase", args=[process.pk, active.pk]))
    assert page.context["exit_check"] == "Belegt?"
    assert "Belegt?" in page.content.decode()
