"""The built-in scripts, built as a user builds them, are measured by other means than `verify` has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from command_line import BUILT_IN, RATE, Answer, Cli, Finished, RealBuild, call, decoded, ffmpeg
from guided_audio.blocks import Mono, Stereo
from guided_audio.receipt import ClipEntry, Receipt
from guided_audio.speaking import Speaker
from guided_audio.store import Store
from guided_audio.units import to_milliseconds

pytest_plugins = ["e2e_fixtures"]

pytestmark = pytest.mark.slow

SPEECH_LUFS = -18.0
SEARCH = round(0.4 * RATE)


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A finished built-in script, and what it sounds like."""

    name: str
    finished: Finished
    receipt: Receipt
    sound: Stereo

    @property
    def clips(self) -> list[ClipEntry]:
        """Everything that is said, in the order it is heard."""
        spoken = [clip for line in self.receipt.lines for clip in line.clips]
        return sorted((*spoken, *self.receipt.cues), key=lambda clip: clip.start)


CHAPTERS = {"body-scan": 7, "heart-opening": 6, "befriending-a-part": 6}


@pytest.fixture(scope="module", params=BUILT_IN)
def heard(request: pytest.FixtureRequest, real: RealBuild) -> Heard:
    """Each of the built-in scripts, decoded once."""
    finished = real.finished(request.param)
    return Heard(request.param, finished, finished.receipt, decoded(finished.file))


def ebur128(sound: Stereo, figure: str, *, peak: str = "none") -> float:
    """One figure of the summary of ffmpeg's own meter: loudness in LUFS, or true peak in dBTP."""
    form = ["-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", "pipe:0"]
    said = ffmpeg(
        *form, "-af", f"ebur128=peak={peak}:framelog=quiet", "-f", "null", "-", sound=sound.tobytes()
    )
    summary = said.stderr.decode().rpartition("Summary:")[2]
    found = re.search(rf"{figure}:\s+(-?[\d.]+) ", summary)
    assert found
    return float(found[1])


