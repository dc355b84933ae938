"""Our four content types in a real browser: by keyboard, tracked, restored, accessible, quick to start."""

import copy
import json
import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

from courses.h5p import builder
from courses.h5p.models import Attempt, Content, State, Statement

from .playing import Player, as_file, import_, import_demo, problems

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]

Step = int | list[int] | str  # an option of the radio buttons, boxes to tick, a button to press


@dataclass
class Exercise:
    """A demo content, how it is played, and what comes of it."""

    name: str
    start: str  # what is to be read at the start
    start_in_english: str
    steps: list[Step]
    end: str
    score: tuple[int, int]
    response: str | None
    half: int  # so many of the steps, then the learner leaves
    half_state: dict
    half_view: str
    verbs: dict[str, int] = field(default_factory=dict)


def rounds(choices: list[int | list[int]], following: str) -> list[Step]:
    """Questions one at a time: choose, check, go on."""
    steps: list[Step] = []
    for choice in choices:
        steps += [choice, "Antwort prüfen", following]
    return [*steps[:-1], "Zum Ergebnis"]


def answers(chosen: list[list[int]], options: list[int]) -> list[dict]:
    """The state of a round in which each of `chosen` that holds something was checked."""
    return [
        {"chosen": choice, "isChecked": bool(choice), "order": list(range(count))}
        for choice, count in zip(chosen, options, strict=True)
    ]


EXERCISES = {
    "choice quiz": Exercise(
        name="zugang-grundlagen-quiz",
        start="Frage 1 von 5",
        start_in_english="Question 1 of 5",
        steps=rounds([1, [1, 2], 1, 0, [0, 2, 3]], "Nächste Frage"),
        end="Richtig beantwortete Fragen: 5 von 5",
        score=(5, 5),
        response=None,
        half=6,
        half_state={
            "current": 2,
            "isFinished": False,
            "answers": answers([[1], [1, 2], [], [], []], [3, 4, 3, 3, 4]),
        },
        half_view="Frage 3 von 5",
        verbs={"attempted": 1, "interacted": 8, "answered": 5, "completed": 1},
    ),
    "true or false": Exercise(
        name="wegekarte-stimmt-das",
        start="Aussage 1 von 5",
        start_in_english="Statement 1 of 5",
        steps=rounds([1, 0, 0, 0, 0], "Nächste Aussage"),
        end="Richtig eingeschätzte Aussagen: 4 von 5",
        score=(4, 5),
        response=None,
        half=3,
        half_state={"current": 1, "isFinished": False, "answers": answers([[1], [], [], [], []], [2] * 5)},
        half_view="Aussage 2 von 5",
        verbs={"attempted": 1, "interacted": 5, "answered": 5, "completed": 1},
    ),
    "text page": Exercise(
        name="am-schalter-der-erste-satz",
        start="Drei Ämter, ein Moment: der erste Satz",
        start_in_english="Three offices, one moment: the first sentence",
        steps=["Ich habe das gelesen"],
        end="Sie haben das gelesen.",
        score=(0, 0),
        response=None,
        half=1,
        half_state={"isRead": True},
        half_view="Sie haben das gelesen.",
        verbs={"attempted": 1, "completed": 1},
    ),
    "dilemma": Exercise(
        name="am-schalter-das-papier",
        start="Was tun Sie?",
        start_in_english="What do you do?",
        steps=[
            "«Damit geht es nicht.",
            "Weiter",
            "«Ich habe zu schnell geantwortet.",
            "Weiter",
            "Sie markieren die Stelle",
            "Weiter",
        ],
        end="Morgen um acht",
        score=(0, 0),
        response="1.1[,]3.2[,]4.2",
        half=3,
        half_state={"path": [[0, 0], [2, 1]], "phase": "effect"},
        half_view="Sich zu berichtigen kostet Sie einen Satz.",
        verbs={"attempted": 1, "answered": 3, "completed": 1},
    ),
}
everywhere = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)


def opened(page: Page, live_server, content: Content, text: str, **options) -> Player:
    playing = Player(page, live_server, content)
    playing.open(**options)
    expect(playing.inside.get_by_text(text).first).to_be_visible()
    playing.settle()
    return playing


