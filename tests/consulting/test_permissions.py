"""The permission matrix (DOMAIN.md 2.5: «Process header», «Agreement, plan») as one table: role × object × action.

Every person is tried on one process of the unit through every page and every button. N: the process does not exist for
them; M: title, phase and dates; R: all of the header; W: changes it.
"""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone

from academy.enums import Role
from academy.models import Membership
from consulting import permissions, selectors
from consulting.enums import ProcessAccess, ProcessRole, ReleaseState
from tests.factories.academy import MembershipFactory, UnitFactory, UserFactory
from tests.factories.consulting import MilestoneFactory, ProcessFactory, ProcessMemberFactory, person_for

pytestmark = pytest.mark.django_db

N, M, R, W = ProcessAccess.NONE, ProcessAccess.METADATA, ProcessAccess.READ, ProcessAccess.WRITE


def with_role(role: Role, *, unit=None):
    person = UserFactory()
    organisation = {"organisation": unit.organisation, "unit": unit} if unit else {}
    MembershipFactory(user=person, role=role, **organisation)
    return person


def with_function(process, role: ProcessRole, **fields):
    return ProcessMemberFactory(process=process, role=role, **fields).person


def ended(process, role: ProcessRole):
    """Held the function until today; today access is gone. Without a unit, since its staff would still see M."""
    person = with_function(process, role, ends_on=timezone.localdate())
    Membership.objects.filter(user=person).update(unit=None)
    return person


def membership_ended(process, role: ProcessRole):
    person = with_function(process, role)
    Membership.objects.filter(user=person).update(ends_on=timezone.localdate() - timedelta(days=1))
    return person


def inactive(process):
    person = with_function(process, ProcessRole.FACILITATOR)
    person.is_active = False
    person.save()
    return person


def neighbour(process):
    return with_role(Role.UNIT_STAFF, unit=UnitFactory(organisation=process.unit.organisation))


def of_other_process(role: ProcessRole):
    return with_function(ProcessFactory(), role)


PEOPLE = {
    # who: (how to make them, what they see)
    "account without role": (lambda p: UserFactory(), N),
    "technical admin": (lambda p: with_role(Role.TECHNICAL_ADMIN), M),
    "programme lead": (lambda p: with_role(Role.PROGRAMME_LEAD), W),
    "facilitator of it": (lambda p: with_function(p, ProcessRole.FACILITATOR), W),
    "facilitator of another": (lambda p: of_other_process(ProcessRole.FACILITATOR), N),
    "facilitator without process": (lambda p: with_role(Role.FACILITATOR), N),
    "facilitator until today": (lambda p: ended(p, ProcessRole.FACILITATOR), N),
    "facilitator without role any more": (lambda p: membership_ended(p, ProcessRole.FACILITATOR), N),
    "facilitator switched off": (inactive, N),
    "commissioning lead": (lambda p: with_function(p, ProcessRole.SPONSOR), R),
    "process group": (lambda p: with_function(p, ProcessRole.GROUP), R),
    "steering group": (lambda p: with_function(p, ProcessRole.STEERING), R),
    "process group until today": (lambda p: ended(p, ProcessRole.GROUP), N),
    "process group, left the office": (lambda p: membership_ended(p, ProcessRole.GROUP), N),
    "sponsor role without function": (lambda p: with_role(Role.SPONSOR, unit=p.unit), M),
    "other staff of the unit": (lambda p: with_role(Role.UNIT_STAFF, unit=p.unit), M),
    "organisation contact of the unit": (lambda p: with_role(Role.ORGANISATION_CONTACT, unit=p.unit), M),
    "approving supervisor of the unit": (lambda p: with_role(Role.APPROVER, unit=p.unit), N),
    "participant of the unit": (lambda p: with_role(Role.PARTICIPANT, unit=p.unit), N),
    "staff of the unit next door": (neighbour, N),
    "commissioning lead of another": (lambda p: of_other_process(ProcessRole.SPONSOR), N),
    "MSO partner": (lambda p: with_function(p, ProcessRole.MSO_PARTNER), M),
    "MSO without partnership": (lambda p: with_role(Role.MSO), N),
    "MSO partner without role any more": (lambda p: membership_ended(p, ProcessRole.MSO_PARTNER), N),
    "guest": (lambda p: with_function(p, ProcessRole.GUEST), M),
    "dialogue moderation": (lambda p: with_role(Role.DIALOGUE_MODERATION), M),
    "trainer": (lambda p: with_role(Role.TRAINER), N),
    "academy office": (lambda p: with_role(Role.ACADEMY_OFFICE), N),
    "editor": (lambda p: with_role(Role.EDITOR), N),
    "funder reporting": (lambda p: with_role(Role.FUNDER_REPORTING), N),
    "data protection": (lambda p: with_role(Role.DATA_PROTECTION), N),
}
SIGNS = {"commissioning lead"}
KEEPS_AGREEMENT = {"facilitator of it"}

