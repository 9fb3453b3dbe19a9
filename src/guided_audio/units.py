"""Time and level, each with its unit in its type.

Inside the program time is a whole number of frames at the project's rate: sums of frames are
exact, sums of seconds are not. Seconds appear only where people write or read them.
"""

from __future__ import annotations

import math
import re
from typing import NewType

Frames = NewType("Frames", int)
"""A length or a position: sample frames at the project's rate."""

Seconds = NewType("Seconds", float)
"""A length as people write it."""

PROJECT_RATE = 44_100
"""Frames a second. Older car units list nothing above 44.1 kHz."""

LONGEST = Seconds(24 * 3600.0)
"""No single duration may be longer than a day: it is a slip of the finger."""

_PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)\s*(ms|h|m|s)")
_WHOLE = re.compile(rf"(?:{_PART.pattern}\s*)+")
_SECONDS_PER = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_ORDER = ("h", "m", "s", "ms")


def to_frames(seconds: float, rate: int = PROJECT_RATE) -> Frames:
    """The nearest whole number of frames."""
    return Frames(round(seconds * rate))


def to_seconds(frames: int, rate: int = PROJECT_RATE) -> Seconds:
    """How long that many frames sound."""
    return Seconds(frames / rate)


def to_milliseconds(frames: int, rate: int = PROJECT_RATE) -> int:
    """The nearest millisecond, the unit of chapters and captions."""
    return round(frames * 1000 / rate)


def parse_duration(text: str) -> Seconds:
    """Read `8s`, `1m30s`, `2.5s`, `500ms` or `1h`.

    Raises:
        ValueError: with a sentence that says what is wrong and what to write.
    """
    if not _WHOLE.fullmatch(text.strip()):
        raise ValueError(_what_is_wrong(text.strip()))
    parts = _PART.findall(text)
    order = [_ORDER.index(unit) for _, unit in parts]
    if order != sorted(set(order)):
        raise ValueError("A duration names each unit once, the larger first, like 1m30s.")
    seconds = math.fsum(float(number) * _SECONDS_PER[unit] for number, unit in parts)
    if seconds > LONGEST:
        raise ValueError("A duration longer than a day is refused.")
    return Seconds(seconds)


def _what_is_wrong(text: str) -> str:
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        return f"A duration needs its unit: {text}s for seconds, {text}m for minutes."
    if text.startswith("-"):
        return "A duration cannot be negative."
    return "This is not a duration. Write 8s, 1m30s or 500ms."


def format_duration(seconds: float) -> str:
    """Write a duration the way `parse_duration` reads it, to the millisecond: `1m30s`."""
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    text = (f"{hours}h" if hours else "") + (f"{minutes}m" if minutes else "")
    if milliseconds or not text:
        text += f"{milliseconds / 1000:.3f}".rstrip("0").rstrip(".") + "s"
    return text


def format_clock(seconds: float) -> str:
    """Write a position the way a player shows it: `4:07` or `1:02:45`."""
    whole = round(seconds)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def parse_decibels(text: str) -> float:
    """Read `20 dB` or `-3.5dB`.

    Raises:
        ValueError: with a sentence that says what to write.
    """
    found = re.fullmatch(r"\s*([+-]?\d+(?:\.\d+)?)\s*dB\s*", text, re.IGNORECASE)
    if not found:
        raise ValueError("This is not a level. Write it in decibels, like 20 dB.")
    return float(found[1])


def gain(decibels: float) -> float:
    """The factor by which samples are multiplied to change their level by so many decibels."""
    return float(10.0 ** (decibels / 20.0))


def decibels(factor: float) -> float:
    """The level of a factor, `-inf` for zero."""
    return 20.0 * math.log10(factor) if factor > 0 else -math.inf
