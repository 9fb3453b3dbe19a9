"""Conforming: speech as an engine gave it becomes a clip that can be placed to the frame.

An engine leaves 0.3–0.9 s of silence behind every line, speaks at its own rate, and cuts where it
likes. A clip begins and ends where the sound does, is at the project's rate, and has soft edges.
"""

from __future__ import annotations

import numpy as np

from guided_audio.blocks import Mono
from guided_audio.speech import Speech

VERSION = 2
"""Part of the store key of what is measured here; it changes when a clip would."""

_FLOOR_DB = -48.0
"""Relative to the loudest 10 ms: what is quieter at the ends is not speech."""

_WINDOW = 0.01
_BEFORE, _AFTER = 0.015, 0.04
"""Seconds kept around what is heard: the breath of a consonant before, the end of a vowel after."""

_FADE_IN, _FADE_OUT = 0.005, 0.015

_ABRUPT_FADE_IN = 0.012
"""Seconds, where speech begins with the first sample and there is no breath of it to keep: in 5 ms the first
pulses of a voice are so strong that they are a knock (by up to 6 dB over what is usual in a file)."""


def conform(speech: Speech, rate: int) -> Mono:
    """The clip of what was spoken, at `rate`. Empty when there is nothing to hear."""
    first, start, end = _bounds(speech.samples, speech.rate)
    clip = _resampled(speech.samples[start:end], speech.rate, rate)
    return _soft_edged(clip, rate, _FADE_IN if first else _ABRUPT_FADE_IN)


def is_silent(speech: Speech) -> bool:
    """Whether there is nothing to hear in what was spoken."""
    _, start, end = _bounds(speech.samples, speech.rate)
    return start == end


def _bounds(samples: Mono, rate: int) -> tuple[int, int, int]:
    """Where something is first heard, and from where to where it is kept: nothing of what is silent."""
    window = round(_WINDOW * rate)
    count = len(samples) // window
    if not count:
        return 0, 0, 0
    levels = np.sqrt(np.square(samples[: count * window].reshape(count, window)).mean(axis=1))
    heard = np.flatnonzero(levels > levels.max() * 10 ** (_FLOOR_DB / 20))
    if not len(heard) or levels.max() < 1e-4:
        return 0, 0, 0
    start = max(0, heard[0] * window - round(_BEFORE * rate))
    end = (heard[-1] + 1) * window + round(_AFTER * rate)
    return int(heard[0]) * window, start, min(end, len(samples))


def _resampled(samples: Mono, source: int, target: int) -> Mono:
    if source == target or not len(samples):
        return samples.astype(np.float32)
    import soxr  # noqa: PLC0415 - only where a clip is made

    resampled: Mono = soxr.resample(samples, source, target, quality="VHQ")
    return resampled.astype(np.float32, copy=False)


def _soft_edged(clip: Mono, rate: int, fade_in: float) -> Mono:
    """Raised-cosine edges, so that no clip begins or ends with a step."""
    clip = clip.copy()
    for seconds, part in ((fade_in, slice(None)), (_FADE_OUT, slice(None, None, -1))):
        frames = min(round(seconds * rate), len(clip) // 2)
        ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(frames) + 0.5) / max(frames, 1))
        clip[part][:frames] *= ramp.astype(np.float32)
    return clip
