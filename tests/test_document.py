"""The YAML reader: what it keeps, what it refuses and where, and that nothing makes it fail or linger."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guided_audio.document import Document, load, parse, quoted, suggest, with_quotes
from guided_audio.errors import Place, Problem
from machine import slowness


def read(text: str) -> Document:
    """A document that has no problems."""
    document, problems = parse(text.encode(), "f")
    assert problems == ()
    assert document is not None
    return document


def wrong(text: str | bytes) -> tuple[Problem, ...]:
    """The problems of a file that has some."""
    _, problems = parse(text if isinstance(text, bytes) else text.encode(), "f")
    assert problems
    return problems


def test_every_scalar_is_the_text_that_was_written() -> None:
    """What YAML 1.1 takes for switches, numbers, clocks and dates is left alone."""
    words = ["no", "on", "12:30", "010", "1.10", "2024-13-45", "0x1F", "1e3", ".nan", "=", "1_000"]
    assert read("\n".join(f"- {word}" for word in words)).root == words


def test_nothing_is_an_empty_text_that_is_known_to_be_plain() -> None:
    """Null in all its spellings is empty; a quoted one is the word."""
    document = read('a:\nb: ~\nc: null\nd: "null"\ne: ""\n')
    assert document.root == {"a": "", "b": "", "c": "", "d": "null", "e": ""}
    assert document.plain == {("a",), ("b",), ("c",)}


def test_every_value_and_key_knows_its_place() -> None:
    """Lines and columns count from 1, in characters and not in bytes."""
    document = read("title: x\nscript:\n- settle: Grüße 🙂\n- {bell: bowl}\n")
    assert document.place(("script", 0, "settle")) == Place("f", 3, 11)
    assert document.key_place(("script", 0, "settle")) == Place("f", 3, 3)
    assert document.place(("script", 1, "bell")) == Place("f", 4, 10)
    assert document.place(("script", 1, "no", 7, "such")) == Place("f", 4, 3)
    assert document.key_place(("script", 1)) == Place("f", 4, 3)


def test_a_byte_order_mark_and_any_line_ending_are_accepted() -> None:
    """Windows editors write both, and neither moves a place."""
    document, problems = parse(b"\xef\xbb\xbfa: b\r\nc: d\r\n", "f")
    assert problems == ()
    assert document is not None
    assert document.root == {"a": "b", "c": "d"}
    assert document.place(("c",)) == Place("f", 2, 4)


# One slip, one message, at the slip. `\t` in the hint column means: any hint.
SLIPS = {
    "colon": ("- settle: Notice this: the breath\n", 1, 22, 'Write: - settle: "Notice this: the breath"'),
    "colon in the title": ("title: Rest: part 2\n", 1, 12, 'Write: title: "Rest: part 2"'),
    "colon, then a comment": ("- a: b: c # d\n", 1, 7, 'Write: - a: "b: c" # d'),
    "colon, and double quotes": ('- a: say "so": yes\n', 1, 14, "Write: - a: 'say \"so\": yes'"),
    "bracket": ("- [2s] Perhaps\n- x\n", 1, 3, 'Write: - "[2s] Perhaps"'),
    "brace": ("- notice: {name}, welcome\n", 1, 11, 'Write: - notice: "{name}, welcome"'),
    "slot alone": ("- {name}\n", 1, 3, 'Write: - "{name}"'),
    "star": ("- *softly* go\n", 1, 3, 'Write: - "*softly* go"'),
    "alias": ("- *softly\n", 1, 3, 'Write: - "*softly"'),
    "anchor": ("- &gently go\n", 1, 3, 'Write: - "&gently go"'),
    "tag": ("- !now go\n", 1, 3, 'Write: - "!now go"'),
    "percent": ("- a: % of it\n", 1, 6, 'Write: - a: "% of it"'),
    "at": ("- @home\n", 1, 3, 'Write: - "@home"'),
    "backtick": ("- `x\n", 1, 3, 'Write: - "`x"'),
    "greater": ("- > Notice\n", 1, 3, 'Write: - "> Notice"'),
    "question mark": ("- ? really\n- b\n", 1, 5, 'Write: - "? really"'),
    "text after a quote": ('- say: "Let go," you say\n- b\n', 1, 8, "Write: - say: '\"Let go,\" you say'"),
    "unclosed quote": ('a: b\nc: "hello\nd: e\n', 2, 4, 'Write: c: "hello"'),
    "quote closed by the next": ('a: "hello\nb: "you"\nc: d\n', 1, 4, 'Write: a: "hello"'),
    "apostrophe first": ("- 'Tis so\n- b\n", 1, 3, 'Write: - "\'Tis so"'),
    "backslash": ('a: "C:\\sounds"\n', 1, 7, 'Write it twice. Write: a: "C:\\\\sounds"'),
    "surrogate pair": ('a: "\\ud83d\\ude00"\n', 1, 5, "Type the character itself."),
    "unclosed list": ("lengths: [5m, 10m\ns: x\n", 1, 10, "Write: lengths: [5m, 10m]"),
    "list without commas": ('lengths: ["5m" 10m]\n', 1, 10, "\t"),
    "no space after a dash": ("- a\n-b\n- c\n", 2, 1, "Write: - b"),
    "no space after a dash, with a word": ("s:\n- a\n-b: d\n- c\n", 3, 1, "Write: - b: d"),
    "no dash": ("s:\n- a\nsettle x\n- c\n", 3, 1, "Write: - settle x"),
    "no dash, with a word": ("s:\n- a\nsettle: x\n- c\n", 3, 1, "Write: - settle: x"),
    "dash in a value": ("a: - b\n", 1, 4, 'Write: a: "- b"'),
    "too deep": (
        "- say: x\n   id: y\n",
        2,
        4,
        "Begin it with 2 spaces, to stand under its neighbour on line 1.",
    ),
    "not deep enough": (
        "- say: x\n id: y\n",
        2,
        2,
        "Begin it with 2 spaces, to stand under its neighbour on line 1.",
    ),
    "steps not in line": (
        "s:\n  - a\n - b\n - c\n",
        3,
        2,
        "Begin it with 2 spaces, to stand under its neighbour on line 2.",
    ),
    "first line indented": (" a: b\nc: d\n", 1, 2, "Take the spaces out."),
    "three dots": ("a: b\n...\nc: d\n", 2, 1, "Delete the line, or put its dots in quotes as a text."),
    "second document": ("a: b\n---\nc: d\n", 2, 1, "Delete this line."),
    "directive": ("%YAML 1.1\n---\na: b\n", 1, 1, "Delete this line."),
    "duplicate": ("a: b\nc: d\na: e\n", 3, 1, "Keep one of the two."),
    "merge": ("a: b\n<<: {c: d}\n", 2, 1, "Write the settings out."),
    "list as a key": ("[a, b]: c\n", 1, 1, "\t"),
    "tab": ("a:\n\t- b\n\t- c\n", 2, 1, "Use two spaces for each step of indentation."),
    "fixed space": ("a:\n\u00a0 - b\n", 2, 1, "Delete it and type an ordinary space."),
    "control": ("a: b\x07c\n", 1, 5, "\t"),
    "bidi": ("a: b\u202ec\n", 1, 5, "\t"),
    "line separator": ("a: b\u2028c\n", 1, 5, "\t"),
    "escaped control": ('a: "\\x1b[31m"\n', 1, 4, "\t"),
    "escaped bidi": ('a: "\\u202e"\n', 1, 4, "\t"),
    "lone surrogate": ('a: "\\ud800"\n', 1, 5, "\t"),
    "nothing": ("# only a comment\n", 1, 1, "Begin with a title."),
    "bare line": ("title: x\nsome text\nb: c\n", 2, 1, "\t"),
    "no word before a colon": ("a: b\n: c\n", 2, 1, "\t"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_one_slip_has_one_message_at_the_slip(name: str) -> None:
    """Each slip is named once, where it is, with the line to paste."""
    text, line, column, hint = SLIPS[name]
    problems = wrong(text)
    assert [(p.place.line, p.place.column) for p in problems] == [(line, column)]
    assert hint in {"\t", problems[0].hint}
    assert problems[0].hint


@pytest.mark.parametrize("name", SLIPS)
def test_pasting_the_line_of_the_hint_mends_the_file(name: str) -> None:
    """A hint that shows a line is right: with that line the file has no problem."""
    text, line, _, hint = SLIPS[name]
    if "Write: " not in hint:
        return
    lines = text.split("\n")
    lines[line - 1] = hint.partition("Write: ")[2]
    read("\n".join(lines))


def test_messages_never_quote_the_text() -> None:
    """A message may end up in a log; only the hint, on the person's own screen, shows the line."""
    for text, *_ in SLIPS.values():
        for problem in wrong(text.replace("x", "Margarethe")):
            assert "Margarethe" not in problem.message