# Pages and buttons: name, method, and which part of the process the address names.
PAGES = [
    ("change_process", "get", ""),
    ("move_process", "get", "move"),
    ("add_milestone", "get", ""),
    ("add_member", "get", ""),
    ("change_milestone", "get", "milestone"),
    ("change_phase", "get", "phase"),
    ("reach_phase", "get", "phase"),
    ("reopen_phase", "get", "phase"),
    ("end_member", "get", "member"),
    ("change_process", "post", ""),
    ("move_process", "post", "move"),
    ("add_milestone", "post", ""),
    ("add_member", "post", ""),
    ("change_milestone", "post", "milestone"),
    ("change_phase", "post", "phase"),
    ("activate_phase", "post", "phase"),
    ("reach_phase", "post", "phase"),
    ("reopen_phase", "post", "phase"),
    ("end_member", "post", "member"),
    ("tick_milestone", "post", "milestone"),
    ("untick_milestone", "post", "milestone"),
    ("drop_milestone", "post", "milestone"),
    ("restore_milestone", "post", "milestone"),
]


@pytest.fixture
def process():
    process = ProcessFactory(focus="analyse", ready=True, goal="Nur für Beteiligte")
    MilestoneFactory(process=process, title="Wegekarte abgestimmt")
    return process


@pytest.fixture
def person(request, process):
    return PEOPLE[request.param][0](process)


def address(name: str, process, part: str) -> str:
    args = {
        "": list,
        "move": lambda: ["pause"],
        "phase": lambda: [process.phases.get(key="analyse").pk],
        "milestone": lambda: [process.milestones.get().pk],
        "member": lambda: [process.members.filter(role=ProcessRole.GROUP).first().pk],
    }[part]()
    return reverse(f"consulting:{name}", args=[process.pk, *args])


def answer_of(method: str, url: str, person) -> int:
    """What the view answers: called without middleware and error pages, since there are many cases."""
    request = getattr(RequestFactory(), method)(url)
    request.user = person
    view, args, kwargs = resolve(url)
    try:
        return view(request, *args, **kwargs).status_code
    except Http404:
        return 404
    except PermissionDenied:
        return 403


EVERYBODY = pytest.mark.parametrize(
    ("person", "level"), [(who, level) for who, (_make, level) in PEOPLE.items()], indirect=["person"], ids=list(PEOPLE)
)


@EVERYBODY
def test_rights_list_and_page_show_what_the_matrix_says(person, level, process, client):
    today = timezone.localdate()
    assert permissions.rights_in(person, process, on=today).access == level
    assert selectors.processes_visible_to(person, on=today).filter(pk=process.pk).exists() == (level > N)
    client.force_login(person)

    detail, listed = client.get(process.get_absolute_url()), client.get(reverse("consulting:process_list"))

    if not person.is_active:  # is asked to sign in
        assert (level, detail.status_code, listed.status_code) == (N, 302, 302)
        return
    assert detail.status_code == (404 if level == N else 200)
    page, rows = detail.content.decode(), listed.content.decode()
    assert (process.title in rows) == (process.title in page) == ("Bestandsaufnahme" in page) == (level > N)
    assert ("Wegekarte abgestimmt" in rows) == ("Wegekarte abgestimmt" in page) == (level >= R)
    assert ("Nur für Beteiligte" in page) == (level >= R)
    assert (address("tick_milestone", process, "milestone") in page) == (level == W)
    assert (reverse("consulting:change_process", args=[process.pk]) in page) == (level == W)


