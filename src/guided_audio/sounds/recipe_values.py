"""The values of a recipe, each with its unit: text in, number out, ValueError with a sentence otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable

from guided_audio.units import parse_decibels, parse_duration

MOST_DROPS = 200.0
MOST_PULSES = 12


def hertz(text: str) -> float:
    """Hertz: `400 Hz`, `1.2 kHz`, `0.5 Hz`."""
    found = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*(k?)Hz\s*", text)
    value = float(found[1]) * (1000.0 if found[2] else 1.0) if found else 0.0
    if not 0.01 <= value <= 20_000:
        raise ValueError("This is not a pitch. Write it in hertz, like 400 Hz or 1.2 kHz.")
    return value


def pitch(text: str) -> float:
    """Hertz that can be heard as a pitch."""
    value = hertz(text)
    if value < 15:
        raise ValueError("A pitch under 15 Hz is not heard.")
    return value


def level(text: str) -> float:
    """Decibels against the other layers."""
    value = parse_decibels(text)
    if not -90 <= value <= 30:
        raise ValueError("A level lies between -90 dB and 30 dB.")
    return value


def depth(text: str) -> float:
    """Decibels of a difference, above zero."""
    value = parse_decibels(text)
    if not 0 < value <= 40:
        raise ValueError("A depth lies above 0 dB and is at most 40 dB.")
    return value


def time(shortest: float, longest: float) -> Callable[[str], float]:
    """Seconds within limits."""

    def read(text: str) -> float:
        value = parse_duration(text)
        if not shortest <= value <= longest:
            raise ValueError(f"This time lies between {shortest:g}s and {longest:g}s.")
        return value

    return read


def share(text: str) -> float:
    """A number from 0 to 1."""
    if not re.fullmatch(r"[01](\.\d{1,6})?", text) or not 0 <= float(text) <= 1:
        raise ValueError("This is a share: write a number from 0 to 1, like 0.6.")
    return float(text)


def whole(text: str) -> int:
    """A seed."""
    if not re.fullmatch(r"\d{1,9}", text):
        raise ValueError("The seed is a whole number, like 7.")
    return int(text)


def per_second(text: str) -> float:
    """How many drops a second: `8 a second`."""
    found = re.fullmatch(r"(\d{1,4}(?:\.\d{1,3})?) (?:per|a) second", text)
    if not found or not 0 < float(found[1]) <= MOST_DROPS:
        raise ValueError(f"Write how many drops fall, up to {MOST_DROPS:g}, like: 8 a second.")
    return float(found[1])


def pulses(text: str) -> int:
    """How many small sounds one drop consists of."""
    if not re.fullmatch(r"\d{1,2}", text) or not 1 <= int(text) <= MOST_PULSES:
        raise ValueError(f"Write a whole number from 1 to {MOST_PULSES}.")
    return int(text)


def under(text: str) -> float:
    """Decibels below something: `-14 dB`."""
    value = parse_decibels(text)
    if not -60 <= value <= -3:
        raise ValueError("This level lies between -60 dB and -3 dB.")
    return value


def between(read: Callable[[str], float]) -> Callable[[str], tuple[float, float]]:
    """Two values, the lower first: `7s to 12s`."""

    def both(text: str) -> tuple[float, float]:
        low, separator, high = text.partition(" to ")
        if not separator:
            raise ValueError("Write the lower and the upper end, like `7s to 12s` or `400 Hz to 2 kHz`.")
        ends = read(low), read(high)
        if not ends[0] < ends[1]:
            raise ValueError("The lower end comes first.")
        return ends

    return both
