"""The recording: heard once to find the lines in it, and once more to cut them out as they were recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from guided_audio.alignment import LONGEST
from guided_audio.blocks import Mono, Stereo
from guided_audio.errors import Refused
from guided_audio.ffmpeg import native_rate
from guided_audio.listening import Span, cut
from guided_audio.sounds.own_sound import decoded
from guided_audio.takes.sides import Sides
from guided_audio.units import Seconds

RATE = 16_000
"""Hertz at which lines are looked for: speech has little above 8 kHz that tells one line from another."""

FINEST = 48_000
"""Hertz at which takes are cut at the most, and at which a rate nobody can tell is taken to be."""

LARGEST = 6_000_000_000
"""Bytes of a file: more than two hours of the widest sound there is."""


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A recording as it was heard: its sound at `RATE`, its own rate, and how its sides are mixed."""

    file: Path
    samples: Mono
    own_rate: int
    sides: tuple[float, float]


def hear(file: Path) -> Recording:
    """Decode a recording, whatever a phone makes of it; of a video it is the sound.

    Raises:
        Refused: it is no sound, is damaged, or is too long.
    """
    try:
        _require_sane(file)
        own_rate = min(native_rate(file) or FINEST, FINEST)
        heard, sides = _heard(file)
    except OSError as error:
        raise Refused(f"The recording cannot be opened: {(error.strerror or 'no reason').lower()}.") from None
    except ValueError as error:
        raise Refused(_explained(str(error))) from None
    return Recording(file, heard, max(own_rate, RATE // 2), sides.mix)


def _heard(file: Path) -> tuple[Mono, Sides]:
    """The mean of its sides; where they cancel each other, the louder one, which takes a second look."""
    heard, sides = bytearray(), Sides()
    for block in decoded(file, RATE, Seconds(LONGEST)):
        heard += sides.hear(block).tobytes()
    if sides.cancel:
        heard, mix = bytearray(), np.array(sides.mix, dtype=np.float32)
        for block in decoded(file, RATE, Seconds(LONGEST)):
            heard += (block @ mix).astype(np.float32).tobytes()
    return np.frombuffer(heard, dtype=np.float32), sides


def _require_sane(file: Path) -> None:
    if file.stat().st_size > LARGEST:
        raise ValueError("This file is far too large for a reading.")


def _explained(reason: str) -> str:
    if "longer than" in reason:
        return f"{reason} Cut the recording into parts, and give each part with the same script."
    return f"The recording cannot be used. {reason}"


def pieces(recording: Recording, spans: Sequence[Span]) -> Iterator[tuple[int, Mono]]:
    """The sound of each span of frames at `RATE`, cut out of the recording at its own rate, with its index.

    No more of it is in memory than is being cut.

    Raises:
        Refused: the file has changed meanwhile.
    """
    scale = recording.own_rate / RATE
    wanted = [Span(round(span.start * scale), round(span.end * scale)) for span in spans]
    mixed = np.array(recording.sides, dtype=np.float32)
    try:
        for index, sound in cut(_blocks(recording), wanted):
            yield index, (sound @ mixed).astype(np.float32)
    except (OSError, ValueError):
        raise Refused("The recording could not be read a second time. Was it moved? Run it again.") from None


def _blocks(recording: Recording) -> Iterator[Stereo]:
    return decoded(recording.file, recording.own_rate, Seconds(LONGEST + 1))
