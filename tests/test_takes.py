"""Which line a take is of: names of files, the order of lines after a change, and what a folder remembers."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from conftest import PLACE, RATE, murmur, said, script_of
from guided_audio.errors import Refused
from guided_audio.pacing import Gap, Saying, Spoken, score
from guided_audio.script import Chapter, Passage, Script
from guided_audio.speech import Speech
from guided_audio.store import Store
from guided_audio.takes.attaching import attach
from guided_audio.takes.index import FILE, read_index
from guided_audio.takes.lines import lines_of, places_in, words_of
from guided_audio.takes.names import Named, read_name
from guided_audio.takes.order import Known, Match, numbers_for, realigned
from guided_audio.takes.recorded import Recorded
from guided_audio.takes.survey import State, Survey, kept, printed, remember, survey
from guided_audio.units import Seconds

WORDS = (
    "Sit in some way that suits you.",
    "The floor may be felt.",
    "The chair may be felt.",
    "Breathe.",
    "There is nothing to do for now.",
    "Breathe.",
    "Look around the room.",
)


def script(*texts: str) -> Script:
    """A script of these lines, as long as it takes."""
    return script_of(*(said(text) for text in texts))


def put(folder: Path, *names: str) -> None:
    """Files with a different sound in each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        sound = murmur(1.5, RATE, seed=len(name) + sum(name.encode()))
        soundfile.write(folder / name, sound, RATE, format="WAV")


def states(found: Survey) -> dict[str, str]:
    """The lines that have a file, by their numbers."""
    return {take.number: f"{take.file.name} {take.state}" for take in found.lines if take.file}


# Names


@pytest.mark.parametrize(
    ("name", "label", "attempt"),
    [
        ("012.m4a", "012", 1),
        ("12.wav", "012", 1),
        ("12 second try.wav", "012", 2),
        ("012-2.m4a", "012", 2),
        ("012 (3).m4a", "012", 3),
        ("012_take 4.M4A", "012", 4),
        ("012a.m4a", "012a", 1),
        ("012b-2.m4a", "012b", 2),
        ("Evening.mp3", "evening", 1),
        ("evening-2.mp3", "evening", 2),
        ("evening-walk.mp3", "evening-walk", 1),
        ("1012.wav", "1012", 1),
    ],
)
def test_a_name_says_which_line_and_which_try(name: str, label: str, attempt: int) -> None:
    """Numbers with or without zeros, letters behind them, ids, and the ways in which tries are counted."""
    assert read_name(name, ["evening", "evening-walk"]) == Named(label, attempt)


@pytest.mark.parametrize("name", ["New Recording 12.m4a", "12hello.wav", "evenings.mp3", ".m4a", "١٢.wav"])
def test_a_name_that_says_nothing_is_attached_to_nothing(name: str) -> None:
    """A guess would put one line's sound into another's place."""
    assert read_name(name, ["evening"]) is None


# Order


def known(*texts: str) -> list[Known]:
    """Lines as an index has them: here hashes are the words themselves."""
    seen: dict[str, int] = {}
    lines = []
    for text in texts:
        seen[text] = seen.get(text, 0) + 1
        lines.append(Known(f"{text}#{seen[text]}", text, words_of(text)))
    return numbered(lines)


def numbered(lines: Sequence[Known]) -> list[Known]:
    """The lines with numbers."""
    return [replace(line, number=f"{place:03}") for place, line in enumerate(lines, start=1)]


def test_lines_that_moved_are_found_again() -> None:
    """Whatever the order, the same words are the same line; of alike ones the first is the first."""
    moved = known(*WORDS[3:], *WORDS[:3])
    assert realigned(known(*WORDS), moved) == {
        0: Match(4, sure=True),
        1: Match(5, sure=True),
        2: Match(6, sure=True),
        3: Match(0, sure=True),
        4: Match(1, sure=True),
        5: Match(2, sure=True),
        6: Match(3, sure=True),
    }


