"""Verifying: a finished file is decoded and measured against its receipt.

So that nobody has to listen to twenty minutes to trust them.

check          what is reported, and what is noted for a picture
paper          the receipt beside the file
sound          the one pass through the decoded sound, and what is measured in all of it
clips          the voice: loudness, lines beside one another, pauses; `images` is what is above its own band
quiet          what lies under everything: the bed, or room tone; `repeats` is whether it comes round again
joins          the places where something was put together; `breaks` is how they are measured
tagged         the bytes, chapters and tags
published      any file, with or without a receipt, in the figures that places of publication ask about
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from guided_audio.store import Store
from guided_audio.verify.check import Check, Notes
from guided_audio.verify.clips import (
    LEAST_LIKENESS,
    LINES_TOLERANCE,
    PAUSE_TOLERANCE,
    SPEECH_TOLERANCE,
    ClipOf,
    KnownClip,
    not_heard,
)
from guided_audio.verify.paper import receipt_of
from guided_audio.verify.quiet import LEVEL_TOLERANCE
from guided_audio.verify.sound import LONGEST_ZERO, sound_checks
from guided_audio.verify.tagged import tag_checks

__all__ = [
    "LEAST_LIKENESS",
    "LEVEL_TOLERANCE",
    "LINES_TOLERANCE",
    "LONGEST_ZERO",
    "PAUSE_TOLERANCE",
    "SPEECH_TOLERANCE",
    "Check",
    "ClipOf",
    "KnownClip",
    "Notes",
    "not_heard",
    "verify",
]


def verify(file: Path, store: Store | None, clip_of: ClipOf, notes: Notes | None = None) -> Iterator[Check]:
    """Measure a finished file. Every check that can be made is made, whatever the others say.

    Without a store, what only the store that spoke the file could tell is not compared, and said so.

    Raises:
        VerificationFailed: there is no receipt beside it, or it is no receipt.
    """
    receipt = receipt_of(file)
    yield from sound_checks(file, receipt, clip_of, Notes() if notes is None else notes)
    yield from tag_checks(file, receipt, store)
