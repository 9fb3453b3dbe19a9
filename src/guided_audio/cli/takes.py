"""`guided-audio takes`: lines in her own voice: what to read, and how it stands."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import click

from guided_audio.build import output_file
from guided_audio.cli import choices, show, takes_split, targets
from guided_audio.cli.build import length_of
from guided_audio.cli.summary import counted
from guided_audio.errors import ExitCode, UsageError
from guided_audio.files import explained, replacing
from guided_audio.library import Library
from guided_audio.notes.page import as_page
from guided_audio.notes.text import as_text
from guided_audio.plan import read_script
from guided_audio.script import Script
from guided_audio.speaking import Speaker
from guided_audio.store import Store
from guided_audio.takes.folder import NONE, chosen_folder, default_folder
from guided_audio.takes.hearing import warnings
from guided_audio.takes.possible import require_possible
from guided_audio.takes.recorded import Means, compared, where_of
from guided_audio.takes.renamed import stayed_behind
from guided_audio.takes.sheet import reading_sheet
from guided_audio.takes.survey import (
    LineTake,
    State,
    Survey,
    attached_by_number,
    kept,
    printed,
    remember,
    survey,
)
from guided_audio.takes.trying import Tried, Unusable, tried
from guided_audio.units import Seconds

_folder_option = click.option(
    "--takes", default="", metavar="DIR", help="The folder of the recordings. Default: takes/NAME beside it."
)


@click.group("takes")
def command() -> None:
    """Record lines in your own voice, and see which are recorded.

    `sheet` prints what to read. Name each file by the number of its line, put it into the folder, and
    build: lines with a recording are yours, the others the voice's, and the pauses stay as they are written.
    Or read it all into one recording, and `split` finds the lines in it.
    """


command.add_command(takes_split.command)


@dataclass(frozen=True, slots=True)
class _Desk:
    """A script with the folder of its takes."""

    script: Script
    folder: Path
    store: Store

    def survey(self) -> Survey:
        return survey(self.script, self.folder, self.store)


def _script(target: str, takes: str) -> Script:
    """The one script that is meant.

    Raises:
        UsageError: there are several, or its takes are to be nowhere.
    """
    library = Library()
    found = targets.resolve([target], library)
    if len(found) != 1:
        raise UsageError("Name one script, not a folder of several: each has its own takes.")
    if takes == NONE:
        raise UsageError("Recordings go into a folder: give --takes its name, or leave it out.")
    return read_script(found[0].file, library, found[0].shown)


def _desk(target: str, takes: str) -> _Desk:
    """The one script that is meant, with its folder.

    Raises:
        UsageError: there are several scripts, or there is no folder yet.
    """
    library, script, store = Library(), _script(target, takes), Store(targets.store_folder())
    folder = chosen_folder(script, takes, library)
    if folder is None:
        usual = default_folder(script, library)
        none = f"There are no takes of it yet: `guided-audio takes sheet {target}` makes {usual}."
        raise UsageError(" ".join(filter(None, (none, stayed_behind(script, library, store)))))
    return _Desk(script, folder, store)


def _stayed_behind(desk: _Desk, found: Survey) -> str:
    """Where the takes may be of a script that has none in its usual folder."""
    library = Library()
    if desk.folder != default_folder(desk.script, library) or any(take.file for take in found.lines):
        return ""
    return stayed_behind(desk.script, library, desk.store)


@command.command("sheet")
@click.argument("script")
@click.option("--length", callback=length_of, help="The edition to read, like 10m.")
@choices.option
@click.option("--out", default="output", show_default=True, metavar="DIR", help="Where the sheet goes.")
@_folder_option
def sheet(script: str, length: Seconds | None, chosen: tuple[str, ...], out: str, takes: str) -> None:
    """Print the lines to read, numbered: as text, and as a page that prints well.

    It makes the folder for the recordings too. A line keeps its number in every later sheet.
    """
    read = _script(script, takes)
    branches = choices.from_options(chosen, [read])
    edition = read.edition(length, branches)
    if length is not None:
        require_possible(edition, length)
    _make_folder(Path(takes) if takes else default_folder(read, Library()))
    desk = _desk(script, takes)
    found = desk.survey()
    reading = reading_sheet(edition, found)
    remember(printed(found, reading.places))
    track = output_file(desk.script, Path(out), length, branches)
    for suffix, text in ((".txt", as_text(reading.leaf)), (".html", as_page(reading.leaf))):
        path = track.with_name(f"{track.stem}.reading{suffix}")
        with explained(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as stream:
                stream.write(text.encode())
        click.echo(str(path))
    click.echo(f"The recordings go into {desk.folder}, each called by its number.", err=True)
    if behind := _stayed_behind(desk, found):
        click.echo(behind, err=True)


def _make_folder(folder: Path) -> None:
    with explained(folder.parent):
        folder.mkdir(parents=True, exist_ok=True)


@command.command("keep")
@click.argument("script")
@click.argument("number", nargs=-1)
@click.option("--all", "all_used", is_flag=True, help="Every take that goes by its number alone.")
@_folder_option
def keep(*, script: str, number: tuple[str, ...], all_used: bool, takes: str) -> None:
    """Say that the takes of these lines are right, though the words changed or it was not sure.

    NUMBER is the number of a line on the sheet, or its id. Listen first.
    """
    if not number and not all_used:
        raise UsageError("Say which takes are right: the numbers of their lines, or --all.")
    desk = _desk(script, takes)
    found = desk.survey()
    numbers = list(dict.fromkeys((*number, *(attached_by_number(found) if all_used else ()))))
    remember(kept(found, numbers))
    click.echo(f"{counted(len(numbers), 'take')} kept for the words as they are now.")


@command.command("status")
@click.argument("script")
@_folder_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of a summary.")
def status(script: str, takes: str, as_json: bool) -> int:  # noqa: FBT001 - click hands it over by name
    """Show what is recorded, what is missing, and what is out of date since the words changed."""
    desk = _desk(script, takes)
    found = desk.survey()
    remember(found)
    if behind := _stayed_behind(desk, found):
        found = replace(found, notes=(*found.notes, behind))
    with (
        Speaker(desk.store) as speaker,
        show.progress(desk.script.path.stem, quiet=as_json) as progress,
    ):
        heard = _heard(found, desk.script.language, Means(Library(), speaker, progress))
    if as_json:
        show.document(_data(found, heard))
    else:
        _print(desk.script, found, heard)
    usable = all(one.unusable == "" for one in heard.values())
    return ExitCode.DONE if usable else ExitCode.PROBLEMS


@dataclass(frozen=True, slots=True)
class _Opinion:
    """What came of hearing a line: sentences of warning on the take that is used, if any can be."""

    tried: Tried
    warnings: tuple[str, ...]

    @property
    def unusable(self) -> str:
        """Why no try of the line can be used; empty where one can."""
        return self.tried.unusable[0].reason if self.tried.take is None and self.tried.unusable else ""


def _heard(found: Survey, language: str, means: Means) -> dict[str, _Opinion]:
    """Every line with a take, by its number."""
    lines = [take for take in found.lines if take.file]
    results: list[Tried] = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for result in pool.map(lambda line: tried(line, means.speaker), lines):
            results.append(result)
            means.progress("Hearing the takes", len(results), len(lines))
    clips = {
        result.line.number: result.take.key
        for result in results
        if result.take and result.line.state is State.RECORDED
    }
    doubts = compared(found, clips, language, means)
    return {result.line.number: _opinion(result, doubts.get(result.line.number, "")) for result in results}


def _opinion(result: Tried, doubt: str) -> _Opinion:
    said = warnings(result.figures, result.line.line) if result.figures else []
    return _Opinion(result, (*said, doubt) if doubt else tuple(said))


def _print(script: Script, found: Survey, heard: Mapping[str, _Opinion]) -> None:
    readable = [
        heard[take.number].tried.line if take.number in heard else take
        for take in found.lines
        if take.line.readable
    ]
    good = [take for take in readable if take.state is State.RECORDED and not heard[take.number].unusable]
    click.echo(f"{script.title}: {len(good)} of {counted(len(readable), 'line')} recorded · {found.folder}")
    _group("missing", [take for take in readable if take.state is State.MISSING], _place_only)
    _group("recorded before the words changed", _in(readable, State.OUT_OF_DATE), _with_file)
    _group("not sure whose", _in(readable, State.UNSURE), _with_file)
    _group(
        "cannot be used",
        [take for take in readable if take.number in heard and heard[take.number].tried.unusable],
        lambda take: _unusable(take, heard[take.number].tried.unusable),
    )
    _group(
        "worth a listen",
        [take for take in readable if take.number in heard and heard[take.number].warnings],
        lambda take: f"{_with_file(take)}: {' And '.join(heard[take.number].warnings)}",
    )
    _group(
        "several tries, the first named here counts",
        [take for take in readable if take.older],
        lambda take: f"{_with_file(take)}; {', '.join(take.older)}",
    )
    if found.loose:
        click.echo("belongs to no line:")
        show.rows([(loose.name, loose.reason) for loose in found.loose], indent="  ")
    for note in found.notes:
        click.echo(note)
    if any(take.state in (State.OUT_OF_DATE, State.UNSURE) for take in readable):
        click.echo("Record those once more; or listen, and where one is right, say so: `takes keep`.")


def _in(takes: Sequence[LineTake], state: State) -> list[LineTake]:
    return [take for take in takes if take.state is state]


def _group(title: str, takes: Sequence[LineTake], said: Callable[[LineTake], str]) -> None:
    if takes:
        click.echo(f"{title}:")
        for take in takes:
            click.echo(f"  {said(take)}")


def _place_only(take: LineTake) -> str:
    name = f"{take.number} {take.line.line.id}".rstrip()
    return f"{name}  {where_of(take.line.line.place)}"


def _with_file(take: LineTake) -> str:
    return f"{_place_only(take)}  {take.file.name if take.file else ''}"


def _unusable(take: LineTake, files: Sequence[Unusable]) -> str:
    """A line with those of its tries that cannot be used."""
    return f"{_place_only(take)}  " + " ".join(f"{each.name}: {each.reason}" for each in files)


def _data(found: Survey, heard: Mapping[str, _Opinion]) -> dict[str, object]:
    return {
        "folder": str(found.folder),
        "lines": list(_line_data(found, heard)),
        "loose": [{"file": loose.name, "reason": loose.reason} for loose in found.loose],
        "notes": list(found.notes),
    }


def _line_data(found: Survey, heard: Mapping[str, _Opinion]) -> Iterator[dict[str, object]]:
    for take in found.lines:
        if not take.line.readable:
            continue
        yield _of_line(take, heard.get(take.number))


def _of_line(take: LineTake, opinion: _Opinion | None) -> dict[str, object]:
    take = opinion.tried.line if opinion else take
    figures = opinion.tried.figures if opinion else None
    unusable = opinion.tried.unusable if opinion else ()
    return {
        "number": take.number,
        "id": take.line.line.id,
        "script": take.line.line.place.path,
        "line": take.line.line.place.line,
        "state": "unusable" if opinion and opinion.unusable else take.state.value,
        "file": take.file.name if take.file else None,
        "other_tries": list(take.older),
        "unusable_tries": [{"file": each.name, "reason": each.reason} for each in unusable],
        "seconds": round(figures.seconds, 3) if figures else None,
        "clipped": round(figures.clipped, 5) if figures else None,
        "hum_lowered_db": figures.hum_db if figures else None,
        "room_lowered_db": figures.room_db if figures else None,
        "warnings": list(opinion.warnings) if opinion else [],
        "unusable": opinion.unusable if opinion else "",
    }
