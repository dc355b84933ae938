"""Scans of signed lists: kept with their hash, never replaced in place, read by those who keep the list alone."""

import re
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from academy.common.uploads import UploadRefused
from academy.enums import Role
from academy.models import AuditEntry
from courses.enums import RunState
from enrolment import services
from enrolment.audit_checks import broken_promises
from enrolment.enums import AttendanceState
from enrolment.models import SignedList
from tests.factories.academy import MembershipFactory
from tests.factories.courses import FIRST_SESSION, CourseRunFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import make_course_page

pytestmark = pytest.mark.django_db

AT = FIRST_SESSION + timedelta(hours=5)
PDF = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n"
OTHER_PDF = PDF.replace(b"1 0 obj", b"2 0 obj")


def picture(form="PNG") -> bytes:
    stored = BytesIO()
    Image.new("RGB", (8, 8), "white").save(stored, form)
    return stored.getvalue()


@pytest.fixture(autouse=True)
def after_the_date(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def run(trainer):
    run = CourseRunFactory(sessions=1)
    make_course_page(run.course)
    run.trainers.add(trainer)
    run.save()
    return run


@pytest.fixture
def session(run):
    return run.sessions.get()


@pytest.fixture
def closed(run, session, trainer):
    """The session once its list is closed."""
    place = EnrolmentFactory(run=run)
    services.record_attendance(session=session, states={place.pk: AttendanceState.PRESENT}, actor=trainer, at=AT)
    services.close_attendance(session=session, actor=trainer, at=AT)
    return session


def attach(session, actor, content=PDF, name="liste.pdf", reason="", at=AT):
    return services.attach_signed_list(
        session=session, file=BytesIO(content), name=name, reason=reason, actor=actor, at=at
    )


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def address(session, tail="signed/"):
    return f"/de/teaching/runs/{session.run_id}/sessions/{session.pk}/{tail}"


# --- Attaching ---------------------------------------------------------------------------------------------------
def test_attach_signed_list_keeps_the_file_with_its_hash_under_a_name_that_names_nobody(session, trainer):
    scan = attach(session, trainer, name="Unterschriften Kim Muster.pdf")

    assert (scan.sha256, scan.size, scan.kind) == (sha256(PDF).hexdigest(), len(PDF), "pdf")
    assert re.fullmatch(r"signed_lists/2026/[0-9a-f]{32}\.pdf", scan.file.name)
    assert scan.file.read() == PDF
    assert (scan.added_by, scan.added_at) == (trainer.pseudonym, AT)
    assert AuditEntry.objects.get(action="attendance.signed_list").data == {"session": session.pk}


@pytest.mark.parametrize(
    ("name", "content"), [("a.JPEG", picture("JPEG")), ("b.jpg", picture("JPEG")), ("c.png", picture())]
)
def test_attach_signed_list_takes_pictures(session, trainer, name, content):
    assert attach(session, trainer, content, name).file.read() == content


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("liste.docx", b"PK", "PDF-, JPEG- oder PNG-Datei"),
        ("liste.svg", b"<svg/>", "PDF-, JPEG- oder PNG-Datei"),
        ("liste.pdf", b"<html></html>", "keine PDF-Datei"),
        ("liste.png", picture("JPEG"), "keine PNG-Datei"),
        ("liste.jpg", picture("JPEG")[:150], "keine JPEG-Datei"),
    ],
)
def test_attach_signed_list_refuses_what_is_no_scan(session, trainer, name, content, says):
    with pytest.raises(UploadRefused, match=says):
        attach(session, trainer, content, name)
    assert not SignedList.objects.exists()


def test_attach_signed_list_refuses_large_files(session, trainer, settings):
    settings.UPLOAD_LIMIT_SCAN = len(PDF) - 1
    with pytest.raises(UploadRefused, match="zu groß"):
        attach(session, trainer)


def test_attach_signed_list_refuses_before_the_date_begins(session, trainer):
    with pytest.raises(services.AttendanceRefused, match="ab Beginn"):
        attach(session, trainer, at=FIRST_SESSION - timedelta(minutes=1))


@pytest.mark.parametrize("state", [RunState.DRAFT, RunState.CANCELLED])
def test_attach_signed_list_refuses_when_the_run_does_not_take_place(session, trainer, state):
    type(session.run).objects.update(state=state)
    with pytest.raises(services.AttendanceRefused, match="findet nicht statt"):
        attach(session, trainer)


def test_attach_signed_list_refuses_the_same_file_twice(session, trainer):
    attach(session, trainer)
    with pytest.raises(services.AttendanceRefused, match="schon angehängt"):
        attach(session, trainer)


