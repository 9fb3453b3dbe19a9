"""A build with recordings: her lines and the voice's in one file, exact, level, verified and disclosed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from command_line import Cli, decoded, ffmpeg
from conftest import RATE
from guided_audio import engines
from guided_audio import receipt as receipts
from guided_audio.blocks import Mono
from guided_audio.conform import conform
from guided_audio.library import Library
from guided_audio.mastering import loudness
from guided_audio.plan import read_script
from guided_audio.receipt import LineEntry, Receipt
from guided_audio.speech import Utterance
from guided_audio.tags import reading as tags_of
from guided_audio.takes.lines import lines_of

pytest_plugins = ["e2e_fixtures"]

SCRIPT = """\
title: An evening
bed: none
slots:
  name: {fallback: "", private: true}
  place: {fallback: the chair, private: false}
script:
- chapter: First
- settle: Sit in whatever way you like today.
- notice: The floor may be felt. [2s] It may be warm or cold.
- tick: Welcome{, name}, to this evening.
- say: The evening has room for you.
  id: evening
- chapter: Second
- tick: Think of {place} for a moment.
- optional:
    from: 2m
    script:
    - notice: The shoulders are there as well, if you like.
- dwell: And now there is some time in which nothing has to be done at all.
- settle: That is all for now.
"""
FAKED = ("--voice", "fake:one")
TAKES = Path("takes/evening")


@pytest.fixture
def evening(cli: Cli) -> Cli:
    """The script in an empty folder, with a sheet and a folder for its takes."""
    Path("evening.yaml").write_text(SCRIPT, encoding="utf-8")
    assert cli("takes", "sheet", "evening.yaml").code == 0
    return cli


def reading(text: str, seed: int = 0, *, level: float = 0.1) -> Mono:
    """Somebody else reads aloud, in a room: the second voice for tests, with noise and quiet around it."""
    engine = engines.load("fake")
    clip = conform(engine.speak(Utterance(text, 100), engines.find_voice(engine, "en-US", "two")), RATE)
    quiet = np.zeros(round(0.6 * RATE), dtype=np.float32)
    sound = np.concatenate((quiet, clip * np.float32(level / np.abs(clip).max()), quiet))
    noise = np.random.default_rng(seed).standard_normal(len(sound)) * level / 300
    return (sound + noise).astype(np.float32)


def record(*names: str, level: float = 0.1) -> None:
    """A file for each name, with the words of its line in it."""
    lines = lines_of(read_script(Path("evening.yaml"), Library()))
    texts = {f"{place:03}": line.text for place, line in enumerate(lines, start=1)} | {"evening": "A line."}
    for name in names:
        text = texts[Path(name).stem]
        soundfile.write("raw.wav", reading(text, len(name), level=level), RATE)
        ffmpeg("-v", "error", "-y", "-i", "raw.wav", TAKES / name)
        Path("raw.wav").unlink()


def built(cli: Cli, *more: str) -> tuple[Path, Receipt, str]:
    """The finished file, its receipt, and what was said on the way."""
    answer = cli("build", "evening.yaml", *FAKED, "--out", "out", "--json", *more)
    assert answer.code == 0, answer.err
    track = answer.json()["tracks"][0]
    return Path(track["file"]), receipts.read(Path(track["receipt"]).read_bytes()), answer.err


def hers(receipt: Receipt) -> list[bool]:
    """Which lines a person says."""
    return [line.voice.startswith("takes:") for line in receipt.lines]


def level_of(line: LineEntry, sound: Mono) -> float:
    """The loudness of a line in the finished sound, its clips in a row."""
    clips = [sound[clip.start : clip.start + clip.length] for clip in line.clips]
    return loudness(np.concatenate(clips), RATE)


def test_lines_of_two_voices_are_level_exact_and_verified(evening: Cli) -> None:
    """Recorded at whatever level, all lines of the decoded file are within 1 LU, and `verify` is content."""
    record("001.m4a", level=0.02)
    record("002.mp3", "007.flac", level=0.5)
    file, receipt, _ = built(evening)
    assert hers(receipt) == [True, True, False, False, False, False, True, False]
    assert [len(line.clips) for line in receipt.lines[:2]] == [1, 1]
    sound = decoded(file).mean(axis=1)
    levels = [level_of(line, sound) for line in receipt.lines]
    assert max(levels) - min(levels) < 1.0, levels
    answer = evening("verify", file)
    assert answer.code == 0, answer.out


def test_pauses_are_as_written_whoever_speaks(evening: Cli) -> None:
    """Behind a recorded line lies the same pause, to the frame, as behind that of a voice."""
    _, before, _ = built(evening)
    record("001.m4a", "007.ogg", "008.wav")
    _, after, _ = built(evening)
    rests = [[pause.end - pause.start for pause in paper.pauses] for paper in (before, after)]
    assert rests[0] == rests[1]
    for line, following in zip(after.lines, after.lines[1:], strict=False):
        assert following.start > line.end


@pytest.mark.parametrize("length", ["90s", "100s"])
def test_an_edition_of_a_length_has_it_to_the_frame(evening: Cli, length: str) -> None:
    """However long her lines are, the pauses give."""
    record("001.m4a", "002.mp3", "008.wav")
    _, receipt, _ = built(evening, "--length", length)
    assert receipt.frames == int(length[:-1]) * RATE
    assert sum(hers(receipt)) == 3


def test_numbers_hold_for_every_edition(evening: Cli) -> None:
    """The last line is 008 also where the passage before it is left out."""
    record("008.wav")
    _, short, _ = built(evening, "--length", "95s")
    assert hers(short) == [False] * 6 + [True]


def test_a_line_with_a_name_in_it_is_left_to_the_voice_and_named(evening: Cli) -> None:
    """Nobody recorded that name. Without one her take is used; the name itself is nowhere."""
    record("003.m4a", "005.m4a")
    _, plain, _ = built(evening)
    assert hers(plain)[2]
    Path("names.txt").write_text("name: Bartholomew\n", encoding="utf-8")
    _, filled, said = built(evening, "--set-from", "names.txt", "--overwrite")
    assert hers(filled)[2:5] == [False, False, True]
    assert "003 (evening.yaml:10)" in said
    assert "Bartholomew" not in said + json.dumps(receipts.write(filled).decode())


def test_missing_lines_stop_the_build_where_that_is_asked(evening: Cli) -> None:
    """Each is named, and nothing is made; with all of them it goes on."""
    record("001.m4a")
    answer = evening("build", "evening.yaml", *FAKED, "--out", "out", "--missing", "stop")
    assert answer.code == 1
    assert "002 (evening.yaml:9)" in answer.err
    assert "001 (" not in answer.err
    assert not list(Path("out").glob("*"))
    record(*(f"{number:03}.wav" for number in (2, 3, 4, 5, 6, 7, 8)))
    file, receipt, _ = built(evening, "--missing", "stop")
    assert all(hers(receipt))
    assert "Spoken by a person." in comment(file)


def comment(file: Path) -> str:
    """What the tags of a file say."""
    found = tags_of.read(file)
    assert found
    return found.comment


def test_who_speaks_is_disclosed(evening: Cli) -> None:
    """In the tags, and on the sheet of notes: nobody, somebody, both."""
    assert "Spoken by a synthetic voice." in comment(built(evening)[0])
    record("001.m4a")
    assert "Spoken by a person and by a synthetic voice." in comment(built(evening)[0])
    evening("notes", "evening.yaml", "--out", "paper")
    assert "by a person and by a synthetic" in " ".join(
        Path("paper/an-evening.notes.txt").read_text(encoding="utf-8").split()
    )


def rewritten(cli: Cli, text: str) -> None:
    """Another script of the same name, and an empty folder for its takes."""
    shutil.rmtree(TAKES)
    Path("evening.yaml").write_text(text, encoding="utf-8")
    assert cli("takes", "sheet", "evening.yaml").code == 0


def noted(cli: Cli, folder: str, *more: str) -> str:
    """What the sheet in a folder says of who speaks."""
    answer = cli("notes", "evening.yaml", "--out", folder, "--json", *more)
    assert answer.code == 0, answer.err
    return str(answer.json()["sheets"][0]["voice"])


def test_the_sheet_says_of_a_file_what_its_receipt_says(evening: Cli) -> None:
    """Also where slots were filled, where takes were left out, and where it is of another form."""
    rewritten(evening, ALL_FILLED)
    record("001.wav", "002.wav")
    Path("names.txt").write_text("name: Bartholomew\n", encoding="utf-8")
    built(evening, "--format", "flac")
    assert noted(evening, "out") == "Spoken by a person."
    file, _, _ = built(evening, "--set-from", "names.txt")
    assert "Spoken by a synthetic voice." in comment(file)
    assert noted(evening, "out") == "Spoken by a synthetic voice."  # of two forms, the less human
    evening("build", "evening.yaml", *FAKED, "--out", "bare", "--takes", "none")
    assert noted(evening, "bare") == "Spoken by a synthetic voice."
    shutil.rmtree(TAKES)
    Path("out/all-filled.mp3").unlink()
    Path("out/all-filled.receipt.json").unlink()
    assert noted(evening, "out") == "Spoken by a person."


ALL_FILLED = """\
title: All filled
bed: none
slots: {name: {fallback: friend, private: true}}
script:
- tick: Welcome, {name}, to this room.
- tick: The evening has room for you, {name}.
"""


def test_a_sheet_before_the_file_is_no_more_human_than_what_may_come(evening: Cli) -> None:
    """A slot may be filled, and a take that cannot be used is left to the voice."""
    rewritten(evening, ALL_FILLED)
    record("001.wav", "002.wav")
    assert noted(evening, "paper") == "Spoken by a synthetic voice."
    rewritten(evening, ALL_FILLED + "- tick: And the lamp is on.\n")
    record("001.wav", "002.wav", "003.wav")
    assert noted(evening, "paper") == "Spoken by a person and by a synthetic voice."
    soundfile.write(TAKES / "003.wav", np.zeros(RATE, dtype=np.float32), RATE)
    assert noted(evening, "paper") == "Spoken by a synthetic voice."


def test_a_receipt_that_is_none_leaves_the_sheet_to_the_takes(evening: Cli) -> None:
    """It is passed over: notes are written all the same."""
    Path("out").mkdir()
    Path("out/an-evening.receipt.json").write_text("{}", encoding="utf-8")
    assert noted(evening, "out") == "Spoken by a synthetic voice."


FOR_HER = """\
title: For her
bed: none
slots: {wish: {fallback: "on a chair", private: false}}
script:
- tick: Here is a chair.
- tick: I am here with you {wish}.
"""


def refused(cli: Cli, *more: str) -> str:
    """Why a build is refused for the line that only a person may say."""
    answer = cli("build", "evening.yaml", *FAKED, "--out", "out", *more)
    assert (answer.code, "evening.yaml:6:9: Only a person may say this line" in answer.err) == (1, True)
    return answer.err


def test_a_refusal_says_why_her_take_is_not_used(evening: Cli) -> None:
    """Recording it again would help in none of these cases but the first two."""
    rewritten(evening, FOR_HER)
    assert "Record it" in refused(evening)
    soundfile.write(TAKES / "002.wav", np.zeros(RATE, dtype=np.float32), RATE)
    said = refused(evening)
    assert ("Its take cannot be used" in said, "silent" in said) == (True, True)
    record("002.wav")
    assert evening("build", "evening.yaml", *FAKED, "--out", "out").code == 0
    left_out = refused(evening, "--takes", "none")
    assert ("--takes none" in left_out, "Record it" in left_out) == (True, False)
    filled = refused(evening, "--set", "wish=by the fire", "--overwrite")
    assert ("filled in" in filled, "Record it" in filled, "by the fire" in filled) == (True, False, False)
    Path("evening.yaml").write_text(FOR_HER.replace("am here", "am right here"), encoding="utf-8")
    assert "takes keep" in refused(evening)


def test_no_name_of_a_file_is_in_the_finished_one(evening: Cli) -> None:
    """A file may be called by a client's name: receipts and tags do not have it."""
    record("001.m4a")
    (TAKES / "001.m4a").rename(TAKES / "001 for Bartholomew.m4a")
    file, receipt, _ = built(evening)
    assert hers(receipt)[0]
    assert b"Bartholomew" not in file.read_bytes() + receipts.beside(file).read_bytes()


