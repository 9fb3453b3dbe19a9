"""What a sound device asks for: sound that was made a moment ahead, with soft edges.

A thread makes the sound; the device takes it whenever it likes. In between lies less than a second, and
never more, however long it plays. Where the thread does not keep up, the sound goes out over 20 ms,
and comes back when enough is ready: a gap, but no crackling.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from guided_audio.blocks import Stereo, silence
from guided_audio.playback.level import Level
from guided_audio.units import Frames, to_frames

LOOK_AHEAD = 0.8
"""Seconds that are made ahead: one block of a render takes a fiftieth of that."""

FADE_IN, FADE_OUT = 0.02, 0.3
"""Seconds in which sound comes and goes that begins or ends in the middle."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Sound to be played once. It goes out before frame `cut`, where it stops in the middle of something."""

    blocks: Iterator[Stereo]
    rate: int
    cut: Frames | None = None


class Feed:
    """The look-ahead of one stream. One thread calls `fill`, the device's own calls `pull`.

    `position` counts frames of sound that were handed on, `late` frames of silence that stood in for
    sound in `gaps`, `error` is what stopped the stream. `over` is set when the device has played all.
    """

    def __init__(self, stream: Stream, latency: float = 0.0) -> None:
        rate = stream.rate
        self._stream, self._changed = stream, threading.Condition()
        self._edge, self._fade_out = to_frames(FADE_IN, rate), to_frames(FADE_OUT, rate)
        self._room: int = to_frames(LOOK_AHEAD, rate)
        self._tail: int = to_frames(latency, rate)
        self._blocks: deque[Stereo] = deque()
        self._held, self._level = 0, Level()
        self._ended = self._stopping = self._closed = False
        self._hungry = True
        self.position = self.late = self.gaps = 0
        self.asked_at = time.monotonic()
        self.error: Exception | None = None
        self.over = threading.Event()

    @property
    def empty(self) -> bool:
        """Whether nothing is there, and nothing will come."""
        return self._ended and not self._held

    # The thread that makes the sound

    def fill(self) -> None:
        """Make the sound, never further ahead than the look-ahead; ends with the stream, or with `stop`."""
        try:
            for block in self._stream.blocks:
                if not self._put(block):
                    break
        except Exception as error:  # told to whoever waits: there is nobody in this thread
            self.error = error
        finally:
            close = getattr(self._stream.blocks, "close", None)
            if close:  # a decoder has a child to end
                close()
            with self._changed:
                self._ended = True
                self._stopping |= self.error is not None
                self._changed.notify_all()

    def _put(self, block: Stereo) -> bool:
        """Add a block, wait for room; gives whether more is wanted."""
        with self._changed:
            if len(block):
                self._blocks.append(block)
                self._held += len(block)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._held < self._room or self._closed or self._stopping)
            return not (self._closed or self._stopping)

    # Whoever waits

    def wait_until_ready(self) -> None:
        """Wait for the first look-ahead, or for the end of a stream that is shorter."""
        with self._changed:
            self._changed.wait_for(lambda: self._held >= self._room or self._ended)

    def stop(self) -> None:
        """Go out softly from where it is; `over` tells when that is done."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def close(self) -> None:
        """Make no more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    # The device

    def pull(self, count: int) -> Stereo:
        """The next `count` frames, of which the last are silence where there is no more."""
        out = silence(count)
        with self._changed:
            self.asked_at = time.monotonic()
            self._room = max(self._room, 3 * count)  # of a device that asks for much at once
            piece = self._ready(count)
            out[: len(piece)] = piece
            self.position += len(piece)
            self._account(count - len(piece))
            self._changed.notify_all()
        return out

    def _ready(self, count: int) -> Stereo:
        """What is there of the next `count` frames, at its level."""
        if self._level.silent and not (self._hungry and self._wakes()):
            return silence(0)
        held, number = self._held, min(count, self._held)
        if self._hungry:  # what is heard of it is on its way out
            number = min(number, self._level.left)
        turn, frames = self._turn(held, count, number)
        piece = self._take(number)
        curve = [self._level.curve(turn)]
        if turn < number:
            self._level.glide(0.0, frames)
            curve.append(self._level.curve(number - turn))
        piece *= np.concatenate(curve)[:, None]
        return piece

    def _wakes(self) -> bool:
        """Whether a look-ahead that had run out has enough again; then the sound comes in."""
        if self._stopping or not (self._ended or 2 * self._held >= self._room):
            return False
        self._hungry = False
        self._level.glide(1.0, self._edge)
        return True

    def _turn(self, held: int, count: int, number: int) -> tuple[int, int]:
        """After how many of the next frames the sound begins to go out, `number` for not yet; how fast."""
        if self._level.falling:
            return number, 0
        if self._stopping:
            return 0, min(self._fade_out, held)
        if self._stream.cut is not None:
            left = self._stream.cut - self.position
            start = max(left - self._fade_out, 0)
            if start < number:
                return start, left - start
        if not self._ended and held < count + self._edge:  # the last that can still go out softly
            self._hungry = True
            self.gaps += 1
            return max(number - self._edge, 0), min(self._edge, held)
        return number, 0

    def _take(self, number: int) -> Stereo:
        piece, done = np.empty((number, 2), dtype=np.float32), 0
        while done < number:
            block = self._blocks.popleft()
            part = block[: number - done]
            piece[done : done + len(part)] = part
            done += len(part)
            if len(part) < len(block):
                self._blocks.appendleft(block[len(part) :])
        self._held -= number
        return piece

    def _account(self, missing: int) -> None:
        """Say what the silence is: the end, which the device has yet to play, or a gap."""
        if self.empty or (self._level.silent and (self._stopping or not self._hungry)):
            self._tail -= missing
            if self._tail <= 0:
                self.over.set()
        else:
            self.late += missing
