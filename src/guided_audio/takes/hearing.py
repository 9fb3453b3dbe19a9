"""Hearing a take: from a file that a phone made to speech in the store, once, and what was noticed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from guided_audio.blocks import Mono
from guided_audio.sounds.own_sound import decoded
from guided_audio.speaking import Speaker
from guided_audio.speech import Speech
from guided_audio.store import Store
from guided_audio.takes import cleaning
from guided_audio.takes.lines import ScriptLine, hushes
from guided_audio.takes.sides import Sides
from guided_audio.timeline import Take
from guided_audio.units import PROJECT_RATE, Seconds, format_duration, to_seconds

LONGEST = Seconds(180.0)
"""Of one take, with all that is around the words: a line that takes longer is several."""

LARGEST = 600_000_000
"""Bytes of a file: three minutes as any recorder keeps them have room twice over."""

QUICKEST, SLOWEST = 6.0, 0.6
"""Words a second between which a line is read. Auctioneers and very slow guides lie within."""

SPARE = 2.5
"""Seconds by which a short line may be longer than its words."""

CLIPPED = 0.0005
"""The share of cut-off samples from which it is worth saying."""

VOICE = "takes"
"""What stands in the place of an engine for a line that a person said. A hash follows it in receipts, and
no file's name, which may be somebody's."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was found in a take: its length once it is trimmed, and the figures of `cleaning.Cleaned`."""

    seconds: float
    clipped: float
    hum_db: float
    room_db: float


def content_of(file: Path, store: Store) -> str:
    """A keyed hash of what a file holds.

    Raises:
        ValueError: a sentence on why it cannot be read.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise ValueError("This file is far too large for one line.")
        with file.open("rb") as stream:
            return store.key("take content", hashlib.file_digest(stream, "sha256").hexdigest())
    except OSError as error:
        raise ValueError(f"This file cannot be opened: {(error.strerror or 'no reason').lower()}.") from None


def hear(file: Path, content: str, speaker: Speaker) -> tuple[Take, Heard]:
    """The take, ready to be placed, and what was found in it. Both are kept.

    Raises:
        ValueError: a sentence on why it cannot be used.
    """
    key = speaker.store.key("take", content, cleaning.VERSION, PROJECT_RATE)
    facts = speaker.store.key("take facts", content, cleaning.VERSION, PROJECT_RATE)

    def prepared() -> Speech:
        made = cleaning.cleaned(_raw(file), PROJECT_RATE)
        heard = Heard(to_seconds(len(made.samples)), made.clipped, made.hum_db, made.room_db)
        speaker.store.put(facts, json.dumps(asdict(heard)).encode())
        return Speech(made.samples, PROJECT_RATE)

    if speaker.store.get(facts) is None:
        speaker.store.forget([key])
    take = speaker.recording(key, prepared, f"{VOICE}:{content[:12]}")
    return take, Heard(**json.loads(speaker.store.get(facts) or b"{}"))


def _raw(file: Path) -> Mono:
    """One channel of a file; of a video, its sound. The louder of two, where the other one spoils it."""
    try:
        sound = np.concatenate(list(decoded(file, PROJECT_RATE, LONGEST)))
    except ValueError as error:
        if "longer than" in str(error):
            longest = format_duration(LONGEST)
            raise ValueError(f"This take is longer than {longest}: one file is one line.") from None
        raise
    sides = Sides()
    mean = sides.hear(sound)
    left, right = sides.mix
    return mean if left == right else np.ascontiguousarray(sound[:, int(right > left)])


def warnings(heard: Heard, line: ScriptLine) -> list[str]:
    """What she may want to know of a take that is used all the same; never the words of the line."""
    said = []
    if heard.clipped > CLIPPED:
        said.append(
            f"it was too loud for the microphone: {heard.clipped:.1%} of it is cut off. Further away, or "
            "turned down, it is cleaner."
        )
    words = len(line.words)
    if words and heard.seconds < words / QUICKEST:
        said.append(f"it lasts {heard.seconds:.1f} s, very short for {words} words. Is it the right line?")
    elif heard.seconds > SPARE + words / SLOWEST + 2 * hushes(line.line):
        said.append(f"it lasts {heard.seconds:.1f} s, very long for {words} words. Is it the right line?")
    return said
