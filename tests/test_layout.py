"""The layout: every event in its place on the axis, to the frame, whatever the lengths of the takes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import PLACE, RATE, TICK, said, script_of, takes_of
from guided_audio.errors import ProblemsFound
from guided_audio.layout import BARE_LEAD_IN, CHAPTER_LEAD, CUE_MARGIN, LEAD_IN, ended, lay_out, lead_in, tail
from guided_audio.pacing import Breathing, Gap, Score, Spoken, Strike, Turn, score
from guided_audio.script import KINDS, Bell, Breathe, Chapter, Pause, Script, Step, exactly
from guided_audio.timeline import Take, Timeline
from guided_audio.units import Seconds, to_frames

LENGTHS = st.integers(600, 6 * RATE)
PAUSES = st.one_of(
    st.sampled_from(sorted(KINDS.values(), key=lambda rest: rest.kind)),
    st.floats(0.001, 40, allow_nan=False).map(exactly),
)
LINES = st.builds(
    said,
    st.sampled_from(
        ["One {name}.", "One. Two. Three.", "Rest [1500ms] here.", "{name}", "Four [10ms] [7s] five.", "Six."]
    ),
    PAUSES,
    yields=st.booleans(),
)
BREATHS = st.builds(
    Breathe,
    st.just(PLACE),
    st.floats(3, 8).map(Seconds),
    st.floats(3, 8).map(Seconds),
    st.integers(1, 4),
    st.sampled_from([Seconds(0), Seconds(2.5)]),
    st.sampled_from(["", "In."]),
    st.sampled_from(["", "Out."]),
)
STEPS = st.lists(
    st.one_of(
        LINES,
        LINES,
        st.builds(Pause, st.just(PLACE), PAUSES),
        BREATHS,
        st.builds(Bell, st.just(PLACE), st.just(Path("bowl.yaml")), PAUSES),
        st.sampled_from(["A", "B", "C"]).map(lambda title: Chapter(PLACE, title)),
    ),
    max_size=14,
)


def laid(script: Script, lengths: dict[str, int] | None = None, name: str = "") -> tuple[Score, Timeline]:
    """A script with its takes of given lengths on the axis; cues are short enough to fit."""
    found = score(script, {"name": name})
    takes = takes_of(found, {"In.": RATE, "Out.": 2 * RATE - 1, **(lengths or {})})
    return found, lay_out(script, found, takes)


def length_of(score: Score, timeline: Timeline, script: Script) -> int:
    """Lead-in, events and tail, added up once more from the score alone."""
    by_key = {clip.key: clip.length for clip in timeline.clips}
    total = lead_in(script) + tail(script)
    for event in score.events:
        match event:
            case Spoken(saying):
                total += by_key[f"key of {saying.text}"]
            case Gap(rest):
                total += to_frames(rest.ideal)
            case Breathing(phases):
                first = phases[0].cue
                total += by_key[f"key of {first.text}"] if first else 0
                total += sum(to_frames(phase.length) for phase in phases)
    return total


@st.composite
def scripts(draw: st.DrawFn) -> tuple[Script, dict[str, int], str]:
    """Any script, the lengths of what is said in it, and a value for its slot."""
    steps: list[Step] = list(draw(STEPS))
    script = script_of(*steps, bed=draw(st.booleans()), fallbacks={"name": ""})
    name = draw(st.sampled_from(["", "Ana", "Ana. Bo"]))
    texts = [saying.text for saying in score(script, {"name": name}).sayings if saying.text not in _CUES]
    return script, {text: draw(LENGTHS) for text in texts}, name


_CUES = {"In.", "Out."}


@given(scripts())
def test_the_parts_sum_to_the_whole(drawn: tuple[Script, dict[str, int], str]) -> None:
    """Not a frame is lost or won between lead-in, events and tail."""
    found, timeline = laid(*drawn)
    assert timeline.length == length_of(found, timeline, drawn[0])


@given(scripts())
def test_nobody_speaks_twice_at_once(drawn: tuple[Script, dict[str, int], str]) -> None:
    """Clips come in order, do not overlap, and lie within the file, clear of its lead-in and tail."""
    script = drawn[0]
    found, timeline = laid(*drawn)
    for before, after in pairwise(timeline.clips):
        assert before.end <= after.start
    for clip in timeline.clips:
        assert lead_in(script) <= clip.start <= clip.end <= timeline.length - tail(script)
    count = sum(isinstance(event, Spoken) for event in found.events)
    assert count == sum(clip.line is not None for clip in timeline.clips)


@given(scripts())
def test_chapters_tile_the_file(drawn: tuple[Script, dict[str, int], str]) -> None:
    """Chapters follow one another from 0 to the end in the script's order, with no gap."""
    found, timeline = laid(*drawn)
    chapters = timeline.chapters
    assert chapters[0].start == 0
    assert chapters[-1].end == timeline.length
    assert all(before.end == after.start for before, after in pairwise(chapters))
    assert all(chapter.start <= chapter.end for chapter in chapters)
    titles = [event.title for event in found.events if isinstance(event, Turn)]
    assert [chapter.title for chapter in chapters][-len(titles) :] == titles or not titles
    assert len(chapters) - len(titles) in {0, 1}


