"""How much memory a build has at its most, all its children counted, and whether more minutes need more."""

from __future__ import annotations

from collections.abc import Iterator

import material
import tree
from desk import Desk
from table import Row, interleaved, ratios, spread

ROUNDS = 3


def rows(desk: Desk) -> Iterator[Row]:
    """A short build and a long one, every line spoken and no chunk stored."""
    short, long = (2.0, 6.0) if desk.quick else (20.0, 180.0)
    builds = {minutes: desk.build(material.script(minutes, desk.folder)) for minutes in (short, long)}
    names = {minutes: f"peak memory of the process tree, {minutes:g} min" for minutes in builds}
    for build in builds.values():
        tree.timed(build)
    jobs = {
        names[short]: lambda: _most(desk, builds[short]),
        names[long]: lambda: _most(desk, builds[long]),
    }
    took = interleaved(jobs, desk.rounds(ROUNDS))
    for minutes, asked in ((short, "-"), (long, "200 MB")):
        yield Row(names[minutes], "PSS, every 50 ms", asked, spread(took[names[minutes]], "MB", 0))
    grown = ratios(took[names[long]], took[names[short]])
    yield Row(names[long], f"the same, {short:g} min", "1.10 x", spread(grown))


def _most(desk: Desk, build: list[str]) -> float:
    desk.forget_sound()
    return tree.watched(build).megabytes
