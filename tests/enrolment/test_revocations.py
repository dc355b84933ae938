"""Revoking a certificate and taking it back: by the office alone, with a reason, told to the person."""

from datetime import timedelta

import pytest

from academy.enums import Role
from academy.models import AuditEntry, OutgoingMail
from enrolment import audit_checks, services
from enrolment.enums import AttendanceState
from enrolment.models import Certificate, Completion
from tests.factories.academy import UserFactory, signed_in_as
from tests.factories.courses import FIRST_SESSION

from .test_certificates import completed

pytestmark = pytest.mark.django_db

AT = FIRST_SESSION + timedelta(hours=5)
LATER = AT + timedelta(days=2)
REASON = "Verwechselte Namen."


@pytest.fixture
def certificate():
    return services.issue_certificate(enrolment=completed(), at=AT)


@pytest.fixture
def office():
    return UserFactory()


def last_mail() -> OutgoingMail:
    return OutgoingMail.objects.latest("pk")


def revoked(certificate, office) -> Certificate:
    return services.revoke_certificate(certificate=certificate, reason=REASON, actor=office, at=LATER)


def test_revoke_certificate_keeps_reason_and_moment_and_tells_the_person(certificate, office):
    certificate = revoked(certificate, office)

    assert certificate.status == "revoked"
    completion = Completion.objects.get()
    assert (completion.revoked_at, completion.revoked_because) == (LATER, REASON)
    assert AuditEntry.objects.filter(action="certificate.revoked", actor=office.pseudonym).count() == 1
    assert last_mail().subject.startswith("Ihre Teilnahmebescheinigung wurde widerrufen")
    assert REASON in last_mail().text
    assert last_mail().person == certificate.holder


@pytest.mark.parametrize("reason", ["", "  "])
def test_revoke_certificate_refuses_without_a_reason(certificate, office, reason):
    with pytest.raises(services.CertificateRefused, match="warum"):
        services.revoke_certificate(certificate=certificate, reason=reason, actor=office, at=LATER)


def test_revoke_certificate_refuses_one_that_does_not_hold_any_more(certificate, office):
    newer = services.reissue_certificate(certificate=certificate, name="Neu", actor=office, at=LATER)
    with pytest.raises(services.CertificateRefused, match="gilt nicht mehr"):
        revoked(certificate, office)
    revoked(newer, office)
    with pytest.raises(services.CertificateRefused, match="gilt nicht mehr"):
        revoked(newer, office)
    assert OutgoingMail.objects.filter(subject__contains="widerrufen").count() == 1


def test_restore_certificate_lets_the_same_one_hold_again(certificate, office):
    revoked(certificate, office)

    again = services.restore_certificate(certificate=certificate, actor=office, at=LATER + timedelta(days=1))

    assert (again, again.status) == (certificate, "valid")
    assert Completion.objects.get().revoked_because == ""
    assert last_mail().subject.startswith("Ihre Teilnahmebescheinigung gilt wieder")
    assert list(audit_checks._certificates()) == []


def test_restore_certificate_refuses_where_it_is_valid_or_nothing_is_left_to_certify(certificate, office):
    with pytest.raises(services.CertificateRefused, match="nicht widerrufen"):
        services.restore_certificate(certificate=certificate, actor=office, at=LATER)
    revoked(certificate, office)
    certificate.enrolment.attendances.update(state=AttendanceState.ABSENT)

    with pytest.raises(services.CertificateRefused, match="reicht nicht"):
        services.restore_certificate(certificate=certificate, actor=office, at=LATER)
    certificate.enrolment.completion.refresh_from_db()
    assert certificate.enrolment.completion.revoked_at == LATER


def test_correcting_the_attendance_tells_the_person_when_nothing_is_left(certificate, office):
    session = certificate.enrolment.run.sessions.get()
    states = {certificate.enrolment_id: AttendanceState.ABSENT}

    services.record_attendance(session=session, states=states, actor=office, at=LATER)

    assert last_mail().subject.startswith("Ihre Teilnahmebescheinigung wurde widerrufen")
    assert "Die Anwesenheit wurde berichtigt." in last_mail().text


# --- The pages ---------------------------------------------------------------------------------------------------
def page_of(certificate, verb) -> str:
    return f"/de/teaching/runs/{certificate.enrolment.run_id}/certificates/{certificate.number}/{verb}/"


def test_office_revokes_and_takes_back_on_its_pages(client, certificate):
    signed_in_as(client, Role.ACADEMY_OFFICE)
    roster = f"/de/teaching/runs/{certificate.enrolment.run_id}/"
    assert page_of(certificate, "revoke") in client.get(roster).content.decode()

    asked = client.get(page_of(certificate, "revoke")).content.decode()
    assert certificate.number in asked
    unsaid = client.post(page_of(certificate, "revoke"), {"reason": " "})
    assert (unsaid.status_code, Certificate.objects.valid().count()) == (200, 1)
    done = client.post(page_of(certificate, "revoke"), {"reason": REASON}, follow=True).content.decode()

    assert f"Die Bescheinigung {certificate.number} ist widerrufen." in done
    assert page_of(certificate, "restore") in done
    assert REASON in client.get(page_of(certificate, "restore")).content.decode()
    back = client.post(page_of(certificate, "restore"), follow=True).content.decode()
    assert f"Die Bescheinigung {certificate.number} ist gültig." in back
    again = client.post(page_of(certificate, "restore"), follow=True).content.decode()
    assert "Diese Bescheinigung ist nicht widerrufen." in again


@pytest.mark.parametrize("verb", ["revoke", "restore"])
@pytest.mark.parametrize("role", [Role.TRAINER, Role.PROGRAMME_LEAD, Role.ORGANISATION_CONTACT, Role.UNIT_STAFF])
def test_pages_are_missing_for_everybody_else(client, certificate, role, verb):
    person = signed_in_as(client, role)
    certificate.enrolment.run.trainers.add(person)
    certificate.enrolment.run.save()

    assert client.get(page_of(certificate, verb)).status_code == 404
    assert client.post(page_of(certificate, verb), {"reason": REASON}).status_code == 404
    client.force_login(certificate.holder)
    assert client.get(page_of(certificate, verb)).status_code == 404


def test_pages_are_missing_for_a_certificate_of_another_run(client, certificate):
    signed_in_as(client, Role.ACADEMY_OFFICE)
    other = completed().run

    assert (
        client.get(
            page_of(certificate, "revoke").replace(f"/{certificate.enrolment.run_id}/", f"/{other.pk}/")
        ).status_code
        == 404
    )


def test_my_certificates_says_since_when_and_why_it_does_not_hold(client, certificate, office):
    newer = services.reissue_certificate(certificate=certificate, name="Neu", actor=office, at=LATER)
    revoked(newer, office)
    client.force_login(certificate.holder)

    page = client.get("/de/my/certificates/").content.decode()

    assert f"widerrufen am 11. Dezember 2026: {REASON}" in page
    assert f"ersetzt am 11. Dezember 2026 durch {newer.number}" in page
