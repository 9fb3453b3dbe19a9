"""Scripts of any length to measure with: plain lines, all different, with the usual pauses and a bed.

They say what a script has to say, so that `check` finds nothing wrong with them.
"""

from __future__ import annotations

from pathlib import Path

BED = "soft-rain"
CHAPTER = 12
"""Lines in a chapter."""

_PLACES = (
    "the window",
    "the chair",
    "your hands",
    "the floor",
    "the far wall",
    "the table",
    "your feet",
    "the door",
)
_QUALITIES = ("warm", "cool", "heavy", "light", "quiet", "near", "plain", "steady")
_ABOUT = """\
purpose: To have something to measure with.
level: open
content-note: Plain sentences about a room, one after the other. Not for driving.
review: Not yet reviewed by a clinician.
"""
_OPENING = "- notice: You may stop, pause or skip at any time."
_ENDING = "- notice: Look around the room once, feel your feet on the floor, and hear what sounds there are."
_SECONDS_PER_LINE = 24.9
"""What one line of these and its pause last, so that a script comes out near its length."""


def line_count(minutes: float) -> int:
    """How many lines a script of about so many minutes has."""
    return round(minutes * 60 / _SECONDS_PER_LINE)


def script(minutes: float, folder: Path, chapter: int = CHAPTER) -> Path:
    """Write a script that lasts about so many minutes, in chapters of so many lines."""
    lines = []
    for number in range(line_count(minutes)):
        if number % chapter == 0:
            lines.append(f"- chapter: Part {number // chapter + 1}")
        place, quality = _PLACES[number % 8], _QUALITIES[number // 8 % 8]
        words = (
            f"Here is {place} once more. It may seem {quality} today, or not, and line {number} is only that."
        )
        lines.append(f"- notice: {words}")
    name = f"{minutes:g}" if chapter == CHAPTER else f"{minutes:g}-by-{chapter}"
    file = folder / f"bench-{name}.yaml"
    return _written(file, f"Bench {name}", BED, lines)


def with_another_word(text: str, line: int, word: str) -> str:
    """The text of a script with one word of one line changed."""
    changed = text.replace(f"line {line} is only", f"line {line} is {word}")
    if changed == text:
        raise ValueError(f"There is no line {line} to change.")
    return changed


def long_page(lines: int, folder: Path) -> Path:
    """Write a script of so many lines of text."""
    file = folder / f"page-{lines}.yaml"
    steps = [
        f"- notice: There is room for {_PLACES[number % 8]}, and line {number}."
        for number in range(lines - _AROUND)
    ]
    return _written(file, "A long page", "ocean", steps)


_AROUND = 9
"""Lines of a page that are not its own steps."""


def _written(file: Path, title: str, bed: str, steps: list[str]) -> Path:
    begin = f"title: {title}\nbed: {bed}\n{_ABOUT}script:\n"
    file.write_text(begin + "\n".join([_OPENING, *steps, _ENDING, ""]), encoding="utf-8")
    return file
