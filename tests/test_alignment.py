"""Finding lines in a short reading, and refusing what is none. The figures: `test_alignment_figures`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import soxr

import reading_reference
import reading_voices
from guided_audio.alignment import LONGEST, MOST_LINES, Alignment, Wanted, WrongScript, align, spectra
from guided_audio.blocks import Mono
from guided_audio.engines.system import SystemEngine
from guided_audio.errors import Refused
from guided_audio.speech import Speech
from reading_marks import mark, wanted
from reading_reference import SystemReference
from reading_voices import RATE, Booth, Reader
from readings import Habits, Kind, Made, built_in_lines, read_aloud

READER = Reader("flite:kal16")
PLAIN = Habits(
    skipped=0, twice=0, back_up=0, false_starts=0, remarks=0, misread=0, hesitating=0, pause=(0.4, 2.0)
)
EVENTFUL = replace(PLAIN, skipped=0.1, twice=0.15, false_starts=0.1, remarks=0.1, breathing=0.3, coughing=0.1)
LINES = 24
FEW = 10


@pytest.fixture(scope="module")
def booth(tmp_path_factory: pytest.TempPathFactory) -> Booth:
    """Where the reader speaks."""
    reading_voices.require(READER)
    return Booth(tmp_path_factory.mktemp("booth"))


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SystemReference]:
    """The aligner's own voice."""
    engine = SystemEngine()
    reading_reference.require(engine)
    yield SystemReference(engine, tmp_path_factory.mktemp("reference"))
    engine.close()


@pytest.fixture(scope="module")
def made(booth: Booth) -> Made:
    """A reading with retakes, false starts, remarks, and lines left out."""
    return read_aloud(built_in_lines(LINES, 21)[:LINES], READER, EVENTFUL, 21, booth)


@pytest.fixture(scope="module")
def outcome(made: Made, reference: SystemReference) -> Alignment:
    """What is found in it."""
    return align(made.samples, RATE, wanted(made), reference)


@pytest.fixture(scope="module")
def brief(booth: Booth) -> Made:
    """A short one, for what is true of readings of any length."""
    return read_aloud(built_in_lines(FEW, 24)[:FEW], READER, PLAIN, 24, booth)


def test_the_reading_has_what_it_is_to_test(made: Made) -> None:
    """Something is skipped, something read twice, broken off, and remarked."""
    assert made.skipped
    assert {said.kind for said in made.said} == set(Kind)


def test_every_line_that_was_read_is_found_where_it_was_read_last(made: Made, outcome: Alignment) -> None:
    """With both its edges, and none that was not read."""
    marks = mark(made, outcome)
    assert marks.found == marks.read
    assert marks.edges >= marks.read - 1
    assert marks.wrong == marks.older == marks.swapped == 0


def test_what_was_not_read_is_named(made: Made, outcome: Alignment) -> None:
    """By its id, in the order of the script."""
    assert [int(line) for line in outcome.skipped] == sorted(made.skipped)


def test_all_other_speech_is_listed(made: Made, outcome: Alignment) -> None:
    """Earlier readings by their line, everything else as a stretch; and nothing is listed twice."""
    marks = mark(made, outcome)
    assert marks.listed == marks.beside > 0
    older = [str(said.line) for said in made.said if said.kind is Kind.OLDER]
    assert [each.id for each in outcome.earlier if each.whole] == older
    spans = sorted(
        [(each.start, each.end) for each in outcome.found]
        + [(each.start, each.end) for each in outcome.earlier]
        + [(each.start, each.end) for each in outcome.unexplained]
    )
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


def test_coverage_and_confidence_are_shares(outcome: Alignment) -> None:
    """Most of the speech is lines, and most lines are sure."""
    assert 0.8 < outcome.coverage <= 1.0
    assert all(0 <= each.confidence <= 1 for each in outcome.found)
    assert np.median([each.confidence for each in outcome.found]) > 0.7


def test_progress_is_told(booth: Booth, reference: SystemReference) -> None:
    """Each stage goes from little to all of it."""
    made = read_aloud(built_in_lines(3, 22)[:3], READER, PLAIN, 22, booth)
    told: list[tuple[str, int, int]] = []
    align(made.samples, RATE, wanted(made), reference, lambda *news: told.append(news))
    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    assert stages == ["listening", "references", "voices", "first pass", "second pass", "weighing"]
    for stage in stages:
        last = [(done, total) for each, done, total in told if each == stage][-1]
        assert last[0] == last[1]


def test_one_line_is_enough(booth: Booth, reference: SystemReference) -> None:
    """A script of a single line, read once."""
    made = read_aloud(
        ("Let your hands rest where they are, and listen to the room.",), READER, PLAIN, 3, booth
    )
    assert mark(made, align(made.samples, RATE, wanted(made), reference)).edges == 1


