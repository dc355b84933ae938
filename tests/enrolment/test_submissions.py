"""Answers to tasks: drafts that nobody loses, handing in, feedback, and who reads what (S1)."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from academy.common.uploads import UploadRefused
from academy.enums import Role
from academy.models import AuditEntry, OutgoingMail
from courses.enums import AnswerKind, StepKind, TaskReview
from courses.models import Session, Step
from enrolment import permissions, selectors, services
from enrolment.enums import EnrolmentState, ProgressState, SubmissionState
from enrolment.models import Certificate, Completion, Enrolment, Progress, Submission
from enrolment.personal_data import erase_answers
from enrolment.workflow import NEW, SUBMISSION_MOVES
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.enrolment import DURING_ENROLMENT as AT
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.files import PDF
from tests.factories.learning import make_run

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(hours=1)
SECRET = "Der Automat am Eingang spricht nur Deutsch."


def place_with_task(answer=AnswerKind.TEXT, review=TaskReview.PROMISED, *others, **fields) -> Enrolment:
    return EnrolmentFactory(
        run=make_run({"kind": StepKind.TASK, "answer": answer, "review": review}, *others, **fields)
    )


def task_of(place) -> Step:
    return Step.objects.filter(version=place.run.version_id, kind=StepKind.TASK).earliest("position")


def draft_of(place) -> Submission | None:
    return Submission.objects.filter(enrolment=place, state=SubmissionState.DRAFT).first()


def written(text="", file=None, name="", seen="") -> services.Written:
    return services.Written(text=text, file=BytesIO(file) if file else None, file_name=name, seen=seen)


def save(place, text=SECRET, *, at=AT, seen=None, **file) -> Submission | None:
    seen = services.mark_of(draft_of(place)) if seen is None else seen
    return services.save_answer(enrolment=place, step=task_of(place), written=written(text, seen=seen, **file), at=at)


def hand_in(place, text=SECRET, *, at=AT, **file) -> Submission:
    seen = services.mark_of(draft_of(place))
    return services.hand_in(enrolment=place, step=task_of(place), written=written(text, seen=seen, **file), at=at)


def withdraw(place) -> Submission:
    return services.withdraw_answer(enrolment=place, step=task_of(place), at=LATER)


def say(submission, words="Sehr genau beobachtet.", *, accepts=True, actor=None, at=LATER) -> Submission:
    return services.give_feedback(
        submission=submission, accepts=accepts, feedback=words, actor=actor or UserFactory(), at=at
    )


def trainer_of(run):
    trainer = MembershipFactory(role=Role.TRAINER).user
    run.trainers.add(trainer)
    run.save()
    return trainer


def state_of(place) -> str:
    return Progress.objects.get(enrolment=place).state


def entry_of(place):
    return services.progress_of(place).steps[0]


# --- Writing -----------------------------------------------------------------------------------------------------
def test_a_draft_is_kept_and_is_the_learners_alone():
    place = place_with_task()

    draft = save(place, f"  {SECRET}\r\nZweite Zeile ")

    assert (draft.number, draft.state, draft.text) == (1, "draft", f"{SECRET}\nZweite Zeile")
    assert state_of(place) == ProgressState.STARTED
    assert list(selectors.answers_visible_to(place.learner)) == [draft]
    assert not selectors.answers_visible_to(trainer_of(place.run)).exists()
    assert not OutgoingMail.objects.exists()


def test_saving_again_changes_the_same_draft():
    place = place_with_task()
    save(place)

    save(place, "Neu", at=LATER)

    assert list(Submission.objects.values_list("number", "text", "saved_at")) == [(1, "Neu", LATER)]


def test_an_emptied_draft_goes():
    place = place_with_task()
    save(place)

    assert save(place, "   ") is None
    assert not Submission.objects.exists()


def test_a_draft_is_not_written_over_from_another_window():
    place = place_with_task()
    first = services.mark_of(save(place, "Eins"))
    save(place, "Zwei", at=LATER)

    for seen in ("", first):
        with pytest.raises(services.SubmissionRefused, match="in einem anderen Fenster"):
            save(place, "Drei", seen=seen)

    assert Submission.objects.get().text == "Zwei"


def test_two_savings_in_the_same_moment_have_different_marks():
    place = place_with_task()
    before = services.mark_of(save(place, "Eins"))

    assert services.mark_of(save(place, "Zwei")) != before


def test_a_file_is_kept_under_a_name_that_nobody_guesses():
    place = place_with_task(AnswerKind.UPLOAD)

    draft = save(place, "", file=PDF, name="C:/Ordner/Meine  Wegekarte.PDF")

    assert (draft.file_name, draft.file_kind, draft.file_size) == ("Meine Wegekarte.pdf", "pdf", len(PDF))
    assert draft.file.name.startswith("submissions/2026/")
    assert "Wegekarte" not in draft.file.name
    assert draft.file.open().read() == PDF


@pytest.mark.parametrize(
    ("name", "content"),
    [("bild.svg", b"<svg/>"), ("karte.pdf", b"kein PDF"), ("tabelle.xlsx", b"PK"), ("bild.png", PDF)],
)
def test_other_files_are_refused_and_nothing_is_stored(name, content):
    place = place_with_task(AnswerKind.EITHER)

    with pytest.raises(UploadRefused):
        save(place, SECRET, file=content, name=name)

    assert not Submission.objects.exists()


def test_a_file_that_is_too_large_is_refused(settings):
    settings.UPLOAD_LIMIT_ANSWER = len(PDF) - 1

    with pytest.raises(UploadRefused, match="zu groß"):
        save(place_with_task(AnswerKind.EITHER), file=PDF, name="karte.pdf")


def test_another_file_takes_the_place_of_the_first_one(django_capture_on_commit_callbacks):
    place = place_with_task(AnswerKind.EITHER)
    first = save(place, file=PDF, name="alt.pdf").file.name

    with django_capture_on_commit_callbacks(execute=True):
        second = save(place, file=PDF + b"\n", name="neu.pdf", at=LATER)

    assert (second.file_name, default_storage.exists(first)) == ("neu.pdf", False)
    assert default_storage.exists(second.file.name)


def test_a_file_is_deleted_and_the_words_stay(django_capture_on_commit_callbacks):
    place = place_with_task(AnswerKind.EITHER)
    name = save(place, file=PDF, name="karte.pdf").file.name

    with django_capture_on_commit_callbacks(execute=True):
        services.delete_file(enrolment=place, step=task_of(place), at=LATER)

    draft = Submission.objects.get()
    assert (draft.text, draft.file.name, draft.file_name, draft.file_size) == (SECRET, "", "", 0)
    assert not default_storage.exists(name)


def test_a_draft_that_was_only_a_file_goes_with_it():
    place = place_with_task(AnswerKind.UPLOAD)
    save(place, "", file=PDF, name="karte.pdf")

    services.delete_file(enrolment=place, step=task_of(place), at=LATER)

    assert not Submission.objects.exists()


def test_the_file_of_an_answer_that_was_handed_in_is_not_deleted():
    place = place_with_task(AnswerKind.UPLOAD)
    hand_in(place, "", file=PDF, name="karte.pdf")

    with pytest.raises(services.SubmissionRefused, match="nehmen Sie zuerst Ihre Antwort zurück"):
        services.delete_file(enrolment=place, step=task_of(place), at=LATER)


# --- Handing in --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("review", "waits", "is_done"),
    [(TaskReview.NONE, False, True), (TaskReview.PROMISED, True, True), (TaskReview.DECIDES, True, False)],
)
def test_handing_in_makes_the_step_done_unless_the_trainer_decides(review, waits, is_done):
    place = place_with_task(review=review)

    answer = hand_in(place)

    entry = entry_of(place)
    assert (answer.state, answer.submitted_at, answer.is_feedback_promised) == ("submitted", AT, waits)
    assert (entry.is_done, entry.waits_for_feedback, entry.is_with_the_trainer) == (
        is_done,
        waits,
        waits and not is_done,
    )
    assert Submission.objects.waiting().count() == waits


def test_handing_in_completes_a_self_study_course_in_the_same_moment():
    place = place_with_task()

    hand_in(place)

    assert Completion.objects.get(enrolment=place).granted_at == AT
    assert Certificate.objects.filter(enrolment=place).exists()


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (AnswerKind.TEXT, "schreiben Sie Ihre Antwort, bevor"),
        (AnswerKind.UPLOAD, "wählen Sie eine Datei, bevor"),
        (AnswerKind.EITHER, "oder wählen Sie eine Datei"),
    ],
)
def test_an_empty_answer_is_not_handed_in(kind, sentence):
    place = place_with_task(kind)

    with pytest.raises(services.SubmissionRefused, match=sentence):
        hand_in(place, " ")

    assert not Submission.objects.exists()


def test_a_text_task_takes_no_file_and_a_file_task_no_text():
    assert not hand_in(place_with_task(AnswerKind.TEXT), file=PDF, name="karte.pdf").file
    assert hand_in(place_with_task(AnswerKind.UPLOAD), file=PDF, name="karte.pdf").text == ""


def test_nobody_hands_in_twice():
    place = place_with_task()
    hand_in(place)

    for act in (hand_in, save):
        with pytest.raises(services.SubmissionRefused, match="schon abgegeben"):
            act(place, "Noch etwas")


def test_a_place_that_was_given_back_hands_in_nothing():
    place = place_with_task()
    place.state, seat = EnrolmentState.WITHDRAWN, place.seat
    place.seat = None
    place.save()
    seat.taken_at = None
    seat.save()

    with pytest.raises(services.SubmissionRefused, match="zurückgegeben"):
        hand_in(place)


def test_a_reading_takes_no_answer():
    place = place_with_task(AnswerKind.TEXT, TaskReview.NONE, {})
    reading = Step.objects.get(version=place.run.version_id, kind=StepKind.READING)

    with pytest.raises(services.SubmissionRefused, match="keine Aufgabe"):
        services.hand_in(enrolment=place, step=reading, written=written(SECRET), at=AT)


def test_a_task_is_not_done_by_a_button():
    place = place_with_task()

    with pytest.raises(services.LearningRefused, match="Ihre Antwort abgeben"):
        services.finish_step(enrolment=place, step=task_of(place), at=AT)


# --- Taking back -------------------------------------------------------------------------------------------------
def test_an_answer_that_was_taken_back_is_a_draft_and_the_step_is_open():
    place = place_with_task(AnswerKind.TEXT, TaskReview.PROMISED, {})
    answer = hand_in(place)
    trainer = trainer_of(place.run)
    assert list(selectors.answers_to_read(trainer)) == [answer]

    draft = withdraw(place)

    assert (draft.state, draft.text, draft.submitted_at) == ("draft", SECRET, None)
    assert state_of(place) == ProgressState.STARTED
    assert not selectors.answers_to_read(trainer).exists()
    assert hand_in(place, "Besser", at=LATER).number == 1


def test_a_completed_course_stays_completed_when_the_answer_is_taken_back():
    place = place_with_task()
    hand_in(place)

    withdraw(place)

    assert state_of(place) == ProgressState.DONE
    assert Completion.objects.get(enrolment=place).revoked_at is None


def test_an_answer_with_feedback_is_not_taken_back():
    place = place_with_task()
    with pytest.raises(services.SubmissionRefused, match="zurücknehmen könnten"):
        withdraw(place)
    say(hand_in(place))

    with pytest.raises(services.SubmissionRefused, match="schon eine Rückmeldung"):
        withdraw(place)


# --- Feedback ----------------------------------------------------------------------------------------------------
def test_accepting_makes_the_step_done_where_the_trainer_decides_and_completes_the_course():
    place = place_with_task(review=TaskReview.DECIDES)
    answer = hand_in(place)
    assert not Completion.objects.exists()
    trainer = trainer_of(place.run)

    answer = say(answer, actor=trainer)

    assert (answer.state, answer.feedback, answer.answered_at) == ("accepted", "Sehr genau beobachtet.", LATER)
    assert answer.answered_by == trainer.pseudonym
    assert Progress.objects.get(enrolment=place).done_at == LATER
    assert Completion.objects.get(enrolment=place).granted_at == LATER
    with pytest.raises(services.SubmissionRefused, match="ist angenommen"):
        hand_in(place)


def test_accepting_needs_no_words_and_please_revise_does():
    place = place_with_task()
    answer = hand_in(place)

    with pytest.raises(services.ReviewRefused, match="was überarbeitet werden soll"):
        say(answer, " ", accepts=False)
    assert say(answer, "").state == "accepted"


def test_after_please_revise_a_new_answer_stands_beside_the_first_one():
    place = place_with_task(review=TaskReview.DECIDES)
    say(hand_in(place), "Bitte nennen Sie einen Schritt.", accepts=False)
    assert entry_of(place).is_to_revise
    assert services.progress_of(place).resume(at=LATER).step == task_of(place)

    second = hand_in(place, "Ein Schild in drei Sprachen.", at=LATER)

    rounds = selectors.answer_rounds(place, task_of(place).key)
    assert [(one.number, one.state, one.text) for one in rounds] == [
        (1, "revise", SECRET),
        (2, "submitted", "Ein Schild in drei Sprachen."),
    ]
    say(second)
    assert entry_of(place).is_done


def test_an_answer_that_waits_is_nothing_to_go_on_with():
    place = place_with_task(AnswerKind.TEXT, TaskReview.DECIDES, {"is_required": False})
    hand_in(place)

    assert services.progress_of(place).resume(at=LATER).step.kind == StepKind.READING


def test_please_revise_takes_nothing_from_a_step_that_was_done_by_handing_in():
    place = place_with_task()

    say(hand_in(place), "Geht es genauer?", accepts=False)

    assert (entry_of(place).is_done, entry_of(place).is_to_revise) == (True, True)


def test_two_trainers_do_not_answer_twice():
    place = place_with_task()
    answer = hand_in(place)
    say(answer, "Eins")

    with pytest.raises(services.ReviewRefused, match="schon jemand Rückmeldung gegeben"):
        say(answer, "Zwei", accepts=False)

    assert Submission.objects.get().feedback == "Eins"
    assert OutgoingMail.objects.filter(key__contains=".task.").count() == 1


def test_an_answer_that_was_taken_back_gets_no_feedback():
    place = place_with_task()
    answer = hand_in(place)
    withdraw(place)

    with pytest.raises(services.ReviewRefused, match="inzwischen zurückgenommen"):
        say(answer)


def test_a_place_that_was_given_back_gets_no_feedback_and_waits_no_more():
    place = place_with_task(review=TaskReview.DECIDES)
    answer, trainer = hand_in(place), trainer_of(place.run)
    services.withdraw(enrolment=place, actor=place.learner, at=AT, reason="–")

    with pytest.raises(services.ReviewRefused, match="zurückgegeben"):
        say(answer)
    assert not selectors.answers_to_read(trainer).exists()
    assert not Submission.objects.waiting().exists()


# --- Moves, log and mails ----------------------------------------------------------------------------------------
def test_each_move_of_the_table_is_one_that_the_services_make():
    assert {
        "write": ({NEW, "draft"}, "draft"),
        "hand_in": ({NEW, "draft"}, "submitted"),
        "withdraw": ({"submitted"}, "draft"),
        "accept": ({"submitted"}, "accepted"),
        "revise": ({"submitted"}, "revise"),
    } == SUBMISSION_MOVES


def test_the_log_keeps_who_moved_what_and_no_word_of_it():
    place = place_with_task()
    trainer = trainer_of(place.run)
    hand_in(place)
    withdraw(place)
    say(hand_in(place, at=LATER), "Geht es genauer?", accepts=False, actor=trainer)

    rows = AuditEntry.objects.filter(action__startswith="submission.").order_by("pk")
    learner = place.learner.pseudonym
    assert [(row.action, row.actor) for row in rows] == [
        ("submission.hand_in", learner),
        ("submission.withdraw", learner),
        ("submission.hand_in", learner),
        ("submission.revise", trainer.pseudonym),
    ]
    assert rows.last().data == {"move": "revise", "from": "submitted", "to": "revise", "number": 1}
    assert not [row for row in rows if SECRET in str(row.data) or "genauer" in str(row.data)]


@pytest.mark.parametrize("language", ["de", "en", "de-simple"])
def test_the_mail_says_that_there_is_feedback_and_not_one_word_of_it(language):
    place = place_with_task()
    place.learner.preferred_language = language
    place.learner.save()

    say(hand_in(place), "Bitte nennen Sie einen Schritt.", accepts=False)

    letter = OutgoingMail.objects.get(key__contains=".task.")
    assert letter.person == place.learner
    assert f"/learn/{place.pk}/1/" in letter.text
    for word in (SECRET, "Schritt.", "überarbeiten", "revise"):
        assert word not in letter.text + letter.html + letter.subject


def notes(trainer) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(key__startswith=f"answers.{trainer.pk}.waiting.").order_by("pk"))


def test_trainers_read_once_a_day_how_many_answers_wait_and_not_whose():
    place = place_with_task()
    other = EnrolmentFactory(run=place.run)
    trainer, second = trainer_of(place.run), trainer_of(place.run)
    hand_in(place)
    hand_in(other)

    assert [services.tell_of_waiting_answers(at=LATER) for _time in range(2)] == [2, 2]

    (letter,) = notes(trainer)
    assert len(notes(second)) == 1
    assert "2 Antworten" in letter.text
    for word in (SECRET, str(place.learner), str(other.learner)):
        assert word not in letter.text


def test_trainers_are_not_told_every_day_of_the_same_answers_but_on_mondays():
    place = place_with_task()
    trainer = trainer_of(place.run)
    hand_in(place)

    told = [services.tell_of_waiting_answers(at=LATER + timedelta(days=days)) for days in range(1, 6)]

    assert told == [0, 0, 0, 0, 1]  # Thursday to Monday
    assert len(notes(trainer)) == 1


def test_nobody_is_told_of_answers_without_a_promise_or_with_feedback():
    trainer_of(place_with_task(review=TaskReview.NONE).run)
    place = place_with_task()
    trainer_of(place.run)
    say(hand_in(place))

    assert services.tell_of_waiting_answers(at=LATER) == 0


# --- Who reads ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("is_trainer_of_run", [False, True])
def test_answers_are_read_by_the_learner_and_the_trainers_of_the_run_alone(role, is_trainer_of_run):
    place = place_with_task()
    answer = hand_in(place)
    user = MembershipFactory(role=role).user if role else UserFactory()
    if is_trainer_of_run:
        place.run.trainers.add(user)
        place.run.save()

    may = role == Role.TRAINER and is_trainer_of_run
    assert permissions.can_read_answers(user, place.run) is may
    assert list(selectors.answers_to_read(user)) == ([answer] if may else [])
    assert list(selectors.answers_visible_to(user)) == ([answer] if may else [])


def test_an_office_that_teaches_reads_only_the_own_runs():
    mine, other = place_with_task(), place_with_task()
    answer = hand_in(mine)
    hand_in(other)
    trainer = trainer_of(mine.run)
    MembershipFactory(user=trainer, role=Role.ACADEMY_OFFICE)

    assert list(selectors.answers_to_read(trainer)) == [answer]


def test_task_counts_tell_numbers():
    place = place_with_task()
    waits, revised = EnrolmentFactory(run=place.run), EnrolmentFactory(run=place.run)
    EnrolmentFactory(run=place.run)
    say(hand_in(place))
    hand_in(waits)
    say(hand_in(revised), "Genauer?", accepts=False)
    hand_in(revised, at=LATER)

    (step,) = selectors.task_counts(place.run)

    assert (step.handed_in, step.done, step.waiting) == (3, 3, 2)


# --- Forgetting --------------------------------------------------------------------------------------------------
def over(place, days: int):
    """The run's only date ended so many days ago."""
    Session.objects.create(
        run=place.run, starts_at=AT - timedelta(days=days, hours=1), ends_at=AT - timedelta(days=days)
    )


