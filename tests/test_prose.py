"""The small marks inside a line: found, told from words, and never a reason to raise."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guided_audio.reader.prose import LONGEST_HUSH, parse
from guided_audio.script import Hush, Slot, Words, text_of
from guided_audio.units import Seconds


def test_a_line_without_marks_is_its_words() -> None:
    """Commas, dashes and quotes are words; nothing is changed."""
    text = 'It\'s "here" – or there; 1/2 (perhaps), 50% & more: yes?'
    assert parse(text) == ((Words(text),), ())


def test_each_kind_of_mark_becomes_its_piece() -> None:
    """A pause, a slot, and a slot with its comma."""
    pieces, slips = parse("Welcome{, name}. [2s] To {place-2}[1m]")
    assert slips == ()
    assert pieces == (
        Words("Welcome"),
        Slot("name", before=", "),
        Words(". "),
        Hush(Seconds(2.0)),
        Words(" To "),
        Slot("place-2"),
        Hush(Seconds(60.0)),
    )


@pytest.mark.parametrize(
    ("value", "heard"),
    [("Ada", "Welcome, Ada, and sit."), ("", "Welcome and sit."), ("Ada B.", "Welcome, Ada B., and sit.")],
)
def test_what_stands_around_an_empty_slot_goes_with_it(value: str, heard: str) -> None:
    """Punctuation inside the braces is heard only with a value."""
    pieces, slips = parse("Welcome{, name,} and sit.")
    assert slips == ()
    assert text_of(pieces, {"name": value}) == heard


SLIPS = {
    "[soft voice] Sit": ("[soft voice]", "length of a pause"),
    "Sit [2]": ("[2]", "length of a pause"),
    "Sit []": ("[]", "length of a pause"),
    "Sit [-2s]": ("[-2s]", "length of a pause"),
    "Sit [settle]": ("[settle]", "length of a pause"),
    "Sit [61s]": ("[61s]", "at most a minute"),
    "Sit [0s]": ("[0s]", "longer than 0s"),
    "Sit [2s": ("[", "no partner"),
    "Sit 2s]": ("]", "no partner"),
    "Sit {name": ("{", "no partner"),
    "Sit name}": ("}", "no partner"),
    "Sit {}": ("{}", "name of one slot"),
    "Sit {two words}": ("{two words}", "name of one slot"),
    "Sit {, }": ("{, }", "name of one slot"),
}


@pytest.mark.parametrize("text", SLIPS)
def test_a_mark_that_is_none_is_one_slip(text: str) -> None:
    """It is named once, where it stands, and its words are not in the message."""
    snippet, message = SLIPS[text]
    _, slips = parse(text)
    assert [slip.snippet for slip in slips] == [snippet]
    assert message in slips[0].message
    assert "soft" not in slips[0].message + slips[0].hint


def test_a_long_pause_is_told_its_own_step() -> None:
    """The hint can be pasted as it is."""
    _, slips = parse("Sit [90s] here")
    assert "`- pause: 1m30s`" in slips[0].hint


def test_slips_know_how_many_like_them_stand_before() -> None:
    """So that the second of two brackets is pointed at, not the first, which is right."""
    _, slips = parse("Sit [2s] here] or [x] there [x]")
    assert [(slip.snippet, slip.earlier) for slip in slips] == [("]", 1), ("[x]", 0), ("[x]", 1)]


@settings(max_examples=500)
@given(st.text(st.sampled_from("ab [](){}2sm,.{}[]-_\n\té🙂"), max_size=60) | st.text(max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    """Whatever the text, there are pieces and slips, and every sign outside a mark is kept."""
    pieces, slips = parse(text)
    kept = "".join(piece.text for piece in pieces if isinstance(piece, Words))
    assert set(kept) <= set(text)
    assert all(slip.snippet in text for slip in slips)
    assert all(0 < piece.seconds <= LONGEST_HUSH for piece in pieces if isinstance(piece, Hush))
    if not set(text) & set("[]{}"):
        assert kept == text


WORD = st.text(st.characters(categories=("L", "N", "P"), exclude_characters="[]{}"), min_size=1, max_size=8)
MARK = st.sampled_from(["[2s]", "[500ms]", "[1m]", "{name}", "{, name}", "{place}"])


@settings(max_examples=300)
@given(st.lists(st.tuples(WORD, st.just(True)) | st.tuples(MARK, st.just(False)), max_size=12))
def test_all_words_outside_marks_are_kept_in_order(parts: list[tuple[str, bool]]) -> None:
    """What a person reads is the line without its marks, its words one space apart."""
    pieces, slips = parse(" ".join(text for text, _ in parts))
    assert slips == ()
    assert text_of(pieces, {}) == " ".join(text for text, is_word in parts if is_word)
