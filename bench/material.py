"""Scripts of any length to measure with: plain lines, all different, with the usual pauses and a bed."""

from __future__ import annotations

from pathlib import Path

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
_SECONDS_PER_LINE = 24.9
"""What one line of these and its pause last, so that a script comes out near its length."""


def script(minutes: float, folder: Path) -> Path:
    """Write a script that lasts about so many minutes."""
    count = round(minutes * 60 / _SECONDS_PER_LINE)
    lines = []
    for number in range(count):
        if number % 12 == 0:
            lines.append(f"- chapter: Part {number // 12 + 1}")
        place, quality = _PLACES[number % 8], _QUALITIES[number // 8 % 8]
        words = (
            f"Here is {place} once more. It may seem {quality} today, or not, and line {number} is only that."
        )
        lines.append(f"- notice: {words}")
    file = folder / f"bench-{minutes:g}.yaml"
    file.write_text("\n".join([f"title: Bench {minutes:g}", "bed: soft-rain", "script:", *lines, ""]))
    return file


def long_page(lines: int, folder: Path) -> Path:
    """Write a script of so many lines of text."""
    file = folder / f"page-{lines}.yaml"
    steps = (
        f"- notice: There is room for {_PLACES[number % 8]}, and line {number}."
        for number in range(lines - 3)
    )
    file.write_text("\n".join(["title: A long page", "bed: ocean", "script:", *steps, ""]))
    return file
