"""What a recipe says, as values: a bed is layers of noise and drops, a bell is partials."""

from __future__ import annotations

from dataclasses import dataclass

Spectrum = tuple[tuple[float, float], ...]
"""How loud a noise is at which pitch: points of (hertz, decibels), pitches rising."""


@dataclass(frozen=True, slots=True)
class Movement:
    """A level that wanders without a pattern, by `depth` dB in all, turning about every so many seconds."""

    every: float
    depth: float


@dataclass(frozen=True, slots=True)
class Swell:
    """Waves: one every `shortest` to `longest` seconds, from `depth` dB below its crest, up and down again.

    `after` lets one layer follow another: the foam comes when the wave has broken. Layers with the
    same `shortest` and `longest` move with the same waves.
    """

    shortest: float
    longest: float
    rise: float
    fall: float
    depth: float
    after: float = 0.0

    @property
    def period(self) -> float:
        """Seconds from wave to wave, on average."""
        return (self.shortest + self.longest) / 2


@dataclass(frozen=True, slots=True)
class Noise:
    """Steady noise of a given spectrum."""

    spectrum: Spectrum
    level: float = 0.0
    width: float = 0.5
    movement: Movement | None = None
    swell: Swell | None = None


@dataclass(frozen=True, slots=True)
class Drops:
    """Small round sounds at random moments: `rate` a second, each a short tone of falling strength.

    `rising` is by how much of its pitch a drop glides up, as a bubble does when it closes.
    """

    rate: float
    lowest: float
    highest: float
    decay: float
    level: float = 0.0
    width: float = 0.5
    rising: float = 0.0
    movement: Movement | None = None
    swell: Swell | None = None


Layer = Noise | Drops


@dataclass(frozen=True, slots=True)
class BedRecipe:
    """A bed. The seed decides every sample of it."""

    title: str
    description: str
    seed: int
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class Partial:
    """One tone of a bell: hertz, decibels, seconds until it is 60 dB down, beats a second."""

    pitch: float
    level: float
    decay: float
    beat: float = 0.0


@dataclass(frozen=True, slots=True)
class BellRecipe:
    """A bell: what rings, how softly it is struck, and how long it is until silence (seconds)."""

    title: str
    description: str
    seed: int
    strike: float
    length: float
    partials: tuple[Partial, ...]


Recipe = BedRecipe | BellRecipe
