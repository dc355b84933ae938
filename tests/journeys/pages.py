"""Every address of the project, and who opens it: the one list that all browser checks go through.

`VIEWS` names what a browser shows. `NOT_PAGES` names the rest, each with its reason. A URL name or a page type that
stands in neither fails `test_pages_list_names_every_address`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone, translation
from wagtail.models import Page

from academy import styleguide
from consulting.models import (
    Barrier,
    EffectCheck,
    Measure,
    Meeting,
    Milestone,
    Phase,
    Process,
    ProcessDocument,
    ProcessRequest,
    SelfAssessment,
)
from courses.models import CourseRun, Session
from enrolment.models import Booking, Certificate, Enrolment, ExternalCourse, Submission
from enrolment.services import approval_token, check_in_code, renew_link
from home.models import AccessibilityReport

from . import demo_life
from .demo_life import LEARNER, person

NOBODY = ""
FACILITATOR = "r-pb-a"
SECOND_FACILITATOR = "r-pb-b"  # has the process with an open self-assessment
EDITOR = "r-redaktion"
OFFICE = "r-akademie"
LEAD = "r-pl"
SPONSOR = "r-spree-leitung"
TRAINER = "r-trainer-1"
SECOND_TRAINER = "r-trainer-2"  # somebody waits for this trainer's feedback
CONTACT = "r-spree-orga"


@dataclass(frozen=True)
class View:
    """A page, who looks at it, and how its arguments are found in the demo content: those of its address, or the slug
    of a Wagtail page.

    `brief` leaves out the second width and theme, where the same template is looked at in full elsewhere.
    """

    name: str
    viewer: str = NOBODY
    args: Callable[[], list] = list
    query: str = ""
    status: int = 200
    language: str = "de"
    brief: bool = False

    def __str__(self) -> str:
        detail = "".join(map(str, self.args())) if self.name.startswith("academy:styleguide_") else ""
        extra = [self.viewer or "nobody", self.language if self.language != "de" else "", self.query, detail]
        return "-".join([self.name, *filter(None, extra)])

    def path(self) -> str:
        if self.name.startswith("/"):
            return self.name + self.query
        with translation.override(self.language):
            if "." in self.name:
                return page_of_type(self.name, self.language, *self.args()).url + self.query
            return reverse(self.name, args=self.args()) + self.query


# --- Arguments, from the demo content ------------------------------------------------------------------------------


def page_of_type(label: str, language: str, slug: str = "") -> Page:
    """The page of that type and slug, or the one with the longest text: what is hard shows there first."""
    model = apps.get_model(label)
    pages = model.objects.live().public().filter(locale__language_code=language, slug__startswith=slug)
    return max(pages, key=lambda page: len(str(getattr(page, "body", ""))) + page.numchild)


def run_with(**conditions) -> list:
    return [CourseRun.objects.filter(**conditions).latest("pk").pk]


def own_place(slug: str = demo_life.SELF_STUDY) -> Enrolment:
    return Enrolment.objects.live().filter(learner=person(LEARNER), run__course__slug=slug).latest("pk")


def place_with_dates() -> Enrolment:
    """A confirmed place of the editor on a run with a date to come."""
    places = Enrolment.objects.confirmed().filter(learner=person(EDITOR), run__state="open")
    return places.filter(run__sessions__isnull=False).latest("pk")


def step(kind: str) -> list:
    place = own_place()
    return [place.pk, place.run.version.steps.filter(kind=kind).earliest("position").position]


def answer(state: str) -> list:
    """An answer to a task on a run of the second trainer."""
    return [Submission.objects.filter(enrolment__run__trainers=person(SECOND_TRAINER), state=state).earliest("pk").pk]


def taught_session() -> list:
    """A session that is over, of a run that the trainer gives and that has people in it."""
    session = Session.objects.filter(run__course__slug=demo_life.ASKED, run__state="completed").earliest("starts_at")
    return [session.run_id, session.pk]


def checked_in_session() -> list:
    """A date whose sheet shows a code."""
    session = demo_life.check_in_window().session
    return [session.run_id, session.pk]


def barrier() -> list:
    """The barrier of the process that has the most evidence."""
    return [Barrier.objects.get(slug="b-termin-deutsch").pk]


def measure() -> list:
    """A measure whose effect was checked."""
    return [Measure.objects.get(slug="m-terminhilfe").pk]


def check() -> list:
    found = EffectCheck.objects.get(measure__slug="m-arbeitshilfe-papiere")
    return [found.measure_id, found.pk]


def assessment(*more: str) -> list:
    """The round that is open."""
    return [SelfAssessment.objects.get(state="open").pk, *more]


def document(kind: str) -> list:
    """A document of the process whose barriers have the most evidence."""
    return [ProcessDocument.objects.get(process__slug="p-spreehain", kind=kind).pk]


def meeting(**conditions) -> list:
    """The latest meeting of the process that stands like this."""
    return [Meeting.objects.filter(process=process(), **conditions).latest("starts_at").pk]


def entry(**conditions) -> list:
    """A decision of such a meeting that has not become a measure."""
    (meeting_id,) = meeting(**conditions)
    return [meeting_id, Meeting.objects.get(pk=meeting_id).entries.filter(measure=None).earliest("pk").pk]


def process() -> Process:
    facilitated = Process.objects.filter(members__person=person(FACILITATOR), state="active")
    return facilitated.earliest("pk")


def asked() -> ProcessRequest:
    """A request from outside that nobody has decided about."""
    return ProcessRequest.objects.waiting().earliest("pk")


def older_process() -> list:
    """A process that stands on an older version of its template."""
    return [Process.objects.get(slug="p-mueggelgrund").pk]


def phase(**conditions) -> list:
    found = Phase.objects.filter(process__members__person=person(FACILITATOR), process__state="active", **conditions)
    one = found.earliest("pk")
    return [one.process_id, one.pk]


def milestone() -> list:
    one = Milestone.objects.filter(process=process()).earliest("pk")
    return [one.process_id, one.pk]


def member() -> list:
    return [process().pk, process().members.exclude(person=person(FACILITATOR)).earliest("pk").pk]


def certificate() -> Certificate:
    return Certificate.objects.current().get(enrolment__learner=person(LEARNER))


def of_run(one: Certificate) -> list:
    return [one.enrolment.run_id, one.number]


def external_course() -> list:
    return [ExternalCourse.objects.filter(owner=person(LEARNER)).earliest("pk").pk]


def confirmation_key() -> list:
    return [EmailConfirmationHMAC(EmailAddress.objects.get(user=person(LEARNER))).key]


def reset_key() -> list:
    user = person(LEARNER)
    return [user_pk_to_url_str(user), default_token_generator.make_token(user)]


def booking() -> Booking:
    return Booking.objects.get(contact=person(CONTACT), state="held")


def named_person() -> list:
    return [booking().people.live().earliest("pk").pk]


def link_token() -> list:
    return [renew_link(booking=booking(), at=timezone.now())]


def report(**conditions) -> AccessibilityReport:
    return AccessibilityReport.objects.filter(**conditions).earliest("pk")


# --- The list ------------------------------------------------------------------------------------------------------

PUBLIC = [
    View("home.HomePage"),
    View("home.HomePage", language="en", brief=True),
    View("home.HomePage", language="de-simple", brief=True),
    View("home.HomePage", LEARNER, brief=True),
    View("courses.CourseIndexPage"),
    View("courses.CourseIndexPage", query="?q=Amt&format=online&free=1", brief=True),
    View("courses.CourseIndexPage", query="?q=gibtesnicht", brief=True),
    View("courses.CourseIndexPage", language="en", brief=True),
    View("courses.CourseIndexPage", language="de-simple", brief=True),
    View("courses.CoursePage"),
    View("courses.CoursePage", LEARNER, lambda: [demo_life.ASKED]),
    View("courses.CoursePage", args=lambda: ["bescheide-die-ankommen"], brief=True),
    View("courses.CoursePage", LEARNER, lambda: ["ladg-am-schalter"], brief=True),
    View("courses.CoursePage", language="de-simple", brief=True),
    View("consulting.StatementIndexPage"),
    View("consulting.StatementIndexPage", query="?stand=no_answer", brief=True),
    View("consulting.StatementIndexPage", query="?stand=refused", brief=True),
    *[View("consulting.StatementIndexPage", language=code, brief=True) for code in ("en", "hu", "de-simple")],
    View("/de/stellungnahmen/st-termin/"),
    View("/en/statements/st-termin/", language="en", brief=True),
    View("/hu/allasfoglalasok/st-termin/", language="hu", brief=True),
    View("/de-simple/stellungnahmen/st-termin/", language="de-simple", brief=True),
    View("home.StandardPage"),
    View("home.StandardPage", args=lambda: ["so-arbeitet-die-akademie"]),
    View("home.StandardPage", language="hu", brief=True),
    View("home.StandardPage", language="de-simple", brief=True),
    View("home:search"),
    View("home:search", query="?q=Migrantinnen"),
    View("home:search", query="?q=Amt&kind=courses", brief=True),
    View("home:search", query="?q=gibtesnicht", brief=True),
    View("home:search", query="?q=" + "lang" * 30, status=400, brief=True),
    View("home:search", query="?q=Wohngeld", language="en", brief=True),
    View("home:search", query="?q=Amt", language="de-simple", brief=True),
    View("/de-simple/gebaerdensprache/", language="de-simple", brief=True),  # the German page stands in
    View("/en/gebaerdensprache/", language="en", brief=True),
    View("home.NewsIndexPage"),
    View("home.NewsIndexPage", query="?year=1999", language="en", brief=True),
    View("home.NewsPage"),
    View("home.NewsPage", language="en", brief=True),
    View("home.PublicationIndexPage"),
    View("home.PublicationIndexPage", language="en", brief=True),
    View("home.PublicationPage"),
    View("home.PublicationPage", language="en", brief=True),
    View("home.ProjectPage"),
    View("home.ProjectPage", language="en", brief=True),
    View("home.ProjectPage", query="poster/"),  # below the page's own address
    View("/de/gibt-es-nicht/", status=404),
    View("/en/does-not-exist/", OFFICE, status=404, language="en", brief=True),
    View("home.AccessibilityStatementPage"),
    View("home.AccessibilityStatementPage", language="en", brief=True),
    View("home.AccessibilityStatementPage", language="de-simple", brief=True),
    View("home:report_barrier", query="?page=/de/fortbildungen/"),
    View("home:report_barrier", language="en", brief=True),
    View("home:report_barrier", language="de-simple", brief=True),
    View("home:report_thanks", args=lambda: [report(state="open").reference]),
    View("consulting:request_facilitation"),
    View("consulting:request_facilitation", language="en", brief=True),
    View("consulting:request_thanks", args=lambda: [asked().reference]),
    View("demo:roles"),
    View("enrolment:verify"),
    View("enrolment:verify_code", args=lambda: [certificate().code]),
    View("enrolment:verify_code", args=lambda: ["XXXX-XXXX-XXXX"], status=404, brief=True),
    View("enrolment:verify_code", args=lambda: [demo_life.replaced_certificate().code], brief=True),
    View("enrolment:verify_code", args=lambda: [demo_life.revoked_certificate().code], language="en", brief=True),
    View("enrolment:approve", args=lambda: [approval_token(demo_life.open_approval())]),
    View("enrolment:approve", args=lambda: ["nonsense"], status=404, brief=True),
    View("enrolment:approvals", SPONSOR),
    View("enrolment:approval_request", SPONSOR, lambda: [demo_life.open_approval().pk]),
    View("enrolment:name_deputy", LEARNER, lambda: [demo_life.open_approval().enrolment_id]),
]
ACCOUNT = [
    View("account_login"),
    View("account_signup"),
    View("account_logout", LEARNER, brief=True),
    View("account_inactive", brief=True),
    View("account_email", LEARNER),
    View("account_email_verification_sent", brief=True),
    View("account_confirm_email", args=confirmation_key, brief=True),
    View("account_confirm_email", args=lambda: ["nonsense"], brief=True),
    View("account_change_password", LEARNER),
    View("account_reset_password", brief=True),
    View("account_reset_password_done", brief=True),
    View("account_reset_password_from_key", args=lambda: ["1", "nonsense"], brief=True),
    View("account_reset_password_from_key", args=reset_key, brief=True),
    View("account_reset_password_from_key_done", brief=True),
    View("account_reauthenticate", LEARNER, brief=True),
    View("usersessions_list", LEARNER),
    View("mfa_index", LEARNER),
    View("mfa_activate_totp", LEARNER),
    View("mfa_list_webauthn", LEARNER, brief=True),
    View("mfa_add_webauthn", LEARNER, brief=True),
    View("socialaccount_connections", LEARNER, brief=True),
    View("socialaccount_login_cancelled", brief=True),
    View("socialaccount_login_error", status=401, brief=True),
]
LEARNING = [
    View("academy:my_start", LEARNER),
    View("academy:my_start", FACILITATOR, brief=True),
    View("academy:my_start", OFFICE, brief=True),
    View("academy:my_start", TRAINER, brief=True),
    View("academy:my_start", "r-dsb", brief=True),
    View("academy:my_start", EDITOR, brief=True),
    View("academy:job", TRAINER, lambda: [demo_life.job(state="done").uuid]),
    View("academy:job", TRAINER, lambda: [demo_life.job(state="running").uuid], brief=True),
    View("enrolment:my_places", LEARNER),
    View("enrolment:my_places", "r-dsb", brief=True),
    View("enrolment:my_interest", LEARNER, brief=True),
    View("enrolment:enrol", EDITOR, lambda: run_with(course__slug="bescheide-die-ankommen")),
    View("enrolment:enrol", LEARNER, lambda: run_with(course__slug="kraftraum"), brief=True),
    View("enrolment:withdraw", LEARNER, lambda: [own_place().pk]),
    View("enrolment:decline_offer", LEARNER, lambda: [demo_life.offered_place().pk], brief=True),
    View("enrolment:hand_over", LEARNER, lambda: [own_place().pk]),
    View("enrolment:access_needs", EDITOR, lambda: [place_with_dates().pk]),
    View("enrolment:my_calendar", LEARNER),
    View("enrolment:my_calendar", TRAINER, query="?month=2026-12", brief=True),
    View("enrolment:my_certificates", LEARNER),
    View("enrolment:my_record", LEARNER),
    View("enrolment:my_record", "r-dsb", brief=True),
    View("enrolment:add_external_course", LEARNER),
    View("enrolment:change_external_course", LEARNER, external_course, brief=True),
    View("enrolment:delete_external_course", LEARNER, external_course, brief=True),
    View("enrolment:correct_certificate", LEARNER, lambda: [certificate().number]),
    View("enrolment:learn", LEARNER, lambda: [own_place().pk]),
    View("enrolment:learn_step", LEARNER, lambda: step("reading")),
    View("enrolment:learn_step", LEARNER, lambda: step("video")),
    View("enrolment:learn_step", LEARNER, lambda: step("h5p")),
    View("enrolment:learn_step", LEARNER, lambda: step("task")),
    View("enrolment:learn_step", LEARNER, lambda: step("feedback")),
    View("enrolment:delete_answer_file", LEARNER, lambda: step("task"), brief=True),
    View("enrolment:type_code", LEARNER, brief=True),
    View("enrolment:check_in", EDITOR, lambda: [check_in_code(demo_life.check_in_window())]),
    View("enrolment:check_in", LEARNER, lambda: ["222222"], status=404, brief=True),
]
TEACHING = [
    View("enrolment:teaching", TRAINER),
    View("enrolment:task_queue", SECOND_TRAINER),
    View("enrolment:task_queue", TRAINER, query="?state=revise", brief=True),
    View("enrolment:review_answer", SECOND_TRAINER, lambda: answer("submitted")),
    View("enrolment:review_answer", SECOND_TRAINER, lambda: answer("revise"), brief=True),
    View("enrolment:run_feedback", SECOND_TRAINER, lambda: run_with(slug="fuehren-1")),
    View("enrolment:run_feedback", OFFICE, lambda: run_with(slug="ladg-2"), brief=True),
    View("enrolment:interest_list", OFFICE),
    View("enrolment:interested_people", OFFICE, demo_life.wanted_course),
    View("enrolment:roster", TRAINER, lambda: taught_session()[:1]),
    View("enrolment:roster", OFFICE, lambda: run_with(course__slug="bescheide-die-ankommen"), brief=True),
    View("enrolment:roster", TRAINER, lambda: taught_session()[:1], query="?missing=1", brief=True),
    View("enrolment:revoke_certificate", OFFICE, lambda: of_run(certificate()), brief=True),
    View("enrolment:restore_certificate", OFFICE, lambda: of_run(demo_life.revoked_certificate()), brief=True),
    View("enrolment:attendance", TRAINER, taught_session),
    View("enrolment:attendance_list", TRAINER, taught_session),
    View("enrolment:check_in_sheet", OFFICE, checked_in_session),
    View("enrolment:check_in_sheet", TRAINER, taught_session, brief=True),
    View("enrolment:access_list", OFFICE, lambda: [demo_life.open_run(demo_life.FULL).pk]),
    View("enrolment:close_attendance", TRAINER, taught_session, brief=True),
    View("enrolment:add_addendum", OFFICE, taught_session),
    View("enrolment:run_mails", OFFICE, lambda: run_with(slug="bescheide-1")),
    View("enrolment:write_message", TRAINER, lambda: taught_session()[:1]),
    View("enrolment:waivers", OFFICE, lambda: run_with(course__slug="gesundheit-ohne-huerden")),
    View("enrolment:attach_signed_list", TRAINER, taught_session, brief=True),
    View("enrolment:waiting_list", OFFICE, lambda: [demo_life.open_run(demo_life.FULL).pk]),
]
ORGANISATION = [
    View("academy:my_start", CONTACT, brief=True),
    View("enrolment:organisation", CONTACT),
    View("enrolment:organisation", OFFICE, brief=True),
    View("enrolment:runs_to_book", CONTACT),
    View("enrolment:book_places", CONTACT, lambda: [demo_life.open_run("zugang-grundlagen").pk]),
    View("enrolment:booking", CONTACT, lambda: [booking().pk]),
    View("enrolment:upload_people", CONTACT, lambda: [booking().pk]),
    View("enrolment:add_seats", CONTACT, lambda: [booking().pk], brief=True),
    View("enrolment:give_back_seats", CONTACT, lambda: [booking().pk], brief=True),
    View("enrolment:leave_list", CONTACT, lambda: [booking().pk], brief=True),
    View("enrolment:set_release_date", CONTACT, lambda: [booking().pk], brief=True),
    View("enrolment:replace_person", CONTACT, named_person, brief=True),
    View("enrolment:take_off", CONTACT, named_person, brief=True),
    View("enrolment:take_place", LEARNER, link_token, brief=True),
    View("enrolment:take_place", LEARNER, lambda: ["nonsense"], status=404, brief=True),
    View("enrolment:run_bookings", OFFICE, lambda: [booking().run_id]),
]
CONSULTING = [
    View("consulting:open_dates"),
    View("consulting:process_list", FACILITATOR),
    View("consulting:process_list", FACILITATOR, query="?light=overdue&sort=late", brief=True),
    View("consulting:process_list", "r-bericht", brief=True),
    View("consulting:process_list", LEAD, brief=True),
    View("consulting:request_list", LEAD),
    View("consulting:request_list", LEAD, query="?show=settled", brief=True),
    View("consulting:process_request", LEAD, lambda: [asked().pk]),
    View("consulting:create_process", FACILITATOR),
    View("consulting:process_detail", FACILITATOR, lambda: [process().pk]),
    View("consulting:process_detail", SPONSOR, lambda: [process().pk], brief=True),
    View("consulting:process_detail", "r-dialog", lambda: [process().pk], brief=True),
    View("consulting:change_process", FACILITATOR, lambda: [process().pk]),
    View("consulting:process_timeline", FACILITATOR, lambda: [process().pk]),
    View("consulting:process_timeline", "r-dialog", lambda: [process().pk], brief=True),
    View("consulting:process_log", FACILITATOR, lambda: [process().pk]),
    View("consulting:process_template", "r-pb-b", older_process),
    View("consulting:process_template", FACILITATOR, lambda: [process().pk], brief=True),
    View("consulting:date_agreement", FACILITATOR, lambda: [process().pk], brief=True),
    View("consulting:move_process", FACILITATOR, lambda: [process().pk, "pause"], brief=True),
    View("consulting:move_process", FACILITATOR, lambda: [process().pk, "close"], brief=True),
    View("consulting:change_phase", FACILITATOR, lambda: phase(state="active"), brief=True),
    View("consulting:reach_phase", FACILITATOR, lambda: phase(state="active"), brief=True),
    View("consulting:reopen_phase", FACILITATOR, lambda: phase(state="reached"), brief=True),
    View("consulting:add_milestone", FACILITATOR, lambda: [process().pk]),
    View("consulting:change_milestone", FACILITATOR, milestone, brief=True),
    View("consulting:add_member", FACILITATOR, lambda: [process().pk], brief=True),
    View("consulting:end_member", FACILITATOR, member, brief=True),
    View("consulting:barrier_list", FACILITATOR, lambda: [process().pk]),
    View("consulting:barrier_list", FACILITATOR, lambda: [process().pk], query="?view=board"),
    View("consulting:barrier_list", "r-spree-team", lambda: [process().pk], brief=True),
    View("consulting:barrier_detail", FACILITATOR, barrier),
    View("consulting:barrier_detail", SPONSOR, barrier, brief=True),
    View("consulting:barrier_detail", FACILITATOR, barrier, language="en", brief=True),
    View("consulting:record_barrier", FACILITATOR, lambda: [process().pk]),
    View("consulting:change_barrier", FACILITATOR, barrier, brief=True),
    View("consulting:add_evidence", FACILITATOR, barrier),
    View("consulting:move_barrier", FACILITATOR, lambda: [*barrier(), "defer"], brief=True),
    View("consulting:set_barrier_level", SPONSOR, barrier, brief=True),
    View("consulting:measure_list", FACILITATOR, lambda: [process().pk]),
    View("consulting:measure_list", FACILITATOR, lambda: [process().pk], query="?show=overdue", brief=True),
    View("consulting:measure_detail", FACILITATOR, measure),
    View("consulting:note_goal", FACILITATOR, lambda: [process().pk], brief=True),
    View("consulting:note_measure", FACILITATOR, lambda: [process().pk]),
    View("consulting:change_measure", FACILITATOR, measure, brief=True),
    View("consulting:move_measure", FACILITATOR, lambda: [*measure(), "drop"], brief=True),
    View("consulting:check_effect", FACILITATOR, measure, brief=True),
    View("consulting:add_mso_view", "r-mso-1", check, brief=True),
    View("consulting:hand_over_measure", FACILITATOR, measure, brief=True),
    View("consulting:assessment_list", FACILITATOR, lambda: [Process.objects.get(slug="p-lindenaue").pk]),
    View("consulting:assessment_list", "r-panke-fall", lambda: [Process.objects.get(slug="p-pankewald").pk]),
    View("consulting:open_assessment", FACILITATOR, lambda: [process().pk], brief=True),
    View("consulting:close_assessment", SECOND_FACILITATOR, assessment, brief=True),
    View("consulting:answer_assessment", "r-panke-fall", lambda: assessment("leitung")),
    View("consulting:hand_in_assessment", "r-panke-fall", assessment, brief=True),
    View("consulting:document_list", FACILITATOR, lambda: [process().pk]),
    View("consulting:document_list", SPONSOR, lambda: [process().pk], language="en", brief=True),
    View("consulting:document_list", "r-spree-team", lambda: [process().pk], brief=True),
    View("consulting:document_detail", FACILITATOR, lambda: document("agreement")),
    View("consulting:document_detail", FACILITATOR, lambda: document("material"), language="en", brief=True),
    View("consulting:add_document", FACILITATOR, lambda: [process().pk]),
    View("consulting:add_version", FACILITATOR, lambda: document("plan"), brief=True),
    View("consulting:change_document", FACILITATOR, lambda: document("plan"), brief=True),
    View("consulting:set_document_level", FACILITATOR, lambda: document("material"), brief=True),
    View("consulting:meeting_list", FACILITATOR, lambda: [process().pk]),
    View("consulting:meeting_list", "r-pl", lambda: [process().pk], brief=True),
    View("consulting:meeting_detail", FACILITATOR, lambda: meeting(state="confirmed")),
    View("consulting:meeting_detail", SPONSOR, lambda: meeting(state="planned"), brief=True),
    View("consulting:meeting_detail", FACILITATOR, lambda: meeting(state="draft"), language="en", brief=True),
    View("consulting:plan_meeting", FACILITATOR, lambda: [process().pk]),
    View("consulting:change_meeting", FACILITATOR, lambda: meeting(state="planned"), brief=True),
    View("consulting:write_minutes", FACILITATOR, lambda: meeting(state="draft")),
    View("consulting:move_meeting", FACILITATOR, lambda: [*meeting(state="planned"), "cancel"], brief=True),
    View("consulting:note_entry", FACILITATOR, lambda: meeting(state="draft")),
    View("consulting:change_entry", FACILITATOR, lambda: entry(state="draft"), brief=True),
    View("consulting:make_measure", FACILITATOR, lambda: entry(state="confirmed"), brief=True),
    View("consulting:add_addendum", FACILITATOR, lambda: meeting(state="confirmed"), brief=True),
]
EDITING = [
    View("home:report_list", EDITOR),
    View("home:report_list", EDITOR, query="?show=overdue", brief=True),
    View("home:report_list", EDITOR, query="?show=closed", brief=True),
    View("home:report_detail", EDITOR, lambda: [report(state="open").pk]),
    View("home:report_detail", OFFICE, lambda: [report(state="answered").pk], brief=True),
]
STYLEGUIDE = [
    View("academy:styleguide"),
    *[View("academy:styleguide_section", args=lambda one=one: [one.slug]) for one in styleguide.SECTIONS],
    View("academy:styleguide_section", args=lambda: ["states"], language="en", brief=True),
    *[View("academy:styleguide_page", args=lambda one=one: [one.slug]) for one in styleguide.SPECIMENS],
]
VIEWS = [*PUBLIC, *ACCOUNT, *LEARNING, *TEACHING, *ORGANISATION, *CONSULTING, *EDITING, *STYLEGUIDE]

# Addresses of others' code below one prefix, with one reason for all of them.
NOT_PAGES_BELOW = {
    "cms/": "Wagtail's own editor has findings that are its own (STACK.md 10); we test our screens there otherwise",
    "documents/": "files, each as it was uploaded",
    "h5p/": "read by the frame of the player, which test_h5p_player.py looks at",
}
NOT_PAGES = {
    "": "the bare address leads to the language of the site",
    "academy:job_state": "a part of academy:job",
    "academy:set_theme": "POST only",
    "account_confirm_login_code": "signing in by a code is not offered",
    "account_set_password": "only for accounts without a password, which come with single sign-on",
    "calendar:person_feed": "a file for calendar programmes",
    "calendar:room_feed": "a file for calendar programmes",
    "calendar:run_feed": "a file for calendar programmes",
    "calendar:session_file": "a file for calendar programmes",
    "series_calendar:series_feed": "a file for calendar programmes",
    "consulting:activate_phase": "POST only",
    "consulting:reopen_assessment": "POST only",
    "consulting:approve_version": "POST only",
    "consulting:document_file": "a file for those who may open it",
    "consulting:drop_milestone": "POST only",
    "consulting:release_evidence": "POST only",
    "consulting:remove_entry": "POST only",
    "consulting:meeting_pdf": "a file; its tags are read in tests/consulting/test_views_meetings.py",
    "consulting:withdraw_evidence": "POST only",
    "consulting:restore_milestone": "POST only",
    "consulting:sign_agreement": "POST only",
    "consulting:tick_milestone": "POST only",
    "consulting:untick_milestone": "POST only",
    "courses:course_list": "data for machines",
    "demo:switch_role": "POST only",
    "enrolment:accept_offer": "POST only",
    "enrolment:close_check_in": "POST only",
    "enrolment:council_list": "a file for the staff council",
    "enrolment:booking_file": "a file",
    "enrolment:certificate_pdf": "a file; test_certificates.py holds its structure",
    "enrolment:answer_file": "a file for the learner and the trainers of the run",
    "enrolment:answer_task": "POST only",
    "enrolment:feedback_file": "a file",
    "enrolment:finish_step": "POST only",
    "enrolment:record_json": "data for machines",
    "enrolment:record_pdf": "a file; test_record.py holds its structure",
    "enrolment:record_proof": "a file",
    "enrolment:give_answers": "POST only",
    "enrolment:give_up_interest": "POST only",
    "enrolment:note_interest": "POST only",
    "enrolment:issue_certificates": "POST only",
    "enrolment:open_check_in": "POST only",
    "enrolment:people_file": "a file",
    "enrolment:renew_address": "POST only",
    "enrolment:renew_link": "POST only",
    "enrolment:revoke_address": "POST only",
    "enrolment:set_mails": "POST only",
    "enrolment:revoke_link": "POST only",
    "enrolment:run_figures": "a file",
    "enrolment:skip_questions": "POST only",
    "enrolment:signed_list": "a file for those who keep the list",
    "enrolment:resend_mail": "POST only",
    "enrolment:retry_mail": "POST only",
    "enrolment:step_document": "a file of the document step",
    "enrolment:step_captions": "a file of the video step",
    "enrolment:step_video": "a file of the video step",
    "enrolment:tell_of_changes": "POST only",
    "enrolment:withdraw_answer": "POST only",
    "enrolment:withdraw_waiver": "POST only",
    "health_live": "for machines",
    "health_ready": "for machines",
    "media": "pictures",
    "mfa_authenticate": "only between password and code; there is nothing to show before",
    "mfa_deactivate_totp": "only for accounts with a second factor",
    "mfa_download_recovery_codes": "a file",
    "mfa_edit_webauthn": "only for accounts with a passkey",
    "mfa_generate_recovery_codes": "only for accounts with a second factor",
    "mfa_reauthenticate": "only for accounts with a second factor",
    "mfa_reauthenticate_webauthn": "only for accounts with a passkey",
    "mfa_remove_webauthn": "only for accounts with a passkey",
    "mfa_view_recovery_codes": "only for accounts with a second factor",
    "robots": "for machines",
    "sitemap": "for machines",
    "socialaccount_signup": "only on the way back from another sign-on",
    "wagtaildocs_serve": "a file, as it was uploaded",
    "wagtail_serve": "every public page: listed by page type",
    "wagtailcore_authenticate_with_password": "POST only; no page of ours has a password",
    "wagtailcore_login": "leads on to our sign-in page",
    "courses.DocumentStepPage": "shown through a place: enrolment:learn_step",
    "courses.FeedbackStepPage": "shown through a place: enrolment:learn_step",
    "courses.H5PStepPage": "shown through a place: enrolment:learn_step",
    "courses.ReadingStepPage": "shown through a place: enrolment:learn_step",
    "courses.SessionStepPage": "shown through a place: enrolment:learn_step",
    "courses.TaskStepPage": "shown through a place: enrolment:learn_step",
    "courses.VideoStepPage": "shown through a place: enrolment:learn_step",
}


def url_names() -> set[str]:
    """The name of every address that is served, apart from what lies below one of the prefixes left out."""
    return {name for name, route, _view in routes(get_resolver()) if not route.startswith(tuple(NOT_PAGES_BELOW))}


def routes(resolver: URLResolver, space: str = "", prefix: str = "") -> Iterator[tuple[str, str, Callable]]:
    """Each address: its name, its pattern, and its view."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield (f"{space}{entry.name}" if entry.name else ""), route, entry.callback
        else:
            yield from routes(entry, f"{space}{entry.namespace}:" if entry.namespace else space, route)
