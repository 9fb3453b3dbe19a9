"""Building: one script becomes one finished file, with its receipt beside it.

This is the only module that knows the whole order. A build that fails, is interrupted or runs out
of room leaves whatever stood there before as it was.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, replace
from io import BufferedRandom
from pathlib import Path

from guided_audio import __version__, conform, encoder, ffmpeg, naming, polish, speaking, tags
from guided_audio import receipt as receipts
from guided_audio.errors import OutputFailure, Refused, StoreFailure
from guided_audio.files import replacing, sweep
from guided_audio.library import Library
from guided_audio.plan import Options, Plan, Progress, plan, require_acknowledgement, silent
from guided_audio.presets import Preset
from guided_audio.receipt import Receipt
from guided_audio.render import Rendering, line_gain, render
from guided_audio.script import NOTHING_CHOSEN, Level, Script, text_of
from guided_audio.speaking import Speaker
from guided_audio.store import Store
from guided_audio.tagging import tag_hashes, track_tags
from guided_audio.timeline import Clip
from guided_audio.units import Frames, Seconds

MOST_ENCODED = 2_000_000_000
"""Bytes of finished sound that are kept: a hundred and thirty tracks of a quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a build works with: shelf, stores and voices, and how many lanes it may use.

    `store` keeps speech, which is dear and small; `encoded` keeps pieces of finished sound, which are
    cheap and large, so that a small change encodes a small part anew.
    """

    library: Library
    store: Store
    encoded: Store
    speaker: Speaker
    lanes: int


@dataclass(frozen=True, slots=True)
class Built:
    """A finished file."""

    file: Path
    receipt: Receipt
    plan: Plan


def output_file(
    script: Script, folder: Path, length: Seconds | None = None, chosen: Mapping[str, str] = NOTHING_CHOSEN
) -> Path:
    """Where the finished file of a script goes, or of its edition of a length and of chosen branches."""
    choices = {name: choice.branches for name, choice in script.choices.items()}
    ending = naming.variant_ending(choices, script.own(chosen), length)
    return folder / f"{naming.file_stem(script.title, script.path.stem, ending)}.mp3"


def build(
    script: Script, folder: Path, options: Options, workshop: Workshop, progress: Progress = silent
) -> Built:
    """Make the finished file of a script in a folder, and its receipt.

    Raises:
        Refused: the script's level was not acknowledged, or another script's file has that name.
        ProblemsFound, MissingTool, EngineFailure: see `plan.plan`.
        OutputFailure: the file cannot be written; what stood there is untouched.
    """
    require_acknowledgement(script, options)
    file = output_file(script, folder, options.length, options.chosen)
    edition = script.edition(options.length, options.chosen)
    _require_own(file, script, options, workshop.store)
    planned = plan(edition, options, workshop.library, workshop.speaker, progress)
    _require_kinship(file, planned, options, workshop.store)
    with (
        tempfile.TemporaryDirectory(prefix="guided-audio-") as scratch,
        ThreadPoolExecutor(1) as aside,  # where the cover is drawn while the sound is made
    ):
        drawing = aside.submit(track_tags, planned)
        source = _rendered(planned, workshop, Path(scratch))
        with _output(file), replacing(receipts.beside(file)) as paper, replacing(file) as stream:
            fmt = encoder.Mp3Format(planned.timeline.rate, planned.preset.kbps)
            sound = _Sound(source, planned.timeline.length, fmt, workshop.encoded, workshop.lanes, progress)
            digest = _write(stream, sound, drawing)
            made = _Made(file, digest, tag_hashes(drawing.result(), workshop.store))
            receipt = _receipt(made, planned, options, workshop)
            paper.write(receipts.write(receipt))
            _require_own(file, script, options, workshop.store)  # another build may have been quicker
            _settle(paper)
    workshop.encoded.trim(MOST_ENCODED)
    return Built(file, receipt, planned)


@contextmanager
def _output(file: Path) -> Iterator[None]:
    """Say plainly why a file and its receipt cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        for path in (file, receipts.beside(file)):
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, f"{path.name} is a folder there")
        sweep(file.parent)
        yield
    except OSError as error:
        if error.errno not in _OF_THE_DISK:
            raise
        reason = (error.strerror or type(error).__name__).lower()
        raise OutputFailure(
            f"Nothing was written into {file.parent}: {reason}. What was there before is untouched. "
            "Choose another folder with --out, or make room in this one."
        ) from error


