"""Building series from the command line: what is to be in the folder, and what to say of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from guided_audio.build import Workshop
from guided_audio.cli import show, targets
from guided_audio.cli.asked import Asked
from guided_audio.cli.batch import Batch
from guided_audio.delivery import Delivered, RunningOrder, Wishes, deliver, running_order
from guided_audio.delivery.bundle import Bundle, bundle
from guided_audio.delivery.staging import is_paper
from guided_audio.delivery.track_files import sheet_for
from guided_audio.errors import GuidedAudioError, ProblemsFound, Refused, UsageError
from guided_audio.helplines import BESIDE
from guided_audio.library import Library
from guided_audio.plan import Options
from guided_audio.reader.series import read_series
from guided_audio.script import Script
from guided_audio.series import Series


def readable(found: Sequence[targets.Target], library: Library, batch: Batch) -> list[Series]:
    """The series that can be read; the problems of the others are in the batch."""
    series = []
    for target in found:
        reading = read_series(target.file, library, target.shown)
        if reading.series is None:
            batch.failures.append(ProblemsFound(reading.problems))
        else:
            series.append(reading.series)
            batch.notes += map(str, reading.notes)
    return series


def editions(series: Series, asked: Asked, branches: Mapping[str, str]) -> list[Script]:
    """Its scripts as they will be built."""
    return [
        track.script.edition(
            track.length if track.length is not None else asked["length"], {**branches, **track.chosen}
        )
        for track in series.tracks
    ]


def build_all(
    every: Sequence[Series], asked: Asked, options: Options, workshop: Workshop, batch: Batch
) -> None:
    """Build each series into its folder, and pack it where that is asked for."""
    password = _password(asked)
    for order in _with_own_folders(every, _wishes(asked, options), batch):
        try:
            with show.progress(order.series.name, quiet=asked["as_json"]) as progress:
                delivered = deliver(order, Path(asked["out"]), workshop, progress, prune=asked["prune"])
            if delivered.in_place and (asked["as_zip"] or password):
                delivered = replace(delivered, bundle=_packed(delivered, password))
        except GuidedAudioError as error:
            batch.failures.append(error)
        else:
            batch.series.append(delivered)
            batch.failures += delivered.failures
            batch.notes += delivered.notes
            batch.notes += _helplines(order)


def _wishes(asked: Asked, options: Options) -> Wishes:
    return Wishes(options, discreet=asked["discreet"], feed=asked["feed"], region=asked["region"])


def _with_own_folders(every: Sequence[Series], wishes: Wishes, batch: Batch) -> list[RunningOrder]:
    """What is to be made of each; two series that would share a folder are refused, not mixed."""
    orders: dict[str, RunningOrder] = {}
    for series in every:
        try:
            order = running_order(series, wishes)
        except ProblemsFound as problems:
            batch.failures.append(problems)
            continue
        other = orders.setdefault(order.folder, order)
        if other is not order:
            batch.failures.append(
                Refused(
                    f"{other.series.path} and {series.path} would both become the folder {order.folder}: "
                    "build them one by one, each with its own --out."
                )
            )
    return list(orders.values())


def _packed(delivered: Delivered, password: str) -> Bundle:
    names = delivered.manifest.belonging if delivered.manifest else {}
    given = [name for name in names if not is_paper(name)]
    file = delivered.folder.with_name(f"{delivered.folder.name}.zip")
    return bundle(delivered.folder, given, file, password)


def _password(asked: Asked) -> str:
    """The password of a bundle: read from a file, or asked for; empty where none is wanted.

    Raises:
        UsageError: there is none in the file, or nobody to ask.
    """
    source = asked["password_from"]
    if source:
        try:
            text = sys.stdin.readline() if source == "-" else Path(source).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise UsageError(f"The password cannot be read from {source}: {reason.lower()}.") from None
        if not text.strip("\r\n"):
            raise UsageError(f"There is no password in {source}: it is the first line.")
        return text.splitlines()[0]
    if not asked["encrypt"]:
        return ""
    if not sys.stdin.isatty():
        raise UsageError("There is nobody here to ask for a password. Name a file with --password-from.")
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return answer


def _helplines(order: RunningOrder) -> list[str]:
    """What to know of the lines for help on the notes that go with it."""
    if order.wishes.discreet:
        return ["There are no notes in a discreet series, and so no lines for help: give them by hand."]
    sheets = [sheet_for(item, order) for item in order.items]
    unchecked = {line for sheet in sheets for line in sheet.unchecked}
    if any(sheet.region is None for sheet in sheets):
        return ["There are no lines for help on the notes. Name a region with --region."]
    if unchecked:
        return [
            f"{len(unchecked)} lines for help on the notes are not checked by us. Please ring them before "
            f"you give this out, and note the day in a file of your own, {BESIDE}/REGION.yaml beside the "
            "scripts."
        ]
    return []