def test_a_bad_take_costs_itself_alone(evening: Cli) -> None:
    """It is named with what it is; the voice says its line, and the others are hers."""
    record("001.m4a", "002.wav")
    (TAKES / "005.m4a").write_text("#EXTM3U\n/etc/hostname\n", encoding="utf-8")
    (TAKES / "006.mp3").write_bytes(b"")
    soundfile.write(TAKES / "007.wav", np.zeros(RATE, dtype=np.float32), RATE)
    _, receipt, said = built(evening)
    assert hers(receipt) == [True, True, *[False] * 6]
    for name, what in (("005.m4a", "playlist"), ("006.mp3", "empty"), ("007.wav", "silent")):
        assert next(line for line in said.splitlines() if line.startswith(name)).count(what) == 1
    status = evening("takes", "status", "evening.yaml")
    assert status.code == 1
    assert "2 of 8 lines recorded" in status.out


def test_status_for_a_program(evening: Cli) -> None:
    """Every line by number, with its state and its place in the script; none of its words."""
    record("001.m4a", "evening.mp3")
    shutil.copy(TAKES / "001.m4a", TAKES / "001-2.m4a")
    shutil.copy(TAKES / "001.m4a", TAKES / "holiday.m4a")
    answer = evening("takes", "status", "evening.yaml", "--json")
    assert answer.code == 0
    data = answer.json()
    found = {line["number"]: line for line in data["lines"]}
    assert found["001"]["state"] == "recorded"
    assert (found["001"]["file"], found["001"]["other_tries"]) == ("001-2.m4a", ["001.m4a"])
    assert (found["004"]["id"], found["004"]["file"]) == ("evening", "evening.mp3")
    assert found["002"]["state"] == "missing"
    assert found["002"]["line"] == 9
    assert [each["file"] for each in data["loose"]] == ["holiday.m4a"]
    assert "warmth" not in answer.out


