"""Whose recordings are used: `--takes DIR` and `--missing voice|stop`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from guided_audio.plan import Plan
from guided_audio.takes import Missing, TakesWish

Command = TypeVar("Command", bound=Callable[..., object])


def option(command: Command) -> Command:
    """Both options."""
    folder = click.option(
        "--takes",
        default="",
        metavar="DIR",
        help="Your own recordings of its lines, `none` for none. Default: takes/NAME beside it; see `takes`.",
    )
    missing = click.option(
        "--missing",
        type=click.Choice([*map(str, Missing)]),
        default=Missing.VOICE.value,
        show_default=True,
        help="A line that you did not record: the voice says it, or nothing is made.",
    )
    return folder(missing(command))


def wish(takes: str, missing: str) -> TakesWish:
    """What was asked for."""
    return TakesWish(takes, Missing(missing))


def tell(planned: Plan) -> None:
    """Say what there is to know of voices and recordings, beside what was asked for."""
    for note in (*planned.cast.notes, *planned.recorded.notes):
        click.echo(note, err=True)