def test_a_mended_word_leaves_the_line_where_it_is() -> None:
    """Also in a line of one word, which has nothing in common with what it becomes."""
    mended = known(*WORDS[:4], "There is nothing at all to do for now.", WORDS[5], "Exhale.")
    found = realigned(known(*WORDS), mended)
    assert found == {place: Match(place, sure=True) for place in range(7)}


def test_a_line_that_may_be_two_is_a_question() -> None:
    """“Feet” and “hands” gone, and one new line that shares as much with either: nobody can tell."""
    changed = known(WORDS[0], "The wall may be felt.", *WORDS[3:])
    found = realigned(known(*WORDS), changed)
    unsure = [index for index, match in found.items() if not match.sure]
    assert len(unsure) == 1
    assert unsure[0] in (1, 2)


def test_a_line_that_is_gone_is_nobody_else() -> None:
    """A new line in another place, in other words, does not inherit its take."""
    changed = known(*WORDS[:4], *WORDS[5:], "Thank you for this time together, and take care.")
    assert 4 not in realigned(known(*WORDS), changed)


def test_numbers_stay_and_new_lines_get_letters() -> None:
    """No printed sheet becomes wrong: what came in behind 002 is 002a, and a number is never given twice."""
    before = known(*WORDS)
    now = known("A beginning.", *WORDS[:2], "One more.", "And another one.", *WORDS[3:])
    numbers = numbers_for(before, realigned(before, now), len(now))
    assert numbers == ["000a", "001", "002", "002a", "002b", "004", "005", "006", "007"]
    assert numbers_for([], {}, 3) == ["001", "002", "003"]


# Lines


def test_lines_are_those_of_all_editions() -> None:
    """A short edition leaves a passage out, and its lines keep their places among all of them."""
    inner = Passage(PLACE, Seconds(600.0), (said("Only when there is time."),))
    whole = script_of(Chapter(PLACE, "One"), said(WORDS[0]), inner, Chapter(PLACE, "Two"), said(WORDS[1]))
    lines = lines_of(whole)
    assert [line.chapter for line in lines] == ["One", "One", "Two"]
    assert places_in(whole.edition(Seconds(300.0)), lines) == {0: 0, 1: 2}
    assert places_in(whole.edition(Seconds(900.0)), lines) == {0: 0, 1: 1, 2: 2}


def test_marks_are_not_words() -> None:
    """A take still fits when a comma, a capital or another apostrophe came in."""
    assert words_of("Sit in some way, or lie; that’s all.") == words_of("sit in some way or lie that's ALL")
    assert words_of("left hand") != words_of("right hand")


# Folders


def test_takes_attach_by_number_and_by_id(tmp_path: Path, store: Store) -> None:
    """Whatever the form of the name; a file of another name is said to belong to nothing."""
    written = script_of(said(WORDS[0]), said(WORDS[1], name="feet"), said(WORDS[2]))
    put(tmp_path, "001.wav", "feet.wav", "3 third try.wav", "holiday.wav")
    found = survey(written, tmp_path, store)
    assert states(found) == {
        "001": "001.wav recorded",
        "002": "feet.wav recorded",
        "003": "3 third try.wav recorded",
    }
    assert [loose.name for loose in found.loose] == ["holiday.wav"]


def test_of_several_tries_the_latest_counts(tmp_path: Path, store: Store) -> None:
    """By its number, and where the numbers are the same by its time; the others are named."""
    put(tmp_path, "001.wav", "001-2.wav", "001-10.wav", "002.wav", "2.wav")
    os.utime(tmp_path / "2.wav", (1_000, 1_000))
    first, second, *_ = survey(script(*WORDS), tmp_path, store).lines
    assert second.file == tmp_path / "002.wav"
    assert first.file == tmp_path / "001-10.wav"
    assert set(first.older) == {"001.wav", "001-2.wav"}


