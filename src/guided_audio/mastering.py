"""Loudness and peaks: measured as ITU-R BS.1770 says, and kept under a ceiling.

The voice is the anchor: it alone is measured and set, and bed and bells are placed relative to it.
Meters that gate a whole meditation hear mostly its quiet and make the voice louder by decibels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache, reduce

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Mono, Stereo

_BLOCK, _HOP = 0.4, 0.1
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0
_OFFSET = -0.691

_TAPS = 4096
_STRIDE = 65_536 - _TAPS + 1
"""Frames filtered at once: with the response they fill one power of two."""

Powers = NDArray[np.float64]
"""K-weighted mean square of each 100 ms, summed over channels."""


@cache
def _k_weighting(rate: int, taps: int = _TAPS) -> NDArray[np.float64]:
    """The K-weighting of BS.1770 as a finite response; what is cut off lies under -180 dB.

    The two filters are given in the standard as coefficients for 48 kHz. For any rate they are the
    bilinear transforms of a high shelf at 1681.97 Hz and a high-pass at 38.14 Hz.
    """
    z = np.exp(-2j * np.pi * np.arange(taps // 2 + 1) / taps)
    shelf = _biquad(rate, 1681.974450955533, 0.7071752369554196, 3.999843853973347)
    high_pass = _biquad(rate, 38.13547087602444, 0.5003270373238773, None)
    response = np.ones_like(z)
    for numerator, denominator in (shelf, high_pass):
        response *= np.polyval(numerator[::-1], z) / np.polyval(denominator[::-1], z)
    return np.fft.irfft(response, taps)


def _biquad(rate: int, centre: float, q: float, shelf_db: float | None) -> tuple[NDArray[np.float64], ...]:
    k = math.tan(math.pi * centre / rate)
    denominator = np.array(
        [1.0, 2 * (k * k - 1) / (1 + k / q + k * k), (1 - k / q + k * k) / (1 + k / q + k * k)]
    )
    if shelf_db is None:
        return np.array([1.0, -2.0, 1.0]), denominator
    high = 10 ** (shelf_db / 20)
    band = high**0.4996667741545416
    scale = 1 + k / q + k * k
    numerator = np.array(
        [
            (high + band * k / q + k * k) / scale,
            2 * (k * k - high) / scale,
            (high - band * k / q + k * k) / scale,
        ]
    )
    return numerator, denominator


class Meter:
    """Measures loudness as sound goes by, in constant memory; feed it blocks of one or two channels."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._hop = round(_HOP * rate)
        self._response = np.fft.rfft(_k_weighting(rate).astype(np.float32), _STRIDE + _TAPS - 1)
        self._tail: Stereo | None = None
        self._rest: NDArray[np.float64] = np.empty(0)
        self._powers: list[Powers] = []

    def feed(self, block: Mono | Stereo) -> None:
        """Take in what follows what was taken in before."""
        sound = block[:, None] if block.ndim == 1 else block
        for start in range(0, len(sound), _STRIDE):
            self._take(sound[start : start + _STRIDE])

    def _take(self, sound: Stereo) -> None:
        squares = np.square(self._weighted(sound), dtype=np.float64).sum(axis=1)
        squares = np.concatenate((self._rest, squares))
        whole = len(squares) // self._hop * self._hop
        self._powers.append(squares[:whole].reshape(-1, self._hop).mean(axis=1))
        self._rest = squares[whole:]

    def _weighted(self, sound: Stereo) -> Stereo:
        """Filter by overlap-add, carrying the tail of the response into the next block."""
        length = len(sound) + _TAPS - 1
        spectra = np.fft.rfft(sound.T, _STRIDE + _TAPS - 1) * self._response
        out: Stereo = np.fft.irfft(spectra, _STRIDE + _TAPS - 1).T[:length].astype(np.float32, copy=False)
        if self._tail is not None:
            shared = min(len(self._tail), len(out))
            out[:shared] += self._tail[:shared]
        self._tail = out[len(sound) :]
        return out[: len(sound)]

    @property
    def powers(self) -> Powers:
        """The power of each whole 100 ms so far."""
        return np.concatenate(self._powers) if self._powers else np.empty(0)

    @property
    def loudness(self) -> float:
        """Integrated loudness in LUFS, gated; `-inf` when all is below the gate.

        Of less than one 400 ms block, the plain mean of what there is.
        """
        powers = self.powers
        if len(powers) < round(_BLOCK / _HOP):
            total = powers.sum() * self._hop + self._rest.sum()
            frames = len(powers) * self._hop + len(self._rest)
            return _lufs(total / frames) if frames else -math.inf
        return integrated(powers)


