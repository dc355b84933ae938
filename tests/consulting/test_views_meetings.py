"""Pages of meetings: the row of DOMAIN.md 2.5, queries, two writers at once, and the PDF."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.enums import OrganisationKind, Role
from consulting.enums import EntryKind, MinutesState, ProcessRole, ReleaseState
from consulting.models import Meeting
from tests.enrolment import pdf_text
from tests.factories.academy import MembershipFactory, OrganisationFactory
from tests.factories.barriers import BarrierFactory
from tests.factories.consulting import ProcessFactory, ProcessMemberFactory, holder
from tests.factories.meetings import MeetingFactory, MinutesEntryFactory

from .test_views_barriers import PEOPLE, person_of

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"consulting:{name}", args=args)


@pytest.fixture
def process():
    today = timezone.localdate()
    return ProcessFactory(focus="implement", ready=True, release_state=ReleaseState.RELEASED, released_on=today)


@pytest.fixture
def mso():
    return OrganisationFactory(kind=OrganisationKind.MSO, name="Wortgarten")


ALL = [*PEOPLE, "steering", "present partner", "guest", "funder"]
READS = {"facilitator", "sponsor", "group", "steering", "present partner"}
DATES = {"lead", "funder"}  # M: kind, date and state


def somebody(name, process, mso):
    more = {
        "steering": lambda: ProcessMemberFactory(process=process, role=ProcessRole.STEERING).person,
        "present partner": lambda: ProcessMemberFactory(process=process, role=ProcessRole.MSO_PARTNER).person,
        "guest": lambda: ProcessMemberFactory(process=process, role=ProcessRole.GUEST).person,
        "funder": lambda: MembershipFactory(role=Role.FUNDER_REPORTING).user,
    }
    return more[name]() if name in more else person_of(name, process, mso)


@pytest.mark.parametrize("state", MinutesState)
@pytest.mark.parametrize("name", ALL)
def test_list_page_and_pdf_open_as_the_matrix_says(name, state, process, mso, client):
    person = somebody(name, process, mso)
    there = process.members.filter(person=person) if name == "present partner" else []
    minutes = "" if state == MinutesState.PLANNED else "Wegekarte besprochen"
    meeting = MeetingFactory(process=process, state=state, minutes=minutes, room="Saal Nord", attendees=there)
    if state != MinutesState.CONFIRMED:
        MinutesEntryFactory(meeting=meeting, text="Nummern einführen")
    client.force_login(person)

    listed = client.get(url("meeting_list", process.pk))
    page = client.get(meeting.get_absolute_url())
    paper = client.get(url("meeting_pdf", meeting.pk))

    reads, partner = name in READS, name == "partner"
    assert listed.status_code == (200 if reads or partner or name in DATES else 404)
    if listed.status_code == 200:
        assert (meeting.get_absolute_url() in listed.text) == reads
        assert ("Prozessgruppe</td>" in listed.text) == (not partner)
        assert ("Saal Nord" in listed.text) == reads
    assert page.status_code == (200 if reads else 404)
    shown = reads and (state in (MinutesState.CIRCULATED, MinutesState.CONFIRMED) or name == "facilitator")
    if reads:
        assert ("Wegekarte besprochen" in page.text) == (shown and bool(minutes))
        assert ("Nummern einführen" in page.text) == (shown and state != MinutesState.CONFIRMED)
    assert paper.status_code == (200 if shown and minutes else 404)


@pytest.mark.parametrize("name", ALL)
def test_only_facilitation_opens_the_forms_and_only_the_group_confirms(name, process, mso, client):
    person = somebody(name, process, mso)
    there = process.members.filter(person=person) if name == "present partner" else []
    meeting = MeetingFactory(process=process, state=MinutesState.CIRCULATED, attendees=there)
    entry = MinutesEntryFactory(meeting=meeting)
    client.force_login(person)

    for form in ("change_meeting", "write_minutes", "note_entry", "add_addendum"):
        expected = 200 if name == "facilitator" else 403 if name in READS else 404
        assert client.get(url(form, meeting.pk)).status_code == expected, form
    confirm = client.get(url("move_meeting", meeting.pk, "confirm")).status_code
    assert confirm == (200 if name in {"group", "facilitator"} else 403 if name in READS else 404)
    back = client.get(url("move_meeting", meeting.pk, "return")).status_code
    assert back == (200 if name == "facilitator" else 403 if name in READS else 404)
    make = client.get(url("make_measure", meeting.pk, entry.pk)).status_code
    assert make == (200 if name in {"facilitator", "group"} else 403 if name in READS else 404)


def test_visitors_are_asked_to_sign_in(process, client):
    meeting = MeetingFactory(process=process)

    for address in (url("meeting_list", process.pk), meeting.get_absolute_url(), url("meeting_pdf", meeting.pk)):
        assert "login" in client.get(address)["Location"]


@pytest.mark.parametrize("count", [1, 20])
def test_list_takes_the_same_queries_for_any_number(count, process, facilitator, client, django_assert_num_queries):
    for number in range(count):
        MeetingFactory(process=process)
        MeetingFactory(process=process, starts_at=timezone.now() + timedelta(days=number + 1))
    client.force_login(facilitator)
    client.get(url("meeting_list", process.pk))

    with django_assert_num_queries(13):
        client.get(url("meeting_list", process.pk))


@pytest.mark.parametrize("count", [1, 20])
def test_page_takes_the_same_queries_for_any_number(count, process, facilitator, client, django_assert_num_queries):
    members = [ProcessMemberFactory(process=process) for _number in range(count)]
    meeting = MeetingFactory(process=process, state=MinutesState.CIRCULATED, attendees=members)
    MinutesEntryFactory.create_batch(count, meeting=meeting)
    client.force_login(facilitator)
    client.get(meeting.get_absolute_url())

    with django_assert_num_queries(15):
        client.get(meeting.get_absolute_url())


def test_list_parts_what_comes_from_what_was(process, facilitator, client):
    ahead = MeetingFactory(process=process, starts_at=timezone.now() + timedelta(days=3))
    past = MeetingFactory(process=process, state=MinutesState.CONFIRMED)
    client.force_login(facilitator)

    context = client.get(url("meeting_list", process.pk)).context

    assert context["coming"] == [ahead]
    assert list(context["page_obj"]) == [past]


def test_planning_fills_the_agenda_and_leads_to_the_meeting(process, facilitator, client):
    client.force_login(facilitator)
    given = {"kind": "steering", "day": "2027-01-12", "begins": "09:00", "ends": "11:00", "room": "Saal"}

    refused = client.post(url("plan_meeting", process.pk), given | {"ends": "08:00"})
    done = client.post(url("plan_meeting", process.pk), given, follow=True)

    assert "nach seinem Beginn enden" in refused.text
    assert 'value="Saal"' in refused.text
    meeting = Meeting.objects.get()
    assert timezone.localtime(meeting.starts_at).strftime("%Y-%m-%d %H:%M") == "2027-01-12 09:00"
    assert "Stand des Prozesses" in done.text
    assert "Steuerungsgruppe am 12. Januar 2027" in done.text


def test_a_name_is_never_shown(process, facilitator, client):
    members = list(process.members.select_related("person"))
    meeting = MeetingFactory(process=process, state=MinutesState.CONFIRMED, attendees=members)
    client.force_login(facilitator)

    page = client.get(meeting.get_absolute_url()).text.split("<main", 1)[1]

    assert "3 × Mitglied der Prozessgruppe" in page
    assert all(str(member.person) not in page for member in members)


# --- Writing -------------------------------------------------------------------------------------------------------
def test_the_second_writer_is_told_and_sees_both_texts(process, facilitator, client):
    meeting = MeetingFactory(process=process)
    client.force_login(facilitator)
    address = url("write_minutes", meeting.pk)
    first = client.post(address, {"text": "Von der einen", "version": 0})

    second = client.post(address, {"text": "Von der anderen", "version": 0})

    meeting.refresh_from_db()
    assert (first.status_code, second.status_code, meeting.minutes) == (302, 409, "Von der einen")
    for words in ("Nichts wurde überschrieben", "Von der einen", "Von der anderen", 'name="version" value="1"'):
        assert words in second.text
    assert client.post(address, {"text": "Beide zusammen", "version": 1}).status_code == 302


def test_autosave_answers_with_the_version_or_a_sentence(process, facilitator, client):
    meeting = MeetingFactory(process=process)
    client.force_login(facilitator)
    address, asked = url("write_minutes", meeting.pk), {"Accept": "application/json"}

    saved = client.post(address, {"text": "Eins", "version": 0}, headers=asked)
    other = client.post(address, {"text": "Zwei", "version": 0}, headers=asked)
    wrong = client.post(address, {"text": "Drei", "version": "x"}, headers=asked)

    assert (saved.status_code, saved.json()["version"]) == (200, 1)
    assert saved.json()["said"].startswith("Gespeichert um")
    assert other.status_code == 409
    assert "Nichts wurde überschrieben" in other.json()["said"]
    assert wrong.status_code == 422
    meeting.refresh_from_db()
    assert meeting.minutes == "Eins"


def test_saving_can_go_on_to_a_decision_and_back(process, facilitator, client):
    meeting = MeetingFactory(process=process)
    client.force_login(facilitator)

    saved = client.post(url("write_minutes", meeting.pk), {"text": "Eins", "version": 0, "note": "1"})
    noted = client.post(saved["Location"], {"kind": EntryKind.TASK, "text": "Anbieter klären"})

    assert saved["Location"] == url("note_entry", meeting.pk)
    assert noted["Location"] == url("write_minutes", meeting.pk)
    assert "Anbieter klären" in client.get(noted["Location"]).text


def test_a_decision_becomes_a_measure_in_one_step(process, client):
    barrier = BarrierFactory(process=process)
    meeting = MeetingFactory(process=process, state=MinutesState.CIRCULATED)
    entry = MinutesEntryFactory(meeting=meeting, text="Aufruf mit Nummern", owner="Infotresen")
    client.force_login(holder(process, ProcessRole.GROUP))
    address = url("make_measure", meeting.pk, entry.pk)

    shown = client.get(address)
    form = shown.context["form"]
    given = {name: form.initial.get(name) or "" for name in ("title_de", "owner_de")}
    done = client.post(address, given | {"barriers": [barrier.pk]}, follow=True)

    entry.refresh_from_db()
    assert (entry.measure.title, entry.measure.owner) == ("Aufruf mit Nummern", "Infotresen")
    assert done.redirect_chain[-1][0] == url("measure_detail", entry.measure_id)
    assert url("measure_detail", entry.measure_id) in client.get(meeting.get_absolute_url()).text


# --- The paper -----------------------------------------------------------------------------------------------------
def test_pdf_is_tagged_and_holds_minutes_decisions_and_state(process, facilitator, client):
    members = list(process.members.all())
    meeting = MeetingFactory(
        process=process, state=MinutesState.DRAFT, minutes="Absatz eins.\n\nZwei.", attendees=members
    )
    MinutesEntryFactory(meeting=meeting, text="Fokusgruppe vergüten", owner="Leitung")
    client.force_login(facilitator)

    answer = client.get(url("meeting_pdf", meeting.pk))

    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    text = " ".join(pdf_text.text_of(answer.content).split())
    for words in ("Prozessgruppe am 20. Oktober 2026", "Fokusgruppe vergüten", "3 × Mitglied", "Noch nicht bestätigt."):
        assert words in text
    with pdf_text.open_pdf(answer.content) as pdf:
        assert (bool(pdf.Root.MarkInfo.Marked), str(pdf.Root.Lang)) == (True, "de")
        assert b"pdfuaid" in pdf.Root.Metadata.read_bytes()
    assert all(str(member.person) not in text for member in members)
