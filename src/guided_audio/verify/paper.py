"""The receipt beside a finished file: read, and refused where there can be no such file."""

from __future__ import annotations

import re
from dataclasses import astuple
from pathlib import Path

from guided_audio import receipt as receipts
from guided_audio.errors import VerificationFailed
from guided_audio.receipt import ClipEntry, Receipt

LONGEST_FILE = 7 * 24 * 3600
"""Seconds, more than anybody listens to: what is looked for in a file grows with its length."""

SMEARED = 0.05
"""Seconds around a clip that belong to neither voice nor quiet: an encoder smears a voice by half of that."""


MOST_LEVEL = 200.0
"""Decibels no level of a sound is away from full scale."""


def receipt_of(file: Path) -> Receipt:
    """The receipt of a finished file.

    Raises:
        VerificationFailed: there is no such file, no receipt beside it, or it is no receipt.
    """
    path = next((place for place in receipts.places(file) if place.is_file()), receipts.beside(file))
    if file.is_dir():
        raise VerificationFailed(f"{file} is a folder. Name the files in it.")
    if not file.is_file():
        raise VerificationFailed(f"There is no file {file}.")
    try:
        receipt = receipts.read(path.read_bytes())
    except FileNotFoundError:
        raise VerificationFailed(
            f"There is no receipt {path.name} beside {file.name}: there is nothing to measure it against."
        ) from None
    except (OSError, ValueError):
        raise _no_receipt(path) from None
    if not _possible(receipt):
        raise _no_receipt(path)
    return receipt


def _no_receipt(path: Path) -> VerificationFailed:
    return VerificationFailed(f"{path} is not a receipt that this program can read.")


def _possible(receipt: Receipt) -> bool:
    """Whether there can be such a file at all: a receipt comes with the file, from anywhere."""
    return (
        8_000 <= receipt.rate <= 192_000
        and all(abs(level) <= MOST_LEVEL for level in astuple(receipt.levels))
        and receipt.frames <= LONGEST_FILE * receipt.rate
        and all(_KEY.fullmatch(clip.key) for clip in entries(receipt))
        and all(0 <= clip.start < clip.start + clip.length <= receipt.frames for clip in entries(receipt))
        and all(0 <= pause.start <= pause.end <= receipt.frames for pause in receipt.pauses)
        and all(0 <= bed.start <= bed.end <= receipt.frames for bed in receipt.beds)
    )


_KEY = re.compile(r"([0-9a-f]{2}){8,64}")
"""A key of a store; it becomes the name of a file, so it is nothing else."""


def entries(receipt: Receipt) -> list[ClipEntry]:
    """Everything that is said, in the order it is heard."""
    spoken = (clip for line in receipt.lines for clip in line.clips)
    return sorted((*spoken, *receipt.cues), key=lambda clip: clip.start)
