"""The words the rules look for: data by language, so that another language needs no line of code.

A file in `words/<language>/` has sections, and each section a list of phrases, written as `phrases` reads
them. The rules know a section by `file/section`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from guided_audio.document import Document, load
from guided_audio.errors import Place, Problem, ProblemsFound

FOLDER = Path(__file__).parent / "words"


@cache
def words_of(language: str) -> Mapping[str, tuple[str, ...]]:
    """The words for a language as `file/section`, for `en-GB` those of `en`; none where there are none.

    Raises:
        ProblemsFound: a file of words is not as it must be.
    """
    return read_words(FOLDER / language.partition("-")[0])


def read_words(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """All the words in the files of a folder.

    Raises:
        ProblemsFound: with every mistake in them.
    """
    found: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.yaml")):
        document, slips = load(file, str(file))
        problems += slips
        if document is not None and not slips:
            problems += _mistakes(document)
            found |= _sections(file.stem, document)
    if problems:
        raise ProblemsFound(problems)
    return found


def _sections(name: str, document: Document) -> dict[str, tuple[str, ...]]:
    root = document.root if isinstance(document.root, dict) else {}
    return {
        f"{name}/{section}": tuple(entry for entry in entries if isinstance(entry, str))
        for section, entries in root.items()
        if isinstance(entries, list)
    }


def _mistakes(document: Document) -> Iterator[Problem]:
    if not isinstance(document.root, dict):
        yield Problem(Place(document.path), "A file of words has sections.", "Write `name:`, then a list.")
        return
    for section, entries in document.root.items():
        if not isinstance(entries, list):
            place = document.key_place((section,))
            yield Problem(place, "This section is not a list.", "Put a dash before each of its phrases.")
            continue
        for index, entry in enumerate(entries):
            if not _is_phrase(entry):
                hint = "Write words, beginning with one; every bracket has its partner."
                yield Problem(document.place((section, index)), "This is not a phrase.", hint)


def _is_phrase(entry: object) -> bool:
    """Whether it looks like a phrase; that each can be read, a test of the files sees to."""
    return (
        isinstance(entry, str)
        and bool(entry.strip())
        and not entry.startswith(("_", "...", "|"))
        and entry.count("(") == entry.count(")")
    )
