"""The sound file of a child into speech: whatever it is, however its header lies."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from guided_audio.engines.attempts import Failed
from guided_audio.speech import Speech

if TYPE_CHECKING:
    from guided_audio.blocks import Mono

RATES = range(8_000, 192_001)
"""Hertz at which a voice can be taken."""

LONGEST = 3_600
"""Seconds. No line is longer, and a small packed file may claim to be."""

MOST_CHANNELS = 8


def decode(sound: bytes) -> Speech:
    """The samples of a file (WAV, AIFF, FLAC, …); several channels become one.

    A header may promise more than there is, as it does where a program writes to a pipe.

    Raises:
        Failed: it is no sound file, or none a voice could have made.
    """
    import soundfile  # noqa: PLC0415 - slow to load, and a list of voices needs no sound

    try:
        with soundfile.SoundFile(io.BytesIO(sound)) as file:
            if file.samplerate not in RATES or file.channels > MOST_CHANNELS:
                raise Failed("the sound file is of a strange kind")
            samples = file.read(min(file.frames, LONGEST * file.samplerate), "float32", always_2d=True)
            rate = int(file.samplerate)
    except (soundfile.LibsndfileError, MemoryError, ValueError) as error:
        raise Failed("the sound file cannot be read") from error
    mono: Mono = samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1)
    return Speech(mono.clip(-1.0, 1.0), rate)
