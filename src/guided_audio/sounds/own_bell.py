"""A bell from a user's own sound file: trimmed, softly edged, at the level of all bells."""

from __future__ import annotations

import io
import warnings
import wave
from pathlib import Path

import numpy as np

from guided_audio.blocks import Stereo
from guided_audio.sounds.bell import PEAK
from guided_audio.sounds.own_sound import decoded
from guided_audio.units import Seconds

_LONGEST = Seconds(60.0)
_QUIETEST = 10.0 ** (-70.0 / 20.0)
_EDGE = 0.010  # seconds
_STILL = -60.0  # dBFS under which the ends of a bell count as silence


def own_bell(file: Path, rate: int) -> Stereo:
    """A user's file as a bell: trimmed of silence, softly edged, brought to the peak of all bells.

    Raises:
        ValueError: in one sentence, when it is no sound, or silent.
    """
    blocks = list(decoded(file, rate, _LONGEST))
    sound = np.concatenate(blocks) if blocks else np.zeros((0, 2), dtype=np.float32)
    peak = float(np.max(np.abs(sound))) if len(sound) else 0.0
    if peak < _QUIETEST:
        raise ValueError("This file is silent; choose one with sound in it.")
    sound = sound * np.float32(PEAK / peak)
    first, last = _sounding(sound, rate)
    sound = sound[first:last].copy()
    edge = min(round(_EDGE * rate), len(sound) // 2)
    ramp = (0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, edge, dtype=np.float32)))[:, None]
    sound[:edge] *= ramp
    sound[len(sound) - edge :] *= ramp[::-1]
    return np.ascontiguousarray(sound, dtype=np.float32)


def _sounding(sound: Stereo, rate: int) -> tuple[int, int]:
    """The first and last frame between the silences at both ends, found by pydub to a few milliseconds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydub is of 2021: audioop, escapes, and an ffmpeg it will not need
        from pydub import AudioSegment  # noqa: PLC0415 - here, so that only a user's bell pays for it
        from pydub.silence import detect_leading_silence  # noqa: PLC0415 - likewise

        segment = AudioSegment.from_wav(io.BytesIO(_wav(sound, rate)))
        before = detect_leading_silence(segment, silence_threshold=_STILL, chunk_size=5)
        after = detect_leading_silence(segment.reverse(), silence_threshold=_STILL, chunk_size=5)
    first, last = before * rate // 1000, len(sound) - after * rate // 1000
    return (first, last) if first < last else (0, len(sound))


def _wav(sound: Stereo, rate: int) -> bytes:
    memory = io.BytesIO()
    with wave.open(memory, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.rint(np.clip(sound, -1.0, 1.0) * 32767.0).astype("<i2").tobytes())
    return memory.getvalue()
