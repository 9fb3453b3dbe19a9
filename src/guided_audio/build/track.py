"""One script becomes one finished file, with its receipt."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path

from guided_audio import naming
from guided_audio import receipt as receipts
from guided_audio.build.ownership import require_kinship, require_own
from guided_audio.build.receipting import Made, receipt_for
from guided_audio.build.workshop import MOST_ENCODED, Workshop
from guided_audio.build.writing import Sound, write
from guided_audio.errors import OutputFailure
from guided_audio.files import explained, replacing, sweep
from guided_audio.forms import Form
from guided_audio.plan import Options, Plan, Progress, plan, require_acknowledgement, silent
from guided_audio.receipt import Receipt
from guided_audio.render import Rendering, render
from guided_audio.script import NOTHING_CHOSEN, Script
from guided_audio.tagging import tag_hashes, track_tags
from guided_audio.units import Seconds


@dataclass(frozen=True, slots=True)
class Built:
    """A finished file."""

    file: Path
    receipt: Receipt
    plan: Plan


@dataclass(frozen=True, slots=True)
class Order:
    """A file to be made of a plan, and where its receipt goes.

    `shown` is the plan as players show it, where they are not to show it as it is; `cover` a JPEG in
    place of the one that is drawn of it.
    """

    plan: Plan
    options: Options
    file: Path
    receipt: Path
    shown: Plan | None = None
    cover: bytes = b""


def output_file(
    script: Script,
    folder: Path,
    length: Seconds | None = None,
    chosen: Mapping[str, str] = NOTHING_CHOSEN,
    form: Form = Form.MP3,
) -> Path:
    """Where the finished file of a script goes, or of its edition of a length and of chosen branches."""
    choices = {name: choice.branches for name, choice in script.choices.items()}
    ending = naming.variant_ending(choices, script.own(chosen), length)
    stem = naming.file_stem(script.title, script.path.stem, ending, form.suffix)
    return folder / f"{stem}{form.suffix}"


def build(
    script: Script, folder: Path, options: Options, workshop: Workshop, progress: Progress = silent
) -> Built:
    """Make the finished file of a script in a folder, and its receipt.

    Raises:
        Refused: the script's level was not acknowledged, or another script's file has that name.
        ProblemsFound, MissingTool, EngineFailure: see `plan.plan`.
        OutputFailure: the file cannot be written; what stood there is untouched.
    """
    require_acknowledgement(script, options)
    file = output_file(script, folder, options.length, options.chosen, options.form)
    edition = script.edition(options.length, options.chosen)
    require_own(file, script, options, workshop.store)
    planned = plan(edition, options, workshop.library, workshop.speaker, progress)
    require_kinship(file, planned, options, workshop.store)
    order = Order(planned, options, file, receipts.beside(file))
    # another build may be quicker
    return make(order, workshop, progress, lambda: require_own(file, script, options, workshop.store))


def make(
    order: Order,
    workshop: Workshop,
    progress: Progress = silent,
    last_look: Callable[[], None] = lambda: None,
) -> Built:
    """Make the file of a plan. `last_look` is called before it takes its place, and may still forbid it.

    Raises:
        ProblemsFound: a sound of the script cannot be used.
        OutputFailure: the file cannot be written; what stood there is untouched.
    """
    planned = order.plan
    workshop.speaker.rest()  # all is said, and what spoke would be a tenth of the memory
    with (
        tempfile.TemporaryDirectory(prefix="guided-audio-") as scratch,
        ThreadPoolExecutor(1) as aside,  # where the cover is drawn while the sound is made
    ):
        drawing = aside.submit(track_tags, order.shown or planned, order.cover)
        source = _rendered(planned, workshop, Path(scratch))
        with _output(order), replacing(order.receipt) as paper, replacing(order.file) as stream:
            sound = Sound(source, planned, workshop.encoded, workshop.lanes, progress)
            digest = write(stream, sound, order.options.form, drawing)
            made = Made(order.file, digest, tag_hashes(drawing.result(), workshop.store))
            receipt = receipt_for(made, planned, order.options, workshop)
            paper.write(receipts.write(receipt))
            last_look()
            _settle(paper)
    workshop.encoded.trim(MOST_ENCODED)
    return Built(order.file, receipt, planned)


@contextmanager
def _output(order: Order) -> Iterator[None]:
    """Say plainly why a file and its receipt cannot be written."""
    folder = order.file.parent
    with explained(folder):
        for path in (order.file, order.receipt):
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, f"{path.name} is a folder there")
        sweep(folder)
        yield


def _rendered(planned: Plan, workshop: Workshop, scratch: Path) -> Rendering:
    """The sound of a plan; a sentence where there is no room to unpack a bed."""
    try:
        return render(planned, workshop.library, workshop.speaker, scratch)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise OutputFailure(
            f"A sound could not be unpacked into {scratch.parent}: {reason}. Make room there, "
            "or set TMPDIR to a folder on another disk."
        ) from error


def _settle(paper: BufferedRandom) -> None:
    """Have the receipt on the disk before the sound takes its place: a full disk must not part the two."""
    paper.flush()
    os.fsync(paper.fileno())
