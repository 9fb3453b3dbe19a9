"""The running order: what a series is for one listener, track by track, before anything is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from guided_audio import naming
from guided_audio.errors import ProblemsFound
from guided_audio.plan import Options
from guided_audio.script import Script
from guided_audio.series import Series, Track, missing_acknowledgements


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked for a series beside its file.

    `options` holds for every track that says nothing else itself. `discreet` is for people whose devices
    are looked at by others: see `delivery.discretion`. `feed` is the address the folder will have on the
    web, empty for none; `region` whose helplines the notes carry, where the series is not to say it.
    """

    options: Options = field(default_factory=Options)
    discreet: bool = False
    feed: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One track as it is to be made: the edition with its place in the album, and where it goes."""

    number: int
    script: Script
    options: Options
    stem: str
    week: int | None


@dataclass(frozen=True, slots=True)
class RunningOrder:
    """All of a series that is to be made. `folder` is the name of its folder."""

    series: Series
    wishes: Wishes
    items: tuple[Item, ...]
    folder: str

    @property
    def scripts(self) -> tuple[Script, ...]:
        """Their editions."""
        return tuple(item.script for item in self.items)


PLAIN_NAME = "audio"
"""What a discreet series and its tracks are called in the names of files."""


def running_order(series: Series, wishes: Wishes) -> RunningOrder:
    """The tracks of a series with what was asked for.

    What a track says for itself in `series.yaml` stands; what it leaves open is taken from the wishes.

    Raises:
        ProblemsFound: a level is not acknowledged, neither there nor by the wishes.
    """
    acknowledged = [_acknowledged(track, wishes.options) for track in series.tracks]
    missing = missing_acknowledgements(replace(series, tracks=tuple(acknowledged)))
    if missing:
        raise ProblemsFound(missing)
    items = tuple(_item(track, series, wishes) for track in acknowledged)
    name = PLAIN_NAME if wishes.discreet else naming.folder_name(series.title, series.name)
    return RunningOrder(series, wishes, items, name)


def _acknowledged(track: Track, options: Options) -> Track:
    return replace(
        track, agreed=track.agreed or options.agreed, follow_up=track.follow_up or options.follow_up
    )


def _item(track: Track, series: Series, wishes: Wishes) -> Item:
    options = wishes.options
    chosen = {**_own(options.chosen, track.script), **track.chosen}
    length = track.length if track.length is not None else options.length
    edition = track.script.edition(length, chosen)
    many = len(series.tracks)
    script = replace(
        edition,
        title=track.title or edition.title,
        album=series.album,
        artist=series.artist or edition.artist,
        track=f"{track.number}/{many}",
    )
    own = replace(options, length=length, chosen=chosen, agreed=track.agreed, follow_up=track.follow_up)
    title = PLAIN_NAME if wishes.discreet else track.title or track.script.title
    stem = naming.track_stem(track.number, many, title, track.script.path.stem)
    return Item(track.number, script, own, stem, track.week)


def _own(chosen: Mapping[str, str], script: Script) -> Mapping[str, str]:
    return {name: branch for name, branch in chosen.items() if name in script.choices}
