"""Each limit of a place against what was measured, in a sentence: met or not, why, and what to do.

A place made for audiobooks measures the whole file, and more than half of a meditation is quiet. Where
that, and nothing that could be mended, keeps a file from a limit, it is said in figures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from guided_audio.publication.limits import Figure, Limit, Measured, Publication
from guided_audio.units import format_clock


class Standing(StrEnum):
    """How a file stands to a limit."""

    MET = "met"
    OFF = "not met"
    CANNOT = "cannot be met"
    ADVISED = "not as advised"
    UNKNOWN = "not measured"

    @property
    def well(self) -> bool:
        """Whether the place has no reason in this to refuse the file, as far as anybody knows."""
        return self not in (Standing.OFF, Standing.CANNOT)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a file stands to one limit; `measured` as it was judged, `sentence` with what to do."""

    limit: Limit
    measured: float | None
    standing: Standing
    sentence: str


def judge(publication: Publication, measured: Measured) -> tuple[Verdict, ...]:
    """Every limit that is for a file of so many channels, in the order the place has them.

    A figure is judged as it is shown: levels to 0.01 dB, times to 0.1 s.
    """
    return tuple(
        _form(publication, limit, measured)
        if limit.name is Figure.FORM
        else _number(publication, limit, measured)
        for limit in publication.limits
        if limit.channels in (None, measured.channels)
    )


def level_of_whole(speech_rms: float, share: float) -> float:
    """The RMS in dB of a file whose speech has this RMS for a share of the time, and that else is silent."""
    return speech_rms + 10 * math.log10(share) if share > 0 else -math.inf


def least_share(speech_rms: float, lowest: float) -> float:
    """For what share of the time such speech must be heard, for the whole to come up to `lowest`."""
    return float(10 ** ((lowest - speech_rms) / 10))


def _form(publication: Publication, limit: Limit, measured: Measured) -> Verdict:
    wanted = " or ".join(form.name for form in publication.forms)
    if measured.form is None:
        return Verdict(limit, None, Standing.OFF, f"It is none of the forms we know; {wanted} is asked for.")
    well = measured.form in publication.forms
    remedy = "" if well else f": {wanted} is asked for. Build it with `--format {publication.form.value}`"
    return Verdict(limit, None, Standing.MET if well else Standing.OFF, f"{measured.form.name}{remedy}.")


def _number(publication: Publication, limit: Limit, measured: Measured) -> Verdict:
    value = measured.figure(limit.name)
    if value is None:
        return Verdict(limit, None, Standing.UNKNOWN, f"Not measured; {_range(limit)}.")
    value = round(value, _DIGITS.get(limit.unit, 1)) if math.isfinite(value) else value
    low = limit.lowest is not None and value < limit.lowest
    high = limit.highest is not None and value > limit.highest
    said = f"{_shown(limit, value)}, {_range(limit)}"
    if not low and not high:
        return Verdict(limit, value, Standing.MET, f"{said}.")
    if low and limit.name is Figure.RMS:
        standing, reason = _quiet_whole(publication, limit, measured)
        return Verdict(limit, value, standing, f"{said}. {reason}")
    remedies = _TOO_LOW if low else _TOO_HIGH
    remedy = remedies.get(limit.name, "") if limit.firm else _ADVICE
    remedy = remedy.format(preset=publication.preset, kbps=publication.kbps, rate=publication.rate)
    standing = Standing.OFF if limit.firm else Standing.ADVISED
    return Verdict(limit, value, standing, f"{said}. {remedy}".rstrip())


def _quiet_whole(publication: Publication, limit: Limit, measured: Measured) -> tuple[Standing, str]:
    """Why the whole is too quiet: a voice that can come up, one that cannot, or its pauses."""
    rms, voice, share = measured.rms, measured.speech_rms, measured.speech_share
    if limit.lowest is None or rms is None or voice is None or not share or not math.isfinite(rms):
        return Standing.OFF, "There is next to nothing to hear in it."
    needed, room = limit.lowest - rms, _room(publication, measured)
    pauses = (
        f"The voice is at {voice:.1f} dB for {share:.0%} of the time; its pauses take {voice - rms:.1f} dB"
    )
    if needed <= room:
        return Standing.OFF, f"{pauses}. Turn it up by {needed:.1f} dB: its peaks have room for {room:.1f}."
    if voice < limit.lowest:
        return Standing.OFF, (
            f"The voice itself is at {voice:.1f} dB, and its peaks have room for {room:.1f}: level it, so "
            "that its loudest words are nearer to the others."
        )
    enough = least_share(voice, limit.lowest)
    return Standing.CANNOT, (
        f"{pauses}. It would have to come up by {needed:.1f} dB, and its peaks have room for {room:.1f}; or "
        f"speak for {enough:.0%} of the time. Keep the pauses, and publish it as a podcast."
    )


