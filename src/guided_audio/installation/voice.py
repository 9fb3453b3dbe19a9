"""Installing one voice: what is meant, fetched or copied, looked at, tried, and placed."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from guided_audio.document import suggest
from guided_audio.engines.voices_folder import settings_of
from guided_audio.errors import MissingTool, OutputFailure, Refused, UsageError
from guided_audio.installation import placing, transfer
from guided_audio.installation.offers import Offer, Part
from guided_audio.speech import Voice

UNKNOWN = "not known here; look where the voice comes from"
"""The licence of a voice that somebody names by its file or address."""

INCOMING = ".incoming"
"""The folder among the voices where they wait until they are whole."""

_MODEL = ".onnx"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be installed. `language`, where it is not empty, is what it must speak."""

    offer: Offer
    language: str = ""
    largest: int = transfer.LARGEST


def find_wanted(asked: str, offers: Sequence[Offer], digests: Sequence[str] = ()) -> Offer:
    """What somebody means by a name, a file or an address. Digests are of the model, then of its companion.

    Raises:
        UsageError: there is nothing by that name, or a file without its companion.
        Refused: the address is not one we go to.
    """
    if "://" in asked:
        transfer.allowed(asked)
        return _with_digests(_by_address(asked), digests)
    known = {offer.name: offer for offer in offers}
    if asked in known and not Path(asked).is_file():
        return _with_digests(known[asked], digests)
    if Path(asked).is_file():
        return _with_digests(_by_file(Path(asked)), digests)
    names = suggest(asked, known) or f"There are {', '.join(known)}; or name a file or an https address."
    raise UsageError(f"There is no voice to install by the name {asked!r}, and no such file. {names}")


def _by_address(url: str) -> Offer:
    model = Part(url)
    if not _is_plain(model.name) or not model.name.endswith(_MODEL):
        raise UsageError(f"An address of a voice ends with its model: NAME{_MODEL}, with no marks behind it.")
    settings = Part(f"{url}.json")
    return _nameless(model.name, "piper", (model, settings), url)


def _by_file(file: Path) -> Offer:
    if file.suffix != _MODEL or not _is_plain(file.name):
        raise UsageError(f"A voice is named by its model, a file that ends with {_MODEL}.")
    styles = sorted(file.parent.glob("voices*.bin"))
    if settings_of(file).is_file():
        return _nameless(file.name, "piper", (Part(str(file)), Part(str(settings_of(file)))), str(file))
    if file.name.startswith("kokoro") and styles:
        return _nameless(file.name, "kokoro", (Part(str(file)), Part(str(styles[0]))), str(file))
    raise UsageError(
        f"Half of this voice is missing: beside {file.name} belongs {file.name}.json, "
        "or for Kokoro voices-v1.0.bin."
    )


def _nameless(name: str, engine: str, parts: tuple[Part, ...], page: str) -> Offer:
    return Offer(name.removesuffix(_MODEL), engine, "", "", UNKNOWN, page, parts)


def _is_plain(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}", name) is not None


def _with_digests(offer: Offer, digests: Sequence[str]) -> Offer:
    if len(digests) > len(offer.parts) or not all(re.fullmatch("[0-9a-fA-F]{64}", each) for each in digests):
        raise UsageError("A SHA-256 has 64 letters and digits; give that of the model first.")
    given = [*digests, *[""] * (len(offer.parts) - len(digests))]
    pairs = zip(offer.parts, given, strict=True)
    parts = tuple(replace(part, sha256=digest or part.sha256) for part, digest in pairs)
    return replace(offer, parts=parts)


def install(wanted: Wanted, folder: Path, progress: transfer.Progress) -> tuple[Voice, ...]:
    """Get it, try it, and put it among the voices of a folder; the voices that came with it.

    Raises:
        Refused: it is not what it should be.
        MissingTool: the transfer broke, or the server is out of reach.
        OutputFailure: there is no room, or no permission.
    """
    offer = wanted.offer
    waiting = folder / INCOMING / _key(offer)
    with _alone(folder / INCOMING, waiting):
        ready = waiting / "ready" / offer.engine
        for part in offer.parts:
            _bring(part, waiting, ready, (wanted, progress))
        try:
            voices = placing.tried(offer.engine, waiting / "ready", wanted.language)
        except Refused:
            shutil.rmtree(waiting, ignore_errors=True)
            raise
        placing.place([ready / part.name for part in offer.parts], folder / offer.engine)
        shutil.rmtree(waiting, ignore_errors=True)
    return voices


def _key(offer: Offer) -> str:
    """A name for what comes from one place, so that the same command finds what it began."""
    return hashlib.sha256(offer.parts[0].source.encode()).hexdigest()[:16]


@contextmanager
def _alone(incoming: Path, waiting: Path) -> Iterator[None]:
    """One installation of one voice at a time."""
    try:
        incoming.mkdir(parents=True, exist_ok=True)
        lock = FileLock(incoming / f"{waiting.name}.lock", timeout=0)
    except OSError as error:
        raise OutputFailure(
            f"Nothing may be written into {incoming.parent}; set GUIDED_AUDIO_VOICES to another folder."
        ) from error
    try:
        with lock:
            yield
    except Timeout as error:
        raise MissingTool("This voice is being installed already; wait for that.") from error


def _bring(part: Part, waiting: Path, ready: Path, how: tuple[Wanted, transfer.Progress]) -> None:
    """Have one part among what is ready, and looked at."""
    wanted, progress = how
    target, arriving = ready / part.name, waiting / f"{part.name}.part"
    if target.is_file():  # of a call that was interrupted between the parts
        return
    if "://" in part.source:
        limits = transfer.Limits(part.size, wanted.largest, resumable=bool(part.sha256))
        transfer.fetch(part.source, arriving, limits, progress)
    else:
        _copy(Path(part.source), arriving)
    try:
        placing.look_at_digest(arriving, part.sha256)
    except Refused:
        transfer.discard(arriving)
        raise
    ready.mkdir(parents=True, exist_ok=True)
    arriving.replace(target)


def _copy(source: Path, arriving: Path) -> None:
    try:
        arriving.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as found, arriving.open("wb") as stream:
            shutil.copyfileobj(found, stream)
    except OSError as error:
        transfer.discard(arriving)
        raise OutputFailure(
            f"The file {source.name} cannot be copied into {arriving.parent.parent.parent}: "
            f"{(error.strerror or 'no reason').lower()}. Look at the room there, and who may write."
        ) from error
