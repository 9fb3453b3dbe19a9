"""Voices for made readings: people stand in for by flite and festival, never by the aligner's own engine.

A voice may be made into another speaker: resampled by a factor, which moves its pitch and all its
formants together, and stretched back to its length.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from guided_audio.blocks import Mono

RATE = 16_000
"""Of every made reading, in hertz."""

TRIM = 40.0
"""A saying begins and ends where it last lies less than so many decibels under its loudest 5 ms."""

_STEP = RATE // 200


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads aloud, like `flite:slt`; `size` above 1 is a smaller head."""

    voice: str
    size: float = 1.0

    def __str__(self) -> str:
        return self.voice if self.size == 1.0 else f"{self.voice} × {self.size:.2f}"


@dataclass(frozen=True, slots=True)
class Booth:
    """Where readers speak: keeps what was said in a folder, so that nothing is said twice."""

    folder: Path

    def say(self, reader: Reader, text: str, slowness: float) -> Mono:
        """A saying without the quiet around it. `slowness` stretches it: 1.2 is a fifth longer."""
        what = f"{reader}|{slowness:.3f}|{text}"
        file = self.folder / f"{hashlib.sha256(what.encode()).hexdigest()[:24]}.npy"
        if not file.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            samples = _trimmed(self._spoken(reader, text, slowness))
            temporary = file.with_suffix(f".{os.getpid()}.npy")
            np.save(temporary, samples)
            temporary.replace(file)
        found: Mono = np.load(file)
        return found

    def _spoken(self, reader: Reader, text: str, slowness: float) -> Mono:
        words = self.folder / f"words-{os.getpid()}.txt"
        sound = words.with_suffix(".wav")
        sound.unlink(missing_ok=True)  # festival may fail without saying so
        words.write_text(text, encoding="ascii", errors="ignore")
        subprocess.run(
            _command(reader.voice, slowness * reader.size, words, sound), check=True, capture_output=True
        )
        samples, rate = soundfile.read(sound, dtype="float32")
        resampled: Mono = soxr.resample(samples, rate * reader.size, RATE).astype(np.float32)
        return resampled


def missing(readers: Sequence[Reader]) -> str:
    """Why these cannot speak here, or nothing."""
    for reader in readers:
        program, _, name = reader.voice.partition(":")
        if not shutil.which("flite" if program == "flite" else "text2wave"):
            return f"{program} is not installed, and these readings are spoken by it."
        if program == "festival" and not _festival_folder(name):
            return f"The festival voice {name} is not installed, and these readings are spoken by it."
    return ""


def require(*readers: Reader) -> None:
    """Skip the test with the reason where they cannot speak; where tests must not be skipped, fail."""
    reason = missing(readers)
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


def _command(voice: str, stretch: float, words: Path, sound: Path) -> list[str]:
    program, _, name = voice.partition(":")
    if program == "flite":
        stretched = f"duration_stretch={stretch:.3f}"
        return ["flite", "-voice", name, "--setf", stretched, "-f", str(words), "-o", str(sound)]
    folder = _festival_folder(name)
    scheme = (
        f'(begin (voice-location (quote {name}) "{folder}" "") (voice_{name}) '
        f"(Parameter.set 'Duration_Stretch {stretch:.3f}))"
    )
    return ["text2wave", "-eval", scheme, "-o", str(sound), str(words)]


def _festival_folder(name: str) -> Path | None:
    """Where a voice of festival lies; `FESTIVAL_VOICES` may name one more folder."""
    roots = (Path("/usr/share/festival/voices"), Path(os.environ.get("FESTIVAL_VOICES", "/nowhere")))
    return next((found for root in roots for found in root.glob(f"*/{name}")), None)


def _trimmed(samples: Mono) -> Mono:
    starts = np.arange(0, len(samples), _STEP)
    powers = np.add.reduceat(np.square(samples, dtype=np.float64), starts)
    levels = np.sqrt(powers / np.diff(starts, append=len(samples)))
    loud = np.flatnonzero(levels > levels.max() * 10 ** (-TRIM / 20))
    return samples[loud[0] * _STEP : (loud[-1] + 1) * _STEP]
