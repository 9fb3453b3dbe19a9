"""Places of publication: their limits as data, and verdicts that say why in figures that are right."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from guided_audio import publication
from guided_audio.errors import UsageError
from guided_audio.forms import Form
from guided_audio.presets import PRESETS
from guided_audio.publication import Figure, Measured, Publication, Standing, Verdict, judge

PAGE = (Path(__file__).parents[1] / "docs" / "publishing.md").read_text(encoding="utf-8")
PLACES = publication.PUBLICATIONS.values()

GOOD = Measured(
    form=Form.MP3,
    kbps=192,
    kbps_spread=0,
    channels=2,
    rate=44_100,
    seconds=900,
    megabytes=20,
    lufs=-16.4,
    rms=-20.5,
    sample_peak=-3.6,
    true_peak=-3.4,
    noise_floor=-66,
    head_quiet=0.9,
    tail_quiet=4,
    speech_rms=-20.2,
    speech_share=0.93,
    title=12,
    cover=(1400, 1400),
)
"""A file that podcast and ACX take as it is."""


def verdict(place: Publication, figure: Figure, **changed: Any) -> Verdict:
    """What is said of one figure, of the firm limit where there are two."""
    found = [one for one in judge(place, replace(GOOD, **changed)) if one.limit.name is figure]
    return next((one for one in found if one.limit.firm), found[0])


def standing(place: Publication, figure: Figure, **changed: Any) -> Standing:
    """How a file stands to one limit."""
    return verdict(place, figure, **changed).standing


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_place_is_whole(place: Publication) -> None:
    """It builds by a preset there is, its limits have an end, a source with a date, and a reason."""
    assert place.preset in PRESETS
    assert publication.named(place.name) is place
    for limit in place.limits:
        assert re.search(r", read on \d+ \w+ 20\d\d$", limit.source)
        assert limit.why
        assert limit.name is Figure.FORM or (limit.lowest, limit.highest) != (None, None)
        assert limit.lowest is None or limit.highest is None or limit.lowest <= limit.highest
    for ask in (*place.asks, *place.unsaid):
        assert ask.text.endswith(".")
        assert "read on" in ask.source


@pytest.mark.parametrize("place", [publication.PODCAST, publication.ACX], ids=lambda place: place.name)
def test_a_file_that_is_right_meets_everything(place: Publication) -> None:
    """And each verdict says what was measured in a sentence."""
    for found in judge(place, GOOD):
        assert found.standing is Standing.MET, found
        assert found.sentence.endswith(".")


@pytest.mark.parametrize(
    ("place", "figure", "changed", "expected"),
    [
        (publication.PODCAST, Figure.LUFS, {"lufs": -17.0}, Standing.MET),
        (publication.PODCAST, Figure.LUFS, {"lufs": -17.01}, Standing.OFF),
        (publication.PODCAST, Figure.LUFS, {"lufs": -14.99}, Standing.OFF),
        (publication.PODCAST, Figure.TRUE_PEAK, {"true_peak": -0.99}, Standing.OFF),
        (publication.PODCAST, Figure.FORM, {"form": Form.M4A}, Standing.MET),
        (publication.PODCAST, Figure.FORM, {"form": Form.WAV}, Standing.OFF),
        (publication.PODCAST, Figure.FORM, {"form": None}, Standing.OFF),
        (publication.PODCAST, Figure.KBPS, {"kbps": 48, "channels": 2}, Standing.OFF),
        (publication.PODCAST, Figure.KBPS, {"kbps": 48, "channels": 1}, Standing.MET),
        (publication.PODCAST, Figure.TITLE, {"title": 0}, Standing.OFF),
        (publication.PODCAST, Figure.COVER_SIDE, {"cover": (800, 800)}, Standing.OFF),
        (publication.PODCAST, Figure.COVER_SIDE, {"cover": None}, Standing.UNKNOWN),
        (publication.PODCAST, Figure.COVER_OBLONG, {"cover": (1500, 1400)}, Standing.OFF),
        (publication.ACX, Figure.FORM, {"form": Form.M4A}, Standing.OFF),
        (publication.ACX, Figure.KBPS, {"kbps": 128}, Standing.OFF),
        (publication.ACX, Figure.KBPS, {"kbps": 320}, Standing.MET),
        (publication.ACX, Figure.KBPS_SPREAD, {"kbps_spread": 64}, Standing.OFF),
        (publication.ACX, Figure.RATE, {"rate": 48_000}, Standing.OFF),
        (publication.ACX, Figure.SAMPLE_PEAK, {"sample_peak": -2.99}, Standing.OFF),
        (publication.ACX, Figure.NOISE_FLOOR, {"noise_floor": -59.9}, Standing.OFF),
        (publication.ACX, Figure.NOISE_FLOOR, {"noise_floor": -math.inf}, Standing.MET),
        (publication.ACX, Figure.HEAD_QUIET, {"head_quiet": 1.04}, Standing.MET),
        (publication.ACX, Figure.HEAD_QUIET, {"head_quiet": 1.06}, Standing.OFF),
        (publication.ACX, Figure.HEAD_QUIET, {"head_quiet": 0.2}, Standing.OFF),
        (publication.ACX, Figure.TAIL_QUIET, {"tail_quiet": 12}, Standing.OFF),
        (publication.ACX, Figure.SECONDS, {"seconds": 7201}, Standing.OFF),
        (publication.ACX, Figure.RMS, {"rms": -17.9}, Standing.OFF),
        (publication.INSIGHT_TIMER, Figure.MEGABYTES, {"megabytes": 501}, Standing.OFF),
        (publication.INSIGHT_TIMER, Figure.KBPS, {"kbps": 192}, Standing.ADVISED),
        (publication.INSIGHT_TIMER, Figure.RATE, {"rate": 44_100}, Standing.ADVISED),
        (publication.INSIGHT_TIMER, Figure.SECONDS, {"seconds": 1500}, Standing.ADVISED),
    ],
)
def test_every_limit_has_two_sides(
    place: Publication, figure: Figure, changed: dict[str, Any], expected: Standing
) -> None:
    """At the limit it is met, and beyond it is not; what is advice is not held against a file."""
    found = verdict(place, figure, **changed)
    assert found.standing is expected, found.sentence
    assert found.sentence.endswith(".")
    if expected is Standing.OFF and found.measured is not None:
        assert found.sentence.count(".") >= 2  # what to do follows what is


def test_pauses_that_keep_a_file_from_acx_are_said_in_figures() -> None:
    """Speech at -20 dB for 45 % of the time is -23.5 in all: with no room over its peaks it cannot be met."""
    whole = publication.level_of_whole(-20, 0.45)
    assert whole == pytest.approx(-23.47, abs=0.01)
    quiet = {"rms": whole, "speech_rms": -20.0, "speech_share": 0.45}
    found = verdict(publication.ACX, Figure.RMS, **quiet, sample_peak=-3.5)
    assert found.standing is Standing.CANNOT
    for figure in ("-23.47 dB", "-20.0 dB for 45%", "take 3.5 dB", "up by 0.5 dB", "room for 0.2", "50% of"):
        assert figure in found.sentence
    assert "podcast" in found.sentence


def test_where_there_is_room_over_the_peaks_the_remedy_is_to_turn_it_up() -> None:
    """The same pauses, and a voice whose peaks leave 3 dB: nothing is impossible about it."""
    whole = publication.level_of_whole(-20, 0.45)
    quiet = {"rms": whole, "speech_rms": -20.0, "speech_share": 0.45, "sample_peak": -6.0, "true_peak": -6.0}
    found = verdict(publication.ACX, Figure.RMS, **quiet)
    assert found.standing is Standing.OFF
    assert "Turn it up by 0.5 dB: its peaks have room for 2.8" in found.sentence


def test_a_voice_that_is_too_quiet_itself_is_not_blamed_on_its_pauses() -> None:
    """It has to be levelled, and that can be done."""
    found = verdict(publication.ACX, Figure.RMS, rms=-25.3, speech_rms=-25.0, speech_share=0.93)
    assert found.standing is Standing.OFF
    assert "level it" in found.sentence
    silent = verdict(publication.ACX, Figure.RMS, rms=-math.inf, speech_rms=None, speech_share=None)
    assert "digital silence" in silent.sentence


def test_half_the_time_is_three_decibels() -> None:
    """The two functions are each other's inverse, and a file without speech is silent."""
    assert publication.level_of_whole(-20, 0.5) == pytest.approx(-23.01, abs=0.01)
    assert publication.least_share(-20, publication.level_of_whole(-20, 0.31)) == pytest.approx(0.31)
    assert publication.level_of_whole(-20, 0) == -math.inf


def test_what_was_not_measured_is_said_and_not_held_against_the_file() -> None:
    """Of nothing, nothing is known but that it is in no form."""
    found = judge(publication.ACX, Measured())
    assert {one.standing for one in found} == {Standing.UNKNOWN, Standing.OFF}
    assert [one.limit.name for one in found if not one.standing.well] == [Figure.FORM]


def test_a_place_of_another_name_is_not_known() -> None:
    """One sentence with those there are."""
    with pytest.raises(UsageError, match="podcast, acx, insight-timer"):
        publication.named("radio")


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_the_page_has_every_limit_and_every_source(place: Publication) -> None:
    """`docs/publishing.md` says what the data say."""
    _, _, section = PAGE.partition(f"## `{place.name}`")
    section = section.partition("\n## ")[0]
    rows = [row for row in section.splitlines() if row.startswith("|")]
    for limit in place.limits:
        ends = [f"{end:g}" if end < 1000 else f"{end:,.0f}" for end in (limit.lowest, limit.highest) if end]
        of_it = [row for row in rows if row.startswith(f"| {limit.name.value}")]
        assert any(all(end in row for end in ends) for row in of_it), limit
    for limit in place.limits:
        assert limit.source.split(",")[0] in section
    assert "23 November 2026" in section
