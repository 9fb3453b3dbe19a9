"""The parts of splitting: what is cut where, who recites, what is kept, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from command_line import Cli, ffmpeg
from conftest import both, murmur, tone
from guided_audio import reader
from guided_audio.alignment import Alignment, Earlier, Found, Stretch, WrongScript
from guided_audio.blocks import Mono
from guided_audio.cli import takes_split
from guided_audio.errors import MissingTool, Place, Refused
from guided_audio.library import Library
from guided_audio.listening import Span
from guided_audio.script import Script
from guided_audio.speaking import Speaker
from guided_audio.speech import Speech, Utterance, Voice
from guided_audio.splitting import Levels, Report, as_data, cutting, recording, runs, spelled, whole
from guided_audio.splitting.shelving import Cut, Shelf, within_scale
from guided_audio.takes.reciter import Reciter
from guided_audio.takes.survey import State, survey

pytest_plugins = ["e2e_fixtures"]

RATE = recording.RATE
SCRIPT = "title: Evening\npurpose: Something to read.\nbed: none\n\nscript:\n" + "".join(
    f"- tick: Here is the line of the {word} in it.\n" for word in ("cat", "dog", "hen", "cow", "fox", "owl")
)


def alignment_of(*spans: tuple[float, float], beside: tuple[tuple[float, float], ...] = ()) -> Alignment:
    """Lines 001, 002 and so on, from and to so many seconds, and sounds that are none."""
    found = tuple(
        Found(f"{number:03}", round(start * RATE), round(end * RATE), 0.9)
        for number, (start, end) in enumerate(spans, 1)
    )
    stretches = tuple(Stretch(round(start * RATE), round(end * RATE), voiced=True) for start, end in beside)
    return Alignment(RATE, found, (), (), stretches, 1.0)


# Cutting


def test_a_line_comes_with_a_little_room() -> None:
    """Where it stands alone: 0.3 s before it and 0.5 s after it."""
    alignment = alignment_of((2, 4))
    span = cutting.span_of(alignment.found[0], alignment, 10 * RATE)
    assert (span.start / RATE, span.end / RATE) == (1.7, 4.5)


def test_a_line_at_the_ends_of_a_recording_is_cut_there() -> None:
    """There is no more than there is."""
    alignment = alignment_of((0.1, 9.9))
    assert cutting.span_of(alignment.found[0], alignment, 10 * RATE) == Span(0, 10 * RATE)


@given(
    st.lists(st.tuples(st.integers(1, 30_000), st.integers(0, 30_000)), min_size=2, max_size=30),
    st.lists(st.sampled_from(["line", "earlier", "stretch"]), min_size=30, max_size=30),
)
def test_never_any_of_a_neighbour_is_cut_out(lengths: list[tuple[int, int]], kinds: list[str]) -> None:
    """However close sounds are, what two cuts hold does not overlap, nor does it hold any other sound."""
    spans, at = [], 0
    for long, quiet in lengths:
        spans.append((at, at + long))
        at += long + quiet
    of_kind = {
        kind: [span for span, its in zip(spans, kinds, strict=False) if its == kind]
        for kind in ("line", "earlier", "stretch")
    }
    alignment = Alignment(
        RATE,
        tuple(Found(str(place), *span, 0.9) for place, span in enumerate(of_kind["line"])),
        tuple(Earlier("0", *span, whole=True) for span in of_kind["earlier"]),
        (),
        tuple(Stretch(*span, voiced=False) for span in of_kind["stretch"]),
        1.0,
    )
    cuts = [cutting.span_of(found, alignment, at) for found in alignment.found]
    for found, cut in zip(alignment.found, cuts, strict=True):
        assert 0 <= cut.start <= found.start < found.end <= cut.end <= at
        others = [span for span in spans if span != (found.start, found.end)]
        assert not any(start < cut.end and cut.start < end for start, end in others)
    assert all(before.end <= after.start for before, after in pairwise(cuts))


def test_edges_are_soft_and_the_middle_is_untouched() -> None:
    """It begins and ends at nearly nothing, and 8 ms later is what it was."""
    sound = tone(200, 1.0, RATE) + np.float32(0.3)
    soft = cutting.soft_edged(sound, RATE)
    frames = round(cutting.FADE * RATE)
    assert abs(float(soft[0])) < 0.001
    assert abs(float(soft[-1])) < 0.001
    assert np.array_equal(soft[frames:-frames], sound[frames:-frames])
    assert len(cutting.soft_edged(sound[:1], RATE)) == 1


# The recording


@pytest.mark.parametrize(("name", "options"), [("a.wav", []), ("a.m4a", []), ("a.ogg", ["-c:a", "libopus"])])
def test_a_recording_is_cut_where_it_was_heard(name: str, options: list[str], tmp_path: Path) -> None:
    """At its own rate, and to the millisecond: what was cut is what was recorded there."""
    sound = murmur(20.0, 48_000)
    soundfile.write(tmp_path / "raw.wav", sound, 48_000)
    file = tmp_path / name
    if name != "a.wav":
        ffmpeg("-v", "error", "-i", tmp_path / "raw.wav", *options, "-b:a", "128k", file)
    else:
        (tmp_path / "raw.wav").rename(file)
    heard = recording.hear(file)
    assert heard.own_rate == 48_000
    assert len(heard.samples) / RATE == pytest.approx(20.0, abs=0.1)
    spans = [Span(12 * RATE, 14 * RATE), Span(3 * RATE, 4 * RATE)]
    cut = dict(recording.pieces(heard, spans))
    for index, span in enumerate(spans):
        original = sound[span.start * 3 : span.end * 3]
        assert len(cut[index]) == len(original)
        assert np.corrcoef(cut[index], original)[0, 1] > 0.9


def test_of_two_sides_the_one_with_a_microphone_counts(tmp_path: Path) -> None:
    """Where the other is nearly silent; otherwise both."""
    sound = murmur(3.0, 44_100)
    silent = both(sound)
    silent[:, 0] *= np.float32(0.001)
    for name, stereo, gain in (("one.wav", silent, 1.0), ("both.wav", both(sound), 1.0)):
        soundfile.write(tmp_path / name, stereo, 44_100, subtype="FLOAT")
        heard = recording.hear(tmp_path / name)
        [(_, piece)] = recording.pieces(heard, [Span(0, RATE)])
        assert piece == pytest.approx(sound[:44_100] * gain, abs=1e-4)


@pytest.mark.parametrize("other", [-1.0, -0.9, -0.5])
def test_two_sides_in_opposite_phase_are_heard_as_the_louder(other: float, tmp_path: Path) -> None:
    """Mixed they would cancel each other: where the lines are looked for, and where they are cut."""
    sound = murmur(3.0, 44_100)
    soundfile.write(tmp_path / "a.wav", np.column_stack((sound, sound * other)), 44_100, subtype="FLOAT")
    heard = recording.hear(tmp_path / "a.wav")
    assert np.square(heard.samples).mean() == pytest.approx(np.square(sound).mean(), rel=0.1)
    [(_, piece)] = recording.pieces(heard, [Span(0, RATE)])
    assert piece == pytest.approx(sound[:44_100], abs=1e-4)


def test_a_recording_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the way out."""
    monkeypatch.setattr(recording, "LONGEST", 2)
    soundfile.write(tmp_path / "long.wav", murmur(3.0, RATE), RATE)
    with pytest.raises(Refused, match=r"longer than 2s\. Cut the recording into parts"):
        recording.hear(tmp_path / "long.wav")


