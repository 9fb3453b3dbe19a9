"""What a place asks for, as data, and what is measured of a file to hold against it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from guided_audio.forms import Form


class Figure(StrEnum):
    """What can be asked of a file; the value is what a person reads."""

    FORM = "form"
    KBPS = "bit rate"
    KBPS_SPREAD = "spread of the bit rate"
    CHANNELS = "channels"
    RATE = "sample rate"
    SECONDS = "length"
    MEGABYTES = "size"
    LUFS = "loudness"
    RMS = "RMS of the whole"
    SAMPLE_PEAK = "sample peak"
    TRUE_PEAK = "true peak"
    NOISE_FLOOR = "noise floor"
    HEAD_QUIET = "quiet at the head"
    TAIL_QUIET = "quiet at the tail"
    TITLE = "letters in the title"
    COVER_SIDE = "cover, shorter side"
    COVER_OBLONG = "cover, how far from square"


@dataclass(frozen=True, slots=True)
class Measured:
    """A finished file in figures; `None` where there was nothing to measure.

    Levels are in dB of full scale, loudness in LUFS as the channels are, peaks of samples and true ones
    in dBFS and dBTP, times in seconds. `noise_floor` is the RMS of the quietest half second. `speech_rms`
    is that of the part which is not quiet, and `speech_share` how much of the time that is, 0 to 1: with a
    bed under it the bed in the pauses counts as quiet. `kbps_spread` is 0 at a constant bit rate.
    """

    form: Form | None = None
    kbps: float | None = None
    kbps_spread: float | None = None
    channels: int | None = None
    rate: int | None = None
    seconds: float | None = None
    megabytes: float | None = None
    lufs: float | None = None
    rms: float | None = None
    sample_peak: float | None = None
    true_peak: float | None = None
    noise_floor: float | None = None
    head_quiet: float | None = None
    tail_quiet: float | None = None
    speech_rms: float | None = None
    speech_share: float | None = None
    title: int | None = None
    cover: tuple[int, int] | None = None

    def figure(self, figure: Figure) -> float | None:
        """A figure as a number; there is none of the form, which is no number."""
        cover = self.cover
        return {
            Figure.FORM: None,
            Figure.KBPS: self.kbps,
            Figure.KBPS_SPREAD: self.kbps_spread,
            Figure.CHANNELS: self.channels,
            Figure.RATE: self.rate,
            Figure.SECONDS: self.seconds,
            Figure.MEGABYTES: self.megabytes,
            Figure.LUFS: self.lufs,
            Figure.RMS: self.rms,
            Figure.SAMPLE_PEAK: self.sample_peak,
            Figure.TRUE_PEAK: self.true_peak,
            Figure.NOISE_FLOOR: self.noise_floor,
            Figure.HEAD_QUIET: self.head_quiet,
            Figure.TAIL_QUIET: self.tail_quiet,
            Figure.TITLE: self.title,
            Figure.COVER_SIDE: min(cover) if cover else None,
            Figure.COVER_OBLONG: max(cover) - min(cover) if cover else None,
        }[figure]


@dataclass(frozen=True, slots=True)
class Limit:
    """What one figure may be: from `lowest` to `highest`, both allowed, none where there is no end.

    `source` is where it says so, with the date of looking, and `why` what it is for. Where it is not
    `firm` the place recommends it and refuses nothing. `channels` is set where it is for files of so
    many only.
    """

    name: Figure
    unit: str
    lowest: float | None
    highest: float | None
    source: str
    why: str
    firm: bool = True
    channels: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """What no program can check, or what a place does not say, with the source and the date of looking."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Publication:
    """A place where files are published, how to build for it, and what it asks.

    `preset` names one of `presets.PRESETS`; `kbps`, `channels` and `rate` (in Hz) are how its files are
    made. `forms` are those it takes, the usual one first. `asks` are for a person to check; `unsaid` is
    what was looked for and not found.
    """

    name: str
    title: str
    preset: str
    forms: tuple[Form, ...]
    kbps: int
    channels: int
    rate: int
    limits: tuple[Limit, ...]
    asks: tuple[Ask, ...] = ()
    unsaid: tuple[Ask, ...] = ()

    @property
    def form(self) -> Form:
        """The form its files are made in."""
        return self.forms[0]
