"""What people need to take part: who says it, who reads what of it, and that it goes in time (DP1, DP2)."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client

from academy.common.registry import registry
from academy.enums import Role
from academy.models import AuditEntry, OutgoingMail
from enrolment import selectors, services, tasks
from enrolment.audit_checks import broken_promises
from enrolment.enums import EnrolmentState
from enrolment.models import AccessNeeds, EnrolmentMove
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.courses import FIRST_SESSION, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT, EnrolmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

OURS = {"academy", "home", "courses", "enrolment", "consulting"}
# What Art. 9 GDPR protects must have no field of its own anywhere (DP1).
DENIED = re.compile(
    r"disab|behinder|health|gesund|illness|diagnos|religio|weltansch|ethnic|herkunft|origin_country|nationality"
    r"|sexual|gender_identity|political|union_member|(^|_)race($|_)|genetic|biometric|residence_status"
)
WORDS = "Bitte spricht immer nur eine Person."
LAST_DATE = FIRST_SESSION + timedelta(hours=4)


@pytest.fixture
def place():
    return services.enrol(
        learner=UserFactory(first_name="Erste", last_name="Person"), run=CourseRunFactory(seats=3), at=DURING_ENROLMENT
    )


def say(place, at=DURING_ENROLMENT, **given):
    wanted = {"kinds": ["sign_language"], "instruction": WORDS, **given}
    return services.save_access_needs(enrolment=place, actor=place.learner, at=at, **wanted)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(place) -> str:
    return f"/de/places/{place.pk}/access/"


# --- Saying it ---------------------------------------------------------------------------------------------------
def test_person_says_changes_and_deletes_what_they_need(place):
    client = signed_in(place.learner)
    assert page_of(place) in client.get("/de/my/places/").content.decode()

    client.post(page_of(place), {"kinds": ["interpreting", "step_free"], "interpreting_language": "Arabisch"})
    needs = AccessNeeds.objects.get()
    assert (needs.kinds, needs.interpreting_language) == (["interpreting", "step_free"], "Arabisch")
    assert "Arabisch" in client.get(page_of(place)).content.decode()

    client.post(page_of(place), {"kinds": ["step_free"], "interpreting_language": "Arabisch", "instruction": WORDS})
    needs.refresh_from_db()
    assert (needs.kinds, needs.interpreting_language, needs.instruction) == (["step_free"], "", WORDS)

    client.post(page_of(place), {"answer": "delete"})
    assert not AccessNeeds.objects.exists()


def test_nothing_said_keeps_nothing(place):
    say(place)

    signed_in(place.learner).post(page_of(place), {"instruction": " "})

    assert not AccessNeeds.objects.exists()


def test_form_asks_for_the_language_and_knows_its_choices_only(place):
    client = signed_in(place.learner)

    for given in ({"kinds": ["interpreting"]}, {"kinds": ["diagnosis"]}, {"instruction": "x" * 501}):
        assert client.post(page_of(place), given).status_code == 200
    assert not AccessNeeds.objects.exists()


@pytest.mark.parametrize("state", [state for state in EnrolmentState if state != EnrolmentState.CONFIRMED])
def test_nothing_is_asked_before_a_place_is_held(state):
    place = EnrolmentFactory(state=state)

    with pytest.raises(services.AccessRefused):
        say(place)
    assert signed_in(place.learner).get(page_of(place)).status_code == 404


def test_nothing_is_asked_after_the_last_date(place):
    with pytest.raises(services.AccessRefused):
        say(place, at=LAST_DATE)


def test_mail_of_a_confirmed_place_asks_and_no_earlier_one():
    run = CourseRunFactory(seats=1)
    confirmed, waiting = (services.enrol(learner=UserFactory(), run=run, at=DURING_ENROLMENT) for _ in range(2))

    assert "Kinderbetreuung" in OutgoingMail.objects.get(person=confirmed.learner).text
    assert "Kinderbetreuung" not in OutgoingMail.objects.get(person=waiting.learner).text


def test_nothing_is_asked_for_a_course_without_dates():
    place = services.enrol(learner=UserFactory(), run=CourseRunFactory(seats=1, sessions=0), at=DURING_ENROLMENT)
    client = signed_in(place.learner)

    assert client.get(page_of(place)).status_code == 302
    assert page_of(place) not in client.get("/de/my/places/").content.decode()
    assert "Kinderbetreuung" not in OutgoingMail.objects.get(person=place.learner).text


# --- Who reads what ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("is_trainer_of_run", [False, True])
def test_only_the_office_reads_who_needs_what(place, role, is_trainer_of_run):
    say(place)
    user = MembershipFactory(role=role).user if role else UserFactory()
    if is_trainer_of_run:
        place.run.trainers.add(user)
        place.run.save()
    client, is_office = signed_in(user), role == Role.ACADEMY_OFFICE

    assert client.get(f"/de/teaching/runs/{place.run_id}/access/").status_code == (200 if is_office else 404)
    assert client.get(page_of(place)).status_code == 404
    assert client.post(page_of(place), {"answer": "delete"}).status_code == 404
    roster = client.get(f"/de/teaching/runs/{place.run_id}/")
    reads_instruction = is_office or (role == Role.TRAINER and is_trainer_of_run)
    assert (roster.status_code == 200 and WORDS in roster.content.decode()) is reads_instruction
    with pytest.raises(services.AccessRefused):
        services.save_access_needs(enrolment=place, kinds=[], actor=user, at=DURING_ENROLMENT)
    with pytest.raises(services.AccessRefused):
        services.delete_access_needs(enrolment=place, actor=user)


def test_supervisor_who_agreed_reads_nothing_of_it():
    boss = MembershipFactory(role=Role.APPROVER, user=UserFactory(email="leitung@example.org")).user
    run = CourseRunFactory(seats=1, approval="approve")
    place = services.enrol(learner=UserFactory(), run=run, at=DURING_ENROLMENT, approver_email=boss.email)
    services.decide_approval(approval=place.approvals.get(), agrees=True, at=DURING_ENROLMENT)
    place.refresh_from_db()
    say(place)

    shown = signed_in(boss).get("/de/approvals/").content.decode()

    assert str(place.learner) in shown
    assert WORDS not in shown
    assert "/access/" not in shown


def test_instructions_are_counted_and_name_nobody(place):
    other = services.enrol(learner=UserFactory(), run=place.run, at=DURING_ENROLMENT)
    third = services.enrol(learner=UserFactory(), run=place.run, at=DURING_ENROLMENT)
    say(place)
    say(other, kinds=["sign_language", "step_free"], instruction="")
    say(third, kinds=["interpreting"], interpreting_language="Arabisch", instruction="")

    found = selectors.access_instructions(place.run)

    assert [one.count for one in found] == [1, 2, 1, 0]
    assert found[0].text.endswith(": Arabisch")
    assert found[3].text == WORDS
    assert not [one for one in found if "Person" in one.text.replace(WORDS, "")]


def test_office_list_costs_the_same_for_one_and_three(place, django_assert_max_num_queries):
    client, counts = signed_in(MembershipFactory(role=Role.ACADEMY_OFFICE).user), []
    for one in (place, *(services.enrol(learner=UserFactory(), run=place.run, at=DURING_ENROLMENT) for _ in range(2))):
        say(one)
        client.get(f"/de/teaching/runs/{place.run_id}/access/")
        with django_assert_max_num_queries(60) as queries:
            client.get(f"/de/teaching/runs/{place.run_id}/access/")
        counts.append(len(queries))

    assert counts[0] == counts[2]


# --- What stays and what goes ------------------------------------------------------------------------------------
def test_no_log_and_no_mail_holds_a_word_of_it(place):
    say(place)
    services.withdraw(enrolment=place, actor=place.learner, at=DURING_ENROLMENT)

    held = [str(entry.data) for entry in AuditEntry.objects.all()]
    held += [move.reason for move in EnrolmentMove.objects.all()]
    held += [mail.text + mail.html for mail in OutgoingMail.objects.all()]
    assert not [text for text in held if WORDS in text or "sign_language" in text]


def test_needs_go_with_the_place(place):
    say(place)
    services.withdraw(enrolment=place, actor=place.learner, at=DURING_ENROLMENT)
    assert not AccessNeeds.objects.exists()


def test_needs_are_not_handed_over(place):
    organisation = MembershipFactory(user=place.learner).organisation
    colleague = MembershipFactory(organisation=organisation).user
    say(place)

    services.substitute(enrolment=place, colleague_email=colleague.email, actor=place.learner, at=DURING_ENROLMENT)

    assert not AccessNeeds.objects.exists()


def test_needs_go_30_days_after_the_last_date(place, clock):
    say(place)

    for days, left in ((29, 1), (30, 0)):
        clock.at = LAST_DATE + timedelta(days=days)
        tasks.forget_access_needs()
        assert AccessNeeds.objects.count() == left


def test_retention_says_beforehand_what_would_go(place, clock):
    say(place)
    clock.at = LAST_DATE + timedelta(days=30)

    told = StringIO()
    call_command("retention", "--dry-run", stdout=told)
    assert "enrolment.access_needs: 1 would go." in told.getvalue()
    assert AccessNeeds.objects.count() == 1

    call_command("retention", stdout=told)
    assert "enrolment.access_needs: 1 gone." in told.getvalue()
    assert not AccessNeeds.objects.exists()


def test_audit_names_needs_that_were_kept_too_long(place, clock):
    needs = say(place)
    assert list(broken_promises()) == []

    clock.at = LAST_DATE + timedelta(days=31)

    assert f"access needs {needs.pk}: kept longer than their period" in list(broken_promises())


def test_erasing_a_person_deletes_their_needs(place):
    say(place)

    registry.personal_data["enrolment.AccessNeeds"].erase(place.learner, DURING_ENROLMENT)

    assert not AccessNeeds.objects.exists()


def test_no_table_has_a_field_for_what_article_9_protects():
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.local_fields
        if DENIED.search(field.name)
    }

    assert found == set()