def test_a_file_that_went_away_meanwhile_is_one_sentence(tmp_path: Path) -> None:
    """It is heard twice."""
    file = tmp_path / "a.wav"
    soundfile.write(file, murmur(1.0, RATE), RATE)
    heard = recording.hear(file)
    file.unlink()
    with pytest.raises(Refused, match="could not be read a second time"):
        list(recording.pieces(heard, [Span(0, 100)]))


# The reciter


class Counting:
    """An engine that counts what it is asked, with espeak's way of naming timbres."""

    name = "system"

    def __init__(self) -> None:
        self.said: list[tuple[str, str, float]] = []

    def health(self) -> None:
        """It is well."""

    def voices(self) -> tuple[Voice, ...]:
        """One of a language, in a timbre that is preferred, and plain."""
        return (Voice("system", "en+warm", "en"), Voice("system", "en", "en"))

    def fingerprint(self, voice: Voice) -> str:
        """Its name."""
        return voice.name

    def speak(self, utterance: Utterance, voice: Voice) -> Speech:
        """Noise of a level."""
        self.said.append((utterance.text, voice.name, utterance.rate))
        return Speech(murmur(0.6, RATE), RATE)

    def close(self) -> None:
        """It holds nothing."""


@pytest.fixture
def counting(speaker: Speaker, monkeypatch: pytest.MonkeyPatch) -> Counting:
    """The engine behind the system's voice."""
    engine = Counting()
    monkeypatch.setattr(speaker, "engine", lambda _name: engine)
    return engine


