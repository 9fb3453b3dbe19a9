"""Making out the receipt of a finished file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

from guided_audio import __version__, conform, encoder, ffmpeg, polish, speaking
from guided_audio import receipt as receipts
from guided_audio.build.ownership import filled_id, script_id
from guided_audio.build.workshop import Workshop
from guided_audio.folders import SUFFIXES
from guided_audio.forms import Form
from guided_audio.plan import Options, Plan
from guided_audio.presets import Preset
from guided_audio.receipt import Receipt
from guided_audio.render import line_gain
from guided_audio.script import Level, text_of
from guided_audio.speaking import Speaker
from guided_audio.store import Store
from guided_audio.timeline import Clip


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was written: the SHA-256 of its sound, see `Receipt`, and hashes of its tags."""

    file: Path
    sha256: str
    tags: Mapping[str, str]


def receipt_for(made: Made, planned: Plan, options: Options, workshop: Workshop) -> Receipt:
    """The receipt of a file that was made of a plan."""
    script, timeline, store, preset = planned.script, planned.timeline, workshop.store, planned.preset
    return Receipt(
        file=made.file.name,
        script=script_id(script, store),
        filled=filled_id(script, options, store),
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
        beds=tuple(
            receipts.BedPlace(bed.under, bed.start, bed.end, Path(bed.sound).suffix.lower() not in SUFFIXES)
            for bed in timeline.beds
        ),
        levels=receipts.Levels(preset.speech, preset.finished, preset.ceiling),
        pace=round(timeline.pace, 1),
        tags=made.tags,
        versions=_versions(planned, options.form, workshop.speaker),
        secret=store.key("secret"),
        audio_sha256=made.sha256,
        form=options.form,
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


def _versions(planned: Plan, form: Form, speaker: Speaker) -> dict[str, str]:
    voices = {planned.cast.default, *planned.cast.named.values()}
    return {
        "guided-audio": __version__,
        "ffmpeg": ffmpeg.version(),
        form.value: str(encoder.FORMAT_VERSION if form is Form.MP3 else encoder.STREAM_VERSION),
        "speech": str(speaking.FORMAT_VERSION),
        "clip": str(conform.VERSION),
        "preset": planned.preset.name,
        "polish": " ".join(map(str, astuple(speaker.chain))),
        **{str(voice): speaker.fingerprint(voice) for voice in sorted(voices, key=str)},
    }
