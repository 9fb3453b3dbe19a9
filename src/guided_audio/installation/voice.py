"""Installing one voice: what is meant, fetched or copied, looked at, tried, and placed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from guided_audio.document import suggest
from guided_audio.engines.voices_folder import settings_of
from guided_audio.errors import Refused, UsageError
from guided_audio.installation import placing, transfer, trial
from guided_audio.installation.offers import Offer, Part
from guided_audio.installation.waiting import bring, waiting_for
from guided_audio.speech import Voice

UNKNOWN = "not known here; look where the voice comes from"
"""The licence of a voice that somebody names by its file or address."""

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
    """The model is named by the path; what follows that is for the server, and for both files alike."""
    address = urlsplit(url)._replace(fragment="")
    model = Part(address.geturl())
    if not _is_plain(model.name) or not model.name.endswith(_MODEL):
        raise UsageError(
            f"The address of a voice ends with its model, NAME{_MODEL}, before any question mark."
        )
    settings = Part(address._replace(path=f"{address.path}.json").geturl())
    return _nameless(model.name, "piper", (model, settings), model.address)


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
        StoreFailure: there is no room, or no permission.
    """
    offer = wanted.offer
    model, companion = offer.parts
    with waiting_for(offer, folder) as place:
        bring(companion, place, wanted.largest, progress)  # it is small, and may spare the model's coming
        trial.look_at_companion(offer, place.ready, wanted.language)
        bring(model, place, wanted.largest, progress)
        try:
            voices = trial.tried(offer, place.trial, wanted.language)
        except Refused:
            place.clear()
            raise
        placing.place([place.ready / part.name for part in offer.parts], folder / offer.engine)
    return voices