def test_what_was_recited_once_is_kept(speaker: Speaker, counting: Counting) -> None:
    """A second splitting of the same script says nothing anew, and hears the same."""
    texts = [f"Line {number}." for number in range(30)]
    heard = []
    for _ in range(2):
        with Reciter(speaker, "en", texts, 2) as reciting:
            assert reciting.voices == ("en", "en+f2")
            heard.append([reciting.speak(text, "en+f2", 150.0).samples for text in texts])
    assert len(counting.said) == len(set(counting.said)) == 30
    for first, second in zip(*heard, strict=True):
        assert first == pytest.approx(murmur(0.6, RATE), abs=1e-4)
        assert np.array_equal(first, second)


def test_no_word_is_a_name_in_the_store(speaker: Speaker, counting: Counting) -> None:
    """Its entries are named by keyed hashes."""
    with Reciter(speaker, "en", ["A word of hers."]) as reciting:
        reciting.speak("A word of hers.", "en", 160.0)
    assert counting.said
    assert not [path for path in speaker.store.folder.rglob("*") if "word" in path.name.casefold()]


def test_a_language_that_no_voice_speaks_is_named(speaker: Speaker, counting: Counting) -> None:
    """Before anything is listened to."""
    assert counting.said == []
    with pytest.raises(MissingTool, match="no voice for the language xx"):
        Reciter(speaker, "xx", ["A line."])


# The shelf


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Six lines."""
    (tmp_path / "evening.yaml").write_text(SCRIPT, encoding="utf-8")
    read = reader.read(tmp_path / "evening.yaml", Library()).script
    assert read
    return read


def cut(number: str, seed: int) -> Cut:
    """A take of a line."""
    return Cut(number, Speech(murmur(0.6, RATE, seed), RATE))


def shelf_of(script: Script, speaker: Speaker) -> Shelf:
    """Its takes folder as it is now."""
    found = survey(script, script.path.parent / "takes", speaker.store)
    return Shelf(script, found, speaker.store)


def test_takes_are_put_by_their_lines(
    script: Script, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In batches, in any order; afterwards each line has the sound that was cut for it."""
    monkeypatch.setattr("guided_audio.splitting.shelving.MOST_HELD", RATE)
    numbers = ["005", "001", "003", "002"]
    files = shelf_of(script, speaker).put(cut(number, int(number)) for number in numbers)
    assert set(files) == set(numbers)
    after = shelf_of(script, speaker)
    states = {line.number: line.state for line in after.found.lines}
    assert [number for number, state in states.items() if state is State.RECORDED] == sorted(numbers)
    for number in numbers:
        samples, rate = soundfile.read(files[number], dtype="float32")
        assert rate == RATE
        assert samples == pytest.approx(murmur(0.6, RATE, int(number)), abs=1e-6)
        assert files[number].name == f"{number}.wav"


def test_good_takes_stay_unless_they_are_to_be_replaced(script: Script, speaker: Speaker) -> None:
    """And a replaced one lies beside the new one, which counts."""
    first = shelf_of(script, speaker).put([cut("001", 1), cut("002", 2)])
    shelf = shelf_of(script, speaker)
    assert shelf.staying(["001", "002", "003"], replace=False) == ("001", "002")
    assert shelf.staying(["001", "002", "003"], replace=True) == ()
    before = first["001"].read_bytes()
    second = shelf.put([cut("001", 9)])
    assert first["001"].read_bytes() == before
    assert shelf_of(script, speaker).found.lines[0].file == second["001"] != first["001"]


