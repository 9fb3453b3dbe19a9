"""`guided-audio play`: listen to a file, a script, or a line of it."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from guided_audio.cli import choices, recordings, show, slots, targets
from guided_audio.cli.build import length_of
from guided_audio.errors import ExitCode, UsageError
from guided_audio.excerpt import Excerpt, Wish, excerpt_of_file, excerpt_of_plan, require_line
from guided_audio.folders import SUFFIXES
from guided_audio.library import Library
from guided_audio.plan import Options, plan, read_script
from guided_audio.playback import Loudspeaker, Played, Stream, open_loudspeaker, play
from guided_audio.render import render
from guided_audio.script import Script
from guided_audio.speaking import Speaker
from guided_audio.store import Store
from guided_audio.takes import TakesWish
from guided_audio.units import PROJECT_RATE, Frames, Seconds, parse_duration, to_seconds

BACKEND = "GUIDED_AUDIO_SOUND_BACKEND"
"""Names the backend of miniaudio to play by, where the first that opens is a wrong one; `null` for tests."""

_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,4}):([0-5]\d(?:\.\d{1,3})?)")
_SOUNDS = {".mp3", ".m4a", ".m4b", ".mp4", ".opus", ".ogg", ".flac", ".wav", ".aiff", ".aif", ".caf", ".webm"}


def position_of(_context: click.Context, _option: click.Parameter, text: str | None) -> Seconds | None:
    """Read a position like 3:20, 1:02:45 or 90s, or say what to write."""
    if text is None:
        return None
    if found := _CLOCK.fullmatch(text.strip()):
        hours, minutes, seconds = found.groups()
        return Seconds(3600 * int(hours or 0) + 60 * int(minutes) + float(seconds))
    try:
        return parse_duration(text)
    except ValueError:
        raise click.BadParameter("This is not a position. Write 3:20, 1:02:45 or 90s.") from None


@click.command("play")
@click.argument("target")
@click.option(
    "--from", "start", callback=position_of, metavar="TIME", help="Where to begin, like 3:20 or 90s."
)
@click.option("--chapter", default="", metavar="N|NAME", help="Begin at a chapter.")
@click.option("--line", type=click.IntRange(1), help="Only what stands at this line of the script's file.")
@click.option(
    "--for", "most", callback=length_of, metavar="TIME", help="How much to hear at the most, like 30s."
)
@click.option("--length", callback=length_of, help="The edition of a script that lasts so long, like 10m.")
@choices.option
@click.option("--voice", default="", help="The voice of every line that names no other.")
@click.option("--bed", default="", help="The sound under the voice, `none` for none.")
@click.option("--set-from", metavar="FILE|-", help="Fill slots from a file of `slot: value` lines.")
@recordings.option
def command(  # noqa: PLR0913 - one parameter for each option
    *,
    target: str,
    start: Seconds | None,
    chapter: str,
    line: int | None,
    most: Seconds | None,
    length: Seconds | None,
    chosen: tuple[str, ...],
    voice: str,
    bed: str,
    set_from: str | None,
    takes: str,
    missing: str,
) -> int:
    """Listen to a file, a script, or a line of it, on this machine.

    TARGET is a finished file, a script, or the name of a built-in one. A script is heard without being
    made into a file, from wherever you like. Ctrl-C ends it softly.
    """
    if sum((start is not None, bool(chapter), line is not None)) > 1:
        raise UsageError("Begin at one place: give one of --from, --chapter and --line.")
    wish = Wish(start, chapter, line, most)
    if file := _sound_file(target):
        if line is not None or length or chosen or voice or bed or set_from or takes:
            raise UsageError(
                f"{file} is finished: of the options, only --from, --chapter and --for go with it."
            )
        return _play_file(file, wish)
    asked = _Asked(wish, length, chosen, voice, bed, set_from, recordings.wish(takes, missing))
    return _play_script(target, asked)


@dataclass(frozen=True, slots=True)
class _Asked:
    wish: Wish
    length: Seconds | None
    chosen: tuple[str, ...]
    voice: str
    bed: str
    set_from: str | None
    takes: TakesWish

    def options(self, script: Script) -> tuple[Script, Options]:
        """The edition of a script, and all else about it."""
        branches = choices.from_options(self.chosen, [script])
        edition = script.edition(self.length, branches)
        values = slots.ask_for_missing([edition], slots.from_file(self.set_from, [script]))
        options = Options(values, self.voice, self.bed, self.length, chosen=branches, takes=self.takes)
        return edition, options


def _sound_file(target: str) -> Path | None:
    """The file, where the target is one and no script.

    Raises:
        UsageError: it is called like one, and is not there.
    """
    path = Path(target)
    called = path.suffix.lower() in _SOUNDS
    try:
        there = path.is_file()
    except OSError:  # longer than any name can be
        there = False
    if called and not there and not path.is_dir():
        raise UsageError(f"There is no file named {target}.")
    return path if there and path.suffix.lower() not in SUFFIXES else None


def _play_file(file: Path, wish: Wish) -> int:
    excerpt = excerpt_of_file(file, wish)
    with _loudspeaker(excerpt.rate) as loudspeaker:
        return _heard(excerpt, file.name, loudspeaker)


def _play_script(target: str, asked: _Asked) -> int:
    library = Library()
    found = targets.resolve([target], library)
    if len(found) != 1:
        raise UsageError("Play one script at a time: name a file, not a folder of several.")
    script = read_script(found[0].file, library, found[0].shown)
    edition, options = asked.options(script)
    if asked.wish.line is not None:
        require_line(script, edition, asked.wish.line)
    with (
        _loudspeaker(PROJECT_RATE) as loudspeaker,  # before anything is spoken for nobody to hear
        Speaker(Store(targets.store_folder()), lanes=os.cpu_count() or 1) as speaker,
        tempfile.TemporaryDirectory(prefix="guided-audio-") as scratch,
    ):
        with show.progress(script.path.stem, quiet=False) as progress:
            planned = plan(edition, options, library, speaker, progress)
        recordings.tell(planned)
        source = render(planned, library, speaker, Path(scratch))
        return _heard(excerpt_of_plan(planned, source, asked.wish), script.path.name, loudspeaker)


def _loudspeaker(rate: int) -> Loudspeaker:
    return open_loudspeaker(rate, os.environ.get(BACKEND, ""))


def _heard(excerpt: Excerpt, name: str, loudspeaker: Loudspeaker) -> int:
    """Play it, and say what is to be said of that; gives the exit code."""
    cut = Frames(excerpt.end - excerpt.start) if excerpt.cut and excerpt.end is not None else None
    with _shown(excerpt, name) as watch:
        played = play(Stream(excerpt.blocks, excerpt.rate, cut), loudspeaker, watch)
    _tell_gaps(played, excerpt.rate)
    if played.interrupted:
        at = excerpt.clock(excerpt.start + played.frames)
        click.echo(f"Stopped at {at}; `--from {at}` goes on from there.", err=True)
        return ExitCode.INTERRUPTED
    return ExitCode.DONE


def _tell_gaps(played: Played, rate: int) -> None:
    if played.gaps:
        times = "once" if played.gaps == 1 else f"{played.gaps} times"
        click.echo(
            f"The sound stopped {times}, for {to_seconds(played.late, rate):.1f} s in all: this machine was "
            "busy. A file that `build` makes is not like that.",
            err=True,
        )


@contextmanager
def _shown(excerpt: Excerpt, name: str) -> Iterator[Callable[[int], None]]:
    """Where it is, as it plays, on a terminal; one line without any title in a pipe, which may be a log."""
    if not sys.stderr.isatty():
        until = f" to {excerpt.clock(excerpt.end)}" if excerpt.end is not None else ""
        click.echo(f"{name}: playing from {excerpt.clock(excerpt.start)}{until}", err=True)
        yield lambda _frames: None
        return
    from rich.console import Console  # noqa: PLC0415 - slow to import, and only a terminal needs it
    from rich.markup import escape  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (TextColumn("{task.fields[clock]}"), BarColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        total = None if excerpt.end is None else excerpt.end - excerpt.start
        task = bars.add_task("", total=total, clock="")

        def watch(frames: int) -> None:
            at = excerpt.start + frames
            clock = excerpt.clock(at) + (f" / {excerpt.clock(excerpt.whole)}" if excerpt.whole else "")
            bars.update(task, completed=frames, clock=clock, description=escape(excerpt.chapter_at(at)))

        watch(0)
        yield watch
