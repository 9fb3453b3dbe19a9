"""Work done ahead on several threads, and taken in order; and the sound of a file read that way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from guided_audio.blocks import Source, Stereo
from guided_audio.mastering import largest
from guided_audio.units import Frames

Item = TypeVar("Item")
Made = TypeVar("Made")

STREAM_VERSION = 1
"""Counts up with anything that changes the bytes of a form other than MP3 for the same sound and tags."""

BLOCK = 65_536
"""Sample frames read at once, two blocks of the mixer's grid; it changes no byte."""


def in_order(
    pool: ThreadPoolExecutor, job: Callable[[Item], Made], items: Iterable[Item], ahead: int
) -> Iterator[tuple[Item, Made]]:
    """Items with what became of them, in their order, never more than `ahead` in the works."""
    waiting: deque[tuple[Item, Future[Made]]] = deque()
    for item in items:
        waiting.append((item, pool.submit(job, item)))
        if len(waiting) == ahead:
            first, future = waiting.popleft()
            yield first, future.result()
    for first, future in waiting:
        yield first, future.result()


@dataclass(slots=True)
class Reading:
    """The first `length` frames of a source, on their way into an encoder.

    They are read on `lanes` threads, so mixing goes on while an encoder works. `progress` hears how many
    frames were encoded. `peak` is the largest magnitude of any sample that was read, `read` how many were.
    """

    source: Source
    length: Frames
    rate: int
    lanes: int
    progress: Callable[[Frames], None]
    peak: float = 0.0
    read: int = 0

    def __post_init__(self) -> None:
        if self.lanes < 1 or self.length < 1:
            raise ValueError("A file needs at least one lane, and at least one frame of sound.")

    def blocks(self) -> Generator[Stereo, None, None]:
        """All of it, in blocks."""
        return self.prepared(lambda _start, block: block)

    def prepared(self, prepare: Callable[[int, Stereo], Made]) -> Generator[Made, None, None]:
        """What becomes of each block, which begins at so many frames."""

        def job(start: int) -> tuple[float, Made]:
            block = self.source.read(start, min(BLOCK, self.length - start))
            return largest(block), prepare(start, block)

        with ThreadPoolExecutor(self.lanes, thread_name_prefix="reading lane") as pool:
            for start, (peak, block) in in_order(pool, job, range(0, self.length, BLOCK), self.lanes + 1):
                self.peak = max(self.peak, peak)
                yield block
                self.read = min(start + BLOCK, self.length)

    def tell(self) -> None:
        """Say how far it is."""
        self.progress(Frames(self.read))
