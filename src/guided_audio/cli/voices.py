"""`guided-audio voices`: which voices are on this machine, how one sounds, and how to get another."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guided_audio import engines
from guided_audio.cli import show, targets
from guided_audio.engines.model_files import broken_models
from guided_audio.engines.voices_folder import voices_folder
from guided_audio.errors import GuidedAudioError, MissingTool, Place, ProblemsFound, UsageError
from guided_audio.script import MOST_CHAPTERS
from guided_audio.speech import Voice

if TYPE_CHECKING:
    from guided_audio.installation import Offer


@click.group("voices", invoke_without_command=True)
@click.option("--language", default="", help="Only voices of this language, like en or en-GB.")
@click.option("--audition", metavar="VOICE", help="Make a short MP3 in which this voice speaks.")
@click.option("--out", default="output", show_default=True, metavar="DIR", help="Where that MP3 goes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(ctx: click.Context, *, language: str, audition: str | None, out: str, as_json: bool) -> None:
    """Show the voices on this machine, or listen to one."""
    if ctx.invoked_subcommand:
        return
    if audition:
        _audition(audition, language, out, as_json=as_json)
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
    for model, reason in broken_models(voices_folder()):
        click.echo(f"{model.name} cannot speak. {reason}", err=True)


def _audition(voice: str, language: str, out: str, *, as_json: bool) -> None:
    from guided_audio.audition import audition_voice  # noqa: PLC0415 - a list needs no sound
    from guided_audio.library import Library  # noqa: PLC0415 - likewise
    from guided_audio.speaking import Speaker  # noqa: PLC0415 - likewise
    from guided_audio.store import Store  # noqa: PLC0415 - likewise

    with Speaker(Store(targets.store_folder()), lanes=os.cpu_count() or 1) as speaker:
        file = audition_voice(voice, language or "en-GB", Path(out), Library(), speaker)
    show.made(file, as_json=as_json)


def _speaks(voice: Voice, language: str) -> bool:
    """Whether a voice is of a language, or of a part of it: `en` is spoken by one of `en-GB`."""
    spoken, asked = (tag.casefold().replace("_", "-") for tag in (voice.language, language))
    return not asked or f"{spoken}-".startswith(f"{asked}-")


def _voices() -> list[Voice]:
    """The voices of all engines that can speak here; of others, where to read why not."""
    found: list[Voice] = []
    silent: list[str] = []
    for name in engines.for_people():
        try:
            found += _voices_of(name)
        except MissingTool as error:
            if name == engines.DEFAULT_ENGINE:
                click.echo(f"{name}: {error}", err=True)
            else:
                silent.append(name)
        except ProblemsFound as error:
            click.echo(str(error), err=True)
        except GuidedAudioError as error:
            click.echo(f"{name}: {error}", err=True)
    if silent:
        click.echo(f"Not here: {', '.join(silent)}. `guided-audio doctor` says what each needs.", err=True)
    return found


def _data(voice: Voice) -> dict[str, str]:
    return {
        "voice": str(voice),
        "engine": voice.engine,
        "name": voice.name,
        "language": voice.language,
        "description": voice.description,
    }


@command.command("audition")
@click.argument("voice", nargs=-1)
@click.option(
    "--language", default="en-GB", show_default=True, help="Every voice of it, where none is named."
)
@click.option("--text-from", metavar="FILE|-", help="What they say: a line of text is a line here.")
@click.option("--out", default="output", show_default=True, metavar="DIR", help="Where the file goes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def audition(
    *, voice: tuple[str, ...], language: str, text_from: str | None, out: str, as_json: bool
) -> None:
    """Hear the same lines in several voices: one MP3 with a chapter for each.

    VOICE is a voice, or an engine for all its voices of the language. A voice that cannot speak here is named
    and left out.
    """
    from guided_audio.audition import audition_voices, require_for_voices  # noqa: PLC0415 - a list needs no sound
    from guided_audio.cli.batch import Hands  # noqa: PLC0415 - likewise
    from guided_audio.cli.summary import counted  # noqa: PLC0415 - likewise
    from guided_audio.library import Library  # noqa: PLC0415 - likewise
    from guided_audio.polish import OFF  # noqa: PLC0415 - likewise
    from guided_audio.speaking import CALIBRATION_LINES  # noqa: PLC0415 - likewise
    from guided_audio.units import PROJECT_RATE  # noqa: PLC0415 - likewise

    lines: Sequence[str] = CALIBRATION_LINES
    if text_from:
        placed = _lines(text_from)
        require_for_voices(placed, language)
        lines = [text for _, text in placed]
    voices, absent = _to_be_heard(voice, language)
    hands = Hands(Library(), os.cpu_count() or 1, OFF, PROJECT_RATE, quiet=as_json)
    with hands.workshop() as workshop:
        made = audition_voices(voices, lines, language, Path(out), workshop)
    left_out = {**absent, **made.left_out}
    for name, reason in left_out.items():
        click.echo(f"{name} is left out: {reason}", err=True)
    if as_json:
        show.document({"file": str(made.file), "voices": made.voices, "left_out": left_out})
    else:
        click.echo(f"{made.file}\n  {counted(len(made.voices), 'voice')}, a chapter for each")


def _to_be_heard(asked: Sequence[str], language: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """The voices that are meant, each once: those named, those of an engine that is named, or all.

    Engines without such a voice come beside them, each with the reason.

    Raises:
        UsageError: there is none of that language, or there are more than a file has chapters.
        MissingTool: none of the engines that are named has one.
    """
    found: list[str] = [] if asked else _of_language(_voices(), language)
    absent: dict[str, str] = {}
    for name in asked:
        if name not in engines.names():
            found.append(name)
            continue
        try:
            there = _of_language(_voices_of(name), language)
        except GuidedAudioError as error:
            absent[name] = str(error)
        else:
            found += there
            if not there:
                absent[name] = f"none of its voices speaks {language!r}."
    voices = tuple(dict.fromkeys(found))
    if not voices:
        if absent:
            reasons = " ".join(f"{name}: {reason}" for name, reason in absent.items())
            raise MissingTool(f"None of these can be heard here. {reasons}")
        raise UsageError(f"No voice here speaks {language!r}. `guided-audio voices` lists all.")
    if len(voices) >= MOST_CHAPTERS:
        raise UsageError(
            f"These are {len(voices)} voices, and a file has fewer than {MOST_CHAPTERS} chapters."
        )
    return voices, absent


def _of_language(voices: Sequence[Voice], language: str) -> list[str]:
    """Those that speak a language, or, where none does, those that speak it as it is spoken elsewhere."""
    wide = language.replace("_", "-").partition("-")[0]
    exact = [str(voice) for voice in voices if _speaks(voice, language)]
    return exact or [str(voice) for voice in voices if _speaks(voice, wide)]


def _voices_of(name: str) -> Sequence[Voice]:
    engine = engines.load(name)
    try:
        return engine.voices()
    finally:
        engine.close()


def _lines(source: str) -> list[tuple[Place, str]]:
    """The lines of a text with their places, without those that are empty.

    Raises:
        UsageError: there is none, or it cannot be read.
    """
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(f"The text cannot be read from {source}: {reason.lower()}.") from None
    numbered = enumerate(text.splitlines(), start=1)
    lines = [(Place(source, number), line.strip()) for number, line in numbered if line.strip()]
    if not lines:
        raise UsageError(f"There is no line in {source}.")
    return lines


@command.command("install")
@click.argument("voice", required=False, metavar="[NAME|FILE|URL]")
@click.option(
    "--sha256", "digests", multiple=True, metavar="HEX", help="Of the model; again for what goes with it."
)
@click.option("--language", default="", help="Refuse the voice if it does not speak this language.")
@click.option("--yes", is_flag=True, help="Agree to the licence that is shown.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def install_command(
    *, voice: str | None, digests: tuple[str, ...], language: str, yes: bool, as_json: bool
) -> None:
    """Get a natural voice: by its name here, from files of yours, or from an https address.

    Without a name it shows those it knows. This is the one command that uses the network, and only for a
    NAME or a URL.
    """
    from guided_audio.installation import (  # noqa: PLC0415 - only to install
        Wanted,
        find_wanted,
        install,
        read_offers,
    )

    offers = read_offers()
    if voice is None:
        _show_offers(offers, as_json=as_json)
        return
    offer = find_wanted(voice, offers, digests)
    _agree(offer, yes=yes)
    folder = voices_folder()
    with show.progress(offer.name, quiet=as_json) as report:
        voices = install(
            Wanted(offer, language), folder, lambda done, total: report("Fetching", done, total or done)
        )
    if as_json:
        show.document([_data(each) for each in voices])
    else:
        _say_what_came(offer, voices)


def _show_offers(offers: tuple[Offer, ...], *, as_json: bool) -> None:
    if as_json:
        keys = ("name", "engine", "language", "description", "licence", "page", "size")
        show.document([{key: getattr(offer, key) for key in keys} for offer in offers])
        return
    show.rows(
        [
            (offer.name, offer.language, f"{offer.size / 1e6:.0f} MB", offer.licence, offer.description)
            for offer in offers
        ]
    )


def _agree(offer: Offer, *, yes: bool) -> None:
    """Show where a voice is from and its licence, and ask."""
    size = f", {offer.size / 1e6:.0f} MB" if offer.size else ""
    click.echo(f"{offer.name}{size}, from {offer.page}\nLicence: {offer.licence}", err=True)
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("Nobody is here to agree to that licence; add --yes if you do.")
    click.confirm("Do you agree?", abort=True, err=True)


def _say_what_came(offer: Offer, voices: tuple[Voice, ...]) -> None:
    languages = ", ".join(dict.fromkeys(voice.language for voice in voices))
    many = f"{len(voices)} voices" if len(voices) > 1 else str(voices[0])
    click.echo(f"Installed {many}, for {languages}.")
    missing = engines.load(offer.engine).health()
    if missing:
        click.echo(missing, err=True)