def test_sound_over_full_scale_is_turned_down_not_cut_off() -> None:
    """As a whole; what is within scale stays as it is."""
    loud = murmur(0.6, RATE) * np.float32(20)
    turned = within_scale(Speech(loud, RATE)).samples
    assert np.abs(turned).max() == pytest.approx(1.0)
    assert np.corrcoef(turned, loud)[0, 1] == pytest.approx(1.0)
    fine = Speech(murmur(0.6, RATE), RATE)
    assert within_scale(fine) is fine


# The report, and what is refused


def report_of(alignment: Alignment, lines: int) -> Report:
    """A report on so many lines that were wanted."""
    places = {f"{number:03}": Place("evening.yaml", number + 6) for number in range(1, lines + 1)}
    return Report("Evening", 100 * RATE, places, alignment)


def test_numbers_that_follow_one_another_are_told_as_one() -> None:
    """By the order of the script, not by counting: 002a stands behind 002."""
    places = {number: Place("a.yaml") for number in ("001", "002", "002a", "003", "004", "005")}
    report = replace(report_of(alignment_of(), 1), places=places)
    found = runs(report, ("001", "002a", "003", "005"))
    assert [spelled(run) for run in found] == ["001", "002a–003", "005"]


def test_the_report_as_data_has_no_words_and_all_the_rest() -> None:
    """Every line with its state and place, times in seconds, what is left over."""
    alignment = replace(
        alignment_of((1, 3), (5, 7), beside=((8, 9),)),
        skipped=("003",),
        earlier=(Earlier("001", 0, RATE, whole=True),),
    )
    flagged = replace(alignment.found[1], reason="It hardly sounds like the words of this line.")
    report = report_of(replace(alignment, found=(alignment.found[0], flagged)), 3)
    data = as_data(replace(report, written={"001": Path("takes/001.wav")}, stayed=("002",)))
    assert data["seconds"] == 100.0
    first, second, third = cast("list[dict[str, object]]", data["lines"])
    assert first == {
        "number": "001",
        "file": "evening.yaml",
        "line": 7,
        "state": "found",
        "start": 1.0,
        "end": 3.0,
        "confidence": 0.9,
        "reason": "",
        "take": "001.wav",
        "kept_former_take": False,
    }
    assert (second["state"], second["take"], second["kept_former_take"]) == ("flagged", None, True)
    assert third == {"number": "003", "file": "evening.yaml", "line": 9, "state": "not found"}
    assert data["earlier"] == [{"number": "001", "start": 0.0, "end": 1.0, "whole": True, "read_again": True}]
    assert data["unexplained"] == [{"start": 8.0, "end": 9.0, "voiced": True}]


