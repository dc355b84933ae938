"""Pages of self-assessments: who opens which, how many queries they take, and one's own sheet from field to field."""

from datetime import date

import pytest
from django.urls import reverse

from academy.enums import Role
from academy.models import User
from consulting.enums import AssessmentAudience, AssessmentTime, ProcessRole
from consulting.models import AssessmentSheet, AssessmentTicket
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.assessments import AssessmentFactory, InstrumentFactory
from tests.factories.consulting import ProcessFactory, ProcessMemberFactory, holder

pytestmark = pytest.mark.django_db
CLOSED = date(2026, 10, 23)
MIDDLE = {"l1": 2, "l2": 1, "s1": 3}


@pytest.fixture
def process():
    return ProcessFactory(focus="analyse", ready=True)


def person_of(name: str, process) -> User:
    unit = process.unit
    return {
        "facilitator": lambda: holder(process, ProcessRole.FACILITATOR),
        "other facilitator": lambda: MembershipFactory(role=Role.FACILITATOR).user,
        "lead": lambda: MembershipFactory(role=Role.PROGRAMME_LEAD).user,
        "sponsor": lambda: holder(process, ProcessRole.SPONSOR),
        "group": lambda: holder(process, ProcessRole.GROUP),
        "staff": lambda: MembershipFactory(role=Role.UNIT_STAFF, organisation=unit.organisation, unit=unit).user,
        "partner": lambda: ProcessMemberFactory(process=process, role=ProcessRole.MSO_PARTNER).person,
        "guest": lambda: ProcessMemberFactory(process=process, role=ProcessRole.GUEST).person,
        "supervisor": lambda: MembershipFactory(role=Role.APPROVER, organisation=unit.organisation, unit=unit).user,
        "moderation": lambda: MembershipFactory(role=Role.DIALOGUE_MODERATION).user,
        "admin": lambda: MembershipFactory(role=Role.TECHNICAL_ADMIN).user,
        "superuser": lambda: UserFactory(is_superuser=True, is_staff=True),
        "office": lambda: MembershipFactory(role=Role.ACADEMY_OFFICE).user,
        "editor": lambda: MembershipFactory(role=Role.EDITOR).user,
        "funder": lambda: MembershipFactory(role=Role.FUNDER_REPORTING).user,
        "nobody": UserFactory,
    }[name]()


RESULTS = {"facilitator", "lead", "sponsor", "group"}
SHEET = {"sponsor", "group", "staff"}
# By person: the page, the result on it, one's own sheet, opening a round, closing it.
MATRIX = {
    "facilitator": (200, True, 404, 200, 200),
    "lead": (200, True, 404, 403, 403),
    "sponsor": (200, True, 200, 403, 403),
    "group": (200, True, 200, 403, 403),
    "staff": (200, False, 200, 403, 403),
    **dict.fromkeys(
        [
            "other facilitator",
            "partner",
            "guest",
            "supervisor",
            "moderation",
            "admin",
            "superuser",
            "office",
            "editor",
            "funder",
            "nobody",
        ],
        (404, False, 404, 404, 404),
    ),
}


@pytest.mark.parametrize("name", MATRIX)
def test_who_sees_results_and_who_answers(client, process, name):
    """DOMAIN.md 2.5: Σ for programme lead, facilitation, commissioning lead and group; a sheet for the unit's side."""
    start = AssessmentFactory(process=process, closed_on=CLOSED, sheets=[MIDDLE] * 5)
    current = AssessmentFactory(process=process, instrument=start.instrument, time=AssessmentTime.END)
    client.force_login(person_of(name, process))

    page = client.get(reverse("consulting:assessment_list", args=[process.pk]))
    sheet = client.get(reverse("consulting:answer_assessment", args=[current.pk, "leitung"]))
    hand_in = client.get(reverse("consulting:hand_in_assessment", args=[current.pk]))
    opening = client.get(reverse("consulting:open_assessment", args=[process.pk]))
    closing = client.get(reverse("consulting:close_assessment", args=[current.pk]))
    reopening = client.post(reverse("consulting:reopen_assessment", args=[start.pk]))

    found = (
        page.status_code,
        "assessment-chart" in page.content.decode(),
        sheet.status_code,
        opening.status_code,
        closing.status_code,
    )
    assert found == MATRIX[name]
    assert hand_in.status_code == sheet.status_code
    assert reopening.status_code == (302 if closing.status_code == 200 else closing.status_code)


