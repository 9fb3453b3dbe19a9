"""Painting: a sheet becomes a PNG, the same bytes every time.

Everything is painted four times too large, a strip at a time, and brought down to size: edges are
smooth, and letters stand where they should, not at the nearest pixel.
"""

from __future__ import annotations

import math
from io import BytesIO
from typing import TYPE_CHECKING

from guided_audio.picture.lettering import FINE
from guided_audio.picture.sheet import MARGIN, PAPER, WIDTH, Area, Block, Sheet

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

_STRIP = 256  # pixels
_DPI = 160  # ten inches wide on paper


def paint(sheet: Sheet) -> bytes:
    """The sheet as a PNG."""
    from PIL import Image  # noqa: PLC0415 - only who draws needs it

    height = math.ceil(sheet.height) + MARGIN
    picture = Image.new("RGB", (WIDTH, height), PAPER)
    for top in range(0, height, _STRIP):
        picture.paste(_strip(sheet, top), (0, top))
    out = BytesIO()
    picture.save(out, "PNG", dpi=(_DPI, _DPI))
    return out.getvalue()


def _strip(sheet: Sheet, top: int) -> Image:
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only who draws needs it

    strip = Image.new("RGB", (WIDTH * FINE, _STRIP * FINE), PAPER)
    pen = ImageDraw.Draw(strip)
    for shape in sheet.shapes:
        if shape.box.bottom > top and shape.box.top < top + _STRIP:
            _draw(pen, shape, top)
    for label in sheet.labels:
        if label.box.bottom > top and label.box.top < top + _STRIP:
            place = (round(label.box.left * FINE), round((label.box.top - top) * FINE))
            pen.text(place, label.text, label.ink.colour, sheet.face.font(label.ink.size), anchor="la")
    return strip.reduce(FINE)


def _draw(pen: ImageDraw, shape: Block | Area, top: int) -> None:
    if isinstance(shape, Area):
        pen.polygon([(x * FINE, (y - top) * FINE) for x, y in shape.corners], shape.colour)
        return
    left, right = round(shape.box.left * FINE), round(shape.box.right * FINE) - 1
    above, below = round((shape.box.top - top) * FINE), round((shape.box.bottom - top) * FINE) - 1
    if right < left or below < above:
        return
    most = min(right - left, below - above) // 2 - 1  # with half of it or more Pillow fails at mixed corners
    radius = max(min(round(shape.radius * FINE), most), 0)
    pen.rounded_rectangle((left, above, right, below), radius, shape.colour, corners=shape.corners)
