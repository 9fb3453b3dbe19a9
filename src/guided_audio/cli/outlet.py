"""Standard output and standard error for a program whose reader may leave at any moment.

`guided-audio check … | head -1` is no reason to stop, or to give another exit code: what is printed
after the reader has gone goes nowhere, and the work goes on.
"""

from __future__ import annotations

import os
from typing import TextIO


class Outlet:
    """A text stream that a reader may leave."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, to nowhere when nobody reads any more."""
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            self._lead_nowhere()
            return len(text)

    def flush(self) -> None:
        """Hand on what was written."""
        try:
            self._stream.flush()
        except BrokenPipeError:
            self._lead_nowhere()

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def _lead_nowhere(self) -> None:
        """What is still in the buffer must go somewhere when the program ends."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)