def test_a_take_of_other_words_is_not_heard_until_it_is_kept(evening: Cli) -> None:
    """A word was changed for a reason."""
    record("001.m4a")
    built(evening)
    Path("evening.yaml").write_text(
        SCRIPT.replace("Sit in whatever way", "Sit in whatever place"), encoding="utf-8"
    )
    _, receipt, said = built(evening)
    assert not any(hers(receipt))
    assert "other words" in said
    assert "before the words changed" in evening("takes", "status", "evening.yaml").out
    assert evening("takes", "keep", "evening.yaml", "1").code == 0
    assert hers(built(evening)[1])[0]


def test_the_sheet_has_every_line_by_its_number(evening: Cli) -> None:
    """As text and as a page: words, pauses as marks, and what a line is also called."""
    text = Path("output/an-evening.reading.txt").read_text(encoding="utf-8")
    page = Path("output/an-evening.reading.html").read_text(encoding="utf-8")
    words = " ".join(text.split())
    assert "002 The floor may be felt. · It may be warm or cold. notice, 12s" in words
    assert "or evening" in words
    assert "Lines without a recording are said by a synthetic voice; the finished file says" in words
    assert [f"{number:03}" in page for number in range(1, 9)] == [True] * 8
    assert "script-src" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert evening("takes", "sheet", "evening.yaml", "--length", "95s", "--out", "short").code == 0
    short = next(Path("short").glob("*.txt")).read_text(encoding="utf-8")
    assert "006 " not in short
    assert "008 " in short


