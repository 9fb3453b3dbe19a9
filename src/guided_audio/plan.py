"""Planning: from a script's file to its timeline, without mixing anything.

Reads, asks whether the script may be built, finds the voices, speaks what is not yet spoken, and
lays it all out. `build` goes on from here; `guided-audio plan` stops here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from guided_audio import layout, pacing, reader
from guided_audio.beds import with_one_bed
from guided_audio.engines.languages import foreign
from guided_audio.errors import (
    EngineFailure,
    MissingTool,
    Place,
    Problem,
    ProblemsFound,
    Refused,
    VoicesMissing,
)
from guided_audio.fit import fit
from guided_audio.forms import Form
from guided_audio.library import Library
from guided_audio.lint import lines_for_a_person
from guided_audio.pacing import Saying, Score, Spoken
from guided_audio.presets import CALM, Preset
from guided_audio.script import Bed, Bell, Breathe, Level, Line, Pause, Script, Slot, shown_values
from guided_audio.speaking import Cast, Speaker
from guided_audio.takes import NOTHING_RECORDED, Means, Recorded, TakesWish, recorded
from guided_audio.takes.withheld import why_withheld
from guided_audio.timeline import Timeline
from guided_audio.units import Seconds

Progress = Callable[[str, int, int], None]
"""Hears of a stage by name, how much of it is done, and how much there is."""


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for beside the script: all of it from outside, none of it in the script.

    `values` fills slots. `agreed` and `follow_up` acknowledge the levels of those names.
    `names_in_text` lets values stand in lyrics, where a slot otherwise shows its fallback.
    `overwrite` replaces a finished file also where it was made of something else. `preset` sets the levels.
    `chosen` has the branches to take, by the names of their choices. `takes` says whose recordings are used.
    """

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    voice: str = ""
    bed: str = ""
    length: Seconds | None = None
    agreed: bool = False
    follow_up: bool = False
    names_in_text: bool = False
    overwrite: bool = False
    preset: Preset = CALM
    chosen: Mapping[str, str] = field(default_factory=dict)
    form: Form = Form.MP3
    takes: TakesWish = field(default_factory=TakesWish)


@dataclass(frozen=True, slots=True)
class Plan:
    """A script with its timeline. `spoken_now` counts what was not in the store before.

    `values` are what its slots were filled with, and the only place where a client's words are kept.
    `recorded` are the lines that a person says.
    """

    script: Script
    timeline: Timeline
    cast: Cast
    spoken_now: int
    values: Mapping[str, str] = field(repr=False)
    preset: Preset = CALM
    recorded: Recorded = NOTHING_RECORDED


def read_script(file: Path, library: Library, shown: str = "") -> Script:
    """The script in a file.

    Raises:
        ProblemsFound: with all of them.
    """
    reading = reader.read(file, library, shown)
    if reading.script is None:
        raise ProblemsFound(reading.problems)
    return reading.script


def require_acknowledgement(script: Script, options: Options) -> None:
    """Stop unless a script that is not for everyone was acknowledged.

    Raises:
        Refused: with the reason, and what to do.
    """
    if not script.level.is_acknowledged(agreed=options.agreed, follow_up=options.follow_up):
        reason, option = _LEVELS[script.level]
        raise Refused(
            f"{script.path.name} is of level `{script.level}`: {reason}. If that is so, build it with "
            f"{option}; the acknowledgement is kept in the receipt."
        )


_LEVELS = {
    Level.AGREED: ("it is for clients who practised it with their therapist first", "--agreed"),
    Level.FOLLOW_UP: ("it goes on from work already done in a session", "--follow-up"),
}


def plan(
    script: Script, options: Options, library: Library, speaker: Speaker, progress: Progress = silent
) -> Plan:
    """Speak what is not spoken yet, and lay the script out.

    Raises:
        ProblemsFound: a slot has no value, a voice or sound is not there, a length cannot be reached, a line
            is for a person to say.
        Refused: lines are not recorded that are to be.
        EngineFailure: lines could not be spoken; they are named.
    """
    script = with_bed(script, options.bed, library)
    if options.preset.voice_alone:
        script = _voice_alone(script)
    values = _values(script, options.values)
    cast = find_cast(script, options.voice, speaker)
    means = Means(library, speaker, progress)
    hers = recorded(script, options.takes, values, means)
    _require_person(script, values, hers, lambda: why_withheld(script, options.takes, values, means))
    score = hers.into(pacing.score(script, values))
    sayings = hers.left_of(score)
    spoken = speaker.speak(sayings, cast, script.pace, lambda done: progress("Speaking", done, len(sayings)))
    if spoken.failures:
        raise EngineFailure(_failures(script, score, spoken.failures))
    takes = {**spoken.takes, **hers.takes}
    if options.length is not None:
        score = fit(script, score, takes, options.length, speaker.rate)
    shown = values if options.names_in_text else shown_values(script)
    timeline = layout.lay_out(script, score, takes, shown, speaker.rate)
    if options.preset.voice_alone:
        timeline = replace(timeline, breaths=())
        timeline = layout.ended(timeline) if options.length is None else timeline
    return Plan(script, timeline, cast, spoken.fresh, values, options.preset, hers)


