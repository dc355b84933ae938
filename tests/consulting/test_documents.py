"""Documents of processes: what may be done with them, who opens which, and what a bad upload says."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from academy.common.confidentiality import Level
from academy.common.uploads import UploadRefused
from academy.enums import Role
from consulting import selectors, services
from consulting.audit_checks import broken_documents
from consulting.enums import DocumentKind, DocumentMoveKind, DocumentState, ProcessRole, ProcessState, ReleaseState
from consulting.models import DocumentVersion, ProcessDocument
from tests.factories.academy import MembershipFactory, UserFactory
from tests.factories.consulting import ProcessFactory, ProcessMemberFactory, holder

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def process():
    return ProcessFactory(focus="implement", ready=True)


def paper(words="Was wir vereinbart haben", name="vereinbarung.txt", **facts):
    return services.Paper(file=BytesIO(words.encode()), file_name=name, **{"is_accessible": True, **facts})


def added(process, kind=DocumentKind.PLAN, level=Level.GROUP, **facts):
    return services.add_document(
        process=process,
        kind=kind,
        title=facts.pop("title", "Kanalufer"),
        language="de",
        level=level,
        paper=facts.pop("paper", None) or paper(**facts),
        actor=holder(process, ProcessRole.FACILITATOR),
        at=NOW,
    )


def in_force(process, kind=DocumentKind.PLAN, level=Level.GROUP, **facts):
    """A document in force at that level, without having gone the way to it."""
    document = added(process, kind, **facts)
    document.versions.update(state=DocumentState.VALID, in_force_on=TODAY)
    ProcessDocument.objects.filter(pk=document.pk).update(level=level)
    document.refresh_from_db()
    return document


def url(name, *args):
    return reverse(f"consulting:{name}", args=args)


# --- Services ----------------------------------------------------------------------------------------------------
def test_add_document_keeps_the_file_as_a_draft_under_a_name_that_names_nobody(process):
    document = added(process, words="Drei Wege", name="Plan  Meier.txt")

    version = document.versions.get()
    assert (version.number, version.state, version.file_name) == (1, DocumentState.DRAFT, "Plan Meier.txt")
    assert version.file.name.startswith(f"process_documents/{NOW:%Y}/")
    assert "Meier" not in version.file.name
    assert version.file.read() == b"Drei Wege"
    assert version.file_size == 9
    assert document.moves.get().move == DocumentMoveKind.ADD


@pytest.mark.parametrize(
    ("given", "refusal", "words"),
    [
        ({"name": "programm.exe"}, UploadRefused, "csv, docx, odt, pdf, pptx, txt, xlsx"),
        ({"name": "plan.pdf"}, UploadRefused, "plan.pdf"),
        ({"is_accessible": False, "access_note": " "}, services.DocumentRefused, "nicht barrierefrei"),
    ],
)
def test_add_document_refuses_files_that_are_not_taken(process, given, refusal, words):
    with pytest.raises(refusal, match=words):
        added(process, **given)

    assert not ProcessDocument.objects.exists()


def test_add_document_refuses_a_file_that_is_too_large(process, settings):
    settings.UPLOAD_LIMIT = 10

    with pytest.raises(UploadRefused, match="zu groß"):
        added(process, words="elf Zeichen")


def test_add_document_refuses_a_level_beyond_the_group_and_everybody_but_facilitation(process):
    with pytest.raises(services.DocumentRefused, match="Prozessgruppe"):
        added(process, level=Level.UNIT)
    for role in (ProcessRole.SPONSOR, ProcessRole.GROUP):
        with pytest.raises(services.DocumentRefused, match="Nur die Prozessbegleitung"):
            services.add_document(
                process=process,
                kind=DocumentKind.PLAN,
                title="Plan",
                language="de",
                level=Level.GROUP,
                paper=paper(),
                actor=holder(process, role),
                at=NOW,
            )


def test_documents_of_a_process_that_is_over_stay_as_they_are(process):
    document = in_force(process)
    process.state = ProcessState.CLOSED
    process.save()
    facilitator = holder(process, ProcessRole.FACILITATOR)

    with pytest.raises(services.ProcessRefused):
        services.add_version(document=document, paper=paper(), actor=facilitator, at=NOW)
    with pytest.raises(services.ProcessRefused):
        services.set_document_level(document=document, level=Level.FACILITATION, actor=facilitator, at=NOW)
    assert selectors.versions_visible_to(facilitator, on=TODAY).count() == 1


def test_a_new_version_replaces_the_one_in_force_when_it_is_approved_and_the_old_one_stays_readable(process):
    facilitator, sponsor = holder(process, ProcessRole.FACILITATOR), holder(process, ProcessRole.SPONSOR)
    document = added(process)
    first = services.approve_version(version=document.versions.get(), actor=sponsor, at=NOW)
    draft = services.add_version(document=document, paper=paper("Zweite Fassung"), actor=facilitator, at=NOW)
    newer = services.add_version(document=document, paper=paper("Dritte Fassung"), actor=facilitator, at=NOW)
    first.refresh_from_db()
    assert first.state == DocumentState.VALID

    services.approve_version(version=newer, actor=sponsor, at=NOW)

    states = list(document.versions.order_by("number").values_list("state", flat=True))
    assert states == [DocumentState.SUPERSEDED, DocumentState.SUPERSEDED, DocumentState.VALID]
    assert document.versions.get(number=1).file.read() == b"Was wir vereinbart haben"
    steering = ProcessMemberFactory(process=process, role=ProcessRole.STEERING).person
    MembershipFactory(user=steering, organisation=process.unit.organisation, role=Role.UNIT_STAFF)
    seen = selectors.versions_visible_to(steering, on=TODAY).order_by("number")
    assert list(seen.values_list("number", flat=True)) == [1, 3]  # the draft that never was in force stays inside
    assert draft.number == 2


@pytest.mark.parametrize(
    ("kind", "approver"),
    [
        (DocumentKind.AGREEMENT, ProcessRole.SPONSOR),
        (DocumentKind.PLAN, ProcessRole.SPONSOR),
        (DocumentKind.MINUTES, ProcessRole.GROUP),
        (DocumentKind.REPORT, ProcessRole.FACILITATOR),
        (DocumentKind.MATERIAL, ProcessRole.FACILITATOR),
    ],
)
def test_approve_version_is_for_the_function_that_the_matrix_names(process, kind, approver):
    version = added(process, kind).versions.get()
    for role in {ProcessRole.SPONSOR, ProcessRole.GROUP, ProcessRole.FACILITATOR} - {approver}:
        with pytest.raises(services.DocumentRefused, match="entscheide"):
            services.approve_version(version=version, actor=holder(process, role), at=NOW)

    services.approve_version(version=version, actor=holder(process, approver), at=NOW)

    version.refresh_from_db()
    assert (version.state, version.in_force_on) == (DocumentState.VALID, TODAY)
    with pytest.raises(services.DocumentRefused, match="kein Entwurf mehr"):
        services.approve_version(version=version, actor=holder(process, approver), at=NOW)


def test_approve_version_refuses_one_whose_validity_is_over(process):
    version = added(process, DocumentKind.REPORT, valid_until=TODAY - timedelta(days=1)).versions.get()

    with pytest.raises(services.DocumentRefused, match="abgelaufen"):
        services.approve_version(version=version, actor=holder(process, ProcessRole.FACILITATOR), at=NOW)


def test_set_document_level_goes_as_far_as_kind_and_function_allow(process):
    facilitator, sponsor = holder(process, ProcessRole.FACILITATOR), holder(process, ProcessRole.SPONSOR)
    report, plan = in_force(process, DocumentKind.REPORT), in_force(process, DocumentKind.PLAN)
    draft = added(process, DocumentKind.REPORT)

    def set_level(document, level, actor):
        services.set_document_level(document=document, level=level, actor=actor, at=NOW)

    with pytest.raises(services.DocumentRefused, match="Auftraggeber"):
        set_level(report, Level.UNIT, facilitator)
    with pytest.raises(services.DocumentRefused, match="dieser Art"):
        set_level(plan, Level.UNIT, sponsor)
    with pytest.raises(services.DocumentRefused, match="in Kraft"):
        set_level(draft, Level.UNIT, sponsor)
    set_level(report, Level.NETWORK, sponsor)

    move = report.moves.order_by("-pk").first()
    assert (move.move, move.from_level, move.to_level, move.actor) == (
        DocumentMoveKind.RELEASE,
        Level.GROUP,
        Level.NETWORK,
        sponsor.pseudonym,
    )
    set_level(report, Level.GROUP, sponsor)
    assert report.moves.order_by("-pk").first().move == DocumentMoveKind.WITHDRAW


def test_audit_names_a_file_that_is_gone_and_a_document_that_went_too_far(process):
    gone, far = in_force(process, DocumentKind.REPORT), in_force(process, DocumentKind.PLAN, level=Level.UNIT)
    assert len(list(broken_documents())) == 1
    version = gone.versions.get()
    version.file.storage.delete(version.file.name)

    assert list(broken_documents()) == [
        f"version {version.pk} of document {gone.pk}: its file is missing",
        f"document {far.pk}: its kind is not for people of level 2",
    ]


# --- Who opens what ------------------------------------------------------------------------------------------------
def person_of(name, process):
    unit = process.unit

    def staff(role):
        return MembershipFactory(role=role, organisation=unit.organisation, unit=unit).user

    def steering():
        person = staff(Role.APPROVER)
        return ProcessMemberFactory(process=process, role=ProcessRole.STEERING, person=person).person

    return {
        "facilitator": lambda: holder(process, ProcessRole.FACILITATOR),
        "other facilitator": lambda: MembershipFactory(role=Role.FACILITATOR).user,
        "sponsor": lambda: holder(process, ProcessRole.SPONSOR),
        "group": lambda: holder(process, ProcessRole.GROUP),
        "steering": steering,
        "staff": lambda: staff(Role.UNIT_STAFF),
        "partner": lambda: ProcessMemberFactory(process=process, role=ProcessRole.MSO_PARTNER).person,
        "lead": lambda: MembershipFactory(role=Role.PROGRAMME_LEAD).user,
        "moderation": lambda: MembershipFactory(role=Role.DIALOGUE_MODERATION).user,
        "admin": lambda: MembershipFactory(role=Role.TECHNICAL_ADMIN).user,
        "supervisor": lambda: staff(Role.APPROVER),
        "trainer": lambda: MembershipFactory(role=Role.TRAINER).user,
        "office": lambda: MembershipFactory(role=Role.ACADEMY_OFFICE).user,
        "editor": lambda: MembershipFactory(role=Role.EDITOR).user,
        "funder": lambda: MembershipFactory(role=Role.FUNDER_REPORTING).user,
        "nobody": UserFactory,
    }[name]()


PEOPLE = """facilitator|other facilitator|sponsor|group|steering|staff|partner|lead|moderation|admin|supervisor|trainer
office|editor|funder|nobody""".replace("\n", "|").split("|")
K, GROUP = DocumentKind, {"facilitator", "sponsor", "group", "steering"}
UNIT = GROUP | {"staff", "lead", "partner"}
# kind and level of a document in force: who opens the file, and who learns of it by title only
OPENS = {
    (K.AGREEMENT, Level.FACILITATION): ({"facilitator"}, set()),
    (K.AGREEMENT, Level.GROUP): (GROUP | {"lead"}, {"funder"}),
    (K.PLAN, Level.GROUP): (GROUP | {"lead"}, {"funder"}),
    (K.MINUTES, Level.GROUP): (GROUP, {"lead"}),
    (K.MINUTES, Level.UNIT): (GROUP | {"staff"}, {"lead"}),
    (K.REPORT, Level.GROUP): (GROUP | {"lead"}, set()),
    (K.REPORT, Level.UNIT): (UNIT, set()),
    (K.MATERIAL, Level.NETWORK): (UNIT | {"moderation", "editor"}, set()),
    (K.MATERIAL, Level.FACILITATION): ({"facilitator"}, set()),
}


@pytest.mark.parametrize("name", PEOPLE)
def test_documents_are_opened_listed_and_downloaded_as_the_matrix_says(name, process, client):
    process.release_state, process.released_on = ReleaseState.RELEASED, TODAY
    process.save()
    documents = {
        (kind, level): in_force(process, kind, level, title=f"Kanalufer {number}.")
        for number, (kind, level) in enumerate(OPENS)
    }
    client.force_login(person_of(name, process))
    listed = client.get(url("document_list", process.pk))
    assert listed.status_code in (200, 404)
    assert listed.status_code == 200 or name in {
        "other facilitator",
        "supervisor",
        "trainer",
        "office",
        "editor",
        "nobody",
    }

    for (kind, level), document in documents.items():
        opens, by_title = OPENS[kind, level]
        file = document.versions.get().file_url
        page = client.get(url("document_detail", document.pk))
        assert page.status_code == (200 if name in opens | by_title else 404), (kind, level)
        assert client.get(file).status_code == (200 if name in opens else 404), (kind, level)
        if listed.status_code == 200:
            assert (document.title in listed.text) == (name in opens | by_title), (kind, level)
            assert (file in listed.text) == (name in opens), (kind, level)
        further = "sponsor" if len(services.levels_for(document)) > 2 and level <= Level.GROUP else ""
        sets = {further, "facilitator" if level >= Level.GROUP else ""}
        for form, may in (("add_version", {"facilitator"}), ("set_document_level", sets)):
            status = client.get(url(form, document.pk)).status_code
            expected = 404 if name not in opens | by_title else 200 if name in may else 403
            assert status == expected, (form, kind, level)


@pytest.mark.parametrize("name", PEOPLE)
def test_draft_is_opened_by_those_who_work_on_it(name, process, client):
    document = added(process)
    client.force_login(person_of(name, process))
    works = name in {"facilitator", "sponsor", "group"}

    assert client.get(url("document_detail", document.pk)).status_code == (200 if works else 404)
    assert client.get(url("document_file", document.versions.get().pk)).status_code == (200 if works else 404)
    approved = client.post(url("approve_version", document.versions.get().pk))
    assert approved.status_code == (302 if works else 404)
    assert document.versions.get().state == (DocumentState.VALID if name == "sponsor" else DocumentState.DRAFT)


def test_visitors_are_asked_to_sign_in(process, client):
    document = in_force(process)

    for address in (
        url("document_list", process.pk),
        url("document_detail", document.pk),
        url("document_file", document.versions.get().pk),
    ):
        assert "login" in client.get(address)["Location"]


def test_document_file_is_saved_and_never_opened_in_the_sites_own_rights(process, client):
    version = in_force(process, words="<script>", name="Plan für alle.txt").versions.get()
    client.force_login(holder(process, ProcessRole.FACILITATOR))

    answer = client.get(version.file_url)

    assert b"".join(answer.streaming_content) == b"<script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    version.file.storage.delete(version.file.name)
    assert client.get(version.file_url).status_code == 404


# --- Pages ---------------------------------------------------------------------------------------------------------
GIVEN = {"kind": "plan", "title": "Plan für das Kanalufer", "language": "de", "level": "3", "is_accessible": "yes"}


def test_add_document_says_why_a_file_is_not_taken_and_keeps_the_rest(process, client, settings):
    settings.UPLOAD_LIMIT = 20
    client.force_login(holder(process, ProcessRole.FACILITATOR))
    address = url("add_document", process.pk)

    for name, content, words in (
        ("programm.exe", b"MZ", "csv, docx, odt, pdf, pptx, txt, xlsx"),
        ("plan.pdf", b"kein PDF", "beschädigt"),
        ("plan.txt", b"mehr als zwanzig Zeichen", "zu groß"),
    ):
        page = client.post(address, GIVEN | {"file": SimpleUploadedFile(name, content)})
        assert page.status_code == 200
        assert words in page.text
        assert "Plan für das Kanalufer" in page.text
    assert not ProcessDocument.objects.exists()

    done = client.post(address, GIVEN | {"file": SimpleUploadedFile("plan.txt", b"Drei Wege")})
    assert done["Location"] == url("document_list", process.pk)
    assert DocumentVersion.objects.get().file_name == "plan.txt"


def test_add_document_asks_why_a_file_is_not_accessible_and_warns_of_names(process, client):
    client.force_login(holder(process, ProcessRole.FACILITATOR))
    address = url("add_document", process.pk)

    def sent(**more):
        return client.post(address, GIVEN | {"file": SimpleUploadedFile("plan.txt", b"Drei Wege")} | more)

    assert "warum die Datei nicht barrierefrei ist" in sent(is_accessible="no").text
    assert "niemand erkennen lässt" in sent(title="Plan von Frau Meier").text
    assert sent(title="Plan von Frau Meier", is_impersonal="on").status_code == 302
    assert sent(is_accessible="no", access_note="Scan mit Unterschriften").status_code == 302
    assert ProcessDocument.objects.count() == 2


def test_document_list_takes_the_same_queries_for_one_and_for_many(process, client):
    client.force_login(holder(process, ProcessRole.SPONSOR))
    taken = []
    for number in range(1, 4):
        document = in_force(process, DocumentKind.REPORT, title=f"Bericht {number}")
        services.add_version(document=document, paper=paper(), actor=holder(process, ProcessRole.FACILITATOR), at=NOW)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url("document_list", process.pk))
        taken.append(len(queries))
        assert page.text.count("ein neuer Entwurf wartet") == number

    assert taken[1] == taken[2] <= 15


def test_document_list_shows_one_kind_and_what_is_no_longer_valid(process, client):
    in_force(process, DocumentKind.REPORT, title="Bericht", valid_until=TODAY - timedelta(days=1))
    in_force(process, DocumentKind.PLAN, title="Kanalufer")
    client.force_login(holder(process, ProcessRole.FACILITATOR))

    page = client.get(url("document_list", process.pk) + "?kind=report")

    assert "nicht mehr gültig" in page.text
    assert "Kanalufer" not in page.text
    assert "Kanalufer" in client.get(url("document_list", process.pk) + "?kind=unsinn").text
