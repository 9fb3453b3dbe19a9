"""Another rate: the same sound, to the frame as long, however it comes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from conftest import WhiteNoise, both, tone
from guided_audio.blocks import Stereo
from guided_audio.resampling import resampled, resampled_length


def whole(sound: Stereo, source: int, target: int, *cuts: int) -> Stereo:
    """A sound at another rate, handed over in pieces."""
    edges = (0, *cuts, len(sound))
    return np.concatenate(list(resampled((sound[a:b] for a, b in pairwise(edges)), source, target)))


@pytest.mark.parametrize("frames", [1, 2, 147, 44_099, 44_100, 70_001])
def test_it_is_as_long_as_it_must_be_and_comes_back_as_long_as_it_was(frames: int) -> None:
    """To 48 kHz and back, a sound of any length has the frames that `resampled_length` says."""
    up = whole(WhiteNoise().read(0, frames), 44_100, 48_000)
    assert len(up) == resampled_length(frames, 44_100, 48_000)
    assert len(whole(up, 48_000, 44_100)) == frames


def test_how_it_is_cut_changes_no_sample() -> None:
    """In one piece, in two or in five: the same to the bit."""
    sound = WhiteNoise().read(0, 50_000)
    one = whole(sound, 44_100, 48_000)
    assert np.array_equal(one, whole(sound, 44_100, 48_000, 7))
    assert np.array_equal(one, whole(sound, 44_100, 48_000, 1, 4096, 30_000, 49_999))


def test_a_tone_stays_in_its_place_and_leaves_no_image() -> None:
    """A tone of 7 kHz comes out as the same tone, without delay, and all else is 110 dB below."""
    made = whole(both(tone(7000, 1.0, 44_100)), 44_100, 48_000)[2000:-2000]
    wanted = both(tone(7000, 1.0, 48_000))[2000:-2000]
    assert 20 * np.log10(np.abs(made - wanted).max() / 0.5) < -110


def test_the_same_rate_is_the_same_sound() -> None:
    """Nothing is touched where nothing is to be done."""
    sound = WhiteNoise().read(0, 100)
    assert np.array_equal(whole(sound, 48_000, 48_000, 50), sound)
