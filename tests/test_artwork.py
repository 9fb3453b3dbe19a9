"""A therapist's picture becomes a plain square cover, whatever it was, and harm in it stays outside."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms, PngImagePlugin

from guided_audio.artwork import BESIDE, BESIDE_LIMIT, EMBEDDED, EMBEDDED_LIMIT, album_cover
from guided_audio.image_header import LARGEST_FILE, MOST_PIXELS, contents, header_of
from guided_audio.library import Library
from guided_audio.reader.series import read_series

RED, GREEN, BLUE, WHITE = (220, 20, 30), (20, 200, 40), (30, 40, 210), (255, 255, 255)


def chunk(kind: bytes, data: bytes) -> bytes:
    """One piece of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *more: bytes) -> bytes:
    """A black PNG of one bit a pixel, packed without ever being in memory whole."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pieces = (chunk(b"IHDR", head), *more, chunk(b"IDAT", packed), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(pieces)


def quarters(size: tuple[int, int] = (400, 400), mode: str = "RGB") -> Image.Image:
    """Red above left, green above right, blue below left, white below right."""
    image = Image.new("RGB", (2, 2))
    image.putdata([RED, GREEN, BLUE, WHITE])
    return image.resize(size, Image.Resampling.NEAREST).convert(mode)


def noise(side: int) -> Image.Image:
    """What no encoder can make small."""
    return Image.fromarray(np.random.default_rng(1).integers(0, 256, (side, side, 3), dtype=np.uint8))


def saved(path: Path, image: Image.Image, form: str = "PNG", **options: Any) -> Path:
    """A picture in a file."""
    image.save(path, form, **options)
    return path


def cover(path: Path, side: int = 200, limit: int = EMBEDDED_LIMIT) -> Image.Image:
    """The cover, opened; it is always a baseline JPEG in RGB."""
    data = album_cover(path, side, limit)
    assert len(data) <= limit
    assert b"\xff\xc0\x00\x11" in data  # a baseline frame of three channels
    image = Image.open(BytesIO(data))
    image.load()
    assert (image.format, image.mode, image.width) == ("JPEG", "RGB", image.height)
    return image


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """The colour in the middle of each quarter: above left, above right, below left, below right."""
    near, far = image.width // 4, image.width * 3 // 4
    return [rgb(image, x, y) for y in (near, far) for x in (near, far)]


def rgb(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    """The colour of a pixel."""
    found: NDArray[np.uint8] = np.asarray(image)[y, x]
    return tuple(int(value) for value in found)


def alike(found: list[tuple[int, ...]], wanted: list[tuple[int, ...]], within: int = 6) -> bool:
    """Whether colours are the same as far as a JPEG keeps them."""
    return bool(np.abs(np.array(found) - np.array(wanted)).max() <= within)


# What comes out


def test_a_picture_is_cut_to_its_middle(tmp_path: Path) -> None:
    """A wide one loses its sides, a high one its top and foot; the colours in the middle are its own."""
    for size in ((1200, 400), (400, 1200)):
        image = quarters((400, 400))
        wide = Image.new("RGB", size, (0, 0, 0))
        wide.paste(image, ((size[0] - 400) // 2, (size[1] - 400) // 2))
        found = cover(saved(tmp_path / "wide.png", wide))
        assert found.width == 200
        assert alike(corners(found), [RED, GREEN, BLUE, WHITE])


def test_a_small_picture_is_not_blown_up(tmp_path: Path) -> None:
    """It stays as many pixels as it has."""
    assert cover(saved(tmp_path / "small.png", quarters((90, 120))), EMBEDDED).width == 90


@pytest.mark.parametrize(("side", "limit"), [(EMBEDDED, EMBEDDED_LIMIT), (BESIDE, BESIDE_LIMIT)])
def test_what_is_hard_to_pack_still_fits(side: int, limit: int, tmp_path: Path) -> None:
    """Noise comes out at a lower quality, and smaller when that is not enough."""
    data = album_cover(saved(tmp_path / "noise.png", noise(1500)), side, limit)
    assert limit / 4 < len(data) <= limit
    smooth = cover(saved(tmp_path / "smooth.png", quarters((1500, 1500))), side, limit)
    assert smooth.width == side


def test_a_limit_that_nothing_can_meet_is_said(tmp_path: Path) -> None:
    """It ends, with a sentence."""
    with pytest.raises(ValueError, match="Allow it some more"):
        album_cover(saved(tmp_path / "noise.png", noise(300)), 300, 200)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_the_way_it_was_taken(orientation: int, tmp_path: Path) -> None:
    """As Pillow's own transposition has it, for each of the eight ways a camera can be held."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(tmp_path / "turned.jpg", quarters(), "JPEG", exif=exif, quality=95)
    from PIL import ImageOps  # noqa: PLC0415

    upright = ImageOps.exif_transpose(Image.open(path)).resize((200, 200))
    assert alike(corners(cover(path)), corners(upright))
    if orientation == 6:
        assert alike(corners(cover(path)), [BLUE, RED, WHITE, GREEN])


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_nothing_else_of_the_file_comes_along(form: str, tmp_path: Path) -> None:
    """Where it was taken, its comments, its texts and its profile stay behind."""
    exif = Image.Exif()
    exif[0x010E] = "SECRETPLACE"
    exif.get_ifd(0x8825)[1] = "N"
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", "SECRETPLACE")
    options: dict[str, Any] = {"pnginfo": texts} if form == "PNG" else {"comment": b"SECRETPLACE"}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = saved(tmp_path / "told", quarters(), form, exif=exif, icc_profile=profile, **options)
    assert b"SECRETPLACE" in path.read_bytes()
    data = album_cover(path, 200, EMBEDDED_LIMIT)
    assert b"SECRETPLACE" not in data
    assert set(Image.open(BytesIO(data)).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(("mode", "form"), [("RGBA", "PNG"), ("LA", "PNG"), ("P", "PNG")])
def test_what_is_transparent_is_white(mode: str, form: str, tmp_path: Path) -> None:
    """And what is not keeps its colour, with no dark rim between them."""
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    image.paste((120, 120, 120, 255), (0, 0, 200, 400))
    found = cover(saved(tmp_path / "clear.png", image.convert(mode), form))
    assert alike([rgb(found, 50, 100), rgb(found, 150, 100)], [(120, 120, 120), WHITE])
    row = np.asarray(found)[100, :, 0]
    assert row.min() >= 105


def test_a_colour_that_stands_for_nothing_is_white(tmp_path: Path) -> None:
    """PNG can name one colour, or one of its palette, as transparent."""
    for mode, key in (("RGB", RED), ("L", 0), ("P", 0)):
        image = quarters(mode="RGB") if mode == "RGB" else Image.new(mode, (400, 400), 0)
        found = cover(saved(tmp_path / f"key-{mode}.png", image, transparency=key))
        assert alike([rgb(found, 50, 50)], [WHITE])


@pytest.mark.parametrize("mode", ["L", "1", "P", "I;16", "CMYK", "YCbCr"])
def test_every_kind_of_colour_becomes_rgb(mode: str, tmp_path: Path) -> None:
    """Grey of 1, 8 and 16 bits, palettes, and the inks of a printer."""
    if mode == "I;16":
        grey = np.repeat(np.repeat(np.array([[0, 60000], [30000, 65535]], np.uint16), 200, 0), 200, 1)
        path, wanted = saved(tmp_path / "a.png", Image.fromarray(grey)), [0, 234, 117, 255]
        assert alike(corners(cover(path)), [(value,) * 3 for value in wanted])
        return
    form = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    path = saved(tmp_path / "a", quarters(mode=mode), form)
    shown = np.asarray(Image.open(path).convert("RGB")).reshape(2, 200, 2, 200, 3).mean((1, 3)).reshape(4, 3)
    found = np.asarray(cover(path)).reshape(2, 100, 2, 100, 3).mean((1, 3)).reshape(4, 3)
    assert np.abs(found - shown).max() < 4


def test_colours_are_what_the_profile_means(tmp_path: Path) -> None:
    """A profile whose red and green are exchanged shows that it was followed; a broken one is left alone."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    found = cover(saved(tmp_path / "same.png", quarters(), icc_profile=srgb))
    assert alike(corners(found), [RED, GREEN, BLUE, WHITE])
    swapped = srgb.replace(b"rXYZ", b"tmp0", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"tmp0", b"gXYZ", 1)
    assert swapped != srgb
    first = rgb(cover(saved(tmp_path / "swapped.png", quarters(), icc_profile=swapped)), 50, 50)
    assert first[1] > first[0] + 100
    broken = cover(saved(tmp_path / "broken.png", quarters(), icc_profile=b"no profile"))
    assert alike(corners(broken), [RED, GREEN, BLUE, WHITE])


def test_the_same_picture_is_the_same_bytes(tmp_path: Path) -> None:
    """Every time."""
    path = saved(tmp_path / "a.png", noise(300))
    assert album_cover(path, 200, 60_000) == album_cover(path, 200, 60_000)


# What must stay outside


MEASURED = """
import re, sys, time
from pathlib import Path
from guided_audio.artwork import album_cover
start = time.monotonic()
try:
    album_cover(Path(sys.argv[1]), 800, 150000)
except ValueError as refused:
    print(refused)
print(time.monotonic() - start)
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024)
"""
"""The peak is of this program alone: what `getrusage` tells begins with that of whoever started it."""


def measured(path: Path) -> tuple[str, float, float]:
    """What is said of a picture in a process of its own; the seconds and the MiB that took."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, path], capture_output=True, text=True, check=True, timeout=60
    )
    *said, seconds, peak = done.stdout.splitlines()
    return " ".join(said), float(seconds), float(peak)