def test_many_slips_are_found_in_one_run() -> None:
    """A mended line lets the reader go on to the next."""
    text = (
        "title: x: y\nscript:\n- settle: Notice this: the breath\n- [2s] Rest\n"
        '- say: "Hello\n- *a* b\n- notice: @home\n   id: x\na: 1\na: 2\n'
    )
    assert [(p.place.line, p.place.column) for p in wrong(text)] == [
        (1, 9), (3, 22), (4, 3), (5, 8), (6, 3), (7, 11), (8, 4), (10, 1)
    ]  # fmt: skip


def test_places_below_a_moved_block_are_those_of_the_file() -> None:
    """Lines that are set right for reading on do not shift the columns of what is found in them."""
    problems = wrong("script:\n  - a: b\n - c: d\n - e: f\n   g: h: i\n")
    assert [(p.place.line, p.place.column) for p in problems] == [(3, 2), (5, 8)]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("a: b\n".encode("utf-16"), "UTF-16"),
        ("a: b\n".encode("utf-16-le"), "UTF-16"),
        ("a: b\n".encode("utf-32"), "UTF-16"),
        (b"PK\x03\x04" + bytes(500), "word processor"),
        (b"{\\rtf1 hello}", "Rich Text"),
        (bytes(range(256)) * 20, "not a text file"),
        (b"a: b\nc: Gr\xfc\xdfe\n", "byte 10"),
    ],
)
def test_a_file_that_is_not_utf8_text_has_one_message(data: bytes, said: str) -> None:
    """Saved in another way, or no text at all: one sentence, and no noise after it."""
    problems = wrong(data)
    assert len(problems) == 1
    assert said in problems[0].message
    assert problems[0].place.line == (2 if b"Gr" in data else 1)


