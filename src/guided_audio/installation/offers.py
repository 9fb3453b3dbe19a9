"""The voices we know, read from `offers.yaml`: where they are, how large, their digests and licences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from guided_audio import document
from guided_audio.document import Document
from guided_audio.document import Path as NodePath
from guided_audio.errors import Problem, ProblemsFound

FILE = Path(__file__).with_name("offers.yaml")

KEYS = ("name", "engine", "language", "description", "licence", "page", "files")
ENGINES = ("piper", "kokoro")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a voice. `source` is a URL or a path; `sha256` is empty and `size` nought where unknown."""

    source: str
    sha256: str = ""
    size: int = 0

    @property
    def name(self) -> str:
        """What the file is called where it comes from."""
        path = urlsplit(self.source).path if self.is_remote else self.source
        return Path(unquote(path)).name

    @property
    def is_remote(self) -> bool:
        """Whether it comes from an address, and not from this machine."""
        return "://" in self.source

    @property
    def address(self) -> str:
        """Where it comes from, as it may be shown."""
        return shown(self.source) if self.is_remote else self.source


def shown(url: str) -> str:
    """An address without what follows its path: that may be a key which is nobody else's."""
    return urlsplit(url)._replace(query="", fragment="").geturl()


@dataclass(frozen=True, slots=True)
class Offer:
    """One voice, or a family of them. The model is the first of its parts."""

    name: str
    engine: str
    language: str
    description: str
    licence: str
    page: str
    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.size for part in self.parts)


def read_offers(file: Path = FILE) -> tuple[Offer, ...]:
    """Every voice that can be named.

    Raises:
        ProblemsFound: the list of offers has mistakes.
    """
    found, slips = document.load(file, str(file))
    if found is None or slips:
        raise ProblemsFound(slips)
    problems: list[Problem] = []
    items = found.root if isinstance(found.root, list) else []
    offers = tuple(_offer(found, (index,), problems) for index in range(len(items)))
    if problems or not offers:
        raise ProblemsFound(problems or [Problem(found.place(()), "Here belongs a list of voices.")])
    return offers


def _offer(page: Document, path: NodePath, problems: list[Problem]) -> Offer:
    values = {key: _text(page, (*path, key), problems) for key in KEYS[:-1]}
    files = page.at((*path, "files"))
    count = len(files) if isinstance(files, list) else 0
    if count != 2 or values["engine"] not in ENGINES:
        problems.append(Problem(page.place(path), "An offer is of Piper or Kokoro, and has two files."))
    parts = tuple(_part(page, (*path, "files", index), problems) for index in range(count))
    return Offer(
        name=values["name"],
        engine=values["engine"],
        language=values["language"],
        description=values["description"],
        licence=values["licence"],
        page=values["page"],
        parts=parts,
    )


def _part(page: Document, path: NodePath, problems: list[Problem]) -> Part:
    url, sha256, size = (_text(page, (*path, key), problems) for key in ("url", "sha256", "size"))
    if not re.fullmatch("[0-9a-f]{64}", sha256) or not size.isdecimal() or not url.startswith("https://"):
        problems.append(Problem(page.place(path), "A file has an https address, a SHA-256 and a size."))
        return Part(url)
    return Part(url, sha256, int(size))


def _text(page: Document, path: NodePath, problems: list[Problem]) -> str:
    node = page.at(path)
    if isinstance(node, str) and node:
        return node
    problems.append(Problem(page.place(path), f"`{path[-1]}` is missing here."))
    return ""
