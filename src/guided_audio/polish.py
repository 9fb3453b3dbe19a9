"""Polishing: a gentle voice chain for a clip that is already conformed.

Rumble below the voice is taken off, hisses that stand out are set back, and a small room may answer.
Each step is as mild as it can be and still be measured, none moves the voice in time, and what needs
nothing is not touched to the bit. What the chain does to real voices is in `docs/voice.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Mono, Stereo

VERSION = 1
"""Part of the store key of what is measured after the chain; it changes when its sound would."""

MOST_DE_ESS_DB, MOST_ROOM = 6.0, 0.1
"""More takes the edge off consonants, and words with it; more room sounds like a room."""

LOWEST_CUT, HIGHEST_CUT = 20.0, 120.0
"""Hertz. Above, the high-pass would be in the voice itself."""

ROOM_TAIL = 0.35
"""Seconds the room goes on after the clip."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What is done to a voice; zero leaves a step out.

    `high_pass_hz` is where the high-pass takes 6 dB. `de_ess_db` is the most a hiss is set back.
    `room` is how strong the room is beside the voice: 0.1 is 20 dB below.
    """

    high_pass_hz: float = 0.0
    de_ess_db: float = 0.0
    room: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what would harm a voice.

        Raises:
            ValueError: with a sentence that names the bound.
        """
        if self.high_pass_hz and not LOWEST_CUT <= self.high_pass_hz <= HIGHEST_CUT:
            raise ValueError(f"A high-pass is 0 or between {LOWEST_CUT:g} and {HIGHEST_CUT:g} Hz.")
        if not 0 <= self.de_ess_db <= MOST_DE_ESS_DB:
            raise ValueError(f"De-essing is between 0 and {MOST_DE_ESS_DB:g} dB.")
        if not 0 <= self.room <= MOST_ROOM:
            raise ValueError(f"The room is between 0 and {MOST_ROOM:g} of the voice.")


OFF = Chain()
GENTLE = Chain(high_pass_hz=70.0, de_ess_db=4.0)
ROOM = Chain(high_pass_hz=70.0, de_ess_db=4.0, room=MOST_ROOM)
PRESETS = {"off": OFF, "gentle": GENTLE, "room": ROOM}
"""By the names people choose them by."""


def polish(clip: Mono, chain: Chain, rate: int) -> Mono:
    """The clip after high-pass and de-esser: as long as before, and in time with it to the frame.

    The room is apart: see `room`. With nothing to do it is the clip itself.
    """
    if not len(clip):
        return clip
    if chain.high_pass_hz:
        clip = _high_passed(clip, chain.high_pass_hz, rate)
    if chain.de_ess_db:
        clip = _de_essed(clip, chain.de_ess_db, rate)
    return clip


# High-pass

_HIGH_PASS_REACH = 0.1
"""Seconds to either side that decide a sample: 16 Hz from nothing lost to nothing left."""

_FADE_IN, _FADE_OUT = 0.005, 0.015
"""Seconds in which the correction comes and goes at the ends, so that they stay as soft as they were."""


@cache
def _low_pass(hertz: float, reach: int, rate: int) -> NDArray[np.float64]:
    """A symmetric response of `2 * reach + 1` frames that keeps what is below `hertz`."""
    at = np.arange(-reach, reach + 1)
    response: NDArray[np.float64] = np.sinc(2 * hertz / rate * at) * np.hanning(2 * reach + 3)[1:-1]
    return np.asarray(response / response.sum())


