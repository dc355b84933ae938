"""Every form of the project, and something wrong to send with it: the one table of `test_every_form.py`.

`FORMS` says for each form where it stands, what is typed into it and which fields are then named. `NOT_TYPED` names the
forms in which nothing can be wrong, each with its reason. A form that a page shows, or a class of ours, that stands in
neither fails the test.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consulting.demo.people import PASSWORD
from courses.models import CourseRun

from .demo_life import LEARNER, person
from .pages import EDITOR, VIEWS, View, place_with_dates, reset_key, run_with, step

LONG = "viel zu lang " * 50
NO_DAY = "gestern"
OTHER = "niemand@demo.example"


@dataclass(frozen=True)
class Sent:
    """One form with a wrong entry. A name that ends in `*` is the first field that begins so.

    `named` are the fields that the summary leads to; where there are none it says what is wrong with the whole.
    `before` makes the page show the form; `button` is what the pressed button sends.
    """

    name: str
    typed: dict
    named: tuple[str, ...] = ()
    at: View | None = None
    form: str = ""
    before: Callable[[Client], None] | None = None
    button: dict = field(default_factory=dict)
    status: int = 200

    def __str__(self) -> str:
        return "-".join(filter(None, [self.name, *self.named, self.form]))

    @property
    def view(self) -> View:
        return self.at or next(view for view in VIEWS if view.name == self.name)

    def fits(self, name: str, names: list[str]) -> bool:
        """Whether a form that leads to `name` and has fields of these names is the one that is meant."""
        fields = {full_name(one, names) for one in (*self.typed, *self.named)}
        return name == self.name and fields <= set(names)


def full_name(name: str, names: list[str]) -> str:
    """`minutes_*` is the first of the names that begins with `minutes_`."""
    if not name.endswith("*"):
        return name
    return next((one for one in names if one.startswith(name[:-1])), name)


# --- What must be so before the form is shown ----------------------------------------------------------------------
def _late(client: Client) -> None:
    """The deadline for giving the place back is over."""
    CourseRun.objects.filter(pk=place_with_dates().run_id).update(cancel_until=timezone.now() - timedelta(hours=1))


def _second_factor(client: Client) -> None:
    TOTP.activate(person(LEARNER), generate_totp_secret())


def _half_signed_in(client: Client) -> None:
    """The password was right, the code is still to come."""
    _second_factor(client)
    client.post(reverse("account_login"), {"login": person(LEARNER).email, "password": PASSWORD})


def _passkey(client: Client) -> None:
    data = {"name": "Schlüssel", "credential": {}, "passwordless": False}
    Authenticator.objects.create(user=person(LEARNER), type=Authenticator.Type.WEBAUTHN, data=data, pk=7_001)


def _without_password(client: Client) -> None:
    user = person(LEARNER)
    user.set_unusable_password()
    user.save()


PUBLIC = [
    Sent(
        "home:report_barrier",
        {"problem": " ", "page": "/de/", "email": "keine-adresse"},
        ("problem", "email"),
        form="BarrierReportForm",
    ),
    Sent(
        "consulting:request_facilitation",
        {"organisation": " ", "unit": "Bürgeramt", "email": "keine-adresse", "reason": "Lange Wege."},
        ("organisation", "kind", "field", "service", "contact", "email", "consent"),
        form="FacilitationRequestForm",
    ),
    Sent("home:search", {"q": "lang" * 30}, ("q",), status=400, form="SearchForm"),
    Sent("enrolment:verify", {"code": "---"}, ("code",), form="CodeForm"),
]
ACCOUNT = [
    Sent("account_login", {"login": OTHER, "password": "falsch"}),
    Sent("account_login", {"login": "", "password": ""}, ("login", "password")),
    Sent(
        "account_signup",
        {"first_name": "Vorname", "last_name": " ", "email": "keine-adresse", "password1": "a", "password2": "b"},
        ("last_name", "email"),
        form="SignupForm",
    ),
    Sent("account_email", {"email": "keine-adresse"}, ("email",), button={"action_add": ""}),
    Sent("account_change_password", {"oldpassword": "falsch", "password1": "", "password2": ""}, ("oldpassword",)),
    Sent("account_reset_password", {"email": "keine-adresse"}, ("email",)),
    Sent(
        "account_reset_password_from_key",
        {"password1": "Kaffee-und-Kuchen-8", "password2": "Tee-und-Kuchen-8"},
        ("password2",),
        at=View("account_reset_password_from_key", args=reset_key),
    ),
    Sent(
        "account_set_password",
        {"password1": "Kaffee-und-Kuchen-8", "password2": "Tee-und-Kuchen-8"},
        ("password2",),
        at=View("account_set_password", LEARNER),
        before=_without_password,
    ),
    Sent("account_reauthenticate", {"password": "falsch"}, ("password",)),
    Sent("mfa_activate_totp", {"code": "000000"}, ("code",)),
    Sent("mfa_add_webauthn", {"name": "Mein Schlüssel"}),
    Sent("mfa_authenticate", {"code": "000000"}, ("code",), at=View("mfa_authenticate"), before=_half_signed_in),
    Sent(
        "mfa_reauthenticate",
        {"code": "000000"},
        ("code",),
        at=View("mfa_reauthenticate", LEARNER),
        before=_second_factor,
    ),
    Sent(
        "mfa_edit_webauthn",
        {"name": " "},
        ("name",),
        at=View("mfa_edit_webauthn", LEARNER, lambda: [7_001]),
        before=_passkey,
    ),
]
PLACES = [
    Sent(
        "enrolment:enrol",
        {"has_approval": ""},
        ("has_approval",),
        at=View("courses.CoursePage", LEARNER, lambda: ["ladg-am-schalter"]),
    ),
    Sent(
        "enrolment:enrol",
        {"approver_email": "keine-adresse"},
        ("approver_email",),
        at=View("enrolment:enrol", EDITOR, lambda: run_with(course__slug="bescheide-die-ankommen")),
        form="EnrolForm",
    ),
    Sent(
        "enrolment:withdraw",
        {"reason": LONG},
        ("reason",),
        at=View("enrolment:withdraw", EDITOR, lambda: [place_with_dates().pk]),
        before=_late,
        form="WithdrawForm",
    ),
    Sent("enrolment:hand_over", {"colleague_email": "keine-adresse"}, ("colleague_email",), form="HandOverForm"),
    Sent(
        "enrolment:access_needs",
        {"kinds": ["interpreting"], "interpreting_language": "", "instruction": "Bitte langsam."},
        ("interpreting_language",),
        form="AccessNeedsForm",
    ),
    Sent("enrolment:approve", {"reason": LONG}, ("reason",), button={"answer": "refuse"}, form="AnswerForm"),
    Sent(
        "enrolment:approve",
        {"deputy_email": "keine-adresse"},
        ("deputy_email",),
        button={"answer": "pass_on"},
        form="DeputyForm",
    ),
    Sent("enrolment:approval_request", {"reason": LONG}, ("reason",), button={"answer": "refuse"}),
    Sent("enrolment:approval_request", {"deputy_email": ""}, ("deputy_email",), button={"answer": "pass_on"}),
    Sent("enrolment:name_deputy", {"deputy_email": "keine-adresse"}, ("deputy_email",)),
    Sent(
        "enrolment:answer_task",
        {"text": LONG * 40},
        ("text",),
        at=View("enrolment:learn_step", LEARNER, lambda: step("task")),
        form="TaskAnswerForm",
        button={"do": "hand_in"},
    ),
    Sent(
        "enrolment:give_answers",
        {"question_3": LONG * 40},
        ("question_3",),
        at=View("enrolment:learn_step", LEARNER, lambda: step("feedback")),
        form="QuestionsForm",
    ),
    Sent("enrolment:correct_certificate", {"name": " ", "language": "en"}, ("name",), form="CertificateForm"),
]
TEACHING = [
    Sent("enrolment:attendance", {"minutes_*": "9999"}, ("minutes_*",), form="AttendanceForm"),
    Sent("enrolment:attach_signed_list", {}, ("file",), form="SignedListForm"),
    Sent("enrolment:type_code", {"code": "---"}, ("code",), form="CheckInCodeForm"),
    Sent("enrolment:check_in", {}, ("is_there",), form="CheckInForm"),
    Sent("enrolment:add_addendum", {"reason": "Vertippt.", "minutes": "0"}, ("state", "minutes"), form="AddendumForm"),
    Sent(
        "enrolment:write_message",
        {"audience": "confirmed", "subject": " ", "text": "Bitte bringen Sie ein Beispiel mit."},
        ("subject",),
        form="RunMessageForm",
        button={"step": "preview"},
    ),
    Sent(
        "enrolment:review_answer",
        {"feedback": " "},
        (),
        form="ReviewForm",
        button={"verdict": "revise"},
    ),
    Sent(
        "enrolment:add_external_course",
        {"title": " ", "starts_on": NO_DAY},
        ("title", "starts_on"),
        form="ExternalCourseForm",
    ),
    Sent("enrolment:change_external_course", {"title": " ", "hours": "viele"}, ("title", "hours")),
    Sent("enrolment:revoke_certificate", {"reason": " "}, ("reason",), form="RevocationForm"),
    Sent("enrolment:waivers", {"email": "keine-adresse", "note": " "}, ("email", "note"), form="WaiverForm"),
]
ORGANISATION = [
    Sent(
        "enrolment:book_places",
        {"count": "0", "release_on": NO_DAY, "entry": "together"},
        ("count", "release_on"),
        form="BookForm",
    ),
    Sent(
        "enrolment:booking",
        {"first_name": "Vorname", "last_name": " ", "email": "keine-adresse"},
        ("last_name", "email"),
        form="PersonForm",
    ),
    Sent(
        "enrolment:replace_person",
        {"first_name": " ", "last_name": "Nachname", "email": "keine-adresse"},
        ("first_name", "email"),
    ),
    Sent("enrolment:upload_people", {}, ("file",), form="PeopleFileForm"),
    Sent("enrolment:add_seats", {"count": "0"}, ("count",), form="AddSeatsForm"),
    Sent("enrolment:add_seats", {"count": "999"}, ("count",)),
    Sent("enrolment:give_back_seats", {"count": "0"}, ("count",), form="GiveBackForm"),
    Sent("enrolment:give_back_seats", {"count": "999"}, ("count",)),
    Sent("enrolment:set_release_date", {"release_on": NO_DAY}, ("release_on",), form="ReleaseDateForm"),
]
CONSULTING = [
    Sent(
        "consulting:create_process",
        {"title_de": "Neuer Titel", "starts_on": NO_DAY, "budget_days": "viele"},
        ("unit", "template", "starts_on", "budget_days", "state"),
        form="ProcessForm",
    ),
    Sent(
        "consulting:change_process",
        {"title_de": " ", "title_en": "Title", "budget_days": "0"},
        ("title_de", "budget_days"),
        form="ProcessHeaderForm",
    ),
    Sent("consulting:date_agreement", {"unit_on": NO_DAY}, ("unit_on",), form="AgreementForm"),
    Sent("consulting:move_process", {"reason": LONG * 20}, ("reason",), form="ReasonForm"),
    Sent(
        "consulting:change_phase", {"title_de": " ", "planned_on": NO_DAY}, ("title_de", "planned_on"), form="PhaseForm"
    ),
    Sent("consulting:process_template", {}, ("changes",), form="TakeOverForm"),
    Sent("consulting:reach_phase", {"exit_note": LONG * 20}, ("exit_note",), form="ReachPhaseForm"),
    Sent("consulting:reopen_phase", {"reason": " "}, ("reason",)),
    Sent("consulting:add_milestone", {"title_de": "Titel", "due_on": NO_DAY}, ("due_on",), form="MilestoneForm"),
    Sent("consulting:change_milestone", {"title_de": " ", "due_on": NO_DAY}, ("title_de", "due_on")),
    Sent(
        "consulting:add_member",
        {"email": "keine-adresse", "starts_on": NO_DAY},
        ("email", "starts_on"),
        form="MemberForm",
    ),
    Sent("consulting:end_member", {"ends_on": NO_DAY}, ("ends_on",), form="MemberEndForm"),
    Sent(
        "consulting:record_barrier",
        {"title_de": "Aufruf mit Namen", "description_de": " "},
        (
            "description_de",
            "touchpoints",
            "kinds",
            "dimensions",
            "effect",
            "reach",
            "consequence",
            "level",
        ),
        form="BarrierForm",
    ),
    Sent(
        "consulting:add_evidence",
        {"summary": " ", "found_on": NO_DAY},
        ("kind", "found_on", "summary", "origin"),
        form="EvidenceForm",
    ),
    Sent("consulting:move_barrier", {"reason": " "}, ("reason",), form="ReasonForm"),
    Sent("consulting:change_barrier", {"title_de": " "}, ("title_de",)),
    Sent("consulting:change_measure", {"title_de": " ", "due_on": NO_DAY}, ("title_de", "due_on")),
    Sent("consulting:move_measure", {"reason": " "}, ("reason",)),
    Sent("consulting:set_barrier_level", {}, ("level",), form="LevelForm"),
    Sent("consulting:note_goal", {"title_de": " "}, ("title_de", "users_notice", "barriers"), form="GoalForm"),
    Sent(
        "consulting:note_measure",
        {"title_de": "Titel", "due_on": NO_DAY},
        ("barriers", "due_on"),
        form="MeasureForm",
    ),
    Sent("consulting:check_effect", {"checked_on": NO_DAY}, ("checked_on", "method", "result"), form="EffectForm"),
    Sent("consulting:add_mso_view", {"note": "Wort"}, ("view",), form="MsoViewForm"),
    Sent(
        "consulting:add_document",
        {"title": " ", "kind": "plan", "valid_until": NO_DAY},
        ("title", "file", "is_accessible", "valid_until"),
        form="DocumentForm",
    ),
    Sent("consulting:add_version", {"valid_until": NO_DAY}, ("file", "valid_until"), form="VersionForm"),
    Sent("consulting:change_document", {"title": " "}, ("title",), form="DocumentTitleForm"),
    Sent("consulting:set_document_level", {}, ("level",), form="DocumentLevelForm"),
    Sent("consulting:hand_over_measure", {"to": " "}, ("to",), form="HandOverForm"),
    Sent("consulting:open_assessment", {"threshold": "4"}, ("threshold", "time", "audience"), form="AssessmentForm"),
    Sent("consulting:close_assessment", {}, ("is_over",), form="CloseAssessmentForm"),
    Sent("consulting:answer_assessment", {"l1": "3"}, ("l2", "l3", "l4"), form="AssessmentFieldForm"),
    Sent("consulting:plan_meeting", {"day": NO_DAY, "begins": "früh"}, ("day", "begins", "ends"), form="MeetingForm"),
    Sent("consulting:change_meeting", {"ends": "spät", "room": "Saal"}, ("ends",)),
    Sent(
        "consulting:write_minutes", {"functions": LONG * 20, "text": "Mitschrift"}, ("functions",), form="MinutesForm"
    ),
    Sent("consulting:move_meeting", {"reason": " "}, ("reason",)),
    Sent("consulting:note_entry", {"text": " ", "due_on": NO_DAY}, ("text", "due_on"), form="EntryForm"),
    Sent("consulting:change_entry", {"text": " ", "due_on": NO_DAY}, ("text", "due_on")),
    Sent("consulting:make_measure", {"title_de": " ", "due_on": NO_DAY}, ("title_de", "barriers", "due_on")),
    Sent("consulting:add_addendum", {"text": " "}, ("text",), form="AddendumForm"),
]
REQUESTS = [
    Sent(
        "consulting:process_request",
        {"assign-title_de": " ", "assign-starts_on": NO_DAY, "assign-budget_days": "0"},
        ("assign-facilitator", "assign-title_de", "assign-starts_on", "assign-budget_days"),
        form="AssignRequestForm",
    ),
    Sent("consulting:process_request", {"decline-reason": " "}, ("decline-reason",), form="DeclineRequestForm"),
]
EDITING = [
    Sent("home:report_detail", {"answer-answer": " "}, ("answer-answer",), form="AnswerReportForm"),
    Sent("home:report_detail", {"close-note": " "}, ("close-note",), form="CloseReportForm"),
]
FORMS = [*PUBLIC, *ACCOUNT, *PLACES, *TEACHING, *ORGANISATION, *CONSULTING, *REQUESTS, *EDITING]

# Forms with fields in which nothing can be wrong.
NOT_TYPED = {
    "enrolment:set_mails": "one box to tick, and both answers are right",
}
# Views of forms in allauth that show nothing to fill in, or are not shown at all.
NOT_REACHED = {
    "mfa_deactivate_totp": "a button only",
    "mfa_generate_recovery_codes": "a button only",
    "mfa_reauthenticate_webauthn": "a button only: the browser answers with the passkey",
    "socialaccount_connections": "a button for each sign-on, and all of them can be taken off",
    "usersessions_list": "a button only",
    "account_confirm_login_code": "signing in by a code is not offered",
    "socialaccount_signup": "only on the way back from another sign-on, of which there is none",
}
# Classes of ours that no page of this site shows to be filled in.
NOT_FILLED_IN = {
    "OfficialEditorForm": "the editor in its frame fills it in: tests/journeys/test_official_editor.py",
    "BarrierFilterForm": "a filter: what it does not know it leaves out",
    "AnswerFilterForm": "a filter: what it does not know it leaves out",
    "PortfolioFilterForm": "a filter: what it does not know it leaves out",
    "CatalogueForm": "a filter: what it does not know it leaves out",
    "StatementFilterForm": "a filter: what it does not know it leaves out",
    "CourseSearchForm": "within Wagtail's own editor",
    "CourseForm": "within Wagtail's own editor",
    "ExerciseForm": "within Wagtail's own editor",
    "ExerciseContentForm": "within Wagtail's own editor",
    "LibrariesForm": "within Wagtail's own editor",
    "MembershipForm": "within Wagtail's own editor",
    "MembershipEndForm": "within Wagtail's own editor",
    "ProcessTemplateForm": "within Wagtail's own editor",
    "ProcessFormBase": "the others are made from it",
    "WarningForm": "the others are made from it",
}
