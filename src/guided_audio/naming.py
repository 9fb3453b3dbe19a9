"""Names of finished files: short, plain, and the same on every system and player."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from guided_audio.units import Seconds, format_duration

LONGEST = 32
"""Characters with the suffix: some car units show, or read, no more."""

LONGEST_ENDING = 24
"""Characters of them that tell a script's variants apart; the rest is for a word of its title."""

_RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}
"""Names that Windows keeps for devices."""


_WHOLE = str.maketrans(
    {"'": "", "’": "", "ß": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o"}
    | {"ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ı": "i"}
)
"""Letters that Unicode does not take apart, and the marks inside a word."""


def file_stem(title: str, otherwise: str, ending: str = "", suffix: str = ".mp3") -> str:
    """A title as a file name without its suffix: lower-case letters, digits and hyphens.

    `ending` stands behind it whole, however long the title is, and after a second hyphen where a title
    that is cut would go on like it. There is room for `suffix`, which is not part of what is given.

    Where a title has no such letters (another script than Latin, say) it is made of `otherwise`,
    the script's own file name.
    """
    whole, room = plain_name(title, otherwise), LONGEST - len(suffix) - len(ending)
    stem = _short(whole, room)
    if ending and whole[len(stem) :].startswith(ending[:2]):
        stem = f"{_short(whole, room - 1)}-"
    stem += ending
    return f"{stem}-" if stem in _RESERVED else stem


LONGEST_STEM = LONGEST - len(".html")
"""Characters of the name that the files of one track share: the longest suffix is `.html`, or `.opus`."""


def track_stem(number: int, count: int, title: str, otherwise: str) -> str:
    """What the files of a track of a series are called: its number, so that they sort, and its title.

    The number makes each different from all others, however their titles are cut.
    """
    head = f"{number:0{max(2, len(str(count)))}}-"
    return head + _short(plain_name(title, otherwise), LONGEST_STEM - len(head))


def folder_name(title: str, otherwise: str) -> str:
    """What the folder of a series is called: a name of `LONGEST` characters at the most."""
    name = _short(plain_name(title, otherwise), LONGEST)
    return f"{name}-" if name in _RESERVED else name


def plain_name(*texts: str) -> str:
    """The first of some texts that can be written in plain letters, as lower-case words with hyphens."""
    for text in (*texts, "meditation"):
        whole = _plain(text)
        if whole and (re.search("[a-z]", whole) or not any(sign.isalpha() for sign in text)):
            return whole
    raise AssertionError("unreachable: the last text is plain")


def variant_ending(
    choices: Mapping[str, Collection[str]], chosen: Mapping[str, str], length: Seconds | None
) -> str:
    """What the name of a variant's file ends in, like `-open-10m`: another one for each variant of a script.

    `choices` has the branches of every choice of the script; `chosen` those that were taken, in the same
    order. Where the branches alone would be too long, or could mean another variant, a hash stands for them.
    """
    said = "".join(f"-{branch}" for branch in chosen.values())
    last = "" if length is None else f"-{format_duration(length).replace('.', '-')}"
    if len(said + last) <= LONGEST_ENDING and _ways(said + last, [*choices.values()]) == 1:
        return said + last
    exact = ";".join(f"{name}={branch}" for name, branch in chosen.items())
    mark = f"-{hashlib.sha256(exact.encode()).hexdigest()[:8]}{last}"
    return _short(said, LONGEST_ENDING - len(mark)) + mark


_LENGTH = re.compile(r"(?:-(?=\d)(?:\d+h)?(?:\d+m)?(?:\d+(?:-\d+)?s)?)?")


def _ways(ending: str, choices: Sequence[Collection[str]]) -> int:
    """In how many ways an ending can be read: as some branches, one of a choice at most, and a length."""
    if not choices:
        return int(bool(_LENGTH.fullmatch(ending)))
    taken = [branch for branch in choices[0] if ending.startswith(f"-{branch}")]
    return _ways(ending, choices[1:]) + sum(_ways(ending[len(branch) + 1 :], choices[1:]) for branch in taken)


def _short(stem: str, room: int) -> str:
    """Cut to the longest whole words that fit, or in the middle of a word that is too long by itself."""
    if len(stem) <= room:
        return stem
    words = stem[: room + 1].rpartition("-")[0]
    return words or stem[:room]


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.translate(_WHOLE))
    bare = "".join(sign for sign in letters if unicodedata.category(sign) not in {"Mn", "Cf"})
    return re.sub(r"[^a-z0-9]+", "-", bare.lower()).strip("-")
