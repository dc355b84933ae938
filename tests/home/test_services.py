"""Reports on accessibility: taken from anybody, answered within 30 days, closed with a note, forgotten in time."""

from datetime import date, timedelta

import pytest

from academy.enums import MailState, Role
from academy.models import OutgoingMail
from home import services
from home.enums import AnswerWish, ReportState
from home.models import AccessibilityReport
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.reports import report

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return MembershipFactory(role=Role.EDITOR).user


def to_visitors():
    return OutgoingMail.objects.filter(address="besuch@example.org").order_by("pk")


def test_report_barrier_is_due_in_30_days_of_berlin_and_confirms_with_the_number(now):
    made = report(at=now)

    assert made.due_on == date(2026, 12, 18)
    mail = to_visitors().get()
    assert made.reference in mail.subject
    assert "18. Dezember 2026" in mail.text
    assert "weil diese Adresse bei einer Meldung" in mail.text


def test_report_barrier_needs_no_address_and_writes_to_nobody_without_one(now):
    made = report(at=now, email="")

    assert made.state == ReportState.OPEN
    assert not OutgoingMail.objects.exists()


def test_report_barrier_tells_the_editors_without_what_was_reported(now, editor):
    MembershipFactory(role=Role.ACADEMY_OFFICE)

    made = report(at=now, email="")

    mail = OutgoingMail.objects.get()
    assert mail.person == editor
    assert f"/de/accessibility-reports/{made.pk}/" in mail.text
    assert "Tastatur" not in mail.text


def test_report_barrier_tells_the_office_where_nobody_edits(now):
    office = MembershipFactory(role=Role.ACADEMY_OFFICE).user

    report(at=now, email="")

    assert OutgoingMail.objects.get().person == office


def test_references_differ_and_hold_no_signs_that_look_alike(now):
    references = {report(at=now, email="").reference for _number in range(20)}

    assert len(references) == 20
    assert not set("01IOL") & set("".join(references).replace("M-", ""))


@pytest.mark.parametrize(
    ("language", "wish", "expected"),
    [("de", AnswerWish.PLAIN, "de"), ("en", AnswerWish.PLAIN, "en"), ("en", AnswerWish.EASY, "de-simple")],
)
def test_answer_report_writes_in_the_language_of_the_person(now, editor, language, wish, expected):
    made = report(at=now, language=language, answer_wish=wish)

    answered = services.answer_report(
        report=made, answer="Erster Absatz.\n\nZweiter Absatz.", actor=editor, at=now + timedelta(days=2)
    )

    assert answered.state == ReportState.ANSWERED
    mail = to_visitors().last()
    assert mail.language == expected
    assert "Erster Absatz.\n\nZweiter Absatz." in mail.text
    move = answered.moves.get()
    assert (move.move, move.from_state, move.to_state) == ("answer", "open", "answered")
    assert move.actor == editor.pseudonym


def test_answer_report_refuses_a_second_answer(now, editor):
    made = report(at=now)
    services.answer_report(report=made, answer="Danke.", actor=editor, at=now)

    with pytest.raises(services.ReportRefused, match="schon beantwortet"):
        services.answer_report(report=made, answer="Noch einmal.", actor=editor, at=now)

    assert to_visitors().count() == 2  # the confirmation and the first answer


def test_answer_report_refuses_without_an_address(now, editor):
    with pytest.raises(services.ReportRefused, match="keine E-Mail-Adresse"):
        services.answer_report(report=report(at=now, email=""), answer="Danke.", actor=editor, at=now)


@pytest.mark.parametrize("role", [Role.TRAINER, Role.PROGRAMME_LEAD, Role.PARTICIPANT])
def test_answer_and_close_refuse_other_roles(now, role):
    other = MembershipFactory(role=role).user
    made = report(at=now)

    with pytest.raises(services.ReportRefused, match="Nur Redaktion"):
        services.answer_report(report=made, answer="Danke.", actor=other, at=now)
    with pytest.raises(services.ReportRefused, match="Nur Redaktion"):
        services.close_report(report=made, note="Erledigt.", actor=other, at=now)


def test_close_report_refuses_while_the_person_waits_for_an_answer(now, editor):
    with pytest.raises(services.ReportRefused, match="wartet auf eine Antwort"):
        services.close_report(report=report(at=now), note="Erledigt.", actor=editor, at=now)


@pytest.mark.parametrize("given", [{"email": ""}, {"answer_wish": AnswerWish.OTHER, "other_way": "Telefon"}])
def test_close_report_keeps_the_note_and_its_moment(now, editor, given):
    closed = services.close_report(report=report(at=now, **given), note="Repariert.", actor=editor, at=now)

    assert (closed.state, closed.closing_note, closed.closed_at) == (ReportState.CLOSED, "Repariert.", now)
    with pytest.raises(services.ReportRefused, match="schon abgeschlossen"):
        services.close_report(report=closed, note="Noch einmal.", actor=editor, at=now)


def test_moves_are_never_changed(now, editor):
    closed = services.close_report(report=report(at=now, email=""), note="Repariert.", actor=editor, at=now)
    move = closed.moves.get()

    with pytest.raises(TypeError, match="append-only"):
        move.save()
    with pytest.raises(TypeError, match="append-only"):
        move.delete()


def test_overdue_begins_on_the_day_after_the_due_date(now):
    made = report(at=now)

    assert list(AccessibilityReport.objects.overdue(on=made.due_on)) == []
    assert list(AccessibilityReport.objects.overdue(on=made.due_on + timedelta(days=1))) == [made]


# --- Forgetting ----------------------------------------------------------------------------------------------------
def closed_report(editor, at):
    made = report(at=at, other_way="030 123")
    services.answer_report(report=made, answer="Liebe Person, danke.", actor=editor, at=at)
    made = services.close_report(report=made, note="Repariert.", actor=editor, at=at)
    OutgoingMail.objects.update(state=MailState.SENT)
    return made


def test_forget_contacts_erases_address_answer_and_mails_after_180_days(now, editor):
    made = closed_report(editor, now)

    assert services.forget_contacts(at=now + timedelta(days=180)) == 0
    assert services.forget_contacts(at=now + timedelta(days=181)) == 1

    made.refresh_from_db()
    assert (made.email, made.other_way, made.answer) == ("", "", "")
    assert made.problem == "Der Knopf ist mit der Tastatur nicht erreichbar."
    assert not to_visitors().exists()
    emptied = OutgoingMail.objects.filter(address="erased@invalid.example")
    assert {(mail.subject, mail.text, mail.html) for mail in emptied} == {("", "", "")}
    assert emptied.count() == 2
    assert services.forget_contacts(at=now + timedelta(days=182)) == 0


def test_forget_contacts_leaves_open_reports_and_the_mails_of_others(now, editor):
    first, second = closed_report(editor, now), report(at=now, email="zweite@example.org")
    assert str(second.pk).startswith(str(first.pk)) is False

    services.forget_contacts(at=now + timedelta(days=400))

    second.refresh_from_db()
    assert second.email == "zweite@example.org"
    assert OutgoingMail.objects.filter(address="zweite@example.org").exists()


def test_forget_mails_takes_keys_that_begin_alike_for_different(now):
    """Report 1 is not report 11: the key ends with a dot."""
    one, eleven = AccessibilityReport(pk=1), AccessibilityReport(pk=11)

    assert not services.notifications.report_key(eleven, "received").startswith(services.notifications.report_key(one))


def test_people_without_an_account_are_no_obstacle(now):
    assert report(at=now, email="x@example.org").moves.count() == 0
    assert UserFactory._meta.model.objects.count() == 0
