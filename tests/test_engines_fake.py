"""The engine for tests keeps the contract, and is as predictable as tests need it."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256

import numpy as np
import pytest

from engine_conformance import LINE, OTHER, EngineConformance, likeness, sounding
from guided_audio.engines.fake import LEAD, RATE, TAIL, FakeEngine
from guided_audio.speech import Engine, Utterance


class TestFake(EngineConformance):
    """The suite of the contract."""

    @staticmethod
    def make() -> Engine:
        """A fake engine."""
        return FakeEngine()


@pytest.fixture
def engine() -> FakeEngine:
    """A fake engine."""
    return FakeEngine()


def test_it_says_what_it_is_for(engine: FakeEngine) -> None:
    """Whoever lists voices sees that these are not for listeners."""
    assert all("tests only" in voice.description for voice in engine.voices())
    assert {voice.language for voice in engine.voices()} == {"en-GB", "en-US", "de"}


def test_it_is_the_same_in_another_process(engine: FakeEngine) -> None:
    """Neither the process nor its hash seed enters the sound."""
    here = engine.speak(Utterance(LINE, 120), engine.voices()[0]).samples.tobytes()
    program = (
        "import hashlib; from guided_audio.engines.fake import FakeEngine as F; "
        "from guided_audio.speech import Utterance; e = F(); "
        f"s = e.speak(Utterance({LINE!r}, 120), e.voices()[0]); "
        "print(hashlib.sha256(s.samples.tobytes()).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert there.stdout.strip() == sha256(here).hexdigest()


def test_it_is_silent_at_both_ends(engine: FakeEngine) -> None:
    """Like a real engine it starts after a moment and leaves silence behind."""
    speech = engine.speak(Utterance(LINE, 120), engine.voices()[0])
    assert not speech.samples[: round(LEAD * RATE)].any()
    assert not speech.samples[-round(TAIL * RATE) :].any()
    assert sounding(speech) == pytest.approx(len(speech.samples) / RATE - LEAD - TAIL, abs=0.35)


def test_its_level_is_that_of_speech(engine: FakeEngine) -> None:
    """The mean level is around -18 dB, with peaks 8 dB or more above it and gaps between syllables."""
    samples = engine.speak(Utterance(LINE, 120), engine.voices()[0]).samples
    mean = float(np.sqrt(np.mean(samples**2)))
    assert -24 < 20 * np.log10(mean) < -14
    assert 20 * np.log10(float(np.abs(samples).max()) / mean) > 8
    pieces = samples[: len(samples) // 220 * 220].reshape(-1, 220)  # 10 ms each
    quiet = np.sqrt((pieces**2).mean(axis=1)) < mean / 10
    assert np.count_nonzero(np.diff(quiet.astype(int)) == 1) >= 15


def test_it_does_not_repeat_itself(engine: FakeEngine) -> None:
    """No shift of at least 50 ms lays a line onto itself, so a correlation finds its place."""
    samples = engine.speak(Utterance(f"{LINE} {LINE}", 120), engine.voices()[0]).samples
    size = 1 << (2 * len(samples)).bit_length()
    spectrum = np.abs(np.fft.rfft(samples, size)) ** 2
    itself = np.fft.irfft(spectrum, size)[: len(samples)]
    assert np.abs(itself[RATE // 20 :]).max() < 0.5 * itself[0]


def test_its_voices_differ(engine: FakeEngine) -> None:
    """One text in two voices is two sounds of the same length."""
    one, two, _ = (engine.speak(Utterance(OTHER, 120), voice) for voice in engine.voices())
    assert likeness(one, two) < 0.6
    assert len(one.samples) == len(two.samples)


def test_length_follows_the_rate(engine: FakeEngine) -> None:
    """At half the rate the words take twice the time, within a rounding."""
    slow, fast = (sounding(engine.speak(Utterance(LINE, rate), engine.voices()[0])) for rate in (60, 120))
    assert slow / fast == pytest.approx(2.0, rel=0.03)
