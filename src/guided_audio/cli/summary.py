"""The summary at the end of a build: for a person in a few calm lines, for a program as data."""

from __future__ import annotations

import click

from guided_audio import receipt as receipts
from guided_audio.build import Built
from guided_audio.delivery import Delivered
from guided_audio.delivery.bundle import MAIL, Sizes
from guided_audio.units import format_clock


def track(built: Built) -> None:
    """Two lines on a finished file."""
    timeline, plan = built.plan.timeline, built.plan
    megabytes = built.file.stat().st_size / 1e6
    sayings = f"{plan.spoken_now} newly spoken" if plan.spoken_now else "nothing new to speak"
    if plan.recorded.sayings:
        lines = counted(len(timeline.lines), "line")
        sayings = f"{len(plan.recorded.sayings)} of {lines} recorded · {sayings}"
    click.echo(str(built.file))
    click.echo(
        f"  {format_clock(timeline.duration)} long · {counted(len(timeline.chapters), 'chapter')}"
        f" · {megabytes:.1f} MB · {timeline.pace:.0f} words a minute · {timeline.speech_share:.0%} speech"
        f" · {sayings}"
    )


def track_data(built: Built) -> dict[str, object]:
    """The same for a program."""
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
        "recorded": len(built.plan.recorded.sayings),
        "acknowledged": built.receipt.acknowledged,
    }


def series(delivered: Delivered) -> None:
    """A few lines on a series: its folder, what is in it, and what lies there beside it."""
    click.echo(str(delivered.folder))
    if not delivered.in_place:
        ready = counted(len(delivered.made) + len(delivered.kept), "track")
        click.echo(f"  left as it was: {ready} finished and kept aside until all can be made")
        return
    click.echo(f"  {_tracks(delivered)} · {_sizes(delivered.sizes)}")
    for name in delivered.made:
        click.echo(f"  {name}")
    if delivered.removed:
        click.echo(f"  removed, as no longer part of it: {', '.join(delivered.removed)}")
    if delivered.left_over:
        click.echo(f"  no longer part of it: {', '.join(delivered.left_over)} (--prune deletes them)")
    if delivered.bundle:
        locked = ", locked with the password" if delivered.bundle.locked else ""
        click.echo(
            f"{delivered.bundle.file}\n  {delivered.bundle.size / 1e6:.1f} MB{locked}{_by_mail(delivered)}"
        )


def series_data(delivered: Delivered) -> dict[str, object]:
    """The same for a program."""
    return {
        "folder": str(delivered.folder),
        "in_place": delivered.in_place,
        "made": list(delivered.made),
        "kept": list(delivered.kept),
        "left_over": list(delivered.left_over),
        "removed": list(delivered.removed),
        "sizes": {"audio": delivered.sizes.audio, "beside": delivered.sizes.beside},
        "bundle": str(delivered.bundle.file) if delivered.bundle else None,
    }


def counted(many: int, what: str) -> str:
    """`1 track`, `3 tracks`."""
    return f"{many} {what}" if many == 1 else f"{many} {what}s"


def _tracks(delivered: Delivered) -> str:
    made, kept = len(delivered.made), len(delivered.kept)
    if not made:
        return f"{counted(kept, 'track')}, nothing to make anew"
    return counted(made + kept, "track") + (f", {made} made now" if kept else "")


def _sizes(sizes: Sizes) -> str:
    return f"{sizes.audio / 1e6:.1f} MB of sound, {sizes.beside / 1e6:.1f} MB beside it"


def _by_mail(delivered: Delivered) -> str:
    bundle = delivered.bundle
    return " · larger than most mail takes" if bundle and bundle.size > MAIL else ""
