"""`guided-audio verify`: are finished files what their receipts say?"""

from __future__ import annotations

from pathlib import Path

import click

from guided_audio.blocks import Mono
from guided_audio.cli import show, targets
from guided_audio.errors import EngineFailure, ExitCode, VerificationFailed
from guided_audio.speaking import Speaker
from guided_audio.store import Store
from guided_audio.verify import Check, verify


@click.command("verify")
@click.argument("file", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, file: tuple[Path, ...], as_json: bool) -> int:
    """Measure finished files against their receipts.

    Each FILE is decoded and heard from beginning to end: length, loudness of the speech, true peak,
    pauses, whether every line is there, tags. Exit 1 when anything is off.
    """
    store = Store(targets.store_folder())
    results = {str(path): _checks(path, store, quiet=as_json) for path in file}
    if as_json:
        show.document({path: [_data(check) for check in checks] for path, checks in results.items()})
    well = all(check.well for checks in results.values() for check in checks)
    return ExitCode.DONE if well else ExitCode.PROBLEMS


def _checks(path: Path, store: Store, *, quiet: bool) -> list[Check]:
    with Speaker(store) as speaker:

        def clip_of(key: str) -> Mono | None:
            try:
                return speaker.clip(key)
            except EngineFailure:
                return None

        checks = []
        if not quiet:
            click.echo(str(path))
        try:
            for check in verify(path, store, clip_of):
                checks.append(check)
                if not quiet:
                    click.echo(f"  {show.mark(good=check.well)} {check.name}: {check.measured}")
        except VerificationFailed as error:
            checks.append(Check("receipt", str(error), well=False))
            if not quiet:
                click.echo(f"  {show.mark(good=False)} {error}")
        return checks


def _data(check: Check) -> dict[str, object]:
    return {"name": check.name, "measured": check.measured, "well": check.well, "value": check.value}
