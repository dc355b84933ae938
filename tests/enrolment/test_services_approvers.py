"""The addresses of supervisors and deputies go 14 days after the answer; that there was one stays."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from academy.enums import MailState, Role
from academy.models import OutgoingMail
from academy.services import ERASED_ADDRESS
from courses.enums import ApprovalPolicy
from enrolment import selectors, services, tasks
from enrolment.audit_checks import broken_promises
from enrolment.enums import ApprovalDecision
from enrolment.models import Approval
from tests.factories.academy import MembershipFactory, UnitFactory, UserFactory
from tests.factories.courses import CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT

pytestmark = pytest.mark.django_db

BOSS, DEPUTY = "leitung@example.org", "vertretung@example.org"
ANSWERED_AT = DURING_ENROLMENT + timedelta(days=1)
KEPT = timedelta(days=14)
JUST_BEFORE = ANSWERED_AT + KEPT - timedelta(seconds=1)
AFTER = ANSWERED_AT + KEPT


def ask(learner=None, *, deputy="") -> Approval:
    run = CourseRunFactory(seats=1, approval=ApprovalPolicy.APPROVE)
    place = services.enrol(learner=learner or UserFactory(), run=run, at=DURING_ENROLMENT, approver_email=BOSS)
    approval = place.approvals.get()
    if deputy:
        services.name_deputy(approval=approval, email=deputy, actor=None, at=DURING_ENROLMENT)
    return approval


def answer(approval: Approval, *, agrees=True) -> Approval:
    services.decide_approval(approval=approval, agrees=agrees, at=ANSWERED_AT)
    return sent(approval)


def sent(approval: Approval) -> Approval:
    """The question as it is stored, with all mails on their way."""
    OutgoingMail.objects.update(state=MailState.SENT, sent_at=ANSWERED_AT)
    return Approval.objects.get(pk=approval.pk)


def texts() -> str:
    return "".join(f"{mail.address}{mail.text}{mail.html}" for mail in OutgoingMail.objects.all())


def end(approval: Approval, kind: str) -> None:
    """Let the question end at ANSWERED_AT."""
    if kind == "withdrawn":
        services.withdraw(enrolment=approval.enrolment, actor=approval.enrolment.learner, at=ANSWERED_AT)
    elif kind == "lapsed":
        Approval.objects.update(expires_at=ANSWERED_AT)
        services.lapse_approvals(at=ANSWERED_AT)
    else:
        services.decide_approval(approval=approval, agrees=kind == "approved", at=ANSWERED_AT)


@pytest.mark.parametrize("kind", ["approved", "refused", "lapsed", "withdrawn"])
def test_forget_approvers_takes_both_addresses_14_days_after_the_end(kind):
    approval = ask(deputy=DEPUTY)
    end(approval, kind)
    before = sent(approval)

    assert services.forget_approvers(at=JUST_BEFORE) == 0
    assert services.forget_approvers(at=AFTER) == 1
    assert services.forget_approvers(at=AFTER) == 0

    after = Approval.objects.get()
    assert (after.approver_email, after.deputy_email) == (ERASED_ADDRESS, ERASED_ADDRESS)
    assert (after.decision, after.decided_at, after.asked_at) == (before.decision, ANSWERED_AT, DURING_ENROLMENT)
    assert after.decision == (ApprovalDecision.LAPSED if kind == "withdrawn" else kind)


def test_forget_approvers_leaves_no_deputy_where_there_was_none():
    approval = answer(ask())

    services.forget_approvers(at=AFTER)

    approval.refresh_from_db()
    assert (approval.deputy_email, approval.deputy_nonce) == ("", None)


def test_forget_approvers_leaves_open_questions_alone():
    ask()
    OutgoingMail.objects.update(state=MailState.SENT)

    assert services.forget_approvers(at=AFTER + timedelta(days=100)) == 0
    assert Approval.objects.get().approver_email == BOSS


def test_forget_approvers_empties_the_mails_that_hold_an_address_and_no_other():
    answer(ask(deputy=DEPUTY))
    assert {BOSS, DEPUTY} <= {address for address in (BOSS, DEPUTY) if address in texts()}

    services.forget_approvers(at=AFTER)

    assert BOSS not in texts()
    assert DEPUTY not in texts()
    assert OutgoingMail.objects.filter(address=ERASED_ADDRESS).count() == 4
    assert [mail.key.split(".")[2] for mail in OutgoingMail.objects.exclude(text="")] == ["confirmed"]


def test_forget_approvers_leaves_the_mails_of_a_question_whose_number_begins_alike():
    first, other = answer(ask()), ask()
    Approval.objects.filter(pk=other.pk).update(id=int(f"{first.pk}0"))
    OutgoingMail.objects.filter(key__startswith=f"approval.{other.pk}.").update(key=f"approval.{first.pk}0.asked")
    OutgoingMail.objects.update(state=MailState.SENT)

    services.forget_approvers(at=AFTER)

    assert OutgoingMail.objects.get(key=f"approval.{first.pk}0.asked").address == BOSS
    assert OutgoingMail.objects.get(key=f"approval.{first.pk}.asked").address == ERASED_ADDRESS


def test_forget_approvers_waits_for_a_mail_that_has_not_gone():
    approval = answer(ask())
    letter = OutgoingMail.objects.filter(key=f"approval.{approval.pk}.asked")
    letter.update(state=MailState.QUEUED)

    assert services.forget_approvers(at=AFTER) == 0

    letter.update(state=MailState.FAILED)
    assert services.forget_approvers(at=AFTER) == 1
    assert letter.get().address == ERASED_ADDRESS


def test_forget_approvers_ends_the_links():
    approval = answer(ask(deputy=DEPUTY))
    links = [services.approval_token(approval, for_deputy=deputy) for deputy in (False, True)]

    services.forget_approvers(at=AFTER)

    for token in links:
        with pytest.raises(services.ApprovalRefused):
            services.approval_for_token(token=token)


def test_suggested_approver_is_the_one_of_the_unit_once_the_address_is_gone():
    unit = UnitFactory()
    learner = MembershipFactory(organisation=unit.organisation, unit=unit).user
    answer(ask(learner))
    on = AFTER.date()
    assert selectors.suggested_approver(learner, on=on) == BOSS

    services.forget_approvers(at=AFTER)
    assert selectors.suggested_approver(learner, on=on) == ""

    lead = MembershipFactory(organisation=unit.organisation, unit=unit, role=Role.APPROVER).user
    assert selectors.suggested_approver(learner, on=on) == lead.email


def test_the_workspace_shows_an_answer_until_the_address_goes(client, clock):
    lead = MembershipFactory(user=UserFactory(email=BOSS), role=Role.APPROVER).user
    approval = answer(ask())
    address = reverse("enrolment:approvals")
    name = str(approval.enrolment.learner)

    clock.at = JUST_BEFORE
    client.force_login(lead)
    shown = client.get(address).content.decode()
    assert name in shown
    assert "Eine Antwort steht hier 14 Tage lang." in shown

    clock.at = AFTER
    tasks.forget_approvers()
    assert name not in client.get(address).content.decode()
    assert client.get(reverse("enrolment:approval_request", args=[approval.pk])).status_code == 404


def test_retention_says_beforehand_whose_address_would_go(clock):
    answer(ask(deputy=DEPUTY))
    clock.at, told = AFTER, StringIO()

    call_command("retention", "--dry-run", stdout=told)
    assert "enrolment.approvers: 1 would go." in told.getvalue()
    assert Approval.objects.get().approver_email == BOSS

    call_command("retention", stdout=told)
    assert "enrolment.approvers: 1 gone." in told.getvalue()
    assert list(broken_promises()) == []
