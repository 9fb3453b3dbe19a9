"""The summary of a finished file: for a person in two calm lines, for a program as data."""

from __future__ import annotations

import click

from guided_audio import receipt as receipts
from guided_audio.build import Built
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


def counted(many: int, what: str) -> str:
    """`1 track`, `3 tracks`."""
    return f"{many} {what}" if many == 1 else f"{many} {what}s"