def test_a_take_stays_with_its_line_and_is_out_of_date_once_the_words_changed(
    tmp_path: Path, store: Store
) -> None:
    """Moved, it is still right; with a word mended it is asked about; kept, it is right again."""
    put(tmp_path, "002.wav", "005.wav")
    remember(survey(script(*WORDS), tmp_path, store))
    texts = ["A new beginning of it all.", WORDS[2], WORDS[1], *WORDS[3:]]
    texts[4] = "There is nothing to do, just now."
    found = survey(script(*texts), tmp_path, store)
    assert states(found) == {"002": "002.wav recorded", "005": "005.wav out of date"}
    remember(found)
    again = survey(script(*texts), tmp_path, store)
    assert states(again) == states(found)
    remember(kept(again, ["5"]))
    assert states(survey(script(*texts), tmp_path, store))["005"] == "005.wav recorded"
    texts[4] = WORDS[4]
    assert states(survey(script(*texts), tmp_path, store))["005"] == "005.wav out of date"


def test_a_line_recorded_once_more_is_of_the_new_words(tmp_path: Path, store: Store) -> None:
    """The same name, another sound: she has recorded it once more."""
    put(tmp_path, "001.wav")
    remember(survey(script(*WORDS), tmp_path, store))
    texts = ["Find a place to sit that suits you.", *WORDS[1:]]
    remember(survey(script(*texts), tmp_path, store))
    soundfile.write(tmp_path / "001.wav", murmur(2.0, RATE, seed=9), RATE)
    assert states(survey(script(*texts), tmp_path, store)) == {"001": "001.wav recorded"}


def test_what_she_reads_from_is_the_printed_sheet(tmp_path: Path, store: Store) -> None:
    """A file that comes in after the words were changed was read from the sheet before they were."""
    found = survey(script(*WORDS), tmp_path, store)
    remember(printed(found, range(len(WORDS))))
    put(tmp_path, "001.wav", "002.wav")
    texts = ["Find a place to lie that suits you.", *WORDS[1:]]
    assert states(survey(script(*texts), tmp_path, store)) == {
        "001": "001.wav out of date",
        "002": "002.wav recorded",
    }


def test_an_unsure_take_is_never_used_until_somebody_says_so(tmp_path: Path, store: Store) -> None:
    """It stays unsure from one look to the next."""
    put(tmp_path, "002.wav", "003.wav")
    remember(survey(script(*WORDS), tmp_path, store))
    texts = [WORDS[0], "The wall may be felt.", *WORDS[3:]]
    for _ in range(2):
        found = survey(script(*texts), tmp_path, store)
        assert [take.state for take in found.lines if take.file] == [State.UNSURE]
        assert len(found.loose) == 1
        remember(found)
    number = next(take.number for take in found.lines if take.file)
    remember(kept(found, [number]))
    assert [take.state for take in survey(script(*texts), tmp_path, store).lines if take.file] == [
        State.RECORDED
    ]


def test_a_take_of_a_line_that_is_gone_waits(tmp_path: Path, store: Store) -> None:
    """Nothing is deleted or given to another line, and when the line comes back, so does its take."""
    put(tmp_path, "005.wav")
    remember(survey(script(*WORDS), tmp_path, store))
    without = script(*WORDS[:4], *WORDS[5:])
    found = survey(without, tmp_path, store)
    assert states(found) == {}
    assert "no longer in the script" in found.loose[0].reason
    remember(found)
    assert states(survey(script(*WORDS), tmp_path, store)) == {"005": "005.wav recorded"}


def test_takes_of_another_script_are_refused(tmp_path: Path, store: Store) -> None:
    """Rather than read line by line into one they were never meant for."""
    remember(survey(script(*WORDS), tmp_path, store))
    other = script(*(f"Something else is said here, number {number}." for number in range(9)))
    with pytest.raises(Refused, match="another script"):
        survey(other, tmp_path, store)