def test_visitors_are_asked_to_sign_in(client, process):
    response = client.get(reverse("consulting:assessment_list", args=[process.pk]))

    assert response.status_code == 302
    assert "login" in response["Location"]


def test_staff_are_told_when_only_the_group_is_invited(client, process):
    assessment = AssessmentFactory(process=process, audience=AssessmentAudience.GROUP)
    client.force_login(person_of("staff", process))

    html = client.get(reverse("consulting:assessment_list", args=[process.pk])).content.decode()

    assert "Diesmal sind Auftraggeber*in und Prozessgruppe eingeladen." in html
    assert client.get(reverse("consulting:answer_assessment", args=[assessment.pk, "leitung"])).status_code == 404


def test_result_page_shows_start_and_end_beside_each_other_and_the_change(client, process):
    start = AssessmentFactory(process=process, closed_on=CLOSED, sheets=[MIDDLE] * 5)
    AssessmentFactory(
        process=process,
        instrument=start.instrument,
        time=AssessmentTime.END,
        closed_on=date(2026, 11, 2),
        sheets=[{"l1": 3, "l2": 3, "s1": 2}] * 6,
    )
    client.force_login(person_of("sponsor", process))

    html = client.get(reverse("consulting:assessment_list", args=[process.pk])).content.decode()

    assert html.index("<table") < html.index("<figure class")  # the table first, the drawing second
    for text in ("1,50", "3,00", "+1,50", "−1,00", 'width="150"', 'width="300"'):
        assert text in html


def test_result_page_keeps_different_versions_apart(client, process):
    AssessmentFactory(process=process, closed_on=CLOSED, sheets=[MIDDLE] * 5)
    AssessmentFactory(process=process, time=AssessmentTime.END, closed_on=CLOSED, sheets=[MIDDLE] * 5)
    client.force_login(person_of("sponsor", process))

    html = client.get(reverse("consulting:assessment_list", args=[process.pk])).content.decode()

    assert "Anfang und Ende lassen sich nicht vergleichen" in html
    assert "Veränderung" not in html
    assert html.count("<table") == 2


@pytest.mark.parametrize("rounds", [1, 4])
def test_result_page_takes_as_many_queries_for_one_round_as_for_four(
    client, process, rounds, django_assert_num_queries
):
    start = AssessmentFactory(process=process, closed_on=CLOSED, sheets=[MIDDLE] * 5)
    for _number in range(rounds - 1):
        AssessmentFactory(
            process=process,
            instrument=start.instrument,
            time=AssessmentTime.INTERIM,
            closed_on=CLOSED,
            sheets=[MIDDLE] * 9,
        )
    client.force_login(person_of("sponsor", process))
    address = reverse("consulting:assessment_list", args=[process.pk])
    client.get(address)

    with django_assert_num_queries(11):
        client.get(address)


# --- One's own sheet -----------------------------------------------------------------------------------------------
def test_sheet_goes_from_field_to_field_and_is_handed_in_without_a_name(client, process):
    assessment = AssessmentFactory(process=process)
    person = person_of("group", process)
    client.force_login(person)
    first, second = (reverse("consulting:answer_assessment", args=[assessment.pk, f]) for f in ("leitung", "sprache"))
    last = reverse("consulting:hand_in_assessment", args=[assessment.pk])

    assert client.post(first, {"l1": "3", "l2": "unknown"})["Location"] == second
    assert client.get(first).context["form"].initial == {"l1": "3", "l2": "unknown"}
    assert client.post(second, {"s1": "0"})["Location"] == last
    client.post(last)

    assert AssessmentSheet.objects.get().answers == {"l1": 3, "l2": None, "s1": 0}
    page = client.get(reverse("consulting:assessment_list", args=[process.pk])).content.decode()
    assert "Ihr Bogen ist abgegeben" in page
    assert client.get(first)["Location"] == client.get(last)["Location"]  # both lead back to the page


