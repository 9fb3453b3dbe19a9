"""What a build is measured against: one ffmpeg, a floor that only encodes, and pydub.

All of them get what they need in the form they like best, ready on the disk: the finished sound as a WAV
and as floats, the clips and a minute of the bed as WAVs. None of that is in their time.
"""

from __future__ import annotations

import json
import sys
import wave
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from guided_audio import ffmpeg, mastering
from guided_audio.blocks import Mono, Stereo
from guided_audio.presets import CALM
from guided_audio.render import line_gain
from guided_audio.sounds import load_bed
from guided_audio.units import PROJECT_RATE as RATE
from guided_audio.units import to_milliseconds
from planned import Planned, blocks

BED_SECONDS = 60
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Part:
    """A clip for pydub: its WAV, how far it is to be turned up, and the quiet before it. Chapters from 0."""

    wav: str
    gain_db: float
    pause_ms: int
    chapter: int


@dataclass(frozen=True, slots=True)
class Order:
    """All that pydub is told. `tail_ms` is the quiet behind the last clip."""

    ffmpeg: str
    parts: tuple[Part, ...]
    tail_ms: int
    bed: str
    bed_gain_db: float


class Peers:
    """The commands, with everything prepared in a folder."""

    def __init__(self, made: Planned, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        _write_finished(made, folder)
        (folder / "order.json").write_text(json.dumps(asdict(_order(made, folder))), encoding="utf-8")

    @property
    def ffmpeg_alone(self) -> list[str]:
        """One ffmpeg encodes the finished 16-bit WAV, with the settings of LAME that we use."""
        settings = ["-c:a", "libmp3lame", "-b:a", "128k", "-joint_stereo", "1", "-reservoir", "0"]
        wav, mp3 = str(self._folder / "finished.wav"), str(self._folder / "alone.mp3")
        return [str(ffmpeg.executable()), "-v", "error", "-nostdin", "-y", "-i", wav, *settings, mp3]

    @property
    def floor(self) -> list[str]:
        """The same chunks on two lanes, from floats that lie finished on the disk."""
        files = (self._folder / "finished.npy", self.floor_mp3)
        return [sys.executable, str(_HERE / "floor.py"), *map(str, files)]

    @property
    def floor_mp3(self) -> Path:
        """What the floor makes."""
        return self._folder / "floor.mp3"

    def pydub(self, way: str) -> list[str]:
        """The same clips and the same bed, appended in one of two ways, overlaid and exported."""
        files = (self._folder / "order.json", self._folder / "pydub.mp3")
        return [sys.executable, str(_HERE / "pydub_mix.py"), way, *map(str, files)]


def _write_finished(made: Planned, folder: Path) -> None:
    length = made.plan.timeline.length
    kept = np.lib.format.open_memmap(folder / "finished.npy", "w+", np.dtype(np.float32), (length, 2))
    done = 0
    with _wav(folder / "finished.wav", 2) as wav:
        for block in blocks(made.rendering(), length):
            kept[done : done + len(block)] = block
            wav.writeframesraw(_sixteen_bits(block))
            done += len(block)
    kept.flush()


def _order(made: Planned, folder: Path) -> Order:
    timeline = made.plan.timeline
    if not timeline.beds:
        raise ValueError("The script to compare with pydub has a bed.")
    bed = load_bed(Path(timeline.beds[0].sound), RATE, folder).read(0, BED_SECONDS * RATE)
    _write_wav(folder / "bed.wav", [bed])
    return Order(
        str(ffmpeg.executable()),
        tuple(_parts(made, folder)),
        to_milliseconds(timeline.length - timeline.clips[-1].end),
        str(folder / "bed.wav"),
        CALM.speech - timeline.beds[0].under - mastering.loudness(bed, RATE),
    )


def _parts(made: Planned, folder: Path) -> Iterable[Part]:
    timeline, last = made.plan.timeline, 0
    for number, clip in enumerate(timeline.clips):
        wav = folder / f"clip-{number}.wav"
        _write_wav(wav, [made.speaker.clip(clip.key)])
        chapter = sum(clip.start >= chapter.start for chapter in timeline.chapters) - 1
        yield Part(str(wav), line_gain(clip, CALM.speech), to_milliseconds(clip.start - last), chapter)
        last = clip.end


def _wav(file: Path, channels: int) -> wave.Wave_write:
    wav = wave.open(str(file), "wb")  # noqa: SIM115 - its callers close it
    wav.setnchannels(channels)
    wav.setsampwidth(2)
    wav.setframerate(RATE)
    return wav


def _write_wav(file: Path, sound: Iterable[Mono | Stereo]) -> None:
    pieces = list(sound)
    with _wav(file, pieces[0].ndim) as wav:
        for piece in pieces:
            wav.writeframesraw(_sixteen_bits(piece))


def _sixteen_bits(sound: Mono | Stereo) -> bytes:
    return np.round(np.clip(sound, -1.0, 1.0) * 32767).astype("<i2").tobytes()
