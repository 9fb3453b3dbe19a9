"""The decoder on made-up features: each turn that a reading can take, and its price."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from guided_audio.alignment.decoder import Prices, Reading, Sound, Templates, decode, scores_of
from guided_audio.alignment.spectra import Matrix
from guided_audio.alignment.tracing import trace

LENGTH, LINES = 60, 6
PRICES = Prices()


def made_templates() -> Templates:
    """Lines that have nothing in common."""
    rows = np.random.default_rng(1).standard_normal((LINES * LENGTH, 8)).astype(np.float32)
    bounds = np.arange(LINES + 1) * LENGTH
    return Templates(rows, bounds, np.zeros(len(rows), dtype=np.bool_))


TEMPLATES = made_templates()


def line(number: int, share: float = 1.0) -> Matrix:
    """The sound of a line, or of its beginning."""
    own = TEMPLATES.rows[number * LENGTH : number * LENGTH + round(share * LENGTH)]
    return own + np.random.default_rng(number).normal(0, 0.3, own.shape).astype(np.float32)


def noise(frames: int) -> Matrix:
    """A sound that is like no line."""
    return np.random.default_rng(9).normal(0, 1, (frames, 8)).astype(np.float32)


def sound(parts: Sequence[Matrix], gap: float = 1.0) -> Sound:
    """Islands with quiet between them."""
    bounds = np.concatenate(([0], np.cumsum([len(part) for part in parts])))
    rows = np.concatenate(parts)
    far = np.full(len(rows), 2.0, dtype=np.float32)
    voiced = np.ones(len(parts), dtype=np.bool_)
    return Sound(rows, bounds, far, voiced, np.full(len(parts), gap), 1.0)


def heard(parts: Sequence[Matrix], gap: float = 1.0) -> list[tuple[int, int, int, bool]]:
    """What is found: line, first island, the one after its last, whole or broken off."""
    found = decode(TEMPLATES, sound(parts, gap), PRICES)
    return [(each.line, each.first, each.after, each.whole) for each in found]


def test_lines_in_order_are_found_in_order() -> None:
    """Each in its own island."""
    assert heard([line(number) for number in range(LINES)]) == [(n, n, n + 1, True) for n in range(LINES)]


def test_a_line_is_found_at_another_tempo() -> None:
    """Half as fast again, or slower by half."""
    quick, slow = line(0)[np.arange(0, LENGTH, 2)], np.repeat(line(1), 2, axis=0)
    assert [each[0] for each in heard([quick, slow])] == [0, 1]


def test_a_line_may_be_left_out() -> None:
    """What is not read is not found, wherever it stands."""
    assert [each[0] for each in heard([line(0), line(1), line(4), line(5)])] == [0, 1, 4, 5]
    assert [each[0] for each in heard([line(3), line(4)])] == [3, 4]


def test_a_line_may_be_read_again() -> None:
    """The same line twice, or some lines once more."""
    assert [each[0] for each in heard([line(0), line(1), line(1), line(2)])] == [0, 1, 1, 2]
    assert [each[0] for each in heard([line(0), line(1), line(2), line(1), line(2)])] == [0, 1, 2, 1, 2]


def test_a_beginning_that_is_broken_off_is_known_as_one() -> None:
    """It is not whole, and the reading after it is."""
    found = heard([line(0), line(1, 0.5), line(1), line(2)])
    assert found == [(0, 0, 1, True), (1, 1, 2, False), (1, 2, 3, True), (2, 3, 4, True)]


def test_what_is_no_line_belongs_to_none() -> None:
    """Between lines, and in the middle of one."""
    assert heard([line(0), noise(50), line(1)]) == [(0, 0, 1, True), (1, 2, 3, True)]
    first, second = line(1)[:30], line(1)[30:]
    assert heard([line(0), first, noise(25), second, line(2)], 0.4)[1] == (1, 1, 4, True)


def test_an_unvoiced_island_speaks_for_no_line() -> None:
    """Even if it were like one."""
    whole = sound([line(0), line(1), line(2)])
    voiced = np.array([True, False, True])
    found = decode(TEMPLATES, Sound(whole.rows, whole.bounds, whole.garbage, voiced, whole.gaps, 1.0), PRICES)
    assert [(each.line, each.first) for each in found] == [(0, 0), (2, 2)]


def test_a_pause_inside_a_line_costs_less_where_one_pauses() -> None:
    """Five an octave over half a second, and a fifth of that at a comma."""
    parts = [line(0)[:30], line(0)[30:]]
    marks = TEMPLATES.pauses.copy()
    marks[27:33] = True
    marked = Templates(TEMPLATES.rows, TEMPLATES.bounds, marks)
    (dear,), (cheap,) = (decode(each, sound(parts, 2.0), PRICES) for each in (TEMPLATES, marked))
    assert cheap.gain - dear.gain == pytest.approx(0.8 * 5 * 2, abs=0.1)


def test_a_trace_says_which_row_each_frame_is() -> None:
    """Frame by frame, without the island that is none of it; its score is the decoder's."""
    parts = [line(0), line(1)[:30], noise(25), line(1)[30:]]
    whole = sound(parts, 0.4)
    found = decode(TEMPLATES, whole, PRICES)[1]
    path = trace(TEMPLATES, whole, found, PRICES)
    assert path.rows.tolist() == list(range(LENGTH, 2 * LENGTH))
    assert path.frames.tolist() == [*range(60, 90), *range(115, 145)]
    assert path.score == pytest.approx(found.gain, abs=2.0)
    assert len(path.gains) == len(path.frames)


def test_rivals_are_compared_over_the_same_islands() -> None:
    """The line that was read scores above all others."""
    scores = scores_of(TEMPLATES, sound([line(3)]), range(1), PRICES)
    assert int(np.argmax(scores)) == 3
    own = trace(TEMPLATES, sound([line(3)]), Reading(3, 0, 1, 0.0, whole=True), PRICES)
    assert scores[3] == pytest.approx(own.score, abs=1.0)
    assert own.score > 20 + max(score for number, score in enumerate(scores) if number != 3)
