"""The main job end to end, in a real browser, as five people who each see only what is theirs.

A trainer writes a course and plans its run; the office approves; a clerk enrols, her supervisor agrees by the link in a
mail, she learns with texts, a film and an exercise, attends, and gets a certificate that anybody can verify; the dates
stand in her calendar. A facilitator ticks a milestone, and the unit sees it. Afterwards every promise still holds.
"""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from academy.models import OutgoingMail
from consulting.demo.people import PASSWORD
from consulting.models import Milestone
from courses.models import CoursePage, CourseRun, Session
from enrolment.models import Certificate, Enrolment

from .editor import TITLE, Editor
from .exercise import play_the_exercise

MAIL = "@demo.example"


@pytest.fixture
def visit(own_demo, browser):
    """A page of a browser of one's own; it fails the test when a script or a policy breaks."""
    contexts, problems = [], []

    def open_browser() -> Page:
        context = browser.new_context(
            locale="de-DE", timezone_id="Europe/Berlin", base_url=own_demo.url, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None)
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert problems == []


def sign_in(page: Page, slug: str) -> Page:
    cache.clear()  # sign-ins are limited, and all of ours come from one machine
    page.goto("/de/account/login/")
    page.locator("input[name=login]").fill(slug + MAIL)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=login]) button[type=submit]").click()
    page.wait_for_url(re.compile("/de/my/$"))
    return page


def test_five_people_do_the_main_job_from_the_first_draft_to_the_certificate(visit, own_demo):
    a_trainer_publishes_a_course_and_the_office_approves(visit, own_demo)

    run = CourseRun.objects.get(slug="zugang-grundlagen-2")
    clerk = sign_in(visit(), "r-spree-infotresen")
    place = the_clerk_asks_for_a_place(clerk, run)
    the_supervisor_agrees_by_mail(visit(), place)
    the_clerk_learns(clerk, place)
    the_clerk_takes_the_dates_along(clerk, run)
    time_passes_until_after(run)
    the_trainer_ticks_attendance_and_issues_certificates(sign_in(visit(), "r-trainer-2"), run, place)
    the_clerk_shows_her_certificate(clerk, visit(), place)
    the_employer_sees_nothing_of_it(sign_in(visit(), "r-spree-leitung"), place)

    a_facilitator_ticks_a_milestone_and_the_unit_sees_it(sign_in(visit(), "r-pb-a"), clerk)
    the_process_does_not_exist_for_others(sign_in(visit(), "r-panke-leitung"))

    call_command("audit")  # exits with an error where a promise is broken


def a_trainer_publishes_a_course_and_the_office_approves(visit, site) -> None:
    editor = Editor(visit(), site.url, PASSWORD)
    editor.sign_in("r-trainer-2" + MAIL)
    editor.write_page()
    draft = CoursePage.objects.get(title=TITLE)
    editor.sees_the_preview()
    editor.submit_page()
    editor.plan_run(draft.course_id)
    run = CourseRun.objects.get(course=draft.course_id)
    assert (run.state, run.sessions.count(), run.seats.count()) == ("draft", 2, 14)
    assert [person.email for person in run.trainers.all()] == ["r-trainer-2" + MAIL]
    visitor = visit()
    assert visitor.goto("/de/fortbildungen/klare-briefe/").status == 404  # nothing is public before the approval

    office = Editor(visit(), site.url, PASSWORD)
    office.sign_in("r-akademie" + MAIL)
    office.approve_page(draft.pk)
    office.open_run(run.pk)

    visitor.goto("/de/fortbildungen/?q=Briefe")
    visitor.get_by_role("link", name=TITLE).click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(visitor.get_by_text("14 von 14 Plätzen frei")).to_be_visible()
    expect(visitor.locator(".run__sessions li")).to_have_count(2)
    entries = {entry["title"]: entry for entry in visitor.request.get("/de/fortbildungen.json").json()["courses"]}
    assert (entries[TITLE]["runs"][0]["free_places"], len(entries[TITLE]["runs"][0]["sessions"])) == (14, 2)
    run.refresh_from_db()
    assert run.version.number == 1
    assert [text for text in editor.problems if "404" not in text] == []


def the_clerk_asks_for_a_place(page: Page, run: CourseRun) -> Enrolment:
    page.goto("/de/fortbildungen/zugang-grundlagen/")
    page.get_by_label("E-Mail-Adresse Ihrer Führungskraft").fill("r-spree-leitung" + MAIL)
    page.get_by_role("button", name="Um Zustimmung bitten und anmelden").click()
    expect(page.get_by_text("Zustimmung angefragt").first).to_be_visible()
    return Enrolment.objects.get(run=run, learner__email="r-spree-infotresen" + MAIL)


def the_supervisor_agrees_by_mail(page: Page, place: Enrolment) -> None:
    """Without an account, by the link; it shows the five facts and works once."""
    approval = place.approvals.get()
    mail = OutgoingMail.objects.get(key=f"approval.{approval.pk}.asked")
    assert mail.state == "sent"
    link = re.search(r"/de/approvals/[^\s]+", mail.text).group()
    page.goto(link)
    expect(page.get_by_text("Infotresen").first).to_be_visible()
    expect(page.get_by_text("5 UE (3 Std. 45 Min.)")).to_be_visible()
    page.get_by_role("button", name="Zustimmen", exact=True).click()
    assert page.goto(link).status == 410
    place.refresh_from_db()
    assert place.state == "confirmed"


