"""`guided-audio voices`: which voices are on this machine, and how one sounds."""

from __future__ import annotations

import os
from pathlib import Path

import click

from guided_audio import engines
from guided_audio.audition import audition_voice
from guided_audio.cli import show, targets
from guided_audio.errors import MissingTool
from guided_audio.library import Library
from guided_audio.speaking import Speaker
from guided_audio.speech import Voice
from guided_audio.store import Store


@click.command("voices")
@click.option("--language", default="", help="Only voices of this language, like en or en-GB.")
@click.option("--audition", metavar="VOICE", help="Make a short MP3 in which this voice speaks.")
@click.option("--out", default="output", show_default=True, metavar="DIR", help="Where that MP3 goes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, language: str, audition: str | None, out: str, as_json: bool) -> None:
    """Show the voices on this machine, or listen to one."""
    if audition:
        with Speaker(Store(targets.store_folder()), lanes=os.cpu_count() or 1) as speaker:
            file = audition_voice(audition, language or "en-GB", Path(out), Library(), speaker)
        show.made(file, as_json=as_json)
        return
    there = _voices()
    voices = [voice for voice in there if _speaks(voice, language)]
    if there and not voices:
        click.echo(
            f"No voice here speaks {language!r}. List all without --language, "
            "and write a language as it stands there, like en or en-GB.",
            err=True,
        )
    if as_json:
        show.document([_data(voice) for voice in voices])
    else:
        show.rows([(str(voice), voice.language, voice.description) for voice in voices])


def _speaks(voice: Voice, language: str) -> bool:
    """Whether a voice is of a language, or of a part of it: `en` is spoken by one of `en-GB`."""
    spoken, asked = (tag.casefold().replace("_", "-") for tag in (voice.language, language))
    return not asked or f"{spoken}-".startswith(f"{asked}-")


def _voices() -> list[Voice]:
    """The voices of every engine that can speak here; of the others, why they cannot."""
    found: list[Voice] = []
    for name in engines.for_people():
        try:
            engine = engines.load(name)
            found += engine.voices()
            engine.close()
        except MissingTool as error:
            click.echo(f"{name}: {error}", err=True)
    return found


def _data(voice: Voice) -> dict[str, str]:
    return {
        "voice": str(voice),
        "engine": voice.engine,
        "name": voice.name,
        "language": voice.language,
        "description": voice.description,
    }
