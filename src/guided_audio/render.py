"""Rendering: from a plan to finished sound, every level decided, readable from any frame."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import astuple
from functools import cache, lru_cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import numpy as np

from guided_audio import mastering, mixer, polish, sounds
from guided_audio.blocks import Mono, Source, Stereo
from guided_audio.errors import Place, Problem, ProblemsFound
from guided_audio.folders import SUFFIXES
from guided_audio.library import Library
from guided_audio.plan import Plan
from guided_audio.polish import OFF, Chain
from guided_audio.presets import Preset
from guided_audio.script import Bell, Script
from guided_audio.speaking import Speaker
from guided_audio.store import Store
from guided_audio.timeline import Clip
from guided_audio.units import Frames, decibels, gain, to_frames

LARGEST_LINE_GAIN = 12.0
"""Decibels a line is moved at the most to stand level with the others."""

ROOM_ON_PEAKS = 0.5
"""Decibels a voice's peaks are turned down further in a room, whose answer comes on top: 0.44 at the most."""

BELL_BELOW_VOICE = 3.0
"""Decibels the loudest three seconds of a bell stay under the voice."""

BELL_PEAK_DBTP = -6.0

BREATH_BELOW_VOICE = 12.0
"""Decibels the swell of a breath lies under the voice when it is full."""

BELL_FADE_OUT = 2.0
"""Seconds in which a bell goes out that would ring longer than the file."""

ROOM_TONE_DBFS = -68.0
"""RMS of what is heard where no bed is: below the noise publishers allow, and never digital zero."""

_LISTENED = 40.0
"""Seconds of a bed that are measured to set its level."""

_CLIPS_AT_HAND = 6


def line_gain(clip: Clip, speech: float) -> float:
    """Decibels that set a clip to the level of the voice, `speech` LUFS."""
    wanted = speech - clip.loudness
    return round(float(np.clip(wanted, -LARGEST_LINE_GAIN, LARGEST_LINE_GAIN)), 4)


