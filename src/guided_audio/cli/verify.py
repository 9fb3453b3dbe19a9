"""`guided-audio verify`: are finished files what their receipts say?"""

from __future__ import annotations

from pathlib import Path

import click

from guided_audio import publication, tags
from guided_audio import receipt as receipts
from guided_audio.cli import pictures, publishing, show, targets
from guided_audio.delivery.looking_over import files_check, place_at
from guided_audio.errors import EngineFailure, ExitCode, StoreFailure, UsageError, VerificationFailed
from guided_audio.listening import LevelCurve
from guided_audio.picture.measured import Names, draw_verification
from guided_audio.speaking import Speaker
from guided_audio.store import Store
from guided_audio.verify import Check, ClipOf, KnownClip, Notes, verify


@click.command("verify")
@click.argument("file", nargs=-1, required=True, type=click.Path(path_type=Path))
@pictures.option
@publishing.option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, file: tuple[Path, ...], picture: Path | None, publish: str | None, as_json: bool) -> int:
    """Measure finished files against their receipts.

    Each FILE is decoded and heard from beginning to end: length, loudness of the speech and of its
    lines, true peak, pauses, the bed at both its levels, every join, whether every line is there,
    tags. A folder stands for the series in it, all of its files included. With --publish each is also
    held against what a place asks for, and needs no receipt for that. Exit 1 when anything is off.
    """
    file, folders = _recordings(file, quiet=as_json)
    if picture and len(file) > 1:
        raise UsageError("A picture shows one file: verify one at a time with --picture.")
    store = _store()
    notes = Notes(LevelCurve()) if picture else None
    place = publication.named(publish) if publish else None
    results: dict[str, list[Check]] = dict(folders)
    asked: dict[str, list[dict[str, object]]] = {}
    for path in file:
        known = place is None or any(paper.is_file() for paper in receipts.places(path))
        results[str(path)] = _checks(path, store, notes, known=known, quiet=as_json)
        asked[str(path)] = publishing.report(path, place, quiet=as_json) if place else []
    if as_json:
        show.document({path: [*map(_data, checks), *asked.get(path, ())] for path, checks in results.items()})
    elif place:
        publishing.print_asks(place)
    if picture and notes and notes.receipt:
        drawn = draw_verification(notes, results[str(file[0])], _names(file[0]))
        pictures.write(picture, drawn, quiet=as_json)
    well = all(check.well for checks in results.values() for check in checks)
    well = well and all(check["well"] for checks in asked.values() for check in checks)
    return ExitCode.DONE if well else ExitCode.PROBLEMS


def _recordings(files: tuple[Path, ...], *, quiet: bool) -> tuple[tuple[Path, ...], dict[str, list[Check]]]:
    """The recordings that are meant, and what there is to say of the folders among them."""
    recordings: list[Path] = []
    folders: dict[str, list[Check]] = {}
    for path in files:
        place = place_at(path) if path.is_dir() else None
        manifest = place and place.manifest
        if not (place and manifest):
            recordings.append(path)
            continue
        check = files_check(place, manifest)
        folders[str(path)] = [check]
        recordings += [place.at(track.audio) for track in manifest.tracks]
        if not quiet:
            click.echo(str(path))
            _print(check)
    return tuple(recordings), folders


def _print(check: Check) -> None:
    click.echo(f"  {show.mark(good=check.well)} {check.name}: {check.measured}")


def _names(file: Path) -> Names:
    """What the tag of a file calls it; the file's own name where there is no tag."""
    track = tags.read(file)
    if track is None:
        return Names(file.stem, ())
    return Names(track.title or file.stem, tuple(chapter.title for chapter in track.chapters))


def _store() -> Store | None:
    """The store of this machine; where it cannot be used, a file is measured without it."""
    try:
        return Store(targets.store_folder())
    except StoreFailure as error:
        click.echo(f"{error} Pauses and tags are not compared.", err=True)
        return None


def _clips(store: Store | None) -> ClipOf:
    if store is None:
        return lambda _key, _rate: None

    def clip_of(key: str, rate: int) -> KnownClip | None:
        speaker = Speaker(store, rate=rate)
        try:
            speech = speaker.speech(key)
        except EngineFailure:
            return None
        return KnownClip(speaker.clip_of(speech), speech.rate)

    return clip_of


def _checks(path: Path, store: Store | None, notes: Notes | None, *, known: bool, quiet: bool) -> list[Check]:
    """Everything that is measured against the receipt; nothing where none is known."""
    checks: list[Check] = []
    if not quiet:
        click.echo(str(path))
    if not known:
        return checks
    try:
        for check in verify(path, store, _clips(store), notes):
            checks.append(check)
            if not quiet:
                _print(check)
    except VerificationFailed as error:
        checks.append(Check("receipt", str(error), well=False))
        if not quiet:
            click.echo(f"  {show.mark(good=False)} {error}")
    return checks


def _data(check: Check) -> dict[str, object]:
    return {"name": check.name, "measured": check.measured, "well": check.well, "value": check.value}
