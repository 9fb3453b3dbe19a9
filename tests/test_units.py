"""Time and level as people write them: read exactly, refused with a sentence that helps."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guided_audio.units import (
    LONGEST,
    PROJECT_RATE,
    decibels,
    format_clock,
    format_duration,
    gain,
    parse_decibels,
    parse_duration,
    to_frames,
    to_milliseconds,
    to_seconds,
)

DAY_IN_MS = 24 * 3600 * 1000

READ = {
    "8s": 8.0,
    "1m30s": 90.0,
    "2.5s": 2.5,
    "500ms": 0.5,
    "1h": 3600.0,
    "1h2m3s4ms": 3723.004,
    " 1m 30s ": 90.0,
    "8 s": 8.0,
    "0s": 0.0,
    "24h": 86_400.0,
    "0.5m": 30.0,
    "90m": 5400.0,
}


@pytest.mark.parametrize("text", READ)
def test_a_duration_is_read(text: str) -> None:
    """Numbers with their units, the larger first, with spaces between or without."""
    assert parse_duration(text) == pytest.approx(READ[text], abs=1e-9)


REFUSED = {
    "8": "needs its unit: 8s for seconds, 8m for minutes",
    "1.5": "needs its unit: 1.5s",
    "-2s": "negative",
    "": "Write 8s",
    "s": "Write 8s",
    "8 sec": "Write 8s",
    "8x": "Write 8s",
    "8S": "Write 8s",
    "1:30": "Write 8s",
    "1 0s": "Write 8s",
    ".5s": "Write 8s",
    "5.s": "Write 8s",
    "1e3s": "Write 8s",
    "8s!": "Write 8s",
    "about 8s": "Write 8s",
    "٨s": "Write 8s",
    "1m1m": "each unit once",
    "30s1m": "the larger first",
    "25h": "longer than a day",
    "24h1ms": "longer than a day",
    "9" * 400 + "s": "Write 8s",
    "9" * 400: "Write 8s",
    "nan": "Write 8s",
    "infs": "Write 8s",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_duration_is_refused_with_what_to_write(text: str) -> None:
    """Each slip has a sentence of its own, and no figure is so large that another error comes out."""
    with pytest.raises(ValueError, match=r"A duration|not a duration") as refusal:
        parse_duration(text)
    assert REFUSED[text] in str(refusal.value)


@given(st.integers(0, DAY_IN_MS))
@example(59_999)
@example(60_000)
@example(3_600_001)
@example(DAY_IN_MS)
def test_a_duration_comes_back_as_it_was(milliseconds: int) -> None:
    """Writing a duration and reading it again is exact to the millisecond."""
    assert round(parse_duration(format_duration(milliseconds / 1000)) * 1000) == milliseconds


@given(st.floats(0, LONGEST - 0.001))
def test_any_length_is_written_to_the_nearest_millisecond(seconds: float) -> None:
    """What lies between two milliseconds goes to the nearer one."""
    assert abs(parse_duration(format_duration(seconds)) - seconds) <= 0.000_501


@given(st.text(alphabet="0123456789.hms -", max_size=12))
def test_a_duration_is_read_or_refused_in_one_way(text: str) -> None:
    """There is a length between nothing and a day, or a ValueError."""
    try:
        seconds = parse_duration(text)
    except ValueError:
        return
    assert 0 <= seconds <= LONGEST


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (8, "8s"), (90, "1m30s"), (0.25, "0.25s"), (3600, "1h"), (5400.5, "1h30m0.5s")],
)
def test_a_duration_is_written_shortly(seconds: float, text: str) -> None:
    """No zero that is not needed, no unit that is empty."""
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (7.4, "0:07"), (247, "4:07"), (3765, "1:02:45"), (59.6, "1:00")]
)
def test_a_position_is_written_as_players_do(seconds: float, text: str) -> None:
    """Whole seconds, hours only where there are any."""
    assert format_clock(seconds) == text


@given(st.integers(0, 24 * 3600 * PROJECT_RATE))
def test_frames_survive_being_seconds(frames: int) -> None:
    """Seconds name a frame without loss, over a whole day."""
    assert to_frames(to_seconds(frames)) == frames


def test_milliseconds_are_the_nearest() -> None:
    """44,100 frames are a second; half a millisecond and less is dropped."""
    assert to_milliseconds(PROJECT_RATE) == 1000
    assert to_milliseconds(66) == 1
    assert to_milliseconds(22) == 0


@pytest.mark.parametrize(
    ("text", "level"), [("20 dB", 20.0), ("-3.5dB", -3.5), (" +6 db ", 6.0), ("0 dB", 0.0)]
)
def test_a_level_is_read(text: str, level: float) -> None:
    """A number and its unit, in any case."""
    assert parse_decibels(text) == level


@pytest.mark.parametrize("text", ["20", "loud", "", "dB", "20 dB under", "1e2 dB", "20 bB"])
def test_what_is_no_level_is_refused(text: str) -> None:
    """The sentence says what to write."""
    with pytest.raises(ValueError, match="like 20 dB"):
        parse_decibels(text)


@given(st.floats(-120, 40))
def test_a_level_survives_being_a_factor(level: float) -> None:
    """Decibels to a factor and back."""
    assert decibels(gain(level)) == pytest.approx(level, abs=1e-9)


def test_no_sound_has_no_level() -> None:
    """A factor of zero, and below it nothing either."""
    assert decibels(0.0) == -math.inf
    assert decibels(-1.0) == -math.inf
