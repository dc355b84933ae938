"""The official H5P editor in a real browser, played by a small editor of ours that speaks as it does: the archive is
installed, an exercise is opened, changed, saved and opened again.
"""

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from academy.enums import Role
from courses.h5p import services
from courses.h5p.models import Content, Library
from tests.courses.h5p.editor_archives import core_zip, editor_zip
from tests.courses.h5p.packages import library as library_files
from tests.courses.h5p.packages import package
from tests.courses.h5p.test_editor import PICTURE_FIELD, TEXT_FIELD, picture
from tests.courses.test_wagtail_hooks import person

from .playing import AXE

pytestmark = pytest.mark.usefixtures("own_storage", "site")
OURS = "[data-official-editor]"
WORDS = {"semantics": [{"label": "Wort"}, {"label": "Bild"}]}


@pytest.fixture
def content(site, tmp_path) -> Content:
    call_command("h5p_editor", "install", core=core_zip(tmp_path), editor=editor_zip(tmp_path))
    files = library_files(semantics=[TEXT_FIELD, PICTURE_FIELD], files={"language/de.json": WORDS})
    services.install_libraries(file=package(files), at=timezone.now())
    return services.save_content(
        library=Library.objects.get(machine_name="Test.Basic"),
        title="Übung & mehr",
        language="de",
        licence="U",
        params={"text": "Alt <1>"},
        metadata={},
        saved_by_key="",
        at=timezone.now(),
    )


class Writing:
    """A trainer in the editor."""

    def __init__(self, page, live_server, client):
        client.force_login(person(Role.TRAINER))
        session = client.cookies["sessionid"]
        page.context.add_cookies([{"name": "sessionid", "value": session.value, "url": live_server.url}])
        page.context.set_extra_http_headers({"Accept-Language": "de"})
        self.page, self.base = page, live_server.url
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))

    def open(self, content: Content | None = None) -> None:
        name, args = ("official_edit", [content.pk]) if content else ("official_add", [])
        self.page.goto(self.base + reverse(f"exercises:{name}", args=args))
        expect(self.button).to_be_enabled()

    @property
    def inside(self):
        return self.page.frame_locator("[data-official-editor-frame]").frame_locator("iframe")

    @property
    def button(self):
        return self.page.locator("[data-official-editor-save]")

    def press(self) -> None:
        """By key: a click goes to a point, and may still meet the frame that was there before the page scrolled."""
        self.button.press("Enter")

    def save(self) -> None:
        self.press()
        expect(self.page.get_by_text("wurde gespeichert")).to_be_visible()
        expect(self.button).to_be_enabled()


@pytest.fixture
def writing(page, live_server, client, content) -> Writing:
    return Writing(page, live_server, client)


def change_and_come_back(writing: Writing, content: Content) -> None:
    writing.open(content)
    expect(writing.inside.get_by_label("Wort")).to_have_value("Alt <1>")
    expect(writing.inside.get_by_label("Titel")).to_have_value("Übung & mehr")
    writing.inside.get_by_label("Wort").fill('Neu & "2"')
    sent = picture()
    file = {"name": sent.name, "mimeType": "image/png", "buffer": sent.read()}
    writing.inside.get_by_label("Bild").set_input_files(files=[file])
    expect(writing.inside.get_by_role("img", name="neu")).to_have_js_property("naturalWidth", 4)
    writing.save()

    expect(writing.inside.get_by_label("Wort")).to_have_value('Neu & "2"')
    expect(writing.inside.get_by_role("img", name="gespeichert")).to_have_js_property("naturalWidth", 4)
    content.refresh_from_db()
    assert content.params["text"] == "Neu &amp; &quot;2&quot;"
    assert content.files == [content.params["picture"]["path"]]
    assert writing.errors == []


def test_an_exercise_is_opened_changed_saved_and_opened_again(writing, content):
    change_and_come_back(writing, content)
    assert writing.hosts == {writing.base.split("/")[2]}
    for width in (1280, 360):
        writing.page.set_viewport_size({"width": width, "height": 800})
        writing.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = writing.page.evaluate(f"axe.run({OURS!r}, {{runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']}})")
        assert [(item["id"], item["nodes"][0]["html"]) for item in found["violations"]] == []
        assert writing.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_editor_runs_on_a_second_host_without_the_session(writing, content, settings):
    port = writing.base.rsplit(":", 1)[-1]
    second = "127.0.0.1" if "localhost" in writing.base else "localhost"
    settings.BASE_URL, settings.H5P_CONTENT_ORIGIN = writing.base, f"http://{second}:{port}"
    change_and_come_back(writing, content)
    frame = next(one for one in writing.page.frames if "/h5p/editor/" in one.url)
    assert frame.url.startswith(settings.H5P_CONTENT_ORIGIN)
    assert frame.evaluate("document.cookie") == ""
    reached = "try { window.parent.document.title } catch (error) { error.name }"
    assert frame.evaluate(f"eval({reached!r})") == "SecurityError"


def test_a_new_exercise_is_refused_saved_and_never_written_over_what_others_saved(writing):
    writing.open()
    writing.press()
    message = writing.page.locator("[data-official-editor-message]")
    expect(message).to_contain_text("Der Editor übergibt noch nichts")
    writing.inside.get_by_label("Inhaltstyp").select_option("Test.Basic 1.0")
    writing.inside.get_by_label("Titel").fill("Ganz neu")
    writing.inside.get_by_label("Wort").fill("Wort")
    writing.save()
    made = Content.objects.order_by("pk").last()
    assert (made.title, made.params, made.language) == ("Ganz neu", {"text": "Wort"}, "de")
    assert writing.page.url.endswith(reverse("exercises:official_edit", args=[made.pk]))

    writing.inside.get_by_label("Wort").fill("Meins")
    Content.objects.filter(pk=made.pk).update(title="Von anderen")
    writing.press()
    expect(writing.page.get_by_text("Was Sie geschrieben haben, steht noch im Editor.")).to_be_visible()
    expect(writing.inside.get_by_label("Wort")).to_have_value("Meins")
    made.refresh_from_db()
    assert (made.title, made.params["text"]) == ("Von anderen", "Wort")
