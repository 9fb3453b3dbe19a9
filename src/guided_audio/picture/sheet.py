"""The sheet: what a picture consists of before it is painted. Shapes, texts, and where each of them stands.

A picture is decided here, in boxes, and painted elsewhere: so a test can ask whether two texts lie
on one another without looking at a pixel. All lengths are pixels from the upper left corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from guided_audio.picture.lettering import Face

WIDTH = 1600
MARGIN = 60
RIGHT = WIDTH - MARGIN

PAPER = "#fcfaf6"
INK = "#2a2342"
MUTED = "#655d78"
HAIR = "#d9d2dd"
FAINT = "#ece7ec"
VOICES = ("#5a4489", "#22647c", "#8a3a68")
CUE = "#2c7d78"
BELL = "#b3701a"
BED = "#d5e3e2"
BEDS = (BED, "#e6e1cd", "#dde0ee")
CHAPTERS = ("#e7e0f3", "#f8e8d2", "#dceee6", "#f6dfe4", "#dfe8f6")
PLANNED = "#ebe5f4"
QUIET = "#a9c1c3"
WARM = "#bb3a1b"
WARM_TINT = "#fae3da"
WELL = "#1f6b57"
"""The plum, harbour and rose of the covers, on paper. Texts keep 4.5:1 to what they stand on."""

CORNERS = (True, True, True, True)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    def meets(self, other: Box) -> bool:
        """Whether some of the one lies on the other."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Block:
    """A filled rectangle; `corners` are round where true, from the upper left one clockwise."""

    box: Box
    colour: str
    radius: float = 0.0
    corners: tuple[bool, bool, bool, bool] = CORNERS
    role: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A filled shape between its corners."""

    corners: tuple[tuple[float, float], ...]
    colour: str
    role: str = ""

    @property
    def box(self) -> Box:
        """The rectangle around it."""
        across, down = [x for x, _ in self.corners], [y for _, y in self.corners]
        return Box(min(across), min(down), max(across), max(down))


@dataclass(frozen=True, slots=True)
class Ink:
    """How a kind of text is written, and the colour of what it stands on."""

    role: str
    size: int
    colour: str = INK
    ground: str = PAPER


@dataclass(frozen=True, slots=True)
class Label:
    """A text in its place."""

    text: str
    box: Box
    ink: Ink


@dataclass(slots=True)
class Sheet:
    """A sheet that is being filled, from top to bottom: `height` is as far as anything reaches."""

    face: Face
    height: float = 0.0
    shapes: list[Block | Area] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def block(self, box: Box, colour: str, radius: float = 0.0, role: str = "") -> None:
        """Put down a rectangle."""
        self.put(Block(box, colour, radius, CORNERS, role))

    def area(self, corners: Sequence[tuple[float, float]], colour: str, role: str = "") -> None:
        """Put down a shape."""
        self.put(Area(tuple(corners), colour, role))

    def put(self, shape: Block | Area) -> None:
        """Put down a shape that was made before."""
        self.shapes.append(shape)
        self.height = max(self.height, shape.box.bottom)

    def diamond(self, x: float, y: float, reach: float) -> None:
        """The mark of a bell around a point."""
        self.area([(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)], BELL, "bell")

    def measure(self, text: str, left: float, top: float, ink: Ink) -> Label:
        """The text as it would stand there, not put down yet."""
        box = Box(left, top, left + self.face.width(text, ink.size), top + self.face.height(ink.size))
        return Label(text, box, ink)

    def write(self, text: str, left: float, top: float, ink: Ink) -> Box:
        """Put down a text; gives its box."""
        label = self.measure(text, left, top, ink)
        if text:
            self.labels.append(label)
            self.height = max(self.height, label.box.bottom)
        return label.box

    def write_around(self, text: str, middle: float, top: float, ink: Ink) -> Box:
        """Put down a text with its middle there, or as near as the sheet allows."""
        width = self.face.width(text, ink.size)
        return self.write(text, min(max(middle - width / 2, 4), WIDTH - 4 - width), top, ink)
