"""`guided-audio build`: scripts to finished files, and series to folders."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import click

from guided_audio import presets
from guided_audio.cli import asked as questions
from guided_audio.cli import batch as batches
from guided_audio.cli import choices, recordings, slots, targets
from guided_audio.cli.asked import Asked
from guided_audio.cli.batch import Batch, Hands
from guided_audio.errors import UsageError
from guided_audio.forms import Form
from guided_audio.library import Library
from guided_audio.polish import PRESETS
from guided_audio.publication import PUBLICATIONS
from guided_audio.takes.folder import require_apart
from guided_audio.units import PROJECT_RATE, Seconds, parse_duration


def length_of(_context: click.Context, _option: click.Parameter, text: str | None) -> Seconds | None:
    """Read a duration like 10m or 7m30s, or say what to write."""
    try:
        return parse_duration(text) if text is not None else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _address(_context: click.Context, _option: click.Parameter, text: str) -> str:
    if not text:
        return ""
    from guided_audio.feed import parse_base  # noqa: PLC0415 - single scripts need nothing of series

    try:
        return parse_base(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


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
    "--format",
    "form",
    type=click.Choice([*map(str, Form)]),
    help="What the file is: mp3 for every player, the default; others for some.",
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
    help="How loud: calm at home, the default; as a podcast, as an audiobook, for the night.",
)
@click.option(
    "--rate",
    type=click.Choice(["44100", "48000"]),
    help=f"Samples a second: {PROJECT_RATE}, the default, is all that older car radios know.",
)
@click.option(
    "--publish",
    type=click.Choice([*PUBLICATIONS]),
    help="Make it as a place asks where files are published, and say what it meets.",
)
@click.option("--overwrite", is_flag=True, help="Replace a file also where it was made of something else.")
@click.option("--names-in-text", is_flag=True, help="Show what fills a slot in lyrics too, not its fallback.")
@click.option(
    "--agreed", is_flag=True, help="Your client practised a script of level `agreed` with you first."
)
@click.option(
    "--follow-up", is_flag=True, help="A script of level `follow-up` goes on from your work in session."
)
@click.option(
    "--discreet", is_flag=True, help="A series that tells nothing to whoever looks at the device it is on."
)
@click.option(
    "--feed",
    callback=_address,
    default="",
    metavar="https://…",
    help="A private podcast feed beside a series: the address its folder will have.",
)
@click.option(
    "--region", default="", metavar="NAME|FILE", help="Whose lines for help the notes of a series carry."
)
@click.option(
    "--prune", is_flag=True, help="Delete what earlier builds of a series left, where nobody changed it."
)
@click.option("--zip", "as_zip", is_flag=True, help="Pack the folder of a series into one file beside it.")
@click.option("--encrypt", is_flag=True, help="Pack it, and lock it with a password that is asked for.")
@click.option("--password-from", metavar="FILE|-", help="Read that password from a file.")
@recordings.option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of a summary.")
def command(target: tuple[str, ...], **asked: Unpack[Asked]) -> int:
    """Make finished audio: a file of each script, a folder of each series.

    TARGET is a script, a series, a folder of them, or the name of a built-in script or series.
    """
    library, batch = Library(), Batch()
    wanted = targets.to_build(target, library)
    if wanted.series:
        from guided_audio.cli import series_build  # noqa: PLC0415 - single scripts need nothing of series
    else:
        _require_no_series_options(asked)
    scripts = batches.readable(wanted.scripts, library, batch)
    series = series_build.readable(wanted.series, library, batch) if wanted.series else []
    every = [*scripts, *(track.script for each in series for track in each.tracks)]
    if not every:
        return batches.report(batch, as_json=asked["as_json"])
    require_apart(every, asked["takes"])
    branches = choices.from_options(asked["chosen"], every)
    values = slots.from_options(asked["pairs"], every) | slots.from_file(asked["set_from"], every)
    editions = [script.edition(asked["length"], branches) for script in scripts]
    editions += [edition for each in series for edition in series_build.editions(each, asked, branches)]
    options = questions.options(asked, slots.ask_for_missing(editions, values), branches)
    hands = Hands(
        library,
        questions.lanes(asked),
        PRESETS[asked["polish"]],
        questions.rate(asked),
        quiet=asked["as_json"],
    )
    try:
        with hands.workshop() as workshop:
            batches.build_all(scripts, Path(asked["out"]), options, workshop, batch, quiet=hands.quiet)
            if series:
                series_build.build_all(series, asked, options, workshop, batch)
    except KeyboardInterrupt:
        batches.report(batch, as_json=asked["as_json"])
        raise
    batch.published = questions.place(asked)
    return batches.report(batch, as_json=asked["as_json"])


def _require_no_series_options(asked: Asked) -> None:
    """Stop where something is asked for that only a series can have."""
    given = {
        "--discreet": asked["discreet"],
        "--feed": asked["feed"],
        "--region": asked["region"],
        "--prune": asked["prune"],
        "--zip": asked["as_zip"],
        "--encrypt": asked["encrypt"],
        "--password-from": asked["password_from"],
    }
    for option, value in given.items():
        if value:
            raise UsageError(
                f"{option} is for series, and there is none here. A folder becomes one by a file "
                "series.yaml in it: see docs/series.md."
            )
