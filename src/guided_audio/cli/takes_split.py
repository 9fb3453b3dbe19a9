"""`guided-audio takes split`: each line of a script out of one long reading."""

from __future__ import annotations

from pathlib import Path

import click

from guided_audio.cli import choices, pictures, show, targets
from guided_audio.cli.build import length_of
from guided_audio.cli.summary import counted
from guided_audio.errors import ExitCode, UsageError
from guided_audio.library import Library
from guided_audio.picture.reading import draw_reading
from guided_audio.plan import read_script
from guided_audio.script import Script
from guided_audio.speaking import Speaker
from guided_audio.splitting import Asked, Report, as_data, runs, spelled, split
from guided_audio.store import Store
from guided_audio.takes.folder import NONE, chosen_folder, default_folder
from guided_audio.units import Seconds, format_clock

_MOST_TOLD = 20
"""Flagged lines, and stretches, that are told one by one; the picture and --json have all."""


@click.command("split")
@click.argument("script")
@click.argument("recording", type=click.Path(path_type=Path))
@click.option("--length", callback=length_of, help="Which edition was read, like 10m.")
@choices.option
@click.option(
    "--takes", default="", metavar="DIR", help="The folder of the recordings. Default: takes/NAME beside it."
)
@click.option("--replace", is_flag=True, help="Use this recording also for lines that have a good take.")
@pictures.option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(  # noqa: PLR0913 - one parameter for each option
    *,
    script: str,
    recording: Path,
    length: Seconds | None,
    chosen: tuple[str, ...],
    takes: str,
    replace: bool,
    picture: Path | None,
    as_json: bool,
) -> int:
    """Find each line of SCRIPT in RECORDING, one reading of all of it, and make them takes.

    Read at your own pace: hesitate, stop, say a line again. The last good reading of a line counts, and
    the pauses are the script's. A line that has a good take already keeps it; with --replace the new one
    is used, and the file of the former stays.

    Exit 1 when a line was not found. A line you had better listen to is taken all the same, and is no
    reason for it.
    """
    if not recording.is_file():
        raise UsageError(f"There is no file named {recording}.")
    library = Library()
    found = targets.resolve([script], library)
    if len(found) != 1:
        raise UsageError("Split a reading of one script at a time: name a file, not a folder of several.")
    read = read_script(found[0].file, library, found[0].shown)
    edition = read.edition(length, choices.from_options(chosen, [read]))
    asked = Asked(read, edition, recording, _folder(read, takes, library), replace=replace)
    with (
        Speaker(Store(targets.store_folder())) as speaker,
        show.progress(read.path.stem, quiet=as_json) as progress,
    ):
        outcome = split(asked, speaker, progress)
    if as_json:
        show.document({"takes": str(asked.folder)} | as_data(outcome.report))
    else:
        _print(outcome.report, asked.folder)
    if picture:
        pictures.write(picture, draw_reading(outcome.report, outcome.levels), quiet=as_json)
    return ExitCode.DONE if outcome.report.complete else ExitCode.PROBLEMS


def _folder(script: Script, asked: str, library: Library) -> Path:
    """Where its takes are, or will be."""
    if asked == NONE:
        raise UsageError("Takes go into a folder: give --takes its name, or leave it out.")
    there = chosen_folder(script, asked, library) if not asked or Path(asked).is_dir() else Path(asked)
    return there or default_folder(script, library)


def _print(report: Report, folder: Path) -> None:
    found, wanted = len(report.alignment.found), len(report.places)
    click.echo(f"{found} of {counted(wanted, 'line')} found in {format_clock(report.seconds)} of reading.")
    if report.written:
        click.echo(f"{counted(len(report.written), 'take')} written into {folder}.")
    if report.stayed:
        numbers = _numbers(report, report.stayed)
        click.echo(
            f"{counted(len(report.stayed), 'line')} had a good take and kept it: {numbers}. With --replace "
            "this recording is used for them."
        )
    _print_missing(report)
    _print_flagged(report)
    _print_beside(report)


def _print_missing(report: Report) -> None:
    if skipped := report.alignment.skipped:
        begun = {each.id: f"begun at {_time(report, each.start)} and not finished" for each in report.begun}
        click.echo("\nNot found:")
        _print_rows(
            [(spelled(run), _place(report, run[0]), begun.get(run[0], "")) for run in runs(report, skipped)]
        )


def _print_flagged(report: Report) -> None:
    if report.flagged:
        click.echo(f"\nPlease listen to {'this line' if len(report.flagged) == 1 else 'these lines'}:")
        _print_rows(
            [
                (each.id, _place(report, each.id), f"{_time(report, each.start)}  {each.reason}")
                for each in report.flagged
            ]
        )


def _print_beside(report: Report) -> None:
    if again := len(report.again):
        click.echo(f"\n{counted(again, 'reading')} done again later; the last good one of each line counts.")
    if report.remarks:
        click.echo("\nSaid, and no line of the script:")
        spans = [(_time(report, each.start), _time(report, each.end)) for each in report.remarks]
        _print_rows([(f"{start} to {end}",) for start, end in spans])


def _print_rows(table: list[tuple[str, ...]]) -> None:
    show.rows(table[:_MOST_TOLD], indent="  ")
    if len(table) > _MOST_TOLD:
        click.echo(f"  and {len(table) - _MOST_TOLD} more; --picture shows them all.")


def _place(report: Report, number: str) -> str:
    place = report.places[number]
    return f"{place.path}:{place.line}"


def _time(report: Report, frame: int) -> str:
    return format_clock(report.clock(frame))


def _numbers(report: Report, numbers: tuple[str, ...]) -> str:
    return ", ".join(spelled(run) for run in runs(report, numbers))
