"""Pages of barriers and measures: who opens which, how many queries they take, and what the forms say."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.common.confidentiality import Level
from academy.enums import OrganisationKind, Role, Vocabulary
from consulting.enums import BarrierState, EffectResult, EvidenceRelease, MeasureState, ProcessRole
from consulting.models import Barrier, EffectCheck
from tests.factories.academy import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories.barriers import BarrierFactory, EvidenceFactory, MeasureFactory, TouchpointFactory, term
from tests.factories.consulting import ProcessFactory, ProcessMemberFactory, holder

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    return ProcessFactory(focus="implement", ready=True)


@pytest.fixture
def mso():
    return OrganisationFactory(kind=OrganisationKind.MSO, name="Wortgarten")


def person_of(name, process, mso):
    unit = process.unit
    return {
        "facilitator": lambda: holder(process, ProcessRole.FACILITATOR),
        "other facilitator": lambda: MembershipFactory(role=Role.FACILITATOR).user,
        "sponsor": lambda: holder(process, ProcessRole.SPONSOR),
        "group": lambda: holder(process, ProcessRole.GROUP),
        "staff": lambda: MembershipFactory(role=Role.UNIT_STAFF, organisation=unit.organisation, unit=unit).user,
        "own mso": lambda: MembershipFactory(role=Role.MSO, organisation=mso).user,
        "partner": lambda: ProcessMemberFactory(process=process, role=ProcessRole.MSO_PARTNER).person,
        "lead": lambda: MembershipFactory(role=Role.PROGRAMME_LEAD).user,
        "moderation": lambda: MembershipFactory(role=Role.DIALOGUE_MODERATION).user,
        "admin": lambda: MembershipFactory(role=Role.TECHNICAL_ADMIN).user,
        "supervisor": lambda: MembershipFactory(role=Role.APPROVER, organisation=unit.organisation, unit=unit).user,
        "office": lambda: MembershipFactory(role=Role.ACADEMY_OFFICE).user,
        "nobody": UserFactory,
    }[name]()


PEOPLE = [
    "facilitator",
    "other facilitator",
    "sponsor",
    "group",
    "staff",
    "own mso",
    "partner",
    "lead",
    "moderation",
    "admin",
    "supervisor",
    "office",
    "nobody",
]
# Of a barrier for facilitation, for the group, for the unit and for the network: who opens its page (else 404).
OPENS = {
    Level.FACILITATION: {"facilitator", "own mso"},
    Level.GROUP: {"facilitator", "own mso", "sponsor", "group", "lead"},
    Level.UNIT: {"facilitator", "own mso", "sponsor", "group", "lead", "staff", "partner"},
    Level.NETWORK: {"facilitator", "own mso", "sponsor", "group", "lead", "staff", "partner", "moderation"},
}
WRITES = {"facilitator", "group"}


def url(name, *args):
    return reverse(f"consulting:{name}", args=args)


@pytest.mark.parametrize("level", OPENS)
@pytest.mark.parametrize("name", PEOPLE)
def test_barrier_is_opened_and_listed_as_the_matrix_says(name, level, process, mso, client):
    barrier = BarrierFactory(process=process, state=BarrierState.CONFIRMED, level=level, title="Nur am Telefon")
    EvidenceFactory(barrier=barrier, release_state=EvidenceRelease.RELEASED)
    EvidenceFactory(barrier=barrier, organisation=mso, summary="Aus der Fokusgruppe, nicht freigegeben")
    client.force_login(person_of(name, process, mso))

    page = client.get(url("barrier_detail", barrier.pk))
    listed = client.get(url("barrier_list", process.pk))

    opens = name in OPENS[level]
    assert page.status_code == (200 if opens else 404)
    if listed.status_code == 200:
        assert ("Nur am Telefon" in listed.text) == opens
        assert ("1 Zugangsbarriere" in listed.text) == opens
    else:
        assert listed.status_code == 404
    if opens:
        assert ("nicht freigegeben" in page.text) == (name in {"facilitator", "own mso"})
        assert (url("change_barrier", barrier.pk) in page.text) == (name in WRITES)
    for form in ("change_barrier", "set_barrier_level", "add_evidence"):
        status = client.get(url(form, barrier.pk)).status_code
        may = {
            "change_barrier": WRITES,
            "set_barrier_level": {"facilitator", "sponsor"},
            "add_evidence": WRITES | {"own mso", "partner"},
        }[form]
        assert status == (404 if not opens else 200 if name in may else 403), form


@pytest.mark.parametrize("name", PEOPLE)
def test_measure_is_opened_as_the_matrix_says(name, process, mso, client):
    hidden = BarrierFactory(process=process, state=BarrierState.IN_PROGRESS)
    measure = MeasureFactory(process=process, barriers=[hidden])
    client.force_login(person_of(name, process, mso))
    readers = {"facilitator", "sponsor", "group", "lead"}

    assert client.get(url("measure_detail", measure.pk)).status_code == (200 if name in readers else 404)
    Barrier.objects.filter(pk=hidden.pk).update(level=Level.UNIT)
    EvidenceFactory(barrier=hidden)
    assert client.get(url("measure_detail", measure.pk)).status_code == (
        200 if name in readers | {"staff", "partner"} else 404
    )
    for form in ("change_measure", "check_effect", "hand_over_measure"):
        status = client.get(url(form, measure.pk)).status_code
        assert status == (200 if name in WRITES else 403 if name in readers | {"staff", "partner"} else 404), form


def test_visitors_are_asked_to_sign_in(process, client):
    barrier, measure = BarrierFactory(process=process), MeasureFactory(process=process)

    for address in (
        url("barrier_list", process.pk),
        url("barrier_detail", barrier.pk),
        url("measure_list", process.pk),
        url("measure_detail", measure.pk),
    ):
        assert "login" in client.get(address)["Location"]


@pytest.mark.parametrize("count", [1, 20])
def test_lists_take_the_same_queries_for_any_number(count, process, client, django_assert_num_queries):
    for _number in range(count):
        barrier = BarrierFactory(process=process, state=BarrierState.IN_PROGRESS)
        EvidenceFactory(barrier=barrier)
        MeasureFactory(process=process, barriers=[barrier])
    client.force_login(holder(process, ProcessRole.FACILITATOR))
    client.get(url("barrier_list", process.pk))

    with django_assert_num_queries(23):
        client.get(url("barrier_list", process.pk))
    with django_assert_num_queries(23):
        client.get(url("barrier_list", process.pk) + "?view=board")
    with django_assert_num_queries(15):
        client.get(url("measure_list", process.pk))


@pytest.mark.parametrize("count", [1, 12])
def test_barrier_takes_the_same_queries_for_any_evidence(count, process, client, django_assert_num_queries):
    barrier = BarrierFactory(process=process, state=BarrierState.IN_PROGRESS)
    for _number in range(count):
        EvidenceFactory(barrier=barrier)
        MeasureFactory(process=process, barriers=[barrier])
    client.force_login(holder(process, ProcessRole.FACILITATOR))
    client.get(url("barrier_detail", barrier.pk))

    with django_assert_num_queries(18):
        client.get(url("barrier_detail", barrier.pk))


def test_filters_stand_in_the_address_and_sort_by_weight(process, client):
    light = BarrierFactory(process=process, title="Leicht", reach=1, consequence=1)
    heavy = BarrierFactory(process=process, title="Schwer", reach=4, consequence=4, affected="Neu Angekommene")
    heavy.dimensions.set([term(Vocabulary.DIMENSIONS, "disability")])
    client.force_login(holder(process, ProcessRole.FACILITATOR))

    def titles(query=""):
        return [row["barrier"] for row in client.get(url("barrier_list", process.pk) + query).context["rows"]]

    assert titles() == [heavy, light]
    assert titles("?priority=low") == [light]
    assert titles("?dimension=disability") == [heavy]
    assert titles("?q=angekommene") == [heavy]
    assert titles("?state=removed") == []
    assert titles("?state=unsinn") == [heavy, light]


def given(process, **changes):
    step = TouchpointFactory(process=process)
    return {
        "title_de": "Aufruf mit Namen",
        "description_de": "Alle hören mit.",
        "touchpoints": [step.pk],
        "kinds": [term(Vocabulary.BARRIER_KINDS, "process").pk],
        "dimensions": [term(Vocabulary.DIMENSIONS, "language").pk],
        "effect": "indirect",
        "reach": "4",
        "consequence": "2",
        "level": "3",
    } | changes


def test_barrier_is_recorded_and_its_page_follows(process, client):
    client.force_login(holder(process, ProcessRole.FACILITATOR))

    answer = client.post(url("record_barrier", process.pk), given(process))

    barrier = process.barriers.get()
    assert answer["Location"] == url("barrier_detail", barrier.pk)
    assert (barrier.title, barrier.weight, barrier.level) == ("Aufruf mit Namen", 8, Level.GROUP)


def test_what_looks_like_a_person_is_asked_about_once_and_kept(process, client):
    client.force_login(holder(process, ProcessRole.FACILITATOR))
    words = given(process, description_de="Frau Beispiel musste zweimal kommen.")

    answer = client.post(url("record_barrier", process.pk), words)

    assert not process.barriers.exists()
    assert "der Name einer Person" in answer.text
    assert "Frau Beispiel musste zweimal kommen." in answer.text
    assert "Ombudsstelle" in answer.text
    client.post(url("record_barrier", process.pk), words | {"is_impersonal": "on"})
    assert process.barriers.get().description == "Frau Beispiel musste zweimal kommen."


def test_mso_releases_its_evidence_and_takes_it_back(process, mso, client):
    barrier = BarrierFactory(process=process, state=BarrierState.EVIDENCED)
    evidence = EvidenceFactory(barrier=barrier, organisation=mso)
    client.force_login(person_of("own mso", process, mso))

    client.post(url("release_evidence", evidence.pk))
    evidence.refresh_from_db()
    assert evidence.is_released
    client.post(url("withdraw_evidence", evidence.pk))
    evidence.refresh_from_db()
    assert evidence.release_state == EvidenceRelease.WITHDRAWN


def test_nobody_else_finds_the_evidence(process, mso, client):
    evidence = EvidenceFactory(barrier=BarrierFactory(process=process), organisation=mso)
    client.force_login(holder(process, ProcessRole.SPONSOR))

    assert client.post(url("release_evidence", evidence.pk)).status_code == 404


def test_commissioning_lead_confirms_and_releases(process, client):
    barrier = BarrierFactory(process=process, state=BarrierState.EVIDENCED)
    EvidenceFactory(barrier=barrier)
    client.force_login(holder(process, ProcessRole.SPONSOR))

    assert url("move_barrier", barrier.pk, "confirm") in client.get(url("barrier_detail", barrier.pk)).text
    client.post(url("move_barrier", barrier.pk, "confirm"))
    client.post(url("set_barrier_level", barrier.pk), {"level": "2"})

    barrier.refresh_from_db()
    assert (barrier.state, barrier.level) == (BarrierState.CONFIRMED, Level.UNIT)
    assert client.get(url("move_barrier", barrier.pk, "start")).status_code == 403
    assert client.get(url("move_barrier", barrier.pk, "unsinn")).status_code == 404


def test_measure_is_noted_decided_implemented_and_checked(process, client):
    barrier = BarrierFactory(process=process, state=BarrierState.IN_PROGRESS)
    client.force_login(holder(process, ProcessRole.GROUP))
    words = {"title_de": "Nummern statt Namen", "barriers": [barrier.pk]}

    client.post(url("note_measure", process.pk), words)
    measure = process.measures.get()
    refused = client.post(url("move_measure", measure.pk, "decide"))
    assert "braucht eine verantwortliche Funktion" in refused.text
    plan = {"owner_de": "Standortleitung", "criterion_de": "Kein Name ist hörbar.", "due_on": "2027-01-15"}
    client.post(url("change_measure", measure.pk), words | plan)
    for move in ("decide", "start", "implement"):
        client.post(url("move_measure", measure.pk, move))
    measure.refresh_from_db()
    assert measure.state == MeasureState.IMPLEMENTED
    early = {"checked_on": timezone.localdate().isoformat(), "method": "Zählung", "result": "effective"}
    assert "frühestens nach acht Wochen" in client.post(url("check_effect", measure.pk), early).text
    measure.implemented_on = timezone.localdate() - timedelta(weeks=9)
    measure.save()
    client.post(url("check_effect", measure.pk), early)
    assert measure.checks.get().result == EffectResult.EFFECTIVE


def test_partner_sets_the_view_of_the_mso_beside_that_of_the_unit(process, mso, client):
    barrier = BarrierFactory(process=process, state=BarrierState.IN_PROGRESS, level=Level.NETWORK)
    day = timezone.localdate()
    measure = MeasureFactory(process=process, barriers=[barrier], state=MeasureState.CHECKED, implemented_on=day)
    check = EffectCheck.objects.create(measure=measure, due_on=day, checked_on=day, result=EffectResult.EFFECTIVE)
    client.force_login(person_of("partner", process, mso))

    client.post(url("add_mso_view", measure.pk, check.pk), {"view": "partly", "note": "Nicht an jedem Standort"})

    page = client.get(url("measure_detail", measure.pk)).text
    assert "Nicht an jedem Standort" in page
    assert "teilweise wirksam" in page
