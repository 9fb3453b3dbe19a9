"""Fitting: exactly as long as asked, by moving what may be moved and nothing else."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from conftest import PLACE, RATE, said, script_of, takes_of
from guided_audio.errors import ProblemsFound
from guided_audio.fit import fit
from guided_audio.layout import lay_out, lead_in, tail
from guided_audio.pacing import Breathing, Gap, Saying, Score, Spoken, Turn, score
from guided_audio.script import KINDS, Breathe, Chapter, Pause, Rest, Script, Step, exactly
from guided_audio.timeline import Take, Timeline
from guided_audio.units import Seconds, parse_duration, to_frames


def within(lengths: tuple[float, ...]) -> Rest:
    """A pause of three lengths, in whatever order they were drawn."""
    shortest, ideal, longest = (Seconds(length) for length in sorted(lengths))
    return Rest(shortest, ideal, longest, "range")


LENGTH = st.floats(0.05, 20, allow_nan=False)
RANGES = st.tuples(LENGTH, LENGTH, LENGTH).map(within)
LEANING = st.tuples(LENGTH, LENGTH, st.booleans()).map(lambda drawn: within((*drawn[:2], drawn[drawn[2]])))
"""Pauses that can only become shorter, or only longer."""

RESTS = st.one_of(RANGES, LEANING, st.floats(0.05, 9).map(exactly), st.sampled_from(list(KINDS.values())))


@st.composite
def scores(draw: st.DrawFn) -> tuple[Script, Score, dict[Saying, Take]]:
    """A script of a few chapters, its score, and takes of any length."""
    steps: list[Step] = []
    for number in range(draw(st.integers(1, 5))):
        steps.append(Chapter(PLACE, f"Chapter {number}"))
        for place in range(draw(st.integers(0, 4))):
            steps.append(said(f"Line {number}{place}. Rest {number}{place}.", draw(RESTS)))
            if draw(st.booleans()):
                steps.append(Pause(PLACE, draw(RESTS)))
        if draw(st.booleans()):
            steps.append(Breathe(PLACE, Seconds(4.1), Seconds(5.3), 2, inhale_cue="In.", exhale_cue="Out."))
    script = script_of(*steps[draw(st.integers(0, 1)) :], bed=draw(st.booleans()))
    found = score(script, {})
    short = {"In.", "Out."}
    lengths = {
        saying.text: draw(st.integers(999, (3 if saying.text in short else 8) * RATE))
        for saying in found.sayings
    }
    return script, found, takes_of(found, lengths)


Drawn = tuple[Script, Score, dict[Saying, Take]]


def limits(found: Score, frames: int) -> tuple[int, int]:
    """The shortest and longest that a score of `frames` can become, from its pauses alone."""
    rests = [event.rest for event in found.events if isinstance(event, Gap)]
    ideal = sum(to_frames(rest.ideal) for rest in rests)
    low, high = (sum(to_frames(getattr(rest, side)) for rest in rests) for side in ("minimum", "maximum"))
    return frames - ideal + low, frames - ideal + high


def fitted(drawn: Drawn, target: int) -> tuple[Score, Timeline]:
    """The score and its timeline at a length in frames."""
    script, found, takes = drawn
    moved = fit(script, found, takes, Seconds(target / RATE))
    return moved, lay_out(script, moved, takes)


@given(scores(), st.floats(0, 1))
def test_any_length_in_reach_is_met_to_the_frame(drawn: Drawn, share: float) -> None:
    """From the shortest to the longest; pauses stay in their limits, exact ones and all else as they were."""
    script, found, takes = drawn
    low, high = limits(found, lay_out(script, found, takes).length)
    target = low + round(share * (high - low))
    moved, timeline = fitted(drawn, target)
    assert timeline.length == target
    assert len(moved.events) == len(found.events)
    for before, after in zip(found.events, moved.events, strict=True):
        if isinstance(before, Gap) and before.rest.elastic:
            assert isinstance(after, Gap)
            frames = to_frames(after.rest.ideal)
            assert to_frames(before.rest.minimum) <= frames <= to_frames(before.rest.maximum)
            assert after.rest.kind == before.rest.kind
        else:
            assert after == before


@given(scores(), st.sampled_from([-1, 1]), st.integers(1, 99))
def test_what_is_out_of_reach_names_what_is_not(drawn: Drawn, side: int, far: int) -> None:
    """A length beyond the limits is refused, and the lengths named can be had."""
    script, found, takes = drawn
    low, high = limits(found, lay_out(script, found, takes).length)
    wrong = low - far if side < 0 else high + far
    with pytest.raises(ProblemsFound) as caught:
        fit(script, found, takes, Seconds(wrong / RATE))
    named = re.search(r"(?:from (\S+) to|only last) (\S+), not", str(caught.value))
    assert named
    shortest, longest = (parse_duration(text or named[2]) for text in named.groups())
    if named[1] is None:
        assert high - low <= RATE / 1000
        return
    assert low <= to_frames(shortest) <= low + RATE + 1
    assert high - RATE - 1 <= to_frames(longest) <= high
    if high - low > 3 * RATE:
        for reachable in (shortest, longest):
            assert fitted(drawn, to_frames(reachable))[1].length == to_frames(reachable)


def test_a_script_of_one_length_says_so() -> None:
    """Where nothing is elastic, the one length it has is named, to the millisecond."""
    script = script_of(said("A.", exactly(2.345)))
    found = score(script, {})
    with pytest.raises(ProblemsFound, match=r"only last 8\.345s, not 10m"):
        fit(script, found, takes_of(found), Seconds(600))


def sections(found: Score, takes: Mapping[Saying, Take], script: Script) -> list[int]:
    """How long each chapter of a score is, in frames, without the half second its mark stands ahead."""
    lengths = [int(lead_in(script))]
    for index, event in enumerate(found.events):
        match event:
            case Turn() if index:
                lengths.append(0)
            case Spoken(saying):
                lengths[-1] += takes[saying].length
            case Gap(rest):
                lengths[-1] += to_frames(rest.ideal)
            case Breathing(phases):
                lengths[-1] += takes[phases[0].cue].length if phases[0].cue else 0
                lengths[-1] += sum(to_frames(phase.length) for phase in phases)
    lengths[-1] += tail(script)
    return lengths


def roomy(seed: int, *, longer: int = 0) -> Drawn:
    """A script of a few chapters with many elastic pauses; `longer` frames are added to one line."""
    dice = np.random.default_rng(seed)
    steps: list[Step] = []
    lengths: dict[str, int] = {}
    for number in range(dice.integers(3, 8)):
        steps.append(Chapter(PLACE, f"Chapter {number}"))
        for _ in range(dice.integers(4, 13)):
            kind = str(dice.choice(["tick", "settle", "notice", "ask", "dwell"]))
            text = f"Line {len(lengths)}."
            steps.append(said(text, KINDS[kind]))
            lengths[text] = int(dice.integers(RATE, 9 * RATE))
    lengths[str(dice.choice(list(lengths)))] += longer
    script = script_of(*steps, bed=True)
    found = score(script, {})
    return script, found, takes_of(found, lengths)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("stretch", [0.9, 1.0, 1.15])
def test_chapters_are_whole_seconds(seed: int, stretch: float) -> None:
    """All but the last, which takes what remains: so a chapter moves by whole seconds or not at all."""
    script, found, takes = roomy(seed)
    target = round(lay_out(script, found, takes).length * stretch) + 12_345
    moved, timeline = fitted((script, found, takes), target)
    assert [length % RATE for length in sections(moved, takes, script)[:-1]] == [0] * (
        len(timeline.chapters) - 1
    )
    assert all((after.start - before.start) % RATE == 0 for before, after in pairwise(timeline.chapters[1:]))


def stretched(seed: int) -> list[list[tuple[Rest, float]]]:
    """The elastic pauses of each chapter of a script made a tenth longer, with what they became."""
    script, found, takes = roomy(seed)
    moved, _ = fitted((script, found, takes), round(lay_out(script, found, takes).length * 1.1))
    chapters: list[list[tuple[Rest, float]]] = []
    for before, after in zip(found.events, moved.events, strict=True):
        if isinstance(before, Turn):
            chapters.append([])
        elif isinstance(before, Gap) and isinstance(after, Gap) and before.rest.elastic:
            chapters[-1].append((before.rest, after.rest.ideal))
    return chapters


@pytest.mark.parametrize("seed", range(10))
def test_pauses_move_together(seed: int) -> None:
    """Each goes the same part of its way; long ones end on a beat, and the last of a chapter fill up."""
    for chapter in stretched(seed):
        shares = [(now - rest.ideal) / (rest.maximum - rest.ideal) for rest, now in chapter[:-3]]
        short = [share for share, (rest, _) in zip(shares, chapter, strict=False) if rest.ideal < 8]
        assert not short or max(short) - min(short) < 0.001
        for rest, now in chapter[:-3] if short else []:
            off = now - (rest.ideal + short[0] * (rest.maximum - rest.ideal))
            assert abs(off) <= 0.501 or now == pytest.approx(rest.maximum)


def test_a_script_is_stretched_as_a_whole() -> None:
    """Every chapter goes about the same part of its way."""
    shares = [
        sum(now - rest.ideal for rest, now in chapter) / sum(rest.maximum - rest.ideal for rest, _ in chapter)
        for chapter in stretched(5)
    ]
    assert max(shares) - min(shares) < 0.2
    assert math.isclose(sum(shares) / len(shares), 0.5, abs_tol=0.4)


def inside_chapters(timeline: Timeline) -> list[list[tuple[str, int]]]:
    """The clips of each chapter, where they lie in it."""
    return [
        [
            (clip.key, clip.start - chapter.start)
            for clip in timeline.clips
            if chapter.start <= clip.start < chapter.end
        ]
        for chapter in timeline.chapters
    ]


def after_a_change(seed: int, most: int = RATE // 2) -> tuple[Timeline, Timeline, int]:
    """A fitted script before and after a line became longer by `most` frames or less, and its chapter."""
    dice = np.random.default_rng(seed)
    before, after = roomy(seed), roomy(seed, longer=int(dice.integers(-most, most)))
    target = round(lay_out(*before).duration * dice.uniform(0.9, 1.15)) * RATE
    first, second = (fitted(drawn, target)[1] for drawn in (before, after))
    own = next(
        number
        for number, (one, two) in enumerate(zip(first.clips, second.clips, strict=True))
        if one.length != two.length
    )
    return first, second, first.lines[own].chapter


@pytest.mark.parametrize("seed", range(40))
def test_a_chapter_as_long_as_before_is_as_before(seed: int) -> None:
    """Whatever became longer elsewhere: where a chapter keeps its length, every clip keeps its frame."""
    first, second, own = after_a_change(seed)
    for number, (before, after) in enumerate(zip(first.chapters, second.chapters, strict=True)):
        if number != own and before.end - before.start == after.end - after.start:
            assert inside_chapters(first)[number] == inside_chapters(second)[number]


def test_a_changed_word_leaves_other_chapters_alone() -> None:
    """Of 200 changed words, hardly one moves anything in a chapter that is neither its own nor the last."""
    moved = 0
    for seed in range(200):
        first, second, own = after_a_change(seed)
        pairs = list(zip(inside_chapters(first), inside_chapters(second), strict=True))[:-1]
        moved += any(before != after for number, (before, after) in enumerate(pairs) if number != own)
    assert moved <= 16


def test_a_changed_word_moves_little_of_its_own_chapter() -> None:
    """Most of its chapter keeps its place: the next long pause takes what the word gained or lost."""
    moved = total = 0
    for seed in range(200):
        first, second, own = after_a_change(seed, most=RATE // 5)
        pairs = zip(inside_chapters(first)[own], inside_chapters(second)[own], strict=True)
        clips = [before != after for before, after in pairs]
        moved, total = moved + sum(clips), total + len(clips)
    assert moved < 0.25 * total  # it was 0.89 when all pauses of a chapter moved


def test_fitting_what_fits_changes_nothing() -> None:
    """A score of one chapter at its own length keeps every pause."""
    script = script_of(said("A.", KINDS["settle"]), said("B.", KINDS["notice"]))
    found = score(script, {})
    takes = takes_of(found, {"A.": 50_000, "B.": 70_001})
    moved = fit(script, found, takes, lay_out(script, found, takes).duration)
    assert [event.rest.ideal for event in moved.events if isinstance(event, Gap)] == [6.0, 12.0]


@given(scores())
def test_a_fit_stands(drawn: Drawn) -> None:
    """What was fitted has no elastic pause left: its length cannot be had otherwise."""
    script, found, takes = drawn
    low, high = limits(found, lay_out(script, found, takes).length)
    assume(high > low)
    moved, timeline = fitted(drawn, (low + high) // 2)
    assert limits(moved, timeline.length) == (timeline.length, timeline.length)