ATTACKS = {
    "billion laughs": b"a0: &a0 [x, x]\n"
    + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 9)),
    "merge bomb": b"a: &a {b: c}\n" + b"d: &d {<<: [*a, *a, *a, *a]}\n" * 50,
    "open brackets": b"[" * 100_000,
    "open braces": b"{" * 100_000,
    "dashes": b"- " * 100_000,
    "explicit keys": b"? " * 100_000,
    "a staircase": b"".join(b" " * n + b"a:\n" for n in range(1000)),
    "a million digits": b"a: " + b"1" * 1_000_000,
    "a million hex digits": b"a: 0x" + b"f" * 1_000_000,
    "base sixty": b"a: 1" + b":59" * 20_000,
    "100,000 keys": b"".join(b"k%d: v\n" % n for n in range(100_000)),
    "40,000 keys": b"".join(b"k%d: v\n" % n for n in range(40_000)),
    "one key again and again": b"a: b\n" * 40_000,
    "a long comment": b"#" * 5_000_000,
    "an unclosed quote": b'a: "' + b"x" * 1_000_000,
    "colons": b"a: " * 300_000,
    "a slip in every line": b"- a: b: c\n" * 20_000,
    "an open quote in every line": b'- "a\n' * 3_000,
    "unclosed list, wide": b"a: [" + b"b, " * 100_000,
    "spaces in a line": b'a: "x" ' + b" " * 100_000 + b"y",
    "hashes": b"a: b: c" + b" #" * 100_000,
    "not UTF-8": b"\xff" * 1_000_000,
    "python object": b"!!python/object/apply:os.system ['true']",
    "recursive": b"&a [*a]",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_quickly(name: str) -> None:
    """No file costs more than a quarter of a second of work, and each is refused with a sentence."""
    assert min(_spent_on(ATTACKS[name]) for _ in range(3)) < 0.25 * slowness()
    assert len(wrong(ATTACKS[name])) <= 120


