"""Any finished file in the figures that places of publication ask about; it needs no receipt.

The file is decoded once and goes by in blocks. Levels are those of the channels it has: nothing is mixed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from guided_audio import ffmpeg, tags
from guided_audio.blocks import Stereo
from guided_audio.errors import VerificationFailed
from guided_audio.ffmpeg.opening import sniff
from guided_audio.forms import Form, form_of
from guided_audio.image_header import contents, header_of
from guided_audio.listening import LevelCurve
from guided_audio.mastering import Meter, PeakMeter
from guided_audio.publication import Measured
from guided_audio.units import decibels
from guided_audio.verify.frames import Mp3Frames, mp3_frames

QUIET = -50.0
"""dBFS of the RMS of 20 ms over which the head or the tail of a file is no longer quiet: 10 dB over the
noise that ACX allows."""

_HOP = 0.02  # seconds
_FLOOR_HOPS = 25  # half a second: the stretch in which ACX Check looks for the noise floor
_SPEECH_HOPS = 20  # 400 ms: a block of BS.1770, whose gates part speech from quiet here as well
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0

_FORMS = {"mp3": Form.MP3, "flac": Form.FLAC, "wav": Form.WAV, "ogg": Form.OPUS, "mov": Form.M4A}
_MOST_CHANNELS = 2  # that are decoded as they are


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a file says of itself before it is decoded."""

    form: Form | None
    rate: int
    channels: int
    kbps: float | None
    spread: float | None
    title: int
    cover: tuple[int, int] | None


def measure(file: Path, cover: Path | None = None) -> Measured:
    """A finished file in figures. `cover` is the picture that is published with it; else its own is meant.

    Raises:
        VerificationFailed: when it cannot be opened, is damaged, or has no sound.
    """
    try:
        facts, size = _facts(file, cover), file.stat().st_size
    except (OSError, ValueError) as unreadable:
        reason = unreadable.strerror if isinstance(unreadable, OSError) else unreadable
        raise VerificationFailed(f"{file} cannot be measured: {reason}") from None
    channels = min(facts.channels, _MOST_CHANNELS)
    heard = _Heard(facts.rate)
    heard.listen(ffmpeg.decode(file, facts.rate, channels))
    powers = heard.curve.powers
    speech_rms, share = _speech(powers)
    head, tail = _quiet_ends(powers)
    return Measured(
        form=facts.form,
        kbps=facts.kbps or size * 8 / 1000 / (heard.frames / facts.rate),
        kbps_spread=facts.spread,
        channels=facts.channels,
        rate=facts.rate,
        seconds=heard.frames / facts.rate,
        megabytes=size / 10**6,
        lufs=heard.meter.loudness,
        rms=_db(heard.energy / (heard.frames * channels)),
        sample_peak=decibels(float(heard.curve.peaks.max())),
        true_peak=decibels(heard.peaks.peak),
        noise_floor=_floor(powers),
        head_quiet=head,
        tail_quiet=tail,
        speech_rms=speech_rms,
        speech_share=share,
        title=facts.title,
        cover=facts.cover,
    )


class _Heard:
    """What is noted as a file goes by: loudness, peaks, energy, and a level every 20 ms."""

    def __init__(self, rate: int) -> None:
        self.meter, self.peaks, self.curve = Meter(rate), PeakMeter(), LevelCurve(round(_HOP * rate))
        self.frames, self.energy = 0, 0.0

    def listen(self, blocks: Iterable[Stereo]) -> None:
        """Hear all of it."""
        for block in self.curve.listen(self._both(blocks)):
            self.peaks.feed(block)

    def _both(self, blocks: Iterable[Stereo]) -> Iterable[Stereo]:
        """Measure the channels that are there, and pass them on as two: one channel stands for both."""
        for block in blocks:
            self.meter.feed(block)
            self.frames += len(block)
            self.energy += float(np.square(block, dtype=np.float64).sum())
            yield np.repeat(block, 2, axis=1) if block.shape[1] == 1 else block


def _floor(powers: NDArray[np.float32]) -> float:
    """The RMS of the quietest half second."""
    span = min(_FLOOR_HOPS, len(powers))
    return _db(float(np.convolve(powers.astype(np.float64), np.full(span, 1 / span), "valid").min()))


def _speech(powers: NDArray[np.float32]) -> tuple[float | None, float | None]:
    """The RMS of what is not quiet, and its share of the time, by the two gates of BS.1770."""
    whole = len(powers) // _SPEECH_HOPS * _SPEECH_HOPS
    blocks = powers[:whole].astype(np.float64).reshape(-1, _SPEECH_HOPS).mean(axis=1)
    heard = blocks[blocks > 10 ** (_ABSOLUTE_GATE / 10)]
    if not len(heard):
        return None, None
    speech = heard[heard > heard.mean() * 10 ** (_RELATIVE_GATE / 10)]
    return _db(float(speech.mean())), len(speech) / len(blocks)


def _quiet_ends(powers: NDArray[np.float32]) -> tuple[float, float]:
    """Seconds before the first sound and after the last; all of it where there is none."""
    loud = np.flatnonzero(powers > 10 ** (QUIET / 10))
    if not len(loud):
        return len(powers) * _HOP, len(powers) * _HOP
    return float(loud[0]) * _HOP, float(len(powers) - 1 - loud[-1]) * _HOP


def _db(power: float) -> float:
    return 10 * math.log10(power) if power > 1e-30 else -math.inf  # less is what rounding leaves of nothing


def _facts(file: Path, cover: Path | None) -> _Facts:
    """Whatever can be known without decoding.

    Raises:
        OSError, ValueError: when it cannot be opened, or is no sound by its first bytes.
    """
    rate = ffmpeg.native_rate(file)  # opens nothing but a regular file
    with file.open("rb") as stream:
        form = _FORMS.get(sniff(stream.read(512)))
        form = form_of(file.name) if form is Form.M4A and form_of(file.name) is Form.M4B else form
        frames = _mp3(stream) if form is Form.MP3 else None
        written = tags.read(stream)
    picture = _picture(contents(cover) if cover else written.cover if written else b"")
    return _Facts(
        form=form,
        rate=rate or 44_100,
        channels=frames.channels if frames else _channels(file),
        kbps=frames.kbps if frames else None,
        spread=float(frames.most - frames.least) if frames else None,
        title=len(written.title) if written else 0,
        cover=picture,
    )


def _mp3(stream: BinaryIO) -> Mp3Frames | None:
    stream.seek(0)
    start = tags.size(stream)
    return mp3_frames(stream, start)


def _channels(file: Path) -> int:
    """How many channels a file that is no MP3 says it has; two where it does not say."""
    import mutagen  # noqa: PLC0415 - few files are measured

    try:
        found = mutagen.File(file)
        return int(found.info.channels)
    except (mutagen.MutagenError, AttributeError, TypeError):
        return 2


def _picture(data: bytes) -> tuple[int, int] | None:
    if not data:
        return None
    try:
        header = header_of(data)
    except ValueError:
        return None
    return header.width, header.height
