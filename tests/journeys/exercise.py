"""Playing the demo exercise inside its frame."""

import re

from playwright.sync_api import Page, expect

RIGHT_ANSWERS = [[1], [1, 2], [1], [0], [0, 2, 3]]


def play_the_exercise(page: Page) -> None:
    """Answer every question rightly, up to the result."""
    quiz = page.frame_locator("[data-h5p-frame]")
    last = len(RIGHT_ANSWERS)
    for number, positions in enumerate(RIGHT_ANSWERS, start=1):
        expect(quiz.get_by_text(f"Frage {number} von {last}")).to_be_visible()
        settle(page)
        for position in positions:
            quiz.locator(f'input[value="{position}"]').check()
        quiz.get_by_role("button", name="Antwort prüfen").press("Enter")  # a key cannot miss where the frame grows
        settle(page)
        quiz.get_by_role("button", name="Zum Ergebnis" if number == last else "Nächste Frage").press("Enter")


def settle(page: Page) -> None:
    """Until the frame has the height of its content: clicks would miss before."""
    frame = page.frame(url=re.compile("/embed/"))
    fits, height = 0, 0
    while fits < 3:
        page.wait_for_timeout(30)
        now = frame.evaluate("[innerHeight, document.body.scrollHeight]")
        fits = fits + 1 if now[0] == now[1] == height else 0
        height = now[1]