def test_the_index_holds_no_words(tmp_path: Path, store: Store) -> None:
    """Names of files, numbers and hashes: and with another secret all of those are others."""
    put(tmp_path, "001.wav")
    remember(survey(script(*WORDS), tmp_path, store))
    text = (tmp_path / FILE).read_text(encoding="utf-8").casefold()
    assert not [word for line in WORDS for word in words_of(line) if len(word) > 3 and word in text]


@pytest.mark.parametrize("damage", [b"", b"{", b'{"version": 1}', b"\x00\xff", b'{"lines": "x"}'])
def test_a_damaged_index_costs_no_recording(tmp_path: Path, store: Store, damage: bytes) -> None:
    """It is put aside, not overwritten, and the files attach by their names."""
    put(tmp_path, "001.wav")
    (tmp_path / FILE).write_bytes(damage)
    found = survey(script(*WORDS), tmp_path, store)
    assert states(found) == {"001": "001.wav recorded"}
    assert len(list(tmp_path.glob("takes.damaged.*"))) == 1


def test_an_index_of_a_newer_program_is_left_alone(tmp_path: Path, store: Store) -> None:
    """It is not guessed at, and not replaced."""
    remember(survey(script(*WORDS), tmp_path, store))
    data = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    (tmp_path / FILE).write_text(json.dumps(data | {"version": 2}), encoding="utf-8")
    with pytest.raises(Refused, match="newer version"):
        survey(script(*WORDS), tmp_path, store)


def test_on_another_machine_takes_attach_by_their_numbers(tmp_path: Path, store: Store) -> None:
    """Hashes say nothing there. As long as the lines are as many that is said, else nothing is used."""
    takes = tmp_path / "takes"
    put(takes, "002.wav")
    remember(survey(script(*WORDS), takes, store))
    elsewhere = Store(tmp_path / "elsewhere")
    found = survey(script(*WORDS), takes, elsewhere)
    assert states(found) == {"002": "002.wav recorded"}
    assert "listen" in found.notes[0]
    changed = survey(script(*WORDS, "One more."), takes, elsewhere)
    assert states(changed) == {"002": "002.wav unsure"}


def test_what_was_cut_from_one_reading_is_attached_like_any_take(tmp_path: Path, store: Store) -> None:
    """By number, beside what is there and never in its place; the newest try counts."""
    put(tmp_path, "002.m4a")
    speech = Speech(murmur(1.0, 16_000), 16_000)
    written = attach(script(*WORDS), tmp_path, {1: speech, 6: speech}, store)
    assert [path.name for path in written] == ["002-2.wav", "007.wav"]
    assert states(survey(script(*WORDS), tmp_path, store)) == {
        "002": "002-2.wav recorded",
        "007": "007.wav recorded",
    }
    samples, rate = soundfile.read(written[0], dtype="float32")
    assert rate == 16_000
    assert np.abs(samples - speech.samples).max() < 1e-6
    index = read_index(tmp_path)
    assert index is not None
    assert set(index.files) == {"002.m4a", "002-2.wav", "007.wav"}


# The score


def test_a_recorded_line_is_one_saying_and_all_else_is_as_it_was() -> None:
    """The pauses inside it are hers, those before its first word and behind its last the script's."""
    written = script_of(said("[1s] One. Two. [2s] Three. [3s]"), said("Four. Five."))
    before = score(written, {})
    hers = Saying("", "takes:abc")
    after = Recorded({0: hers}, {}).into(before)
    kinds = [type(event).__name__ for event in after.events]
    assert kinds == ["Gap", "Spoken", "Gap", "Gap", "Spoken", "Gap", "Spoken", "Gap"]
    assert after.events[1] == Spoken(hers, 0)
    lengths = [event.rest.ideal for event in after.events if isinstance(event, Gap)]
    assert lengths == [1.0, 3.0, 2.0, 0.9, 2.0]
    assert Recorded().into(before) is before