def test_sheet_keeps_what_was_chosen_and_names_what_is_missing(client, process):
    assessment = AssessmentFactory(process=process)
    client.force_login(person_of("group", process))

    response = client.post(reverse("consulting:answer_assessment", args=[assessment.pk, "leitung"]), {"l1": "3"})

    form = response.context["form"]
    assert form.errors == {"l2": ["Bitte wählen Sie eine Antwort, und sei es „weiß ich nicht“."]}
    assert form["l1"].value() == "3"
    assert not AssessmentTicket.objects.exists()


def test_hand_in_page_leads_to_the_first_open_field(client, process):
    assessment = AssessmentFactory(process=process)
    client.force_login(person_of("group", process))

    html = client.get(reverse("consulting:hand_in_assessment", args=[assessment.pk])).content.decode()

    assert reverse("consulting:answer_assessment", args=[assessment.pk, "leitung"]) in html
    assert "Bogen abgeben" in html
    client.post(reverse("consulting:hand_in_assessment", args=[assessment.pk]))
    assert not AssessmentSheet.objects.exists()


def test_unknown_field_and_closed_round_are_not_found(client, process):
    assessment = AssessmentFactory(process=process)
    client.force_login(person_of("group", process))
    assert client.get(reverse("consulting:answer_assessment", args=[assessment.pk, "fremd"])).status_code == 404

    closed = AssessmentFactory(closed_on=CLOSED)
    client.force_login(person_of("group", closed.process))
    assert client.get(reverse("consulting:answer_assessment", args=[closed.pk, "leitung"])).status_code == 404


def test_draft_of_one_person_is_not_shown_to_another(client, process):
    assessment = AssessmentFactory(process=process)
    address = reverse("consulting:answer_assessment", args=[assessment.pk, "sprache"])
    client.force_login(person_of("group", process))
    client.post(address, {"s1": "4"})

    for name in ("sponsor", "staff"):
        client.force_login(person_of(name, process))
        assert client.get(address).context["form"].initial == {}


# --- Facilitation ------------------------------------------------------------------------------------------------
def test_facilitator_opens_and_closes_a_round(client, process):
    InstrumentFactory()
    client.force_login(person_of("facilitator", process))
    address = reverse("consulting:open_assessment", args=[process.pk])

    assert client.post(address, {"time": "start", "audience": "unit", "threshold": "4"}).status_code == 200
    client.post(address, {"time": "start", "audience": "unit", "threshold": "6"})
    assessment = process.assessments.get()
    closing = reverse("consulting:close_assessment", args=[assessment.pk])
    assert "Ein Ergebnis braucht 6" in client.get(closing).content.decode()
    assert "niemand mehr antwortet" in client.post(closing).content.decode()
    client.post(closing, {"is_over": "on"})

    assessment.refresh_from_db()
    assert assessment.state == "closed"
    html = client.get(reverse("consulting:assessment_list", args=[process.pk])).content.decode()
    assert "Verborgen: Anfang" in html
    client.post(reverse("consulting:reopen_assessment", args=[assessment.pk]))
    assessment.refresh_from_db()
    assert assessment.state == "open"


def test_finishing_the_analysis_warns_about_the_self_assessment_and_does_not_lock(client, process):
    phase = process.phases.get(key="analyse")
    client.force_login(person_of("facilitator", process))
    address = reverse("consulting:reach_phase", args=[process.pk, phase.pk])

    assert "Die Selbsteinschätzung am Anfang ist nicht geschlossen." in client.get(address).content.decode()
    client.post(address, {})

    phase.refresh_from_db()
    assert phase.state == "reached"