def _spent_on(data: bytes) -> float:
    """Seconds of work, without what a coverage tracer adds."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        start = time.process_time()
        parse(data, "a.yaml")
        return time.process_time() - start
    finally:
        sys.settrace(tracer)


def test_a_long_script_is_read_quickly() -> None:
    """900 lines in less than 50 ms."""
    text = "title: x\nscript:\n" + "- settle: Find a way to sit that suits you today.\n" * 900
    best = min(_spent_on(text.encode()) for _ in range(3))
    assert best < 0.05 * slowness()


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    """Whatever the bytes, there is a document or a problem, and every place is in the file."""
    document, problems = parse(data, "f")
    assert document is not None or problems
    assert all(p.place.line >= 1 and p.place.column >= 1 and p.message for p in problems)


YAML_LIKE = st.text(st.sampled_from("ab:-? \n\t\"'[]{},&*!|>%@`#\\u0x.~<\u00a0\u2028🙂"), max_size=80)


@settings(max_examples=600, deadline=None)
@given(YAML_LIKE)
def test_no_punctuation_makes_it_raise(text: str) -> None:
    """The same for texts made of what YAML trips over."""
    document, problems = parse(text.encode(), "f")
    assert document is not None or problems
    for problem in problems:
        assert 1 <= problem.place.line <= text.count("\n") + 1


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")), max_size=60))
def test_a_quoted_text_comes_back_as_it_was(text: str) -> None:
    """`quoted` makes any printable text safe."""
    assert read(f"a: {quoted(text)}\n").root == {"a": text}


def test_quotes_go_round_the_text_of_a_line_only() -> None:
    """Dashes, the word before the colon and a comment stay outside."""
    assert with_quotes("  - say: a: b  # c") == '  - say: "a: b"  # c'
    assert with_quotes('- "a" b') == "- '\"a\" b'"


def test_a_near_word_is_suggested() -> None:
    """A slip of a letter is recognised, another word is not."""
    assert suggest("puase", ["pause", "bell"]) == "Did you mean `pause`?"
    assert suggest("Pause", ["pause", "bell"]) == "Did you mean `pause`?"
    assert suggest("walrus", ["pause", "bell"]) == ""


def test_what_cannot_be_opened_is_a_problem(tmp_path: Path) -> None:
    """A folder, a missing file, a pipe, a device and a huge file each have their sentence."""
    pipe, huge = tmp_path / "pipe", tmp_path / "huge.yaml"
    os.mkfifo(pipe)
    huge.write_bytes(b"#" * (1024 * 1024 + 1))
    said = {}
    for file in (tmp_path, tmp_path / "none.yaml", pipe, Path("/dev/zero"), huge, Path("a\0b")):
        document, problems = load(file, "shown")
        assert document is None
        assert [p.place for p in problems] == [Place("shown")]
        said[file.name] = problems[0].message
    assert len(set(said.values())) == 5  # the pipe and the device share theirs


def test_a_file_is_read_under_the_name_it_is_shown_by(tmp_path: Path) -> None:
    """Places carry the path as the user gave it."""
    file = tmp_path / "a.yaml"
    file.write_text("a: b\n")
    document, problems = load(file, "scripts/a.yaml")
    assert problems == ()
    assert document is not None
    assert document.place(("a",)).path == "scripts/a.yaml"
