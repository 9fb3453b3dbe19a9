"""Lay a score out on the axis: from sayings and rests to a timeline, once it is known how long words take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from guided_audio.beds import (
    BED_FADE_INTO_SLEEP,
    Change,
    bed_at_the_beginning,
    bed_at_the_end,
    going_out_over,
    lay_beds,
)
from guided_audio.errors import Place, Problem, ProblemsFound
from guided_audio.pacing import Breathing, Event, Gap, Phase, Saying, Score, Spoken, Strike, Turn
from guided_audio.script import Ending, Line, Script, Slot, shown_values, text_of
from guided_audio.timeline import (
    BedSpan,
    BellStrike,
    BreathSpan,
    ChapterSpan,
    Clip,
    LineSpan,
    Quiet,
    Take,
    Timeline,
)
from guided_audio.units import PROJECT_RATE, Frames, to_frames

LEAD_IN = 6.0
"""Seconds before the first word over a bed: the time the bed takes to come in. Nothing startles,
and a wireless speaker that swallows the first second swallows no word."""

TAIL = 12.0
"""Seconds after the last sound over a bed: two to sit in, ten while the bed goes out."""

SLEEP_TAIL = 47.0
"""The same where the ending is sleep: two seconds, and then 45 in which the bed goes out unnoticed."""

BARE_LEAD_IN = 1.0
BARE_TAIL = 4.0
"""The same without a bed: room tone alone, as the publishers of audiobooks ask for."""

CHAPTER_LEAD = 0.5
"""Seconds a chapter mark stands before the chapter's first sound, so that jumping there cuts no
consonant. Never more than half of the quiet before it."""

CUE_MARGIN = 0.3
"""Seconds at the least between the beginning of a breath's phase and the cue for the next one."""


def lead_in(script: Script, rate: int = PROJECT_RATE) -> Frames:
    """What is heard before the first event."""
    return to_frames(LEAD_IN if bed_at_the_beginning(script) else BARE_LEAD_IN, rate)


def tail(script: Script, rate: int = PROJECT_RATE) -> Frames:
    """What is heard after the last event."""
    if bed_at_the_end(script) is None:
        return to_frames(BARE_TAIL, rate)
    return to_frames(SLEEP_TAIL if script.ending is Ending.SLEEP else TAIL, rate)


def ended(timeline: Timeline) -> Timeline:
    """The timeline with no more than `BARE_TAIL` after its last word, as publishers of books ask for it."""
    if not timeline.clips:
        return timeline
    spoken = max(clip.end for clip in timeline.clips)
    length = Frames(min(timeline.length, spoken + to_frames(BARE_TAIL, timeline.rate)))
    chapters = tuple(each for each in timeline.chapters if each.start < length)
    return replace(
        timeline,
        length=length,
        chapters=(*chapters[:-1], replace(chapters[-1], end=length)),
        pauses=tuple(pause for pause in timeline.pauses if pause.start < spoken),
    )


def lay_out(
    script: Script,
    score: Score,
    takes: Mapping[Saying, Take],
    shown: Mapping[str, str] | None = None,
    rate: int = PROJECT_RATE,
) -> Timeline:
    """Place every event of a score. `shown` is what stands in slots where a line is read: their fallbacks.

    Raises:
        ProblemsFound: where a breathing cue does not fit into the breath before it.
    """
    bench = _Bench(takes, rate, Frames(lead_in(script, rate)))
    for event in score.events:
        bench.put(event)
    if bench.problems:
        raise ProblemsFound(bench.problems)
    length = Frames(bench.cursor + tail(script, rate))
    chapters = _chapters(bench.turns, script.title, length)
    heard = {number: index for index, number in enumerate(bench.clips_by_line())}
    return Timeline(
        rate=rate,
        length=length,
        lines=tuple(_line_spans(script, bench, chapters, shown_values(script) if shown is None else shown)),
        clips=tuple(
            clip if clip.line is None else replace(clip, line=heard[clip.line]) for clip in bench.clips
        ),
        pauses=tuple(bench.pauses),
        bells=tuple(bench.bells),
        breaths=tuple(bench.breaths),
        chapters=chapters,
        beds=_beds(script, bench.changes, length, rate),
    )


def _beds(script: Script, changes: Sequence[Change], length: Frames, rate: int) -> tuple[BedSpan, ...]:
    spans = lay_beds(script.bed, changes, length, rate)
    if script.ending is Ending.SLEEP and bed_at_the_end(script):
        return going_out_over(BED_FADE_INTO_SLEEP, spans, rate)
    return spans