@given(scripts())
def test_a_line_lies_in_its_chapter(drawn: tuple[Script, dict[str, int], str]) -> None:
    """The chapter of a line is the one whose heading stands last before it in the script."""
    found, timeline = laid(*drawn)
    turns = sum(isinstance(event, Turn) for event in found.events)
    before = len(timeline.chapters) - turns
    expected: dict[int, int] = {}
    count = 0
    for event in found.events:
        count += isinstance(event, Turn)
        if isinstance(event, Spoken) and event.line is not None:
            expected.setdefault(event.line, count + before - 1)
    assert {line.number: line.chapter for line in timeline.lines} == expected


@given(scripts())
def test_lines_span_their_clips(drawn: tuple[Script, dict[str, int], str]) -> None:
    """A line goes from its first clip to its last; a line of which nothing is heard has no span."""
    _, timeline = laid(*drawn)
    for index, line in enumerate(timeline.lines):
        own = [clip for clip in timeline.clips if clip.line == index]
        assert (line.start, line.end) == (own[0].start, own[-1].end)
    assert [line.number for line in timeline.lines] == sorted({line.number for line in timeline.lines})
    assert len({line.identity for line in timeline.lines}) == len(timeline.lines)


@given(scripts())
def test_pauses_are_exact_to_the_frame(drawn: tuple[Script, dict[str, int], str]) -> None:
    """Every gap of the score is on the axis with its own length, and nobody speaks in it."""
    found, timeline = laid(*drawn)
    asked = [to_frames(event.rest.ideal) for event in found.events if isinstance(event, Gap)]
    assert [pause.end - pause.start for pause in timeline.pauses] == asked
    for pause in timeline.pauses:
        assert not any(clip.start < pause.end and pause.start < clip.end for clip in timeline.clips)


@given(scripts())
def test_cues_end_where_their_breath_begins(drawn: tuple[Script, dict[str, int], str]) -> None:
    """The last frame of a cue is the last one before its phase, from the first breath on."""
    found, timeline = laid(*drawn)
    cues = iter(clip for clip in timeline.clips if clip.line is None)
    clips = iter(timeline.clips)
    position = int(lead_in(drawn[0]))
    for event in found.events:
        if isinstance(event, Spoken):
            clip = next(clip for clip in clips if clip.line is not None)
            assert clip.start == position
            position = clip.end
        elif isinstance(event, Gap):
            position += to_frames(event.rest.ideal)
        elif isinstance(event, Breathing):
            for number, phase in enumerate(event.phases):
                if phase.cue:
                    cue = next(cues)
                    assert cue.key == f"key of {phase.cue.text}"
                    if number == 0:
                        assert cue.start == position
                        position = cue.end
                    assert cue.end == position
                position += to_frames(phase.length)
    assert next(cues, None) is None