def test_attach_signed_list_keeps_the_earlier_scan_beside_the_later_one(session, trainer):
    first = attach(session, trainer)
    second = attach(session, trainer, OTHER_PDF, at=AT + timedelta(minutes=1))

    assert list(SignedList.objects.all()) == [second, first]
    assert first.file.read() == PDF
    with pytest.raises(TypeError, match="append-only"):
        first.delete()


def test_attach_signed_list_takes_the_first_scan_of_a_closed_list_without_a_reason_and_another_with_one(
    closed, trainer
):
    attach(closed, trainer)

    with pytest.raises(services.AttendanceRefused, match="warum"):
        attach(closed, trainer, OTHER_PDF, reason="  ")
    assert attach(closed, trainer, OTHER_PDF, reason="Seite 2 fehlte").reason == "Seite 2 fehlte"


def test_attach_signed_list_leaves_another_scan_of_a_completed_run_to_the_office(closed, run, trainer, office):
    services.complete_run(run=run, actor=office, at=AT)
    attach(closed, trainer)

    with pytest.raises(services.AttendanceRefused, match="Akademiebüro"):
        attach(closed, trainer, OTHER_PDF, reason="Seite 2 fehlte")
    assert attach(closed, office, OTHER_PDF, reason="Seite 2 fehlte")


# --- Unchanged? --------------------------------------------------------------------------------------------------
def test_audit_names_scans_that_differ_or_are_missing(session, trainer):
    whole, changed, gone = (attach(session, trainer, PDF + b"%d" % number) for number in range(3))
    with default_storage.open(changed.file.name, "wb") as file:
        file.write(OTHER_PDF)
    default_storage.delete(gone.file.name)

    named = [sentence for sentence in broken_promises() if "signed list" in sentence]

    assert named == [
        f"signed list {changed.pk} (session {session.pk}): its file is not the one that was attached",
        f"signed list {gone.pk} (session {session.pk}): its file is missing",
    ]
    assert whole.pk not in {changed.pk, gone.pk}


# --- Pages -------------------------------------------------------------------------------------------------------
def test_page_attaches_a_scan_and_the_list_shows_its_hash(client, session, trainer):
    client.force_login(trainer)
    assert "Noch kein Scan angehängt" in text(client.get(address(session, "attendance/")))

    sent = client.post(address(session), {"file": SimpleUploadedFile("liste.pdf", PDF)}, follow=True)

    scan = SignedList.objects.get()
    assert "Die unterschriebene Liste ist angehängt" in text(sent)
    assert scan.short_hash in text(sent)
    assert str(trainer) in text(sent)


def test_page_says_what_is_wrong_with_a_file_and_keeps_the_reason(client, closed, trainer):
    attach(closed, trainer)
    client.force_login(trainer)

    answer = client.post(address(closed), {"file": SimpleUploadedFile("a.pdf", b"kein PDF"), "reason": "Seite 2"})

    assert "keine PDF-Datei" in text(answer)
    assert "Seite 2" in answer.content.decode()
    assert SignedList.objects.count() == 1


def test_file_is_saved_and_never_opened_in_the_rights_of_the_site(client, session, trainer, office):
    scan = attach(session, trainer)
    for person in (trainer, office):
        client.force_login(person)
        answer = client.get(address(session, f"signed/{scan.pk}/"))
        assert b"".join(answer.streaming_content) == PDF
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == f'attachment; filename="teilnahmeliste-{session.pk}-2026-12-09.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))


def test_file_is_not_there_for_others_nor_below_the_public_media(client, session, run, trainer):
    scan = attach(session, trainer)
    for person in (EnrolmentFactory(run=run).learner, MembershipFactory(role=Role.TRAINER).user):
        client.force_login(person)
        assert client.get(address(session)).status_code == 404
        assert client.get(address(session, f"signed/{scan.pk}/")).status_code == 404
    client.force_login(trainer)
    assert client.get(f"/media/{scan.file.name}").status_code == 404
    assert client.get(address(CourseRunFactory(sessions=1).sessions.get(), f"signed/{scan.pk}/")).status_code == 404


def test_file_that_is_gone_is_a_404(client, session, trainer):
    scan = attach(session, trainer)
    default_storage.delete(scan.file.name)
    client.force_login(trainer)
    assert client.get(address(session, f"signed/{scan.pk}/")).status_code == 404


@pytest.mark.parametrize("scans", [1, 3])
def test_list_asks_the_same_for_any_number_of_scans(client, session, trainer, scans, django_assert_num_queries):
    for number in range(scans):
        attach(session, trainer, PDF + b"%d" % number)
    client.force_login(trainer)
    client.get(address(session, "attendance/"))
    with django_assert_num_queries(11):
        client.get(address(session, "attendance/"))
