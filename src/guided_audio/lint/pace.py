"""GA03, GA04, GA05, GA07: how long it is quiet, how fast the words come, and how long all of it lasts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator

from guided_audio.errors import Place
from guided_audio.lint.heard import Silence, Utterance, sentences_of, silences, utterances
from guided_audio.lint.reading import has, spoken
from guided_audio.lint.rule import Finding, Rule, Severity, Subject
from guided_audio.lint.subject import top
from guided_audio.script import Level, Profile
from guided_audio.units import Seconds, format_duration

UNANNOUNCED = 25.0
"""Seconds of quiet after which a listener begins to wonder: our design value."""

LONGEST_ALONE = 40.0
"""Seconds of quiet at the most in a script anyone may listen to alone: our design value."""

TO_ANSWER = 10.0
"""Seconds for an inner question at the least: our design value."""

BRISK, HURRIED = 130.0, 150.0
"""Words a minute while somebody speaks: our design values."""

MOST_WORDS = 45
"""Words without a pause: our design value."""

FOR_NEWCOMERS = Seconds(15 * 60.0)
"""How long it lasts at the most for people who are new to this: our design value."""

A_PAUSE, A_TICK = 2.0, 1.5
"""Seconds. What counts as a pause within a line, and between two: a `tick` pressed together."""

OFF_BY = 0.10
"""The part of its length by which an edition may miss it: our design value."""

_ROUNDING = 0.05
_JUST_SAID = 3


# Quiet


def _quiet(subject: Subject) -> Iterator[Finding]:
    announced: Callable[[Silence], bool] | None = None
    for silence in silences(subject):
        if silence.length <= UNANNOUNCED + _ROUNDING:
            continue
        if silence.line == len(subject.lines) - 1 and subject.profile is Profile.SLEEP:
            continue
        announced = announced or _announcements(subject)
        length = format_duration(round(silence.length))
        if silence.length > LONGEST_ALONE + _ROUNDING and subject.script.level is Level.OPEN:
            message = f"It is quiet for {length}; an open script has at most {LONGEST_ALONE:.0f}s at a time."
            hint = "Divide it by a line that says the listener has not been forgotten."
            yield Finding(silence.place, "GA03", Severity.ERROR, message, hint)
        elif not announced(silence):
            message = f"It is quiet for {length}, and nothing before it says so."
            hint = "Say that there will be quiet, and for about how long."
            yield Finding(silence.place, "GA03", Severity.WARNING, message, hint)


def _announcements(subject: Subject) -> Callable[[Silence], bool]:
    """Tells whether one of the last three sentences before a silence speaks of quiet."""
    if "structure/announcing-quiet" not in subject.words:
        return lambda _: True
    lines = [sentence.line for sentence in subject.sentences]
    announcing = [has(subject, said, "structure/announcing-quiet") for said in spoken(subject)]

    def announced(silence: Silence) -> bool:
        end = bisect_right(lines, silence.line)
        return any(announcing[max(0, end - _JUST_SAID) : end])

    return announced


# Questions


def _questions(subject: Subject) -> Iterator[Finding]:
    """The longest quiet between a question and the next line is the time there is for it."""
    quiet: dict[int, list[Silence]] = {}
    for silence in silences(subject):
        quiet.setdefault(silence.line, []).append(silence)
    for line, said in _by_line(utterances(subject)).items():
        questions = [one for one in said if _asks(one.text)]
        if not questions or subject.lines[line].rest.kind == "orient":
            continue
        asked = questions[-1].end
        times = [one.length for one in quiet.get(line, ()) if one.start >= asked - _ROUNDING]
        longest = max(times, default=Seconds(0.0))
        if longest < TO_ANSWER - _ROUNDING:
            place = [one.place for one in sentences_of(subject, line) if _asks(one.text)]
            message = f"There are {round(longest)} s for this question; {TO_ANSWER:.0f} s is the least."
            hint = "Write it after `ask:`, or put a `pause` after it."
            yield Finding(
                place[-1] if place else subject.lines[line].place, "GA04", Severity.WARNING, message, hint
            )


def _asks(text: str) -> bool:
    return text.rstrip("\"'”’»)").endswith("?")


def _by_line(said: tuple[Utterance, ...]) -> dict[int, list[Utterance]]:
    found: dict[int, list[Utterance]] = {}
    for one in said:
        found.setdefault(one.line, []).append(one)
    return found


# Words


def _pace(subject: Subject) -> Iterator[Finding]:
    """The pace that is asked for: every voice is measured before it speaks, and set to that."""
    pace = subject.script.pace
    if pace > BRISK:
        severity, much = (Severity.ERROR, "far too fast") if pace > HURRIED else (Severity.WARNING, "fast")
        message = f"{pace:.0f} words a minute are {much} for someone who turns inward."
        hint = f"Take a `pace` of {BRISK:.0f} or less; 105 to 120 is easy to follow."
        yield Finding(top(subject, "pace"), "GA05", severity, message, hint)
    for first, words in _breathless(utterances(subject)):
        message = f"From here {words} words come without a pause of {A_PAUSE:.0f} s."
        hint = "Divide the line, or put [2s] between two of its sentences."
        yield Finding(_place_of(subject, first), "GA05", Severity.WARNING, message, hint)


def _breathless(said: tuple[Utterance, ...]) -> Iterator[tuple[Utterance, int]]:
    """Where more words than one can hold follow each other, and how many they are."""
    run: list[Utterance] = []
    for one in said:
        if run and _pauses(run[-1], one):
            yield from _too_many(run)
            run = []
        run.append(one)
    yield from _too_many(run)


def _pauses(before: Utterance, after: Utterance) -> bool:
    least = A_PAUSE if before.line == after.line else A_TICK
    return after.start - before.end >= least - _ROUNDING


def _too_many(run: list[Utterance]) -> Iterator[tuple[Utterance, int]]:
    words = sum(len(one.text.split()) for one in run)
    if words > MOST_WORDS:
        yield run[0], words


def _place_of(subject: Subject, said: Utterance) -> Place:
    for sentence in sentences_of(subject, said.line):
        if sentence.text.startswith(said.text) or said.text.startswith(sentence.text):
            return sentence.place
    return subject.lines[said.line].place


# Length


def _length(subject: Subject) -> Iterator[Finding]:
    if subject.length is None:
        yield from _long_for_newcomers(subject)
        return
    off = subject.timeline.duration - subject.length
    if abs(off) < 0.5:
        return
    much = abs(off) / subject.length > OFF_BY
    reached, declared = (format_duration(round(time)) for time in (subject.timeline.duration, subject.length))
    side = "at the least" if off > 0 else "at the most"
    message = (
        f"The edition of {declared} would last {reached} {side}, as far as one can tell without a voice."
    )
    hint = "Name another length, or add and remove lines." if much else "A quicker or slower voice decides."
    severity = Severity.WARNING if much else Severity.NOTE
    yield Finding(top(subject, "lengths"), "GA07", severity, message, hint)


def _long_for_newcomers(subject: Subject) -> Iterator[Finding]:
    script = subject.script
    longest = max(script.lengths, default=subject.timeline.duration)
    if script.for_newcomers and longest > FOR_NEWCOMERS:
        message = f"This lasts {format_duration(round(longest))}, and is for people who are new to it."
        hint = f"{format_duration(FOR_NEWCOMERS)} or less may be kinder to begin with."
        yield Finding(top(subject, "experience"), "GA07", Severity.NOTE, message, hint)


_SHORT = "- Rain falls on the shed. It falls on the lane as well.\n"
_LONG = (
    "- This is a line that goes on and on about the shed, the lane behind it, the rain on its roof, and all "
    "that is kept in it since the summer, from the bicycle to the rake and the two old chairs that nobody "
    "has sat on for years and that nobody will now.\n"
)

RULES: tuple[Rule, ...] = (
    Rule(
        id="GA03",
        name="Long quiet is announced",
        severity=Severity.WARNING,
        reason="Quiet that nobody spoke of makes one wonder what is wrong; a long one can overwhelm.",
        source="getstillmind.com on guidance; casatondemand.org; 25 s and 40 s are our design values",
        blind="How long the quiet was said to be. A bell ends a quiet, whether it is heard or not.",
        find=_quiet,
        failing=(
            _SHORT + "- pause: 30s\n" + _SHORT,
            _SHORT + "- ask: How is that for you?\n- pause: 9s\n" + _SHORT,
            "- dwell: There will be quiet now.\n- pause: 14s\n" + _SHORT,
        ),
        passing=(
            "- dwell: There will be some quiet now, about as long as it takes to fill a kettle.\n" + _SHORT,
            _SHORT + "- pause: 24s\n" + _SHORT,
            "level: agreed\nscript:\n- I will pause for a minute.\n- pause: 1m\n" + _SHORT,
        ),
    ),
    Rule(
        id="GA04",
        name="Time to answer",
        severity=Severity.WARNING,
        reason="A question that is gone before it was answered teaches that the answer does not matter.",
        source="timings of published parts recordings (insighttimer.com); 10 s is our design value",
        blind="Questions without a question mark, and questions that want no answer.",
        find=_questions,
        failing=(
            "- Is any place here in want of company?\n" + _SHORT,
            "- How is it today? It may be easy.\n- pause: 6s\n" + _SHORT,
        ),
        passing=(
            "- ask: Is any place here in want of company?\n" + _SHORT,
            "- How is it today?\n- pause: 12s\n" + _SHORT,
            "- orient: Which day is it today?\n" + _SHORT,
        ),
    ),
    Rule(
        id="GA05",
        name="Unhurried words",
        severity=Severity.WARNING,
        reason="A listener who turns inward needs time for each sentence, and a moment between them.",
        source="dreamweaving template (120 words a minute); hypnothera.ai; all figures are our design values",
        blind="How fast a voice really is: one that cannot go so slow is faster. `plan` tells.",
        find=_pace,
        failing=(
            "pace: 141\nscript:\n" + _SHORT * 8,
            "pace: 190\nscript:\n" + _SHORT * 8,
            _SHORT + _LONG,
        ),
        passing=("pace: 105\nscript:\n" + _SHORT * 8, _SHORT * 12, "pace: 130\nscript:\n" + _SHORT),
    ),
    Rule(
        id="GA07",
        name="Lengths that can be had",
        severity=Severity.WARNING,
        reason="Whoever has ten minutes is not helped by a script that cannot last ten.",
        source="Strohmaier 2021, doi 10.1007/s12671-020-01512-5, where people new to it did better with 5 "
        "minutes than with 20; the limits are our design values",
        blind="The voice: lengths are estimates, within 5 % for the default voice. Who is new, where nothing "
        "says so.",
        find=_length,
        failing=(
            "lengths: [1m, 20m]\nscript:\n" + "- notice: Rain falls on the shed.\n" * 4,
            "lengths: [20s]\nscript:\n" + "- notice: Rain falls on the shed.\n" * 4,
            "experience: new\nscript:\n" + (_SHORT + "- pause: 8m\n") * 2,
        ),
        passing=(
            "experience: new\nscript:\n" + (_SHORT + "- pause: 7m\n") * 2,
            "lengths: [1m]\nscript:\n" + "- notice: Rain falls on the shed.\n" * 4,
            "script:\n" + "- notice: Rain falls on the shed.\n" * 4,
        ),
    ),
)
