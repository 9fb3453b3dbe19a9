"""`guided-audio sounds`: which beds and bells are built in, and how one sounds."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from guided_audio.audition import audition_sound
from guided_audio.cli import show
from guided_audio.library import Library
from guided_audio.sounds import catalogue


@click.command("sounds")
@click.option("--audition", metavar="SOUND", help="Make a short MP3 of this sound.")
@click.option("--out", default="output", show_default=True, metavar="DIR", help="Where that MP3 goes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, audition: str | None, out: str, as_json: bool) -> None:
    """Show the built-in beds and bells, or listen to one."""
    library = Library()
    if audition:
        show.made(audition_sound(audition, Path(out), library), as_json=as_json)
        return
    found = catalogue([library.sounds])
    if as_json:
        show.document([dataclasses.asdict(sound) for sound in found])
    else:
        show.rows([(sound.name, sound.kind, sound.description) for sound in found])