def _filtered(sound: Mono, response: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sound through a symmetric response, as long as before and not delayed."""
    reach = len(response) // 2
    length = len(sound) + 2 * reach
    size = 1 << (length - 1).bit_length()
    full = np.fft.irfft(np.fft.rfft(sound.astype(np.float64), size) * np.fft.rfft(response, size), size)
    return full[reach : reach + len(sound)]


def _high_passed(clip: Mono, hertz: float, rate: int) -> Mono:
    low = _filtered(clip, _low_pass(hertz, round(_HIGH_PASS_REACH * rate), rate))
    for seconds, part in ((_FADE_IN, slice(None)), (_FADE_OUT, slice(None, None, -1))):
        frames = min(round(seconds * rate), len(clip) // 2)
        low[part][:frames] *= 0.5 - 0.5 * np.cos(np.pi * (np.arange(frames) + 0.5) / max(frames, 1))
    return (clip - low).astype(np.float32)


# De-esser

SIBILANT_BAND = (5000.0, 9000.0)
"""Hertz: where s and sh have their strength, and vowels next to none."""

_BAND_REACH = 0.0015
_HOP = 0.002
_AROUND = 0.3
"""Seconds to either side that say how loud the voice is just there."""

_HISS_FROM, _HISS_FULL = -9.0, -3.0
"""Decibels of the band beside the whole: below the first is no hiss, from the second nothing but hiss.
Vowels of the voices measured are below -20, hisses above -6."""

_LOUD_FROM, _LOUD_FULL = -18.0, -8.0
"""Decibels of the band beside the voice around it: a hiss below the first disturbs nobody."""

_QUIETEST = 1e-9
"""Power (-90 dBFS) below which nothing is judged."""


def _de_essed(clip: Mono, most: float, rate: int) -> Mono:
    """Take from the band of hisses what stands out. Where nothing does, `clip - 0` is the clip.

    Any frame depends on those within `_AROUND` and a few hops of it, and on none beyond.
    """
    hiss = _hiss(clip, rate)
    if not (reductions := _reductions(clip, hiss, most, rate)).any():
        return clip
    hop = round(_HOP * rate)
    centres = np.arange(len(reductions)) * hop + (hop - 1) / 2
    share = np.interp(np.arange(len(clip)), centres, 1 - 10 ** (-reductions / 20))
    return (clip - share * hiss).astype(np.float32)


def _hiss(clip: Mono, rate: int) -> NDArray[np.float64]:
    low, high = SIBILANT_BAND
    reach = round(_BAND_REACH * rate)
    return _filtered(clip, _low_pass(high, reach, rate) - _low_pass(low, reach, rate))


def _reductions(clip: Mono, hiss: NDArray[np.float64], most: float, rate: int) -> NDArray[np.float64]:
    """Decibels for each hop: as much as it is a hiss, times as much as it is loud; down before it begins."""
    hop = round(_HOP * rate)
    band, whole = (_smooth(_powers(sound, hop), 5) for sound in (hiss, clip.astype(np.float64)))
    around = _mean_around(_powers(clip.astype(np.float64), hop), round(_AROUND / _HOP))
    ratio, loud = (10 * np.log10((band + 1e-20) / (beside + 1e-20)) for beside in (whole, around))
    wanted = most * _ramp(ratio, _HISS_FROM, _HISS_FULL) * _ramp(loud, _LOUD_FROM, _LOUD_FULL)
    wanted[whole < _QUIETEST] = 0.0
    ahead = np.lib.stride_tricks.sliding_window_view(np.pad(wanted, 2), 5).max(axis=1)
    return _smooth(ahead, 5)


def _powers(sound: NDArray[np.float64], hop: int) -> NDArray[np.float64]:
    padded = np.pad(sound, (0, -len(sound) % hop))
    return np.asarray(np.square(padded).reshape(-1, hop).mean(axis=1))


def _smooth(values: NDArray[np.float64], span: int) -> NDArray[np.float64]:
    """A weighted mean over `span` neighbours; of zeros it is zero exactly."""
    weights = np.hanning(span + 2)[1:-1]
    padded = np.pad(values, span // 2)
    return np.convolve(padded, weights / weights.sum(), "valid")


def _mean_around(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """The plain mean of what there is within `reach` of each; the ends count only what exists."""
    at = np.arange(len(values))
    first, last = np.maximum(at - reach, 0), np.minimum(at + reach + 1, len(values))
    total = np.concatenate(([0.0], np.cumsum(values)))
    return np.asarray((total[last] - total[first]) / (last - first))


def _ramp(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    return np.clip((values - low) / (high - low), 0.0, 1.0)


# Room

_FIRST, _PULSE = 0.008, 0.0025
"""Seconds to the first reflection, and between two of them on average."""

_DULL_HZ, _THIN_HZ = 4000.0, 200.0
"""Walls return little above, and a small room little below."""

_TURNS = (0.618033988749895, 0.7548776662466927, 0.5698402909980532, 0.8191725133961645)
"""Irrational steps: places and signs of reflections that never fall into a pattern, and are the same on
every machine."""


def tail_frames(chain: Chain, rate: int) -> int:
    """How many frames a clip is heard beyond its own end."""
    return round(ROOM_TAIL * rate) if chain.room else 0


def room(clip: Mono, chain: Chain, rate: int) -> Stereo:
    """What the room answers to a clip: `tail_frames` longer, to be added where the clip begins.

    Only the answer, without the clip, so that the length of the clip, and with it every time of the
    script, stays what it was: the tail sounds into the pause that follows. Left and right differ.
    """
    frames = len(clip) + tail_frames(chain, rate)
    if not chain.room or not len(clip):
        return np.zeros((frames, 2), dtype=np.float32)
    response = _response(rate)
    size = 1 << (frames - 1).bit_length()
    spectrum = np.fft.rfft(clip.astype(np.float64), size)
    sides = [np.fft.irfft(spectrum * np.fft.rfft(side, size), size)[:frames] for side in response.T]
    return (np.stack(sides, axis=1) * chain.room).astype(np.float32)


@cache
def _response(rate: int) -> NDArray[np.float64]:
    """Sparse reflections, 60 dB weaker at their end, dull and thin; a voice comes out as strong as it was."""
    length, reach = round(ROOM_TAIL * rate), round(0.004 * rate)
    sides = []
    for places, signs in (_TURNS[:2], _TURNS[2:]):
        number = np.arange(round((ROOM_TAIL - _FIRST) / _PULSE) - 4)
        at = np.round((_FIRST + (number + number * places % 1.0) * _PULSE) * rate).astype(int)
        side = np.zeros(length)
        side[at] = np.where(number * signs % 1.0 < 0.5, 1.0, -1.0) * 10 ** (-3 * at / length)
        shape = _low_pass(_DULL_HZ, reach, rate) - _low_pass(_THIN_HZ, reach, rate)
        side = np.convolve(side, shape, "same") * _closing(length, rate)
        sides.append(side / _strength(side, rate))
    return np.stack(sides, axis=1)


def _strength(response: NDArray[np.float64], rate: int) -> float:
    """How strong a voice comes out of it: its root mean power where a voice has most of its own."""
    spectrum = np.square(np.abs(np.fft.rfft(response)))
    at = np.fft.rfftfreq(len(response), 1 / rate)
    return float(np.sqrt(spectrum[(at > _THIN_HZ) & (at < _DULL_HZ)].mean()))


def _closing(length: int, rate: int) -> NDArray[np.float64]:
    """Full, and softly to nothing in the last 20 ms."""
    left = (length - np.arange(length)) / (0.02 * rate)
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.clip(left, 0, 1)))
