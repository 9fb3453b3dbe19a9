"""One file over HTTPS: resumed where it broke, no larger than it may be, from where it was asked for.

Plain HTTP is taken from this machine alone. What has arrived waits in a part file with a note beside it
(the address, and the server's mark of that very content), so that a later call goes on from there. The last
byte that is here is asked for again: so the server tells of a whole file, too, whether it is still its own.
"""

from __future__ import annotations

import errno
import http.client
import ipaddress
import json
import os
import re
import shutil
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from guided_audio.errors import MissingTool, Refused, StoreFailure
from guided_audio.installation.offers import shown

LARGEST = 2_000_000_000
"""Bytes. The largest voice we know has a sixth of it."""

MOST_REDIRECTS = 5

PATIENCE = 30.0
"""Seconds without a byte after which a transfer counts as broken."""

_BLOCK = 256 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

Progress = Callable[[int, int], None]
"""Hears how many bytes are there, and how many there will be; nought where nobody knows."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`size` is what the file has, nought where unknown; it never has more than `largest`."""

    size: int = 0
    largest: int = LARGEST
    resumable: bool = False
    """Whether a part may be continued without the server's mark: its digest will be looked at."""

    @property
    def most(self) -> int:
        """Bytes that may come."""
        return self.size or self.largest


def fetch(url: str, part: Path, limits: Limits, progress: Progress) -> None:
    """Have the whole file in `part`, which may hold its beginning, or all of it, already.

    Raises:
        Refused: the address, or what it leads to, is not to be trusted; nothing is kept.
        MissingTool: the server is out of reach, or the transfer broke; what arrived is kept.
        StoreFailure: there is no room, or no permission.
    """
    allowed(url)
    with _telling(part):
        start = _beginning(url, part, limits)
        with _opened(url, start) as answer:
            _look_at(answer, limits)
            there = _continued(answer, start)
            total = _total(answer, there, limits)
            if not there:
                discard(part)  # before the note: a new mark beside old content would mix the two
            _note(part).write_text(json.dumps({"url": url, "mark": _mark(answer.headers)}), "utf-8")
            _receive(answer, part, (there, total), (limits, progress))


def allowed(url: str) -> None:
    """Whether an address is one we go to.

    Raises:
        Refused: it is neither https nor on this machine, or holds a password, or is none.
    """
    try:
        address = urlsplit(url)
    except ValueError:
        raise Refused("This address cannot be read; look at it, and at its brackets.") from None
    if address.username or address.password:
        raise Refused("An address with a name or a password in it is not used; leave them out.")
    if not address.hostname or not (
        address.scheme == "https" or (address.scheme == "http" and _is_here(address.hostname))
    ):
        raise Refused("Voices come over https only: an address begins with https://.")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a transfer begins: at a byte, for content with a mark the server gave it."""

    byte: int = 0
    mark: str = ""


def _beginning(url: str, part: Path, limits: Limits) -> _Start:
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        note = json.loads(_note(part).read_text("utf-8"))
        there = part.stat().st_size
    except (OSError, ValueError):
        return _Start()
    same = isinstance(note, dict) and note.get("url") == url
    if not same or not 0 < there <= limits.most or not (note.get("mark") or limits.resumable):
        return _Start()
    return _Start(there - 1, str(note.get("mark") or ""))


def _note(part: Path) -> Path:
    return part.with_name(f"{part.name}.note")


@contextmanager
def _opened(url: str, start: _Start) -> Iterator[http.client.HTTPResponse]:
    """The answer to a request, through as many redirects as are decent."""
    opener, asked = urllib.request.build_opener(_NoRedirects()), url
    headers = {"Accept-Encoding": "identity", "User-Agent": "guided-audio"}
    if start.byte:
        headers["Range"] = f"bytes={start.byte}-"
        if start.mark:
            headers["If-Range"] = start.mark
    for _ in range(MOST_REDIRECTS + 1):
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the address was looked at
        try:
            answer = opener.open(request, timeout=PATIENCE)
        except urllib.error.HTTPError as error:
            target = error.headers.get("Location") if error.code in _MOVED else None
            error.close()
            if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise _Changed from None
            if target is None:
                raise _unwilling(error.code, asked) from None
            url = _allowed_redirect(url, target)
        else:
            with answer:
                yield answer
            return
    raise Refused(f"The server sends us on more than {MOST_REDIRECTS} times; the address is not right.")


_MOVED = {301, 302, 303, 307, 308}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Every redirect is looked at by us first, and by nobody before: its address may be none."""

    def http_error_302(self, *_args: object, **_kwargs: object) -> None:
        """None: so a redirect comes back as an error."""

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _allowed_redirect(url: str, target: str) -> str:
    try:
        url = urljoin(url, target)
        allowed(url)
    except (Refused, ValueError):
        raise Refused(
            "The server sends us on to an address that is not https. That is not safe, and was not followed."
        ) from None
    return url