@EVERYBODY
def test_pages_and_buttons_answer_as_the_matrix_says(request, person, level, process):
    denied = 404 if level == N else 403
    rights = permissions.rights_in(person, process, on=timezone.localdate())
    facilitator = process.members.filter(role=ProcessRole.FACILITATOR).first()
    who = request.node.callspec.id

    log = answer_of("get", address("process_log", process, ""), person)
    agreement = answer_of("get", address("date_agreement", process, ""), person)
    out = answer_of("get", reverse("consulting:end_member", args=[process.pk, facilitator.pk]), person)

    assert log == (200 if level >= R else 404)
    assert agreement == (200 if who in KEEPS_AGREEMENT else denied)
    assert out == (200 if rights.leads else denied)
    if who not in SIGNS:
        assert answer_of("post", address("sign_agreement", process, ""), person) == denied
    if level == W:
        return  # what they do is tested where it is done
    for name, method, part in PAGES:
        assert answer_of(method, address(name, process, part), person) == denied, name
    assert process.moves.count() == 0


@pytest.mark.parametrize("person", [who for who, (_m, level) in PEOPLE.items() if level == W], indirect=True)
def test_pages_open_for_those_who_may_change(person, process, client):
    client.force_login(person)

    for name, method, part in PAGES:
        if method == "get":
            back = name == "reopen_phase"  # an active phase is not re-opened: the page says so and leads back
            assert client.get(address(name, process, part)).status_code == (302 if back else 200), name


def test_visitors_are_asked_to_sign_in(process, client):
    for name, method, part in [
        ("process_list", "get", None),
        ("process_detail", "get", ""),
        ("process_log", "get", ""),
        *PAGES,
    ]:
        url = reverse("consulting:process_list") if part is None else address(name, process, part)
        response = getattr(client, method)(url)
        assert response.status_code == 302, name
        assert "login" in response["Location"]


def test_funder_reporting_sees_the_metadata_of_released_processes(process):
    person = with_role(Role.FUNDER_REPORTING)
    process.release_state, process.released_on = ReleaseState.RELEASED, timezone.localdate()
    process.save()

    assert permissions.rights_in(person, process, on=timezone.localdate()).access == M


def test_strangers_do_not_see_a_released_process_in_the_workspace(process, client):
    process.release_state, process.released_on = ReleaseState.RELEASED, timezone.localdate()
    process.save()
    client.force_login(of_other_process(ProcessRole.FACILITATOR))

    assert client.get(process.get_absolute_url()).status_code == 404


def test_parts_of_another_process_do_not_exist_under_this_one(process, client):
    other = MilestoneFactory()
    client.force_login(with_role(Role.PROGRAMME_LEAD))

    urls = [
        reverse("consulting:tick_milestone", args=[process.pk, other.pk]),
        reverse("consulting:activate_phase", args=[process.pk, other.process.phases.first().pk]),
        reverse("consulting:end_member", args=[process.pk, ProcessMemberFactory().pk]),
    ]

    assert [client.post(url).status_code for url in urls] == [404, 404, 404]


@pytest.mark.parametrize("role", Role)
def test_create_process_is_open_to_programme_lead_and_facilitators(role, client):
    client.force_login(with_role(role))
    allowed = role in (Role.PROGRAMME_LEAD, Role.FACILITATOR)

    assert client.get(reverse("consulting:create_process")).status_code == (200 if allowed else 404)


def test_person_for_backs_every_function_of_the_table():
    process = ProcessFactory()
    for role in ProcessRole:
        person = person_for(process, role)
        assert selectors.people_for_function(process, role, on=timezone.localdate()).filter(pk=person.pk).exists()