def test_the_file_is_as_long_as_its_receipt_and_its_plan_say(
    heard: Heard, cli: Cli, real: RealBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decoded frames, receipt, timeline and what the build reported are one and the same number."""
    monkeypatch.setenv("GUIDED_AUDIO_STORE", str(real.store))
    planned = cli("plan", heard.name, "--json").json()
    assert {len(heard.sound), heard.receipt.frames, planned["length"], real.track(heard.name)["frames"]} == {
        len(heard.sound)
    }
    assert [clip.start for clip in heard.clips] == [clip["start"] for clip in planned["clips"]]


@pytest.mark.parametrize("name", BUILT_IN)
def test_it_lasts_ten_to_sixteen_minutes_at_a_slow_pace(real: RealBuild, name: str) -> None:
    """With all its passages; 100 to 125 words a minute, and about as much quiet as speech.

    Its edition of about ten minutes, like all editions, is measured in `test_library`.
    """
    track = real.track(name)
    assert 10 * 60 <= track["seconds"] <= 16 * 60
    assert 100 <= track["pace"] <= 125
    assert 0.40 <= track["speech_share"] <= 0.60
    assert track["chapters"] == CHAPTERS[name]


def test_speech_has_its_level_and_no_peak_is_too_high(heard: Heard) -> None:
    """By the meter of ffmpeg the voice, over the receipt's spans, is 0.3 LU from the aim at the most."""
    spoken = np.concatenate([heard.sound[clip.start : clip.start + clip.length] for clip in heard.clips])
    assert ebur128(spoken, "I") == pytest.approx(SPEECH_LUFS, abs=0.3)
    assert ebur128(heard.sound, "Peak", peak="true") <= -1.0


def test_every_clip_is_in_its_place_and_every_pause_as_long_as_planned(heard: Heard) -> None:
    """Each clip of the store is found within a few samples of its place, so no pause is off by 10 ms."""
    with Speaker(Store(heard.finished.store)) as speaker:
        offsets = [_lag(heard.sound, speaker.clip(clip.key), clip.start) / RATE for clip in heard.clips]
    assert len(offsets) > 50
    assert max(abs(offset) for offset in offsets) < 0.002
    assert max(abs(after - before) for before, after in pairwise(offsets)) < 0.010


def _lag(sound: Stereo, clip: Mono, start: int) -> int:
    """How many frames after `start` a clip is heard best, looked for in 0.4 s to either side.

    The clip's own spectrum is flattened, so that what is found is one sharp place and not a hill.
    """
    window = sound[start - SEARCH : start + len(clip) + SEARCH, 0]
    size = 1 << (len(window) + len(clip)).bit_length()
    want, have = np.fft.rfft(clip, size), np.fft.rfft(window, size)
    cross = have * np.conj(want) / np.maximum(np.abs(want), 1e-3 * np.abs(want).max())
    return int(np.argmax(np.fft.irfft(cross, size)[: 2 * SEARCH])) - SEARCH


def test_nothing_is_quiet_for_long_without_a_word(heard: Heard) -> None:
    """Between two things that are said never lie more than 40 seconds."""
    gaps = [after.start - before.start - before.length for before, after in pairwise(heard.clips)]
    assert min(gaps) > 0
    assert max(gaps) / RATE <= 40


def test_there_is_never_digital_silence(heard: Heard) -> None:
    """No player that switches off at zero, and no listener, takes a pause for the end."""
    quietest = _levels(heard.sound).min()
    assert quietest > 10 ** (-90 / 20)


def _levels(sound: Stereo) -> NDArray[np.float64]:
    """The root mean square of each 100 ms but the last few, which fade to nothing."""
    whole = (len(sound) - RATE // 2) // 4410 * 4410
    powers = np.square(sound[:whole].reshape(-1, 4410 * 2), dtype=np.float64).mean(axis=1)
    return np.asarray(np.sqrt(powers))


def test_players_see_the_chapters_where_they_are(heard: Heard) -> None:
    """A player lists the chapters in the order of time, each to the millisecond where the receipt has it."""
    # without -copyts ffmpeg counts from the encoder's delay, 25 ms before the first sample
    told = ffmpeg("-v", "error", "-copyts", "-i", heard.finished.file, "-f", "ffmetadata", "-").stdout
    chapters = [
        (int(start), int(end))
        for start, end in re.findall(r"\[CHAPTER\]\nTIMEBASE=1/1000\nSTART=(\d+)\nEND=(\d+)\n", told.decode())
    ]
    expected = [
        (to_milliseconds(chapter.start), to_milliseconds(chapter.end)) for chapter in heard.receipt.chapters
    ]
    assert len(chapters) == len(expected) >= 6
    assert np.abs(np.array(chapters) - np.array(expected)).max() <= 1
    assert chapters == sorted(chapters)
    assert chapters[0][0] == 0
    assert chapters[-1][1] == to_milliseconds(len(heard.sound))


def test_a_finished_file_passes_its_own_verification(
    real: RealBuild, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was built a moment ago is found to be as it should be, in every check."""
    monkeypatch.setenv("GUIDED_AUDIO_STORE", str(real.store))
    file = real.finished("body-scan").file
    said = cli("verify", file, "--json")
    checks = said.json()[str(file)]
    assert said.code == 0
    assert len(checks) >= 9
    assert all(check["well"] for check in checks)


def test_a_script_that_was_not_agreed_is_not_built(real: RealBuild, cli: Cli, tmp_path: Path) -> None:
    """Without the acknowledgement there is a reason and no file; with it, the receipt says so."""
    refused = cli("build", "befriending-a-part", "--voice", "fake:one")
    assert refused.code == 1
    assert "--agreed" in refused.err
    assert not (tmp_path / "output").exists()
    assert real.finished("befriending-a-part").receipt.acknowledged
    assert real.finished("befriending-a-part").receipt.level == "agreed"
    assert not real.finished("body-scan").receipt.acknowledged


def test_a_second_build_speaks_nothing_and_gives_the_same_bytes(real: RealBuild, tmp_path: Path) -> None:
    """Another folder, another time zone, another language and one core change no byte."""
    first = real.finished("body-scan")
    elsewhere = {"TZ": "Asia/Tokyo", "LANG": "de_DE.UTF-8", "LC_ALL": "C"}
    arguments = ["build", "body-scan", "--json", "--jobs", "1", "--out", "again"]
    again = call(arguments, real.store, tmp_path, elsewhere)
    (track,) = again.json()["tracks"]
    assert track["spoken_now"] == 0
    assert (tmp_path / track["file"]).read_bytes() == first.file.read_bytes()
    assert (tmp_path / track["receipt"]).read_bytes() == first.paper.read_bytes()


def test_another_store_gives_the_same_sound(real: RealBuild, tmp_path: Path) -> None:
    """A voice that repeats itself makes the same file on another day, with none of the old store."""
    answer = call(["build", "heart-opening", "--json", "--jobs", "3"], tmp_path / "store", tmp_path)
    (track,) = answer.json()["tracks"]
    first = real.finished("heart-opening")
    assert track["spoken_now"] > 0
    assert (tmp_path / track["file"]).read_bytes() == first.file.read_bytes()
    assert Finished(tmp_path / track["file"], tmp_path).receipt.secret != first.receipt.secret


def test_the_number_of_cores_changes_no_byte(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One, two and three lanes make the same file of several chunks, none of them kept from before."""
    lines = "\n".join(f"- dwell: Line number {number} of a longer script." for number in range(6))
    (tmp_path / "long.yaml").write_text(f"title: Longer\nbed: stream\nscript:\n{lines}\n", encoding="utf-8")
    made = set()
    for jobs in ("1", "2", "3"):
        monkeypatch.setenv("GUIDED_AUDIO_STORE", str(tmp_path / f"store-{jobs}"))
        arguments = ["--voice", "fake:one", "--jobs", jobs, "--out", jobs]
        assert cli("build", "long.yaml", *arguments).code == 0
        made.add((tmp_path / jobs / "longer.mp3").read_bytes())
    assert len(made) == 1
    assert len(made.pop()) > 128_000 / 8 * 160


def test_a_length_is_kept_to_the_frame(cli: Cli, tmp_path: Path) -> None:
    """`--length 10m` of a script whose pauses can move gives ten minutes, decoded."""
    done = cli("build", "heart-opening", "--voice", "fake:one", "--length", "10m", "--json")
    (track,) = done.json()["tracks"]
    assert track["frames"] == 10 * 60 * RATE
    assert len(decoded(tmp_path / track["file"])) == 10 * 60 * RATE


def test_a_length_out_of_reach_names_what_can_be_reached(cli: Cli, tmp_path: Path) -> None:
    """The shortest and the longest are named; asking for either of them works."""
    (tmp_path / "s.yaml").write_text(
        "title: S\nbed: none\nscript:\n- settle: One line.\n- ask: And another.\n", encoding="utf-8"
    )
    build = partial(cli, "build", "s.yaml", "--voice", "fake:one", "--length")
    refused = build("10m")
    assert refused.code == 1
    found = re.search(r"s\.yaml:1:8: .* from (\S+) to (\S+), not 10m\.", refused.err)
    assert found
    assert not (tmp_path / "output").exists()
    shortest, longest = (int(text.rstrip("s")) for text in found.groups())
    assert list(_codes(build, [shortest + 1, longest - 1])) == [0, 0]
    assert list(_codes(build, [shortest - 1, longest + 1])) == [1, 1]


def _codes(build: partial[Answer], lengths: list[int]) -> Iterator[int]:
    return (build(f"{length}s").code for length in lengths)