def play(playing: Player, steps: list[Step]) -> None:
    """With Tab, arrows, space and enter alone."""
    for step in steps:
        if isinstance(step, int):
            tab_to(playing, "radio", "")
            press(playing, *["ArrowDown"] * step or ["Space"])
        elif isinstance(step, list):
            for position in step:
                tab_to(playing, "checkbox", str(position))
                press(playing, "Space")
        else:
            tab_to(playing, "button", step)
            press(playing, "Enter")
            playing.settle()


def press(playing: Player, *keys: str) -> None:
    for key in keys:
        playing.page.keyboard.press(key)


def tab_to(playing: Player, kind: str, name: str) -> None:
    """Press Tab until the focus is on a control of that kind whose text, or value, begins with `name`."""
    seen = []
    for _try in range(12):
        playing.page.keyboard.press("Tab")
        here = playing.frame.evaluate(
            "(({type, value, textContent}) => [type === 'submit' ? 'button' : type, value || textContent])"
            "(document.activeElement)"
        )
        if here[0] == kind and here[1].startswith(name):
            return
        seen.append(here)
    raise AssertionError(f"Tab reached {seen}, not {name!r}")


def saved_state(playing: Player, expected: dict) -> None:
    playing.wait_for(lambda: State.objects.filter(user_key="learner").exists())
    playing.wait_for(lambda: json.loads(State.objects.get(user_key="learner").data) == expected)


@everywhere
def test_an_exercise_is_played_by_keyboard_and_its_result_is_stored(page, live_server, exercise):
    playing = opened(page, live_server, import_demo(exercise.name), exercise.start)
    play(playing, exercise.steps)

    expect(playing.inside.get_by_text(exercise.end).first).to_be_visible()
    assert playing.frame.evaluate("document.activeElement.dataset.focus") in ("result", "done", "heading")
    playing.wait_for(lambda: Attempt.objects.filter(finished_at__isnull=False).exists())
    attempt = Attempt.objects.get()
    assert (attempt.score, attempt.max_score) == exercise.score
    playing.wait_for(lambda: Statement.objects.filter(verb__endswith="completed").exists())
    verbs = [verb.rsplit("/", 1)[-1] for verb in Statement.objects.values_list("verb", flat=True)]
    assert {verb: verbs.count(verb) for verb in verbs} == exercise.verbs
    result = Statement.objects.get(verb__endswith="completed").raw["result"]
    assert (result["score"]["raw"], result["score"]["max"]) == exercise.score
    assert (result["completion"], result["success"]) == (True, True)
    assert re.fullmatch(r"PT[0-9.]+S", result["duration"])
    assert result.get("response") == exercise.response
    assert playing.errors == []


@everywhere
def test_an_exercise_is_restored_on_reload_and_in_another_browser(page, live_server, new_context, exercise):
    content = import_demo(exercise.name)
    playing = opened(page, live_server, content, exercise.start)
    play(playing, exercise.steps[: exercise.half])
    saved_state(playing, exercise.half_state)

    playing.page.reload()
    expect(playing.inside.get_by_text(exercise.half_view).first).to_be_visible()
    opened(new_context().new_page(), live_server, content, exercise.half_view)
    other = opened(new_context().new_page(), live_server, content, exercise.start, user_key="somebody else")
    expect(other.inside.get_by_text(exercise.half_view)).to_have_count(0)
    assert playing.errors == []


@everywhere
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_an_exercise_is_accessible_in_every_view(page, live_server, exercise, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    playing = opened(page, live_server, import_demo(exercise.name), exercise.start)
    paper = playing.frame.evaluate("getComputedStyle(document.querySelector('.academy')).backgroundColor")
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 27, 32)"}[scheme]
    assert problems(playing) == []
    views = exercise.steps[:3] if exercise.half_view.startswith(("Frage", "Aussage")) else exercise.steps
    for number in range(len(views)):
        play(playing, views[number : number + 1])
        assert problems(playing) == [], views[number]
    playing.frame.add_style_tag(
        content="* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important}"
        "p {margin-bottom: 2em !important}"
    )
    wide = playing.frame.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0  # WCAG 1.4.12


