"""`verify` finds whatever was done to a finished file, and calls it by its name."""

# mypy: allow-untyped-calls
# mutagen says that it is typed, but few of its functions are.

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mutagen.id3 import ID3
from numpy.typing import NDArray

from command_line import RATE, Answer, Cli, Finished, decoded
from guided_audio import encoder, tags
from guided_audio.blocks import Stereo
from guided_audio.units import Frames

pytest_plugins = ["e2e_fixtures"]

CHECKS = {
    "length",
    "speech",
    "line levels",
    "true peak",
    "limiter",
    "nothing missing",
    "pauses",
    "image",
    "no holes",
    "room tone",
    "joins",
    "bytes",
    "chapters",
    "tags",
}
"""Every check of a file without a bed that can be measured."""


@pytest.fixture
def good(short_build: Finished, tmp_path: Path) -> Finished:
    """A finished file of one's own to spoil."""
    return short_build.copy(tmp_path / "files")


@pytest.fixture
def off(cli: Cli) -> Callable[[Finished], set[str]]:
    """The names of the checks that are off; exit 1 when there are any."""

    def names(finished: Finished) -> set[str]:
        answer = cli("verify", finished.file, "--json")
        found = {check["name"] for check in _checks(answer, finished.file) if not check["well"]}
        assert answer.code == (1 if found else 0)
        return found

    return names


Off = Callable[[Finished], set[str]]