class Rendering:
    """A whole meditation as a source under its ceiling, on a grid of blocks. Safe for several threads."""

    def __init__(self, mix: mixer.Mix, rate: int, preset: Preset, chain: Chain = OFF) -> None:
        self._mix, self._ceiling = mix, gain(preset.ceiling)
        self._settings = (rate, preset.speech, preset.ceiling, *astuple(chain))
        self._grid = mixer.OnGrid(self._block)

    def read(self, start: int, count: int) -> Stereo:
        """Frames `start` up to `start + count`, whatever was read before."""
        return self._grid.read(start, count)

    def signature(self, start: int, count: int) -> list[object]:
        """All that decides those frames, as plain data: see `Mix.signature`."""
        first = start // mixer.BLOCK * mixer.BLOCK - mastering.LOOK
        last = -(-(start + count) // mixer.BLOCK) * mixer.BLOCK + mastering.LOOK
        mixed = self._mix.signature(first, last - first)
        return [start, count, *mixed, *self._settings, *_code()]

    def _block(self, start: int) -> Stereo:
        wide = self._mix.read(start - mastering.LOOK, mixer.BLOCK + 2 * mastering.LOOK)
        return mastering.limited(wide, self._ceiling)


def render(plan: Plan, library: Library, speaker: Speaker, scratch: Path) -> Rendering:
    """All of a plan as sound. `scratch` takes what a user's own bed unpacks to.

    Raises:
        ProblemsFound: a sound of the script cannot be used.
    """
    timeline, preset = plan.timeline, plan.preset
    rate = timeline.rate

    voice = _voice(plan, speaker)
    beds = _beds(plan, speaker.store, scratch)
    floor = _room_tone(library, rate, speaker.store, scratch)
    events = [*_bells(plan, speaker.store), *_breaths(plan, library)]
    return Rendering(mixer.Mix(timeline, voice, events, beds, floor), rate, preset, speaker.chain)


def _voice(plan: Plan, speaker: Speaker) -> mixer.Voice:
    """The clips with their peaks turned down, in their room where there is one: breathing cues in none."""
    preset, rate, chain = plan.preset, plan.timeline.rate, speaker.chain

    @lru_cache(_CLIPS_AT_HAND)
    def alone(key: str, ceiling: float) -> Mono:
        return mastering.ridden(speaker.clip(key), ceiling, rate)

    @lru_cache(_CLIPS_AT_HAND)
    def in_its_room(key: str, ceiling: float) -> Stereo:
        voice = mastering.ridden(speaker.clip(key), ceiling * gain(-ROOM_ON_PEAKS), rate)
        sound = polish.room(voice, chain, rate)
        sound[: len(voice)] += voice[:, None]
        return sound

    def samples(clip: Clip) -> Mono | Stereo:
        ceiling = gain(preset.voice_peak - line_gain(clip, preset.speech))
        made = in_its_room if chain.room and clip.line is not None else alone
        return made(clip.key, ceiling)

    return mixer.Voice(
        samples, lambda clip: gain(line_gain(clip, preset.speech)), polish.tail_frames(chain, rate)
    )


def _beds(plan: Plan, kept: Store, scratch: Path) -> list[mixer.Bed]:
    """A bed for each span; what is heard in several of them is loaded and measured once."""
    rate, places = plan.timeline.rate, {str(bed.sound): bed.place for bed in plan.script.beds}
    found: dict[str, tuple[Source, str, float]] = {}
    for span in plan.timeline.beds:
        if span.sound not in found:
            sound, place = Path(span.sound), places.get(span.sound, Place(str(plan.script.path)))
            source = _usable(place, partial(sounds.load_bed, sound, rate, scratch, levelled=False))
            name = identity(sound)
            found[span.sound] = source, name, _measured("bed", name, kept, rate, partial(_loudness, source))
    return [
        mixer.Bed(source, span, gain(plan.preset.speech - span.under - level), name)
        for span in plan.timeline.beds
        for source, name, level in (found[span.sound],)
    ]


def _measured(what: str, name: str, kept: Store, rate: int, measure: Callable[[int], float]) -> float:
    """A figure of a sound, by its name and the rate; found once, and kept."""
    figure, _ = kept.make(kept.key(what, name, rate, *_code()), lambda: json.dumps(measure(rate)).encode())
    return float(json.loads(figure))


def _loudness(source: Source, rate: int) -> float:
    return mastering.loudness(source.read(0, to_frames(_LISTENED, rate)), rate)


def _room_tone(library: Library, rate: int, kept: Store, scratch: Path) -> mixer.Floor:
    source = sounds.load_bed(library.room_tone, rate, scratch, levelled=False)
    name = identity(library.room_tone)
    level = _measured("room tone", name, kept, rate, partial(_strength, source))
    return mixer.Floor(source, gain(ROOM_TONE_DBFS) / level, name)


def _strength(source: Source, rate: int) -> float:
    return float(np.sqrt(np.square(source.read(0, to_frames(5.0, rate))).mean()))


def _bells(plan: Plan, kept: Store) -> list[mixer.OneShot]:
    """Every strike; a bell that is struck several times is made once."""
    rate, places = plan.timeline.rate, _bell_places(plan.script)
    rung: dict[str, tuple[Stereo, str]] = {}
    for strike in plan.timeline.bells:
        if strike.sound not in rung:
            sound = Path(strike.sound)
            bell = _usable(places[strike.sound], partial(sounds.load_bell, sound, rate))
            name = identity(sound)
            rung[strike.sound] = _at_bell_level(bell, name, plan, kept), name
    bells = [mixer.OneShot(strike.start, *rung[strike.sound]) for strike in plan.timeline.bells]
    return [_within(bell, plan.timeline.length, rate) for bell in bells]


def _breaths(plan: Plan, library: Library) -> list[mixer.OneShot]:
    """The swells that lead paced breathing, under the voice that names each phase."""
    if not plan.timeline.breaths:
        return []
    breath = sounds.load_swell(library.breath, plan.timeline.rate)
    factor = np.float32(gain(plan.preset.speech - BREATH_BELOW_VOICE - sounds.NOMINAL_LUFS))
    name = identity(library.breath)
    return [
        mixer.OneShot(
            span.start,
            breath.swell(span.inhale, span.exhale, span.hold, number) * factor,
            f"{name} {number} {span.inhale} {span.hold} {span.exhale}",
        )
        for number, span in enumerate(plan.timeline.breaths)
    ]


def _within(bell: mixer.OneShot, length: Frames, rate: int) -> mixer.OneShot:
    """A bell that would ring longer than the file goes out with it, not off."""
    room = length - bell.start
    if len(bell.sound) <= room:
        return bell
    fade = np.minimum(1.0, np.arange(room, 0, -1) / to_frames(BELL_FADE_OUT, rate))
    sound = bell.sound[:room] * fade.astype(np.float32)[:, None]
    return mixer.OneShot(bell.start, sound, f"{bell.identity} within {room}")


def identity(sound: Path) -> str:
    """The same only for the same sound: a hash of its file, and of its neighbours where it is a recipe.

    A recipe may lean on others beside it.
    """
    files = sorted(sound.parent.glob("*.yaml")) if sound.suffix in SUFFIXES else [sound]
    digest = hashlib.sha256(sound.name.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


@cache
def _code() -> tuple[str, ...]:
    """What turns a signature into sound: a hash of our own code, and the versions of what it calls.

    So a change to the mixer makes all that was mixed before stale, and nobody has to remember to say so.
    """
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for file in sorted(part for name in _SOUND_MAKERS for part in package.glob(name)):
        digest.update(file.read_bytes())
    return digest.hexdigest(), np.__version__, version("soxr")


_SOUND_MAKERS = (
    "render.py",
    "mixer.py",
    "beds.py",
    "mastering.py",
    "conform.py",
    "polish.py",
    "presets.py",
    "units.py",
    "sounds/*.py",
)


T = TypeVar("T")


def _usable(place: Place, load: Callable[[], T]) -> T:
    """What `load` gives; its sentence in the sound's place in the script where it cannot."""
    try:
        return load()
    except ValueError as error:
        raise ProblemsFound([Problem(place, str(error))]) from None


def _bell_places(script: Script) -> dict[str, Place]:
    return {str(step.sound): step.place for step in script.steps if isinstance(step, Bell)}


def _at_bell_level(bell: Stereo, name: str, plan: Plan, kept: Store) -> Stereo:
    """Under the voice by loudness and by peak, whichever asks for more."""
    rate, speech = plan.timeline.rate, plan.preset.speech
    loudest = _measured("bell", name, kept, rate, partial(_loudest, bell))
    peak = _measured("peak of a bell", name, kept, rate, lambda _rate: mastering.true_peak([bell]))
    factor = gain(min(speech - BELL_BELOW_VOICE - loudest, BELL_PEAK_DBTP - decibels(peak)))
    return (bell * np.float32(factor)).astype(np.float32)


def _loudest(sound: Stereo, rate: int) -> float:
    meter = mastering.Meter(rate)
    meter.feed(sound)
    return mastering.loudest(meter.powers)
