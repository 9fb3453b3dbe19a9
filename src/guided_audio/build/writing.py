"""Writing a finished file: an MP3 as its tag and its sound in pieces that are kept, others as streams."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BufferedRandom

from guided_audio import encoder, ffmpeg, tags
from guided_audio.build.containers import Drawing, write_in_form
from guided_audio.errors import StoreFailure
from guided_audio.forms import Form
from guided_audio.plan import Plan, Progress
from guided_audio.render import Rendering
from guided_audio.store import Store
from guided_audio.units import Frames


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound of a file, and all that decides what becomes of it."""

    rendering: Rendering
    planned: Plan
    encoded: Store
    lanes: int
    progress: Progress

    @property
    def length(self) -> Frames:
        """All of it."""
        return self.planned.timeline.length

    @property
    def fmt(self) -> encoder.Mp3Format:
        """The MP3 it becomes."""
        return encoder.Mp3Format(self.planned.timeline.rate, self.planned.preset.kbps)

    def keep(self, chunk: encoder.Chunk, make: Callable[[], bytes]) -> bytes:
        """A chunk by all that decides it: its place, its sound, its encoder, and where the file ends.

        What cannot be kept, on a full disk say, is made all the same.
        """
        start, stop = max(chunk.start, 0), min(chunk.stop, self.length)
        sound = json.dumps(self.rendering.signature(start, stop - start))
        end = self.length if chunk.stop > self.length else 0
        versions = (encoder.FORMAT_VERSION, ffmpeg.version(), self.fmt.rate, self.fmt.kbps)
        key = self.encoded.key("chunk", sound, end, chunk.count, *versions)
        piece = self.encoded.get(key)
        if piece is None:
            piece = make()
            with suppress(StoreFailure):
                self.encoded.put(key, piece)
        return piece


@dataclass(slots=True)
class _AfterTheTag:
    """Writes what it is given behind a tag, which may be finished only after the first of it is."""

    stream: BufferedRandom
    tag: Callable[[], bytes]
    begins: int = 0

    def write(self, data: bytes | memoryview, /) -> int:
        if not self.begins:
            self.begins = self.stream.write(self.tag())
        return self.stream.write(data)


def write(stream: BufferedRandom, sound: Sound, form: Form, drawing: Drawing) -> str:
    """Tags and sound; gives the SHA-256 of what follows the tag of an MP3, of all of it in other forms."""
    if form is Form.MP3:
        return _write_mp3(stream, sound, drawing)
    rate, length = sound.planned.timeline.rate, sound.length
    reading = encoder.Reading(
        sound.rendering, length, rate, sound.lanes, lambda done: sound.progress("Encoding", done, length)
    )
    return write_in_form(stream, form, reading, drawing)


def _write_mp3(stream: BufferedRandom, sound: Sound, drawing: Drawing) -> str:
    """Tag, header and sound; gives the SHA-256 of what follows the tag.

    The tag is written first without the peak, which is known only at the end, and once more with it.
    """
    sink = _AfterTheTag(stream, lambda: tags.id3(drawing.result()))
    peak = write_frames(sink, sound)
    stream.seek(0)
    stream.write(tags.id3(replace(drawing.result(), peak=peak)))
    stream.seek(sink.begins)
    return hashlib.file_digest(stream, "sha256").hexdigest()


def write_frames(sink: encoder.Sink, sound: Sound) -> float:
    """An MP3 without a tag; gives its peak. What was encoded before is taken from the store."""
    return encoder.encode(
        sound.rendering,
        sound.length,
        sink,
        sound.fmt,
        lanes=sound.lanes,
        progress=lambda done: sound.progress("Encoding", done, sound.length),
        keep=sound.keep,
    )