@dataclass(slots=True)
class _Bench:
    """Where the pieces are put down one after another."""

    takes: Mapping[Saying, Take]
    rate: int
    cursor: Frames
    last_sound: int = 0
    clips: list[Clip] = field(default_factory=list)
    voices: dict[str, str] = field(default_factory=dict)
    pauses: list[Quiet] = field(default_factory=list)
    bells: list[BellStrike] = field(default_factory=list)
    breaths: list[BreathSpan] = field(default_factory=list)
    turns: list[tuple[str, Frames]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def clips_by_line(self) -> dict[int, list[Clip]]:
        """The clips of each line that is heard, by the line's number in the script."""
        found: dict[int, list[Clip]] = {}
        for clip in self.clips:
            if clip.line is not None:
                found.setdefault(clip.line, []).append(clip)
        return found

    def put(self, event: Event) -> None:
        match event:
            case Spoken(saying, line):
                self._say(saying, self.cursor, line)
                self.cursor = self.clips[-1].end
            case Gap(rest):
                end = Frames(self.cursor + to_frames(rest.ideal, self.rate))
                self.pauses.append(Quiet(self.cursor, end, rest.kind))
                self.cursor = end
            case Strike(sound):
                self.bells.append(BellStrike(str(sound), self.cursor))
                self.last_sound = self.cursor
            case Turn(title, bed):
                mark = self._turn()
                self.turns.append((title, mark))
                if bed:
                    self.changes.append(Change(mark, bed))
            case Breathing():
                self._breathe(event)

    def _turn(self) -> Frames:
        if not self.turns and not self.clips and not self.bells:
            return Frames(0)
        lead = min(to_frames(CHAPTER_LEAD, self.rate), (self.cursor - self.last_sound) // 2)
        return Frames(self.cursor - lead)

    def _say(self, saying: Saying, start: int, line: int | None) -> None:
        take = self.takes[saying]
        clip = Clip(take.key, Frames(start), take.length, take.loudness, line)
        self.clips.append(clip)
        self.voices[take.key] = take.voice
        self.last_sound = clip.end

    def _breathe(self, breathing: Breathing) -> None:
        """The first cue comes before the breathing; every other one ends as its own phase begins.

        It may begin in the phase before, or through a hold in the one before that: never before the
        phase that was named last.
        """
        first = breathing.phases[0].cue
        if first:
            self._say(first, self.cursor, None)
            self.cursor = self.clips[-1].end
        named_last = self.cursor
        for number, phase in enumerate(breathing.phases):
            self._swell(phase)
            if phase.cue and number:
                self._cue(phase.cue, self.cursor - named_last, breathing.place)
            if phase.kind != "hold":
                named_last = self.cursor
            self.cursor = Frames(self.cursor + to_frames(phase.length, self.rate))

    def _swell(self, phase: Phase) -> None:
        length = to_frames(phase.length, self.rate)
        if phase.kind == "in":
            self.breaths.append(BreathSpan(self.cursor, length, Frames(0), Frames(0)))
        elif phase.kind == "hold":
            self.breaths[-1] = replace(self.breaths[-1], hold=length)
        else:
            self.breaths[-1] = replace(self.breaths[-1], exhale=length)

    def _cue(self, cue: Saying, room: int, place: Place) -> None:
        length = self.takes[cue].length
        if length + to_frames(CUE_MARGIN, self.rate) > room:
            self.problems.append(
                Problem(
                    place,
                    "A breathing cue is longer than the breath before it.",
                    "Make the phase longer, or the cue shorter.",
                )
            )
        self._say(cue, self.cursor - length, None)


def _chapters(turns: list[tuple[str, Frames]], title: str, length: Frames) -> tuple[ChapterSpan, ...]:
    """Chapters cover the whole file; what is heard before the first one goes by the script's title."""
    if not turns or turns[0][1] > 0:
        turns = [(title, Frames(0)), *turns]
    ends = [*(start for _, start in turns[1:]), length]
    return tuple(ChapterSpan(name, start, end) for (name, start), end in zip(turns, ends, strict=True))


def _line_spans(
    script: Script, bench: _Bench, chapters: tuple[ChapterSpan, ...], shown: Mapping[str, str]
) -> list[LineSpan]:
    """The lines that are heard; `clip.line` counts these, for a line may be one empty slot."""
    seen: Counter[str] = Counter()
    spans: list[LineSpan] = []
    lines = script.lines
    for number, clips in bench.clips_by_line().items():
        line = lines[number]
        chapter = max(index for index, span in enumerate(chapters) if span.start <= clips[0].start)
        title = chapters[chapter].title
        title = script.common_title if script.common_title and title == script.title else title
        where = f"{line.origin}/{title}/{line.branch}/" if line.branch else f"{line.origin}/{title}/"
        name = f"{where}{line.id or 'text:' + _unfilled(line)}"
        seen[name] += 1
        text, voice = text_of(line.pieces, shown), bench.voices[clips[0].key]
        spans.append(
            LineSpan(number, text, voice, clips[0].start, clips[-1].end, chapter, f"{name}#{seen[name]}")
        )
    return spans


def _unfilled(line: Line) -> str:
    """The line's words with its slots by name: what identifies it whatever is filled in."""
    shown = {piece.name: f"{{{piece.name}}}" for piece in line.pieces if isinstance(piece, Slot)}
    return text_of(line.pieces, shown)
