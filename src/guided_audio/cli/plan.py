"""`guided-audio plan`: what will be heard when."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from guided_audio import timeline as timelines
from guided_audio.cli import choices, pictures, recordings, show, slots, targets
from guided_audio.cli.build import length_of
from guided_audio.errors import UsageError
from guided_audio.library import Library
from guided_audio.picture.planned import draw_plan
from guided_audio.plan import Options, Plan, plan, read_script
from guided_audio.speaking import Speaker
from guided_audio.store import Store
from guided_audio.timeline import Timeline
from guided_audio.units import Seconds, format_clock, format_duration, to_seconds


@click.command("plan")
@click.argument("target")
@click.option("--length", callback=length_of, help="How long it is to last, like 10m.")
@click.option("--voice", default="", help="The voice of every line that names no other.")
@click.option("--bed", default="", help="The sound under the voice, `none` for none.")
@click.option("--set-from", metavar="FILE|-", help="Fill slots from a file of `slot: value` lines.")
@choices.option
@pictures.option
@recordings.option
@click.option("--json", "as_json", is_flag=True, help="Print the timeline as one JSON document.")
def command(  # noqa: PLR0913 - one parameter for each option
    *,
    target: str,
    length: Seconds | None,
    voice: str,
    bed: str,
    set_from: str | None,
    chosen: tuple[str, ...],
    picture: Path | None,
    takes: str,
    missing: str,
    as_json: bool,
) -> None:
    """Show what will be heard when, without making a file.

    The words are spoken, for nothing else tells how long they take, and kept for the build.
    """
    library = Library()
    found = targets.resolve([target], library)
    if len(found) != 1:
        raise UsageError("Plan one script at a time: name a file, not a folder of several.")
    script = read_script(found[0].file, library, found[0].shown)
    branches = choices.from_options(chosen, [script])
    edition = script.edition(length, branches)
    values = slots.ask_for_missing([edition], slots.from_file(set_from, [script]))
    options = Options(values, voice, bed, length, chosen=branches, takes=recordings.wish(takes, missing))
    with (
        Speaker(Store(targets.store_folder()), lanes=os.cpu_count() or 1) as speaker,
        show.progress(script.path.stem, quiet=as_json) as progress,
    ):
        planned = plan(edition, options, library, speaker, progress)
    recordings.tell(planned)
    if as_json:
        show.document(timelines.to_json(planned.timeline))
    else:
        _print(planned)
    if picture:
        pictures.write(picture, draw_plan(planned.timeline, planned.script.title), quiet=as_json)


def _print(planned: Plan) -> None:
    timeline = planned.timeline
    click.echo(f"{planned.script.title} · {format_clock(timeline.duration)}")
    show.rows(sorted(_rows(timeline)))
    click.echo(
        f"{timeline.pace:.0f} words a minute while speaking · {timeline.speech_share:.0%} speech · "
        f"the longest quiet is {format_duration(round(_longest_quiet(timeline)))}"
    )


def _rows(timeline: Timeline) -> Iterator[tuple[str, str, str]]:
    """Time, kind and words of each thing; the time sorts as text."""

    def at(frame: int) -> str:
        return format_clock(to_seconds(frame, timeline.rate)).rjust(8)

    for chapter in timeline.chapters:
        yield at(chapter.start), " chapter", chapter.title
    for line in timeline.lines:
        yield at(line.start), "says", line.text
    for bed in timeline.beds:
        yield at(bed.start + bed.melts_in // 2), "bed", f"{bed.name}, {bed.under:g} dB under the voice"
        if bed.end < timeline.length and not bed.melts_out:
            yield at(bed.end), "bed", "none"
    for bell in timeline.bells:
        yield at(bell.start), "bell", ""
    for pause in timeline.pauses:
        seconds = to_seconds(pause.end - pause.start, timeline.rate)
        if seconds >= 1.5:  # what is shorter is breath between sentences
            yield at(pause.start), "rest", f"{format_duration(round(seconds, 1))} {pause.kind}".strip()


def _longest_quiet(timeline: Timeline) -> float:
    edges = [0, *(frame for clip in timeline.clips for frame in (clip.start, clip.end)), timeline.length]
    return max(
        to_seconds(start - end, timeline.rate) for end, start in zip(edges[::2], edges[1::2], strict=True)
    )
