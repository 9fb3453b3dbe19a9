"""How long a script will be, without a word being spoken: takes are guessed from their texts.

`check` must not speak, and yet say what is too long, too fast or too quiet. The figures were fitted by
least squares to the 128 sentences of the built-in scripts, as the default English voice says them at
112 words a minute: a script comes out within 1 % of what is spoken, a single sentence within 5 % on
average. At 135 words a minute it is 4 % too long. A voice that cannot go as slow as it is asked to is
not known here: the default one goes no slower than 112.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from guided_audio.errors import ProblemsFound
from guided_audio.fit import fit
from guided_audio.layout import CUE_MARGIN, lay_out
from guided_audio.pacing import Breathing, Gap, Saying, Score, score
from guided_audio.script import Script, shown_values
from guided_audio.timeline import Take, Timeline
from guided_audio.units import Seconds, to_frames, to_seconds

REFERENCE_PACE = 112.0
"""Words a minute at which the figures below were measured."""

PER_SENTENCE = 0.3308
PER_LETTER = 0.1135
PER_MARK = 0.6971
"""Seconds: of a sentence whatever it says, of a letter or digit, and of a comma or its like."""

_MARK = re.compile(r"[,;:–—](?=\s)")
_SHORTEST_CUE = 0.05


def spoken_seconds(text: str, pace: float = REFERENCE_PACE) -> Seconds:
    """How long a sentence lasts at a pace, as far as its letters tell."""
    letters = sum(map(str.isalnum, text))
    marks = len(_MARK.findall(text))
    at_reference = PER_SENTENCE + PER_LETTER * letters + PER_MARK * marks
    return Seconds(at_reference * REFERENCE_PACE / pace)


def estimated(script: Script, length: Seconds | None = None) -> Timeline:
    """The timeline of an edition, slots at their fallback; as near to `length` as its pauses can come.

    Optional passages must be in their place already, as `Script.edition` puts them.

    Raises:
        ProblemsFound: where no breathing cue could fit into its breath.
    """
    events = score(script, shown_values(script))
    takes = _takes(script, events)
    if length is not None:
        events = _fitted(script, events, takes, length)
    return lay_out(script, events, takes)


def _fitted(script: Script, events: Score, takes: Mapping[Saying, Take], length: Seconds) -> Score:
    """The score at a length, or at the nearest it can have."""
    try:
        return fit(script, events, takes, length)
    except ProblemsFound:
        low, high = _reach(events, lay_out(script, events, takes))
        nearest = min(max(int(to_frames(length)), low), high)
        return fit(script, events, takes, to_seconds(nearest))


def _takes(script: Script, events: Score) -> dict[Saying, Take]:
    room = _room_for_cues(events)
    return {saying: _take(saying, script.pace, room.get(saying)) for saying in events.sayings}


def _take(saying: Saying, pace: float, room: float | None) -> Take:
    seconds: float = spoken_seconds(saying.text, pace)
    if room is not None:
        seconds = max(min(seconds, room), _SHORTEST_CUE)
    return Take("", to_frames(seconds), -20.0, "estimate")


def _room_for_cues(events: Score) -> dict[Saying, float]:
    """The longest each breathing cue may be: whether a voice is quick enough, only the voice can say."""
    room: dict[Saying, float] = {}
    for event in events.events:
        if isinstance(event, Breathing):
            shortest = min(phase.length for phase in event.phases) - CUE_MARGIN - 0.01
            for cue in (phase.cue for phase in event.phases if phase.cue):
                room[cue] = min(shortest, room.get(cue, shortest))
    return room


def _reach(events: Score, timeline: Timeline) -> tuple[int, int]:
    """The shortest and the longest the pauses allow, in frames."""
    rests = [event.rest for event in events.events if isinstance(event, Gap) and event.rest.elastic]
    less = sum(to_frames(rest.ideal) - to_frames(rest.minimum) for rest in rests)
    more = sum(to_frames(rest.maximum) - to_frames(rest.ideal) for rest in rests)
    return timeline.length - less, timeline.length + more
