"""The therapist's own picture as a cover: a plain square JPEG that every player shows.

Whatever else was in the file stays behind: where and when the picture was taken, with what, and who
is in it. Its size is judged by its header before a decoder sees it (`image_header`).
"""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from guided_audio.image_header import contents, header_of

if TYPE_CHECKING:
    from PIL.Image import Image

EMBEDDED, EMBEDDED_LIMIT = 800, 150_000
"""Pixels each way and bytes of a cover inside a track: car units take no more of either."""

BESIDE, BESIDE_LIMIT = 1400, 500_000
"""Of the cover beside the tracks: what podcast directories ask for at least."""

_QUALITIES = (90, 84, 78, 70, 60, 50, 40)
_SHRINK, _SMALLEST = 0.8, 64  # where no quality is low enough
_ORIENTATION = 0x0112  # in EXIF
_WHITE = (255, 255, 255)
_DAMAGED = "This picture cannot be opened: it is damaged or not complete. Save it once more as JPEG or PNG."


def album_cover(picture: Path, side: int, limit: int) -> bytes:
    """A picture as a square baseline JPEG in sRGB, of at most `side` pixels each way and `limit` bytes.

    It is cut to its middle and turned the way it was taken; a smaller one is not blown up. What is
    transparent becomes white, and nothing of its metadata is left. Quality goes down until it fits, and
    then its size.

    Raises:
        ValueError: one or two sentences on why it will not do, with what to do.
    """
    data = contents(picture)
    header_of(data)
    return _fitting(_square(data, side), limit)


def _square(data: bytes, side: int) -> Image:
    """The middle of a picture, the right way up, in sRGB, without metadata."""
    from PIL import Image as images  # noqa: PLC0415, N813 - only a build opens pictures

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its metadata, which nobody is going to see
        try:
            with images.open(BytesIO(data), formats=("JPEG", "PNG", "MPO")) as image:
                image.draft(None, (2 * side, 2 * side))  # of a JPEG: decoded at a part of its size
                image.load()
                profile, turned = image.info.get("icc_profile"), _orientation(image)
                small = _reduced(_eight_bits(image), side)
        except (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, MemoryError):
            raise ValueError(_DAMAGED) from None  # Pillow tells of bad pictures in all of these ways
    upright = small.transpose(images.Transpose(turned)) if turned is not None else small
    return _on_white(upright, profile)


def _orientation(image: Image) -> int | None:
    """How a picture must be turned to stand upright; EXIF that is broken asks for nothing."""
    from PIL.Image import Transpose  # noqa: PLC0415

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    try:
        return turns.get(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # whatever is wrong with it, the picture itself was read
        return None


def _eight_bits(image: Image) -> Image:
    """A picture in a mode that can be made smaller: 8 bits a channel, no palette."""
    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off instead of scaling
        import numpy as np  # noqa: PLC0415
        from PIL import Image as images  # noqa: PLC0415, N813

        return images.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ("P", "PA", "La", "RGBa") or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.convert("L") if image.mode == "1" else image


def _reduced(image: Image, side: int) -> Image:
    """The middle square at its final size."""
    from PIL.Image import Resampling  # noqa: PLC0415

    square = min(image.size)
    left, top = (image.width - square) // 2, (image.height - square) // 2
    size = min(side, square)
    box = (left, top, left + square, top + square)
    return image.resize((size, size), Resampling.LANCZOS, box=box, reducing_gap=3.0)


def _on_white(image: Image, profile: bytes | None) -> Image:
    """The colours as sRGB on white, in a new picture that knows nothing of the old one."""
    from PIL import Image as images  # noqa: PLC0415, N813

    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colours = image.convert(image.mode.removesuffix("A")) if alpha else image
    plain = images.new("RGB", image.size, _WHITE)
    plain.paste(_as_srgb(colours, profile), mask=alpha)
    return plain


def _as_srgb(image: Image, profile: bytes | None) -> Image:
    """The colours a profile means; where it is broken or of another kind, the numbers as they are."""
    from PIL import ImageCms  # noqa: PLC0415

    if profile:
        try:
            own, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, own, srgb, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _fitting(image: Image, limit: int) -> bytes:
    """The first that fits: at lower qualities, then smaller."""
    from PIL.Image import Resampling  # noqa: PLC0415

    while True:
        for quality in _QUALITIES:
            out = BytesIO()
            image.save(out, "JPEG", quality=quality, optimize=True, progressive=False)
            if out.tell() <= limit:
                return out.getvalue()
        side = int(image.width * _SHRINK)
        if side < _SMALLEST:
            raise ValueError(f"No cover fits into {limit:,} bytes. Allow it some more.")
        image = image.resize((side, side), Resampling.LANCZOS)