def test_a_line_that_was_begun_and_not_finished_is_told_as_that() -> None:
    """It was not read again: it is not found, and stands by itself among those that are not."""
    alignment = replace(
        alignment_of((1, 3)),
        skipped=("002", "003", "004"),
        earlier=(Earlier("001", 0, RATE // 2, whole=False), Earlier("003", 4 * RATE, 6 * RATE, whole=False)),
    )
    report = report_of(alignment, 4)
    assert [each.id for each in report.again] == ["001"]
    assert [each.id for each in report.begun] == ["003"]
    earlier = cast("list[dict[str, object]]", as_data(report)["earlier"])
    assert [(each["number"], each["read_again"]) for each in earlier] == [("001", True), ("003", False)]
    missing = [spelled(run) for run in runs(report, alignment.skipped)]
    assert missing == ["002", "003", "004"]


def test_what_was_begun_is_said_with_its_time(cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Among the lines that were not found, and never as a reading that was done again."""
    alignment = replace(
        alignment_of((1, 3)), skipped=("002",), earlier=(Earlier("002", 12 * RATE, 14 * RATE, whole=False),)
    )
    outcome = whole.Outcome(report_of(alignment, 2), Levels.of(silence(1), RATE))
    monkeypatch.setattr(takes_split, "split", lambda *_: outcome)
    (home / "a.wav").touch()
    said = cli("takes", "split", "evening.yaml", "a.wav").out
    assert "002  evening.yaml:8  begun at 0:12 and not finished" in said
    assert "done again" not in said


def test_a_script_that_only_begins_alike_is_refused() -> None:
    """Few of its lines are there and most of what is said is something else; either alone is no reason."""
    lines = tuple((float(at), at + 2.0) for at in range(0, 30, 3))
    few, much = lines[:4], ((40.0, 60.0),)
    with pytest.raises(WrongScript, match="Only 4 of 10 lines"):
        whole.require_fitting(report_of(alignment_of(*few, beside=much), 10))
    whole.require_fitting(report_of(alignment_of(*few), 10))
    whole.require_fitting(report_of(alignment_of(*lines, beside=((40.0, 90.0),)), 10))


@pytest.fixture
def home(cli: Cli, tmp_path: Path) -> Path:
    """A folder with a script in it."""
    assert cli
    (tmp_path / "evening.yaml").write_text(SCRIPT, encoding="utf-8")
    return tmp_path


def silence(seconds: float) -> Mono:
    """What a muted microphone gives."""
    return np.zeros(round(seconds * RATE), dtype=np.float32)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda file: soundfile.write(file, silence(5), RATE, format="WAV"), "Nobody speaks"),
        (lambda file: soundfile.write(file, tone(440, 5, RATE), RATE, format="WAV"), "script|speaks"),
        (lambda file: file.write_text("#EXTM3U\nhttp://example.invalid/a.mp3\n"), "playlist|list"),
        (lambda file: file.write_bytes(b""), "empty"),
        (lambda file: file.write_bytes(b"RIFF\x10\0\0\0WAVEfmt "), "damaged|no sound"),
        (lambda file: file.write_text("Dear diary"), "cannot be used"),
    ],
    ids=["silence", "tone", "playlist", "empty", "damaged", "text"],
)
def test_what_is_no_reading_is_refused_in_a_sentence(  # type: ignore[no-untyped-def]
    made, said: str, cli: Cli, home: Path
) -> None:
    """Exit 1, no traceback, and no folder of takes."""
    made(home / "reading.m4a")
    done = cli("takes", "split", "evening.yaml", "reading.m4a")
    last = done.err.splitlines()[-1]
    assert done.code == 1, done.err
    assert any(part in last for part in said.split("|")), last
    assert "Traceback" not in done.err
    assert not (home / "takes").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("evening.yaml", "nothing.m4a"), "There is no file named nothing.m4a."),
        (("nothing", "evening.yaml"), "built-in script"),
        ((".", "evening.yaml", "--takes", "none"), "--takes"),
        (("evening.yaml", "evening.yaml", "--picture", "a.jpg"), "PNG"),
    ],
)
def test_a_slip_is_said_before_any_work(arguments: tuple[str, ...], said: str, cli: Cli, home: Path) -> None:
    """Exit 2, with what to write instead."""
    done = cli("takes", "split", *arguments)
    assert done.code == 2
    assert said in done.err
    assert not (home / "takes").exists()


def test_progress_goes_by_in_hundredths_and_in_words() -> None:
    """What is recited while voices are compared is not told apart, and no stage is over 100 %."""
    heard: list[tuple[str, int, int]] = []
    told = whole.Stages(lambda stage, done, total: heard.append((stage, done, total)))
    for stage, done, total in (
        ("listening", 1, 1),
        ("references", 60, 60),
        ("voices", 4, 8),
        ("references", 60, 60),
        ("voices", 8, 8),
        ("references", 50, 200),
        ("first pass", 10, 40),
        ("some other", 1, 3),
    ):
        told(stage, done, total)
    assert heard == [
        ("Listening", 100, 100),
        ("Comparing voices", 50, 100),
        ("Comparing voices", 100, 100),
        ("Saying the lines at your pace", 25, 100),
        ("Finding the lines", 25, 100),
        ("Some other", 33, 100),
    ]
