"""Rendering: from a plan to finished sound, every level decided, readable from any frame."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from guided_audio import mastering, mixer, sounds
from guided_audio.blocks import Mono, Source, Stereo
from guided_audio.errors import Place, Problem, ProblemsFound
from guided_audio.library import Library
from guided_audio.plan import Plan
from guided_audio.script import Bell, Script
from guided_audio.speaking import Speaker
from guided_audio.timeline import BedSpan, Clip
from guided_audio.units import decibels, gain, to_frames

LARGEST_LINE_GAIN = 12.0
"""Decibels a line is moved at the most to stand level with the others."""

BELL_BELOW_VOICE = 3.0
"""Decibels the loudest three seconds of a bell stay under the voice."""

BELL_PEAK_DBTP = -6.0

ROOM_TONE_DBFS = -68.0
"""RMS of what is under a file without a bed: below the noise publishers allow, and never digital zero."""

_LISTENED = 40.0
"""Seconds of a bed that are measured to set its level."""

_CLIPS_AT_HAND = 8


def line_gain(clip: Clip) -> float:
    """Decibels that set a clip to the level of the voice."""
    wanted = mastering.SPEECH_LUFS - clip.loudness
    return round(float(np.clip(wanted, -LARGEST_LINE_GAIN, LARGEST_LINE_GAIN)), 4)


def render(plan: Plan, library: Library, speaker: Speaker, scratch: Path) -> Source:
    """All of a plan as one source under its ceiling. `scratch` takes what a user's own bed unpacks to.

    Raises:
        ProblemsFound: a sound of the script cannot be used.
    """
    rate, timeline = plan.timeline.rate, plan.timeline
    clip_of = lru_cache(_CLIPS_AT_HAND)(speaker.clip)

    def samples(clip: Clip) -> Mono:
        return clip_of(clip.key)

    voice = mixer.Voice(samples, lambda clip: gain(line_gain(clip)))
    bed = _bed(plan, timeline.bed, scratch) if timeline.bed else None
    floor = None if bed else _room_tone(library, rate, scratch)
    mix = mixer.Mix(timeline, voice, _bells(plan), bed, floor)
    ceiling, look = gain(mastering.CEILING_DBTP), mastering.LOOK

    def block(start: int) -> Stereo:
        return mastering.limited(mix.read(start - look, mixer.BLOCK + 2 * look), ceiling)

    return mixer.OnGrid(block)


def _bed(plan: Plan, span: BedSpan, scratch: Path) -> mixer.Bed:
    rate = plan.timeline.rate
    place = plan.script.bed.place if plan.script.bed else Place(str(plan.script.path))
    source = _usable(place, partial(sounds.load_bed, Path(span.sound), rate, scratch))
    heard = mastering.loudness(source.read(0, to_frames(_LISTENED, rate)), rate)
    return mixer.Bed(source, span, gain(mastering.SPEECH_LUFS - span.under - heard))


def _room_tone(library: Library, rate: int, scratch: Path) -> mixer.Floor:
    source = sounds.load_bed(library.room_tone, rate, scratch)
    level = float(np.sqrt(np.square(source.read(0, to_frames(5.0, rate))).mean()))
    return mixer.Floor(source, gain(ROOM_TONE_DBFS) / level)


def _bells(plan: Plan) -> list[mixer.Bell]:
    rate = plan.timeline.rate
    places = _bell_places(plan.script)
    rung = {
        sound: _at_bell_level(_usable(places[sound], partial(sounds.load_bell, Path(sound), rate)), rate)
        for sound in {strike.sound for strike in plan.timeline.bells}
    }
    return [mixer.Bell(strike.start, rung[strike.sound]) for strike in plan.timeline.bells]


T = TypeVar("T")


def _usable(place: Place, load: Callable[[], T]) -> T:
    """What `load` gives; its sentence in the sound's place in the script where it cannot."""
    try:
        return load()
    except ValueError as error:
        raise ProblemsFound([Problem(place, str(error))]) from None


def _bell_places(script: Script) -> dict[str, Place]:
    return {str(step.sound): step.place for step in script.steps if isinstance(step, Bell)}


def _at_bell_level(bell: Stereo, rate: int) -> Stereo:
    """Under the voice by loudness and by peak, whichever asks for more."""
    meter = mastering.Meter(rate)
    meter.feed(bell)
    by_loudness = mastering.SPEECH_LUFS - BELL_BELOW_VOICE - mastering.loudest(meter.powers)
    by_peak = BELL_PEAK_DBTP - decibels(mastering.true_peak([bell]))
    return (bell * np.float32(gain(min(by_loudness, by_peak)))).astype(np.float32)
