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
from guided_audio.units import Seconds

RATE = 16_000
"""Hertz at which lines are looked for: speech has little above 8 kHz that tells one line from another."""

FINEST = 48_000
"""Hertz at which takes are cut at the most, and at which a rate nobody can tell is taken to be."""

LARGEST = 6_000_000_000
"""Bytes of a file: more than two hours of the widest sound there is."""

_ONE_SIDE = 100.0  # times as powerful as the other: a microphone on one side only


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
        heard, powers = bytearray(), np.zeros(2)
        for block in decoded(file, RATE, Seconds(LONGEST)):
            heard += block.mean(axis=1, dtype=np.float32).tobytes()
            powers += np.square(block, dtype=np.float64).sum(axis=0)
    except OSError as error:
        raise Refused(f"The recording cannot be opened: {(error.strerror or 'no reason').lower()}.") from None
    except ValueError as error:
        raise Refused(_explained(str(error))) from None
    return Recording(file, np.frombuffer(heard, dtype=np.float32), max(own_rate, RATE // 2), _sides(powers))


def _require_sane(file: Path) -> None:
    if file.stat().st_size > LARGEST:
        raise ValueError("This file is far too large for a reading.")


def _explained(reason: str) -> str:
    if "longer than" in reason:
        return f"{reason} Cut the recording into parts, and give each part with the same script."
    return f"The recording cannot be used. {reason}"


def _sides(powers: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float]:
    """Both sides alike, unless there is next to nothing on one."""
    if powers.min() * _ONE_SIDE < powers.max():
        return (1.0, 0.0) if powers[0] > powers[1] else (0.0, 1.0)
    return 0.5, 0.5


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
