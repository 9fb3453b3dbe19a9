"""The timeline: plain data that survives JSON, and what can be read off it."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import PLACE, RATE, said, script_of, takes_of
from guided_audio.layout import lay_out
from guided_audio.pacing import score
from guided_audio.script import Breathe, exactly
from guided_audio.timeline import (
    BedSpan,
    BellStrike,
    ChapterSpan,
    Clip,
    LineSpan,
    Quiet,
    Timeline,
    from_json,
    to_json,
)
from guided_audio.units import Frames, Seconds

FRAMES = st.integers(0, 10**10).map(Frames)
LEVELS = st.floats(allow_nan=False) | st.just(-math.inf)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
TIMELINES = st.builds(
    Timeline,
    rate=st.sampled_from([44_100, 48_000]),
    length=FRAMES,
    lines=st.lists(
        st.builds(LineSpan, FRAMES, TEXTS, TEXTS, FRAMES, FRAMES, st.integers(0, 9), TEXTS), max_size=3
    ).map(tuple),
    clips=st.lists(
        st.builds(Clip, TEXTS, FRAMES, FRAMES, LEVELS, st.none() | st.integers(0, 99)), max_size=3
    ).map(tuple),
    pauses=st.lists(st.builds(Quiet, FRAMES, FRAMES, TEXTS), max_size=3).map(tuple),
    bells=st.lists(st.builds(BellStrike, TEXTS, FRAMES), max_size=2).map(tuple),
    chapters=st.lists(st.builds(ChapterSpan, TEXTS, FRAMES, FRAMES), max_size=2).map(tuple),
    beds=st.lists(
        st.builds(BedSpan, TEXTS, st.floats(0, 60), FRAMES, FRAMES, FRAMES, FRAMES), max_size=3
    ).map(tuple),
)


@given(TIMELINES)
def test_json_and_back(timeline: Timeline) -> None:
    """What was written is what is read, through the text of a file."""
    assert from_json(json.loads(json.dumps(to_json(timeline)))) == timeline


@pytest.mark.parametrize("damage", ["version", "length", "clips", "nothing", "list"])
def test_what_is_no_timeline_is_refused(damage: str) -> None:
    """Another version, a missing part, or something else altogether."""
    data = to_json(_small())
    assert isinstance(data, dict)
    wrong: object = {"version": data | {"version": 1}, "nothing": None, "list": [data]}.get(
        damage, {key: value for key, value in data.items() if key != damage}
    )
    with pytest.raises(ValueError, match=r"timeline|Timeline"):
        from_json(wrong)


def _small(breath: bool = False) -> Timeline:
    """Seven words: two sentences of a line a breath apart, then a line with a long pause inside."""
    steps = [said("One two. Three four.", exactly(5)), said("Five [3s] six [1s] seven.", exactly(2))]
    breathing = [Breathe(PLACE, Seconds(4), Seconds(4), 1, inhale_cue="Breathing in now.")] if breath else []
    script = script_of(*steps, *breathing)
    found = score(script, {})
    lengths = {"One two.": 1, "Three four.": 2, "Five": 1, "six": 1, "seven.": 1, "Breathing in now.": 3}
    return lay_out(
        script, found, takes_of(found, {text: seconds * RATE for text, seconds in lengths.items()})
    )


def test_pace_by_hand() -> None:
    """Seven words in 6 s of speech, 0.9 s between sentences and a 1 s hush; the 3 s hush does not count."""
    assert _small().pace == pytest.approx(7 * 60 / (6 + 0.9 + 1.0))


def test_cues_are_no_part_of_the_pace() -> None:
    """Whoever breathes is led by the breath, not by words a minute."""
    assert _small(breath=True).pace == pytest.approx(_small().pace)


def test_share_of_speech_by_hand() -> None:
    """6 s of speech in 1 s + 12.9 s + 5 s + … of everything."""
    total = 1 + (1 + 0.9 + 2) + 5 + (1 + 3 + 1 + 1 + 1) + 2 + 4
    assert _small().duration == pytest.approx(total)
    assert _small().speech_share == pytest.approx(6 / total)


def test_a_timeline_without_words_has_no_pace() -> None:
    """And does not divide by nothing."""
    script = script_of(Breathe(PLACE, Seconds(4), Seconds(4), 1))
    assert lay_out(script, score(script, {}), {}).pace == 0.0


def test_one_saying_in_two_places() -> None:
    """A saying that is heard twice is one take and two clips."""
    script = script_of(said("Rest."), said("Rest."))
    found = score(script, {})
    timeline = lay_out(script, found, takes_of(found))
    assert len({clip.key for clip in timeline.clips}) == 1
    assert len(timeline.clips) == 2
    assert len({line.identity for line in timeline.lines}) == 2
