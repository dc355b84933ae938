"""The pages of a task: the learner's form, the trainer's queue, one answer, the file; and that nobody else sees."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from academy.enums import Role
from academy.models import OutgoingMail
from courses.enums import AnswerKind, StepKind, TaskReview
from courses.models import Step
from enrolment import services
from enrolment.cards import start_cards
from enrolment.models import Enrolment, Submission
from tests.factories.academy import MembershipFactory, UserFactory, signed_in_as
from tests.factories.enrolment import DURING_ENROLMENT as AT
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.files import PDF
from tests.factories.learning import make_run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

QUEUE_QUERIES = 26
REVIEW_QUERIES = 32
SECRET = "Der Automat am Eingang spricht nur Deutsch."


def make_task_run(answer=AnswerKind.EITHER, review=TaskReview.DECIDES, title="Ihre Beobachtung"):
    return make_run({"kind": StepKind.TASK, "answer": answer, "review": review, "title": title}, {"title": "Danach"})


@pytest.fixture
def place() -> Enrolment:
    return EnrolmentFactory(run=make_task_run())


@pytest.fixture
def learner(client, place):
    client.force_login(place.learner)
    return client


@pytest.fixture
def teaching(client, place):
    """The trainer of the run, signed in."""
    return teach(client, place.run)


def teach(client, *runs):
    trainer = signed_in_as(client, Role.TRAINER)
    for run in runs:
        run.trainers.add(trainer)
        run.save()
    return trainer


def task_of(place) -> Step:
    return Step.objects.get(version=place.run.version_id, kind=StepKind.TASK)


def handed_in(place, text=SECRET, at=AT, **file) -> Submission:
    return services.hand_in(enrolment=place, step=task_of(place), written=services.Written(text=text, **file), at=at)


def page_of(place) -> str:
    return reverse("enrolment:learn_step", args=[place.pk, 1])


def post(client, place, do="hand_in", **given):
    return client.post(reverse("enrolment:answer_task", args=[place.pk, 1]), {"do": do, "seen": "", **given})


def review_of(answer) -> str:
    return reverse("enrolment:review_answer", args=[answer.pk])


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


QUEUE = "/de/teaching/tasks/"


# --- The learner -------------------------------------------------------------------------------------------------
def test_the_page_says_who_reads_the_answer_and_what_must_not_stand_there(learner, place):
    shown = text(learner.get(page_of(place)))

    assert "Was zu lesen ist." in shown
    assert "Sie bekommen eine Rückmeldung von Ihren Trainer*innen." in shown
    assert "Ihre Antwort lesen nur Sie und die Trainer*innen dieser Fortbildung." in shown
    assert "keine Namen und keine Fälle von Menschen, die Sie beraten oder betreuen" in shown
    assert "Als erledigt markieren" not in shown


def test_a_draft_is_saved_and_stands_on_the_page_again(learner, place):
    response = post(learner, place, do="save", text=SECRET)

    assert response.url == page_of(place)
    shown = learner.get(page_of(place))
    assert f">\n{SECRET}</textarea>" in shown.content.decode()
    assert "Entwurf, zuletzt gespeichert am 18.11.2026" in text(shown)
    assert Submission.objects.get().is_draft


def test_handing_in_shows_the_answer_and_what_comes_next(learner, place):
    post(learner, place, text=SECRET, file=SimpleUploadedFile("karte.pdf", PDF))

    shown = text(learner.get(page_of(place)))
    assert SECRET in shown
    assert "karte.pdf" in shown
    assert "Wir schreiben Ihnen, sobald es eine Rückmeldung gibt." in shown
    assert "Meine Antwort zurücknehmen" in shown
    assert "wartet auf Rückmeldung" in text(learner.get(reverse("enrolment:learn", args=[place.pk])))


def test_what_was_typed_stays_when_the_file_is_refused(learner, place):
    response = post(learner, place, text=SECRET, file=SimpleUploadedFile("karte.exe", b"MZ"))

    assert response.status_code == 200
    assert f">\n{SECRET}</textarea>" in response.content.decode()
    assert "Bitte wählen Sie eine Datei in einem dieser Formate" in text(response)
    assert not Submission.objects.exists()


def test_an_empty_answer_is_refused_on_the_page(learner, place):
    assert "Bitte schreiben Sie Ihre Antwort oder wählen Sie eine Datei" in text(post(learner, place))


def test_both_texts_stand_there_when_another_window_has_saved(learner, place):
    post(learner, place, do="save", text="Aus dem ersten Fenster")

    response = post(learner, place, do="save", text="Aus dem zweiten Fenster")

    assert "in einem anderen Fenster gespeichert" in text(response)
    assert "Aus dem ersten Fenster" in text(response)
    assert ">\nAus dem zweiten Fenster</textarea>" in response.content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', response.content.decode())[1]
    post(learner, place, do="save", text="Aus dem zweiten Fenster", seen=seen)
    assert Submission.objects.get().text == "Aus dem zweiten Fenster"


def test_an_answer_is_taken_back_and_its_file_deleted_after_a_question(learner, place):
    post(learner, place, text=SECRET, file=SimpleUploadedFile("karte.pdf", PDF))
    learner.post(reverse("enrolment:withdraw_answer", args=[place.pk, 1]))
    address = reverse("enrolment:delete_answer_file", args=[place.pk, 1])

    asked = text(learner.get(address))
    learner.post(address)

    assert "Die Datei «karte.pdf» wird endgültig gelöscht." in asked
    draft = Submission.objects.get()
    assert (draft.is_draft, draft.text, draft.file.name) == (True, SECRET, "")
    assert learner.get(address).status_code == 404
    assert "Es gibt keine Datei" in text(learner.post(address, follow=True))
    taken = learner.post(reverse("enrolment:withdraw_answer", args=[place.pk, 1]), follow=True)
    assert "keine Antwort, die Sie zurücknehmen könnten" in text(taken)


def test_after_please_revise_the_feedback_and_the_earlier_text_stand_there(learner, place):
    services.give_feedback(
        submission=handed_in(place), accepts=False, feedback="Bitte <b>genauer</b>.", actor=UserFactory(), at=AT
    )

    shown = learner.get(page_of(place))

    assert "bitte überarbeiten" in text(shown)
    assert "Bitte &lt;b&gt;genauer&lt;/b&gt;." in shown.content.decode()
    assert f">\n{SECRET}</textarea>" in shown.content.decode()
    assert "bitte überarbeiten" in text(learner.get(reverse("enrolment:learn", args=[place.pk])))


def test_other_steps_take_no_answer(learner, place):
    assert learner.post(reverse("enrolment:answer_task", args=[place.pk, 2]), {"do": "save"}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_for_one_and_for_three_answers(learner, place, django_assert_max_num_queries, count):
    for number in range(count):
        answer = handed_in(place, f"Antwort {number}")
        services.give_feedback(submission=answer, accepts=False, feedback="Mehr.", actor=UserFactory(), at=AT)
    learner.get(page_of(place))

    with django_assert_max_num_queries(21):
        learner.get(page_of(place))


# --- Nobody else -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [None, *Role])
def test_nobody_else_opens_pages_files_or_the_queue(client, place, role):
    answer = handed_in(place, file=BytesIO(PDF), file_name="karte.pdf")
    client.force_login(MembershipFactory(role=role).user if role else UserFactory())

    for address in (
        page_of(place),
        review_of(answer),
        answer.file_url,
        reverse("enrolment:delete_answer_file", args=[place.pk, 1]),
    ):
        assert client.get(address).status_code == 404, address
    for name in ("answer_task", "withdraw_answer", "delete_answer_file"):
        assert client.post(reverse(f"enrolment:{name}", args=[place.pk, 1])).status_code == 404
    assert client.post(review_of(answer), {"verdict": "accept"}).status_code == 404
    assert client.get(QUEUE).status_code == (200 if role == Role.TRAINER else 404)
    assert Submission.objects.get().is_waiting


def test_the_file_goes_to_learner_and_trainer_and_is_only_saved(client, place):
    answer = handed_in(place, file=BytesIO(PDF), file_name="Übersicht.pdf")
    client.force_login(place.learner)
    first = client.get(answer.file_url)
    teach(client, place.run)

    second = client.get(answer.file_url)

    for response in (first, second):
        assert b"".join(response.streaming_content) == PDF
        assert response["Content-Disposition"].startswith("attachment")
        assert response["Content-Type"] == "application/octet-stream"
        assert "sandbox" in response["Content-Security-Policy"]


def test_the_file_of_a_draft_is_the_learners_alone(client, place):
    written = services.Written(text="", file=BytesIO(PDF), file_name="karte.pdf")
    draft = services.save_answer(enrolment=place, step=task_of(place), written=written, at=AT)
    teach(client, place.run)

    assert client.get(draft.file_url).status_code == 404
    assert client.get(review_of(draft)).status_code == 404
    client.force_login(place.learner)
    assert client.get(draft.file_url).status_code == 200


# --- The trainer -------------------------------------------------------------------------------------------------
def test_the_queue_shows_the_oldest_first_and_no_word_of_an_answer(client, place, teaching):
    late = EnrolmentFactory(run=place.run, learner=UserFactory(first_name="Späte", last_name="Antwort"))
    handed_in(late)
    handed_in(place, at=AT - timedelta(days=3))

    shown = text(client.get(QUEUE))

    assert shown.index(str(place.learner)) < shown.index("Späte Antwort")
    assert "Ihre Beobachtung" in shown
    assert "Wartezeit: 3 Tage, abgegeben am 15.11.2026" in shown
    assert SECRET not in shown


def test_the_queue_filters_by_state_run_and_task(client, place, teaching):
    other = EnrolmentFactory(run=make_task_run(title="Ein zweiter Auftrag"))
    other.run.trainers.add(teaching)
    other.run.save()
    handed_in(other)
    answer = handed_in(place)
    services.give_feedback(submission=answer, accepts=True, feedback="", actor=teaching, at=AT)

    def people(query) -> list[str]:
        body = client.get(QUEUE + query).content.decode()
        return re.findall(r'class="task-list__link"[^>]*>([^:<]+):', body)

    assert people("") == people("?state=waiting") == people("?state=unsinn") == [str(other.learner)]
    assert people("?state=accepted") == [str(place.learner)]
    assert people("?state=revise") == []
    assert sorted(people("?state=all")) == sorted([str(place.learner), str(other.learner)])
    assert people(f"?state=all&run={place.run_id}") == [str(place.learner)]
    assert people(f"?state=all&step={task_of(other).key}") == [str(other.learner)]
    assert len(people("?state=all&run=999999")) == 2
    assert "Keine Antworten hier" in text(client.get(QUEUE + "?state=revise"))


def test_an_empty_queue_says_what_will_stand_there(client, place, teaching):
    assert "Keine Antwort wartet auf Sie" in text(client.get(QUEUE))


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_asks_the_same_for_one_and_for_three_answers(client, django_assert_max_num_queries, count):
    runs = [make_task_run() for _number in range(count)]
    teach(client, *runs)
    for run in runs:
        handed_in(EnrolmentFactory(run=run))
    client.get(QUEUE)

    with django_assert_max_num_queries(QUEUE_QUERIES):
        assert text(client.get(QUEUE)).count("Ihre Beobachtung") == 2 * count


@pytest.mark.parametrize("count", [1, 3])
def test_an_answer_asks_the_same_beside_one_and_three_others(
    client, place, teaching, django_assert_max_num_queries, count
):
    answer = handed_in(place)
    for _number in range(count):
        handed_in(EnrolmentFactory(run=place.run))
    client.get(review_of(answer))

    with django_assert_max_num_queries(REVIEW_QUERIES):
        client.get(review_of(answer))


def test_an_answer_is_read_beside_its_assignment_and_leads_to_the_next(client, place, teaching):
    first = handed_in(place, at=AT - timedelta(days=1))
    second = handed_in(EnrolmentFactory(run=place.run))

    shown = client.get(review_of(first))

    assert SECRET in text(shown)
    assert "Was zu lesen ist." in text(shown)
    assert f'href="{review_of(second)}"' in shown.content.decode()
    assert "Vorherige Antwort" not in text(shown)
    assert "Vorherige Antwort" in text(client.get(review_of(second)))


def test_feedback_leads_to_the_next_answer_and_then_to_the_list(client, place, teaching):
    first = handed_in(place, at=AT - timedelta(days=1))
    second = handed_in(EnrolmentFactory(run=place.run))

    went = client.post(review_of(first), {"verdict": "accept", "feedback": "Gut."})
    ended = client.post(review_of(second) + "?state=waiting", {"verdict": "revise", "feedback": "Genauer?"})

    assert (went.url, ended.url) == (review_of(second), QUEUE + "?state=waiting")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.feedback, first.answered_by) == ("accepted", "Gut.", teaching.pseudonym)
    assert (second.state, second.feedback) == ("revise", "Genauer?")
    assert OutgoingMail.objects.filter(key__contains=".task.").count() == 2


def test_please_revise_without_words_is_refused_on_the_page(client, place, teaching):
    answer = handed_in(place)

    assert "was überarbeitet werden soll" in text(client.post(review_of(answer), {"verdict": "revise"}))
    assert "eine der beiden Schaltflächen" in text(client.post(review_of(answer), {"feedback": "Gut."}))
    answer.refresh_from_db()
    assert answer.is_waiting


def test_the_second_of_two_trainers_keeps_the_own_text(client, place, teaching):
    answer = handed_in(place)
    services.give_feedback(submission=answer, accepts=True, feedback="Vom anderen.", actor=UserFactory(), at=AT)

    response = client.post(review_of(answer), {"verdict": "revise", "feedback": "Von mir."})

    assert "Inzwischen hat schon jemand Rückmeldung gegeben." in text(response)
    assert ">\nVon mir.</textarea>" in response.content.decode()
    assert "Vom anderen." in text(response)
    assert 'value="revise"' not in response.content.decode()


def test_the_roster_tells_trainers_numbers_and_the_office_nothing(client, place):
    handed_in(place)
    address = reverse("enrolment:roster", args=[place.run_id])
    signed_in_as(client, Role.ACADEMY_OFFICE)
    assert "abgegeben" not in text(client.get(address))
    teach(client, place.run)

    shown = text(client.get(address))

    assert "1 von 1 abgegeben, 0 erledigt" in shown
    assert "1 wartet auf Rückmeldung" in shown
    assert SECRET not in shown


def test_the_start_page_counts_what_waits_for_a_trainer(client, place, teaching):
    def waiting():
        (card,) = [card for card in start_cards(user=teaching, roles={Role.TRAINER}, at=AT) if card.key == "teaching"]
        return card.context["waiting_answers"]

    assert waiting() is None
    handed_in(place, at=AT - timedelta(days=2))
    assert waiting() == {"count": 1, "since": AT - timedelta(days=2), "now": AT}
    assert "1 Antwort wartet auf Ihre Rückmeldung" in text(client.get("/de/my/"))
