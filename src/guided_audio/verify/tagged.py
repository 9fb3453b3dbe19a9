"""The bytes and the tags of a finished file, against its receipt."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from guided_audio import tags
from guided_audio.forms import Form
from guided_audio.receipt import Receipt
from guided_audio.store import Store
from guided_audio.tagging import tag_hashes
from guided_audio.units import to_milliseconds
from guided_audio.verify.check import Check


def tag_checks(file: Path, receipt: Receipt, store: Store | None) -> Iterator[Check]:
    """Whether the encoded sound is that which was written, and so are chapters and tags."""
    with file.open("rb") as stream:
        stream.seek(tags.size(stream) if receipt.form is Form.MP3 else 0)
        unchanged = hashlib.file_digest(stream, "sha256").hexdigest() == receipt.audio_sha256
    yield Check("bytes", "as they were written" if unchanged else "not those that were written", unchanged)
    track = tags.read(file)
    if track is None:
        yield Check("tags", "there are none", well=False)
        return
    times = [(chapter.start_ms, chapter.end_ms) for chapter in track.chapters]
    expected = [
        (to_milliseconds(chapter.start, receipt.rate), to_milliseconds(chapter.end, receipt.rate))
        for chapter in receipt.chapters
    ]
    yield Check(
        "chapters",
        f"{len(times)}, in order and in their places"
        if times == expected
        else f"{len(times)}, not where the receipt has them",
        times == expected,
    )
    if store is None or receipt.secret != store.key("secret"):
        yield Check("tags", "not compared: another store made the receipt", well=True)
        return
    hashes = tag_hashes(track, store)
    changed = sorted(name for name, digest in receipt.tags.items() if hashes.get(name) != digest)
    yield Check("tags", f"changed: {', '.join(changed)}" if changed else "as they were written", not changed)
