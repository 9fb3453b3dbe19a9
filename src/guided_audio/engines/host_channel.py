"""What a host and the program that started it say to each other, and how: frames over two pipes.

A host is a child that speaks and may hang or die at it. Requests come in on its stdin and answers go
out on its stdout, each a frame: four bytes of length, then as many bytes. A request is a JSON object;
an answer is a JSON object and a second frame with a sound, which is empty where there is none. The
words of a script are only ever here: in memory, never in an argument, a file or a message.
"""

from __future__ import annotations

import functools
import json
import os
import struct
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

Json = dict[str, object]

FORKS = sys.platform == "linux"
"""Whether a process can copy itself. On macOS that breaks the system's frameworks; Windows has none."""

_LENGTH = struct.Struct(">I")


def write_frame(stream: IO[bytes], payload: bytes) -> None:
    """Send one frame; the other side has it when this returns."""
    stream.write(_LENGTH.pack(len(payload)) + payload)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes:
    """Receive one frame.

    Raises:
        EOFError: the other side has ended.
    """
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        raise EOFError
    (size,) = _LENGTH.unpack(header)
    payload = stream.read(size)
    if len(payload) < size:
        raise EOFError
    return payload


def serve(
    load: Callable[[], str], answer: Callable[[Mapping[str, object]], tuple[Json, bytes]], *, once: bool
) -> None:
    """Be a host: answer requests until stdin ends, or `once`. `load` says what is missing, or nothing."""
    requests, answers = _take_channel()
    _forbid_core_dumps()
    missing = load()
    write_frame(answers, json.dumps({"missing": missing}).encode())
    while not missing:
        try:
            request = json.loads(read_frame(requests))
        except EOFError:
            return
        said, sound = answer(request)
        write_frame(answers, json.dumps(said).encode())
        write_frame(answers, sound)
        if once:
            return


def short_path(folder: Path) -> Path:
    """A folder under a short name: espeak-ng keeps the path of its data in 160 bytes.

    It is an open folder under /proc, for the life of this process and its copies; elsewhere the folder.
    """
    if not Path("/proc/self/fd").is_dir():
        return folder
    return Path(f"/proc/self/fd/{os.open(folder, os.O_RDONLY | getattr(os, 'O_DIRECTORY', 0))}")


def _take_channel() -> tuple[IO[bytes], IO[bytes]]:
    """Keep stdin and stdout for frames; whatever else reads or prints gets nothing."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    if FORKS:  # a copy that kept them would hide from the other side that this host has died
        for stream in (requests, answers):
            os.register_at_fork(after_in_child=functools.partial(os.close, stream.fileno()))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)
    return requests, answers


def _forbid_core_dumps() -> None:
    """A crash in a speech library must not leave the words on the disk."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
