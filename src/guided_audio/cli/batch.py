"""What came of a whole `build`: single scripts to files, and the summary of all that was made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guided_audio.build import Built, Workshop, build, output_file
from guided_audio.cli import show, summary, targets
from guided_audio.cli.heap import share_heap
from guided_audio.errors import ExitCode, GuidedAudioError, ProblemsFound, Refused
from guided_audio.library import Library
from guided_audio.plan import Options, read_script
from guided_audio.polish import Chain
from guided_audio.publication import Publication
from guided_audio.script import Script
from guided_audio.speaking import Speaker
from guided_audio.store import Store

if TYPE_CHECKING:
    from guided_audio.delivery import Delivered


@dataclass(slots=True)
class Batch:
    """What came of each target: what was made, and what was not, with the reason.

    `notes` are what a person should know of a series that was made, `published` the place whose limits
    the files are held against.
    """

    tracks: list[Built] = field(default_factory=list)
    series: list[Delivered] = field(default_factory=list)
    failures: list[GuidedAudioError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    published: Publication | None = None

    @property
    def files(self) -> list[Path]:
        """Every finished recording, made now or before."""
        within = (
            each.folder / track.audio
            for each in self.series
            if each.manifest
            for track in each.manifest.tracks
        )
        return [*(built.file for built in self.tracks), *within]

    def exit_code(self) -> int:
        """The failure's own code where nothing was made, 4 where only some of it was."""
        if not self.failures:
            return ExitCode.DONE
        some = self.tracks or any(each.made or each.kept for each in self.series)
        return ExitCode.SOME_FAILED if some else self.failures[0].exit_code


@dataclass(frozen=True, slots=True)
class Hands:
    """Who does the work, and how."""

    library: Library
    lanes: int
    chain: Chain
    rate: int
    quiet: bool

    @contextmanager
    def workshop(self) -> Iterator[Workshop]:
        """What every build works with, until all of them are done."""
        share_heap()
        store = Store(targets.store_folder())
        with Speaker(store, lanes=self.lanes, rate=self.rate, chain=self.chain) as speaker:
            yield Workshop(self.library, store, Store(store.folder / "encoded"), speaker, self.lanes)


def readable(found: Sequence[targets.Target], library: Library, batch: Batch) -> list[Script]:
    """The scripts that can be read; the problems of the others are in the batch."""
    scripts = []
    for target in found:
        try:
            scripts.append(read_script(target.file, library, target.shown))
        except ProblemsFound as problems:
            batch.failures.append(problems)
    return scripts


def build_all(  # noqa: PLR0913 - what, where to and how; the rest is by keyword
    scripts: Sequence[Script], out: Path, options: Options, workshop: Workshop, batch: Batch, *, quiet: bool
) -> None:
    """Make the file of each script that is not another one's too."""
    for script in _with_own_titles(scripts, options, batch):
        try:
            with show.progress(script.path.stem, quiet=quiet) as progress:
                batch.tracks.append(build(script, out, options, workshop, progress))
            planned = batch.tracks[-1].plan
            batch.notes += (*planned.cast.notes, *planned.recorded.notes)
        except GuidedAudioError as error:
            batch.failures.append(error)


def _with_own_titles(scripts: Sequence[Script], options: Options, batch: Batch) -> list[Script]:
    """The scripts that are one file each; those that would be one and the same are refused, not lost."""
    by_file = defaultdict(list)
    for script in scripts:
        by_file[output_file(script, Path(), options.length, options.chosen, options.form)].append(script)
    for file, alike in by_file.items():
        if len(alike) > 1:
            names = " and ".join(script.path.name for script in alike)
            batch.failures.append(Refused(f"{names} would both become {file}: change a title."))
    return [alike[0] for alike in by_file.values() if len(alike) == 1]


def report(batch: Batch, *, as_json: bool) -> int:
    """Say what came of it all; gives the exit code."""
    if as_json:
        show.document(
            {
                "tracks": [summary.track_data(built) for built in batch.tracks],
                "series": _series_data(batch),
                "failures": [_failure_data(error) for error in batch.failures],
                "published": {str(file): _held_against(file, batch, quiet=True) for file in batch.files},
            }
        )
    else:
        for built in batch.tracks:
            summary.track(built)
        _print_series(batch)
        _print_published(batch)
    for said in dict.fromkeys((*batch.notes, *map(str, batch.failures))):
        click.echo(said, err=True)
    return batch.exit_code()


def _series_data(batch: Batch) -> list[dict[str, object]]:
    if not batch.series:
        return []
    from guided_audio.cli import series_summary  # noqa: PLC0415 - single scripts need nothing of series

    return [series_summary.data(delivered) for delivered in batch.series]


def _print_series(batch: Batch) -> None:
    if batch.series:
        from guided_audio.cli import series_summary  # noqa: PLC0415 - likewise

        for delivered in batch.series:
            series_summary.series(delivered)


def _held_against(file: Path, batch: Batch, *, quiet: bool) -> list[dict[str, object]]:
    """What a place says to a file, where the files are for one."""
    if not batch.published:
        return []
    from guided_audio.cli import publishing  # noqa: PLC0415 - few files are for such a place

    return publishing.report(file, batch.published, quiet=quiet)


def _print_published(batch: Batch) -> None:
    if not batch.published:
        return
    from guided_audio.cli import publishing  # noqa: PLC0415 - likewise

    for file in batch.files:
        click.echo(str(file))
        _held_against(file, batch, quiet=False)
    publishing.print_asks(batch.published)


def _failure_data(error: GuidedAudioError) -> dict[str, object]:
    problems = error.problems if isinstance(error, ProblemsFound) else ()
    return {
        "kind": type(error).__name__,
        "message": str(error),
        "exit_code": int(error.exit_code),
        "problems": [show.as_data(problem) for problem in problems],
    }