def integrated(powers: Powers) -> float:
    """Gated loudness in LUFS from the power of each 100 ms: blocks of 400 ms, three quarters overlapping."""
    per_block = round(_BLOCK / _HOP)
    if len(powers) < per_block:
        return _lufs(float(powers.mean())) if len(powers) else -math.inf
    blocks = np.convolve(powers, np.full(per_block, 1 / per_block), "valid")
    blocks = blocks[blocks > _power(_ABSOLUTE_GATE)]
    if not len(blocks):
        return -math.inf
    return _lufs(float(blocks[blocks > _power(_lufs(float(blocks.mean())) + _RELATIVE_GATE)].mean()))


def loudest(powers: Powers, seconds: float = 3.0) -> float:
    """The loudest stretch of so many seconds, ungated: short-term loudness for 3 s."""
    span = min(round(seconds / _HOP), len(powers))
    if not span:
        return -math.inf
    return _lufs(float(np.convolve(powers, np.full(span, 1 / span), "valid").max()))


def loudness(sound: Mono | Stereo, rate: int) -> float:
    """Integrated loudness of a whole sound in LUFS. One channel counts as one: see `as_played`."""
    meter = Meter(rate)
    meter.feed(sound)
    return meter.loudness


def as_played(mono_lufs: float) -> float:
    """The loudness of a single channel when both sides play it: 3 LU more."""
    return mono_lufs + 10 * math.log10(2)


def _lufs(power: float) -> float:
    return _OFFSET + 10 * math.log10(power) if power > 0 else -math.inf


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET) / 10))


# True peak

OVERSAMPLING = 4
PEAK_REACH = 24
"""Frames on either side that decide the curve between two samples."""

_AT_ONCE = 4096
"""Places that are looked at together: what they are computed from is 48 times as large."""


@cache
def _between() -> NDArray[np.float32]:
    """Interpolators for the three places between samples, shape (3, 2 * PEAK_REACH)."""
    taps = np.arange(-PEAK_REACH + 1, PEAK_REACH + 1)
    window = np.kaiser(2 * PEAK_REACH * OVERSAMPLING + 1, 9.0)
    rows = []
    for step in range(1, OVERSAMPLING):
        offset = taps - step / OVERSAMPLING
        at = np.round((offset / PEAK_REACH + 1) * PEAK_REACH * OVERSAMPLING).astype(int)
        row = np.sinc(offset) * window[np.clip(at, 0, len(window) - 1)]
        rows.append(row / row.sum())
    interpolators: NDArray[np.float32] = np.array(rows, dtype=np.float32)
    return interpolators


def peak_curve(sound: Stereo, least: float = 0.0) -> NDArray[np.float32]:
    """The largest magnitude at each sample and between it and the next, over all channels.

    Only where that could exceed `least` is it looked for between samples: elsewhere, and wherever
    the sound is too quiet, the curve is that of the samples alone.
    """
    curve: NDArray[np.float32] = reduce(np.maximum, (np.abs(channel) for channel in sound.T))
    loud = curve > least / HEADROOM
    loud[:-1] |= loud[1:]  # between two samples either of them counts
    near = np.flatnonzero(loud)
    for channel in sound.T:
        padded = np.pad(channel, (PEAK_REACH - 1, PEAK_REACH))
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * PEAK_REACH)
        for start in range(0, len(near), _AT_ONCE):
            some = near[start : start + _AT_ONCE]
            around = windows[some]
            # not a product of matrices: what that gives for a place depends on how many are asked for with it
            between = (np.abs(np.einsum("nk,k->n", around, taps)) for taps in _between())
            curve[some] = reduce(np.maximum, between, curve[some])
    return curve


class PeakMeter:
    """Measures the true peak as sound goes by, in constant memory; feed it blocks of two channels.

    A frame is judged when those that decide it are there: a cut between blocks is no edge of the sound.
    Only what could be the peak is looked at between its samples.
    """

    def __init__(self) -> None:
        self._peak = 0.0
        self._recent = np.zeros((0, 2), dtype=np.float32)
        self._waiting = 0

    def feed(self, block: Stereo) -> None:
        """Take in what follows what was taken in before."""
        first = len(self._recent) - self._waiting
        joined = np.concatenate((self._recent, block))
        judged = max(len(joined) - PEAK_REACH, first)
        self._peak = max(self._peak, self._highest(joined, first, judged))
        self._waiting = len(joined) - judged
        self._recent = joined[-2 * PEAK_REACH :]

    @property
    def peak(self) -> float:
        """The true peak so far, linear, as if nothing followed."""
        first = len(self._recent) - self._waiting
        return max(self._peak, self._highest(self._recent, first, len(self._recent)))

    def _highest(self, sound: Stereo, first: int, last: int) -> float:
        if first == last or largest(sound) <= self._peak / HEADROOM:
            return 0.0
        return float(peak_curve(sound, self._peak)[first:last].max())