def test_a_changed_take_makes_its_track_anew_and_no_other(cli: Cli) -> None:
    """A series knows its takes by what is in them."""
    folder = Path("mine")
    folder.mkdir()
    (folder / "series.yaml").write_text("series: Mine\ntracks: [evening, other]\n", encoding="utf-8")
    (folder / "evening.yaml").write_text(SCRIPT, encoding="utf-8")
    (folder / "other.yaml").write_text(SCRIPT.replace("An evening", "Another"), encoding="utf-8")
    made = []
    for seed in (None, 1, 1, 2):
        if seed is not None:
            (folder / "takes/evening").mkdir(parents=True, exist_ok=True)
            soundfile.write(folder / "takes/evening/001.wav", reading("Sit in whatever way.", seed), RATE)
        answer = cli("build", "mine", *FAKED, "--out", "out", "--region", "uk", "--json")
        assert answer.code == 0, answer.err
        made.append(answer.json()["series"][0]["made"])
    assert [len(names) for names in made] == [2, 1, 0, 1]
    assert made[1] == made[3]


def test_what_makes_no_sense_is_said(evening: Cli) -> None:
    """Each in a sentence, by the exit code for it."""
    assert evening("build", "evening.yaml", *FAKED, "--takes", "nowhere").code == 2
    assert evening("takes", "status", "body-scan").code == 2
    assert evening("takes", "keep", "evening.yaml", "1").code == 1
    assert evening("takes", "keep", "evening.yaml", "99").code == 1
    assert evening("build", "evening.yaml", *FAKED, "--takes", "none", "--missing", "stop").code == 1
    Path("second.yaml").write_text(SCRIPT.replace("An evening", "Second"), encoding="utf-8")
    both = ("build", "evening.yaml", "second.yaml", *FAKED, "--takes", str(TAKES))
    assert evening(*both).code == 2
