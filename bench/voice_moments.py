"""What is heard of a voice from moment to moment: its pitch, and what in it pierces, buzzes or clicks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from guided_audio.blocks import Mono
from guided_audio.units import decibels
from voice_colour import HEARD, THIRDS, Floats

# Pitch

_FRAME, _STEP, _SIZE = HEARD // 20, HEARD // 100, 2048  # 50 ms each 10 ms


def _frames(sound: Mono | Floats) -> Floats:
    padded = np.pad(np.asarray(sound, dtype=np.float64), _FRAME // 2)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_STEP])


def _alike(sound: Mono | Floats) -> tuple[Floats, Floats]:
    """For each 10 ms: how alike the sound is to itself so many frames later, and its level."""
    window = np.hanning(_FRAME)

    def products(frames: Floats) -> Floats:
        return np.asarray(np.fft.irfft(np.square(np.abs(np.fft.rfft(frames, _SIZE, axis=-1))), axis=-1))

    frames = _frames(sound)
    own, weight = products((frames - frames.mean(axis=1, keepdims=True)) * window), products(window)
    longest = HEARD // 55
    alike = own[:, :longest] / np.maximum(own[:, :1], 1e-12) / (weight[:longest] / weight[0])
    return alike, np.sqrt(np.square(frames).mean(axis=1))


def pitch_track(clip: Mono) -> tuple[Floats, Floats]:
    """Semitones from 440 Hz each 10 ms, `nan` where there is no pitch; and there, harmonics to noise in dB.

    The autocorrelation of each 50 ms over that of its window, after Boersma 1993; the shortest period
    that is nearly as good as the best is taken.
    """
    alike, level = _alike(_band(clip, 50, 1200))
    first = HEARD // 420
    best = alike[:, first:].max(axis=1)
    good = (alike[:, 1:-1] > alike[:, :-2]) & (alike[:, 1:-1] >= alike[:, 2:])
    good &= alike[:, 1:-1] > 0.93 * best[:, None]
    good[:, : first - 1] = False
    lag = good.argmax(axis=1) + 1
    rows = np.arange(len(lag))
    left, middle, right = (alike[rows, lag + step] for step in (-1, 0, 1))
    between = 0.5 * (left - right) / np.minimum(left - 2 * middle + right, -1e-9)
    voiced = (best > 0.6) & good.any(axis=1) & (level > 0.05 * level.max())
    period = lag + np.clip(between, -1, 1)
    whole = np.clip(_alike(clip)[0][rows, lag], 1e-3, 0.9999)
    pitch = np.where(voiced, 12 * np.log2(HEARD / np.maximum(period, 1) / 440), np.nan)
    return pitch, np.where(voiced, 10 * np.log10(whole / (1 - whole)), np.nan)


def pitch_of(tracks: Sequence[Floats]) -> tuple[float, float, float]:
    """The median pitch in hertz, its span in semitones, and its movement in semitones a second."""
    heard = np.concatenate([track[np.isfinite(track)] for track in tracks])
    steps = np.concatenate([np.abs(np.diff(track)) for track in tracks])
    steps = steps[np.isfinite(steps) & (steps < 2.0)] / 0.01
    low, high = np.percentile(heard, (5, 95))
    return 440 * 2 ** (float(np.median(heard)) / 12), float(high - low), float(np.mean(steps))


# Edge: what pierces, buzzes or clicks


def _band(sound: Mono, low: float, high: float, *, strength: bool = False) -> Floats:
    """A band, cut by a transform of the whole; or how strong it is from moment to moment."""
    size = 1 << (len(sound) - 1).bit_length()
    spectrum = np.fft.fft(np.asarray(sound, dtype=np.float64), size)
    at = np.fft.fftfreq(size, 1 / HEARD)
    spectrum[(np.abs(at) < low) | (np.abs(at) > high) | (at < 0)] = 0
    analytic = 2 * np.fft.ifft(spectrum)[: len(sound)]
    return np.abs(analytic) if strength else np.asarray(analytic.real)


def edge_of(
    clips: Sequence[Mono], tracks: Sequence[Floats]
) -> tuple[float, float, float, float, float, float]:
    """Sibilants, crest, buzz, contrast, ticks and joints: see `voices.Figures`."""
    levels = np.concatenate([np.sqrt(np.square(_frames(clip)).mean(axis=1)) for clip in clips])
    voice = float(np.sqrt(np.square(levels[levels > 0.03 * levels.max()]).mean()))
    hiss = np.concatenate([_moments(_band(clip, 5000, 9000), _STEP) for clip in clips])
    pairs = list(zip(clips, tracks, strict=True))
    return (
        decibels(float(np.percentile(hiss, 98)) / voice),
        decibels(max(float(np.abs(clip).max()) for clip in clips) / voice),
        float(np.nanmedian(np.concatenate([_roughness(*pair) for pair in pairs]))),
        contrast(clips),
        sum(ticks(*pair) for pair in pairs) * 6000 / sum(np.isfinite(track).sum() for track in tracks),
        float(np.percentile(np.concatenate([_joints(*pair) for pair in pairs]), 99.5)),
    )


def _moments(sound: Floats, length: int) -> Floats:
    whole = len(sound) // length * length
    return np.asarray(np.sqrt(np.square(sound[:whole]).reshape(-1, length).mean(axis=1)))


def _roughness(clip: Mono, track: Floats) -> Floats:
    """How deep 2-5 kHz is modulated in each voiced 10 ms: at 70 Hz it is heard in full, elsewhere less."""
    frames = _frames(_band(clip, 2000, 5000, strength=True))
    window = np.hanning(_FRAME)
    at = np.fft.rfftfreq(_FRAME, 1 / HEARD)
    weight = np.where(at > 20, at / 70 * np.exp(1 - at / 70), 0)
    mean = (frames * window).sum(axis=1) / window.sum()
    spectrum = np.abs(np.fft.rfft((frames - mean[:, None]) * window, axis=1)) * weight
    depth = np.sqrt(2 * np.square(spectrum).sum(axis=1) / np.square(window).sum() / _FRAME) / (mean + 1e-9)
    return np.where(np.isfinite(track), np.sqrt(2) * depth, np.nan)


def _joints(clip: Mono, track: Floats) -> Floats:
    """How far the level moves from one voiced 10 ms to the next, in dB."""
    levels = 10 * np.log10(np.square(_frames(clip)).mean(axis=1) + 1e-12)
    voiced = np.isfinite(track)
    return np.asarray(np.abs(np.diff(levels))[voiced[1:] & voiced[:-1]])


def contrast(clips: Sequence[Mono]) -> float:
    """How far the level of a third of an octave moves in time, mean of 315 Hz to 6.3 kHz."""
    powers = np.concatenate(
        [np.square(np.abs(np.fft.rfft(_frames(clip)[::2] * np.hanning(_FRAME), axis=1))) for clip in clips]
    )
    at, spreads = np.fft.rfftfreq(_FRAME, 1 / HEARD), []
    for centre in THIRDS[(THIRDS >= 315) & (THIRDS <= 6300)]:
        inside = (at >= centre * 2 ** (-1 / 6)) & (at < centre * 2 ** (1 / 6))
        levels = 10 * np.log10(powers[:, inside].sum(axis=1) + 1e-12)
        spreads.append(np.std(np.maximum(levels, levels.max() - 40)))
    return float(np.mean(spreads))


def ticks(clip: Mono, track: Floats) -> int:
    """Moments of a voiced sound that stand 15 dB out of the 30 ms around them above 8 kHz.

    Vowels have little there, so what shows is a tick: a joint between two sounds, or an overload.
    """
    levels = 20 * np.log10(_moments(_band(clip, 8000, 10_800), HEARD // 1000) / clip.std() + 1e-7)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(levels, 15, mode="edge"), 31)
    voiced = np.isfinite(np.pad(track, (2, 3), constant_values=np.nan))
    inside = voiced[:-4] & voiced[2:-2] & voiced[4:]
    at = np.minimum(np.arange(len(levels)) * (HEARD // 1000) // _STEP, len(inside) - 1)
    out = (levels == around.max(axis=1)) & (levels - np.median(around, axis=1) > 15) & (levels > -60)
    return int(np.count_nonzero(out & inside[at]))
