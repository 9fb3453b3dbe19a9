"""What a track is made of: all that decides its files, as one key. The same key, the same bytes.

So a build knows without speaking or mixing anything which tracks are as they would be made again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields, is_dataclass, replace
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path

from guided_audio import ffmpeg
from guided_audio.build import Workshop
from guided_audio.build.ownership import filled_id
from guided_audio.delivery.running_order import Item, RunningOrder
from guided_audio.notes.region import region_for
from guided_audio.plan import find_cast
from guided_audio.render import identity
from guided_audio.script import shown_values
from guided_audio.takes.recorded import fingerprint

Plain = None | bool | int | float | str | Sequence["Plain"]


def track_key(item: Item, order: RunningOrder, workshop: Workshop) -> str:
    """The key of a track.

    Raises:
        ProblemsFound, MissingTool: a voice it names is not here.
    """
    speaker, store = workshop.speaker, workshop.store
    cast = find_cast(item.script, item.options.voice, speaker)
    voices = {"": cast.default, **cast.named}
    described: list[Plain] = [
        _plain(item.script),
        item.script.path.stem,
        item.stem,
        item.week,
        filled_id(item.script, item.options, store),
        [[name, speaker.fingerprint(voice)] for name, voice in sorted(voices.items())],
        _asked(item),
        _takes(item, workshop),
        [speaker.rate, *map(str, astuple(speaker.chain))],
        [order.wishes.discreet, bool(order.wishes.feed), _picture(order)],
        _lines_for_help(item, order),
        list(_program()),
    ]
    return store.key("track", json.dumps(described))


def series_key(order: RunningOrder, tracks: Mapping[int, str], workshop: Workshop) -> str:
    """The key of what is made of a series as a whole: its page, playlists, and the like."""
    series, wishes = order.series, order.wishes
    titles = [series.title, series.purpose, series.album, series.artist, *series.weeks]
    asked = [wishes.discreet, wishes.feed, order.folder, _picture(order)]
    keys = [[number, key] for number, key in sorted(tracks.items())]
    asked.append(os.environ.get("SOURCE_DATE_EPOCH", ""))
    return workshop.store.key("series", json.dumps([titles, asked, keys, list(_program())]))


def series_owner(order: RunningOrder, workshop: Workshop) -> tuple[str, str, str]:
    """Keyed hashes of which series it is and what its slots are filled with, and that of the store's secret.

    A series that comes with the program is known by its name, one of the user's own by its place: two
    clients may have one of the same name.
    """
    store, path = workshop.store, order.series.path
    built_in = path.is_relative_to(workshop.library.scripts)
    name = order.series.name if built_in else str(path.resolve())
    filled = [filled_id(item.script, item.options, store) for item in order.items]
    return store.key("series owner", name), store.key("filled", *sorted(set(filled))), store.key("secret")


def _asked(item: Item) -> list[Plain]:
    """What else is asked for; what fills slots is in a hash of its own, and `overwrite` decides nothing."""
    asked = replace(item.options, values={}, overwrite=False)
    return [[each.name, _plain(getattr(asked, each.name))] for each in fields(asked)]


def _takes(item: Item, workshop: Workshop) -> list[Plain]:
    """What a person recorded of it: a take that changed, or came or went, makes the track be made anew."""
    values = shown_values(item.script) | dict(item.options.values)
    return [*fingerprint(item.script, item.options.takes, values, workshop.store, workshop.library)]


def _lines_for_help(item: Item, order: RunningOrder) -> Plain:
    """What the notes say of whom to call, and whether that has been tried lately."""
    if order.wishes.discreet:
        return None
    region = region_for(item.script, order.wishes.region or order.series.region)
    today = date.today()
    tried = [line.is_checked(today) for line in region.lines] if region else []
    return [_plain(region), tried]


def _picture(order: RunningOrder) -> str:
    artwork = order.series.artwork
    return _file(artwork) if artwork else ""


def _plain(value: object) -> Plain:
    """A value without its places in files, and sounds as what they hold: a moved script stays itself."""
    match value:
        case None | bool() | int() | float() | str():
            plain: Plain = value
        case Path():
            plain = _file(value)
        case Mapping():
            plain = [[str(key), _plain(inner)] for key, inner in value.items()]
        case tuple() | list():
            plain = [_plain(inner) for inner in value]
        case _ if is_dataclass(value):
            kept = (getattr(value, field.name) for field in fields(value) if field.name not in _PLACES)
            plain = [type(value).__name__, *map(_plain, kept)]
        case _:
            raise TypeError(f"a script holds a {type(value).__name__}, which no key can tell apart")
    return plain


_PLACES = {"path", "places", "place"}
"""Fields that say where something stands."""


@cache
def _file(file: Path) -> str:
    return identity(file)


@cache
def _program() -> tuple[str, ...]:
    """What turns all that into files: our own code and data, and what it calls.

    A change to any of it makes every track be made again, of pieces that are kept for the most part.
    """
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for file in sorted(package.rglob("*")):
        if file.is_file() and file.suffix in _CODE and "builtin" not in file.parts:
            digest.update(str(file.relative_to(package)).encode() + file.read_bytes())
    return digest.hexdigest(), ffmpeg.version(), *map(version, ("numpy", "soxr", "mutagen", "Pillow"))


_CODE = {".py", ".html", ".css", ".js", ".yaml", ".json"}
