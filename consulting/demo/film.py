"""Draws the film of the demo course and writes its captions; needs ffmpeg, which only who changes the film has to have.

    python -m consulting.demo.film [de|en …]

The results are committed (consulting/demo/media), so that loading the demo content needs neither ffmpeg nor fonts.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from .content import read

MEDIA = Path(__file__).resolve().parent / "media"
FONTS = Path(__file__).resolve().parents[2] / "academy" / "static" / "vendor" / "fonts" / "ttf"
SIZE = WIDTH, HEIGHT = 640, 360  # the lowest 50 stay empty: captions stand there
RATE = 12  # pictures a second
SCALE = 2  # drawn larger and made smaller, so that edges are smooth

PAPER, SURFACE, INK, MUTED = "#fbf7f0", "#fffefb", "#17292c", "#4b5c5d"
DEEP, TEAL, LINE, CORAL, CORAL_INK, AMBER, GLOW = (
    *("#0b444b", "#0a5a63", "#77827d", "#e2694a", "#a03a1c", "#f3b94d", "#fff3dc"),
)


class Picture:
    """One frame in the measures of the film; everything is drawn in double size."""

    def __init__(self, ground: str = PAPER):
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), ground)
        self.draw = ImageDraw.Draw(self.image)

    def box(self, left: float, top: float, right: float, bottom: float, *, fill: str, edge: str = "", radius: int = 10):
        corners = [value * SCALE for value in (left, top, right, bottom)]
        self.draw.rounded_rectangle(corners, radius * SCALE, fill=fill, outline=edge or None, width=2 * SCALE)

    def circle(self, x: float, y: float, radius: float, *, fill: str):
        self.draw.ellipse([v * SCALE for v in (x - radius, y - radius, x + radius, y + radius)], fill=fill)

    def line(self, *points: tuple[float, float], color: str, width: int = 3):
        self.draw.line([(x * SCALE, y * SCALE) for x, y in points], fill=color, width=width * SCALE, joint="curve")

    def text(
        self, x: float, y: float, words: str, *, size: int, color: str = INK, bold: bool = False, anchor: str = "lm"
    ):
        name = "FiraSans-SemiBold.ttf" if bold else "FiraSans-Regular.ttf"
        font = ImageFont.truetype(str(FONTS / name), size * SCALE)
        self.draw.text((x * SCALE, y * SCALE), words, font=font, fill=color, anchor=anchor, align="center")

    def door(self, x: float, floor: float):
        """An open door with light behind it: the arch of the logo."""
        self.draw.pieslice([v * SCALE for v in (x - 26, floor - 92, x + 26, floor - 40)], 180, 360, fill=GLOW)
        self.box(x - 26, floor - 67, x + 26, floor, fill=GLOW, radius=0)
        self.draw.polygon(
            [
                (v[0] * SCALE, v[1] * SCALE)
                for v in ((x + 26, floor - 66), (x + 50, floor - 78), (x + 50, floor + 10), (x + 26, floor))
            ],
            fill=CORAL,
        )

    def person(self, x: float, floor: float, height: float, color: str):
        head = height * 0.22
        self.circle(x, floor - height + head, head, fill=color)
        self.box(
            x - height * 0.26, floor - height * 0.54, x + height * 0.26, floor, fill=color, radius=int(height * 0.2)
        )

    def frame(self) -> bytes:
        return self.image.resize(SIZE, Image.Resampling.LANCZOS).tobytes()


# --- Scenes: each draws its picture at a moment between 0 and 1 -----------------------------------------------------


def draw_title(words: dict, stations: list[str], moment: float) -> Picture:
    picture = Picture(DEEP)
    picture.text(44, 112, words["heading"], size=40, color="#fdf8ef", bold=True)
    picture.text(44, 166, words["line"], size=24, color="#e6f0ea")
    for number in range(14):
        if number / 14 <= moment * 1.6:
            picture.circle(60 + number * 34, 258 - (number % 3) * 7, 5, fill=AMBER)
    picture.door(566, 272)
    return picture


def draw_person(words: dict, stations: list[str], moment: float) -> Picture:
    picture = headed(words)
    picture.line((0, 272), (WIDTH, 272), color=LINE, width=2)
    shift = min(moment * 1.4, 1) * 60
    for offset, height, color in ((0, 112, TEAL), (64, 104, CORAL), (116, 72, AMBER)):
        picture.person(96 + offset + shift, 270, height, color)
    for number in range(7):
        picture.circle(370 + number * 36, 258, 5, fill=LINE)
    return picture


def draw_boxes(words: dict, stations: list[str], moment: float) -> Picture:
    picture = headed(words)
    draw_way(picture, stations, shown=1 + int(min(moment * 1.5, 0.999) * len(stations)))
    return picture


def draw_marks(words: dict, stations: list[str], moment: float) -> Picture:
    picture = headed(words)
    draw_way(picture, stations, marked=[1, 4][: 1 + (moment > 0.35)] if moment > 0.12 else [])
    return picture


def draw_reasons(words: dict, stations: list[str], moment: float) -> Picture:
    picture = headed(words)
    draw_way(picture, stations, marked=[1, 4], top=116)
    first, second = words["notes"]
    if moment > 0.1:
        note(picture, 22, first)
    if moment > 0.4:
        note(picture, 332, second)
    return picture


def draw_actions(words: dict, stations: list[str], moment: float) -> Picture:
    picture = headed(words)
    for number, (when, what) in enumerate(words["columns"]):
        if moment * 1.6 < number / 3:
            break
        left = 22 + number * 202
        picture.box(left, 130, left + 190, 282, fill=SURFACE, edge=TEAL)
        picture.box(left, 130, left + 190, 174, fill=TEAL)
        picture.text(left + 95, 152, when, size=22, color=SURFACE, bold=True, anchor="mm")
        for line, part in enumerate(two_lines(what)):
            picture.text(left + 95, 214 + line * 30, part, size=21, anchor="mm")
    return picture


def draw_end(words: dict, stations: list[str], moment: float) -> Picture:
    picture = Picture(DEEP)
    picture.text(44, 112, words["heading"], size=38, color="#fdf8ef", bold=True)
    picture.text(44, 164, words["line"], size=26, color="#e6f0ea")
    picture.line((52, 246), (520, 246), color=AMBER, width=4)
    for number in range(len(stations)):
        picture.box(44 + number * 82, 222, 94 + number * 82, 270, fill=CORAL if number in (1, 4) else GLOW)
    picture.door(576, 272)
    return picture


SCENES = {
    "title": draw_title,
    "person": draw_person,
    "boxes": draw_boxes,
    "marks": draw_marks,
    "reasons": draw_reasons,
    "actions": draw_actions,
    "end": draw_end,
}


def headed(words: dict) -> Picture:
    picture = Picture()
    picture.text(24, 46, words["heading"], size=33, color=DEEP, bold=True)
    picture.text(24, 90, words["line"], size=23, color=MUTED)
    return picture


def draw_way(picture: Picture, stations: list[str], *, shown: int = 6, marked: list[int] | None = None, top: int = 140):
    """The boxes in two rows, joined by the way."""
    places = [(22 + (number % 3) * 202, top + (number // 3) * 82) for number in range(len(stations))]
    for number, (left, upper) in enumerate(places[:shown]):
        if number:
            before = places[number - 1]
            same_row = before[1] == upper
            start = (before[0] + 190, before[1] + 29) if same_row else (before[0] + 95, before[1] + 58)
            turn = [] if same_row else [(start[0], upper - 12), (left + 95, upper - 12)]
            picture.line(start, *turn, (left, upper + 29) if same_row else (left + 95, upper), color=AMBER, width=4)
    for number, (left, upper) in enumerate(places[:shown]):
        is_marked = number in (marked or [])
        edge = CORAL_INK if is_marked else TEAL
        picture.box(left, upper, left + 190, upper + 58, fill="#fbe3d9" if is_marked else SURFACE, edge=edge)
        picture.text(left + 95, upper + 29, stations[number], size=23, bold=is_marked, anchor="mm")
        if is_marked:
            picture.circle(left + 184, upper + 4, 15, fill=CORAL_INK)
            picture.text(left + 184, upper + 4, "!", size=24, color="#ffffff", bold=True, anchor="mm")


def note(picture: Picture, left: float, words: str):
    picture.box(left, 264, left + 286, 304, fill="#fbe3d9", radius=8)
    picture.text(left + 143, 284, words, size=21, color=CORAL_INK, bold=True, anchor="mm")


def two_lines(words: str) -> list[str]:
    """The words in two lines of about the same length."""
    parts = words.split()
    cuts = range(1, len(parts)) if len(parts) > 1 else [1]
    cut = min(cuts, key=lambda at: max(len(" ".join(parts[:at])), len(" ".join(parts[at:]))))
    return [" ".join(parts[:cut]), " ".join(parts[cut:])]


# --- Files ----------------------------------------------------------------------------------------------------------


def frames(language: str) -> Iterator[bytes]:
    film = read("film")
    for scene in film["scenes"]:
        count = scene["seconds"] * RATE
        for number in range(count):
            picture = SCENES[scene["picture"]](scene[language], film["stations"][language], number / count)
            yield picture.frame()


def write_film(language: str) -> Path:
    """A VP9 film without sound, in two passes so that few bytes carry sharp letters."""
    target = MEDIA / f"wegekarte-{language}.webm"
    command = ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}"]
    command += ["-r", str(RATE), "-i", "-", "-an", "-c:v", "libvpx-vp9", "-crf", "30", "-b:v", "0", "-row-mt", "1"]
    command += ["-pix_fmt", "yuv420p", "-g", str(RATE * 10), "-deadline", "best", str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:  # noqa: S603 (our own command, no shell)
        for frame in frames(language):
            process.stdin.write(frame)
    if process.returncode:
        raise SystemExit(f"ffmpeg could not write {target.name}.")
    return target


def captions(language: str) -> str:
    """The captions as WebVTT: what each scene says, while it is shown."""
    lines, begins = ["WEBVTT", ""], 0.0
    for scene in read("film")["scenes"]:
        ends = begins + scene["seconds"]
        lines += [f"{clock(begins)} --> {clock(ends)}", scene[language]["caption"], ""]
        begins = ends
    return "\n".join(lines)


def clock(seconds: float) -> str:
    return f"00:{int(seconds // 60):02}:{seconds % 60:06.3f}"


def transcript(language: str) -> str:
    """What the film shows and says, as rich text."""
    film = read("film")
    scenes = [f"<li>{scene[language]['caption']} ({scene[language]['shows']})</li>" for scene in film["scenes"]]
    return f"<p>{film['note'][language]}</p><ol>{''.join(scenes)}</ol>"


def main(languages: list[str]) -> None:
    for language in languages or ["de", "en"]:
        path = write_film(language)
        (MEDIA / f"wegekarte-{language}.vtt").write_text(captions(language), encoding="utf-8")
        sys.stdout.write(f"{path.name}: {path.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
