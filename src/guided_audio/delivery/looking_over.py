"""Looking a finished series over: is every file there, and as it was written?"""

from __future__ import annotations

from pathlib import Path

from guided_audio.delivery import manifest as manifests
from guided_audio.delivery.manifest import Manifest
from guided_audio.delivery.staging import Place
from guided_audio.receipt import PAPERS
from guided_audio.verify import Check


def place_at(folder: Path) -> Place | None:
    """The finished series in a folder; none where there is none."""
    beside = folder.absolute().with_name(f"{folder.absolute().name}{PAPERS}")
    return next((place for place in (Place(folder, folder), Place(folder, beside)) if place.manifest), None)


def files_check(place: Place, manifest: Manifest) -> Check:
    """Whether every file of a series is the one that was written, against its checksums."""
    belonging = manifest.belonging
    wrong = [
        name for name, entry in belonging.items() if not manifests.is_as_written(place.at, {name: entry})
    ]
    if wrong:
        return Check("files", f"not as they were written: {', '.join(sorted(wrong))}", well=False)
    return Check("files", f"all {len(belonging)} as they were written", well=True)
