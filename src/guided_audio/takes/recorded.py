"""What a person recorded of an edition: as takes a build can place, and what is to be said about the rest."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from guided_audio import reader
from guided_audio.errors import OutputFailure, Place, Refused
from guided_audio.library import Library
from guided_audio.pacing import Event, Saying, Score, Spoken
from guided_audio.script import Script, shown_values
from guided_audio.speaking import Speaker
from guided_audio.store import Store
from guided_audio.takes.folder import chosen_folder
from guided_audio.takes.hearing import VOICE, Heard, warnings
from guided_audio.takes.lines import is_filled, places_in
from guided_audio.takes.renamed import stayed_behind
from guided_audio.takes.survey import LineTake, State, Survey, remember, survey
from guided_audio.takes.trying import Tried, tried
from guided_audio.timeline import Take

Progress = Callable[[str, int, int], None]
"""Hears of a stage by name, how much of it is done, and how much there is."""

MOST_NAMED = 8
"""Lines that are named one by one; of more, the rest is counted."""


class Missing(StrEnum):
    """What becomes of a line that nobody recorded."""

    VOICE = "voice"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class TakesWish:
    """Whose recordings a build uses: those in a folder, empty for the usual one and `none` for none."""

    folder: str = ""
    missing: Missing = Missing.VOICE


@dataclass(frozen=True, slots=True)
class Recorded:
    """Lines of an edition that a person says, by their numbers in it, and the sound of each.

    `notes` are sentences on lines whose take is there and not used, or used with a word of warning.
    """

    sayings: Mapping[int, Saying] = field(default_factory=dict)
    takes: Mapping[Saying, Take] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def left_of(self, score: Score) -> tuple[Saying, ...]:
        """The sayings of a score that a synthetic voice is to say."""
        return tuple(saying for saying in score.sayings if saying not in self.takes)

    def into(self, score: Score) -> Score:
        """The score with each recorded line as one saying: the pauses inside it are hers."""
        return Score(tuple(_with_takes(score.events, self.sayings))) if self.sayings else score


NOTHING_RECORDED = Recorded()


@dataclass(frozen=True, slots=True)
class Means:
    """With what takes are found and heard; `progress` hears of what takes a while."""

    library: Library
    speaker: Speaker
    progress: Progress = lambda _stage, _done, _total: None


def _with_takes(events: Sequence[Event], sayings: Mapping[int, Saying]) -> Iterator[Event]:
    last = {event.line: at for at, event in enumerate(events) if isinstance(event, Spoken)}
    skipped = -1
    for at, event in enumerate(events):
        if at <= skipped:
            continue
        if isinstance(event, Spoken) and event.line is not None and event.line in sayings:
            yield Spoken(sayings[event.line], event.line)
            skipped = last[event.line]
        else:
            yield event


@dataclass(frozen=True, slots=True)
class Part:
    """A line of an edition with its take: `number` counts the lines of the edition, `filled` its slots."""

    number: int
    take: LineTake
    filled: bool


def recorded(edition: Script, wish: TakesWish, values: Mapping[str, str], means: Means) -> Recorded:
    """What there is of an edition, heard and cleaned. `values` fill its slots.

    Raises:
        Refused: lines are missing, and the build is to stop then.
        UsageError: there is no such folder.
    """
    found = _surveyed(edition, wish, means.speaker.store, means.library)
    behind = _stayed_behind(edition, wish, found, means)
    if found is None:
        if wish.missing is Missing.STOP:
            told = (
                f"There are no takes of {edition.path.name}. `guided-audio takes sheet` prints the lines to "
                "record and makes a folder for them; `--missing voice` goes on without."
            )
            raise Refused(" ".join((told, *behind)))
        return Recorded(notes=behind)
    with suppress(OutputFailure):  # a folder that can only be read is of use all the same
        remember(found)
    parts = parts_of(edition, found, values)
    desk = _Desk(means, notes=[*behind])
    desk.hear_all([part for part in parts if _is_used(part)])
    desk.compare_all(parts, found, edition.language)
    desk.notes += found.notes
    if any(take.file for take in found.lines) or wish.missing is Missing.STOP:
        _judge(parts, desk, wish.missing, edition)
    return Recorded(desk.sayings, desk.takes, tuple(desk.notes))


def _stayed_behind(edition: Script, wish: TakesWish, found: Survey | None, means: Means) -> tuple[str, ...]:
    """Where the takes may be of a script that seems to have none."""
    if wish.folder or (found and any(take.file for take in found.lines)):
        return ()
    said = stayed_behind(whole_script(edition, means.library), means.library, means.speaker.store)
    return (said,) if said else ()


def fingerprint(
    edition: Script, wish: TakesWish, values: Mapping[str, str], store: Store, library: Library
) -> list[str]:
    """All that takes decide of an edition, without hearing them: a keyed hash for each line."""
    found = _surveyed(edition, wish, store, library)
    parts = parts_of(edition, found, values) if found else []
    return [" ".join((str(part.number), *_contents(part.take))) for part in parts if _is_used(part)]


def _contents(take: LineTake) -> list[str]:
    """What may be heard of a line: where the best try cannot be used, it is another one."""
    return [take.content, *(each.content for each in take.instead)]


def whole_script(edition: Script, library: Library) -> Script:
    """The script with every passage and branch, for an edition of it; the edition where its file is gone."""
    try:
        reading = reader.read(edition.path, library, edition.place_of("title").path)
    except OSError:
        return edition
    return reading.script or edition


def _surveyed(edition: Script, wish: TakesWish, store: Store, library: Library) -> Survey | None:
    folder = chosen_folder(edition, wish.folder, library)
    return survey(whole_script(edition, library), folder, store) if folder else None


def parts_of(edition: Script, found: Survey, values: Mapping[str, str]) -> list[Part]:
    """The lines of an edition in which anything is heard, with their takes."""
    lines = [take.line for take in found.lines]
    shown = shown_values(edition)
    heard = edition.lines
    parts = [
        Part(number, found.lines[place], is_filled(heard[number], values, shown))
        for number, place in places_in(edition, lines).items()
    ]
    return [part for part in parts if part.take.line.readable or part.filled]


def _is_used(part: Part) -> bool:
    return part.take.state is State.RECORDED and not part.filled


@dataclass(slots=True)
class _Desk:
    """Takes that are being heard, and what is to be said of them."""

    means: Means
    sayings: dict[int, Saying] = field(default_factory=dict)
    takes: dict[Saying, Take] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def hear_all(self, parts: Sequence[Part]) -> None:
        """Hear several at once; one that cannot be used costs itself alone."""
        with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="takes") as pool:
            results = pool.map(lambda part: tried(part.take, self.means.speaker), parts)
            for done, (part, result) in enumerate(zip(parts, results, strict=True), start=1):
                self.means.progress("Hearing the takes", done, len(parts))
                self.notes += unusable_tries(result)
                self._use(part.number, result)

    def _use(self, number: int, result: Tried) -> None:
        line, take, figures = result.line, result.take, result.figures
        if take is None or figures is None:
            return
        saying = Saying("", f"{VOICE}:{line.content}")
        self.sayings[number], self.takes[saying] = saying, take
        self.notes += [f"{called(line)}: {said}" for said in warnings(figures, line.line)]

    def compare_all(self, parts: Sequence[Part], found: Survey, language: str) -> None:
        """Say of which takes the words may be others than their lines have; they are used all the same."""
        clips = {
            part.take.number: self.takes[self.sayings[part.number]].key
            for part in parts
            if part.number in self.sayings
        }
        doubts = compared(found, clips, language, self.means)
        doubted = [part for part in parts if part.take.number in doubts]
        if doubted:
            self.notes.append(
                f"{', '.join(_names(doubted))}: {_several('has a take', len(doubted))} in which other words "
                "seem to be said. Please listen; `guided-audio takes status` says more."
            )


def compared(found: Survey, clips: Mapping[str, str], language: str, means: Means) -> dict[str, str]:
    """What speaks against takes being of their lines, by number: of those with a clip, named by its key."""
    if not clips:
        return {}
    from guided_audio.takes.comparing import Clipped, Comparison  # noqa: PLC0415 - only where there are takes

    takes = [Clipped(line, clips[line.number]) for line in found.lines if line.number in clips]
    return Comparison(found.lines, language, means.speaker).doubts(takes, means.progress)


def listen(take: LineTake, speaker: Speaker) -> tuple[tuple[Take, Heard] | None, str]:
    """The best take that can be used, and what was found in it; or nothing, and a sentence on why."""
    result = tried(take, speaker)
    if result.take is None or result.figures is None:
        return None, result.unusable[0].reason if result.unusable else ""
    return (result.take, result.figures), ""


_BY_THE_VOICE = " The voice says the line."


def unusable_tries(result: Tried) -> Iterator[str]:
    """Of each try that cannot be used why, and what is heard instead."""
    used = result.line.file
    instead = f" {used.name} is used." if result.take and used else _BY_THE_VOICE
    where = where_of(result.line.line.line.place)
    for each in result.unusable:
        last = each is result.unusable[-1]
        yield f"{each.name} ({where}): {each.reason}{instead if last else ''}"


def called(take: LineTake) -> str:
    """How a take is named: by its file, and by where its line stands."""
    where = where_of(take.line.line.place)
    return f"{take.file.name} ({where})" if take.file else f"line {take.number} ({where})"


def where_of(place: Place) -> str:
    """Where a line stands, as `evening.yaml:12`."""
    return f"{place.path}:{place.line}"


def _judge(parts: Sequence[Part], desk: _Desk, missing: Missing, edition: Script) -> None:
    """Name every line that a person does not say.

    Raises:
        Refused: there are such lines, and the build is to stop then.
    """
    said = {
        "is not recorded yet": [
            part for part in parts if part.take.state is State.MISSING and not part.filled
        ],
        "has a take of other words than it has now": [
            part for part in parts if part.take.state is State.OUT_OF_DATE and not part.filled
        ],
        "has a take that may be another line's": [
            part for part in parts if part.take.state is State.UNSURE and not part.filled
        ],
        "has a take, and is filled in with words that are not in it": [
            part for part in parts if part.filled and part.take.file
        ],
        "is filled in with words that are not recorded": [
            part for part in parts if part.filled and not part.take.file
        ],
    }
    lines = [
        f"{', '.join(_names(some))}: {_several(reason, len(some))}" for reason, some in said.items() if some
    ]
    unheard = [part for part in parts if _is_used(part) and part.number not in desk.sayings]
    if missing is Missing.STOP and (lines or unheard):
        told = "\n".join([*lines, *(note.removesuffix(_BY_THE_VOICE) for note in desk.notes)])
        raise Refused(
            f"{edition.path.name} is not recorded as a whole:\n{told}\n"
            "Record what is missing, or go on with `--missing voice`; see `guided-audio takes status`."
        )
    desk.notes += [f"{line}. The voice says that." for line in lines]


def _names(parts: Sequence[Part]) -> list[str]:
    names = [f"{part.take.number} ({where_of(part.take.line.line.place)})" for part in parts[:MOST_NAMED]]
    return [*names, f"and {len(parts) - MOST_NAMED} more"] if len(parts) > MOST_NAMED else names


def _several(reason: str, many: int) -> str:
    if many == 1:
        return reason
    if reason.startswith("has a take"):
        return reason.replace("has a take", "have takes", 1).replace(", and is ", ", and are ", 1)
    return reason.replace("is ", "are ", 1)
