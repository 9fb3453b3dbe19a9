"""What the tests share: scripts made in memory, takes of any length, a store, a voice, noise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from guided_audio.blocks import Mono, Stereo
from guided_audio.errors import Place
from guided_audio.pacing import Saying, Score
from guided_audio.reader import prose
from guided_audio.script import KINDS, Bed, Line, Rest, Script, SlotRule, Step
from guided_audio.speaking import Cast, Speaker
from guided_audio.speech import Voice
from guided_audio.store import Store
from guided_audio.timeline import Take
from guided_audio.units import PROJECT_RATE, Frames

settings.register_profile("steady", derandomize=True, deadline=None, print_blob=False)
settings.load_profile("steady")


RATE = PROJECT_RATE
PLACE = Place("evening.yaml", 7, 3)
TICK = KINDS["tick"]
FAKE = Voice("fake", "one", "en-GB", "A tone for each syllable; for tests only.")
CAST = Cast(FAKE, {})


def said(
    text: str,
    rest: Rest = TICK,
    *,
    yields: bool = False,
    name: str = "",
    voice: str = "",
    sounds_like: Mapping[str, str] | None = None,
) -> Line:
    """A line as it is written in a script: `[2s]` is a pause, `{name}` a slot."""
    pieces, slips = prose.parse(text)
    assert not slips
    return Line(PLACE, pieces, rest, yields=yields, id=name, voice=voice, sounds_like=sounds_like or {})


def script_of(*steps: Step, bed: bool = False, fallbacks: Mapping[str, str] | None = None) -> Script:
    """A script of these steps; `fallbacks` names its slots."""
    slots = {name: SlotRule(name, value, True, PLACE) for name, value in (fallbacks or {}).items()}
    under = Bed(PLACE, Path("rain.yaml")) if bed else None
    return Script(Path("evening.yaml"), "Evening", steps, slots=slots, bed=under)


def take(saying: Saying, frames: int) -> Take:
    """A take of so many frames."""
    return Take(f"key of {saying.text}", Frames(frames), -20.0, "fake:one")


def takes_of(score: Score, lengths: Mapping[str, int] | None = None, usual: int = RATE) -> dict[Saying, Take]:
    """A take for every saying of a score: as long as `lengths` has it for its text, else `usual`."""
    given = lengths or {}
    return {saying: take(saying, given.get(saying.text, usual)) for saying in score.sayings}


@dataclass(frozen=True, slots=True)
class WhiteNoise:
    """White noise of a known level, the same at each reading: every sample is a hash of its place."""

    rms: float = 0.1
    seed: int = 1

    def read(self, start: int, count: int) -> Stereo:
        """Frames `start` up to `start + count`; they may lie before 0."""
        places = np.arange(2 * start, 2 * (start + count), dtype=np.int64).astype(np.uint64)
        mixed = (places + np.uint64(self.seed)) * np.uint64(0x9E3779B97F4A7C15)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
        uniform = (mixed ^ (mixed >> np.uint64(31))).astype(np.float64) / 2.0**63 - 1.0
        sound: Stereo = (uniform * (self.rms * np.sqrt(3.0))).astype(np.float32).reshape(count, 2)
        return sound


def tone(hertz: float, seconds: float, rate: int = RATE, *, peak: float = 0.5, phase: float = 0.0) -> Mono:
    """A sine."""
    time = np.arange(round(seconds * rate)) / rate
    sound: Mono = (peak * np.sin(2 * np.pi * hertz * time + phase)).astype(np.float32)
    return sound


def both(sound: Mono) -> Stereo:
    """One channel on both sides."""
    return np.stack((sound, sound), axis=1)


def murmur(seconds: float, rate: int = RATE, seed: int = 3) -> Mono:
    """Something like speech to a meter: noise with syllables of changing strength, and quiet in between."""
    dice = np.random.default_rng(seed)
    frames = round(seconds * rate)
    coloured = np.convolve(dice.standard_normal(frames), np.hanning(9) / 4, "same")
    strengths = dice.uniform(0.0, 1.0, round(seconds * 4) + 2) ** 2
    strengths[::7] = 0.0
    shape = np.interp(np.arange(frames) / rate * 4, np.arange(len(strengths)), strengths)
    sound: Mono = (0.2 * coloured * shape).astype(np.float32)
    return sound


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A new store."""
    return Store(tmp_path / "store")


@pytest.fixture
def speaker(store: Store) -> Iterator[Speaker]:
    """Speaks through the engine for tests, on two lanes."""
    with Speaker(store, lanes=2) as made:
        yield made
