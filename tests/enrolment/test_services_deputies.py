"""What happens while a supervisor has not answered: one reminder, a deputy, the staff council."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from academy.models import AuditEntry, OutgoingMail
from courses.enums import ApprovalPolicy, CourseType
from courses.models import Course
from enrolment import services
from enrolment.audit_checks import broken_promises
from enrolment.enums import Channel, EnrolmentState
from enrolment.models import Approval
from tests.factories.academy import UserFactory
from tests.factories.courses import FIRST_SESSION, CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT

pytestmark = pytest.mark.django_db

BOSS, DEPUTY = "leitung@example.org", "vertretung@example.org"
DAY_5 = DURING_ENROLMENT + timedelta(days=5)
DAY_10 = DURING_ENROLMENT + timedelta(days=10)


@pytest.fixture
def approval() -> Approval:
    run = CourseRunFactory(seats=1, approval=ApprovalPolicy.APPROVE)
    learner = UserFactory(email="schalter@example.org")
    return services.enrol(learner=learner, run=run, at=DURING_ENROLMENT, approver_email=BOSS).approvals.get()


def mails_to(address: str) -> list[str]:
    return list(OutgoingMail.objects.filter(address=address).order_by("pk").values_list("key", flat=True))


def asked_by(mail: OutgoingMail) -> Approval:
    """The question behind the link of a mail."""
    return services.approval_for_token(token=re.search(r"/approvals/([^/\s]+)/", mail.text).group(1))


def name_deputy(approval, email=DEPUTY, **given):
    return services.name_deputy(approval=approval, email=email, **{"actor": None, "at": DURING_ENROLMENT, **given})


# --- The reminder ------------------------------------------------------------------------------------------------
def test_remind_approvers_writes_once_on_day_5(approval):
    assert services.remind_approvers(at=DAY_5 - timedelta(seconds=1)) == 0
    assert services.remind_approvers(at=DAY_5) == 1
    assert services.remind_approvers(at=DAY_5 + timedelta(days=1)) == 0

    assert mails_to(BOSS) == [f"approval.{approval.pk}.asked", f"approval.{approval.pk}.reminder"]
    reminder = OutgoingMail.objects.get(key=f"approval.{approval.pk}.reminder")
    assert asked_by(reminder) == approval
    assert approval.enrolment.learner.email not in reminder.text


@pytest.mark.parametrize("end", ["answered", "withdrawn", "council", "over"])
def test_remind_approvers_leaves_out_who_has_nothing_to_answer(approval, end):
    if end == "answered":
        services.decide_approval(approval=approval, agrees=True, at=DURING_ENROLMENT)
    elif end == "withdrawn":
        learner = approval.enrolment.learner
        services.withdraw(enrolment=approval.enrolment, actor=learner, at=DURING_ENROLMENT)
    elif end == "council":
        services.involve_council(approval=approval, actor=None, at=DURING_ENROLMENT)

    assert services.remind_approvers(at=DAY_10 if end == "over" else DAY_5) == 0
    assert mails_to(BOSS) == [f"approval.{approval.pk}.asked"]


def test_reminder_names_a_protected_course_by_its_neutral_title(approval):
    approval.enrolment.run.course.approval_title = "Fortbildung der Akademie"
    approval.enrolment.run.course.save()

    services.remind_approvers(at=DAY_5)

    assert "Fortbildung der Akademie" in OutgoingMail.objects.get(key__endswith=".reminder").subject


# --- The deputy --------------------------------------------------------------------------------------------------
def test_name_deputy_gives_the_deputy_a_link_of_their_own(approval):
    named = name_deputy(approval)

    assert mails_to(DEPUTY) == [f"approval.{approval.pk}.deputy"]
    assert asked_by(OutgoingMail.objects.get(address=DEPUTY)) == approval
    assert named.deputy_nonce not in ("", named.nonce)


@pytest.mark.parametrize("agrees", [True, False])
def test_first_answer_counts_whoever_gives_it(approval, agrees):
    named = name_deputy(approval)

    services.decide_approval(approval=named, agrees=agrees, at=DURING_ENROLMENT)

    for for_deputy in (True, False):
        asked = services.approval_for_token(token=services.approval_token(named, for_deputy=for_deputy))
        with pytest.raises(services.ApprovalRefused, match="schon beantwortet"):
            services.decide_approval(approval=asked, agrees=not agrees, at=DURING_ENROLMENT)
    approval.enrolment.refresh_from_db()
    assert approval.enrolment.state == (EnrolmentState.CONFIRMED if agrees else EnrolmentState.DECLINED)


@pytest.mark.parametrize("address", [BOSS, BOSS.upper(), "schalter@example.org"])
def test_name_deputy_refuses_who_was_asked_and_who_asks(approval, address):
    with pytest.raises(services.DeputyRefused):
        name_deputy(approval, address)

    assert not OutgoingMail.objects.filter(key__endswith=".deputy").exists()
    assert Approval.objects.get().deputy_email == ""


def test_name_deputy_refuses_a_second_deputy(approval):
    name_deputy(approval)

    with pytest.raises(services.DeputyRefused, match="schon gefragt"):
        name_deputy(approval, "zweite@example.org")

    assert mails_to("zweite@example.org") == []


def test_name_deputy_refuses_when_the_request_is_over(approval):
    with pytest.raises(services.ApprovalRefused):
        name_deputy(approval, at=DAY_10)


def test_applicant_is_told_of_a_deputy_whom_the_supervisor_named_only(approval):
    learner = approval.enrolment.learner
    name_deputy(approval, actor=learner)
    assert not OutgoingMail.objects.filter(person=learner, key__contains="deputy_named").exists()

    other = services.enrol(
        learner=UserFactory(email="andere@example.org"),
        run=CourseRunFactory(approval=ApprovalPolicy.APPROVE),
        at=DURING_ENROLMENT,
        approver_email=BOSS,
    ).approvals.get()
    name_deputy(other)
    assert DEPUTY in OutgoingMail.objects.get(address="andere@example.org", key__contains="deputy_named").text


def test_log_of_a_deputy_holds_no_address(approval):
    name_deputy(approval)

    assert AuditEntry.objects.get(action="approval.deputy_named").data == {}


# --- The staff council -------------------------------------------------------------------------------------------
def test_involve_council_gives_two_weeks_from_then_and_tells_the_applicant(approval):
    noted = services.involve_council(approval=approval, actor=None, at=DAY_5)

    assert (noted.council_since, noted.expires_at) == (DAY_5, DAY_5 + timedelta(days=14))
    mail = OutgoingMail.objects.get(address="schalter@example.org", key__contains="council")
    assert mail.subject.startswith("Beteiligung Personalrat läuft")
    services.lapse_approvals(at=DAY_10)
    assert services.decide_approval(approval=noted, agrees=True, at=DAY_10).decision == "approved"
    assert list(broken_promises()) == []


def test_involve_council_never_passes_the_next_date(approval):
    late = FIRST_SESSION - timedelta(days=12)
    Approval.objects.update(expires_at=FIRST_SESSION - timedelta(days=11))

    assert services.involve_council(approval=approval, actor=None, at=late).expires_at == FIRST_SESSION


def test_involve_council_refuses_a_second_time_and_after_the_end(approval):
    services.involve_council(approval=approval, actor=None, at=DURING_ENROLMENT)

    with pytest.raises(services.ApprovalRefused):
        services.involve_council(approval=approval, actor=None, at=DAY_5)
    with pytest.raises(services.ApprovalRefused):
        services.involve_council(approval=approval, actor=None, at=FIRST_SESSION)


def test_council_does_not_keep_a_request_open_for_ever(approval):
    noted = services.involve_council(approval=approval, actor=None, at=DURING_ENROLMENT)

    assert services.lapse_approvals(at=noted.expires_at) == 1


# --- The answer with an account ----------------------------------------------------------------------------------
@pytest.mark.parametrize("agrees", [True, False])
def test_decide_approval_notes_who_answered_in_the_workspace(approval, agrees):
    boss = UserFactory(email=BOSS)

    services.decide_approval(approval=approval, agrees=agrees, actor=boss, at=DURING_ENROLMENT)

    move = approval.enrolment.moves.latest("pk")
    assert (move.actor, move.channel) == (boss.pseudonym, Channel.WEB)


# --- Empowerment -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("policy", [ApprovalPolicy.APPROVE, ApprovalPolicy.INFO])
def test_course_of_an_empowerment_space_cannot_ask_for_approval(policy):
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseFactory(type=CourseType.EMPOWERMENT, approval=policy)


@pytest.mark.parametrize("policy", [ApprovalPolicy.APPROVE, ApprovalPolicy.INFO])
def test_run_of_an_empowerment_space_cannot_ask_for_approval(policy):
    course = CourseFactory(type=CourseType.EMPOWERMENT)
    run = CourseRunFactory(course=course, state="draft")
    run.approval = policy

    with pytest.raises(services.RunRefused, match="Empowerment"):
        services.save_run(run=run, actor=UserFactory(), at=DURING_ENROLMENT)
    run.save()
    with pytest.raises(services.RunRefused, match="Empowerment"):
        services.open_run(run=run, actor=UserFactory(), at=DURING_ENROLMENT)


def test_audit_names_a_run_of_an_empowerment_space_that_asks():
    run = CourseRunFactory(course=CourseFactory(approval=ApprovalPolicy.APPROVE))
    Course.objects.update(type=CourseType.EMPOWERMENT, approval=ApprovalPolicy.NONE)

    assert list(broken_promises()) == [f"run {run.pk}: an empowerment space, but it asks for approval"]