def true_peak(blocks: Iterable[Stereo]) -> float:
    """The true peak of a stream, linear; however it is cut into blocks."""
    meter = PeakMeter()
    for block in blocks:
        meter.feed(block)
    return meter.peak


def largest(sound: Stereo) -> float:
    """The largest magnitude of any sample, 0 for none."""
    return max(float(sound.max(initial=0.0)), -float(sound.min(initial=0.0)))


HEADROOM = 1.6
"""How far the curve may rise above its samples: more than 4 dB is not met in anything but test signals."""


# Peaks of a voice

_RIDE_HOP = 0.01
_RIDE_REACH = 8
"""Hops the gain is down on either side of a peak, and takes to get there: 80 ms, a syllable's half."""


_RIDES = 3
"""How often a voice is turned down, and up again by what it has lost."""


def ridden(voice: Mono, ceiling: float, rate: int) -> Mono:
    """A voice whose true peaks are at most `ceiling`, turned down around each as a hand on a fader would.

    So slow that nobody hears it work, which a limiter needs all its frames to promise: a limiter
    behind this has nothing to do while somebody just speaks. All of it comes up by what its peaks
    lose, so that it is as loud as before.
    """
    out = _turned_down(voice, ceiling, rate)
    if out is voice:
        return voice
    wanted, scale = float(np.square(voice).sum()), 1.0
    for _ in range(_RIDES - 1):
        scale *= math.sqrt(wanted / float(np.square(out).sum()))
        out = _turned_down(voice * np.float32(scale), ceiling, rate)
    return out


def _turned_down(voice: Mono, ceiling: float, rate: int) -> Mono:
    """The voice with every peak at the ceiling that was above it; itself, if there is none."""
    if largest(voice[:, None]) * HEADROOM <= ceiling:
        return voice
    hop = round(_RIDE_HOP * rate)
    count = -(-len(voice) // hop)
    peaks = np.zeros(count * hop, dtype=np.float32)
    peaks[: len(voice)] = peak_curve(voice[:, None], ceiling)
    excess = 1.0 - ceiling / np.maximum(peaks.reshape(count, hop).max(axis=1), ceiling)
    if not excess.any():
        return voice
    around = np.lib.stride_tricks.sliding_window_view(np.pad(excess, 2 * _RIDE_REACH), 2 * _RIDE_REACH + 1)
    window = np.hanning(2 * _RIDE_REACH + 1)[1:-1]
    smooth = np.convolve(around.max(axis=1), window / window.sum(), "valid")  # one hop more at either end
    return voice * _ramped(1.0 - smooth, hop)[hop // 2 :][: len(voice)]


def _ramped(levels: NDArray[np.float64], hop: int) -> Mono:
    """Straight lines from level to level, `hop` frames each; where that is odd, levels lie between frames."""
    along = (np.arange(hop, dtype=np.float32) + np.float32(hop % 2 / 2)) / np.float32(hop)
    first, steps = (part.astype(np.float32)[:, None] for part in (levels[:-1], np.diff(levels)))
    ramps: Mono = (first + steps * along).ravel()
    return ramps


# The limiter

LOOK = 882
"""Frames the limiter looks to either side: 20 ms. Nothing further away changes what it does."""


_HALF = (LOOK - PEAK_REACH) // 2
"""Frames the gain goes down before a peak, and those it takes to get there smoothly: with the frames
that decide a peak they are what the limiter looks at."""


@cache
def _smooth() -> NDArray[np.float32]:
    window = np.hanning(2 * _HALF + 3)[1:-1]
    weights: NDArray[np.float32] = (window / window.sum()).astype(np.float32)
    return weights


def limited(sound: Stereo, ceiling: float) -> Stereo:
    """Sound without the `LOOK` frames of context at either end, its true peak at most `ceiling`.

    The gain at any frame depends on `LOOK` frames around it and on nothing else, so a piece cut out
    of the middle is limited exactly as the whole would be.
    """
    inner = sound[LOOK:-LOOK]
    if largest(sound) * HEADROOM <= ceiling:
        return inner
    peaks = np.maximum(peak_curve(sound, ceiling), ceiling)
    if peaks.max() <= ceiling:
        return inner
    excess = (1.0 - ceiling / peaks).astype(np.float32)  # exactly 0 where nothing is to be done
    around = np.lib.stride_tricks.sliding_window_view(np.pad(excess, _HALF), 2 * _HALF + 1)
    gain = 1.0 - np.convolve(around.max(axis=1), _smooth(), "same")[LOOK:-LOOK]
    return (inner * gain[:, None]).astype(np.float32)
