"""What a recipe says, as values: a bed is layers, a bell is partials, a breath is layers in and out."""

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

    `rising` is by how much of its pitch a drop glides up, as a bubble does when it closes. A drop may
    be `pulses` such tones in a row, `apart` seconds from one to the next, as a cricket's call is.
    """

    rate: float
    lowest: float
    highest: float
    decay: float
    level: float = 0.0
    width: float = 0.5
    rising: float = 0.0
    attack: float = 0.003
    pulses: int = 1
    apart: float = 0.03
    movement: Movement | None = None
    swell: Swell | None = None


@dataclass(frozen=True, slots=True)
class Tones:
    """One of these pitches at a time, each melting into the next over `fade` seconds.

    One lasts `shortest` to `longest` seconds. `overtones` is how many decibels the octave above each
    pitch is under it, and the twelfth under the octave; nothing leaves the pitches pure.
    """

    pitches: tuple[float, ...]
    shortest: float
    longest: float
    fade: float
    overtones: float | None = None
    level: float = 0.0
    width: float = 0.5
    movement: Movement | None = None
    swell: Swell | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """Another bed as a layer of this one, with its own seed."""

    recipe: BedRecipe
    level: float = 0.0
    movement: Movement | None = None
    swell: Swell | None = None


Layer = Noise | Drops | Tones | Use


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


@dataclass(frozen=True, slots=True)
class BreathRecipe:
    """A breath: what is heard while it comes in, and what while it goes out."""

    title: str
    description: str
    seed: int
    inward: tuple[Layer, ...]
    outward: tuple[Layer, ...]


Recipe = BedRecipe | BellRecipe | BreathRecipe
