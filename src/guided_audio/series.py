"""The model of a series: scripts in an order, each with the settings it is to be built with.

A series names scripts and holds none of their words. `reader.series` makes it from a `series.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guided_audio.errors import Place, Problem
from guided_audio.script import Level, Script
from guided_audio.units import Seconds


@dataclass(frozen=True, slots=True)
class Track:
    """One script of a series.

    `place` is where the series names it, `number` its place among the tracks, from 1. `chosen` has the
    branches to take, by the names of their choices; `title` stands in place of the script's own where it
    is not empty. `agreed` and `follow_up` acknowledge the levels of those names.
    """

    place: Place
    script: Script
    number: int
    length: Seconds | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    week: int | None = None
    agreed: bool = False
    follow_up: bool = False

    @property
    def name(self) -> str:
        """What the series calls its script."""
        return self.script.path.stem

    @property
    def acknowledged(self) -> bool:
        """Whether its script is for everyone, or the series says that this client may have it."""
        return self.script.level.is_acknowledged(agreed=self.agreed, follow_up=self.follow_up)


@dataclass(frozen=True, slots=True)
class Series:
    """Tracks in the order they are to be heard.

    `weeks` says what each week is for, from the first one on; `region` whose helplines the notes carry.
    `number` is its place among the series beside it.
    """

    path: Path
    title: str
    tracks: tuple[Track, ...]
    purpose: str = ""
    album: str = ""
    artist: str = ""
    artwork: Path | None = None
    region: str = ""
    weeks: tuple[str, ...] = ()
    number: int | None = None

    @property
    def name(self) -> str:
        """What its folder is called."""
        return self.path.parent.name


def missing_acknowledgements(series: Series) -> tuple[Problem, ...]:
    """What stands against building a series for a client.

    A series that is handed out as a template is right without acknowledgements, so that reading one
    does not ask for them.
    """
    return tuple(_missing(series))


def _missing(series: Series) -> Iterator[Problem]:
    for track in series.tracks:
        if not track.acknowledged:
            level = track.script.level
            yield Problem(track.place, f"`{track.name}` is of level `{level}`.", _REMEDIES[level])


_REMEDIES = {
    Level.AGREED: "Once your client has practised it with you, write `agreed: true` beside its `script`.",
    Level.FOLLOW_UP: "If it goes on from your work in session, write `follow-up: true` beside its `script`.",
}
