"""Certificates: what they say and must not say, their numbers, corrections, the PDF and the public check."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import override_settings

from academy.common import printing
from academy.enums import Role
from academy.models import OutgoingMail
from courses.enums import CourseFormat
from courses.models import Step
from enrolment import audit_checks, services
from enrolment.certificate.printing import render_pdf, verify_url
from enrolment.enums import AttendanceState
from enrolment.models import Attendance, Certificate, CertificateYear, Completion
from tests.factories.academy import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories.courses import FIRST_SESSION, CourseFactory, CourseRunFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import make_course_page, make_run

from .pdf_text import Piece, open_pdf, read_aloud, text_of

pytestmark = pytest.mark.django_db

AT = FIRST_SESSION + timedelta(hours=5)
POINTS = ["Wege aus Sicht der Nutzer*innen", "Sprache am Schalter", "Handlungsspielräume"]


def completed(run=None, *, learner=None, present=1, sessions=1, points=POINTS, **course):
    """A completed place on a run of a course with a German page."""
    if run is None:
        run = CourseRunFactory(course=CourseFactory(**course), sessions=sessions)
        make_course_page(run.course, title="Zugang für alle: Grundlagen", points=points)
    fields = {"learner": learner} if learner else {}
    enrolment = EnrolmentFactory(run=run, **fields)
    for number, session in enumerate(run.sessions.all()):
        state = AttendanceState.PRESENT if number < present else AttendanceState.ABSENT
        Attendance.objects.create(enrolment=enrolment, session=session, state=state, ticked_at=AT)
    services.update_completion(enrolment=enrolment, at=AT)
    return enrolment


# --- Issuing -----------------------------------------------------------------------------------------------------
def test_issue_certificate_prints_exactly_what_must_stand_on_it(settings):
    learner = UserFactory(first_name="Şule", last_name="Kőszegi-Çelik")
    enrolment = completed(learner=learner)
    organisation = OrganisationFactory(name="Fachstelle Offene Wege (Demo)")
    trainer = MembershipFactory(role=Role.TRAINER, organisation=organisation).user
    enrolment.run.trainers.add(trainer)
    enrolment.run.save()

    certificate = services.issue_certificate(enrolment=enrolment, at=AT)

    assert certificate.facts == {
        "provider": {"name": "Fachstelle Offene Wege (Demo)", "address": "Beispielweg 1, 10000 Berlin"},
        "name": "Şule Kőszegi-Çelik",
        "title": "Zugang für alle: Grundlagen",
        "title_choice": "neutral",
        "title_language": "de",
        "points": POINTS,
        "points_language": "de",
        "dates": ["Mi., 9. Dezember 2026, 9:00–13:00 Uhr"],
        "places": ["Tagungsraum"],
        "format": "Präsenz",
        "scope": "5 UE (3 Std. 45 Min.); eine UE dauert 45 Minuten",
        "attended": "5 UE (3 Std. 45 Min.)",
        "is_self_study": False,
        "result": "full",
        "remark": "",
        "trainers": ["Trainer*in, Fachstelle Offene Wege (Demo)"],
        "issued": "Berlin, 9. Dezember 2026",
        "issued_by": "Akademiebüro, Fachstelle Offene Wege (Demo)",
        "no_examination": "Diese Bescheinigung weist keine Prüfung nach.",
        "funding_line": "Kofinanziert von der Europäischen Union",
        "land_funder": settings.LAND_FUNDER["de"],
        "number": "ZG-2026-000001",
        "code": certificate.code,
    }
    assert certificate.facts_hash == services.facts_hash(certificate.facts)


def test_issue_certificate_uses_the_name_that_the_person_wishes():
    enrolment = completed(learner=UserFactory(certificate_name="Wunschname"))

    assert services.issue_certificate(enrolment=enrolment, at=AT).facts["name"] == "Wunschname"


def test_issue_certificate_gives_the_same_one_when_it_is_asked_twice():
    enrolment = completed()

    first = services.issue_certificate(enrolment=enrolment, at=AT)
    second = services.issue_certificate(enrolment=enrolment, at=AT + timedelta(days=1))

    assert first == second
    assert Certificate.objects.count() == 1
    assert OutgoingMail.objects.filter(key__contains="certificate").count() == 1


def test_issue_certificate_refuses_when_the_place_is_not_completed():
    enrolment = completed(present=0)

    with pytest.raises(services.CertificateRefused, match="noch nicht abgeschlossen"):
        services.issue_certificate(enrolment=enrolment, at=AT)
    assert not CertificateYear.objects.exists()


def test_issue_certificate_refuses_when_the_completion_was_revoked():
    enrolment = completed()
    services.revoke_completion(completion=Completion.objects.get(), reason="Irrtum.", actor=None, at=AT)

    with pytest.raises(services.CertificateRefused, match="widerrufen"):
        services.issue_certificate(enrolment=enrolment, at=AT)


def test_issue_certificate_remarks_partial_attendance():
    enrolment = completed(sessions=2, present=1)

    facts = services.issue_certificate(enrolment=enrolment, at=AT).facts

    assert facts["remark"] == "Teilweise Teilnahme: 5 von 10 UE wurden besucht."
    assert facts["scope"].startswith("10 UE (7 Std. 30 Min.)")
    assert facts["attended"] == "5 UE (3 Std. 45 Min.)"
    assert len(facts["dates"]) == 1


def test_issue_certificate_prints_the_neutral_title_when_the_course_is_protected():
    enrolment = completed(approval_title="Fortbildung im Themenfeld Diversity", is_list_protected=True)

    certificate = services.issue_certificate(enrolment=enrolment, at=AT)

    assert certificate.facts["title"] == "Fortbildung im Themenfeld Diversity"
    mail = OutgoingMail.objects.get(key__contains="certificate")
    assert "Grundlagen" not in mail.subject + mail.text + mail.html


def test_issue_certificate_writes_english_when_the_person_prefers_it():
    enrolment = completed(learner=UserFactory(preferred_language="en"))
    make_course_page(enrolment.run.course, "en", title="Access for all")

    facts = services.issue_certificate(enrolment=enrolment, at=AT).facts

    assert (facts["title"], facts["title_language"]) == ("Access for all", "en")
    assert (facts["points"], facts["points_language"]) == (POINTS, "de")
    assert facts["no_examination"] == "This certificate is not proof of an examination."
    assert facts["funding_line"] == "Co-funded by the European Union"


def test_issue_certificate_says_online_when_the_course_is_online():
    enrolment = completed(format=CourseFormat.ONLINE)

    assert services.issue_certificate(enrolment=enrolment, at=AT).facts["places"] == ["online"]


def test_issue_certificate_prints_six_content_points_at_most():
    enrolment = completed(points=[f"Punkt {number}" for number in range(9)])

    assert len(services.issue_certificate(enrolment=enrolment, at=AT).facts["points"]) == 6


def test_issue_certificate_names_the_day_of_completion_when_it_was_self_study(now):
    run = make_run({}, place="online, jederzeit")
    enrolment = EnrolmentFactory(run=run)
    services.finish_step(enrolment=enrolment, step=Step.objects.get(version=run.version), at=now)

    facts = Certificate.objects.get().facts
    assert facts["dates"] == ["abgeschlossen am Mi., 18. November 2026"]
    assert (facts["places"], facts["trainers"]) == (["online"], [])
    assert facts["attended"] == "5 UE (3 Std. 45 Min.)"
    assert facts["scope"].startswith(facts["attended"])


# --- Numbers and codes -------------------------------------------------------------------------------------------
def test_numbers_have_no_gap_when_one_issue_is_rolled_back(monkeypatch):
    first, second = completed(), completed()
    with monkeypatch.context() as patch:
        patch.setattr("enrolment.services.certificates._new_code", lambda: None)
        with pytest.raises(Exception, match=r"code|NULL|null"):
            services.issue_certificate(enrolment=first, at=AT)

    numbers = [services.issue_certificate(enrolment=place, at=AT).number for place in (first, second)]

    assert numbers == ["ZG-2026-000001", "ZG-2026-000002"]


def test_numbers_begin_anew_with_the_year_in_berlin():
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    numbers = [services.issue_certificate(enrolment=completed(), at=at).number for at in (AT, new_year)]

    assert numbers == ["ZG-2026-000001", "ZG-2027-000001"]


def test_code_has_no_sign_that_is_misread():
    code = services.issue_certificate(enrolment=completed(), at=AT).code

    assert re.fullmatch(r"[2345679BCDFGJKMNPQRTVWXYZ]{12}", code)


# --- For a whole run ---------------------------------------------------------------------------------------------
def test_issue_certificates_serves_everybody_who_completed_and_nobody_twice():
    run = CourseRunFactory(sessions=1)
    make_course_page(run.course)
    there, gone = completed(run), completed(run, present=0)
    trainer = UserFactory()

    issued = services.issue_certificates(run=run, actor=trainer, at=AT)
    again = services.issue_certificates(run=run, actor=trainer, at=AT)

    assert [certificate.enrolment for certificate in issued] == [there]
    assert again == []
    assert not gone.certificates.exists()


# --- Corrections -------------------------------------------------------------------------------------------------
def test_reissue_certificate_supersedes_with_the_new_name_and_keeps_the_printed_words():
    enrolment = completed()
    old = services.issue_certificate(enrolment=enrolment, at=AT)
    enrolment.run.course.pages.update(title="Ganz anders")
    later = AT + timedelta(days=3)

    new = services.reissue_certificate(certificate=old, name="  Neuer   Name ", actor=enrolment.learner, at=later)

    old.refresh_from_db()
    assert (old.superseded_by, old.status) == (new, "superseded")
    expected = {**old.facts, "name": "Neuer Name", "issued": "Berlin, 12. Dezember 2026"}
    assert new.facts == {**expected, "number": new.number, "code": new.code}
    assert old.facts_hash == services.facts_hash(old.facts)
    enrolment.learner.refresh_from_db()
    assert enrolment.learner.certificate_name == "Neuer Name"


def test_reissue_certificate_can_print_the_own_title_when_the_person_wants_it():
    enrolment = completed(approval_title="Fortbildung im Themenfeld Diversity")
    old = services.issue_certificate(enrolment=enrolment, at=AT)

    new = services.reissue_certificate(certificate=old, title="own", actor=enrolment.learner, at=AT)

    assert new.facts["title"] == "Zugang für alle: Grundlagen"


def test_reissue_certificate_refuses_when_the_form_is_sent_twice():
    enrolment = completed()
    old = services.issue_certificate(enrolment=enrolment, at=AT)
    services.reissue_certificate(certificate=old, name="Neu", actor=enrolment.learner, at=AT)

    with pytest.raises(services.CertificateRefused, match="bereits durch eine neuere"):
        services.reissue_certificate(certificate=old, name="Neu", actor=enrolment.learner, at=AT)
    assert Certificate.objects.count() == 2


def test_reissue_certificate_refuses_when_nothing_would_change():
    enrolment = completed()
    old = services.issue_certificate(enrolment=enrolment, at=AT)

    with pytest.raises(services.CertificateRefused, match="nichts ändern"):
        services.reissue_certificate(certificate=old, name=old.facts["name"], actor=enrolment.learner, at=AT)


def test_certificate_cannot_be_changed_or_deleted():
    certificate = services.issue_certificate(enrolment=completed(), at=AT)
    certificate.facts["name"] = "Jemand"

    with pytest.raises(TypeError):
        certificate.save()
    with pytest.raises(TypeError):
        certificate.save(update_fields=["facts"])
    with pytest.raises(TypeError):
        certificate.delete()


@pytest.mark.parametrize(
    "change",
    [
        {"facts": {"name": "Jemand"}},
        {"facts_hash": "0" * 64},
        {"number": "ZG-2026-999999"},
        {"code": "BBBBBBBBBBBB"},
        {"language": "en"},
        {"issued_at": AT + timedelta(days=1)},
    ],
)
def test_database_itself_refuses_to_change_what_was_printed(change):
    certificate = services.issue_certificate(enrolment=completed(), at=AT)

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**change)
    assert Certificate.objects.get().facts == certificate.facts


def test_database_itself_refuses_to_replace_a_certificate_twice():
    first = services.issue_certificate(enrolment=completed(), at=AT)
    second = services.reissue_certificate(certificate=first, name="Neu", actor=first.holder, at=AT)
    third = services.reissue_certificate(certificate=second, name="Noch neuer", actor=first.holder, at=AT)

    for other in (None, third):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Certificate.objects.filter(pk=first.pk).update(superseded_by=other)
    assert Certificate.objects.get(pk=first.pk).superseded_by == second


# --- The PDF -----------------------------------------------------------------------------------------------------
@pytest.fixture
def certificate():
    learner = UserFactory(first_name="Şule", last_name="Kőszegi-Çelik", email="geheim@example.org")
    membership = MembershipFactory(user=learner, organisation=OrganisationFactory(name="Bezirksamt Spreehain"))
    enrolment = completed(learner=membership.user)
    teacher = MembershipFactory(role=Role.TRAINER, organisation=OrganisationFactory(name="Fachstelle")).user
    enrolment.run.trainers.add(teacher)
    enrolment.run.save()
    return services.issue_certificate(enrolment=enrolment, at=AT)


def test_render_pdf_is_tagged_and_says_which_language_and_title_it_has(certificate):
    with open_pdf(render_pdf(certificate)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert pdf.Root.StructTreeRoot.K is not None
        assert str(pdf.Root.Lang) == "de"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["pdfaid:part"] == "2"
            assert metadata["dc:title"] == "Teilnahmebescheinigung ZG-2026-000001"
        kinds, texts = _structure(pdf.Root.StructTreeRoot)
        assert {"/H1", "/H2", "/H3", "/L", "/Figure", "/Link"} <= kinds
        assert texts == {
            "Emblem der Europäischen Union",
            "QR-Code, der zur Prüfseite dieser Bescheinigung führt",
        }
        assert len(pdf.pages) == 1


def _structure(node) -> tuple[set[str], set[str]]:
    """The kinds of the structure tree and the alternative texts of its figures."""
    kinds, texts, todo = set(), set(), [node]
    while todo:
        item = todo.pop()
        if "/S" in item:
            kinds.add(str(item.S))
        if item.get("/S") == "/Figure":
            texts.add(str(item.Alt))
        children = item.get("/K", [])
        children = list(children) if type(children).__name__ == "Array" or hasattr(children, "append") else [children]
        todo += [child for child in children if hasattr(child, "keys") and ("/S" in child)]
    return kinds, texts


def test_render_pdf_is_read_aloud_from_the_provider_to_the_emblem(certificate):
    facts = certificate.facts
    labels = ["Termin", "Ort", "Format", "Umfang", "Besucht", "Durchführung"]
    values = [*facts["dates"], *facts["places"], facts["format"], facts["scope"], facts["attended"], *facts["trainers"]]
    points = [words for point in facts["points"] for words in ("•", point)]

    pieces = read_aloud(render_pdf(certificate))

    expected = [
        facts["provider"]["name"],
        facts["provider"]["address"],
        "Teilnahmebescheinigung",
        "Hiermit bescheinigen wir:",
        facts["name"],
        "hat an der folgenden Fortbildung teilgenommen:",
        facts["title"],
        "Inhalte",
        *points,
        *[words for pair in zip(labels, values, strict=True) for words in pair],
        facts["no_examination"],
        facts["issued"],
        facts["issued_by"],
        "Nummer",
        facts["number"],
        "Prüfcode",
        certificate.printed_code,
        "Maschinell erstellt und ohne Unterschrift gültig. Echtheit prüfen:",
        verify_url(certificate),
        "QR-Code, der zur Prüfseite dieser Bescheinigung führt",
        "Emblem der Europäischen Union",
        facts["funding_line"],
        f"Mitfinanziert durch: {facts['land_funder']}",
    ]
    assert " ".join(piece.alt or piece.words for piece in pieces) == " ".join(expected)  # a line may end anywhere
    assert {piece.language for piece in pieces} == {"de"}


def test_render_pdf_says_of_each_part_in_which_language_it_is():
    enrolment = completed(learner=UserFactory(preferred_language="en"))
    certificate = services.issue_certificate(enrolment=enrolment, at=AT)

    pieces = read_aloud(render_pdf(certificate))

    assert [piece.words for piece in pieces if piece.language == "de" and piece.words != "•"] == [
        "Zugang für alle: Grundlagen",
        *POINTS,
    ]
    assert [piece.alt for piece in pieces if piece.alt] == [
        "QR code that leads to the page where this certificate can be checked",
        "Emblem of the European Union",
    ]
    assert Piece("/H1", "Certificate of attendance", language="en") in pieces


def test_render_pdf_gives_the_same_file_each_time(certificate):
    assert render_pdf(certificate) == render_pdf(Certificate.objects.get())


def test_render_pdf_shows_every_fact_with_stars_and_foreign_letters(certificate):
    text = text_of(render_pdf(certificate))
    words = " ".join(text.split())

    for part in [
        "Teilnahmebescheinigung",
        "Şule Kőszegi-Çelik",
        "Zugang für alle: Grundlagen",
        *POINTS,
        "9. Dezember 2026, 9:00–13:00 Uhr",
        "Tagungsraum",
        "Präsenz",
        "5 UE (3 Std. 45 Min.)",
        "Trainer*in, Fachstelle",
        "Diese Bescheinigung weist keine Prüfung nach.",
        "Berlin, 9. Dezember 2026",
        "ZG-2026-000001",
        certificate.printed_code,
        f"/de/verify/{certificate.printed_code}/",
        "Kofinanziert von der Europäischen Union",
        "Senatsverwaltung für Beispielangelegenheiten (Demo)",
        "Beispielweg 1, 10000 Berlin",
    ]:
        assert part in words, part
    assert "\N{REPLACEMENT CHARACTER}" not in text


def test_render_pdf_says_nothing_that_is_forbidden(certificate):
    text = text_of(render_pdf(certificate)).lower()

    for part in ["geheim@example.org", "spreehain", "geboren", "note", "ergebnis", "punkte", "prozent", "bedarf"]:
        assert part not in text, part


def test_facts_of_a_certificate_are_a_closed_list_without_what_is_forbidden(certificate):
    """DOMAIN.md 4: no date of birth, employer, grade, evaluation or access need has a place to stand in."""
    assert set(certificate.facts) == {
        "attended",
        "code",
        "dates",
        "format",
        "funding_line",
        "is_self_study",
        "issued",
        "issued_by",
        "land_funder",
        "name",
        "no_examination",
        "number",
        "places",
        "points",
        "points_language",
        "provider",
        "remark",
        "result",
        "scope",
        "title",
        "title_choice",
        "title_language",
        "trainers",
    }


def test_render_pdf_is_english_when_the_certificate_is():
    enrolment = completed(learner=UserFactory(preferred_language="en", certificate_name="Ğ Ķ Ž Ł Ø ẞ"))
    certificate = services.issue_certificate(enrolment=enrolment, at=AT)

    pdf = render_pdf(certificate)

    words = " ".join(text_of(pdf).split())
    assert "Certificate of attendance" in words
    assert "This certificate is not proof of an examination." in words
    assert f"/en/verify/{certificate.printed_code}/" in words
    with open_pdf(pdf) as opened:
        assert str(opened.Root.Lang) == "en"


def test_render_pdf_fails_when_a_sign_has_no_glyph():
    enrolment = completed(learner=UserFactory(certificate_name="名前"))
    certificate = services.issue_certificate(enrolment=enrolment, at=AT)

    with pytest.raises(printing.PrintingFailed):
        render_pdf(certificate)


def test_render_pdf_fails_when_the_fonts_are_missing(certificate, monkeypatch):
    monkeypatch.setattr(printing, "FONTS", "vendor/nowhere")

    with pytest.raises(printing.PrintingFailed, match="missing"):
        render_pdf(certificate)


def test_render_pdf_takes_a_second_page_when_a_series_has_many_dates():
    enrolment = completed(sessions=20, present=20, points=[f"Punkt {n}: " + "Wort " * 20 for n in range(6)])
    certificate = services.issue_certificate(enrolment=enrolment, at=AT + timedelta(weeks=30))

    with open_pdf(render_pdf(certificate)) as pdf:
        assert len(pdf.pages) == 2
    assert len(certificate.facts["dates"]) == 20
    assert Completion.objects.get().ue_attended == Decimal(100)


# --- Own pages ---------------------------------------------------------------------------------------------------
def test_certificate_pdf_is_served_to_its_holder_alone(client, certificate):
    address = f"/de/my/certificates/{certificate.number}.pdf"
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404

    client.force_login(certificate.holder)
    response = client.get(address)

    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-store"
    assert response.content.startswith(b"%PDF-")


def test_certificate_pdf_keeps_the_fingerprint_of_each_file_once(client, certificate, monkeypatch):
    address = f"/de/my/certificates/{certificate.number}.pdf"
    client.force_login(certificate.holder)
    files = [client.get(address).content for _time in range(2)]
    monkeypatch.setattr("enrolment.certificate.printing.render_pdf", lambda certificate: b"%PDF-newer")
    files.append(client.get(address).content)

    assert [one.sha256 for one in certificate.prints.all()] == [hashlib.sha256(one).hexdigest() for one in files[1:]]
    assert files[0] == files[1]


def test_correct_certificate_replaces_it_and_the_old_address_is_gone(client, certificate):
    client.force_login(certificate.holder)
    address = f"/de/my/certificates/{certificate.number}/correct/"
    assert "Kőszegi" in client.get(address).content.decode()

    response = client.post(address, {"name": "Ş. Kőszegi", "language": "en"}, follow=True)

    new = Certificate.objects.current().get()
    assert (new.facts["name"], new.language) == ("Ş. Kőszegi", "en")
    assert new.number in response.content.decode()
    assert client.get(address).status_code == 404
    assert client.get(f"/de/my/certificates/{certificate.number}.pdf").status_code == 404


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_correct_certificate_asks_again_when_the_name_is_not_usable(client, certificate, name):
    client.force_login(certificate.holder)

    response = client.post(f"/de/my/certificates/{certificate.number}/correct/", {"name": name, "language": "de"})

    assert response.status_code == 200
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize("count", [1, 30])
def test_my_certificates_asks_the_same_for_one_and_for_thirty(client, django_assert_max_num_queries, count):
    learner = UserFactory()
    for _number in range(count):
        services.issue_certificate(enrolment=completed(learner=learner), at=AT)
    client.force_login(learner)
    client.get("/de/my/certificates/")

    with django_assert_max_num_queries(6):
        response = client.get("/de/my/certificates/")
    assert response.content.decode().count("(PDF)") == count


# --- The public check --------------------------------------------------------------------------------------------
def test_verify_code_shows_every_printed_fact_without_login(client, certificate):
    response = client.get(f"/de/verify/{certificate.printed_code}/")

    page = re.sub(r"<[^>]+>", "", response.content.decode())
    facts = certificate.facts
    printed = [facts["provider"]["name"], facts["provider"]["address"], *facts["points"], *facts["dates"]]
    printed += [*facts["places"], *facts["trainers"], certificate.printed_code]
    names = [
        "name",
        "title",
        "format",
        "scope",
        "attended",
        "issued",
        "issued_by",
        "no_examination",
        "funding_line",
        "land_funder",
        "number",
    ]
    for part in [*printed, *(facts[name] for name in names)]:
        assert part in page, part
    assert "Diese Bescheinigung ist gültig" in page
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "Cookie" not in response.get("Set-Cookie", "")


def test_verify_code_reads_the_code_however_it_is_typed(client, certificate):
    typed = f" {certificate.code[:5].lower()} {certificate.code[5:]}".replace(" ", "%20")

    assert client.get(f"/de/verify/{typed}/").status_code == 200
    assert client.get("/de/verify/", {"code": certificate.code.lower()}).url.endswith(f"{certificate.printed_code}/")


def test_verify_code_says_replaced_when_a_newer_certificate_exists(client, certificate):
    services.reissue_certificate(certificate=certificate, name="Neu", actor=certificate.holder, at=AT)

    page = client.get(f"/de/verify/{certificate.code}/").content.decode()

    assert "durch eine neuere ersetzt" in page
    assert "am 9. Dezember 2026 ist die Bescheinigung ZG-2026-000002 an ihre Stelle getreten" in page
    assert Certificate.objects.current().get().code not in page


def test_verify_code_says_revoked_when_the_completion_was(client, certificate):
    services.revoke_completion(completion=Completion.objects.get(), reason="Irrtum.", actor=None, at=AT)

    page = client.get(f"/de/verify/{certificate.code}/").content.decode()

    assert "widerrufen" in page
    assert "seit 9. Dezember 2026 gilt sie nicht mehr" in page
    assert "Irrtum" not in page


def test_verify_code_shows_the_fingerprints_of_the_files_that_were_fetched(client, certificate):
    address = f"/de/verify/{certificate.code}/"
    assert "hat noch niemand abgerufen" in client.get(address).content.decode()
    pdf = render_pdf(certificate)
    services.note_print(certificate=certificate, pdf=pdf, at=AT)

    page = client.get(address).content.decode()

    digest = hashlib.sha256(pdf).hexdigest()
    assert f'data-file-check="{digest}"' in page
    assert f"<code>{digest}</code>" in page
    assert "<form" not in page.partition('id="compare"')[2]  # nothing is sent


@pytest.mark.parametrize("code", ["BCDF-2345-GJKM", "x", "%3Cscript%3E", "0" * 500, "ü"])
def test_verify_code_gives_the_same_answer_for_every_unknown_code(client, code):
    response = client.get(f"/de/verify/{code}/")
    reference = client.get("/de/verify/ZZZZ-ZZZZ-ZZZZ/")

    assert response.status_code == reference.status_code == 404
    strip = re.compile(r'<(?:a|link)\b[^>]*>|value="[^"]*"')
    assert strip.sub("", response.content.decode()) == strip.sub("", reference.content.decode())


@override_settings(VERIFY_CHECKS_PER_MINUTE=3)
def test_verify_code_stops_answering_when_one_caller_asks_too_often(client, certificate):
    for _number in range(3):
        client.get("/de/verify/ZZZZ/")

    assert client.get(f"/de/verify/{certificate.code}/").status_code == 429
    assert client.get(f"/de/verify/{certificate.code}/", REMOTE_ADDR="10.1.2.3").status_code == 200


def test_verify_form_asks_for_a_code_when_none_is_given(client):
    assert client.get("/de/verify/").status_code == 200
    assert client.get("/de/verify/", {"code": " - "}).status_code == 200


# --- The audit ---------------------------------------------------------------------------------------------------
def take_guard_away() -> None:
    """As somebody could who holds the keys of the database itself: the audit still finds it."""
    table = " ON enrolment_certificate" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER certificate_stays{table}")


def broken() -> list[str]:
    return [*audit_checks._completions(), *audit_checks._certificates()]


def test_audit_finds_nothing_after_issuing_and_correcting():
    enrolment = completed()
    old = services.issue_certificate(enrolment=enrolment, at=AT)
    services.reissue_certificate(certificate=old, name="Neu", actor=enrolment.learner, at=AT)

    assert broken() == []


def test_audit_names_a_certificate_whose_facts_were_changed():
    certificate = services.issue_certificate(enrolment=completed(), at=AT)
    take_guard_away()
    Certificate.objects.update(facts={**certificate.facts, "name": "Jemand anders"})

    assert broken() == [f"certificate {certificate.number}: its facts are not those it was issued with"]


def test_audit_names_a_completion_that_nothing_stands_behind():
    enrolment = completed()
    Attendance.objects.all().delete()
    self_study = EnrolmentFactory(run=make_run({}))
    Completion.objects.create(enrolment=self_study, result="full", ue_attended=5, granted_at=AT)

    first, second = Completion.objects.order_by("pk")
    assert first.enrolment == enrolment
    assert broken() == [
        f"completion {first.pk}: counts 5.0 UE, but 0 were attended",
        f"completion {second.pk}: without dates, and no step is done",
    ]


def test_audit_names_a_gap_in_the_numbers():
    for _number in range(3):
        services.issue_certificate(enrolment=completed(), at=AT)
    CertificateYear.objects.update(last_number=4)
    take_guard_away()
    Certificate.objects.filter(number="ZG-2026-000002").update(number="ZG-2026-000007")
    Certificate.objects.filter(number="ZG-2026-000007").update(facts={"number": "ZG-2026-000007"}, facts_hash="x")

    assert broken()[-3:] == [
        "certificate ZG-2026-000002: its number was given, but it does not exist",
        "certificate ZG-2026-000004: its number was given, but it does not exist",
        "certificate ZG-2026-000007: its number was never given",
    ]


def test_audit_names_a_chain_that_is_broken():
    first, other = (services.issue_certificate(enrolment=completed(), at=AT) for _number in range(2))
    second = services.reissue_certificate(certificate=first, name="Neu", actor=first.holder, at=AT)
    take_guard_away()
    Certificate.objects.filter(pk=second.pk).update(superseded_by=first)
    Certificate.objects.filter(pk=first.pk).update(superseded_by=other)

    assert broken() == [
        f"certificate {first.number}: replaced by one that is not a later one of the same place",
        f"certificate {second.number}: replaced by one that is not a later one of the same place",
        f"place {first.enrolment_id}: 0 certificates count at once",
    ]
