"""Islands of speech: their edges, and whether a voice is in them."""

from __future__ import annotations

import numpy as np
import pytest

from guided_audio.alignment import islands
from guided_audio.blocks import Mono


def hum(seconds: float, rate: int) -> Mono:
    """Something with a pitch, as a vowel has."""
    time = np.arange(round(seconds * rate)) / rate
    tones = [np.sin(2 * np.pi * 140 * n * time) / n for n in range(1, 12)]
    return np.asarray(0.1 * np.sum(tones, axis=0), dtype=np.float32)


def hiss(seconds: float, rate: int, level: float) -> Mono:
    """Something without."""
    random = np.random.default_rng(5)
    return (random.standard_normal(round(seconds * rate)) * level).astype(np.float32)


def in_noise(*parts: Mono) -> Mono:
    """These parts one after the other, in faint noise."""
    samples = np.concatenate(parts)
    return samples + hiss(1.0, len(samples), 0.0005)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_an_island_begins_and_ends_where_its_sound_does(rate: int) -> None:
    """Within 30 ms, at any rate of frames."""
    quiet = np.zeros(rate, np.float32)
    found = islands.find(in_noise(quiet, hum(0.5, rate), quiet, hum(0.8, rate), quiet), rate)
    assert found.starts * islands.STEP == pytest.approx([1.0, 2.5], abs=0.03)
    assert found.ends * islands.STEP == pytest.approx([1.5, 3.3], abs=0.03)
    assert found.voiced.tolist() == [True, True]
    assert found.gaps == pytest.approx([1.0], abs=0.05)


def test_what_hisses_has_no_voice() -> None:
    """A breath or a cough is an island, without a pitch."""
    quiet = np.zeros(16_000, np.float32)
    found = islands.find(in_noise(quiet, hiss(0.4, 16_000, 0.05), quiet, hum(0.4, 16_000), quiet), 16_000)
    assert found.voiced.tolist() == [False, True]


def test_a_short_gap_is_none_and_a_click_is_no_island() -> None:
    """A gap of 40 ms is closed; 20 ms of sound alone are left out."""
    rate = 16_000
    quiet, gap = np.zeros(rate, np.float32), np.zeros(rate // 25, np.float32)
    sound = in_noise(quiet, hum(0.3, rate), gap, hum(0.3, rate), quiet, hum(0.01, rate), quiet)
    assert len(islands.find(sound, rate)) == 1


def test_silence_has_no_island() -> None:
    """Neither digital silence nor a recording shorter than one look."""
    assert len(islands.find(np.zeros(16_000, np.float32), 16_000)) == 0
    assert len(islands.find(np.zeros(10, np.float32), 16_000)) == 0
    assert len(islands.find(np.zeros(0, np.float32), 16_000)) == 0
