"""The survey of a takes folder: which file belongs to which line, and whether it still fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from guided_audio.errors import Refused
from guided_audio.script import Script
from guided_audio.store import Store
from guided_audio.takes.contents import Loose, contents_of
from guided_audio.takes.hearing import content_of
from guided_audio.takes.index import FILE, Entry, Index, Trust, read_index, write_index
from guided_audio.takes.lines import ScriptLine, lines_of
from guided_audio.takes.names import Named, read_name
from guided_audio.takes.order import Known, Match, numbers_for, realigned
from guided_audio.takes.trust import Grounds

_WORD_DIGITS = 6
"""Hexadecimal digits of the hash of a single word: enough to compare lines by."""

_LINES_TO_TELL = 5
"""Lines a script has at the least for its takes to be told from another one's."""


class State(StrEnum):
    """How it stands with the take of a line."""

    RECORDED = "recorded"
    MISSING = "missing"
    OUT_OF_DATE = "out of date"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Try:
    """A file with a take, and a keyed hash of what it holds."""

    file: Path
    content: str


@dataclass(frozen=True, slots=True)
class LineTake:
    """A line with its number and its take, if it has one.

    `older` are the names of other tries; `instead` are those of them that fit as well, the best first, for
    where the take cannot be used.
    """

    number: str
    line: ScriptLine
    state: State
    file: Path | None = None
    content: str = ""
    older: tuple[str, ...] = ()
    instead: tuple[Try, ...] = ()


@dataclass(frozen=True, slots=True)
class Survey:
    """A folder as it stands. `index` is what it is to remember, `known` what it remembers."""

    folder: Path
    lines: tuple[LineTake, ...]
    loose: tuple[Loose, ...]
    index: Index
    known: Index | None
    notes: tuple[str, ...] = ()


def survey(script: Script, folder: Path, store: Store) -> Survey:
    """What lies in a folder, for the lines of a whole script. Nothing is written.

    Raises:
        Refused: the folder cannot be read, or its takes are of another script.
    """
    known = read_index(folder)
    lines = lines_of(script)
    now = [_hashed(line, store) for line in lines]
    desk = _Desk(folder, lines, now, Grounds.of(folder, known, store.key("secret")), store)
    return desk.survey()


def remember(found: Survey) -> None:
    """Write the index, where there is anything new to remember.

    Raises:
        OutputFailure: it cannot be written.
    """
    if found.index != found.known:
        write_index(found.folder, found.index)


def printed(found: Survey, places: Sequence[int]) -> Survey:
    """The survey once the lines in these places stand on a sheet: what is recorded next is read from it."""
    lines = list(found.index.lines)
    for place in places:
        lines[place] = replace(lines[place], read=lines[place].text)
    return replace(found, index=replace(found.index, lines=tuple(lines)))


def kept(found: Survey, numbers: Sequence[str]) -> Survey:
    """The survey once a person said that the takes of these lines are right as they are.

    Raises:
        Refused: there is no such line, or it has no take.
    """
    files = dict(found.index.files)
    for number in numbers:
        place = next((place for place, each in enumerate(found.lines) if _is_called(each, number)), None)
        if place is None:
            raise Refused(f"There is no line {number}. `takes status` names them all.")
        take, line = found.lines[place], found.index.lines[place]
        if take.file is None:
            raise Refused(f"Line {take.number} has no take that could be kept.")
        files[take.file.name] = Entry(take.content, line.line, line.text)
    return replace(found, index=replace(found.index, files=files))


def attached_by_number(found: Survey) -> tuple[str, ...]:
    """The numbers of lines with a take that is used, and was attached by nothing but its number."""
    entries = found.index.files
    used = [take for take in found.lines if take.file and take.state is State.RECORDED]
    return tuple(
        take.number for take in used if take.file and entries[take.file.name].trust is not Trust.INDEX
    )


def _is_called(take: LineTake, number: str) -> bool:
    named = read_name(f"{number}.wav", [take.line.line.id] if take.line.line.id else [])
    return named is not None and named.label in (take.number, take.line.line.id)


def _hashed(line: ScriptLine, store: Store) -> Known:
    return Known(
        store.key("take line", line.identity),
        store.key("take text", *line.words),
        tuple(store.key("take word", word)[:_WORD_DIGITS] for word in line.words),
    )


@dataclass(frozen=True, slots=True)
class _File:
    """A file that belongs to a line."""

    path: Path
    named: Named | None
    when: float
    entry: Entry
    place: int


