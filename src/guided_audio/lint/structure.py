"""GA01, GA02, GA06: what a listener alone is given to hold on to: at the start, on the way, at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from guided_audio.errors import Place
from guided_audio.lint.heard import end_of, lines_with, start_of
from guided_audio.lint.rule import Finding, Rule, Severity, Subject
from guided_audio.script import Ending, Profile, flat
from guided_audio.timeline import LineSpan
from guided_audio.units import format_duration

CHOICE_WITHIN = 90.0
"""Seconds in which a listener has heard that she may stop: our design value."""

ENDING = 45.0
"""Seconds that coming back takes at the least: our design value."""

KINDS = 3
"""Different kinds of orientation an ending has at the least: our design value."""

ASIDES = 2
"""Lines in a row within an ending that may speak of something else."""

INWARD = 150.0
"""Seconds inward without anything to come back to: our design value."""

_ORIENTATION = {
    "structure/room": "the room",
    "structure/looking": "looking",
    "structure/ground": "feet or floor",
    "structure/hearing": "sounds",
    "structure/moving": "moving",
    "structure/date-and-name": "date or name",
}

_WITHOUT_GENERAL = frozenset(Profile) - {Profile.GENERAL}


# The first minute and a half


def _leave_to_stop(subject: Subject) -> Iterator[Finding]:
    if "structure/stopping" not in subject.words:
        return
    early = [span for span in subject.timeline.lines if start_of(subject, span) < CHOICE_WITHIN]
    saying = lines_with(subject, "structure/stopping", "structure/freely")
    if any(span.number in saying for span in early):
        return
    message = f"Nothing in the first {CHOICE_WITHIN:.0f} seconds says that one may stop, pause or skip."
    hint = "Say so early, in a sentence of your own, or begin with `- use: opening`."
    yield Finding(_first_own_step(subject), "GA01", Severity.ERROR, message, hint)


def _first_own_step(subject: Subject) -> Place:
    """The first step that stands in the script's own file, not in a shared passage."""
    title = subject.script.place_of("title")
    steps = flat(subject.script.steps)
    return next((step.place for step in steps if step.place.path == title.path), title)


# The last minute


def _way_back(subject: Subject) -> Iterator[Finding]:
    if "structure/room" not in subject.words or subject.script.ending is Ending.SLEEP:
        return
    kinds_of = _kinds(subject)
    ending = _ending(subject, kinds_of)
    kinds = {name for span in ending for name in kinds_of.get(span.number, ())}
    seconds = end_of(subject, ending[-1]) - start_of(subject, ending[0]) if ending else 0.0
    place = _last_own_step(subject) if len(kinds) < KINDS else subject.lines[ending[0].number].place
    if len(kinds) < KINDS:
        there = f" It has these: {', '.join(sorted(kinds))}." if kinds else ""
        message = f"The ending does not lead back: three kinds of orientation are wanted.{there}"
        hint = (
            "Speak of three of these: the room, looking, feet or floor, sounds, moving, date or name; "
            "or end with `- use: back-to-the-room`."
        )
        yield Finding(place, "GA02", Severity.ERROR, message, hint)
    elif seconds < ENDING:
        message = f"Coming back takes {seconds:.0f} s here; {ENDING:.0f} s is the least."
        yield Finding(
            place, "GA02", Severity.ERROR, message, "Add a line to the ending, or more time to one."
        )


def _ending(subject: Subject, kinds_of: Mapping[int, set[str]]) -> list[LineSpan]:
    """The lines from which on nearly every line is about the room, the ground, the day."""
    ending: list[LineSpan] = []
    aside: list[LineSpan] = []
    for span in reversed(subject.timeline.lines):
        aside.append(span)
        if span.number in kinds_of:
            ending += aside
            aside = []
        elif len(aside) > ASIDES:
            break
    return ending[::-1]


def _kinds(subject: Subject) -> Mapping[int, set[str]]:
    """The kinds of orientation of each line that has any."""
    found: dict[int, set[str]] = {}
    for section, name in _ORIENTATION.items():
        for line in lines_with(subject, section):
            found.setdefault(line, set()).add(name)
    return found


