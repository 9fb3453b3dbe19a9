"""What is reported of a finished file, and what is noted on the way for whoever draws it."""

from __future__ import annotations

from dataclasses import dataclass, field

from guided_audio.listening import Ear, Found, LevelCurve, Span
from guided_audio.receipt import ClipEntry, Receipt


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was measured, and whether it is as it should be."""

    name: str
    measured: str
    well: bool
    value: float | None = None


@dataclass(slots=True)
class Notes:
    """What was heard on the way to the checks, for whoever draws it: `verify` fills it in.

    `levels`, in dBFS, and `found` go by the index of a clip. Without a curve none is measured.
    `breaks` are the joins that can be heard.
    """

    curve: LevelCurve | None = None
    receipt: Receipt | None = None
    clips: list[ClipEntry] = field(default_factory=list)
    levels: dict[int, float] = field(default_factory=dict)
    found: dict[int, Found] = field(default_factory=dict)
    breaks: list[Span] = field(default_factory=list)
    ear: Ear = field(default_factory=Ear)


def not_measured(name: str, reason: str) -> Check:
    """What cannot be measured is said, and is not held against the file."""
    return Check(name, f"not measured: {reason}", well=True)