@given(scripts())
def test_bells_ring_where_they_stand(drawn: tuple[Script, dict[str, int], str]) -> None:
    """A bell is struck when what is before it has ended, and what follows waits as long as it says."""
    found, timeline = laid(*drawn)
    waits = [after for before, after in pairwise(found.events) if isinstance(before, Strike)]
    for bell, wait in zip(timeline.bells, waits, strict=True):
        assert isinstance(wait, Gap)
        assert any(
            (pause.start, pause.end) == (bell.start, bell.start + to_frames(wait.rest.ideal))
            for pause in timeline.pauses
        )


# By hand


def test_a_script_by_hand() -> None:
    """A small script, every position reckoned on paper."""
    script = script_of(
        Chapter(PLACE, "One"),
        said("Aa. Bb.", exactly(2)),
        Chapter(PLACE, "Two"),
        Bell(PLACE, Path("bowl.yaml"), exactly(4)),
        said("C.", exactly(1)),
        bed=True,
    )
    _, timeline = laid(script, {"Aa.": 1000, "Bb.": 2000, "C.": 3000})
    six, gap, two, four, one = 264_600, 39_690, 88_200, 176_400, 44_100
    a, b = six, six + 1000 + gap
    bell = b + 2000 + two
    c = bell + four
    assert [clip.start for clip in timeline.clips] == [a, b, c]
    assert [strike.start for strike in timeline.bells] == [bell]
    assert timeline.length == c + 3000 + one + 12 * 44_100
    assert [(span.start, span.end) for span in timeline.chapters] == [
        (0, bell - 22_050),
        (bell - 22_050, timeline.length),
    ]
    assert [(span.number, span.chapter) for span in timeline.lines] == [(0, 0), (1, 1)]
    (bed,) = timeline.beds
    assert (bed.start, bed.end, bed.under) == (0, timeline.length, 20.0)


def test_without_a_bed_room_tone_is_enough() -> None:
    """A second before, four behind."""
    _, timeline = laid(script_of(said("A.", exactly(1))), {"A.": 1000})
    assert timeline.clips[0].start == to_frames(BARE_LEAD_IN)
    assert timeline.length == 1000 + 6 * RATE
    assert timeline.beds == ()


def test_what_is_before_the_first_chapter_goes_by_the_title() -> None:
    """So that the chapters cover the whole file."""
    _, timeline = laid(script_of(said("A."), Chapter(PLACE, "Two"), said("B.")))
    assert [chapter.title for chapter in timeline.chapters] == ["Evening", "Two"]
    _, bare = laid(script_of(said("A.")))
    assert [(chapter.title, chapter.end) for chapter in bare.chapters] == [("Evening", bare.length)]


def test_a_chapter_begins_shortly_before_its_sound() -> None:
    """Half a second, or half the quiet where there is less."""
    for rest, lead in ((2.0, CHAPTER_LEAD), (0.6, 0.3)):
        _, timeline = laid(script_of(said("A.", exactly(rest)), Chapter(PLACE, "Two"), said("B.")))
        assert timeline.clips[1].start - timeline.chapters[1].start == to_frames(lead)


def test_a_chapter_of_quiet_has_its_time() -> None:
    """A first chapter in which only breath is heard keeps its length, and the second begins behind it."""
    script = script_of(
        Chapter(PLACE, "One"), Pause(PLACE, exactly(30)), Chapter(PLACE, "Two"), said("A."), bed=True
    )
    _, timeline = laid(script)
    assert [chapter.title for chapter in timeline.chapters] == ["One", "Two"]
    assert timeline.chapters[1].start == to_frames(LEAD_IN + 30 - CHAPTER_LEAD)


def test_a_cue_that_does_not_fit_is_a_problem() -> None:
    """It would be said over the cue before it: the place in the script is named, and the words are not."""
    breaths = Breathe(PLACE, Seconds(4), Seconds(6), 2, inhale_cue="In.", exhale_cue="Out.")
    longest = 4 * RATE - to_frames(CUE_MARGIN)
    laid(script_of(breaths), {"Out.": longest})
    with pytest.raises(ProblemsFound) as caught:
        laid(script_of(breaths), {"Out.": longest + 1})
    (problem,) = caught.value.problems
    assert problem.place == PLACE
    assert "Out." not in str(problem)