def test_a_bomb_is_known_by_its_header(tmp_path: Path) -> None:
    """900 megapixels in 120 kB: refused in no time and no memory, with what to do."""
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(png(30_000, 30_000))
    assert bomb.stat().st_size < 150_000
    said, seconds, peak = measured(bomb)
    assert "900 million pixels, and the most is 50. Save a smaller copy" in said
    assert seconds < 2
    assert peak < 256


def test_the_largest_picture_that_is_opened_takes_little(tmp_path: Path) -> None:
    """Just under the limit, with transparency, it stays under 1 GiB."""
    path = tmp_path / "large.png"
    path.write_bytes(png(7000, 7000, chunk(b"tRNS", b"\0\0")))
    said, _, peak = measured(path)
    assert said == ""
    assert peak < 1024


def bad(name: str) -> bytes:
    """Bytes that are no picture, or one that must not be opened."""
    jpeg, good = BytesIO(), png(64, 64)
    quarters().save(jpeg, "JPEG")
    whole = jpeg.getvalue()
    return {
        "nothing": b"",
        "text": b"title: no picture\n",
        "a name for it": b"\x89PNG\r\n\x1a\n",
        "half a png": good[: len(good) // 2],
        "a png without its end": good[:-12],
        "a png whose lines are missing": png(64, 64).replace(
            struct.pack(">II", 64, 64), struct.pack(">II", 64, 640)
        ),
        "no pixels": png(0, 64),
        "it moves": png(64, 64, chunk(b"acTL", bytes(8))),
        "a long text": png(64, 64, chunk(b"zTXt", bytes(1_200_000))),
        "many texts": png(64, 64, *[chunk(b"tEXt", bytes(100_000))] * 11),
        "many pieces": png(64, 64, *[chunk(b"prIv", b"")] * 30_000),
        "half a jpeg": whole[: len(whole) // 2],
        "the beginning of a jpeg": whole[:4],
        "a jpeg without its frame": whole[:20] + b"\xff\xd9",
        "a jpeg of 900 million pixels": whole.replace(
            struct.pack(">HH", 400, 400), struct.pack(">HH", 30_000, 30_000)
        ),
        "a jpeg of very many scans": whole[:-2] + b"\xff\xda\x00\x02" * 100 + b"\xff\xd9",
        "a gif": b"GIF89a" + bytes(100),
        "webp": b"RIFF\x00\x01\x00\x00WEBPVP8 " + bytes(100),
    }[name]


SAYS = {
    "nothing": "Save it as JPEG or PNG",
    "text": "Save it as JPEG or PNG",
    "a name for it": "damaged",
    "half a png": "damaged",
    "a png without its end": "damaged",
    "a png whose lines are missing": "damaged",
    "no pixels": "damaged",
    "it moves": "moves",
    "a long text": "much beside",
    "many texts": "much beside",
    "many pieces": "much beside",
    "half a jpeg": "damaged",
    "the beginning of a jpeg": "damaged",
    "a jpeg without its frame": "damaged",
    "a jpeg of 900 million pixels": "900 million",
    "a jpeg of very many scans": "too many steps",
    "a gif": "Save it as JPEG or PNG",
    "webp": "Save it as JPEG or PNG",
}


@pytest.mark.parametrize("name", SAYS)
def test_what_will_not_do_is_one_clear_sentence(name: str, tmp_path: Path) -> None:
    """What is wrong and what to do, and never an error of a library."""
    path = tmp_path / "x"
    path.write_bytes(bad(name))
    with pytest.raises(ValueError, match=SAYS[name]) as refused:
        album_cover(path, 200, EMBEDDED_LIMIT)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 160


@pytest.mark.parametrize("name", sorted(SAYS.keys() - {"a png whose lines are missing"}))
def test_check_finds_it_at_its_line(name: str, tmp_path: Path) -> None:
    """By the header alone; only what is damaged further in comes out when the cover is made."""
    (tmp_path / "x.png").write_bytes(bad(name))
    (problem,) = problems(tmp_path, "x.png")
    assert (problem.place.line, problem.place.column) == (2, 10)
    assert SAYS[name] in problem.message


def problems(folder: Path, artwork: str) -> Any:
    """What is wrong with a series that has this picture."""
    page = folder / "series.yaml"
    page.write_text(f"series: S\nartwork: {artwork}\ntracks: [body-scan]\n", encoding="utf-8")
    return read_series(page, Library()).problems


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path) -> None:
    """More than 30 MB are refused, however they begin."""
    path = tmp_path / "x.png"
    path.write_bytes(png(64, 64))
    with path.open("r+b") as file:
        file.truncate(LARGEST_FILE * 40)
    with pytest.raises(ValueError, match="more than 30 MB"):
        contents(path)


@pytest.mark.skipif(os.name != "posix", reason="named pipes are POSIX")
def test_pipes_folders_devices_and_links_out_are_refused(tmp_path: Path) -> None:
    """At once: nobody waits for a writer, and nothing outside the folder is looked at."""
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "folder.png").mkdir()
    for path in (tmp_path / "pipe.png", Path("/dev/zero"), tmp_path / "folder.png"):
        with pytest.raises(ValueError, match=r"a folder, a device or a pipe|cannot be opened"):
            album_cover(path, 200, EMBEDDED_LIMIT)
    inside = tmp_path / "series"
    inside.mkdir()
    (inside / "out.png").symlink_to(saved(tmp_path / "elsewhere.png", quarters()))
    (inside / "zero.png").symlink_to("/dev/zero")
    os.mkfifo(inside / "pipe.png")
    for name, says in (("out.png", "lies beside"), ("zero.png", "lies beside"), ("pipe.png", "not a file")):
        (problem,) = problems(inside, name)
        assert says in problem.message


