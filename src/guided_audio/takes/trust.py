"""Trust: how it is said that takes were attached by nothing but their numbers, and to how many lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from guided_audio.takes.index import FILE, Entry, Index, Trust, damaged_in

_LISTEN = (
    "Please listen before you hand anything out. Where all of them are right, "
    "`guided-audio takes keep SCRIPT --all` says so."
)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What there is to go by in a folder.

    The index as it was found, whether this store made it, and the names of damaged ones that were put aside.
    """

    index: Index | None
    own: bool
    damaged: tuple[str, ...]

    @staticmethod
    def of(folder: Path, index: Index | None, secret: str) -> Grounds:
        """The grounds in a folder, for a store with this secret."""
        damaged = damaged_in(folder)
        if index is None and not damaged and (folder / FILE).exists():
            damaged = (FILE,)  # nothing can be moved in that folder
        return Grounds(index, index is None or index.secret == secret, damaged)

    @property
    def anew(self) -> bool:
        """Whether numbers were given anew, and no sheet has been printed with them yet."""
        if self.index is None:
            return True
        by_number = any(entry.trust is not Trust.INDEX for entry in self.index.files.values())
        return bool(self.damaged or by_number) and not any(line.read for line in self.index.lines)

    @property
    def trust(self) -> Trust:
        """What it rests on that a new file with a number is of the line with that number."""
        if not self.own:
            return Trust.OTHER_STORE
        return Trust.NUMBER if self.anew else Trust.INDEX

    def said(self, entries: Sequence[Entry]) -> Iterator[str]:
        """Sentences on the takes of lines, one for each line that has any."""
        for trust, cause in ((Trust.NUMBER, self._cause), (Trust.OTHER_STORE, _OTHER_STORE)):
            many = sum(entry.trust is trust and entry.sure for entry in entries)
            if many:
                yield f"{cause} {_attached(many)} {_LISTEN}"
        if any(entry.trust is Trust.OTHER_STORE and not entry.sure for entry in entries):
            yield _OTHER_STORE_CHANGED
        if self.damaged and self.anew and not any(entry.trust is Trust.NUMBER for entry in entries):
            yield f"{self._cause} Lines are numbered anew: print a new sheet before you record."

    @property
    def _cause(self) -> str:
        if not self.damaged:
            return f"There was no {FILE} to go by."
        if self.damaged == (FILE,):
            return f"{FILE} is damaged."
        return f"{FILE} was damaged, and is put aside as {self.damaged[-1]}."


_OTHER_STORE = f"{FILE} was made with another store, on another machine perhaps."

_OTHER_STORE_CHANGED = (
    f"{FILE} was made with another store, and the script has changed since. Print a new sheet, see which "
    "take is whose, and say so with `takes keep`."
)


def _attached(many: int) -> str:
    if many == 1:
        return "1 take was attached by its number to the line that has it now."
    return f"{many} takes were attached by their numbers to the lines as they are now."