def _room(publication: Publication, measured: Measured) -> float:
    """Decibels by which a file can be turned up before its peaks are over a limit, with some to spare."""
    rooms = [
        limit.highest - value
        for limit in publication.limits
        if limit.name in (Figure.SAMPLE_PEAK, Figure.TRUE_PEAK) and limit.highest is not None
        if (value := measured.figure(limit.name)) is not None
    ]
    return max(min(rooms, default=0.0) - _SPARE, 0.0)


_SPARE = 0.25  # decibels by which MP3 moves peaks

_DIGITS = {"dB": 2, "LUFS": 2, "dBTP": 2, "s": 1, "Hz": 0, "px": 0, "": 0}
_AS_CLOCK = 60.0  # seconds from which a time is written as a player shows it


def _shown(limit: Limit, value: float) -> str:
    if not math.isfinite(value):
        return "digital silence"
    if limit.unit == "s" and (limit.highest or 0) >= _AS_CLOCK:
        return format_clock(value)
    digits = _DIGITS.get(limit.unit, 1)
    return f"{value:.{digits}f} {limit.unit}".rstrip()


def _range(limit: Limit) -> str:
    lowest, highest = limit.lowest, limit.highest
    if lowest is None or highest is None:
        ends = [("at least", lowest), ("at most", highest)]
        return " ".join(f"{word} {_bound(limit, end)}" for word, end in ends if end is not None)
    if lowest == highest:
        return f"{'exactly' if limit.firm else 'best'} {_bound(limit, lowest)}"
    return f"{'' if limit.firm else 'best '}{_bound(limit, lowest)} to {_bound(limit, highest)}"


def _bound(limit: Limit, value: float) -> str:
    if limit.unit == "s" and (limit.highest or 0) >= _AS_CLOCK:
        return format_clock(value)
    return f"{value:.10g}"


_ADVICE = "This is advice: the file is taken as it is."
_TOO_LOW = {
    Figure.KBPS: "Build it with `--preset {preset}`, which has {kbps} kb/s.",
    Figure.LUFS: "Build it with `--preset {preset}`.",
    Figure.RATE: "Build it with `--rate {rate}`.",
    Figure.HEAD_QUIET: "Something sounds from the start. Build it with `--preset {preset}`, without a bed.",
    Figure.TAIL_QUIET: "Something sounds to the end. Build it with `--preset {preset}`, without a bed.",
    Figure.TITLE: "Give the script a title.",
    Figure.COVER_SIDE: "Put a larger one beside the file as `cover.jpg`.",
}
_TOO_HIGH = {
    Figure.KBPS_SPREAD: "Encode it at a constant bit rate.",
    Figure.LUFS: "Build it with `--preset {preset}`.",
    Figure.RMS: "Turn the voice down: build it with `--preset {preset}`.",
    Figure.SAMPLE_PEAK: "Build it with `--preset {preset}`, whose limiter stays under it.",
    Figure.TRUE_PEAK: "Build it with `--preset {preset}`, whose limiter stays under it.",
    Figure.NOISE_FLOOR: (
        "A bed, or the noise of the room, is heard where nobody speaks. `--preset {preset}` leaves out the "
        "bed; against the noise of a room helps only a quieter one."
    ),
    Figure.HEAD_QUIET: "The pause before the first line is part of it: make it shorter.",
    Figure.TAIL_QUIET: "The pause after the last line is part of it: make it shorter.",
    Figure.SECONDS: "Divide it into shorter files.",
    Figure.MEGABYTES: "Build it as MP3, or divide it.",
    Figure.RATE: "Build it with `--rate {rate}`.",
    Figure.CHANNELS: "Mix it to two channels.",
    Figure.COVER_SIDE: "Save the picture smaller.",
    Figure.COVER_OBLONG: "Cut the picture to a square.",
}