def the_clerk_learns(page: Page, place: Enrolment) -> None:
    page.goto("/de/my/places/")
    page.get_by_role("link", name="Zu den Lernschritten").first.click()
    page.goto(f"/de/learn/{place.pk}/1/")
    page.get_by_role("button", name="Als erledigt markieren").click()
    page.goto(f"/de/learn/{place.pk}/2/")
    expect(page.locator("video track[kind=captions], video track[kind=subtitles]")).to_have_count(1)
    page.get_by_role("button", name="Als erledigt markieren").click()
    page.goto(f"/de/learn/{place.pk}/3/")
    play_the_exercise(page)
    expect(page.get_by_text("Ihr bestes Ergebnis: 100 %.")).to_be_visible()
    page.goto(f"/de/learn/{place.pk}/4/")
    page.locator("main textarea").first.fill("Der Aushang am Eingang nennt nur eine Sprache.")
    page.get_by_role("button", name="Abgeben", exact=True).click()
    expect(page.get_by_text("Ihre Antwort ist abgegeben.").first).to_be_visible()
    assert set(place.progress.values_list("state", flat=True)) == {"done"}


def the_clerk_takes_the_dates_along(page: Page, run: CourseRun) -> None:
    page.goto("/de/my/calendar/")
    expect(page.get_by_text("Zugang für alle? Grundlagen für den Publikumsverkehr").first).to_be_visible()
    page.get_by_role("button", name="Kalenderadresse anlegen").click()
    address = page.locator("input[readonly]").first.input_value()
    feed = page.request.get(re.search(r"/calendar/[^/]+\.ics", address).group())
    session = run.sessions.get()
    starts = timezone.localtime(session.starts_at)
    assert f"DTSTART;TZID=Europe/Berlin:{starts:%Y%m%dT%H%M%S}" in feed.text()
    assert page.request.get(f"/calendar/runs/{run.pk}.ics").ok


def time_passes_until_after(run: CourseRun) -> None:
    for session in run.sessions.all():
        length, ends_at = session.ends_at - session.starts_at, timezone.now() - timedelta(hours=1)
        Session.objects.filter(pk=session.pk).update(starts_at=ends_at - length, ends_at=ends_at)


def the_trainer_ticks_attendance_and_issues_certificates(page: Page, run: CourseRun, place: Enrolment) -> None:
    page.goto(f"/de/teaching/runs/{run.pk}/")
    page.get_by_role("link", name="Anwesenheit eintragen").click()
    row = page.get_by_role("group", name=re.compile("Infotresen"))
    row.get_by_label("anwesend", exact=True).check()
    page.get_by_role("button", name="Speichern", exact=True).click()
    page.goto(f"/de/teaching/runs/{run.pk}/")
    page.get_by_role("button", name="Bescheinigungen ausstellen").click()
    assert Certificate.objects.filter(enrolment=place).count() == 1


def the_clerk_shows_her_certificate(page: Page, stranger: Page, place: Enrolment) -> None:
    certificate = Certificate.objects.get(enrolment=place)
    page.goto("/de/my/certificates/")
    expect(page.get_by_text(certificate.number)).to_be_visible()
    pdf = page.request.get(f"/de/my/certificates/{certificate.number}.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF-")
    assert stranger.request.get(f"/de/my/certificates/{certificate.number}.pdf", max_redirects=0).status == 302

    stranger.goto("/de/verify/")
    stranger.get_by_role("textbox").first.fill(certificate.printed_code)
    stranger.get_by_role("button", name="Code prüfen").click()
    expect(stranger.get_by_text(certificate.number).first).to_be_visible()


def the_employer_sees_nothing_of_it(page: Page, place: Enrolment) -> None:
    """S1: neither steps nor certificate nor attendance exist for a supervisor."""
    certificate = Certificate.objects.get(enrolment=place)
    hidden = [f"/de/learn/{place.pk}/", f"/de/learn/{place.pk}/1/", f"/de/my/certificates/{certificate.number}.pdf"]
    hidden += [f"/de/teaching/runs/{place.run_id}/", f"/de/places/{place.pk}/withdraw/"]
    assert {page.request.get(address).status for address in hidden} == {404}


def a_facilitator_ticks_a_milestone_and_the_unit_sees_it(facilitator: Page, member: Page) -> None:
    milestone = Milestone.objects.get(title__startswith="Zwischenrückblick mit MSO")
    address = f"/de/processes/{milestone.process_id}/"
    facilitator.goto(address)
    row = facilitator.locator("#milestones li").filter(has_text="Zwischenrückblick mit MSO")
    expect(row).to_contain_text("überfällig")
    row.get_by_role("button", name="Abhaken").click()
    expect(row).to_contain_text("erledigt")

    member.goto(address)
    seen = member.locator("#milestones li").filter(has_text="Zwischenrückblick mit MSO")
    expect(seen).to_contain_text("erledigt")
    expect(seen.get_by_role("button")).to_have_count(0)


def the_process_does_not_exist_for_others(page: Page) -> None:
    milestone = Milestone.objects.get(title__startswith="Zwischenrückblick mit MSO")
    assert page.goto(f"/de/processes/{milestone.process_id}/").status == 404