@everywhere
def test_an_exercise_speaks_the_language_of_its_content(page, live_server, exercise):
    playing = opened(page, live_server, import_demo(f"{exercise.name}-en"), exercise.start_in_english)
    assert playing.frame.evaluate("document.documentElement.lang") == "en"
    german = {word for step in exercise.steps if isinstance(step, str) for word in [step]}
    for name in playing.inside.get_by_role("button").all_inner_texts():
        assert name not in german


# --- the dilemma's own rules ---

STORY = {
    "situation": {"text": "<p>Jemand steht vor Ihnen.</p>"},
    "places": [
        {
            "id": "Start",
            "title": "Anfang",
            "choices": [
                {"text": "zuhören", "effect": "<p>Das tut gut.</p>", "points": 3, "next": " start-2 "},
                {"text": "im Kreis", "points": 1, "next": "kreis"},
                {"text": "ins Leere", "points": 1, "next": "gibt es nicht"},
            ],
        },
        {"id": "start-2", "title": "Mitte", "choices": [{"text": "zurück zum Anfang", "next": "START", "points": 2}]},
        {"id": "kreis", "title": "Kreis", "choices": [{"text": "weiter im Kreis", "next": "kreis"}]},
    ],
    "endings": [{"id": "ende", "title": "Ende", "text": "<p>Vorbei.</p>"}],
}


@pytest.fixture
def story(page, live_server) -> Player:
    main = json.loads((builder.DEMO_CONTENTS / "am-schalter-das-papier/h5p.json").read_text(encoding="utf-8"))
    content = import_(as_file(builder.build(main, {"content/content.json": copy.deepcopy(STORY)})))
    return opened(page, live_server, content, "Jemand steht vor Ihnen.")


@pytest.mark.parametrize("choice", ["im Kreis", "ins Leere"])
def test_a_dilemma_ends_where_a_decision_leads_nowhere_or_round_in_circles(story, choice):
    play(story, [choice, "Weiter"])
    expect(story.inside.get_by_role("heading", name="Hier endet die Geschichte")).to_be_focused()
    expect(story.inside.get_by_text("Punkte auf diesem Weg: 1 von 5")).to_be_visible()


def test_a_dilemma_counts_the_last_decision_of_a_place_that_is_visited_again(story):
    play(story, ["zuhören", "Weiter", "zurück zum Anfang", "Weiter"])
    expect(story.inside.get_by_role("heading", name="Anfang")).to_be_focused()
    play(story, ["ins Leere", "Weiter"])
    expect(story.inside.get_by_text("Punkte auf diesem Weg: 3 von 5")).to_be_visible()
    story.wait_for(lambda: Attempt.objects.filter(finished_at__isnull=False, score=3, max_score=5).exists())


def test_a_dilemma_announces_what_a_decision_does_and_takes_it_back(story):
    region = story.inside.get_by_role("status")
    expect(region).to_be_empty()
    play(story, ["zuhören"])
    expect(story.inside.get_by_role("heading", name="Sie haben entschieden")).to_be_focused()
    expect(region).to_contain_text("Was das mit dem Menschen vor Ihnen macht")
    expect(region).to_contain_text("Das tut gut.")
    saved_state(story, {"path": [[0, 0]], "phase": "effect"})
    play(story, ["Zurück zur letzten Entscheidung"])
    expect(story.inside.get_by_role("heading", name="Anfang")).to_be_focused()
    expect(region).to_be_empty()
    saved_state(story, {})


def test_a_dilemma_goes_on_after_its_end_as_another_attempt(story):
    play(story, ["ins Leere", "Weiter", "Zurück zur letzten Entscheidung", "im Kreis", "Weiter"])
    story.wait_for(lambda: Attempt.objects.filter(finished_at__isnull=False).count() == 2)
    responses = Statement.objects.filter(verb__endswith="completed").order_by("pk").values_list("raw", flat=True)
    assert [raw["result"]["response"] for raw in responses] == ["1.3", "1.2"]
