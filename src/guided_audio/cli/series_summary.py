"""The summary of a finished series: for a person in a few calm lines, for a program as data."""

from __future__ import annotations

import click

from guided_audio.cli.summary import counted
from guided_audio.delivery import Delivered
from guided_audio.delivery.bundle import MAIL, Sizes


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


def data(delivered: Delivered) -> dict[str, object]:
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
