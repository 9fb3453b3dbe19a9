"""Finding each line of a script in one long reading of it.

No speech is recognised: a reference voice says every line, and the reading is compared with what it said.
The method and its measured figures: `docs/adr/0013-splitting-a-reading.md`.
"""

from __future__ import annotations

from guided_audio.alignment.aligning import LONGEST, MOST_LINES, align
from guided_audio.alignment.outcome import (
    Alignment,
    Earlier,
    Found,
    Progress,
    Reference,
    Stretch,
    Wanted,
    WrongScript,
)

__all__ = [
    "LONGEST",
    "MOST_LINES",
    "Alignment",
    "Earlier",
    "Found",
    "Progress",
    "Reference",
    "Stretch",
    "Wanted",
    "WrongScript",
    "align",
]