def test_identical_lines_are_told_apart_by_their_place(booth: Booth, reference: SystemReference) -> None:
    """When all are read. When one is not, nobody could know which, and the others are flagged."""
    again = "And once more, notice the weight of your body."
    lines = built_in_lines(9, 23)[:9]
    script = (*lines[:3], again, *lines[3:6], again, again, *lines[6:])
    made = read_aloud(script, READER, PLAIN, 23, booth)
    assert mark(made, align(made.samples, RATE, wanted(made), reference)).found == len(script)
    fewer = read_aloud((*script[:7], *script[8:]), READER, PLAIN, 23, booth)
    outcome = align(fewer.samples, RATE, wanted(replace(fewer, lines=script)), reference)
    assert [found.id for found in outcome.found if found.flagged] in (["7"], ["8"])
    assert len(outcome.skipped) == 1


@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_a_recording_may_have_any_rate(brief: Made, reference: SystemReference, rate: int) -> None:
    """Positions are at the recording's own rate."""
    samples: Mono = soxr.resample(brief.samples, RATE, rate).astype(np.float32)
    outcome = align(samples, rate, wanted(brief), reference)
    marks = mark(brief, _at(outcome, RATE))
    assert marks.found == marks.read == FEW
    assert marks.edges >= FEW - 1


def _at(outcome: Alignment, rate: int) -> Alignment:
    factor = rate / outcome.rate
    found = tuple(
        replace(each, start=round(each.start * factor), end=round(each.end * factor))
        for each in outcome.found
    )
    return replace(outcome, rate=rate, found=found)


def test_a_clipped_recording_is_still_found(brief: Made, reference: SystemReference) -> None:
    """At ten times full scale."""
    marks = mark(brief, align(np.clip(brief.samples * 10, -1, 1), RATE, wanted(brief), reference))
    assert marks.found == marks.read == FEW


def test_another_script_is_refused(brief: Made, reference: SystemReference) -> None:
    """By a sentence, whichever lines it has: other ones, or the same words in disorder."""
    words = np.random.default_rng(5).permutation(" ".join(brief.lines).split())
    shuffled = [Wanted(str(n), " ".join(part)) for n, part in enumerate(np.array_split(words, FEW))]
    other = [line for line in built_in_lines(200, 26) if line not in brief.lines][:FEW]
    for script in (shuffled, [Wanted(str(n), text) for n, text in enumerate(other)]):
        with pytest.raises(WrongScript, match="Hardly anything in this recording is of this script"):
            align(brief.samples, RATE, script, reference)


@pytest.mark.parametrize(
    ("left", "right"), [((3000, 26), (26, 13)), ((32, 26), (26, 5000)), ((0, 26), (26, 4))]
)
def test_a_product_in_pieces_is_the_product(left: tuple[int, int], right: tuple[int, int]) -> None:
    """Whichever side is the longer one; nothing is left out at the ends of pieces."""
    dice = np.random.default_rng(1)
    one, other = (dice.standard_normal(shape).astype(np.float32) for shape in (left, right))
    np.testing.assert_allclose(spectra.product(one, other), one @ other, rtol=1e-4, atol=1e-4)


SCRIPT = [Wanted("a", "Rest your hands."), Wanted("b", "Notice your feet.")]


class Mute:
    """A reference that says nothing."""

    voices = ("nobody",)

    def speak(self, text: str, voice: str, pace: float) -> Speech:
        """Silence."""
        return Speech(np.zeros(1000 + len(text + voice), np.float32), round(pace) * 100)


def long_recording() -> Mono:
    """Longer than any can be, in no memory."""
    return np.broadcast_to(np.float32(0.0), (LONGEST * 8_000 + 1,))


@pytest.mark.parametrize(
    ("samples", "rate", "script", "sentence"),
    [
        (np.zeros(80_000, np.float32), 8_000, SCRIPT, "Nobody speaks in this recording"),
        (np.zeros(0, np.float32), 8_000, SCRIPT, "Nobody speaks in this recording"),
        (np.full(80_000, np.nan, np.float32), 8_000, SCRIPT, "no sound"),
        (np.zeros((8_000, 2), np.float32), 8_000, SCRIPT, "no sound"),
        (np.zeros(80_000, np.float32), 4_000, SCRIPT, "speech needs 8000"),
        (long_recording(), 8_000, SCRIPT, "lasts 2h; at most 2h"),
        (np.zeros(80_000, np.float32), 8_000, [], "no line to look for"),
        (np.zeros(80_000, np.float32), 8_000, SCRIPT * (MOST_LINES // 2 + 1), "at most 1000 can be found"),
    ],
)
def test_what_cannot_be_aligned_is_refused(
    samples: Mono, rate: int, script: list[Wanted], sentence: str
) -> None:
    """Each by a sentence, before any work is done."""
    with pytest.raises(Refused, match=sentence):
        align(samples, rate, script, Mute())


def test_a_reference_that_says_nothing_explains_nothing(made: Made) -> None:
    """It ends like a wrong script, and not in a crash."""
    with pytest.raises(WrongScript):
        align(made.samples[: 20 * RATE], RATE, wanted(made), Mute())