@dataclass(slots=True)
class _Desk:
    """What is known and found, and what becomes of it."""

    folder: Path
    lines: Sequence[ScriptLine]
    now: Sequence[Known]
    grounds: Grounds
    store: Store
    matches: Mapping[int, Match] = field(default_factory=dict)
    numbers: Sequence[str] = ()
    foreign: bool = False
    loose: list[Loose] = field(default_factory=list)

    def survey(self) -> Survey:
        self._align()
        files = list(self._files())
        lines = tuple(self._line(place, files) for place in range(len(self.lines)))
        index = self._remembered(files)
        used = [index.files[line.file.name] for line in lines if line.file]
        notes = tuple(self.grounds.said(used))
        return Survey(self.folder, lines, tuple(self.loose), index, self.index, notes)

    @property
    def index(self) -> Index | None:
        return self.grounds.index

    @property
    def known(self) -> tuple[Known, ...]:
        return self.index.lines if self.index else ()

    def _align(self) -> None:
        """Find the known lines among those of now, and number all of them."""
        if not self.grounds.own:
            self._align_by_number()
        else:
            self.matches = realigned(self.known, self.now)
            live = sum(not line.gone for line in self.known)
            if min(live, len(self.now)) >= _LINES_TO_TELL and 2 * len(self.matches) < min(
                live, len(self.now)
            ):
                raise Refused(
                    f"The takes in {self.folder} are of another script: hardly a line is the same. Name the "
                    f"right folder with --takes, or delete {FILE} in it to begin anew."
                )
        known = [] if self.foreign else self.known
        self.numbers = numbers_for(known, dict(self.matches), len(self.now))

    def _align_by_number(self) -> None:
        """Hashes of another store say nothing here; the count of lines does, a little."""
        live = [index for index, line in enumerate(self.known) if not line.gone]
        if len(live) == len(self.now):
            self.matches = {index: Match(place, sure=True) for place, index in enumerate(live)}
        else:
            self.foreign = True

    def _files(self) -> Iterator[_File]:
        """Every file that belongs to a line; the others are noted as loose."""
        paths, self.loose = contents_of(self.folder)
        for path in paths:
            try:
                content, when = content_of(path, self.store), path.stat().st_mtime
                named = read_name(path.name, [line.line.id for line in self.lines if line.line.id])
                entry, place = self._attached(path.name, content, named)
            except (ValueError, OSError) as error:
                self.loose.append(Loose(path.name, str(error)))
            else:
                yield _File(path, named, when, entry, place)

    def _attached(self, name: str, content: str, named: Named | None) -> tuple[Entry, int]:
        """To which line a file belongs, and the words it was recorded for.

        Raises:
            ValueError: a sentence on why to none.
        """
        entry = self.index.files.get(name) if self.index else None
        if entry and entry.content == content and not self.foreign:
            return self._known_file(entry)
        if named is None:
            raise ValueError("No line is called so. Name it by the number on the sheet, like 012.m4a.")
        place, sure, read = self._by_label(named.label)
        line = self.now[place]
        text = line.text if entry or not read else read
        by_id = named.label == self.lines[place].line.id
        trust = Trust.INDEX if by_id else self.grounds.trust
        return Entry(content, line.line, text, sure and not self.foreign, trust), place

    def _known_file(self, entry: Entry) -> tuple[Entry, int]:
        index = next((at for at, line in enumerate(self.known) if line.line == entry.line), None)
        match = self.matches.get(index) if index is not None else None
        if match is None:
            raise ValueError("Its line is no longer in the script. Nothing is lost: it waits here.")
        sure = entry.sure and match.sure
        return replace(entry, line=self.now[match.place].line, sure=sure), match.place

    def _by_label(self, label: str) -> tuple[int, bool, str]:
        """The place of the line with a number or an id, whether that is sure, and what was on the sheet."""
        for place, line in enumerate(self.lines):
            if label in (line.line.id, self.numbers[place]):
                index = next((at for at, match in self.matches.items() if match.place == place), None)
                read = self.known[index].read if index is not None else ""
                return place, True, read if self.grounds.own else ""
        for index, known in enumerate(self.known):
            if known.number == label:
                match = self.matches.get(index)
                if match is None:
                    raise ValueError("Its line is no longer in the script. Nothing is lost: it waits here.")
                return match.place, False, known.read
        raise ValueError(f"No line has the number {label}. Print a new sheet to see them.")

    def _line(self, place: int, files: Sequence[_File]) -> LineTake:
        """A line with the best of its takes: one that fits before one that does not, then the latest try."""
        own = [file for file in files if file.place == place]
        if not own:
            return LineTake(self.numbers[place], self.lines[place], State.MISSING)
        best, *others = sorted(own, key=self._rank, reverse=True)
        if not best.entry.sure:
            state = State.UNSURE
        else:
            state = State.RECORDED if self._fits(best) else State.OUT_OF_DATE
        older = tuple(file.path.name for file in others)
        instead = tuple(Try(file.path, file.entry.content) for file in others if self._fits(file))
        take = LineTake(self.numbers[place], self.lines[place], state, best.path, best.entry.content, older)
        return replace(take, instead=instead)

    def _rank(self, file: _File) -> tuple[bool, int, float, str]:
        return self._fits(file), _attempt(file), file.when, file.path.name

    def _fits(self, file: _File) -> bool:
        return file.entry.sure and file.entry.text == self.now[file.place].text

    def _remembered(self, files: Sequence[_File]) -> Index:
        """The lines as they are, those that are gone, and every file that has a line or had one."""
        by_place = {match.place: self.known[index] for index, match in self.matches.items()}
        lines = [
            replace(line, number=self.numbers[place], read=by_place[place].read if place in by_place else "")
            for place, line in enumerate(self.now)
        ]
        sure = {index for index, match in self.matches.items() if match.sure}
        numbers = set(self.numbers)
        gone = [
            replace(line, gone=True)
            for index, line in enumerate(self.known)
            if index not in sure and not self.foreign and line.number not in numbers
        ]
        there = {file.path.name: file.entry for file in files}
        waiting = {loose.name for loose in self.loose}
        lost = {
            name: entry for name, entry in (self.index.files if self.index else {}).items() if name in waiting
        }
        return Index(self.store.key("secret"), (*lines, *gone), {**lost, **there})


def _attempt(file: _File) -> int:
    return file.named.attempt if file.named else 1
