"""Messages to the participants of a run: looked at before, sent once, kept, and without what must stay inside."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from academy.enums import Role
from academy.models import AuditEntry, OutgoingMail
from courses.models import CourseRun
from enrolment import services
from enrolment.models import Enrolment, RunMessage
from enrolment.personal_data import erase_messages
from tests.factories.academy import UserFactory, signed_in_as
from tests.factories.courses import CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

QUERIES = 8
TEXT = "Bitte bringen Sie etwas zu schreiben mit.\n\nWir treffen uns <b>unten</b>\nam Eingang."


@pytest.fixture
def run():
    """Two seats: whoever comes third waits."""
    run = CourseRunFactory(seats=2)
    make_course_page(run.course, title="Bescheide, die ankommen")
    return run


@pytest.fixture
def trainer(client, run, clock):
    trainer = signed_in_as(client, Role.TRAINER)
    run.trainers.add(trainer)
    run.save()
    return trainer


def enrol(run, **person) -> Enrolment:
    return services.enrol(learner=UserFactory(**person), run=CourseRun.objects.get(pk=run.pk), at=DURING_ENROLMENT)


def send(run, author=None, *, at=DURING_ENROLMENT, **given) -> RunMessage:
    words = {"audience": "everybody", "subject": "Was Sie brauchen", "text": TEXT, "token": uuid4(), **given}
    message = services.written_message(author=author or UserFactory(), **words)
    return services.send_message(message=message, run=CourseRun.objects.get(pk=run.pk), at=at)


def letters() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(key__contains=".message.").order_by("pk"))


def address(run) -> str:
    return reverse("enrolment:write_message", args=[run.pk])


def typed(**given) -> dict:
    return {"audience": "everybody", "subject": "Was Sie brauchen", "text": TEXT, "token": str(uuid4()), **given}


# --- Sending ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("audience", "numbers"), [("confirmed", [0, 1]), ("waiting", [2]), ("everybody", [0, 1, 2])])
def test_a_message_reaches_whom_it_addresses(run, audience, numbers):
    people = [enrol(run).learner for _number in range(3)]

    message = send(run, audience=audience)

    assert [letter.person for letter in letters()] == [people[number] for number in numbers]
    assert message.recipients == len(numbers)
    assert RunMessage.objects.get() == message


@pytest.mark.parametrize(
    ("language", "frame", "why"),
    [
        ("de", "Kim Weg schreibt Ihnen zu einer Fortbildung der Akademie:", "Termin: "),
        ("en", "Kim Weg writes to you about a course at the academy:", "Date: "),
        ("de-simple", "Kim Weg schreibt Ihnen. Es geht um eine Fortbildung von der Akademie:", "noch nicht geprüft"),
    ],
)
def test_words_stay_and_the_frame_is_in_the_readers_language(run, language, frame, why):
    enrol(run, preferred_language=language)

    send(run, UserFactory(first_name="Kim", last_name="Weg"))

    (letter,) = letters()
    assert letter.subject == "Was Sie brauchen"
    assert f"{frame}\n\n{TEXT}\n\n" in letter.text
    assert why in letter.text
    assert "Kofinanziert von der Europäischen Union" in letter.text or "Co-funded by the European Union" in letter.text


def test_markup_stays_text_and_paragraphs_stay_paragraphs(run):
    enrol(run)

    send(run, text="Eins <script>alert(1)</script>\r\n\r\nZwei\r\ndrei", subject="A\r\nBcc: x@example.org")

    (letter,) = letters()
    assert "<p>Eins &lt;script&gt;alert(1)&lt;/script&gt;</p><p>Zwei<br>drei</p>" in letter.html
    assert letter.subject == "A Bcc: x@example.org"


def test_the_same_form_sends_once(run):
    enrol(run)
    token, author = uuid4(), UserFactory()

    first = send(run, author, token=token)
    second = send(run, author, token=token, at=DURING_ENROLMENT + timedelta(seconds=1))

    assert second == first
    assert len(letters()) == 1


def test_nobody_is_written_to_where_nobody_is_addressed(run):
    enrol(run)

    with pytest.raises(services.MessageRefused, match="gehört niemand zu der Gruppe"):
        send(run, audience="waiting")

    assert not RunMessage.objects.exists()


def test_a_run_gets_five_messages_a_day_and_more_on_the_next(run):
    enrol(run)
    for _number in range(5):
        send(run)

    with translation.override("de"), pytest.raises(services.MessageRefused) as refusal:
        send(run)
    send(run, at=DURING_ENROLMENT + timedelta(days=1))

    assert str(refusal.value) == (
        "Heute sind schon 5 Nachrichten an diesen Durchgang gegangen. Die nächste können Sie morgen senden."
    )
    assert len(letters()) == 6


def test_an_erased_account_gets_nothing(run):
    gone = enrol(run).learner
    enrol(run)
    gone.erased_at = DURING_ENROLMENT
    gone.save()

    assert send(run).recipients == 1
    assert [letter.person == gone for letter in letters()] == [False]


@pytest.mark.parametrize("field", ["subject", "text"])
def test_a_title_that_reveals_too_much_goes_out_in_no_way(run, field):
    run.course.approval_title = "Fortbildung im Herbst"
    run.course.save()
    enrol(run)

    with pytest.raises(services.MessageRefused, match="«Fortbildung im Herbst»"):
        send(run, **{field: "Zu «bescheide, die ankommen»"})
    send(run)

    (letter,) = letters()
    assert "Fortbildung im Herbst" in letter.text
    assert "Bescheide" not in letter.text + letter.html + letter.subject


def test_the_log_holds_numbers_and_no_words(run):
    enrol(run)
    author = UserFactory()

    message = send(run, author)

    entry = AuditEntry.objects.get(action="run.message_sent")
    assert entry.actor == author.pseudonym
    assert entry.data == {"message": message.pk, "audience": "everybody", "recipients": 1}


def test_erasing_the_author_takes_the_words(run):
    enrol(run)
    message = send(run)

    erase_messages(message.author, DURING_ENROLMENT)

    message.refresh_from_db()
    assert (message.subject, message.text, message.recipients) == ("–", "–", 1)


# --- The page --------------------------------------------------------------------------------------------------------
def test_the_preview_shows_the_mail_and_sends_nothing(run, trainer, client):
    enrol(run)
    given = typed()

    page = client.post(address(run), {**given, "step": "preview"})

    assert "Sie geht an 1 Person." in page.text
    assert not letters()
    client.post(address(run), {**given, "step": "send"})
    (letter,) = letters()
    assert page.context["mail"].text == letter.text
    assert page.context["mail"].html == letter.html


def test_sending_twice_from_one_preview_writes_once_and_says_so(run, trainer, client):
    enrol(run)
    given = {**typed(), "step": "send"}

    answers = [client.post(address(run), given, follow=True) for _click in range(2)]

    assert [[str(message) for message in answer.context["messages"]] for answer in answers] == [
        ["Ihre Nachricht geht an 1 Person."]
    ] * 2
    assert len(letters()) == 1
    assert RunMessage.objects.get().author == trainer


@pytest.mark.parametrize("step", ["preview", "send"])
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"subject": ""}, "Bitte geben Sie einen Betreff an"),
        ({"audience": "waiting"}, "gehört niemand zu der Gruppe"),
    ],
)
def test_what_was_typed_stays_on_errors(run, trainer, client, step, wrong, words):
    enrol(run)

    page = client.post(address(run), {**typed(**wrong), "step": step})

    assert words in page.text
    assert "Bitte bringen Sie etwas zu schreiben mit." in page.text
    assert not RunMessage.objects.exists()


def test_going_back_from_the_preview_keeps_words_and_token(run, trainer, client):
    enrol(run)
    given = typed(audience="confirmed")

    page = client.post(address(run), {**given, "step": "change"})

    form = page.context["form"]
    assert {name: str(form[name].value()) for name in given} == given
    assert not form.errors


def test_sent_messages_stand_on_the_page_newest_first_under_the_same_queries(
    run, trainer, client, django_assert_num_queries
):
    enrol(run)
    send(run, subject="Erste")
    client.get(address(run))
    with django_assert_num_queries(QUERIES):
        client.get(address(run))
    send(run, subject="Zweite", at=DURING_ENROLMENT + timedelta(minutes=1))
    send(run, subject="Dritte", at=DURING_ENROLMENT + timedelta(minutes=2))

    with django_assert_num_queries(QUERIES):
        page = client.get(address(run))

    assert [message.subject for message in page.context["page_obj"]] == ["Dritte", "Zweite", "Erste"]


def test_sent_messages_are_shown_ten_at_a_time(run, trainer, client):
    enrol(run)
    for day in range(11):
        send(run, subject=f"Nummer {day}", at=DURING_ENROLMENT + timedelta(days=day))

    page = client.get(f"{address(run)}?page=2")

    assert [message.subject for message in page.context["page_obj"]] == ["Nummer 0"]


def test_only_the_trainer_of_the_run_and_the_office_write(run, client, clock):
    enrol(run)
    for role, status in [(Role.TRAINER, 404), (Role.ORGANISATION_CONTACT, 404), (Role.ACADEMY_OFFICE, 200)]:
        signed_in_as(client, role)
        assert client.get(address(run)).status_code == status
        assert client.post(address(run), {**typed(), "step": "send"}).status_code == (302 if status == 200 else 404)
    assert RunMessage.objects.count() == 1