_OF_THE_DISK = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO),
    *(errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOENT, errno.ENAMETOOLONG, errno.ELOOP),
}
"""What a folder, or the disk it is on, can be to blame for. Anything else is a fault of ours."""


def _rendered(planned: Plan, workshop: Workshop, scratch: Path) -> Rendering:
    """The sound of a plan; a sentence where there is no room to unpack a bed."""
    try:
        return render(planned, workshop.library, workshop.speaker, scratch)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise OutputFailure(
            f"A sound could not be unpacked into {scratch.parent}: {reason}. Make room there, "
            "or set TMPDIR to a folder on another disk."
        ) from error


def _settle(paper: BufferedRandom) -> None:
    """Have the receipt on the disk before the sound takes its place: a full disk must not part the two."""
    paper.flush()
    os.fsync(paper.fileno())


def _require_own(file: Path, script: Script, options: Options, store: Store) -> None:
    """Stop where a finished file would be replaced by something else: it may be another client's.

    Raises:
        Refused: with what it was made of instead, and the ways out.
    """
    if options.overwrite or not file.is_file():
        return
    try:
        earlier = receipts.read(receipts.beside(file).read_bytes())
    except (OSError, ValueError):
        raise Refused(f"{file} is there already, without a receipt of ours. {_WAYS_OUT}") from None
    if earlier.secret != store.key("secret"):
        raise Refused(f"{file} is there already, and another store made it. {_WAYS_OUT}")
    if earlier.script != _script_id(script, store):
        raise Refused(f"{file} was made from another script, whose file would have this name. {_WAYS_OUT}")
    if earlier.filled != _filled_id(script, options, store):
        raise Refused(f"{file} was made with other words in its slots: whose is it? {_WAYS_OUT}")


_WAYS_OUT = "Build into another folder with --out, change the title, or replace it with --overwrite."

LEAST_IN_COMMON, LINES_TO_TELL = 0.5, 5
"""The part of its lines a script keeps while it is changed: with fewer it counts as another one. Of a
script that has hardly a line nothing can be told."""


def _require_kinship(file: Path, planned: Plan, options: Options, store: Store) -> None:
    """The same for two scripts of one name in two folders: they have hardly a line in common."""
    if options.overwrite or not file.is_file():
        return
    earlier = {line.id for line in receipts.read(receipts.beside(file).read_bytes()).lines}
    now = {store.key("line", line.identity) for line in planned.timeline.lines}
    fewer = min(len(earlier), len(now))
    if fewer >= LINES_TO_TELL and len(earlier & now) < LEAST_IN_COMMON * fewer:
        raise Refused(f"{file} was made from another script of the same name and title. {_WAYS_OUT}")


def _script_id(script: Script, store: Store) -> str:
    """A script stays itself when its folder is moved; another file's name makes it another one."""
    return store.key("script", script.path.stem)


def _filled_id(script: Script, options: Options, store: Store) -> str:
    """What the slots of a script are filled with, those it has."""
    filled = {name: options.values[name] for name in sorted(script.slots) if options.values.get(name)}
    return store.key("filled", json.dumps(filled))


# The file


@dataclass(frozen=True, slots=True)
class _Sound:
    rendering: Rendering
    length: Frames
    fmt: encoder.Mp3Format
    encoded: Store
    lanes: int
    progress: Progress

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


@dataclass(frozen=True, slots=True)
class _Made:
    file: Path
    sha256: str
    tags: Mapping[str, str]


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


