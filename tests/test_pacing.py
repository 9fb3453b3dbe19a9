"""Pace: where a text is cut into sayings, what is rested between them, and that no word is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import PLACE, TICK, said, script_of
from guided_audio.pacing import (
    LONGEST_SENTENCE,
    SENTENCE_GAP,
    Breathing,
    Event,
    Gap,
    Phase,
    Saying,
    Spoken,
    Strike,
    Turn,
    respelled,
    score,
    sentences,
)
from guided_audio.script import Bell, Breathe, Chapter, Line, Pause, exactly, text_of
from guided_audio.units import Seconds


def heard(line: Line, **values: str) -> list[str | float]:
    """The events of one line: the texts that are spoken, and the seconds between them."""
    events = score(script_of(line), values).events[:-1]
    return [event.saying.text if isinstance(event, Spoken) else seconds(event) for event in events]


def seconds(event: Event) -> float:
    """How long a gap is."""
    assert isinstance(event, Gap)
    return event.rest.ideal


SPLITS = [
    ("Rest here.", ["Rest here."]),
    ("Rest here. Breathe.", ["Rest here.", "Breathe."]),
    ("Is it warm? Is it cool! Good.", ["Is it warm?", "Is it cool!", "Good."]),
    ("Really?! Yes.", ["Really?!", "Yes."]),
    ("A text without an end", ["A text without an end"]),
    # Quotes close with their sentence, and open with the next.
    ('She said "rest." Then she left.', ['She said "rest."', "Then she left."]),
    ("She said “rest.” Then she left.", ["She said “rest.”", "Then she left."]),
    ("It was quiet. “Rest,” she said.", ["It was quiet.", "“Rest,” she said."]),
    ("It is (nearly) over. (Not quite.) Now.", ["It is (nearly) over.", "(Not quite.)", "Now."]),
    ("Sie sagte „Ruhe.“ Dann ging sie.", ["Sie sagte „Ruhe.“", "Dann ging sie."]),
    ("Sie sagte »Ruhe.« Dann ging sie.", ["Sie sagte »Ruhe.«", "Dann ging sie."]),
    # Single capitals, and titles, are no sentences.
    ("You and J. Smith may rest.", ["You and J. Smith may rest."]),
    ("You and J. R. Smith may rest.", ["You and J. R. Smith may rest."]),
    ("Remember what Dr. Smith said. Rest.", ["Remember what Dr. Smith said.", "Rest."]),
    ("Mrs. Jones and Mr. Jones rest.", ["Mrs. Jones and Mr. Jones rest."]),
    ("Remember what Ö. Müller said. Rest.", ["Remember what Ö. Müller said.", "Rest."]),
    ("Who am I? Rest.", ["Who am I?", "Rest."]),
    ("This is the word OK. Rest.", ["This is the word OK.", "Rest."]),
    # Decimals and times.
    ("Count 2.5 breaths. Rest.", ["Count 2.5 breaths.", "Rest."]),
    ("Wait for 3. Then 4 more.", ["Wait for 3.", "Then 4 more."]),
    ("Begin. 10 breaths follow.", ["Begin.", "10 breaths follow."]),
    # An ellipsis goes on in lower case, of any alphabet.
    ("Slowly... and slower.", ["Slowly... and slower."]),
    ("Slowly… and slower. Rest… Now.", ["Slowly… and slower.", "Rest…", "Now."]),
    ("Langsam… über dir. Und… Ähnlich.", ["Langsam… über dir.", "Und…", "Ähnlich."]),
    ("Тихо… ещё тише. Отдых.", ["Тихо… ещё тише.", "Отдых."]),
    # Nothing to say is not said.
    ("", []),
    ("… ?! —", []),
    ("Rest. … And rest.", ["Rest.", "And rest."]),
    ("Rest. ?! And rest.", ["Rest.", "And rest."]),
]


@pytest.mark.parametrize(("text", "expected"), SPLITS)
def test_sentences(text: str, expected: list[str]) -> None:
    """Sentences are cut where one ends and another begins."""
    assert sentences(text) == expected


@given(
    st.text(alphabet=st.sampled_from(" .!?…,;aBcDzÄß9“”\"'()—") | st.characters(codec="utf-8"), max_size=120)
)
def test_no_letter_is_lost_between_sentences(text: str) -> None:
    """Whatever is written, its letters and digits are all said, in their order."""
    letters = [sign for sign in text if sign.isalnum()]
    assert [sign for part in sentences(text) for sign in part if sign.isalnum()] == letters


@given(st.integers(1, 400), st.integers(1, 12), st.sampled_from(["", ",", ";"]))
def test_no_sentence_is_longer_than_an_engine_takes(words: int, letters: int, mark: str) -> None:
    """A sentence that never ends is cut between words, after a comma where there is one."""
    text = " ".join("a" * letters + (mark if place % 20 == 19 else "") for place in range(words))
    parts = sentences(text)
    assert all(len(part) <= LONGEST_SENTENCE for part in parts)
    assert " ".join(parts) == text
    if mark and words > 20:
        assert all(part.endswith(mark) for part in parts[:-1])


def test_a_word_longer_than_a_sentence_is_left_alone() -> None:
    """There is no place to cut it, and the engine says what it thinks of it."""
    word = "a" * (LONGEST_SENTENCE + 1)
    assert sentences(f"So {word} it is") == ["So", word, "it is"]


def test_a_breath_between_sentences() -> None:
    """Two sentences of a line stand a fixed gap apart, which counts as inside the line."""
    events = score(script_of(said("Rest here. Breathe.")), {}).events
    assert events == (
        Spoken(Saying("Rest here."), 0),
        Gap(exactly(SENTENCE_GAP, "sentence")),
        Spoken(Saying("Breathe."), 0),
        Gap(TICK),
    )


SLOTS = [
    ("Welcome{, name}.", "Anna", ["Welcome, Anna."]),
    ("Welcome{, name}.", "", ["Welcome."]),
    ("{name, }you may rest.", "Anna", ["Anna, you may rest."]),
    ("{name, }you may rest.", "", ["you may rest."]),
    ("Rest {name} now.", "", ["Rest now."]),
    ("Rest. {name}", "Anna", ["Rest.", SENTENCE_GAP, "Anna"]),
    ("{name}", "", []),
    ("Think of {name}. Rest.", "Dr. O’Neill", ["Think of Dr. O’Neill.", SENTENCE_GAP, "Rest."]),
    ("Think of{ (name)}.", "Zoë 🌿", ["Think of (Zoë 🌿)."]),
]


@pytest.mark.parametrize(("text", "value", "expected"), SLOTS)
def test_slots_take_their_punctuation_with_them(text: str, value: str, expected: list[str | float]) -> None:
    """A filled slot brings the marks inside its braces; an empty one leaves none behind."""
    assert heard(said(text), name=value) == expected


HUSHES = [
    ("Let go [2s] of the day.", ["Let go", 2.0, "of the day."]),
    ("Let go[2s][3s].", ["Let go", 2.0, 3.0]),
    ("[1500ms] Now.", [1.5, "Now."]),
    ("One. Two [1s] three. Four.", ["One.", SENTENCE_GAP, "Two", 1.0, "three.", SENTENCE_GAP, "Four."]),
]


@pytest.mark.parametrize(("text", "expected"), HUSHES)
def test_pauses_inside_a_line(text: str, expected: list[str | float]) -> None:
    """A pause inside a line cuts it there, is exact, and stray marks around it are not spoken."""
    assert heard(said(text)) == expected
    gaps = [event for event in score(script_of(said(text)), {}).events[:-1] if isinstance(event, Gap)]
    assert all(not gap.rest.elastic for gap in gaps)


def test_a_rest_gives_way_to_a_pause() -> None:
    """Only the rest of a line that yields goes, and only for a pause right behind it."""
    long = Pause(PLACE, exactly(20.0))
    chapter = Chapter(PLACE, "Two")
    yielding, staying = said("Rest.", yields=True), said("Rest.")
    assert score(script_of(yielding, long), {}).events[1:] == (Gap(long.rest),)
    assert score(script_of(staying, long), {}).events[1:] == (Gap(TICK), Gap(long.rest))
    assert score(script_of(yielding, chapter, long), {}).events[1:2] == (Gap(TICK),)
    assert score(script_of(yielding), {}).events[1:] == (Gap(TICK),)


def test_bells_chapters_and_breaths_in_their_places() -> None:
    """Every step becomes its events, and lines are counted among lines alone."""
    bowl = Path("bowl.yaml")
    breath = Breathe(PLACE, Seconds(4), Seconds(6), 2, Seconds(1), "In.", "Out.")
    script = script_of(
        Chapter(PLACE, "One"), Bell(PLACE, bowl, exactly(4)), said("One."), breath, said("Two.")
    )
    inward, hold, outward = (
        Phase(Saying("In."), Seconds(4), "in"),
        Phase(None, Seconds(1), "hold"),
        Phase(Saying("Out."), Seconds(6), "out"),
    )
    assert score(script, {}).events == (
        Turn("One"),
        Strike(bowl),
        Gap(exactly(4)),
        Spoken(Saying("One."), 0),
        Gap(TICK),
        Breathing((inward, hold, outward) * 2, PLACE),
        Spoken(Saying("Two."), 1),
        Gap(TICK),
    )
    assert score(script, {}).sayings == (Saying("One."), Saying("In."), Saying("Out."), Saying("Two."))


def test_a_breath_without_cues_says_nothing() -> None:
    """Where nothing is to be said nothing is said, and there is no phase for a hold of no length."""
    found = score(script_of(Breathe(PLACE, Seconds(4), Seconds(6), 1)), {})
    assert found.events == (
        Breathing((Phase(None, Seconds(4), "in"), Phase(None, Seconds(6), "out")), PLACE),
    )
    assert not found.sayings


SOUNDS = [
    ("Yoga nidra is rest.", {"nidra": "need-ra"}, "Yoga need-ra is rest."),
    ("NIDRA, Nidra’s", {"nidra": "need-ra"}, "need-ra, need-ra’s"),
    ("Nidrasana", {"nidra": "need-ra"}, "Nidrasana"),
    ("Öl und Müller", {"müller": "Mü-ller"}, "Öl und Mü-ller"),
    ("The Ph.D. rests", {"Ph.D.": "P H D"}, "The P H D rests"),
    ("Use C++ now", {"C++": "C plus plus"}, "Use C plus plus now"),
    ("nidra ra", {"nidra": "need ra", "ra": "rah"}, "need ra rah"),
    ("yoga nidra, nidra", {"nidra": "need-ra", "yoga nidra": "yoganidra"}, "yoganidra, need-ra"),
    (r"a tab", {"tab": r"\t\1\g<0>"}, r"a \t\1\g<0>"),
    ("Nothing", {}, "Nothing"),
]


@pytest.mark.parametrize(("text", "table", "expected"), SOUNDS)
def test_words_that_sound_otherwise(text: str, table: dict[str, str], expected: str) -> None:
    """Whole words are respelled once, in any case, and what stands for them is taken literally."""
    assert respelled(text, table) == expected


def test_sounds_like_is_for_the_engine_alone() -> None:
    """The saying is respelled; the line keeps its words."""
    line = said("Yoga nidra.", sounds_like={"nidra": "need-ra"}, voice="second")
    assert score(script_of(line), {}).sayings == (Saying("Yoga need-ra.", "second"),)
    assert text_of(line.pieces, {}) == "Yoga nidra."


TEXTS = st.lists(
    st.sampled_from(
        ["Rest.", " ", "… ", "wide ", "[2s]", "{, name}", "Äther? ", "休む。", "a. B. C. ", "“Now.” "]
    ),
    max_size=8,
).map("".join)


@given(st.lists(TEXTS, min_size=1, max_size=5), st.sampled_from(["", "Ana", "Dr. Ö. Li"]))
def test_every_word_of_a_script_is_said_in_order(texts: list[str], name: str) -> None:
    """Joined, the sayings of each line are its words; and each line's events are its own."""
    script = script_of(*(said(text) for text in texts))
    spoken = [event for event in score(script, {"name": name}).events if isinstance(event, Spoken)]
    for number, line in enumerate(script.lines):
        words = "".join(event.saying.text for event in spoken if event.line == number)
        whole = text_of(line.pieces, {"name": name})
        assert [s for s in words if s.isalnum()] == [s for s in whole if s.isalnum()]
    assert [event.line for event in spoken] == sorted(
        event.line for event in spoken if event.line is not None
    )


def test_a_changed_word_changes_one_saying() -> None:
    """Which is why a line is said a sentence at a time."""
    line = said("One is here. Two is here. Three is here.")
    changed = replace(line, pieces=said("One is here. Two was here. Three is here.").pieces)
    before, after = (set(score(script_of(one), {}).sayings) for one in (line, changed))
    assert len(after - before) == 1