def _last_own_step(subject: Subject) -> Place:
    title = subject.script.place_of("title")
    steps = [step for step in flat(subject.script.steps) if step.place.path == title.path]
    return steps[-1].place if steps else title


# On the way


def _something_to_return_to(subject: Subject) -> Iterator[Finding]:
    if "structure/anchor" not in subject.words:
        return
    anchors = lines_with(subject, "structure/anchor")
    since, told = 0.0, False
    for span in subject.timeline.lines:
        if span.number in anchors:
            since, told = end_of(subject, span), False
        elif end_of(subject, span) - since > INWARD and not told:
            told = True
            time = format_duration(round(end_of(subject, span) - since))
            message = f"By here there has been nothing to come back to for {time}."
            hint = "Name the anchor, the ground or the room before this line, or that one may stop."
            yield Finding(subject.lines[span.number].place, "GA06", Severity.WARNING, message, hint)


_CALM = "- Rain falls on the roof of the shed, and on the lane behind it, and nobody minds.\n"
_LEAVE = "- You are free to stop or skip at any time.\n"
_BACK = """\
- orient: It is time to turn to the room again.
- orient: The floor is under your feet, and can be pressed.
- orient: There are sounds nearby, and some from outside.
- orient: You could look at four corners, one after another.
- orient: Fingers and toes can move, and there may be a stretch.
- orient: Today has a date, which you may like to say.
- settle: After this comes something ordinary.
"""
_INWARD = "- dwell: There will be some quiet now, for whatever is stirring within.\n"

RULES: tuple[Rule, ...] = (
    Rule(
        id="GA01",
        name="Leave to stop, said early",
        severity=Severity.ERROR,
        reason="Someone who was once not free to stop hears first of all that here she is.",
        source="Treleaven, Trauma-Sensitive Mindfulness; drkateking.com; 90 s is our design value",
        blind="Whether the sentence is meant: it looks for words of stopping and of freedom in one sentence.",
        find=_leave_to_stop,
        failing=(
            f"- chapter: Arriving\n{_CALM}",
            "- settle: Find a posture and stay in it until the bell.\n" + _CALM,
            "- pause: 2m\n" + _LEAVE + _CALM,
        ),
        passing=(
            _LEAVE + _CALM,
            "- settle: Whenever this is not for you, pause it or leave it.\n" + _CALM,
        ),
        profiles=_WITHOUT_GENERAL,
    ),
    Rule(
        id="GA02",
        name="A way back to the room",
        severity=Severity.ERROR,
        reason="Whoever opens the eyes alone in a room needs to have arrived there first.",
        source="drkateking.com; innerhealthstudio.com; 45 s and three kinds are our design values",
        blind="Whether the words lead outward, or merely occur: a stretch of road counts as a stretch.",
        find=_way_back,
        failing=(
            _LEAVE + _CALM,
            _LEAVE + "- orient: The floor is under your feet, in the room.\n- And that is all.\n",
            _LEAVE + "- Here is the room, to look at. Here is the floor.\n",
        ),
        passing=(
            _LEAVE + _CALM + _BACK,
            "- chapter: Back to the room\n- use: back-to-the-room\n",
            "ending: sleep\nscript:\n" + _LEAVE + _CALM,
        ),
        profiles=frozenset({Profile.TRAUMA_SENSITIVE, Profile.WALKING}),
    ),
    Rule(
        id="GA06",
        name="Something to come back to on the way",
        severity=Severity.WARNING,
        reason="Attention that rests on what is sore stays bearable when it goes to and fro.",
        source="casatondemand.org on the window of tolerance; 150 s is our design value",
        blind="Whether what is named steadies this listener; and any word for it that is not in our list.",
        find=_something_to_return_to,
        failing=(
            _LEAVE + _INWARD * 6,
            _LEAVE + "- pause: 45s\n" + _INWARD * 4 + _BACK,
        ),
        passing=(
            _LEAVE + _INWARD * 3 + "- settle: Your anchor is still there.\n" + _INWARD * 3,
            _LEAVE + _INWARD * 2 + _BACK,
        ),
        profiles=_WITHOUT_GENERAL,
    ),
)