def test_a_good_picture_is_no_problem(tmp_path: Path) -> None:
    """Progressive, with a profile and EXIF, as a phone or an editor would save it."""
    saved(tmp_path / "x.jpg", quarters(), "JPEG", progressive=True, exif=Image.Exif())
    saved(tmp_path / "y.png", quarters((300, 200)))
    assert problems(tmp_path, "x.jpg") == ()
    assert problems(tmp_path, "y.png") == ()
    assert header_of((tmp_path / "y.png").read_bytes()).width == 300
    assert MOST_PIXELS == 50_000_000


SOUND = [png(40, 30), *(bad(name) for name in ("half a jpeg", "a jpeg of very many scans"))]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.sampled_from(SOUND), at=st.integers(0, 10_000), new=st.binary(max_size=6))
def test_any_damage_is_a_value_error_or_a_cover(data: bytes, at: int, new: bytes, tmp_path: Path) -> None:
    """Bytes changed anywhere never raise anything else."""
    at %= len(data)
    path = tmp_path / "x"
    path.write_bytes(data[:at] + new + data[at + len(new) :])
    try:
        assert album_cover(path, 20, EMBEDDED_LIMIT).startswith(b"\xff\xd8\xff")
    except ValueError as refused:
        assert str(refused).endswith(".")  # noqa: PT017 - either is right
