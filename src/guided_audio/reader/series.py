"""From `series.yaml` to a `Series`, and every mistake on the way.

Like the reader of scripts, `read_series` never raises for anything a person can put into a file, and
finds in one run all that can be found in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from guided_audio import document
from guided_audio.document import Document, suggest
from guided_audio.errors import Problem
from guided_audio.folders import scripts_in
from guided_audio.lexicon import Entry, Words, entries_for
from guided_audio.reader import Reading, Shelf, complaints, order, read
from guided_audio.reader.lexicon_page import read_lexicons
from guided_audio.reader.series_page import SeriesPage, TrackPage
from guided_audio.script import Script
from guided_audio.series import Series, Track
from guided_audio.units import format_duration


class SeriesShelf(Shelf, Protocol):
    """Where a series finds scripts that do not lie beside it, and its picture."""

    def script(self, name: str) -> Path | None:
        """The file of a built-in script."""
        ...

    def script_names(self) -> Sequence[str]:
        """Every built-in script, for suggestions."""
        ...

    def picture(self, name: str, beside: Path) -> Path:
        """The file of a picture.

        Raises:
            ValueError: a sentence on why there is none, with what to do.
        """
        ...


ScriptReader = Callable[[Path, str], Reading]
"""Reads a script by its file and by what it is called in messages."""


@dataclass(frozen=True, slots=True)
class SeriesReading:
    """What came of reading a series: none where there are problems, its own or those of its scripts.

    `notes` are no mistakes: what a person may have forgotten.
    """

    series: Series | None
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()


def read_series(
    file: Path, shelf: SeriesShelf, shown: str = "", reader: ScriptReader | None = None
) -> SeriesReading:
    """Read one series with its scripts. `shown` is its path as the user gave it, for messages.

    `reader` reads the scripts, for callers who have read some of them already.
    """
    shown = shown or str(file)
    text, slips = document.load(file, shown)
    if text is None:
        return SeriesReading(None, slips)
    page, numbers, problems = _page(text)
    if page is None:
        return SeriesReading(None, _with_slips(problems, slips))
    composer = _Composer(file, text, shelf, reader or (lambda file, shown: read(file, shelf, shown)))
    series = composer.series(page, numbers)
    problems = _with_slips([*problems, *composer.problems], slips)
    return SeriesReading(None if problems else series, problems, () if slips else tuple(composer.notes()))


def _with_slips(problems: Sequence[Problem], slips: Sequence[Problem]) -> tuple[Problem, ...]:
    """All problems in order. What a line with a slip was read as is a guess, and not judged."""
    guessed = {(slip.place.path, slip.place.line) for slip in slips}
    judged = {problem for problem in problems if (problem.place.path, problem.place.line) not in guessed}
    return tuple(sorted(judged.union(slips)))


_Page = tuple[SeriesPage | None, Sequence[int], Sequence[Problem]]
"""What is right of a page; which of its tracks, counted from 0; and what is wrong with the rest."""


def _page(text: Document) -> _Page:
    try:
        page = SeriesPage.model_validate(text.root)
    except ValidationError as error:
        problems = complaints.problems(error, text, SeriesPage)
        root, kept = _without_mistakes(text.root, error)
    else:
        return page, range(len(page.tracks)), ()
    try:
        return SeriesPage.model_validate(root), kept, problems
    except ValidationError:  # nothing is left to look at
        return None, (), problems


def _without_mistakes(root: document.Node, error: ValidationError) -> tuple[document.Node, list[int]]:
    """The page without each wrong key and each track that names no script, and the tracks that are left."""
    if not isinstance(root, dict):
        return root, []
    page, wrong = {"series": "Untitled", **root}, dict[int, set[str]]()
    for entry in error.errors(include_url=False, include_input=False, include_context=False):
        key, *inner = complaints.path_on_page(entry["loc"], root) or ("",)
        if key == "tracks" and inner:
            wrong.setdefault(int(inner[0]), set()).add(str(inner[1]) if inner[1:] else "script")
        elif key == "series":
            page["series"] = "Untitled"
        else:
            page.pop(str(key), None)
    tracks = page.get("tracks")
    if not isinstance(tracks, list):
        return page, []
    kept = [index for index in range(len(tracks)) if "script" not in wrong.get(index, ())]
    return {**page, "tracks": [_without(tracks[index], wrong.get(index, ())) for index in kept]}, kept


def _without(track: document.Node, wrong: set[str] | tuple[()]) -> document.Node:
    if not isinstance(track, dict):
        return track
    return {key: value for key, value in track.items() if key not in wrong}


@dataclass(slots=True)
class _Composer:
    """Makes one series. Its problems pile up in `problems`; nothing is raised."""

    file: Path
    text: Document
    shelf: SeriesShelf
    reader: ScriptReader
    problems: list[Problem] = field(default_factory=list)
    beside: dict[str, Path] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    words: list[Words] | None = None

    def series(self, page: SeriesPage, numbers: Sequence[int]) -> Series:
        """The series of a page, as far as it could be understood."""
        self.beside = {script.stem: script for script in scripts_in(self.file.parent)}
        pages = [each if isinstance(each, TrackPage) else TrackPage(script=each) for each in page.tracks]
        self.named = {each.script for each in pages}
        found = (self._track(*numbered) for numbered in zip(numbers, pages, strict=True))
        tracks = [track for track in found if track is not None]
        own = self.beside.keys() & self.named
        self.problems += order.beyond_the_weeks(tracks, page.weeks)
        self.problems += order.repeats(tracks)
        self.problems += order.other_numbers(tracks, own, self._count())
        return Series(
            path=self.file,
            title=page.series,
            tracks=tuple(tracks),
            purpose=page.purpose or "",
            album=page.album or page.series,
            artist=page.artist or "",
            artwork=self._artwork(page.artwork),
            region=page.region or "",
            weeks=tuple(page.weeks),
            number=page.number,
        )

    def notes(self) -> Iterator[Problem]:
        """Scripts in the folder that no track names."""
        place = self.text.key_place(("tracks",))
        for name in self.beside:
            if name not in self.named:
                message = f"`{name}` lies in this folder, and no track names it."
                yield Problem(place, message, "Add it under `tracks`, if it belongs to the series.")

    def _complain(self, path: document.Path, message: str, hint: str = "", *, at_key: bool = False) -> None:
        place = self.text.key_place(path) if at_key else self.text.place(path)
        self.problems.append(Problem(place, message, hint))

    def _count(self) -> int:
        """How many tracks there are on the page, right or wrong."""
        tracks = self.text.at(("tracks",))
        return len(tracks) if isinstance(tracks, list) else 0

    def _artwork(self, name: str | None) -> Path | None:
        if name is None:
            return None
        try:
            return self.shelf.picture(name, self.file.parent)
        except ValueError as error:
            self._complain(("artwork",), str(error))
            return None

    # One track

    def _track(self, index: int, page: TrackPage) -> Track | None:
        """A track; nothing where its script is not there, or has problems of its own."""
        script = self._script(index, page.script)
        if script is None:
            return None
        self._check_length(index, page, script)
        self._check_choices(index, page.choose, script)
        return Track(
            place=self.text.place(("tracks", index)),
            script=script,
            number=index + 1,
            length=page.length,
            chosen=page.choose,
            title=page.title or "",
            week=page.week,
            agreed=page.agreed,
            follow_up=page.follow_up,
        )

    def _script(self, index: int, name: str) -> Script | None:
        file, shown = self.beside.get(name), ""
        if file:
            shown = str(Path(self.text.path).parent / file.name)
        else:
            file = self.shelf.script(name)
        if file is None:
            known = dict.fromkeys([*self.beside, *self.shelf.script_names()])
            hint = suggest(name, known) or "`guided-audio scripts` lists those that are built in."
            message = "There is no script of this name beside the series, and none built in."
            self._complain(("tracks", index, "script"), message, hint)
            return None
        reading = self.reader(file, shown or file.name)
        self.problems += reading.problems
        if reading.script and name not in self.beside:
            return replace(reading.script, lexicon=self._lexicon(reading.script.language))
        return reading.script

    def _lexicon(self, language: str) -> tuple[Entry, ...]:
        """How words are said in a script that is borrowed: as in those that lie beside the series."""
        if self.words is None:
            beside = Path(self.text.path).parent
            files = self.shelf.lexicons(self.file.parent)
            shown = (
                (file, str(beside / file.name if file.parent == self.file.parent else file)) for file in files
            )
            self.words, problems = read_lexicons(shown)
            self.problems += problems
        return entries_for(language, self.words)

    def _check_length(self, index: int, page: TrackPage, script: Script) -> None:
        if page.length is not None and script.lengths and page.length not in script.lengths:
            message = f"`{page.script}` is not meant for this length."
            lengths = ", ".join(map(format_duration, script.lengths))
            self._complain(("tracks", index, "length"), message, f"Its lengths are {lengths}.")

    def _check_choices(self, index: int, chosen: Mapping[str, str], script: Script) -> None:
        for name, branch in chosen.items():
            path = ("tracks", index, "choose", name)
            choice = script.choices.get(name)
            if choice is None:
                message = f"`{script.path.stem}` has no choice of this name."
                self._complain(path, message, _meant(name, [*script.choices], "choices"), at_key=True)
            elif branch not in choice.branches:
                message = f"The choice `{name}` has no branch of this name."
                self._complain(path, message, _meant(branch, [*choice.branches], "branches"))


def _meant(name: str, known: Sequence[str], what: str) -> str:
    there = (
        f"The {what} are {', '.join(f'`{each}`' for each in known)}." if known else "There is none at all."
    )
    return suggest(name, known) or there
