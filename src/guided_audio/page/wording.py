"""What the page itself says, apart from what it is given: one file of sentences for each language.

Each file has the sentences of every page, and neutral ones that stand in their place on a discreet one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGE = "en"
"""The only language there is a file for so far."""

SECONDS_TO_THE_MINUTE = 60


@cache
def wording(*, discreet: bool) -> Mapping[str, str]:
    """Every sentence by its name."""
    text = Path(__file__).with_name(f"{LANGUAGE}.json").read_text(encoding="utf-8")
    sentences: dict[str, dict[str, str]] = json.loads(text)
    return sentences["every page"] | (sentences["discreet page"] if discreet else {})


def spoken_length(milliseconds: int, say: Mapping[str, str]) -> str:
    """A length as one would say it: seconds up to a minute, then minutes with their seconds."""
    minutes, seconds = divmod(round(milliseconds / 1000), SECONDS_TO_THE_MINUTE)
    parts = [say["minutes"].format(n=minutes)] if minutes else []
    if seconds or not parts:
        parts.append(say["seconds"].format(n=seconds))
    return " ".join(parts)


def rounded_length(milliseconds: int, say: Mapping[str, str]) -> str:
    """A length to the minute, as a list shows it; under a minute to the second."""
    if milliseconds < SECONDS_TO_THE_MINUTE * 1000:
        return spoken_length(milliseconds, say)
    return say["minutes"].format(n=round(milliseconds / 60_000))
