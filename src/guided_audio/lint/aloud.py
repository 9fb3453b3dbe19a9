"""What is said aloud and stands in no line: breathing cues, and words that are replaced as they are said.

A lexicon and `sounds-like` are for how a word sounds. They can put any other word in its place as well, and
what a listener hears is that one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from guided_audio.errors import Place
from guided_audio.lexicon import pronounced
from guided_audio.lint.rule import Sentence, Subject
from guided_audio.pacing import Spoken, score, sentences
from guided_audio.script import Breathe, shown_values
from guided_audio.timeline import LineSpan
from guided_audio.units import Frames

CUE = -1
"""In the place of the number of a line, for what is said as a breathing cue."""


def said_otherwise(subject: Subject) -> Subject:
    """The subject with only those sentences that are said and not written in a line.

    They stand where their line or their cue does. Words given by their sounds (`ipa`) stay as written.
    """
    return replace(subject, sentences=(*_cues(subject), *_replaced(subject)))


def _cues(subject: Subject) -> Iterator[Sentence]:
    """The cues of each breath one behind the other, as they are written and as they are said."""
    script = subject.script
    for step in script.steps:
        if isinstance(step, Breathe):
            written = f"{step.inhale_cue} {step.exhale_cue}".strip()
            said = pronounced(written, {}, script.lexicon, script.language).text
            for text in dict.fromkeys((written, said)):
                yield from _sentences(text, step.place, CUE)


def _replaced(subject: Subject) -> Iterator[Sentence]:
    """What is said of each line that is not said as it is written."""
    script = subject.script
    if not script.lexicon and not any(line.sounds_like for line in subject.lines):
        return
    said: dict[int, list[str]] = {}
    for event in score(script, shown_values(script)).events:
        if isinstance(event, Spoken) and event.line is not None:
            said.setdefault(event.line, []).append(event.saying.text)
    written: dict[int, list[str]] = {}
    for sentence in subject.sentences:
        written.setdefault(sentence.line, []).append(sentence.text)
    for number, texts in said.items():
        text = " ".join(texts)
        if text != " ".join(written.get(number, ())):
            yield from _sentences(text, subject.lines[number].place, number)


def _sentences(text: str, place: Place, line: int) -> Iterator[Sentence]:
    span = LineSpan(line, text, "", Frames(0), Frames(0), 0, "")
    return (Sentence(sentence, place, line, span) for sentence in sentences(text))