def _checks(answer: Answer, file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer.json()[str(file)]
    return found


class Sound:
    """Samples as a source for the encoder."""

    def __init__(self, samples: Stereo) -> None:
        self._samples = samples

    def read(self, start: int, count: int) -> Stereo:
        """Frames `start` up to `start + count`."""
        return self._samples[start : start + count]


def reencode(finished: Finished, change: Callable[[NDArray[np.float32]], Stereo]) -> None:
    """Decode a file, change its sound, and encode it again behind the same tag."""
    samples = np.ascontiguousarray(change(decoded(finished.file).copy()), dtype=np.float32)
    with finished.file.open("rb") as stream:
        length = tags.size(stream)
        stream.seek(0)
        head = stream.read(length)
    with finished.file.open("wb") as stream:
        stream.write(head)
        encoder.encode(Sound(samples), Frames(len(samples)), stream, encoder.Mp3Format(), lanes=1)


def test_a_good_file_is_good_in_every_check(good: Finished, cli: Cli) -> None:
    """All there is to measure is measured, each thing once, and nothing is off."""
    answer = cli("verify", good.file, "--json")
    checks = _checks(answer, good.file)
    assert answer.code == 0
    assert {check["name"] for check in checks} == CHECKS
    assert len(checks) == len(CHECKS)
    assert all(check["well"] for check in checks)


def test_encoding_again_is_noticed_by_the_bytes_alone(good: Finished, off: Off) -> None:
    """The same sound in other bytes is still the same sound: what else goes off below is not our doing."""
    reencode(good, lambda sound: sound)
    assert off(good) == {"bytes"}


def test_a_second_cut_out_is_found(good: Finished, off: Off) -> None:
    """Frames are missing in the middle: the file is too short, and a clip is gone or moved."""
    data = good.file.read_bytes()
    frame = 418
    middle = data.index(b"\xff\xfb", len(data) // 2)
    good.file.write_bytes(data[:middle] + data[middle + 38 * frame :])
    assert {"length", "bytes", "nothing missing"} <= off(good)


@pytest.mark.parametrize("number", [0, 2, 4])
def test_a_line_that_was_silenced_is_found(good: Finished, off: Off, number: int) -> None:
    """One line is replaced by the quiet around it, and everything else is as it was."""
    line = good.receipt.lines[number]
    reencode(good, lambda sound: _hushed(sound, line.start, line.end))
    assert off(good) == {"bytes", "nothing missing"}


def _hushed(sound: NDArray[np.float32], start: int, end: int) -> Stereo:
    """The sound with a stretch replaced by what is heard in its last second."""
    quiet = sound[-RATE:]
    sound[start:end] = np.resize(quiet, (end - start, 2))
    return sound


@pytest.mark.parametrize("store", ["empty", "another", "unusable"])
def test_a_silenced_line_is_found_without_the_store_that_spoke_it(
    good: Finished, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: str
) -> None:
    """Where the clips are not at hand their level tells, and what could not be compared is said."""
    where = tmp_path / "store"
    monkeypatch.setenv("GUIDED_AUDIO_STORE", str(where))
    if store == "another":
        (tmp_path / "other.yaml").write_text("title: Other\nbed: none\nscript:\n- Some words.\n", "utf-8")
        assert cli("build", "other.yaml", "--voice", "fake:one").code == 0
    elif store == "unusable":
        where.write_text("a file where a folder should be", encoding="utf-8")
    untouched = {check["name"]: check for check in _checks(cli("verify", good.file, "--json"), good.file)}
    assert all(check["well"] for check in untouched.values())
    assert "not measured" in str(untouched["pauses"]["measured"])
    assert "not compared" in str(untouched["tags"]["measured"])
    line = good.receipt.lines[3]
    reencode(good, lambda sound: _hushed(sound, line.start, line.end))
    answer = cli("verify", good.file, "--json")
    assert answer.code == 1
    assert {str(check["name"]) for check in _checks(answer, good.file) if not check["well"]} == {
        "bytes",
        "nothing missing",
    }


def test_a_silenced_line_over_a_bed_is_found_by_its_level(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bed goes on where a line was, and does not pass for the line."""
    (tmp_path / "bed.yaml").write_text(
        "title: Over a bed\nbed: brown-noise\nscript:\n- ask: One line.\n- tick: And a second line.\n",
        "utf-8",
    )
    assert cli("build", "bed.yaml", "--voice", "fake:one").code == 0
    built = Finished(tmp_path / "output" / "over-a-bed.mp3", tmp_path)
    line, pause = built.receipt.lines[1], built.receipt.lines[0].end + RATE
    length = line.end - line.start

    def without_line(sound: NDArray[np.float32]) -> Stereo:
        sound[line.start : line.end] = sound[pause : pause + length]
        return sound

    reencode(built, without_line)
    for store in (None, tmp_path / "empty"):
        if store:
            monkeypatch.setenv("GUIDED_AUDIO_STORE", str(store))
        checks = {
            check["name"]: check["well"] for check in _checks(cli("verify", built.file, "--json"), built.file)
        }
        assert not checks["nothing missing"]
        assert checks["speech"]


def test_a_pause_that_was_shortened_is_found(good: Finished, off: Off) -> None:
    """Thirty milliseconds taken from one pause and given to another leave the length as it was."""
    before, later = good.receipt.lines[1].end + 2000, good.receipt.lines[3].end + 2000
    step = round(0.030 * RATE)

    def moved(sound: NDArray[np.float32]) -> Stereo:
        added = sound[later - step : later]
        return np.concatenate((sound[:before], sound[before + step : later], added, sound[later:]))

    reencode(good, moved)
    assert off(good) == {"bytes", "pauses"}


def test_a_pause_within_the_tolerance_passes(good: Finished, off: Off) -> None:
    """Five milliseconds are not heard by anybody."""
    before, later = good.receipt.lines[1].end + 2000, good.receipt.lines[3].end + 2000
    step = round(0.005 * RATE)

    def moved(sound: NDArray[np.float32]) -> Stereo:
        added = sound[later - step : later]
        return np.concatenate((sound[:before], sound[before + step : later], added, sound[later:]))

    reencode(good, moved)
    assert off(good) == {"bytes"}


@pytest.mark.parametrize("decibels", [2.0, -2.0])
def test_another_level_is_found(good: Finished, off: Off, decibels: float) -> None:
    """Two decibels up or down are off, and nothing is missing for that."""
    reencode(good, lambda sound: (sound * np.float32(10 ** (decibels / 20))).astype(np.float32))
    assert {"bytes", "speech", "room tone"} <= off(good) <= {"bytes", "speech", "room tone", "true peak"}


def test_a_peak_at_full_scale_is_found(good: Finished, off: Off) -> None:
    """A single click in a pause is enough."""

    def clicked(sound: NDArray[np.float32]) -> Stereo:
        sound[-2 * RATE :][:20] = 1.0
        return sound

    reencode(good, clicked)
    assert off(good) == {"bytes", "true peak"}


def test_a_hole_of_digital_silence_is_found(good: Finished, off: Off) -> None:
    """A tenth of a second of zeros in a pause sounds like the end of a file."""

    def holed(sound: NDArray[np.float32]) -> Stereo:
        sound[-2 * RATE :][: RATE // 2] = 0.0
        return sound

    reencode(good, holed)
    assert off(good) == {"bytes", "no holes"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda tag: tag["CHAP:chp1"].sub_frames["TIT2"].text.__setitem__(0, "Other"), {"tags"}),
        (lambda tag: setattr(tag["CHAP:chp1"], "start_time", 12_345), {"chapters", "tags"}),
        (lambda tag: tag.delall("CHAP:chp1"), {"chapters", "tags"}),
        (lambda tag: setattr(tag.getall("USLT")[0], "text", "Other words."), {"tags"}),
        (lambda tag: setattr(tag["TIT2"], "text", ["Another title"]), {"tags"}),
        (lambda tag: tag.delall("APIC"), {"tags"}),
        (lambda tag: tag.clear(), {"chapters", "tags"}),
    ],
    ids=["chapter title", "chapter time", "chapter gone", "lyrics", "title", "no cover", "no tags"],
)
def test_a_changed_tag_is_found(
    good: Finished, off: Off, change: Callable[[ID3], object], expected: set[str]
) -> None:
    """What another program does to the tags is named, and the sound stays well."""
    tag = ID3(good.file)
    change(tag)
    tag.save(good.file, v2_version=3)
    found = off(good)
    assert found <= {"chapters", "tags"}
    assert "tags" in found
    assert ("chapters" in found) == ("chapters" in expected) or not tag


def test_the_changed_tags_are_named(good: Finished, cli: Cli) -> None:
    """The message says which, in plain words, and quotes nothing."""
    tag = ID3(good.file)
    tag.getall("USLT")[0].text = "Other words."
    tag.save(good.file, v2_version=3)
    said = cli("verify", good.file)
    assert "changed: lyrics" in said.out
    assert "Other words" not in said.out + said.err


def test_a_file_without_its_receipt_cannot_be_measured(good: Finished, off: Off) -> None:
    """There is nothing to hold it against, and that is not well."""
    good.paper.unlink()
    assert off(good) == {"receipt"}


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\xff\xfe\0", b"[]", b"{}", b"null", b'{"version": 1}', b"{" * 100_000],
    ids=["empty", "binary", "list", "object", "null", "half", "deep"],
)
def test_a_receipt_that_is_none_is_said_to_be_none(good: Finished, off: Off, garbage: bytes) -> None:
    """Whatever lies there instead, it is one plain sentence."""
    good.paper.write_bytes(garbage)
    assert off(good) == {"receipt"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rate",), 0),
        (("rate",), -44_100),
        (("rate",), 10**30),
        (("frames",), -1),
        (("frames",), 10**30),
        (("lines", 0, "clips", 0, "start"), -(10**9)),
        (("lines", 0, "clips", 0, "start"), 10**15),
        (("lines", 0, "clips", 0, "length"), -5),
        (("lines", 0, "clips", 0, "length"), 0),
        (("lines", 0, "clips", 0, "length"), 10**15),
        (("lines", 0, "clips", 0, "key"), ""),
        (("lines", 0, "clips", 0, "key"), "a\0b"),
        (("lines", 0, "clips", 0, "key"), "../secret"),
        (("lines", 0, "clips", 0, "key"), "x" * 10_000),
        (("levels", "speech_lufs"), float("nan")),
        (("levels", "true_peak_dbtp"), float("nan")),
        (("levels", "speech_lufs"), float("-inf")),
        (("chapters", 0, "end"), -7),
        (("version",), 2),
        (("secret",), ""),
    ],
    ids=str,
)
def test_a_receipt_with_a_wrong_figure_is_off_and_nothing_worse(
    good: Finished, cli: Cli, path: tuple[str | int, ...], value: object
) -> None:
    """A receipt comes from anywhere: no figure in it makes the program fail, or pass what it says."""
    data = json.loads(good.paper.read_bytes())
    *way, last = path
    inner = data
    for key in way:
        inner = inner[key]
    inner[last] = value
    good.paper.write_text(json.dumps(data), encoding="utf-8")
    answer = cli("verify", good.file, "--json")
    assert answer.code == (0 if path == ("secret",) else 1), answer.err


def test_the_receipt_of_another_file_does_not_fit(good: Finished, cli: Cli, off: Off, tmp_path: Path) -> None:
    """Length, bytes, clips and tags all say so."""
    (tmp_path / "other.yaml").write_text(
        "title: Another\nbed: none\nscript:\n- settle: Other words altogether.\n- And more of them.\n",
        "utf-8",
    )
    assert cli("build", "other.yaml", "--voice", "fake:one").code == 0
    shutil.copy(tmp_path / "output" / "another.receipt.json", good.paper)
    assert {"length", "bytes", "nothing missing", "chapters", "tags"} <= off(good)


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1])
def test_a_truncated_file_is_found(good: Finished, off: Off, share: float) -> None:
    """A download that ended early is too short, lacks its last lines, or all of its sound."""
    data = good.file.read_bytes()
    good.file.write_bytes(data[: round(len(data) * share)])
    assert {"length", "bytes"} <= off(good)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"This is a letter, not a sound.\n" * 500,
        b"RIFF\x24\x80\0\0WAVEfmt " + bytes(4000),
        b"\xff\xfb" * 4000,
    ],
    ids=["empty", "text", "wav", "noise"],
)
def test_what_is_no_mp3_is_off(good: Finished, off: Off, content: bytes) -> None:
    """Something else under the name of the file has no sound to measure: only that is said of it."""
    good.file.write_bytes(content)
    assert off(good) == {"decodes", "length", "bytes", "tags"}


def test_of_a_file_without_sound_nothing_is_said_to_be_well(good: Finished, cli: Cli) -> None:
    """No level, peak or pause is made up where there was nothing to hear."""
    good.file.write_bytes(b"x\n")
    answer = cli("verify", good.file)
    assert "cannot be decoded" in answer.out
    assert "inf" not in answer.out
    assert "pauses" not in answer.out


def test_pauses_between_lines_that_are_gone_have_the_right_reason(good: Finished, cli: Cli) -> None:
    """The store is here; it is the clips that are not."""
    reencode(good, lambda sound: sound[::-1])
    (pauses,) = [
        check for check in _checks(cli("verify", good.file, "--json"), good.file) if check["name"] == "pauses"
    ]
    assert pauses["measured"] == "not measured: no two clips in a row are heard"


def test_a_damaged_byte_is_found(good: Finished, off: Off) -> None:
    """One flipped bit in the sound does not go unnoticed."""
    data = bytearray(good.file.read_bytes())
    data[len(data) * 2 // 3] ^= 0x10
    good.file.write_bytes(data)
    assert "bytes" in off(good)


def test_a_folder_or_nothing_at_all_is_said_to_be_so(cli: Cli, tmp_path: Path) -> None:
    """Both get their own sentence."""
    (tmp_path / "folder").mkdir()
    for name, sentence in (("folder", "folder is a folder"), ("nothing.mp3", "There is no file nothing.mp3")):
        answer = cli("verify", name)
        assert answer.code == 1
        assert sentence in answer.out


def test_one_file_that_is_off_does_not_hide_the_others(good: Finished, cli: Cli) -> None:
    """Each file is measured, and the exit code is that of the worst."""
    answer = cli("verify", "missing.mp3", good.file, "--json")
    measured = answer.json()
    assert answer.code == 1
    assert [check["well"] for check in measured["missing.mp3"]] == [False]
    assert {check["name"] for check in measured[str(good.file)]} == CHECKS