def _unwilling(code: int, asked: str) -> MissingTool:
    if code in {404, 410}:
        return MissingTool(
            f"{shown(asked)} is not there: the server has no such file. Look at the address, and whether "
            "both files of the voice lie there."
        )
    return MissingTool(f"The server does not give {shown(asked)} (it answers {code}); try again later.")


def _look_at(answer: http.client.HTTPResponse, limits: Limits) -> None:
    if (answer.headers.get("Content-Encoding") or "identity").lower() != "identity":
        raise Refused("The server sends the file packed, which was not asked for.")
    length = answer.headers.get("Content-Length") or "0"
    if length.isdecimal() and int(length) > limits.most:
        raise _too_large(limits)


def _continued(answer: http.client.HTTPResponse, start: _Start) -> int:
    """Where the answer begins: where we asked, or at the front where the server begins anew."""
    if answer.status != http.HTTPStatus.PARTIAL_CONTENT:
        return 0
    told = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range") or "")
    if not told or int(told[1]) != start.byte:
        raise _Changed
    return start.byte


def _total(answer: http.client.HTTPResponse, start: int, limits: Limits) -> int:
    length = answer.headers.get("Content-Length") or ""
    return start + int(length) if length.isdecimal() else limits.size


def _mark(headers: Message) -> str:
    """What the server calls this very content: a strong ETag, or the time it was changed."""
    tag = headers.get("ETag") or ""
    return tag if tag.startswith('"') else headers.get("Last-Modified") or ""


def _receive(
    answer: http.client.HTTPResponse,
    part: Path,
    span: tuple[int, int],
    rules: tuple[Limits, Progress],
) -> None:
    """Write what comes behind what is there; `span` is where that is, and where the end will be."""
    (there, total), (limits, progress) = span, rules
    _need_room(part.parent, total - there)
    with part.open("r+b" if there and part.exists() else "wb") as stream:
        stream.seek(there)
        stream.truncate()
        while block := answer.read(_BLOCK):
            there += len(block)
            if there > limits.most:
                raise _too_large(limits)
            stream.write(block)
            progress(there, total)
        stream.flush()
        os.fsync(stream.fileno())
    if there < total:
        raise _Broken


def _need_room(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if size > free:
        raise StoreFailure(
            f"There is no room for this voice: it needs {size / 1e6:.0f} MB, and {free / 1e6:.0f} MB are "
            f"free. {_ELSEWHERE}"
        )


def _too_large(limits: Limits) -> Refused:
    return Refused(
        f"The file is larger than the {limits.most / 1e6:,.0f} MB it may have; it is not what was asked for."
    )


_ELSEWHERE = "Make room there, or set GUIDED_AUDIO_VOICES to a folder on another disk."


class _Broken(Exception):
    """The server ended before the file did."""


class _Changed(Exception):
    """The file on the server is not the one whose beginning is here."""


@contextmanager
def _telling(part: Path) -> Iterator[None]:
    """Say what went wrong in our words; keep what can be continued, and nothing else."""
    try:
        yield
    except Refused:
        discard(part)
        raise
    except StoreFailure:
        raise
    except OSError as error:
        if error.errno in _FULL:
            discard(part)
        if error.errno in _FULL or isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise unwritable(error, part.parent) from error
        if isinstance(getattr(error, "reason", None), ssl.SSLCertVerificationError):
            raise Refused("The server cannot prove that it is who it says. Nothing was fetched.") from error
        raise _interrupted(part) from error
    except (http.client.HTTPException, _Broken) as error:
        raise _interrupted(part) from error
    except _Changed as error:
        discard(part)
        raise MissingTool(
            "The file on the server has changed meanwhile. Run the same command again."
        ) from error


def _interrupted(part: Path) -> MissingTool:
    there = part.stat().st_size if part.exists() else 0
    if not there:
        return MissingTool(
            "The server cannot be reached. Look at the network and the address, and try again."
        )
    return MissingTool(
        f"The transfer broke after {there / 1e6:.1f} MB. Run the same command again: it goes on from there."
    )


def unwritable(error: OSError, folder: Path) -> StoreFailure:
    """Why nothing can be written into a folder, and what to do."""
    if error.errno in _FULL:
        return StoreFailure(f"The disk is full: this voice does not fit. {_ELSEWHERE}")
    return StoreFailure(f"Nothing may be written into {folder}. {_ELSEWHERE}")


def discard(part: Path) -> None:
    """Forget what has arrived."""
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)
