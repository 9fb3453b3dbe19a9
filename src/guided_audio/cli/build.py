"""`guided-audio build`: scripts to finished files."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from guided_audio import presets
from guided_audio import receipt as receipts
from guided_audio.build import Built, Workshop, build, output_file
from guided_audio.cli import choices, show, slots, targets
from guided_audio.cli.heap import share_heap
from guided_audio.errors import ExitCode, GuidedAudioError, ProblemsFound, Refused
from guided_audio.library import Library
from guided_audio.plan import Options, read_script
from guided_audio.polish import PRESETS, Chain
from guided_audio.script import Script
from guided_audio.speaking import Speaker
from guided_audio.store import Store
from guided_audio.units import PROJECT_RATE, Seconds, format_clock, parse_duration


def length_of(_context: click.Context, _option: click.Parameter, text: str | None) -> Seconds | None:
    """Read a duration like 10m or 7m30s, or say what to write."""
    try:
        return parse_duration(text) if text is not None else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@dataclass(slots=True)
class Batch:
    """What came of each target: tracks that were made, and what was not, with the reason."""

    tracks: list[Built] = field(default_factory=list)
    failures: list[GuidedAudioError] = field(default_factory=list)

    def exit_code(self) -> int:
        """The failure's own code where nothing was made, 4 where only some of it was."""
        if not self.failures:
            return ExitCode.DONE
        return ExitCode.SOME_FAILED if self.tracks else self.failures[0].exit_code