@pytest.mark.parametrize(("days", "goes"), [(179, 0), (180, 1)])
def test_answers_go_half_a_year_after_the_end_of_the_run(days, goes):
    place = place_with_task()
    over(place, days)
    hand_in(place, at=AT - timedelta(days=300))

    assert services.forget_answers(at=AT, dry_run=True) == goes
    assert Submission.objects.count() == 1
    assert services.forget_answers(at=AT) == goes
    assert Submission.objects.count() == 1 - goes
    assert state_of(place) == ProgressState.DONE


def test_a_run_without_dates_ends_with_the_last_that_was_written():
    say(hand_in(place_with_task(), at=AT - timedelta(days=200)), at=AT - timedelta(days=10))
    hand_in(place_with_task(), at=AT - timedelta(days=200))
    hand_in(place_with_task(), at=AT - timedelta(days=10))

    assert services.forget_answers(at=AT) == 1
    assert Submission.objects.count() == 2


def test_answers_of_a_place_that_was_given_back_go_at_once_with_their_files(django_capture_on_commit_callbacks):
    place = place_with_task(AnswerKind.UPLOAD, TaskReview.DECIDES)
    name = hand_in(place, "", file=PDF, name="karte.pdf").file.name
    services.withdraw(enrolment=place, actor=place.learner, at=AT, reason="–")

    with django_capture_on_commit_callbacks(execute=True):
        assert services.forget_answers(at=AT) == 1

    assert not Submission.objects.exists()
    assert not default_storage.exists(name)


def test_erasing_an_account_deletes_answers_files_and_feedback(django_capture_on_commit_callbacks):
    place, other = place_with_task(AnswerKind.UPLOAD), place_with_task()
    name = hand_in(place, "", file=PDF, name="karte.pdf").file.name
    kept = hand_in(other)

    with django_capture_on_commit_callbacks(execute=True):
        erase_answers(place.learner, AT)

    assert list(Submission.objects.all()) == [kept]
    assert not default_storage.exists(name)


# --- The database keeps the promises -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "submitted"},
        {"state": "draft", "submitted_at": AT},
        {"state": "accepted", "submitted_at": AT, "text": "Eins"},
        {"state": "revise", "submitted_at": AT, "answered_at": AT, "text": "Eins"},
        {"state": "submitted", "submitted_at": AT},
        {"number": 1, "state": "accepted", "submitted_at": AT, "answered_at": AT, "text": "Eins"},
        {"state": "draft", "text": "Zweiter Entwurf"},
    ],
)
def test_the_database_refuses(wrong):
    place = place_with_task()
    save(place)
    row = {"enrolment": place, "step_key": task_of(place).key, "number": 2, "saved_at": AT, **wrong}

    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.create(**row)
