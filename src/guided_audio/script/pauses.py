"""Pauses: how long they may be, and the kinds a script names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guided_audio.units import Seconds


@dataclass(frozen=True, slots=True)
class Rest:
    """A pause in seconds. Elastic when it may move between its limits, exact when they are equal."""

    minimum: Seconds
    ideal: Seconds
    maximum: Seconds
    kind: str = ""

    @property
    def elastic(self) -> bool:
        """Whether a fit to a length may change it."""
        return self.minimum < self.maximum


def exactly(seconds: float, kind: str = "") -> Rest:
    """A pause that is never stretched."""
    return Rest(Seconds(seconds), Seconds(seconds), Seconds(seconds), kind)


def _kind(name: str, minimum: float, ideal: float, maximum: float) -> Rest:
    return Rest(Seconds(minimum), Seconds(ideal), Seconds(maximum), name)


KINDS: Mapping[str, Rest] = {
    rest.kind: rest
    for rest in (
        _kind("tick", 1.5, 2, 3),
        _kind("settle", 4, 6, 9),
        _kind("notice", 8, 12, 16),
        _kind("ask", 12, 18, 25),
        _kind("dwell", 20, 28, 40),
        _kind("orient", 4, 5, 7),
    )
}
"""The kinds of pause a script names; design values, tuned by ear."""
