"""Auditions: a short file of one voice or one sound, to choose by ear."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from guided_audio import encoder, mixer, naming, sounds
from guided_audio import receipt as receipts
from guided_audio.blocks import Source, Stereo
from guided_audio.build import Order, Workshop, make
from guided_audio.build.ownership import require_own
from guided_audio.errors import EngineFailure, MissingTool, OutputFailure, Place, Problem, ProblemsFound
from guided_audio.files import replacing
from guided_audio.library import Library
from guided_audio.lint import lines_for_a_person
from guided_audio.pacing import Saying, sentences
from guided_audio.plan import Options, plan
from guided_audio.render import render
from guided_audio.script import KINDS, Chapter, Line, Pause, Script, Step, Words, exactly
from guided_audio.speaking import CALIBRATION_LINES, Cast, Speaker
from guided_audio.timeline import BedSpan
from guided_audio.units import PROJECT_RATE, Frames, to_frames

BETWEEN_VOICES = 2.0
"""Seconds of quiet between one voice and the next."""

PACE = 112.0
"""Words a minute at which voices are compared: that of a script which says nothing."""

BED_SECONDS = 40.0
BELL_SECONDS = 20.0


def audition_voice(name: str, language: str, folder: Path, library: Library, speaker: Speaker) -> Path:
    """A file in which a voice says a few plain lines.

    Raises:
        MissingTool: there is no such voice.
        OutputFailure: the file cannot be written.
    """
    place = Place("audition")
    steps = tuple(Line(place, (Words(text),), KINDS["tick"]) for text in CALIBRATION_LINES)
    script = Script(Path("audition.yaml"), "Audition", steps, language=language)
    planned = plan(script, Options(voice=name), library, speaker)
    with tempfile.TemporaryDirectory(prefix="guided-audio-") as scratch:
        source = render(planned, library, speaker, Path(scratch))
        return _encoded(
            source, planned.timeline.length, folder / f"voice-{naming.file_stem(name, 'voice')}.mp3"
        )


@dataclass(frozen=True, slots=True)
class Auditioned:
    """A file with a chapter for each voice, and the voices that are not in it, each with the reason."""

    file: Path
    voices: tuple[str, ...]
    left_out: Mapping[str, str]


def audition_voices(
    voices: Sequence[str], lines: Sequence[str], language: str, folder: Path, workshop: Workshop
) -> Auditioned:
    """A file in which one voice after the other says the same lines, each in a chapter of its name.

    Raises:
        MissingTool: none of them can speak.
        Refused: there is a file of that name which is no audition.
        OutputFailure: the file cannot be written.
    """
    reasons = {voice: _silent(voice, lines, language, workshop.speaker) for voice in voices}
    left_out = {voice: reason for voice, reason in reasons.items() if reason}
    heard = tuple(voice for voice in reasons if voice not in left_out)
    if not heard:
        raise MissingTool("None of these voices can speak here: " + " ".join(left_out.values()))
    place = Place("audition")
    steps: list[Step] = []
    for number, voice in enumerate(heard):
        steps.append(Chapter(place, voice, voice=f"v{number}"))
        steps += [Line(place, (Words(text),), KINDS["tick"]) for text in lines]
        steps.append(Pause(place, exactly(BETWEEN_VOICES)))
    script = Script(
        Path("audition.yaml"),
        "Voices",
        tuple(steps),
        language=language,
        pace=PACE,
        voice=heard[0],
        voices={f"v{number}": voice for number, voice in enumerate(heard)},
    )
    file, again = folder / "voices.mp3", Options(overwrite=True)
    require_own(file, script, Options(), workshop.store)  # another audition is replaced, and nothing else
    planned = plan(script, again, workshop.library, workshop.speaker)
    make(Order(planned, again, file, receipts.beside(file)), workshop)
    return Auditioned(file, heard, left_out)


def require_for_voices(lines: Sequence[tuple[Place, str]], language: str) -> None:
    """Stop where a line to be auditioned is one that only a person may say (GA27).

    Raises:
        ProblemsFound: with each such line.
    """
    steps = tuple(Line(place, (Words(text),), KINDS["tick"]) for place, text in lines)
    reserved = lines_for_a_person(Script(Path("audition.yaml"), "Voices", steps, language=language))
    if reserved:
        raise ProblemsFound([Problem(place, _FOR_A_PERSON, _ANOTHER) for place in reserved])


_FOR_A_PERSON = "Only a person may say this line (GA27), and these voices are synthetic."

_ANOTHER = "Put another line in its place: any other will do to compare voices."


def _silent(voice: str, lines: Sequence[str], language: str, speaker: Speaker) -> str:
    """Why a voice cannot say all of these lines; nothing where it can, and then they are kept."""
    sayings = [Saying(sentence) for line in lines for sentence in sentences(line)]
    try:
        found = speaker.find_voice(voice, language)
        failures = speaker.speak(sayings, Cast(found, {}), PACE).failures
    except (MissingTool, EngineFailure) as error:
        return str(error)
    return next(iter(failures.values()), "")


def audition_sound(name: str, folder: Path, library: Library) -> Path:
    """A file with a while of a bed, fading in and out, or one strike of a bell.

    Raises:
        MissingTool: there is no such sound.
        OutputFailure: the file cannot be written.
    """
    kinds = {sound.name: sound for sound in sounds.catalogue([library.sounds])}
    if name not in kinds:
        raise MissingTool(f"There is no built-in sound named `{name}`; `guided-audio sounds` lists them.")
    path = Path(kinds[name].path)
    with tempfile.TemporaryDirectory(prefix="guided-audio-") as scratch:
        bell = kinds[name].kind == "bell"
        length = to_frames(BELL_SECONDS if bell else BED_SECONDS)
        source = _Once(sounds.load_bell(path, PROJECT_RATE)) if bell else _faded(path, length, Path(scratch))
        return _encoded(source, length, folder / f"sound-{name}.mp3")


class _Once:
    """A sound that is heard once, from the first frame."""

    def __init__(self, sound: Stereo) -> None:
        self._sound = sound

    def read(self, start: int, count: int) -> Stereo:
        piece = self._sound[max(start, 0) : max(start + count, 0)]
        return np.pad(piece, ((0, count - len(piece)), (0, 0)))


class _Faded:
    """A bed coming in and going out."""

    def __init__(self, source: Source, length: Frames) -> None:
        self._source = source
        self._level = mixer.fades(BedSpan("", 0.0, Frames(0), length), PROJECT_RATE)

    def read(self, start: int, count: int) -> Stereo:
        faded: Stereo = self._source.read(start, count) * self._level(start, count)[:, None]
        return faded


def _faded(path: Path, length: Frames, scratch: Path) -> Source:
    return _Faded(sounds.load_bed(path, PROJECT_RATE, scratch), length)


def _encoded(source: Source, length: Frames, file: Path) -> Path:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file) as stream:
            encoder.encode(source, length, stream, encoder.Mp3Format(), lanes=1)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise OutputFailure(f"{file} cannot be written: {reason}.") from error
    return file
