"""The learning record: what was completed here and elsewhere, the own person's alone, as page, PDF and JSON."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from academy.common.registry import registry
from academy.common.uploads import UploadRefused
from academy.enums import Role
from academy.services import end_membership
from enrolment import services
from enrolment.models import Completion, ExternalCourse
from enrolment.record.files import record_json, record_pdf
from enrolment.services.record import MOST_ENTRIES
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.courses import FIRST_SESSION

from .pdf_text import open_pdf, read_aloud
from .test_certificates import completed

pytestmark = pytest.mark.django_db

AT = FIRST_SESSION + timedelta(hours=5)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
ENTRY = {"title": "Traumasensibel beraten", "provider": "Volkshochschule", "starts_on": date(2025, 3, 1)}
TYPED = {"title": "Traumasensibel beraten", "provider": "Volkshochschule", "starts_on": "2025-03-01"}


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def owner():
    return UserFactory(first_name="Şule", last_name="Kőszegi")


def enter(owner, **fields) -> ExternalCourse:
    return services.save_external_course(owner=owner, at=AT, **{**ENTRY, **fields})


def proof(content=PDF, name="nachweis.pdf") -> services.Proof:
    return services.Proof(BytesIO(content), name)


# --- Own statements ----------------------------------------------------------------------------------------------
def test_save_external_course_takes_one_day_where_no_last_one_is_given(owner):
    entry = enter(owner, title="  Traumasensibel   beraten ", hours=Decimal("7.5"))

    assert (entry.title, entry.starts_on, entry.ends_on) == (ENTRY["title"], date(2025, 3, 1), date(2025, 3, 1))
    assert (entry.owner, entry.hours, entry.proof.name) == (owner, Decimal("7.5"), "")


def test_save_external_course_keeps_the_proof_where_no_address_leads(owner, client):
    entry = enter(owner, proof=proof())

    assert entry.proof.name.startswith("record_proofs/2026/")
    assert (entry.proof_kind, entry.proof.read()) == ("pdf", PDF)
    assert client.get(f"/media/{entry.proof.name}").status_code == 404


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"ends_on": date(2025, 2, 28)}, "letzte Tag liegt vor dem ersten"),
        ({"ends_on": date(2026, 12, 10)}, "sobald sie zu Ende ist"),
        ({"starts_on": date(2027, 1, 1)}, "sobald sie zu Ende ist"),
    ],
)
def test_save_external_course_refuses_days_that_cannot_be(owner, fields, says):
    with pytest.raises(services.RecordRefused, match=says):
        enter(owner, **fields)


def test_save_external_course_refuses_more_than_anybody_needs(owner):
    ExternalCourse.objects.bulk_create(
        ExternalCourse(owner=owner, **ENTRY, ends_on=ENTRY["starts_on"], added_at=AT) for _number in range(MOST_ENTRIES)
    )

    with pytest.raises(services.RecordRefused, match="schon 200 Einträge"):
        enter(owner)
    assert enter(UserFactory()).pk


def test_save_external_course_refuses_a_file_that_is_not_what_its_name_says(owner):
    with pytest.raises(UploadRefused):
        enter(owner, proof=proof(b"MZ not a pdf"))
    assert not ExternalCourse.objects.exists()


def test_save_external_course_replaces_and_removes_the_proof_with_its_file(owner, django_capture_on_commit_callbacks):
    entry = enter(owner, proof=proof())
    first = entry.proof.name
    with django_capture_on_commit_callbacks(execute=True):
        entry = enter(owner, course=entry, proof=proof(PDF + b"\n"))
    second = entry.proof.name
    assert (default_storage.exists(first), default_storage.exists(second)) == (False, True)

    with django_capture_on_commit_callbacks(execute=True):
        entry = enter(owner, course=entry, remove_proof=True)
    assert (entry.proof.name, entry.proof_kind, default_storage.exists(second)) == ("", "", False)


def test_save_external_course_never_touches_the_entry_of_somebody_else(owner):
    entry = enter(owner)

    with pytest.raises(ExternalCourse.DoesNotExist):
        enter(UserFactory(), course=entry, title="Anders")


def test_database_refuses_an_entry_that_ends_before_it_begins(owner):
    with pytest.raises(IntegrityError), transaction.atomic():
        ExternalCourse.objects.create(owner=owner, **ENTRY, ends_on=date(2025, 2, 1), added_at=AT)


def test_erasing_the_account_deletes_entries_and_proofs(owner, django_capture_on_commit_callbacks):
    entry, others = enter(owner, proof=proof()), enter(UserFactory())

    with django_capture_on_commit_callbacks(execute=True):
        registry.personal_data["enrolment.ExternalCourse"].erase(owner, AT)

    assert list(ExternalCourse.objects.all()) == [others]
    assert not default_storage.exists(entry.proof.name)


# --- The record as files -----------------------------------------------------------------------------------------
@pytest.fixture
def certificate(owner):
    certificate = services.issue_certificate(enrolment=completed(learner=owner), at=AT)
    enter(owner, hours=Decimal("7.5"), proof=proof())
    return certificate


def test_record_json_has_the_documented_shape(owner, certificate):
    assert record_json(owner, language="de", at=AT) == {
        "format": "zugang-learning-record",
        "version": 1,
        "created_at": AT.isoformat(),
        "language": "de",
        "name": "Şule Kőszegi",
        "courses": [
            {
                "title": "Zugang für alle: Grundlagen",
                "provider": "Fachstelle Offene Wege (Demo)",
                "first_day": "2026-12-09",
                "last_day": "2026-12-09",
                "format": "in_person",
                "scope_ue": 5.0,
                "attended_ue": 5.0,
                "minutes_per_ue": 45,
                "result": "full",
                "certificate": {
                    "number": certificate.number,
                    "issued_on": "2026-12-09",
                    "verify_url": f"http://127.0.0.1:8000/de/verify/{certificate.printed_code}/",
                },
            }
        ],
        "own_statements": [
            {
                "title": "Traumasensibel beraten",
                "provider": "Volkshochschule",
                "first_day": "2025-03-01",
                "last_day": "2025-03-01",
                "hours": 7.5,
                "has_proof": True,
            }
        ],
    }


def test_record_json_names_a_course_without_certificate_and_leaves_out_what_was_revoked(owner):
    completed(learner=owner, approval_title="Fortbildung im Themenfeld Diversity")
    gone = completed(learner=owner)
    services.revoke_completion(completion=Completion.objects.get(enrolment=gone), reason="Irrtum.", actor=None, at=AT)

    (course,) = record_json(owner, language="de", at=AT)["courses"]
    assert (course["title"], course["certificate"]) == ("Fortbildung im Themenfeld Diversity", None)


@pytest.mark.parametrize(
    ("language", "heading", "own", "note"),
    [
        ("de", "Lernnachweis", "Eigene Angaben", "Wir haben sie nicht geprüft."),
        ("en", "Learning record", "Own statements", "We have not checked them."),
    ],
)
def test_record_pdf_is_accessible_and_marks_own_statements(owner, certificate, language, heading, own, note):
    pdf = record_pdf(owner, language=language, at=AT)

    with open_pdf(pdf) as opened:
        assert bool(opened.Root.MarkInfo.Marked)
        assert str(opened.Root.Lang) == language
        with opened.open_metadata() as metadata:
            assert (metadata["pdfuaid:part"], metadata["pdfaid:part"]) == ("1", "2")
            assert metadata["dc:title"] == f"{heading}: Şule Kőszegi"
    pieces = read_aloud(pdf)
    said = " ".join(piece.alt or piece.words for piece in pieces)
    order = [heading, "Şule Kőszegi", "Zugang für alle: Grundlagen", certificate.number, own, note, "Volkshochschule"]
    places = [said.index(part) for part in order]
    assert places == sorted(places)
    assert [piece.words for piece in pieces if piece.kind == "/H2"][1] == own
    assert sum(piece.kind == "/TH" for piece in pieces) >= 8
    assert [piece.alt for piece in pieces if piece.alt]


# --- The pages ---------------------------------------------------------------------------------------------------
def test_my_record_shows_both_parts_and_survives_a_change_of_employer(client, owner, certificate, now):
    membership = MembershipFactory(user=owner)
    end_membership(membership=membership, ends_on=now.date(), actor=None, at=now)
    client.force_login(owner)

    page = client.get("/de/my/record/").content.decode()

    for part in ("Zugang für alle: Grundlagen", certificate.number, "Traumasensibel beraten", "eigene Angabe"):
        assert part in page, part
    assert 'href="/en/my/record/record.pdf"' in page
    assert client.get("/de/my/record/record.pdf").content.startswith(b"%PDF-")
    assert client.get("/de/my/record/record.json").json()["courses"][0]["certificate"]["number"] == certificate.number


def test_my_record_says_what_comes_when_nothing_is_there(client, owner):
    client.force_login(owner)

    page = client.get("/de/my/record/").content.decode()

    assert "Noch keine Fortbildung abgeschlossen" in page
    assert client.get("/en/my/record/record.pdf").content.startswith(b"%PDF-")


@pytest.mark.parametrize("count", [1, 3])
def test_my_record_asks_the_same_for_one_and_for_three(client, owner, django_assert_max_num_queries, count):
    for _number in range(count):
        services.issue_certificate(enrolment=completed(learner=owner), at=AT)
        enter(owner)
    client.force_login(owner)
    client.get("/de/my/record/")

    with django_assert_max_num_queries(18) as seen:
        response = client.get("/de/my/record/")
    assert response.content.decode().count("(PDF)") == count
    assert len(seen.captured_queries) == QUERIES


QUERIES = 14


def test_an_entry_is_added_changed_and_deleted_on_its_pages(client, owner):
    client.force_login(owner)
    file = SimpleUploadedFile("nachweis.pdf", PDF)

    client.post("/de/my/record/add/", {**TYPED, "hours": "7.5", "proof": file})
    entry = ExternalCourse.objects.get()
    address = f"/de/my/record/{entry.pk}/"
    assert 'value="2025-03-01"' in client.get(address).content.decode()
    fetched = client.get(f"{address}proof/")
    assert b"".join(fetched.streaming_content) == PDF
    assert fetched["Content-Disposition"].startswith("attachment")
    client.post(address, {**TYPED, "title": "Neu", "remove_proof": "on"})
    assert client.get(f"{address}proof/").status_code == 404
    entry.refresh_from_db()
    assert (entry.title, entry.hours, entry.proof.name) == ("Neu", None, "")

    assert "Eintrag löschen?" in client.get(f"{address}delete/").content.decode()
    assert ExternalCourse.objects.exists()
    assert "Der Eintrag ist gelöscht." in client.post(f"{address}delete/", follow=True).content.decode()
    assert not ExternalCourse.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"title": " "}, "Titel"),
        ({"ends_on": "2025-02-01"}, "letzte Tag liegt vor dem ersten"),
        ({"hours": "-1"}, "Stunden"),
        ({"proof": SimpleUploadedFile("x.exe", b"MZ")}, "PDF-, JPEG- oder PNG-Datei"),
    ],
)
def test_a_wrong_entry_is_asked_for_again_with_what_was_typed(client, owner, wrong, says):
    client.force_login(owner)

    response = client.post("/de/my/record/add/", {**TYPED, **wrong})

    assert response.status_code == 200
    assert says in response.content.decode()
    assert "Volkshochschule" in response.content.decode()
    assert not ExternalCourse.objects.exists()


@pytest.mark.parametrize("role", [Role.APPROVER, Role.ORGANISATION_CONTACT, Role.ACADEMY_OFFICE, Role.TRAINER])
def test_nobody_else_opens_an_entry(client, owner, role):
    entry = enter(owner, proof=proof())
    client.force_login(MembershipFactory(role=role).user)

    for suffix in ("", "delete/", "proof/"):
        assert client.get(f"/de/my/record/{entry.pk}/{suffix}").status_code == 404
    assert client.post(f"/de/my/record/{entry.pk}/delete/").status_code == 404
    assert entry.title not in client.get("/de/my/record/").content.decode()
    client.logout()
    assert client.get("/de/my/record/").status_code == 302
