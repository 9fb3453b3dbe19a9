"""The workshop: what every build works with."""

from __future__ import annotations

from dataclasses import dataclass

from guided_audio.library import Library
from guided_audio.speaking import Speaker
from guided_audio.store import Store

MOST_ENCODED = 2_000_000_000
"""Bytes of finished sound that are kept: a hundred and thirty tracks of a quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a build works with: shelf, stores and voices, and how many lanes it may use.

    `store` keeps speech, which is dear and small; `encoded` keeps pieces of finished sound, which are
    cheap and large, so that a small change encodes a small part anew.
    """

    library: Library
    store: Store
    encoded: Store
    speaker: Speaker
    lanes: int
