"""A cover shows its own meditation: what is measured here is light at places of the picture."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from guided_audio.cover import SIZE, draw
from guided_audio.timeline import BellStrike, ChapterSpan, Clip, LineSpan, Timeline
from guided_audio.units import Frames

RATE = 44_100
INNERMOST = 112
"""Radius in pixels of the first ring, which begins at the top."""


def clip(start: float, seconds: float) -> Clip:
    """Speech."""
    return Clip("key", Frames(round(start * RATE)), Frames(round(seconds * RATE)), -18.0, 0)


def timeline(
    minutes: float = 6, chapters: int = 3, clips: tuple[Clip, ...] = (), bells: tuple[float, ...] = ()
) -> Timeline:
    """A meditation of equally long chapters."""
    length = Frames(round(minutes * 60 * RATE))
    edges = [Frames(length * number // chapters) for number in range(chapters + 1)]
    spans = tuple(ChapterSpan(f"{n}", start, end) for n, (start, end) in enumerate(pairwise(edges)))
    strikes = tuple(BellStrike("bell", Frames(round(at * RATE))) for at in bells)
    return Timeline(RATE, length, (), clips, (), strikes, spans, ())


def talkative(minutes: float, chapters: int) -> Timeline:
    """Five seconds of every eleven are speech, and a bell rings every three minutes."""
    clips = tuple(clip(second, 5) for second in range(2, round(minutes * 60) - 5, 11))
    return timeline(minutes, chapters, clips, tuple(range(0, round(minutes * 60), 180)))


def light(picture: bytes, size: int = SIZE) -> NDArray[np.float64]:
    """How light each pixel is, 0 to 255."""
    image = Image.open(BytesIO(picture)).convert("L")
    return np.asarray(image.resize((size, size), Image.Resampling.BOX), dtype=np.float64)


def along(pixels: NDArray[np.float64], start: float, end: float, radius: float = INNERMOST) -> float:
    """The mean light along a part of a ring; a turn is 0 to 1, from the top, clockwise."""
    angles = np.linspace(start, end, 200) * 2 * math.pi
    columns = (SIZE / 2 + radius * np.sin(angles)).astype(int)
    rows = (SIZE / 2 - radius * np.cos(angles)).astype(int)
    return float(pixels[rows, columns].mean())


def test_it_is_a_baseline_jpeg_every_player_can_show() -> None:
    """700 pixels square, three channels, baseline (marker SOF0), and under 150 kB even when full."""
    picture = draw(talkative(45, 8), "Evening")
    image = Image.open(BytesIO(picture))
    assert (image.format, image.size, image.mode) == ("JPEG", (700, 700), "RGB")
    assert b"\xff\xc0\x00\x11" in picture
    assert b"\xff\xc2\x00\x11" not in picture
    assert 20_000 < len(picture) < 150_000


def test_it_is_the_same_in_another_process() -> None:
    """Neither the process nor its hash seed nor the number of threads enters the picture."""
    program = (
        "import hashlib; from guided_audio.cover import draw; from guided_audio.timeline import *; "
        f"t = Timeline({RATE}, 90 * {RATE}, (), (Clip('key', {RATE}, {RATE}, -18.0, 0),), (), (), (), ()); "
        "print(hashlib.sha256(draw(t, 'Evening')).hexdigest())"
    )
    environment = {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "7"}
    there = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
    )
    here = Timeline(RATE, Frames(90 * RATE), (), (clip(1, 1),), (), (), (), ())
    assert there.stdout.strip() == sha256(draw(here, "Evening")).hexdigest()


def test_pillow_waits_until_something_is_drawn() -> None:
    """Importing the module costs no Pillow."""
    program = "import sys, guided_audio.cover; sys.exit('PIL.Image' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_speech_is_bright_and_quiet_is_dim() -> None:
    """The first half of the first chapter is spoken: the right half of the innermost ring shines."""
    pixels = light(draw(timeline(clips=(clip(0, 60),)), "Evening"))
    speech, quiet, sky = along(pixels, 0.05, 0.45), along(pixels, 0.55, 0.95), along(pixels, 0.55, 0.95, 140)
    assert speech > quiet + 80
    assert quiet > sky + 8


def test_every_chapter_has_its_ring() -> None:
    """Speech only in the second of three chapters lights the second ring, 72 pixels further out."""
    pixels = light(draw(timeline(clips=(clip(120, 120),)), "Evening"))
    first, second, third = (along(pixels, 0, 1, INNERMOST + 72 * ring) for ring in range(3))
    assert second > max(first, third) + 80


def test_a_bell_is_a_star() -> None:
    """A bell a quarter through the first chapter is the lightest place of its ring."""
    dark = light(draw(timeline(), "Evening"))
    pixels = light(draw(timeline(bells=(30,)), "Evening"))
    assert along(pixels, 0.25, 0.25) > 200
    assert along(dark, 0.25, 0.25) < 120
    assert along(pixels, 0.74, 0.76) == pytest.approx(along(dark, 0.74, 0.76), abs=3)


def test_without_chapters_the_time_is_divided() -> None:
    """One long chapter is drawn as several turns, and twenty chapters as no more than can be seen."""
    for chapters in (1, 20):
        pixels = light(draw(talkative(24, chapters), "Evening"))
        rings = [along(pixels, 0, 1, INNERMOST + ring * 194 / 7) for ring in range(8)]
        between = [along(pixels, 0, 1, INNERMOST + (ring + 0.5) * 194 / 7) for ring in range(7)]
        assert min(rings) > max(between) + 10


def test_the_album_decides_the_colours() -> None:
    """Tracks of one album share their sky; among several albums there are several skies."""

    def corner(picture: bytes) -> tuple[int, ...]:
        """The colour of the lower left corner, roughly."""
        patch = np.asarray(Image.open(BytesIO(picture)))[-40:, :40].mean(axis=(0, 1))
        return tuple(int(value) for value in np.round(patch / 4))

    assert corner(draw(timeline(6, 3), "Evening")) == corner(draw(talkative(20, 5), "Evening"))
    assert len({corner(draw(timeline(), name)) for name in "abcdefgh"}) >= 3


def test_it_shows_no_words() -> None:
    """Neither the text of a line nor the title of a chapter changes a byte: they may be a client's."""
    plain = talkative(6, 3)
    spans = tuple(replace(span, title="Another title") for span in plain.chapters)
    lines = tuple(
        LineSpan(
            number=1, text="Some words.", voice="", start=Frames(0), end=Frames(9), chapter=0, identity=""
        )
        for _ in spans
    )
    assert draw(replace(plain, lines=lines, chapters=spans), "Evening") == draw(plain, "Evening")