def _write(stream: BufferedRandom, sound: _Sound, drawing: Future[tags.TrackTags]) -> str:
    """Tag, header and sound; gives the SHA-256 of what follows the tag.

    The tag is written first without the peak, which is known only at the end, and once more with it.
    """
    sink = _AfterTheTag(stream, lambda: tags.id3(drawing.result()))
    peak = encoder.encode(
        sound.rendering,
        sound.length,
        sink,
        sound.fmt,
        lanes=sound.lanes,
        progress=lambda done: sound.progress("Encoding", done, sound.length),
        keep=sound.keep,
    )
    stream.seek(0)
    stream.write(tags.id3(replace(drawing.result(), peak=peak)))
    stream.seek(sink.begins)
    return hashlib.file_digest(stream, "sha256").hexdigest()


# The receipt


def _receipt(made: _Made, planned: Plan, options: Options, workshop: Workshop) -> Receipt:
    script, timeline, store, preset = planned.script, planned.timeline, workshop.store, planned.preset
    return Receipt(
        file=made.file.name,
        script=_script_id(script, store),
        filled=_filled_id(script, options, store),
        level=script.level.value,
        acknowledged=script.level is not Level.OPEN and (options.agreed or options.follow_up),
        rate=timeline.rate,
        frames=timeline.length,
        lines=tuple(_line_entries(planned, store)),
        cues=tuple(_clip_entry(clip, preset) for clip in timeline.clips if clip.line is None),
        pauses=tuple(receipts.PauseEntry(pause.start, pause.end, pause.kind) for pause in timeline.pauses),
        chapters=tuple(
            receipts.ChapterEntry(store.key("title", chapter.title), chapter.start, chapter.end)
            for chapter in timeline.chapters
        ),
        bells=tuple(int(bell.start) for bell in timeline.bells),
        bed=receipts.BedEntry(timeline.beds[0].under) if timeline.beds else None,
        tail=polish.tail_frames(workshop.speaker.chain, timeline.rate),
        beds=tuple(receipts.BedPlace(bed.under, bed.start, bed.end) for bed in timeline.beds),
        levels=receipts.Levels(preset.speech, preset.finished, preset.ceiling),
        pace=round(timeline.pace, 1),
        tags=made.tags,
        versions=_versions(planned, workshop.speaker),
        secret=store.key("secret"),
        audio_sha256=made.sha256,
    )


def _line_entries(planned: Plan, store: Store) -> Iterator[receipts.LineEntry]:
    clips: dict[int, list[Clip]] = {}
    for clip in planned.timeline.clips:
        if clip.line is not None:
            clips.setdefault(clip.line, []).append(clip)
    for index, span in enumerate(planned.timeline.lines):
        spoken = text_of(planned.script.lines[span.number].pieces, planned.values)
        yield receipts.LineEntry(
            id=store.key("line", span.identity),
            text=store.key("text", spoken),
            voice=span.voice,
            start=span.start,
            end=span.end,
            clips=tuple(_clip_entry(clip, planned.preset) for clip in clips[index]),
        )


def _clip_entry(clip: Clip, preset: Preset) -> receipts.ClipEntry:
    return receipts.ClipEntry(clip.key, clip.start, clip.length, line_gain(clip, preset.speech))


def _versions(planned: Plan, speaker: Speaker) -> dict[str, str]:
    voices = {planned.cast.default, *planned.cast.named.values()}
    return {
        "guided-audio": __version__,
        "ffmpeg": ffmpeg.version(),
        "mp3": str(encoder.FORMAT_VERSION),
        "speech": str(speaking.FORMAT_VERSION),
        "clip": str(conform.VERSION),
        "preset": planned.preset.name,
        "polish": " ".join(map(str, astuple(speaker.chain))),
        **{str(voice): speaker.fingerprint(voice) for voice in sorted(voices, key=str)},
    }