def _require_person(
    script: Script, values: Mapping[str, str], hers: Recorded, why: Callable[[], Mapping[int, str]]
) -> None:
    """Stop where a synthetic voice would say what only a person may, whether it is written or filled in.

    `why` tells of lines, by their number, what holds their take back; it is asked only then.

    Raises:
        ProblemsFound: with each such line and breathing cue.
    """
    filled = {name: replace(rule, fallback=values.get(name, "")) for name, rule in script.slots.items()}
    reserved = lines_for_a_person(replace(script, slots=filled))
    cues = [step.place for step in script.steps if isinstance(step, Breathe) and step.place in reserved]
    wrong = [
        (number, line)
        for number, line in enumerate(script.lines)
        if line.place in reserved and number not in hers.sayings
    ]
    if cues or wrong:
        reasons = why() if wrong else {}
        lines = (
            Problem(line.place, _FOR_A_PERSON, reasons.get(number) or _by_a_person(script, line))
            for number, line in wrong
        )
        raise ProblemsFound([*lines, *(Problem(place, _CUE_FOR_A_PERSON, _HOW_A_CUE) for place in cues)])


def _by_a_person(script: Script, line: Line) -> str:
    return _HOW_BY_A_PERSON + (_AS_SAID if script.lexicon or line.sounds_like else "")


_FOR_A_PERSON = "Only a person may say this line (GA27), and a synthetic voice is none."

_HOW_BY_A_PERSON = "Record it (`guided-audio takes sheet` begins with that), or write it in another way."

_AS_SAID = " What a lexicon or `sounds-like` puts in the place of its words counts as well."

_CUE_FOR_A_PERSON = "Only a person may say this breathing cue (GA27), and a synthetic voice is none."

_HOW_A_CUE = "Cues cannot be recorded. Word it in another way, or put it into a line that you record."


def _voice_alone(script: Script) -> Script:
    """The script without any bed, and with quiet where a bell would be."""
    steps = (Pause(step.place, step.wait) if isinstance(step, Bell) else step for step in script.steps)
    return with_one_bed(replace(script, steps=tuple(steps)), None)


def with_bed(script: Script, name: str, library: Library) -> Script:
    """The script with one other bed for all of it, or with none for `none`.

    It lies as far under the voice as the first bed that the script names.

    Raises:
        MissingTool: there is no such bed.
    """
    if not name:
        return script
    if name == "none":
        return with_one_bed(script, None)
    try:
        sound = library.sound(name, "bed", Path.cwd())
    except ValueError as error:
        raise MissingTool(str(error)) from None
    bed = Bed(Place("--bed"), sound)
    return with_one_bed(script, replace(bed, under=script.beds[0].under) if script.beds else bed)


def find_cast(script: Script, override: str, speaker: Speaker) -> Cast:
    """The voices of a script.

    Raises:
        VoicesMissing: a voice it names is not on this machine.
        MissingTool: the voice asked for from outside is not.
    """
    default = speaker.find_voice(override, script.language) if override else None
    named = {}
    problems = []
    for name, text in script.voices.items():
        try:
            named[name] = speaker.find_voice(text, script.language)
        except MissingTool as error:
            problems.append(Problem(script.place_of(f"voices/{name}"), str(error)))
    if default is None:
        try:
            default = speaker.find_voice(script.voice, script.language)
        except MissingTool as error:
            if not script.voice:
                raise
            problems.append(Problem(script.place_of("voice"), str(error)))
    if problems or default is None:
        raise VoicesMissing(problems)
    spoken = foreign((default, *named.values()), script.language)
    return Cast(default, named, tuple(f"{script.path.name}: {sentence}" for sentence in spoken))


def _values(script: Script, given: Mapping[str, str]) -> dict[str, str]:
    values = shown_values(script) | {name: given[name] for name in script.slots if name in given}
    used = {piece.name for line in script.lines for piece in line.pieces if isinstance(piece, Slot)}
    problems = [
        Problem(rule.place, f"The slot `{name}` has no value.", _HOW_TO_FILL.format(name=name))
        for name, rule in script.slots.items()
        if name in used and rule.fallback is None and not values[name]
    ]
    if problems:
        raise ProblemsFound(problems)
    return values


_HOW_TO_FILL = (
    "Give it a `fallback` in the script, or a value: a file with the line `{name}: …`, named by --set-from."
)


def _failures(script: Script, score: Score, failures: Mapping[Saying, str]) -> str:
    """Which lines could not be spoken, by their places; never their words."""
    lines = []
    for saying, reason in failures.items():
        number = next(
            (event.line for event in score.events if isinstance(event, Spoken) and event.saying == saying),
            None,
        )
        where = script.lines[number].place if number is not None else "a breathing cue"
        lines.append(f"{where}: this line could not be spoken: {reason}")
    return "\n".join(sorted(lines))
