"""Enrolling, giving back and the list of own places over HTTP."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from courses.enums import ApprovalPolicy, Audience, RunState
from enrolment import selectors, services
from enrolment.enums import CompletionResult, EnrolmentState
from enrolment.forms import EnrolForm
from enrolment.models import Completion, Enrolment
from tests.factories.academy import MembershipFactory, OrganisationFactory, UnitFactory, UserFactory
from tests.factories.courses import FIRST_SESSION, CourseFactory, CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT, EnrolmentFactory
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

PLACES = "/de/my/places/"
BOSS = "leitung@example.org"


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: DURING_ENROLMENT)


@pytest.fixture
def offer():
    return make_course_page(CourseFactory(), title="Bescheide, die ankommen")


@pytest.fixture
def learner():
    return UserFactory(email="schalter@example.org")


@pytest.fixture
def visitor(learner):
    client = Client(enforce_csrf_checks=False)
    client.force_login(learner)
    return client


def run_of(offer, **given):
    return CourseRunFactory(course=offer.course, **{"seats": 2, **given})


def enrol_url(run) -> str:
    return f"/de/runs/{run.pk}/enrol/"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def queries_of(client, url) -> list[str]:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return [re.sub(r"\d+", "?", query["sql"]) for query in queries.captured_queries]


# --- Enrolling ---------------------------------------------------------------------------------------------------
def test_enrol_takes_one_post_and_one_redirect(visitor, offer, learner):
    run = run_of(offer)

    answer = visitor.post(enrol_url(run), follow=True)

    place = Enrolment.objects.get(learner=learner)
    assert place.state == EnrolmentState.CONFIRMED
    assert answer.redirect_chain == [(f"{PLACES}#place-{place.pk}", 302)]
    assert answer.status_code == 200
    assert f'id="place-{place.pk}"' in text_of(answer)


def test_enrol_sends_visitors_to_sign_in_and_back_to_the_form(client, offer):
    run = run_of(offer)

    assert client.post(enrol_url(run)).url == f"/de/account/login/?next={enrol_url(run)}"
    assert not Enrolment.objects.exists()


def test_enrol_shows_the_form_on_get(visitor, offer):
    run = run_of(offer, approval=ApprovalPolicy.INFO)

    shown = text_of(visitor.get(enrol_url(run)))

    assert 'name="has_approval"' in shown
    assert "Bescheide, die ankommen" in shown
    assert not Enrolment.objects.exists()


def test_enrol_twice_gives_one_place_and_no_error(visitor, offer, learner):
    run = run_of(offer)
    visitor.post(enrol_url(run))

    answer = visitor.post(enrol_url(run))

    place = Enrolment.objects.get(learner=learner)
    assert (answer.status_code, answer.url) == (302, f"{PLACES}#place-{place.pk}")


def test_enrol_keeps_what_was_typed_when_it_is_refused(visitor, offer, learner):
    run = run_of(offer, approval=ApprovalPolicy.APPROVE)

    answer = visitor.post(enrol_url(run), {"approver_email": learner.email})

    assert answer.status_code == 200
    assert f'value="{learner.email}"' in text_of(answer)
    assert "error-summary" in text_of(answer) or "data-error-summary" in text_of(answer)
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("address", ["", "leitung", "leitung@"])
def test_enrol_refuses_what_is_no_address(visitor, offer, address):
    run = run_of(offer, approval=ApprovalPolicy.APPROVE)

    answer = visitor.post(enrol_url(run), {"approver_email": address})

    assert answer.status_code == 200
    assert not Enrolment.objects.exists()


def test_enrol_refuses_without_the_tick_under_info(visitor, offer):
    assert visitor.post(enrol_url(run_of(offer, approval=ApprovalPolicy.INFO))).status_code == 200
    assert not Enrolment.objects.exists()


def test_enrol_asks_the_supervisor_under_approve(visitor, offer, learner):
    run = run_of(offer, approval=ApprovalPolicy.APPROVE)

    visitor.post(enrol_url(run), {"approver_email": BOSS})

    place = Enrolment.objects.get(learner=learner)
    assert (place.state, place.approvals.get().approver_email) == (EnrolmentState.REQUESTED, BOSS)


def test_enrol_says_closed_and_shows_no_form_when_the_run_is_closed(visitor, offer):
    run = run_of(offer, enrolment_closes_at=DURING_ENROLMENT)

    answer = visitor.post(enrol_url(run))

    assert answer.status_code == 200
    assert "<button" not in re.search(r'<div class="panel stack">.*?</div>', text_of(answer)).group()


def test_enrol_puts_the_learner_on_the_waiting_list_when_the_run_is_full(visitor, offer, learner):
    run = run_of(offer, seats=1)
    EnrolmentFactory(run=run)

    visitor.post(enrol_url(run))

    assert Enrolment.objects.get(learner=learner).state == EnrolmentState.WAITLISTED


@pytest.mark.parametrize("method", ["get", "post"])
def test_enrol_is_not_found_for_drafts_and_unknown_runs(visitor, offer, method):
    draft = run_of(offer, state=RunState.DRAFT)
    unpublished = CourseRunFactory(course=CourseFactory())

    for number in (draft.pk, unpublished.pk, 999_999):
        assert getattr(visitor, method)(f"/de/runs/{number}/enrol/").status_code == 404


def test_enrol_needs_a_token(offer, learner):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(learner)

    assert strict.post(enrol_url(run_of(offer))).status_code == 403


# --- Giving back -------------------------------------------------------------------------------------------------
def withdraw_url(place) -> str:
    return f"/de/places/{place.pk}/withdraw/"


def test_withdraw_asks_before_it_does_anything(visitor, offer, learner):
    place = EnrolmentFactory(run=run_of(offer), learner=learner)

    answer = visitor.get(withdraw_url(place))

    assert answer.status_code == 200
    assert 'method="post"' in text_of(answer)
    place.refresh_from_db()
    assert place.state == EnrolmentState.CONFIRMED


def test_withdraw_gives_the_place_back(visitor, offer, learner):
    place = EnrolmentFactory(run=run_of(offer), learner=learner)

    answer = visitor.post(withdraw_url(place), follow=True)

    place.refresh_from_db()
    assert place.state == EnrolmentState.WITHDRAWN
    assert answer.redirect_chain == [(f"{PLACES}#place-{place.pk}", 302)]
    assert enrol_url(place.run) in text_of(answer)  # the way back


def test_withdraw_twice_says_so_kindly(visitor, offer, learner):
    place = EnrolmentFactory(run=run_of(offer), learner=learner)
    visitor.post(withdraw_url(place))

    assert visitor.post(withdraw_url(place), follow=True).status_code == 200
    assert visitor.get(withdraw_url(place)).status_code == 302
    assert place.moves.count() == 1


def test_withdraw_tells_why_it_is_too_late(visitor, offer, learner, monkeypatch):
    place = EnrolmentFactory(run=run_of(offer), learner=learner)
    monkeypatch.setattr("django.utils.timezone.now", lambda: FIRST_SESSION)

    visitor.post(withdraw_url(place))

    place.refresh_from_db()
    assert place.state == EnrolmentState.CONFIRMED


def test_withdraw_is_not_found_for_a_place_of_somebody_else(visitor, offer):
    place = EnrolmentFactory(run=run_of(offer))

    assert visitor.get(withdraw_url(place)).status_code == 404
    assert visitor.post(withdraw_url(place)).status_code == 404
    place.refresh_from_db()
    assert place.state == EnrolmentState.CONFIRMED


def test_withdraw_sends_visitors_to_sign_in(client, offer):
    place = EnrolmentFactory(run=run_of(offer))

    assert client.post(withdraw_url(place)).status_code == 302
    place.refresh_from_db()
    assert place.state == EnrolmentState.CONFIRMED


# --- Offers, late reasons, handing over ----------------------------------------------------------------------------
def offered(offer, learner):
    return EnrolmentFactory(
        run=run_of(offer), learner=learner, state=EnrolmentState.OFFERED, enrolled_at=DURING_ENROLMENT
    )


def test_accept_offer_confirms_the_place_and_says_so(visitor, offer, learner):
    place = offered(offer, learner)
    assert f'action="/de/places/{place.pk}/accept/"' in text_of(visitor.get(PLACES))

    shown = text_of(visitor.post(f"/de/places/{place.pk}/accept/", follow=True))

    place.refresh_from_db()
    assert place.state == EnrolmentState.CONFIRMED
    assert "Ihr Platz ist bestätigt." in shown


def test_decline_offer_asks_first_and_then_passes_the_place_on(visitor, offer, learner):
    place = offered(offer, learner)
    assert "Den Platz anderen überlassen?" in text_of(visitor.get(f"/de/places/{place.pk}/decline/"))
    place.refresh_from_db()
    assert place.state == EnrolmentState.OFFERED

    visitor.post(f"/de/places/{place.pk}/decline/")

    place.refresh_from_db()
    assert place.state == EnrolmentState.DECLINED


@pytest.mark.parametrize("act", ["accept", "decline", "hand-over"])
def test_offers_and_handing_over_are_not_found_for_a_place_of_somebody_else(visitor, offer, act):
    place = EnrolmentFactory(run=run_of(offer))

    assert visitor.post(f"/de/places/{place.pk}/{act}/").status_code == 404


def test_withdraw_asks_for_a_reason_after_the_deadline_and_keeps_the_place_without_one(visitor, offer, learner):
    run = run_of(offer, cancel_until=DURING_ENROLMENT - timedelta(days=1))
    place = EnrolmentFactory(run=run, learner=learner)
    assert 'name="reason"' in text_of(visitor.get(withdraw_url(place)))

    shown = text_of(visitor.post(withdraw_url(place), {"reason": " "}))
    place.refresh_from_db()
    assert place.state == EnrolmentState.CONFIRMED
    assert "warum Sie nicht kommen können" in shown

    visitor.post(withdraw_url(place), {"reason": "Vertretung am Schalter"})

    place.refresh_from_db()
    assert place.state == EnrolmentState.WITHDRAWN
    assert place.moves.last().reason == "Vertretung am Schalter"


def test_hand_over_gives_the_seat_to_a_colleague_and_leaves_the_list_alone(visitor, offer, learner):
    unit = UnitFactory()
    colleague = UserFactory(email="kollegin@example.org")
    for person in (learner, colleague):
        MembershipFactory(user=person, unit=unit, organisation=unit.organisation)
    run = run_of(offer, seats=1)
    place, waiting = EnrolmentFactory(run=run, learner=learner), EnrolmentFactory(run=run, state="waitlisted")
    seat = place.seat

    visitor.post(f"/de/places/{place.pk}/hand-over/", {"colleague_email": "Kollegin@example.org"})

    place.refresh_from_db()
    waiting.refresh_from_db()
    taken = Enrolment.objects.get(run=run, learner=colleague)
    assert (place.state, place.seat) == (EnrolmentState.SUBSTITUTED, None)
    assert (taken.state, taken.seat) == (EnrolmentState.CONFIRMED, seat)
    assert waiting.state == EnrolmentState.WAITLISTED
    assert [place.moves.last().move, taken.moves.last().move] == ["hand_over", "take_over"]


def test_hand_over_refuses_a_person_of_another_organisation_and_keeps_what_was_typed(visitor, offer, learner):
    MembershipFactory(user=learner)
    MembershipFactory(user=UserFactory(email="fremd@example.org"))
    place = EnrolmentFactory(run=run_of(offer), learner=learner)

    shown = text_of(visitor.post(f"/de/places/{place.pk}/hand-over/", {"colleague_email": "fremd@example.org"}))

    place.refresh_from_db()
    assert place.state == EnrolmentState.CONFIRMED
    assert "Wir kennen niemanden aus Ihrer Organisation" in shown
    assert "fremd@example.org" in shown


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"audience": Audience.ON_REQUEST}, "vergibt das Büro"),
        ({"audience": Audience.INHOUSE}, "Beschäftigten einer bestimmten Organisation"),
    ],
)
def test_enrol_says_for_whom_the_run_is(visitor, offer, learner, given, sentence):
    if given["audience"] == Audience.INHOUSE:
        given = {**given, "organisation": OrganisationFactory()}
    run = run_of(offer, **given)

    shown = text_of(visitor.post(enrol_url(run)))

    assert sentence in shown
    assert not Enrolment.objects.filter(run=run).exists()


def test_enrol_takes_the_people_of_the_organisation_on_an_inhouse_run(visitor, offer, learner):
    membership = MembershipFactory(user=learner)
    run = run_of(offer, audience=Audience.INHOUSE, organisation=membership.organisation)

    visitor.post(enrol_url(run))

    assert Enrolment.objects.get(run=run).state == EnrolmentState.CONFIRMED


# --- Own places --------------------------------------------------------------------------------------------------
def test_my_places_lists_own_places_only(visitor, offer, learner):
    own = EnrolmentFactory(run=run_of(offer), learner=learner)
    other = EnrolmentFactory(run=run_of(offer))

    shown = text_of(visitor.get(PLACES))

    assert f'id="place-{own.pk}"' in shown
    assert f'id="place-{other.pk}"' not in shown


def test_my_places_shows_the_online_room_to_confirmed_people_only(visitor, offer, learner):
    run = run_of(offer, online_link="https://video.example.org/raum")
    place = EnrolmentFactory(run=run, learner=learner, state=EnrolmentState.WAITLISTED)
    assert "video.example.org" not in text_of(visitor.get(PLACES))

    services.change_capacity(run=run, capacity_max=3, actor=None, at=DURING_ENROLMENT)

    place.refresh_from_db()
    assert place.state == EnrolmentState.CONFIRMED
    assert "video.example.org" in text_of(visitor.get(PLACES))


def test_my_places_orders_by_the_next_date_and_puts_what_is_over_below(visitor, offer, learner):
    later, sooner, over, gone = (run_of(offer) for _ in range(4))
    later.sessions.update(starts_at=FIRST_SESSION + timedelta(days=9), ends_at=FIRST_SESSION + timedelta(days=10))
    over.sessions.update(starts_at=DURING_ENROLMENT - timedelta(days=9), ends_at=DURING_ENROLMENT - timedelta(days=8))
    places = [EnrolmentFactory(run=run, learner=learner) for run in (later, sooner, over)]
    places.append(EnrolmentFactory(run=gone, learner=learner, state=EnrolmentState.DECLINED))

    current, past = selectors.keys_of_places(learner, at=DURING_ENROLMENT)

    assert current == [places[1].pk, places[0].pk]
    assert set(past) == {places[2].pk, places[3].pk}
    order = [int(pk) for pk in re.findall(r'id="place-(\d+)"', text_of(visitor.get(PLACES)))]
    assert order == [*current, *past]


def test_my_places_says_what_came_of_a_place_and_that_its_time_is_over(visitor, offer, learner):
    done, over, coming = (run_of(offer) for _ in range(3))
    past = {"starts_at": DURING_ENROLMENT - timedelta(days=9), "ends_at": DURING_ENROLMENT - timedelta(days=8)}
    for run in (done, over):
        run.sessions.update(**past)
    places = [EnrolmentFactory(run=run, learner=learner) for run in (done, over, coming)]
    Completion.objects.create(
        enrolment=places[0], result=CompletionResult.FULL, ue_attended=6, granted_at=DURING_ENROLMENT
    )

    pattern = re.compile(r'id="place-(\d+)".*?state-badge__label">([^<]*)<', re.DOTALL)
    shown = pattern.findall(text_of(visitor.get(PLACES)))

    assert {int(pk): words for pk, words in shown} == {
        places[0].pk: "abgeschlossen",
        places[1].pk: "vorbei",
        places[2].pk: "Platz bestätigt",
    }


def test_my_places_says_the_reason_of_a_refusal_to_the_applicant(visitor, offer, learner):
    run = run_of(offer, approval=ApprovalPolicy.APPROVE)
    place = services.enrol(learner=learner, run=run, at=DURING_ENROLMENT, approver_email=BOSS)
    services.decide_approval(
        approval=place.approvals.get(), agrees=False, reason="Wir sind zu zweit.", at=DURING_ENROLMENT
    )

    assert "Wir sind zu zweit." in text_of(visitor.get(PLACES))


def test_my_places_costs_the_same_for_one_place_and_for_two_hundred(visitor, learner):
    def add(number):
        run = run_of(make_course_page(CourseFactory(), title=f"Kurs {number}"), sessions=2)
        state = EnrolmentState.CONFIRMED if number % 2 else EnrolmentState.DECLINED
        EnrolmentFactory(run=run, learner=learner, state=state)

    for number in range(2):
        add(number)
    few = queries_of(visitor, PLACES)
    for number in range(2, 20):
        add(number)
    runs = [place.run for place in Enrolment.objects.filter(learner=learner).select_related("run")]
    for number in range(180):
        EnrolmentFactory(run=runs[number % 20], learner=learner, state=EnrolmentState.WITHDRAWN)

    many = queries_of(visitor, PLACES)

    assert len(many) == len(few) <= 10
    assert max(many.count(query) for query in many) <= 2


def test_my_places_pages_through_what_is_over(visitor, offer, learner):
    run = run_of(offer)
    for _ in range(25):
        EnrolmentFactory(run=run, learner=learner, state=EnrolmentState.WITHDRAWN)

    assert text_of(visitor.get(PLACES)).count('id="place-') == 20
    assert text_of(visitor.get(f"{PLACES}?page=2")).count('id="place-') == 5
    assert visitor.get(f"{PLACES}?page=nonsense").status_code == 200


@pytest.mark.parametrize("name", ["my_places", "my_calendar"])
def test_own_pages_send_visitors_to_sign_in_and_are_never_stored(client, visitor, name):
    with translation.override("de"):
        url = reverse(f"enrolment:{name}")

    assert client.get(url).status_code == 302
    assert "no-store" in visitor.get(url)["Cache-Control"]


def test_forms_never_accept_an_address_that_the_model_would_refuse(offer):
    form = EnrolForm({"approver_email": "a" * 250 + "@example.org"}, run=run_of(offer, approval=ApprovalPolicy.APPROVE))

    with pytest.raises(ValidationError):
        form.fields["approver_email"].clean(form.data["approver_email"])