def test_it_can_be_read_at_48_pixels() -> None:
    """Moon, rings and the sky between them stay apart in the smallest list of a player."""
    small = light(draw(talkative(6, 3), "Evening"), 48)
    moon = small[23:25, 23:25].mean()
    row = small[24, 24:46]
    peaks = [
        at
        for at in range(1, len(row) - 1)
        if row[at - 1] < row[at] > row[at + 1] and row[at] > row.min() + 12
    ]
    assert moon > 180
    assert len(peaks) >= 3


def test_the_sky_has_no_bands() -> None:
    """Down the darkest edge, where eight bits are coarsest, no twelve rows in a row are the same colour."""
    rows = np.asarray(Image.open(BytesIO(draw(timeline(), "Evening"))).convert("RGB"))[:250, :24]
    spread = np.array([rows[top : top + 12].std(axis=(0, 1)).max() for top in range(0, 238, 4)])
    assert spread.min() > 0.2


@pytest.mark.parametrize(
    "odd",
    [
        Timeline(RATE, Frames(0), (), (), (), (), (), ()),
        Timeline(RATE, Frames(10), (), (clip(0, 1),), (), (BellStrike("b", Frames(10)),), (), ()),
        replace(timeline(), clips=(clip(-5, 1e6),), bells=(BellStrike("b", Frames(-1)),)),
        timeline(3, 300),
    ],
    ids=["empty", "ten frames", "out of bounds", "300 chapters"],
)
def test_odd_timelines_are_drawn(odd: Timeline) -> None:
    """Whatever the timeline, there is a picture, even for a name that is half a character."""
    assert light(draw(odd, "\ud800")).shape == (SIZE, SIZE)


def test_it_takes_less_than_a_second() -> None:
    """The best of three, for 45 minutes in eight chapters."""
    long = talkative(45, 8)
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        draw(long, "Evening")
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 1.0
