"""How a script ends: back in the room, or with a bed that goes out over a sleeping listener."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from command_line import Cli, decoded
from conftest import PLACE, WhiteNoise, said, script_of, takes_of
from guided_audio import reader
from guided_audio.beds import BED_FADE_INTO_SLEEP, BED_FADE_OUT
from guided_audio.layout import BARE_TAIL, SLEEP_TAIL, TAIL, lay_out, tail
from guided_audio.library import Library
from guided_audio.lint import Profile, structure
from guided_audio.mixer import Bed, Mix, Voice, fade_frames
from guided_audio.pacing import score
from guided_audio.script import Bed as Wanted
from guided_audio.script import Chapter, Ending, NoBed, Script
from guided_audio.timeline import Timeline, from_json, to_json
from guided_audio.units import PROJECT_RATE, decibels, to_frames
from lint_cases import case

pytest_plugins = ["e2e_fixtures"]

RATE = PROJECT_RATE
OCEAN = Wanted(PLACE, Path("ocean.yaml"))


def laid(script: Script) -> Timeline:
    """Its timeline."""
    events = score(script, {})
    return lay_out(script, events, takes_of(events, usual=40 * RATE))


def asleep(script: Script) -> Script:
    """The same for falling asleep."""
    return replace(script, ending=Ending.SLEEP)


# Where it lies


def test_a_bed_goes_out_slowly_over_a_sleeper() -> None:
    """Over 45 seconds, two after the last sound; 10 where the listener is back in the room."""
    script = script_of(said("One."), said("Two."), bed=True)
    back, sleep = laid(script), laid(asleep(script))
    assert (BED_FADE_INTO_SLEEP, SLEEP_TAIL) == (45.0, 2.0 + BED_FADE_INTO_SLEEP)
    assert sleep.length - back.length == to_frames(SLEEP_TAIL) - to_frames(TAIL)
    assert fade_frames(back.beds[-1], RATE)[1] == to_frames(BED_FADE_OUT)
    assert fade_frames(sleep.beds[-1], RATE)[1] == to_frames(BED_FADE_INTO_SLEEP)
    assert sleep.clips == back.clips
    assert from_json(to_json(sleep)) == sleep


def test_only_the_last_bed_goes_out_slowly() -> None:
    """Those before it melt, or go out as ever; and without one at the end there is nothing to go out."""
    later = asleep(script_of(said("One."), Chapter(PLACE, "Sea", OCEAN), said("Two."), bed=True))
    first, last = laid(later).beds
    assert (first.goes_out, last.goes_out) == (None, to_frames(BED_FADE_INTO_SLEEP))
    assert fade_frames(last, RATE)[1] == to_frames(BED_FADE_INTO_SLEEP)
    bare = asleep(script_of(said("One."), Chapter(PLACE, "Quiet", NoBed(PLACE)), said("Two."), bed=True))
    assert laid(bare).beds[-1].goes_out is None
    assert tail(bare) == tail(asleep(script_of(said("One.")))) == to_frames(BARE_TAIL)


def test_the_sound_falls_steadily_to_nothing() -> None:
    """As it is heard: full two seconds after the last word, 3 dB down in the middle, silent at the end."""
    timeline = laid(asleep(script_of(said("One."), said("Two."), bed=True)))
    voice = Voice(lambda clip: np.zeros(clip.length, dtype=np.float32), lambda _: 1.0)
    mix = Mix(timeline, voice, beds=[Bed(WhiteNoise(), timeline.beds[0], 1.0)])

    def level(seconds_before_the_end: float) -> float:
        """Over half a second around a moment, in decibels."""
        sound = mix.read(timeline.length - to_frames(seconds_before_the_end + 0.25), to_frames(0.5))
        return decibels(float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))))

    levels = [level(seconds) for seconds in (45, 35, 22.5, 10, 5, 1)]
    assert levels == sorted(levels, reverse=True)
    assert level(22.5) - level(45) == pytest.approx(-3.0, abs=0.3)
    assert level(0.25) - level(45) < -35
    assert not mix.read(timeline.length - 1, 1).any() or abs(mix.read(timeline.length - 1, 1)).max() < 1e-4


def test_a_length_holds_for_sleep_as_well(cli: Cli) -> None:
    """To the frame, the longer tail included; the finished file is as its receipt says."""
    lines = "".join(f"- notice: There is line {number} of the night.\n" for number in range(6))
    Path("night.yaml").write_text(
        f"title: Night\nbed: night\nending: sleep\nscript:\n{lines}", encoding="utf-8"
    )
    built = cli("build", "night.yaml", "--voice", "fake:one", "--length", "2m30s", "--json").json()
    (track,) = built["tracks"]
    assert track["frames"] == 150 * RATE
    assert cli("verify", track["file"]).code == 0
    sound = decoded(Path(track["file"]))
    power = [float(np.mean(np.square(sound[-to_frames(at) :][: to_frames(2.0)]))) for at in (44, 20, 8, 2.5)]
    assert power == sorted(power, reverse=True)


# What wakes


@pytest.mark.parametrize(
    ("steps", "lines"),
    [
        ("- One.\n- bell: bowl\n", [6]),
        ("- One.\n- pause: 9s\n- bell: bowl\n- pause: 9s\n- bell: chime\n", [7, 9]),
        ("- One.\n- chapter: Night\n- bell: bowl\n", [7]),
        ("- bell: bowl\n- One.\n", []),
        ("- One.\n- bell: bowl\n- breathe: {in: 4s, out: 5s, rounds: 2}\n", []),
        ("- One.\n- choose: way\n  a:\n  - bell: bowl\n  b:\n  - Two.\n", [8]),
        ("- One.\n- choose: way\n  default: b\n  a:\n  - bell: bowl\n  b:\n  - Two.\n", [9]),
        ("- One.\n- optional:\n    from: 10m\n    script:\n    - bell: bowl\n", [9]),
        ("- One.\n- bell: bowl\n- optional:\n    from: 10m\n    script:\n    - Two.\n", [6]),
    ],
)
def test_a_bell_after_the_last_line_is_a_mistake_before_sleep(
    steps: str, lines: list[int], tmp_path: Path
) -> None:
    """In every variant, in its place; where the listener comes back it may be struck."""
    file = tmp_path / "a.yaml"
    for ending, wanted in (("sleep", lines), ("return", [])):
        file.write_text(f"title: A\nending: {ending}\nlengths: [5m]\nscript:\n{steps}", encoding="utf-8")
        problems = reader.read(file, Library(), "a.yaml").problems
        assert [problem.place.line for problem in problems] == wanted
        assert all("asleep" in problem.message for problem in problems)


# What the check asks of it


def test_nobody_is_led_back_from_sleep(tmp_path: Path) -> None:
    """Whatever the profile; all other rules hold as before."""
    text = "title: A\n{}script:\n- You are free to stop at any time.\n- Rain falls on the shed.\n"
    sleep = case(tmp_path, text.format("ending: sleep\n"))
    assert sleep.findings("GA02") == sleep.findings("GA02", Profile.WALKING) == ()
    back = case(tmp_path, text.format("ending: return\n"))
    assert len(back.findings("GA02")) == 1
    others = [{one.rule for one in of.findings()} - {"GA02"} for of in (sleep, back)]
    assert others[0] == others[1]
    assert any(rule.id == "GA02" for rule in structure.RULES)
