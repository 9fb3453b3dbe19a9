"""When things are heard: what is said, and the quiet between sounds, in the order of the axis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from guided_audio.errors import Place
from guided_audio.layout import lead_in, tail
from guided_audio.lint.phrases import phrases, places_of, short_forms
from guided_audio.lint.phrases import words as words_in
from guided_audio.lint.reading import has, spoken
from guided_audio.lint.rule import Sentence, Subject
from guided_audio.pacing import Spoken, score
from guided_audio.script import Bell, Line, Pause, flat, shown_values
from guided_audio.timeline import LineSpan
from guided_audio.units import Seconds, to_seconds


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is said in one go: a sentence, or a part of one before a pause inside it. Times in seconds."""

    line: int
    text: str
    start: Seconds
    end: Seconds


@dataclass(frozen=True, slots=True)
class Silence:
    """The time from one sound to the next, in seconds.

    `line` is the number of the last line heard before it, -1 before the first one; `place` is that of the
    step that asks for most of it.
    """

    start: Seconds
    end: Seconds
    line: int
    place: Place

    @property
    def length(self) -> Seconds:
        """How long it is."""
        return Seconds(self.end - self.start)


@lru_cache(maxsize=1)
def utterances(subject: Subject) -> tuple[Utterance, ...]:
    """Everything that is said in lines; line by line where the timeline was made with other words."""
    timeline = subject.timeline
    clips = [clip for clip in timeline.clips if clip.line is not None]
    events = score(subject.script, shown_values(subject.script)).events
    said = [event for event in events if isinstance(event, Spoken) and event.line is not None]
    if len(said) != len(clips):
        return tuple(
            Utterance(span.number, span.text, _seconds(subject, span.start), _seconds(subject, span.end))
            for span in timeline.lines
        )
    return tuple(
        Utterance(
            event.line or 0, event.saying.text, _seconds(subject, clip.start), _seconds(subject, clip.end)
        )
        for event, clip in zip(said, clips, strict=True)
    )


def start_of(subject: Subject, span: LineSpan) -> Seconds:
    """When a line begins."""
    return _seconds(subject, span.start)


def end_of(subject: Subject, span: LineSpan) -> Seconds:
    """When the last word of a line has been said."""
    return _seconds(subject, span.end)


def sentences_of(subject: Subject, line: int) -> Iterator[Sentence]:
    """The sentences of a line."""
    return (sentence for sentence in subject.sentences if sentence.line == line)


def lines_with(subject: Subject, *sections: str) -> frozenset[int]:
    """The lines that have, in one sentence, a phrase of each of these sections; by their number."""
    return frozenset(
        said.sentence.line
        for said in spoken(subject)
        if all(has(subject, said, section) for section in sections)
    )


def text_has(subject: Subject, text: str, section: str) -> bool:
    """Whether a text that is not spoken has a phrase of a section."""
    words = words_in(text, short_forms(subject.words.get("context/short-forms", ())))
    return bool(phrases(subject.words.get(section, ())).hits(words, places_of(words)))


@lru_cache(maxsize=1)
def silences(subject: Subject) -> tuple[Silence, ...]:
    """Every quiet between two sounds, and those before the first word and after the last one.

    Fading in and fading out are not among them. A bell ends a silence, and so does paced breathing.
    """
    timeline, found = subject.timeline, []
    askers = _askers(subject)
    reached, line = int(lead_in(subject.script, timeline.rate)), -1
    end = timeline.length - tail(subject.script, timeline.rate)
    for start, stop, number in [*_sounds(subject), (end, end, line)]:
        if start > reached:
            inside = line >= 0 and number == line
            place = subject.lines[line].place if inside else askers[line]
            found.append(Silence(_seconds(subject, reached), _seconds(subject, start), line, place))
        reached, line = max(reached, stop), max(line, number)
    return tuple(found)


def _sounds(subject: Subject) -> list[tuple[int, int, int]]:
    """First frame, end, and line (-1 for none) of every sound but the bed."""
    timeline = subject.timeline
    numbers = [span.number for span in timeline.lines]
    clips = (
        (clip.start, clip.end, -1 if clip.line is None else numbers[clip.line]) for clip in timeline.clips
    )
    bells = ((bell.start, bell.start, -1) for bell in timeline.bells)
    breaths = (
        (breath.start, breath.start + breath.inhale + breath.hold + breath.exhale, -1)
        for breath in timeline.breaths
    )
    return sorted([*clips, *bells, *breaths])


def _askers(subject: Subject) -> dict[int, Place]:
    """Which step asks for the most quiet after each line, -1 standing for what is before the first."""
    most: dict[int, tuple[float, Place]] = {}
    line = -1
    for step in flat(subject.script.steps):
        if isinstance(step, Line):
            line += 1
        asked = _asked(step)
        if asked is not None and asked >= most.get(line, (-1.0, step.place))[0]:
            most[line] = (asked, step.place)
    nowhere = subject.script.place_of("title")
    return {number: most.get(number, (0.0, nowhere))[1] for number in range(-1, line + 1)}


def _asked(step: object) -> float | None:
    match step:
        case Line(rest=rest) | Pause(rest=rest) | Bell(wait=rest):
            return rest.ideal
        case _:
            return None


def _seconds(subject: Subject, frames: int) -> Seconds:
    return to_seconds(frames, subject.timeline.rate)
