"""Splitting a reading, from the file somebody recorded to a take for each line that is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from guided_audio.alignment import Alignment, Found, Wanted, WrongScript, align
from guided_audio.errors import Refused
from guided_audio.script import Script
from guided_audio.speaking import Speaker
from guided_audio.speech import Speech
from guided_audio.splitting import cutting, recording, shelving
from guided_audio.splitting.levels import Levels
from guided_audio.splitting.recording import Recording
from guided_audio.splitting.report import Report
from guided_audio.splitting.shelving import Cut, Shelf
from guided_audio.takes.lines import places_in
from guided_audio.takes.reciter import Reciter
from guided_audio.takes.survey import LineTake, survey

Progress = Callable[[str, int, int], None]
"""Hears of a stage by name, how much of it is done, and how much there is."""

LEAST_SURE, LEAST_FOUND = 0.45, 0.7
"""Of what is said the share that is a line beyond doubt, and of the lines the share that is: below both, the
recording is of another script. The built-in scripts begin and end alike: of four readings, six scripts of
the kind explain 4 to 34 % so, the right ones 60 % or more. Who says all of it three times has every line."""

LANES = 4
"""How many lines the reciter says at once at the most."""

_STAGES = {
    "listening": "Listening",
    "voices": "Comparing voices",
    "references": "Saying the lines at your pace",
    "first pass": "Finding the lines",
    "second pass": "Finding them again, by your voice",
    "weighing": "Weighing",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be split: a script, the edition of it that was read, the recording, and the takes folder."""

    script: Script
    edition: Script
    file: Path
    folder: Path
    replace: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What came of it, and how loud the recording is from moment to moment."""

    report: Report
    levels: Levels


def split(asked: Asked, speaker: Speaker, progress: Progress) -> Outcome:
    """Find the lines of an edition in a recording, and put each into the takes folder.

    Raises:
        Refused: the recording is none, is silent, is too long, or is of another script; nothing is written.
        OutputFailure: a take cannot be written; those written before it stay.
    """
    found = survey(asked.script, asked.folder, speaker.store)
    wanted = _wanted(asked, found.lines)
    progress("Opening", 0, 1)
    heard = recording.hear(asked.file)
    progress("Opening", 1, 1)
    alignment = _aligned(heard, wanted, asked.edition.language, speaker, progress)
    levels = Levels.of(heard.samples, recording.RATE)
    places = {line.number: line.line.line.place for line in wanted}
    report = Report(asked.edition.title, len(heard.samples), places, alignment)
    require_fitting(report)
    shelf = Shelf(asked.script, found, speaker.store)
    stayed = shelf.staying([each.id for each in alignment.found], replace=asked.replace)
    lines = [each for each in alignment.found if each.id not in stayed]
    written = shelf.put(_cuts(heard, alignment, lines, progress))
    return Outcome(replace(report, written=written, stayed=stayed), levels)


def require_fitting(report: Report) -> None:
    """Stop at a script that shares some passages with the one that was read.

    Raises:
        WrongScript: most of what is said is no line of this one, and many of its lines are missing.
    """
    lines, sure = len(report.places), len(report.alignment.found) - len(report.flagged)
    if report.sure_share < LEAST_SURE and sure < LEAST_FOUND * lines:
        raise WrongScript(
            f"Only {sure} of {lines} lines of this script are surely in the recording, and most of what is "
            "said there is something else. Check that they belong together. Nothing was written."
        )


def _wanted(asked: Asked, lines: tuple[LineTake, ...]) -> list[LineTake]:
    """The lines of the edition that there is something to read of."""
    places = places_in(asked.edition, [each.line for each in lines])
    wanted = [lines[place] for place in places.values() if lines[place].line.readable]
    if not wanted:
        raise Refused(f"{asked.script.path.name} has no line that could be read aloud.")
    return wanted


def _aligned(
    heard: Recording, lines: list[LineTake], language: str, speaker: Speaker, progress: Progress
) -> Alignment:
    wanted = [Wanted(line.number, line.line.text) for line in lines]
    with Reciter(speaker, language, [each.text for each in wanted], LANES) as reciter:
        return align(heard.samples, recording.RATE, wanted, reciter, Stages(progress))


@dataclass(slots=True)
class Stages:
    """The aligner's stages as a person reads them, each in hundredths: how much there is may change."""

    progress: Progress
    compared: bool = False

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Pass it on; what is recited while voices are compared is a part of comparing them."""
        if stage == "voices":
            self.compared = done == total
        if stage != "references" or self.compared:
            self.progress(_STAGES.get(stage, stage.capitalize()), round(100 * done / max(total, 1)), 100)


def _cuts(
    heard: Recording, alignment: Alignment, lines: Sequence[Found], progress: Progress
) -> Iterator[Cut]:
    """The sound of these lines, in the order of the recording."""
    spans = [cutting.span_of(found, alignment, len(heard.samples)) for found in lines]
    for done, (index, piece) in enumerate(recording.pieces(heard, spans), start=1):
        speech = Speech(cutting.soft_edged(piece, heard.own_rate), heard.own_rate)
        yield Cut(lines[index].id, shelving.within_scale(speech))
        progress("Cutting", done, len(lines))
