"""Phrases that a therapist can edit, how they are found, and what is meant where they stand."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from guided_audio import lint
from guided_audio.errors import Place
from guided_audio.lint.context import USUAL, Excuse, free, meant, near, once, opens_clause
from guided_audio.lint.phrases import Hit, Phrases, phrases, places_of, short_forms, words
from guided_audio.lint.reading import found, spoken
from guided_audio.lint.rule import Sentence, Severity, Subject
from guided_audio.lint.words import FOLDER, words_of
from guided_audio.script import Script
from guided_audio.timeline import LineSpan, Timeline
from guided_audio.units import Frames
from machine import slowness

ENGLISH = words_of("en-GB")
SHORT = short_forms(ENGLISH["context/short-forms"])
OWN = (
    "context",
    "faith",
    "imperatives",
    "invitations",
    "order",
    "parts",
    "pressure",
    "promises",
    "senses",
    "speech",
)


def hits(phrase: str, text: str, *kept: str) -> list[str]:
    """What a phrase finds in a text, as it is written there."""
    parts = words(text, SHORT)
    some = Phrases((phrase,)).hits(parts, places_of(parts), kept)
    return [text[parts[hit.first].start : parts[hit.last - 1].end] for hit in some]


@pytest.mark.parametrize(
    ("phrase", "text", "wanted"),
    [
        ("let go", "Let go, and letting go.", ["Let go"]),
        ("let go", "An outlet goes.", []),
        ("do not", "Don’t. don't, do not, DO NOT", ["Don’t", "don't", "do not", "DO NOT"]),
        ("can not", "You cannot.", ["cannot"]),
        ("half open", "Half-open, half open", ["Half-open", "half open"]),
        ("let go of (the|a big) cup", "Let go of the cup. Let go of a big cup. Let go of cup.", 2),
        ("(really|) (very|) safe", "Really very safe", ["Really very safe", "very safe", "safe"]),
        ("deep _ breath", "deep slow breath, deep breath, deep slow long breath", ["deep slow breath"]),
        ("push ... away", "push away", ["push away"]),
        ("push ... away", "push all of that stuff away", ["push all of that stuff away"]),
        ("push ... away", "push all of that old stuff away", []),
        ("push ... away", "push the door, away from here", []),
        ("silence it", "In silence, it rests.", []),
        ("say i am", "Say, “I am.” Say: I am. Say. I am.", ["Say, “I am", "Say: I am"]),
        ("(push (it|them)|pull it) (up|down)", "push them up, pull it down, pull them up", 2),
    ],
)
def test_how_phrases_are_found(phrase: str, text: str, wanted: list[str] | int) -> None:
    """Plain words, choices, blanks and gaps; whole words, in any case, within a clause."""
    some = hits(phrase, text)
    assert (some if isinstance(wanted, list) else len(some)) == wanted


def test_a_gap_does_not_swallow_a_denial() -> None:
    """Words that turn a sentence round are not skipped."""
    assert hits("eyes ... closed", "eyes that are not closed")
    assert not hits("eyes ... closed", "eyes that are not closed", "not")


@pytest.mark.parametrize(
    "phrase", ["", "_ word", "... word", "(a|b", "a) b", "a | b", "(a|) _ b", "( | ) b _ ("]
)
def test_phrases_that_make_no_sense(phrase: str) -> None:
    """Are refused when they are read, not in the middle of a check."""
    with pytest.raises(ValueError, match="phrase"):
        Phrases((phrase,))


def test_the_work_grows_with_the_sentence_alone() -> None:
    """A phrase and a sentence made to be slow: gap upon gap, and every word fits."""
    phrase = phrases((" ".join(["a (a|a a|) ..."] * 12) + " b",))
    parts = words("a " * 400, SHORT)
    start = time.process_time()
    assert phrase.hits(parts, {**places_of(parts), "b": []}) == []
    assert time.process_time() - start < 5 * slowness()


def test_likely_sentences() -> None:
    """Those that have the rarest of the words a phrase needs."""
    some = Phrases(("the (red|blue) door", "(the|a) lamp"))
    assert some.likely({"the": [0, 1, 2, 3], "red": [1], "door": [1, 2], "lamp": [3]}) == [1, 3]
    assert some.likely({"the": [0], "door": [0]}) == []


def test_overlap() -> None:
    """Two phrases overlap when they share a word."""
    assert Hit(1, 3).overlaps(Hit(2, 4))
    assert not Hit(1, 3).overlaps(Hit(3, 4))


# What is meant

PHRASES = {"test/wrong": ("push it", "must", "let go"), "test/wrong-except": ("let go of the cup",)}


def said(*sentences: str, line: bool = False) -> Subject:
    """These sentences, each a line of its own, or all in one `line`."""
    span = LineSpan(0, "", "", Frames(0), Frames(1), 0, "")
    made = tuple(
        Sentence(text, Place("a.yaml", number + 1), 0 if line else number, span)
        for number, text in enumerate(sentences)
    )
    timeline = Timeline(44_100, Frames(1), (span,), (), (), (), (), ())
    return Subject(Script(Path("a.yaml"), "A", ()), timeline, made, {**ENGLISH, **PHRASES})


def is_meant(text: str, excuses: Excuse = USUAL) -> bool:
    """Whether one of the phrases is meant in a sentence."""
    return any(meant(said(text), "test/wrong", excuses))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You must.", True),
        ("There is nothing you must do.", False),
        ("Not today, and you must.", True),
        ("Nothing is lost but you must.", True),
        ("No doubt you must.", True),
        ("Nothing to fix, to change, or must.", False),
        ("Never mind all of those very many things of the day you must.", True),
        ("A part of you says you must.", False),
        ("People say you must.", False),
        ("Every part of you feels it must.", True),
        ("You were told that you must.", False),
        ("Some say “you must”.", False),
        ("Some sing 'you must' now.", False),
        ("Say to yourself, “I must”.", True),
        ("The boys' room must wait.", True),
        ("It's what the cat's owner must do, isn't it.", True),
        ("Let go of the cup.", False),
        ("Let go of the cup, and let go.", True),
    ],
)
def test_what_is_meant(text: str, expected: bool) -> None:
    """Not what is denied, quoted or told of."""
    assert is_meant(text) is expected


@pytest.mark.parametrize(
    ("text", "excuse"),
    [
        ("If you must, move.", Excuse.SUPPOSED),
        ("Must it be so?", Excuse.ASKED),
        ("Tell it: I must.", Excuse.SAID_BY_LISTENER),
    ],
)
def test_excuses_are_asked_for(text: str, excuse: Excuse) -> None:
    """A rule that does not ask for an excuse does not get it."""
    assert is_meant(text, Excuse(0))
    assert is_meant(text, USUAL)
    assert not is_meant(text, excuse)


def test_what_is_supposed_ends_with_its_clause() -> None:
    """“If you like, you must” is a demand."""
    assert is_meant("If you like, you must.", Excuse.SUPPOSED)


def test_a_quotation_goes_on_in_the_next_sentence() -> None:
    """Within its line, and as far as its end."""
    quoted = said("Some sing “it is time.", "You must.", "You must go.” You must.", line=True)
    assert [hit.said.index for hit in meant(quoted, "test/wrong", Excuse.QUOTED)] == [2]


def test_a_quotation_without_an_end_is_none() -> None:
    """A forgotten mark does not silence the rest."""
    assert is_meant("Some sing “you must.")


def test_openings() -> None:
    """A demand opens its clause, small words aside."""
    for text, opens in (("Now gently push it.", True), ("You push it.", False), ("Here, push it.", True)):
        subject = said(text)
        (one,) = spoken(subject)
        (hit,) = found(subject, one, "test/wrong")
        assert opens_clause(subject, one, hit.first) is opens


def test_a_choice_in_the_next_sentence() -> None:
    """Counts; one further away does not, nor a “perhaps” in another sentence."""
    subject = said("Push it.", "There is time.", "If you like.", "Push it.", "Perhaps.", "Perhaps push it.")
    everything = spoken(subject)
    assert [free(subject, everything, index) for index in range(6)] == [False, True, True, False, True, True]
    assert near(subject, everything, 3, "context/leave", before=1)


def test_once() -> None:
    """A sentence that two sections find is told of once, in the order of the script."""
    subject = said("You must push it.", "Push it.")
    hits = once(meant(subject, "test/wrong"), meant(subject, "test/wrong"))
    assert [(hit.said.index, hit.text) for hit in hits] == [(0, "must"), (1, "Push it")]


def test_a_finding_quotes_the_words_meant() -> None:
    """As they are written, and at the place of their sentence."""
    (hit,) = meant(said("LET  GO."), "test/wrong")
    finding = hit.finding("GA00", Severity.NOTE, "{words} is here.", "Do.")
    assert finding.message == "“LET  GO” is here."
    assert finding.place.line == 1


# The lists themselves


@pytest.mark.parametrize("name", [name for name in ENGLISH if name.partition("/")[0] in OWN])
def test_lists_can_be_read(name: str) -> None:
    """Every phrase makes sense, none stands twice, and all are in their long form."""
    entries = ENGLISH[name]
    assert entries
    assert len(set(entries)) == len(entries)
    if name == "context/short-forms":
        assert all(" = " in entry for entry in entries)
        return
    phrases(entries)
    assert not [entry for entry in entries if "'" in entry and "mind's" not in entry]


def test_every_list_is_used() -> None:
    """By the code, under its name; an `-except` belongs to a list that is there."""
    code = "".join(file.read_text(encoding="utf-8") for file in Path(lint.__file__).parent.glob("*.py"))
    own = [name for name in ENGLISH if name.partition("/")[0] in OWN]
    assert [name for name in own if not name.endswith("-except") and f'"{name}"' not in code] == []
    assert {name.removesuffix("-except") for name in own if name.endswith("-except")} <= set(ENGLISH)


def test_every_list_used_is_there() -> None:
    """A name misspelt in the code would find nothing, and say nothing."""
    families = [Path(lint.__file__).parent / f"{name}.py" for name in (*OWN, "reading")]
    named = {
        name
        for file in families
        if file.exists()
        for name in re.findall(rf'"((?:{"|".join(OWN)})/[\w-]+)"', file.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= set(ENGLISH)


@pytest.mark.parametrize("name", OWN)
def test_every_section_has_a_word_on_what_it_is(name: str) -> None:
    """A comment behind its name, for whoever edits it."""
    text = (FOLDER / "en" / f"{name}.yaml").read_text(encoding="utf-8")
    heads = [line for line in text.splitlines() if re.match(r"[\w-]+:", line)]
    assert heads
    assert [head for head in heads if not re.fullmatch(r"[\w-]+:  # .+\.", head)] == []