@click.command("build")
@click.argument("target", nargs=-1, required=True)
@click.option("--out", default="output", show_default=True, metavar="DIR", help="Where the files go.")
@click.option(
    "--length", callback=length_of, help="How long it is to last, like 10m: pauses give, words not."
)
@choices.option
@click.option("--voice", default="", help="The voice of every line that names no other; see `voices`.")
@click.option("--bed", default="", help="The sound under the voice, `none` for none; see `sounds`.")
@click.option(
    "--format", "form", type=click.Choice(["mp3"]), default="mp3", show_default=True, help="The format."
)
@click.option("--jobs", type=click.IntRange(1, 64), help="How many cores to use. Default: all.")
@click.option("--set", "pairs", multiple=True, metavar="SLOT=VALUE", help="Fill a slot that is not private.")
@click.option("--set-from", metavar="FILE|-", help="Fill slots from a file of `slot: value` lines.")
@click.option(
    "--polish",
    type=click.Choice([*PRESETS]),
    default="off",
    show_default=True,
    help="Take rumble and sharp hisses off the voice; `room` lets a small room answer it, too.",
)
@click.option(
    "--preset",
    type=click.Choice([*presets.PRESETS]),
    default=presets.CALM.name,
    show_default=True,
    help="How loud: at home, as a podcast, as an audiobook, for the night.",
)
@click.option(
    "--rate",
    type=click.Choice(["44100", "48000"]),
    default=str(PROJECT_RATE),
    show_default=True,
    help="Samples a second; older car radios know no more than 44100.",
)
@click.option("--overwrite", is_flag=True, help="Replace a file also where it was made of something else.")
@click.option("--names-in-text", is_flag=True, help="Show what fills a slot in lyrics too, not its fallback.")
@click.option(
    "--agreed", is_flag=True, help="Your client practised a script of level `agreed` with you first."
)
@click.option(
    "--follow-up", is_flag=True, help="A script of level `follow-up` goes on from your work in session."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of a summary.")
def command(  # noqa: PLR0913 - one parameter for each option
    *,
    target: tuple[str, ...],
    out: str,
    length: Seconds | None,
    chosen: tuple[str, ...],
    voice: str,
    bed: str,
    form: str,  # noqa: ARG001 - there is one format so far
    jobs: int | None,
    pairs: tuple[str, ...],
    set_from: str | None,
    polish: str,
    preset: str,
    rate: str,
    overwrite: bool,
    names_in_text: bool,
    agreed: bool,
    follow_up: bool,
    as_json: bool,
) -> int:
    """Make a finished MP3 from each script.

    TARGET is a script, a folder of scripts, or the name of a built-in script or series.
    """
    library, batch = Library(), Batch()
    scripts = _readable(targets.resolve(target, library), library, batch)
    if not scripts:
        return _report(batch, as_json=as_json)
    branches = choices.from_options(chosen, scripts)
    values = slots.from_options(pairs, scripts) | slots.from_file(set_from, scripts)
    values = slots.ask_for_missing([script.edition(length, branches) for script in scripts], values)
    options = Options(
        values,
        voice,
        bed,
        length,
        agreed,
        follow_up,
        names_in_text=names_in_text,
        overwrite=overwrite,
        preset=presets.PRESETS[preset],
        chosen=branches,
    )
    hands = _Hands(library, jobs or os.cpu_count() or 1, PRESETS[polish], int(rate), quiet=as_json)
    try:
        _build_all(_with_own_titles(scripts, options, batch), Path(out), options, hands, batch)
    except KeyboardInterrupt:
        _report(batch, as_json=as_json)
        raise
    return _report(batch, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Hands:
    library: Library
    lanes: int
    chain: Chain
    rate: int
    quiet: bool


def _readable(found: Sequence[targets.Target], library: Library, batch: Batch) -> list[Script]:
    """The scripts that can be read; the problems of the others are in the batch."""
    scripts = []
    for target in found:
        try:
            scripts.append(read_script(target.file, library, target.shown))
        except ProblemsFound as problems:
            batch.failures.append(problems)
    return scripts


def _with_own_titles(scripts: Sequence[Script], options: Options, batch: Batch) -> list[Script]:
    """The scripts that are one file each; those that would be one and the same are refused, not lost."""
    by_file = defaultdict(list)
    for script in scripts:
        by_file[output_file(script, Path(), options.length, options.chosen)].append(script)
    for file, alike in by_file.items():
        if len(alike) > 1:
            names = " and ".join(script.path.name for script in alike)
            batch.failures.append(Refused(f"{names} would both become {file}: change a title."))
    return [alike[0] for alike in by_file.values() if len(alike) == 1]


def _build_all(scripts: Sequence[Script], out: Path, options: Options, hands: _Hands, batch: Batch) -> None:
    if not scripts:
        return
    share_heap()
    store = Store(targets.store_folder())
    with Speaker(store, lanes=hands.lanes, rate=hands.rate, chain=hands.chain) as speaker:
        workshop = Workshop(hands.library, store, Store(store.folder / "encoded"), speaker, hands.lanes)
        for script in scripts:
            try:
                with show.progress(script.path.stem, quiet=hands.quiet) as progress:
                    batch.tracks.append(build(script, out, options, workshop, progress))
            except GuidedAudioError as error:
                batch.failures.append(error)


def _report(batch: Batch, *, as_json: bool) -> int:
    """Say what came of it all; gives the exit code."""
    if as_json:
        show.document(
            {
                "tracks": [_track_data(built) for built in batch.tracks],
                "failures": [_failure_data(error) for error in batch.failures],
            }
        )
    else:
        for built in batch.tracks:
            _summary(built)
    for error in batch.failures:
        click.echo(str(error), err=True)
    return batch.exit_code()


def _summary(built: Built) -> None:
    timeline, plan = built.plan.timeline, built.plan
    megabytes = built.file.stat().st_size / 1e6
    chapters = "1 chapter" if len(timeline.chapters) == 1 else f"{len(timeline.chapters)} chapters"
    sayings = f"{plan.spoken_now} newly spoken" if plan.spoken_now else "nothing new to speak"
    click.echo(str(built.file))
    click.echo(
        f"  {format_clock(timeline.duration)} long · {chapters} · {megabytes:.1f} MB"
        f" · {timeline.pace:.0f} words a minute · {timeline.speech_share:.0%} speech · {sayings}"
    )


def _track_data(built: Built) -> dict[str, object]:
    timeline = built.plan.timeline
    return {
        "file": str(built.file),
        "receipt": str(receipts.beside(built.file)),
        "title": built.plan.script.title,
        "seconds": round(timeline.duration, 3),
        "frames": timeline.length,
        "chapters": len(timeline.chapters),
        "lines": len(timeline.lines),
        "pace": round(timeline.pace, 1),
        "speech_share": round(timeline.speech_share, 4),
        "spoken_now": built.plan.spoken_now,
        "acknowledged": built.receipt.acknowledged,
    }


def _failure_data(error: GuidedAudioError) -> dict[str, object]:
    problems = error.problems if isinstance(error, ProblemsFound) else ()
    return {
        "kind": type(error).__name__,
        "message": str(error),
        "exit_code": int(error.exit_code),
        "problems": [show.as_data(problem) for problem in problems],
    }