def test_the_first_cue_may_be_long() -> None:
    """It is said before the breathing begins, where there is nothing it could disturb."""
    breaths = Breathe(PLACE, Seconds(4), Seconds(6), 1, inhale_cue="In.", exhale_cue="Out.")
    _, timeline = laid(script_of(breaths), {"In.": 5 * RATE})
    assert timeline.clips[0].end == to_frames(BARE_LEAD_IN) + 5 * RATE


def test_identities_stay_when_another_line_changes() -> None:
    """A line is known again by its words and chapter, or by its id, whatever is around it."""
    lines = [said("A."), said("B {name}."), said("C.", name="third"), said("A.")]
    steps: list[Step] = [Chapter(PLACE, "One"), *lines]
    before = laid(script_of(*steps, fallbacks={"name": ""}))[1].lines
    other = replace(lines[1], pieces=said("Quite other words.").pieces)
    changed = [*steps[:2], other, *steps[3:]]
    after = laid(script_of(*changed, fallbacks={"name": ""}))[1].lines
    assert [line.identity for line in before][::2] == [line.identity for line in after][::2]
    assert before[3].identity == after[3].identity
    assert before[1].identity != after[1].identity
    taken = laid(script_of(steps[0], *steps[2:], fallbacks={"name": ""}))[1].lines
    assert {line.identity for line in taken} < {line.identity for line in before}


def test_identities_do_not_depend_on_what_fills_a_slot() -> None:
    """Nor is anything of it in the timeline."""
    script = script_of(said("Welcome{, name}."), said("{name}"), said("B."), fallbacks={"name": "you"})
    _, plain = laid(script)
    _, filled = laid(script, name="Zebulon")
    by_number = {line.number: line.identity for line in filled.lines}
    assert all(by_number[line.number] == line.identity for line in plain.lines)
    assert [line.text for line in filled.lines] == ["Welcome, you.", "you", "B."]


def test_an_id_outlives_its_words() -> None:
    """A line with an id is the same line when its words change."""
    first = laid(script_of(said("A.", name="greeting")))[1].lines[0]
    second = laid(script_of(said("Hello.", name="greeting")))[1].lines[0]
    assert first.identity == second.identity


def test_a_line_of_an_empty_slot_is_not_counted() -> None:
    """Clips count the lines that are heard."""
    script = script_of(said("{name}"), said("A.", TICK), fallbacks={"name": ""})
    _, timeline = laid(script)
    assert [clip.line for clip in timeline.clips] == [0]
    assert [line.number for line in timeline.lines] == [1]


def test_a_cue_may_begin_in_the_breath_before_a_hold() -> None:
    """A hold of a second leaves no room for words: they are said over it and the end of the breath in."""
    breaths = Breathe(PLACE, Seconds(4), Seconds(6), 1, Seconds(1), inhale_cue="In.", exhale_cue="Out.")
    script = script_of(breaths)
    found = score(script, {})
    takes = {saying: Take(f"key of {saying.text}", to_frames(1.5), -18.0, "v") for saying in found.sayings}
    timeline = lay_out(script, found, takes)
    inward, outward = timeline.clips
    (breath,) = timeline.breaths
    assert breath.start == inward.end
    assert outward.end == breath.start + breath.inhale + breath.hold
    assert (breath.inhale, breath.hold, breath.exhale) == (to_frames(4), to_frames(1), to_frames(6))


def test_a_timeline_that_is_ended_stops_soon_after_its_last_word() -> None:
    """The last pause goes, and room tone for four seconds stays; what is shorter already is as it was."""
    script = script_of(said("Here is a line.", KINDS["dwell"]), said("And here the last.", KINDS["dwell"]))
    found = score(script, {})
    timeline = lay_out(script, found, takes_of(found))
    shorter = ended(timeline)
    assert shorter.length == timeline.clips[-1].end + 4 * RATE
    assert shorter.chapters[-1].end == shorter.length
    assert len(shorter.pauses) == len(timeline.pauses) - 1
    assert ended(shorter) == shorter
