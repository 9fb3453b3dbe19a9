"""What a script says, once it has been read: plain, frozen, and free of YAML.

A `Script` holds the steps in the order they will be heard, shared passages already in place. Words
that a client's therapist fills in are still `Slot` pieces here, so a script can be shown, checked
and kept without a client's words in it.
"""

from __future__ import annotations

from guided_audio.script.pauses import KINDS, Rest, exactly
from guided_audio.script.pieces import Hush, Piece, Slot, SlotRule, Words, text_of
from guided_audio.script.steps import (
    NO_TIME,
    NOTHING_CHOSEN,
    Bed,
    Bell,
    Breathe,
    Chapter,
    Choice,
    Line,
    NoBed,
    Passage,
    Pause,
    Step,
    flat,
    walk,
)
from guided_audio.script.whole import MOST_CHAPTERS, Ending, Level, Profile, Script, shown_values

__all__ = [
    "KINDS",
    "MOST_CHAPTERS",
    "NOTHING_CHOSEN",
    "NO_TIME",
    "Bed",
    "Bell",
    "Breathe",
    "Chapter",
    "Choice",
    "Ending",
    "Hush",
    "Level",
    "Line",
    "NoBed",
    "Passage",
    "Pause",
    "Piece",
    "Profile",
    "Rest",
    "Script",
    "Slot",
    "SlotRule",
    "Step",
    "Words",
    "exactly",
    "flat",
    "shown_values",
    "text_of",
    "walk",
]
