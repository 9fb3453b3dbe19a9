"""What `verify --publish` says: every limit of a place, and what only a person can check."""

from __future__ import annotations

import math
from pathlib import Path

import click

from guided_audio import publication
from guided_audio.cli import show
from guided_audio.errors import VerificationFailed
from guided_audio.publication import Publication, Standing, Verdict
from guided_audio.verify.published import measure

option = click.option(
    "--publish",
    metavar="PLACE",
    type=click.Choice(tuple(publication.PUBLICATIONS)),
    help=f"Also hold it against what a place asks for: {', '.join(publication.PUBLICATIONS)}.",
)
"""For commands that look at finished files."""

COVER = "cover.jpg"
"""The picture that lies beside the tracks of a series, and is published with them."""

_SIGNS = {
    Standing.CANNOT: ("cannot", "red"),
    Standing.ADVISED: ("note", "yellow"),
    Standing.UNKNOWN: ("?", "yellow"),
}


def report(file: Path, place: Publication, *, quiet: bool) -> list[dict[str, object]]:
    """Every limit of a place for one file, printed unless it is to be quiet, and as JSON data."""
    beside = file.parent / COVER
    try:
        found = publication.judge(place, measure(file, beside if beside.is_file() else None))
    except VerificationFailed as error:
        if not quiet:
            click.echo(f"  {show.mark(good=False)} {error}")
        return [{"name": place.name, "measured": str(error), "well": False, "value": None}]
    if not quiet:
        click.echo(f"  {place.title}:")
        for verdict in found:
            click.echo(f"  {_mark(verdict.standing)} {verdict.limit.name.value}: {verdict.sentence}")
    return [_data(place, verdict) for verdict in found]


def print_asks(place: Publication) -> None:
    """What a person is to check, and what the place does not say: once, after all files."""
    for heading, asks in (("For you to check", place.asks), ("Not known", place.unsaid)):
        if asks:
            click.echo(f"{heading}:")
        for ask in asks:
            click.echo(f"  {ask.text}")


def _data(place: Publication, verdict: Verdict) -> dict[str, object]:
    """A verdict as a check among the others, with what more there is to it."""
    limit, value = verdict.limit, verdict.measured
    return {
        "name": f"{place.name}: {limit.name.value}",
        "measured": verdict.sentence,
        "well": verdict.standing.well,
        "value": value if value is not None and math.isfinite(value) else None,  # JSON has no infinity
        "standing": verdict.standing.value,
        "unit": limit.unit,
        "lowest": limit.lowest,
        "highest": limit.highest,
        "firm": limit.firm,
        "source": limit.source,
    }


def _mark(standing: Standing) -> str:
    if standing not in _SIGNS:
        return show.mark(good=standing is Standing.MET)
    sign, colour = _SIGNS[standing]
    return click.style(sign, fg=colour) if show.coloured() else sign
