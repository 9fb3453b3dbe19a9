"""Files in every form but MP3, as a build writes them, for the tests of encoders and of tags."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from PIL import Image

from conftest import RATE, WhiteNoise
from guided_audio.blocks import Source, Stereo
from guided_audio.build.containers import write_in_form
from guided_audio.encoder import OPUS_RATE, Reading
from guided_audio.forms import Form
from guided_audio.tags import ChapterTag, TrackTags
from guided_audio.units import Frames, to_milliseconds

OTHERS = tuple(form for form in Form if form is not Form.MP3)
LENGTH = Frames(12 * RATE + 345)

TITLES = ("Arriving in this room – as slowly as it takes", "Körper", "Дыхание", "End")
STARTS = (0, 1501, 7333, 9007)


def a_cover(width: int = 64, height: int = 64) -> bytes:
    """A small JPEG."""
    out = BytesIO()
    Image.new("RGB", (width, height), "#234").save(out, "JPEG")
    return out.getvalue()


def chapters(length: int = LENGTH, rate: int = RATE) -> tuple[ChapterTag, ...]:
    """Four chapters, of which none but the first begins at a round time."""
    ends = (*STARTS[1:], to_milliseconds(length, rate))
    return tuple(map(ChapterTag, TITLES, STARTS, ends))


TAGS = TrackTags(
    title="Дыхание и тишина",
    artist="Dr. Müller",
    album="Evening",
    track="3/8",
    genre="Meditative",
    language="en-GB",
    comment="For the evening.\nAnd for the night.",
    lyrics="Sit as you like.\nClose your eyes – or leave them open.\n\nBreathe.",
    chapters=chapters(),
    length_ms=to_milliseconds(LENGTH),
    gain_db=-2.0,
    peak=0.0,
    cover=a_cover(),
    album_artist="Dr. Müller",
    synced=((500, "Sit as you like."), (2600, "Дыши."), (61_004, "")),
)


@dataclass(frozen=True, slots=True)
class Hum:
    """A tone in a little noise, the same at each reading."""

    def read(self, start: int, count: int) -> Stereo:
        """Frames `start` up to `start + count`."""
        tone = 0.25 * np.sin(2 * np.pi * 441 / RATE * np.arange(start, start + count))
        sound: Stereo = WhiteNoise(0.01).read(start, count) + tone.astype(np.float32)[:, None]
        return sound


@dataclass(frozen=True, slots=True)
class Made:
    """How a file is made."""

    form: Form
    source: Source = field(default_factory=Hum)
    length: Frames = LENGTH
    rate: int = RATE
    lanes: int = 2
    tags: TrackTags = TAGS
    progress: Callable[[Frames], None] = lambda _: None

    def at(self, path: Path) -> Path:
        """Write it."""
        drawing: Future[TrackTags] = Future()
        drawing.set_result(self.tags)
        reading = Reading(self.source, self.length, self.rate, self.lanes, self.progress)
        with path.open("w+b") as stream:
            write_in_form(stream, self.form, reading, drawing)
        return path

    def in_folder(self, folder: Path) -> Path:
        """Write it as `track` with the form's suffix."""
        return self.at(folder / f"track{self.form.suffix}")

    def without_chapters(self) -> Made:
        """The same, of any length, with tags that have no times."""
        return replace(self, tags=replace(self.tags, chapters=(), synced=()))


def decoded(path: Path, rate: int) -> Stereo:
    """A file as ffmpeg plays it, at the rate it has."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-i", path]
    raw = ["-map", "0:a:0", "-f", "f32le", "-ac", "2", "-ar", str(rate), "pipe:1"]
    done = subprocess.run([*command, *raw], capture_output=True, check=True, timeout=60)
    return np.frombuffer(done.stdout, dtype="<f4").reshape(-1, 2)


def rate_of(form: Form, rate: int = RATE) -> int:
    """The rate a file has: an Opus always the same one."""
    return OPUS_RATE if form is Form.OPUS else rate
