"""What can be wrong with a file before it is YAML: its encoding and its characters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from guided_audio.errors import Place, Problem

_KNOWN_FILES = {
    b"PK\x03\x04": "a word processor's file or an archive",
    b"{\\rtf": "a Rich Text file",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old word processor's file",
    b"ID3": "an MP3",
    b"RIFF": "a sound file",
    b"fLaC": "a sound file",
    b"OggS": "a sound file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_AS_TEXT = "Save it as plain text (UTF-8), with a name that ends in .yaml."
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_BINARY_SHARE = 0.1
_MOST_OF_A_KIND = 20
_MOST_LINES = 50_000

BREAK = re.compile(r"\r\n|\r|\n")
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_SEPARATOR = re.compile("[\u2028\u2029]")
_LEADING_TAB = re.compile(r"[ ]*(?:-[ ]+)*(?:-[ ]*|[^\W\d_][\w-]*:[ ]*)?(\t)")
_ODD_SPACE = re.compile(
    r"[ ]*(?:-[ ]+)*(?:-|[^\W\d_][\w-]*:)?([\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000])"
)
FORBIDDEN = re.compile(f"(?:{BIDI.pattern}|{_CONTROL.pattern}|[\ud800-\udfff])")
"""A character no text may contain, not even through an escape."""


@dataclass(slots=True)
class Raw:
    """The lines of a file with bad characters blanked, so that columns stay, and what was bad.

    `readable` is false when what follows would only be noise.
    """

    lines: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    readable: bool = True


def examine(data: bytes, path: str) -> Raw:
    """Decode a file and look at every character of it."""
    refusal = _not_text(data)
    if refusal:
        return Raw(problems=[Problem(Place(path), refusal, _AS_TEXT)], readable=False)
    if max(data.count(b"\n"), data.count(b"\r")) > _MOST_LINES:
        message = f"This file has more than {_MOST_LINES:,} lines."
        return Raw(problems=[Problem(Place(path), message, "Split it into several files.")], readable=False)
    raw = Raw()
    raw.lines = BREAK.split(_decoded(data.removeprefix(b"\xef\xbb\xbf"), path, raw))
    _characters(raw, path)
    _white_space(raw, path)
    return raw


def _not_text(data: bytes) -> str:
    for start, what in _KNOWN_FILES.items():
        if data.startswith(start):
            return f"This is {what}, not a text file."
    nuls = data.count(0)
    if data.startswith(_WIDE_MARKS) or nuls * 5 > len(data) * 2:
        return "This file is saved as UTF-16, which cannot be read here."
    bad = len(data) - len(data.translate(None, bytes((*range(9), 11, 12, *range(14, 32), 127))))
    if nuls or bad > max(8, len(data) * _BINARY_SHARE):
        return "This is not a text file."
    return ""


def _decoded(data: bytes, path: str, raw: Raw) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = BREAK.split(data[: error.start].decode("utf-8"))
        place = Place(path, len(before), len(before[-1]) + 1)
        raw.problems.append(
            Problem(
                place,
                f"From byte {error.start} on, this file is not saved as UTF-8.",
                "Save it again and choose UTF-8 as the encoding.",
            )
        )
        text = data.decode("utf-8", errors="replace")
        raw.readable = text.count("\ufffd") <= len(text) * _BINARY_SHARE
        return text


_KINDS = (
    (
        BIDI,
        "An invisible character here turns the direction of the text.",
        "Delete the characters around this place and type them again.",
    ),
    (
        _SEPARATOR,
        "An invisible line separator stands here.",
        "Delete it, and press Enter if a new line is wanted.",
    ),
    (
        _CONTROL,
        "An invisible control character stands here.",
        "Delete the characters around this place and type them again.",
    ),
)


def _characters(raw: Raw, path: str) -> None:
    text = "\n".join(raw.lines)
    for pattern, message, hint in _KINDS:
        if not pattern.search(text):  # as in nearly every file
            continue
        found = 0
        for number, line in enumerate(raw.lines, 1):
            matches = list(pattern.finditer(line))
            if not matches:
                continue
            raw.lines[number - 1] = pattern.sub(" ", line)
            found += 1
            if found <= _MOST_OF_A_KIND:
                raw.problems.append(Problem(Place(path, number, matches[0].start() + 1), message, hint))


def _white_space(raw: Raw, path: str) -> None:
    """Tabs and fixed spaces where YAML counts ordinary ones."""
    tabbed: list[Place] = []
    odd = 0
    for index, line in enumerate(raw.lines):
        if not line.strip():
            raw.lines[index] = ""
            continue
        tab = _LEADING_TAB.match(line)
        if tab:
            tabbed.append(Place(path, index + 1, tab.start(1) + 1))
            continue
        if space := _ODD_SPACE.match(line):
            raw.lines[index] = line[: space.end()].replace(space[1], " ") + line[space.end() :]
            odd += 1
            if odd <= _MOST_OF_A_KIND:
                message = "This looks like a space but is a special one, which YAML does not count."
                place = Place(path, index + 1, space.start(1) + 1)
                raw.problems.append(Problem(place, message, "Delete it and type an ordinary space."))
    if tabbed:
        raw.readable = False  # how far a tab indents is anyone's guess: what follows would be noise
        others = f" So do {len(tabbed) - 1} more lines." if len(tabbed) > 1 else ""
        message = f"This line is set out with a tab, which YAML does not allow.{others}"
        raw.problems.append(Problem(tabbed[0], message, "Use two spaces for each step of indentation."))
