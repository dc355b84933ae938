"""S1 over every address of the site: whoever is not the learner finds no trace of somebody's learning, on no page and
in no file. Unmistakable marks are planted; an address whose arguments the table does not know fails the test.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from io import BytesIO
from urllib.parse import quote, unquote
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone, translation

from academy.enums import Role
from academy.models import OutgoingMail
from courses.enums import StepKind
from courses.h5p.models import Attempt, State
from courses.models import Session
from enrolment import services
from enrolment.enums import AttendanceState, SubmissionState
from enrolment.models import Attendance, Completion, Enrolment, Progress, Submission
from tests.factories.academy import MembershipFactory, OrganisationFactory, UnitFactory, UserFactory
from tests.factories.bookings import book, make_contact, name
from tests.factories.consulting import ProcessFactory
from tests.factories.courses import CourseRunFactory
from tests.factories.enrolment import DURING_ENROLMENT
from tests.factories.learning import make_run
from tests.journeys.pages import routes

from .pdf_text import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

LONG_AGO = datetime(1997, 3, 3, 9, tzinfo=UTC)
ANSWER, FEEDBACK, SAVED = "MARKE-ANTWORT-8117", "MARKE-RUECKMELDUNG-8118", "MARKE-SPIELSTAND-8119"
READINGS = 11
STEPS = [{"title": f"Lesen {number}"} for number in range(1, READINGS + 1)]
STEPS += [{"kind": StepKind.TASK, "title": "Aufgabe"}, {"kind": StepKind.H5P, "title": "Übung", "min_score": 95}]


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: DURING_ENROLMENT)


class World:
    """A learner with two places: one that the employer has booked, one that a supervisor has agreed to."""

    def __init__(self):
        self.unit = UnitFactory(organisation=OrganisationFactory(name="Bezirksamt Spreehain"))
        self.employer = self.unit.organisation
        self.learner = self.somebody(Role.UNIT_STAFF)
        self.boss = self.somebody(Role.APPROVER)
        self.contact = make_contact(self.employer)
        run = make_run(*STEPS, approval="approve", seats=5)
        starts_at = DURING_ENROLMENT - timedelta(days=1)
        self.booked = CourseRunFactory(course=run.course, version=run.version, sessions=0, seats=5, approval="none")
        asked = services.enrol(learner=self.learner, run=run, at=DURING_ENROLMENT, approver_email=self.boss.email)
        self.approval = asked.approvals.get()
        services.decide_approval(approval=self.approval, agrees=True, at=DURING_ENROLMENT)
        self.booking = book(self.booked, contact=self.contact)
        name(self.booking, self.learner.email)
        self.named = self.booking.people.get()
        self.link = services.renew_link(booking=self.booking, at=DURING_ENROLMENT)
        for one in (run, self.booked):
            Session.objects.create(run=one, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=240), ue="9.7")
        self.places = list(Enrolment.objects.confirmed().filter(learner=self.learner).order_by("pk"))
        self.certificates = [self.plant(place) for place in self.places]
        self.run, self.place = run, self.places[0]
        self.feed = services.renew_feed(person=self.learner, at=DURING_ENROLMENT)
        self.process = ProcessFactory(unit=self.unit)

    def somebody(self, role: Role):
        return MembershipFactory(role=role, organisation=self.employer, unit=self.unit).user

    def plant(self, place: Enrolment):
        """Eleven of thirteen steps done long ago, an answer, a score, a part of the date, a certificate."""
        done = partial(Progress, enrolment=place, started_at=LONG_AGO)
        *readings, task, exercise = place.run.version.steps.all()
        Progress.objects.bulk_create(done(step_key=one.key, state="done", done_at=LONG_AGO) for one in readings)
        done(step_key=task.key, state="started").save()
        done(step_key=exercise.key, state="started", best_score=37123, max_score=41456).save()
        Submission.objects.create(
            enrolment=place,
            step_key=task.key,
            number=1,
            state=SubmissionState.REVISE,
            text=ANSWER,
            feedback=FEEDBACK,
            saved_at=LONG_AGO,
            submitted_at=LONG_AGO,
            answered_at=LONG_AGO,
        )
        context = services.player_context(enrolment=place, step=exercise)
        content, key = exercise.page.specific.content, str(self.learner.pseudonym)
        State.objects.create(
            content=content,
            user_key=key,
            context=context,
            data_type="state",
            data=SAVED,
            is_preloaded=True,
            updated_at=LONG_AGO,
        )
        Attempt.objects.create(
            content=content,
            user_key=key,
            context=context,
            number=1,
            score=37123,
            max_score=41456,
            started_at=LONG_AGO,
            finished_at=LONG_AGO,
        )
        for session in place.run.sessions.all():
            minutes = 173 if session.ends_at < DURING_ENROLMENT else None
            state = AttendanceState.PARTLY if minutes else AttendanceState.ABSENT
            Attendance.objects.create(
                enrolment=place, session=session, state=state, minutes=minutes, ticked_at=LONG_AGO
            )
        Completion.objects.create(enrolment=place, result="partly", ue_attended="6.9", granted_at=LONG_AGO)
        return services.issue_certificate(enrolment=place, at=DURING_ENROLMENT)

    def marks(self) -> dict[str, str]:
        """What stands for each part of the progress: a pattern that nothing else on the site matches."""
        certificates = "|".join(f"{one.number}|{one.code}|{one.printed_code}" for one in self.certificates)
        places = "|".join(str(place.pk) for place in self.places)
        return {
            "answer": ANSWER,
            "feedback": FEEDBACK,
            "state of an exercise": SAVED,
            "score": r"37123|41456|\b89 %",
            "steps done": r"\b11 (von|of|/) 13\b|;11;13;",
            "moment of a step": r"März 1997|March 1997|03\.1997|1997-03",
            "lessons attended": r"\b6[.,]9 (von|of) \d+[.,]7\b|;6,9;",
            "minutes attended": r"\b173\b",
            "certificate": certificates,
            "way to the steps": rf"/learn/({places})/",
        }


# --- The addresses -------------------------------------------------------------------------------------------------
NONE = "424242"  # a key of a record that there is not: it belongs to nobody


def arguments(world: World) -> dict:
    """What stands for each argument of an address: by its name, or by the name of the address and of the argument."""
    page, session = world.run.version.steps.first().page, world.run.sessions.first()
    mail = OutgoingMail.objects.filter(person=world.learner).first()
    membership = world.learner.memberships.first()
    own = {
        "enrolment_id": world.place.pk, "run_id": world.booked.pk, "course_id": world.run.course_id,
        "session_id": world.booked.sessions.first().pk, "position": 12, "approval_id": world.approval.pk,
        "booking_id": world.booking.pk, "person_id": world.named.pk, "number": world.certificates[0].number,
        "submission_id": Submission.objects.first().pk, "mail_id": mail.pk, "process_id": world.process.pk,
        "calendar:session_file session_id": session.pk, "enrolment:enrol run_id": world.run.pk,
        "enrolment:approve token": services.approval_token(world.approval),
        "enrolment:take_place token": world.link, "calendar:person_feed token": world.feed,
        "content_id": State.objects.first().content_id, "uuid": State.objects.first().content.uuid,
        "code": "AAAA-BBBB-CCCC", "slug": "formulare", "reference": "AB12", "move": "pause",
        "library_pk": State.objects.first().content.library_id,
        "page_id": page.pk, "page_pk": page.pk, "parent_page_id": page.get_parent().pk,
        "page_to_move_id": page.pk, "destination_id": page.get_parent().pk,
        "revision_id": NONE, "revision_id_a": "earliest", "revision_id_b": "latest",
        "pk": NONE, "courserun pk": world.booked.pk, "course pk": world.run.course_id,
        "organisation pk": world.employer.pk, "unit pk": world.unit.pk, "membership pk": membership.pk,
        "outgoingmail pk": mail.pk, "wagtailusers_users pk": world.learner.pk,
        "exercises pk": State.objects.first().content_id, "wagtailadmin_api pk": page.pk,
        "action_name": "publish", "app_label": "enrolment", "app_name": "enrolment", "model_name": "enrolment",
        "content_type_app_name": "courses", "content_type_model_name": "readingsteppage",
        "kind": "link", "action": "delete", "mode": "side", "object_id": NONE, "filter_spec": "original",
        "data_type": "state", "sub_content_id": "0", "folder": "Test.Quiz-1.0", "release": "1-0a0b0c0d",
        "field_slug": "leitung", "core": 16 * "0", "editor": 16 * "0",
        "path": "datei.json", "token": "nonsense", "key": "nonsense", "uidb36": "1", "uidb64": "MQ",
    }  # fmt: skip
    others = """assessment_id barrier_id check_id collection_id doc_id document_id entry_id evidence_id image_id
        interest_id
        list_id measure_id meeting_id member_id milestone_id overridable_segment_id page_view_restriction_id
        phase_id redirect_id report_id request_id restriction_id series_id string_segment_id task_id
        task_state_id translation_id translation_source_id uploaded_file_id version_id waiver_id
        workflow_pk workflow_state_id"""
    return {**dict.fromkeys(others.split(), NONE), **own}


GROUP = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


def addresses(world: World) -> Iterator[tuple[str, str]]:
    """The name and one address of everything that is served. An argument that nobody has named is a KeyError."""
    known = arguments(world)
    with translation.override("de"):
        for url_name, route, _view in routes(get_resolver()):
            space = url_name.split(":")[0]

            def value(match, url_name=url_name, space=space) -> str:
                argument = match[1] or match[2]
                for key in (f"{url_name} {argument}", f"{space} {argument}"):
                    if key in known:
                        return str(known[key])
                return str(known[argument])

            if url_name == "wagtail_serve":
                for page in (world.run.course.pages.get(), *(step.page for step in world.run.version.steps.all())):
                    yield url_name, f"/de/{page.url_path.strip('/')}/"
                continue
            if url_name == "wagtaildocs_serve" or route.endswith("^.*/$"):
                continue  # files as they were uploaded; what no address fits
            path = GROUP.sub(value, route)
            yield url_name, "/" + re.sub(r"[\^$]|\\Z", "", path).replace(r"\.", ".")


def content(response) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if response.get("Content-Type", "").startswith("application/pdf"):
        return text_of(body)
    if body.startswith(b"PK"):  # a spreadsheet or a paper: compressed bytes would hold any short mark by chance
        with ZipFile(BytesIO(body)) as archive:
            written = [
                name for name in archive.namelist() if re.match(r"xl/(worksheets|sharedStrings)|content|word/", name)
            ]
            body = b"\n".join(archive.read(name) for name in written)
    return unescape(body.decode("utf-8", errors="replace"))


def found(world: World, client: Client, path: str, method: str = "get") -> set[str]:
    """The marks in what comes back; what stands in the address itself was known before."""
    response = getattr(client, method)(path)
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    shown = f"{content(response)}\n{headers}"
    bare = path.removeprefix("/de")  # the page that says «not found» offers the same address in other languages
    for echo in (bare, quote(bare, safe=""), quote(bare), unquote(bare)):
        shown = shown.replace(echo, "")
    plain = re.sub(r"[\s\xa0]+", " ", re.sub(r"<(?!a |form |link )[^>]*>", " ", shown))
    return {mark for mark, pattern in world.marks().items() if re.search(pattern, plain)}


# --- Who looks -----------------------------------------------------------------------------------------------------
def trainer_of_another_run(world: World):
    user = MembershipFactory(role=Role.TRAINER).user
    other = CourseRunFactory(course=world.run.course)
    other.trainers.add(user)
    other.save()
    return user


VIEWERS = {
    "anonymous": lambda world: None,
    "supervisor who agreed": lambda world: world.boss,
    "contact who booked": lambda world: world.contact,
    "contact of another organisation": lambda world: make_contact(),
    "trainer of another run": trainer_of_another_run,
    **{
        f"{role} of the employer": lambda world, role=role: world.somebody(role)
        for role in Role
        if role not in (Role.TRAINER, Role.ACADEMY_OFFICE, Role.APPROVER, Role.ORGANISATION_CONTACT)
    },
}
LOOKS_INTO_CMS = ("contact who booked", "editor of", "programme_lead of", "technical_admin of")


@pytest.mark.parametrize("viewer", VIEWERS)
def test_nobody_else_finds_a_trace_of_the_progress_anywhere(viewer):
    world = World()
    user, client = VIEWERS[viewer](world), Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    all_of_them = list(addresses(world))
    ours = [(url_name, path) for url_name, path in all_of_them if not path.startswith("/cms/")]
    shown = all_of_them if viewer.startswith(LOOKS_INTO_CMS) else ours

    leaks = {(url_name, path): marks for url_name, path in shown if (marks := found(world, client, path))}
    posted = {(url_name, path): marks for url_name, path in ours if (marks := found(world, client, path, "post"))}

    assert len(ours) > 130
    assert (leaks, posted) == ({}, {})


def test_the_learner_finds_every_mark():
    """Else the marks would prove nothing."""
    world, client = World(), Client()
    client.force_login(world.learner)

    seen = set()
    for url_name, path in addresses(world):
        if re.match("enrolment:(learn|my_|certificate)|academy:my", url_name):
            seen |= found(world, client, path)

    # A score is shown in percent, and what an exercise has saved goes to its player alone
    assert seen == set(world.marks()) - {"state of an exercise"}


def test_mails_to_others_hold_no_trace_of_the_progress():
    world = World()
    services.issue_certificates(run=world.booked, actor=UserFactory(), at=DURING_ENROLMENT)
    others = OutgoingMail.objects.exclude(person=world.learner)

    assert {world.boss.email, world.contact.email} <= set(others.values_list("address", flat=True))
    for mail in others:
        letter = f"{mail.subject}\n{mail.text}\n{mail.html}\n{mail.calendar}"
        assert not [mark for mark, pattern in world.marks().items() if re.search(pattern, letter)], mail.key
