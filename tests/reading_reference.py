"""The aligner's own voice, as the program gives it: the system's, each line kept in a folder once spoken."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from guided_audio.engines.system import SystemEngine
from guided_audio.speech import Speech, Utterance, Voice

VOICES = ("gmw/en-US", "gmw/en-US+f2")
"""A man and a woman of espeak-ng that repeat to the byte."""


@dataclass(frozen=True, slots=True)
class SystemReference:
    """Speaks lines with the system's engine."""

    engine: SystemEngine
    folder: Path

    @property
    def voices(self) -> Sequence[str]:
        """Both."""
        return VOICES

    def speak(self, text: str, voice: str, pace: float) -> Speech:
        """From the folder if it was said before."""
        name = hashlib.sha256(f"{voice}|{pace}|{text}".encode()).hexdigest()[:24]
        file = self.folder / f"reference-{name}.npz"
        if not file.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            speech = self.engine.speak(Utterance(text, pace), Voice("system", voice))
            temporary = file.with_suffix(f".{os.getpid()}.npz")
            np.savez(temporary, samples=speech.samples, rate=speech.rate)
            temporary.replace(file)
        with np.load(file) as kept:
            return Speech(kept["samples"], int(kept["rate"]))


def require(engine: SystemEngine) -> None:
    """Skip the test where the engine has not these voices; where tests must not be skipped, fail."""
    reason = engine.health()
    if not reason and "gmw/en-US" not in {voice.name for voice in engine.voices()}:
        reason = "The system's voice is not espeak-ng, and references are spoken by it."
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


def require_here() -> None:
    """The same of an engine of one's own, where only the program itself speaks."""
    engine = SystemEngine()
    try:
        require(engine)
    finally:
        engine.close()
