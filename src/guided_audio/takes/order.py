"""Which line is which after a script was changed: the last known order of lines, laid along the new one.

No words are needed for it, only keyed hashes: of a line, of all its words, and of each word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, product
from string import ascii_lowercase

ALIKE = 0.5
"""Of their words two lines share at least so much that one may have become the other; a design value."""

BESIDE = 0.25
"""What it counts for that the line before, or the one after, is the same; a design value."""

RIVAL = 0.2
"""A line that fits nearly as well, by no more than this, makes it a question."""


@dataclass(frozen=True, slots=True)
class Known:
    """A line by its hashes; `number` is what it is called on the sheet, empty while it has none.

    `read` is the hash of the words that were last printed on a sheet, empty where they never were.
    `gone` says that the script has it no longer: its number is not given away.
    """

    line: str
    text: str
    words: tuple[str, ...]
    number: str = ""
    read: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """The place of a known line in the new order. What is not `sure` is for a person to decide."""

    place: int
    sure: bool


def realigned(known: Sequence[Known], now: Sequence[Known]) -> dict[int, Match]:
    """Where each known line is now, by its place among the known ones.

    The same line, else the same words, else by alignment: like words between the same neighbours.
    """
    matches: dict[int, Match] = {}
    for name in ("line", "text"):
        matches |= _the_same(known, now, name, matches)
    return matches | _aligned(known, now, matches)


def _the_same(
    known: Sequence[Known], now: Sequence[Known], name: str, matches: dict[int, Match]
) -> dict[int, Match]:
    """Those whose hash of that name is equal; the first of several to the first, and so on."""
    taken = {match.place for match in matches.values()}
    waiting: dict[str, list[int]] = {}
    for place, line in enumerate(now):
        if place not in taken:
            waiting.setdefault(getattr(line, name), []).append(place)
    found = {}
    for index, line in enumerate(known):
        places = waiting.get(getattr(line, name), [])
        if index not in matches and places:
            found[index] = Match(places.pop(0), sure=True)
    return found


def _aligned(known: Sequence[Known], now: Sequence[Known], matches: dict[int, Match]) -> dict[int, Match]:
    """What remains on both sides, in order, so that together they fit best."""
    old = [index for index in range(len(known)) if index not in matches and not known[index].gone]
    taken = {match.place for match in matches.values()}
    new = [place for place in range(len(now)) if place not in taken]
    fits = [[_fit(known, now, matches, index, place) for place in new] for index in old]
    return {
        old[row]: Match(new[column], sure=_is_sure(fits, row, column)) for row, column in _best_path(fits)
    }


def _fit(
    known: Sequence[Known], now: Sequence[Known], matches: dict[int, Match], index: int, place: int
) -> float:
    """How well a new line fits for an old one; 0 where it does not."""
    live = sum(not line.gone for line in known)
    beside = sum(_beside(index + step, place + step, live, len(now), matches) for step in (-1, 1))
    alike = _alike(known[index].words, now[place].words)
    if alike < ALIKE and beside < 2:
        return 0.0
    return alike + BESIDE * beside


def _beside(index: int, place: int, many: int, many_now: int, matches: dict[int, Match]) -> bool:
    """Whether the neighbours on one side are the same line, or both none."""
    if index in matches:
        return matches[index].place == place
    return (index < 0 and place < 0) or (index >= many and place >= many_now)


def _alike(one: Sequence[str], other: Sequence[str]) -> float:
    """The share of words that two lines have in common, 0 to 1."""
    shared = (Counter(one) & Counter(other)).total()
    return 2 * shared / max(1, len(one) + len(other))


def _best_path(fits: Sequence[Sequence[float]]) -> Iterator[tuple[int, int]]:
    """Pairs of row and column, both rising, whose sum is the largest there is."""
    rows, columns = len(fits), len(fits[0]) if fits else 0
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row, column in product(reversed(range(rows)), reversed(range(columns))):
        together = best[row + 1][column + 1] + fits[row][column] if fits[row][column] else 0.0
        best[row][column] = max(together, best[row + 1][column], best[row][column + 1])
    row = column = 0
    while row < rows and column < columns:
        fit = fits[row][column]
        if fit and best[row][column] == best[row + 1][column + 1] + fit:
            yield row, column
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1


def _is_sure(fits: Sequence[Sequence[float]], row: int, column: int) -> bool:
    """Whether nothing else fits as well, on either side."""
    others = [fit for place, fit in enumerate(fits[row]) if place != column]
    others += [line[column] for index, line in enumerate(fits) if index != row]
    return fits[row][column] - max(others, default=0.0) > RIVAL


def numbers_for(known: Sequence[Known], matches: dict[int, Match], many: int) -> list[str]:
    """What each line of the new order is called: as before, or, where it is new, after the one before it.

    Without any known line they are counted: 001, 002 and so on. A line that came in behind 012 is 012a:
    no sheet that was printed becomes wrong, and no file has to be renamed.
    """
    if not known:
        return [f"{number:03}" for number in range(1, many + 1)]
    given = {match.place: known[index].number for index, match in matches.items() if match.sure}
    taken = {line.number for line in known}
    numbers: list[str] = []
    for place in range(many):
        number = given.get(place) or _after(numbers[-1] if numbers else "000", taken)
        taken.add(number)
        numbers.append(number)
    return numbers


def _after(number: str, taken: set[str]) -> str:
    base = number.rstrip(ascii_lowercase)
    return next(
        f"{base}{''.join(letters)}"
        for length in count(1)
        for letters in product(ascii_lowercase, repeat=length)
        if f"{base}{''.join(letters)}" not in taken
    )
