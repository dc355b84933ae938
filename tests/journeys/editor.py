"""A person of the staff at the browser, in Wagtail's own editor."""

import re
from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from courses.models import CourseIndexPage

TITLE = "Klare Briefe für Leser*innen"


class Editor:
    """A person of the staff at the browser."""

    def __init__(self, page: Page, base: str, password: str):
        self.page, self.base, self.password = page, base, password
        self.problems: list[str] = []
        page.on("console", lambda message: self.problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))

    def sign_in(self, email: str) -> None:
        self.page.context.clear_cookies()
        cache.clear()  # sign-ins are limited, and this test has several
        self.page.goto(f"{self.base}/de/account/login/?next=/cms/")
        self.page.locator("input[name=login]").fill(email)
        self.page.locator("input[name=password]").fill(self.password)
        self.page.locator("form:has(input[name=login]) button[type=submit]").click()
        self.page.wait_for_url(re.compile("/cms/$"))

    def make_course(self) -> None:
        """In the window that chooses the course."""
        self.page.locator("#id_course-chooser button[data-chooser-action-choose]").first.click()
        window = self.page.locator(".modal-content")
        window.locator("[role=tab]").nth(1).click()
        window.locator("[name=slug]").fill("klare-briefe")
        for name, value in (("type", "workshop"), ("format", "in_person"), ("field", "citizen_services")):
            window.locator(f"[name={name}]").select_option(value)
        window.locator("[name=ue]").fill("8")
        window.locator("[name=capacity_max]").fill("14")
        window.locator("[data-chooser-modal-creation-form] button[type=submit]").click()
        expect(self.page.locator("#id_course-chooser [data-chooser-title]")).to_have_text("klare-briefe")

    def write_page(self) -> None:
        index = CourseIndexPage.objects.get(locale__language_code="de")
        self.page.goto(f"{self.base}/cms/pages/add/courses/coursepage/{index.pk}/")
        self.page.locator("#id_title").fill(TITLE)
        self.make_course()
        self.page.locator("#id_teaser").fill("Eigene Schreiben gemeinsam kürzen.")
        self.page.locator("[data-contentpath=description] [contenteditable=true]").first.click()
        self.page.keyboard.type("Wir arbeiten an echten Textbausteinen.")
        stored = self.page.locator("input[name=description]")  # what the editor sends
        expect(stored).to_have_value(re.compile("Textbausteinen"))
        self.page.locator("footer.footer button.action-save").first.click()
        self.page.wait_for_url(re.compile(r"/cms/pages/\d+/edit/"))

    def submit_page(self) -> None:
        self.page.locator("footer.footer .w-dropdown__toggle").click()
        self.page.locator("button[name=action-submit]").click()
        self.page.wait_for_url(re.compile(r"/cms/pages/\d+/?$"))

    def plan_run(self, course_id: int) -> None:
        self.page.goto(f"{self.base}/cms/courserun/new/")
        self.page.locator("[name=course]").select_option(str(course_id))
        self.page.locator("form[method=get] button[type=submit]").last.click()
        self.page.wait_for_url(re.compile(rf"course={course_id}$"))
        first = timezone.localdate() + timedelta(days=30)
        for number, day in enumerate((first, first + timedelta(days=7))):
            self.page.locator("#id_sessions-ADD").click()
            for part, clock in (("starts_at", "09:00"), ("ends_at", "13:00")):
                self.fill_moment(f"#id_sessions-{number}-{part}", f"{day:%Y-%m-%d} {clock}")
        self.page.locator("#id_place").fill("Tagungsraum")
        self.page.locator("#w-editor-form button[type=submit]").first.click()
        self.page.wait_for_url(re.compile("/cms/courserun/$"))

    def fill_moment(self, field_name: str, moment: str) -> None:
        """The date picker opens a moment after the field has the focus; left too early, it stays over the buttons."""
        field = self.page.locator(field_name)
        picker = self.page.locator(".xdsoft_datetimepicker:visible")
        field.fill(moment)
        expect(picker).to_have_count(1)
        field.blur()
        expect(picker).to_have_count(0)

    def approve_page(self, page_id: int) -> None:
        self.page.goto(f"{self.base}/cms/pages/{page_id}/edit/")
        approve = self.page.locator("[data-workflow-action-name=approve]").first
        if not approve.is_visible():
            self.page.locator("footer.footer .w-dropdown__toggle").click()
        approve.click()
        self.page.wait_for_url(re.compile(r"/cms/pages/\d+/?$"))

    def open_run(self, run_id: int) -> None:
        self.page.goto(f"{self.base}/cms/courserun/open/{run_id}/")
        self.page.locator("main form button[type=submit]").click()
        self.page.wait_for_url(re.compile("/cms/courserun/$"))

    def sees_the_preview(self) -> None:
        """Wagtail's preview stands beside the form, in a frame of the same site."""
        self.page.locator("[data-side-panel-toggle=preview]").click()
        frame = self.page.frame_locator("[data-side-panel=preview] iframe").first
        expect(frame.get_by_role("heading", level=1)).to_have_text(TITLE, timeout=15_000)
