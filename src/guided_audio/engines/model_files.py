"""Which files among the voices cannot be voices, told without loading any: for who looks what is wrong.

A model is a message of protocol buffers with a graph in it (onnx.proto, `ModelProto`). Its outermost
fields are walked through and what is in them is skipped, so the largest model costs a few reads.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from guided_audio.engines.piper import read_settings
from guided_audio.engines.voices_folder import kokoro_styles, models_in, settings_of
from guided_audio.errors import MissingTool

_GRAPH = 7
"""The number of the field that holds what a model does."""

_LARGE = frozenset({_GRAPH, 8, 14, 25})
"""Those that come with it or after it: where one of them ends too late, the file ends too early."""

_MOST_FIELDS = 10_000


def broken_models(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each model in the folder of voices that cannot speak, with the reason in a sentence."""
    for model in models_in(folder):
        reason = _flaw(model) or _alone(model)
        if reason:
            yield model, reason


def _alone(model: Path) -> str:
    """What is missing or wrong beside a model."""
    if settings_of(model).is_file():
        try:
            read_settings(model)
        except MissingTool as slip:
            return str(slip)
        return ""
    if model.name.startswith("kokoro"):
        return "" if kokoro_styles(model) else "The styles of its voices (voices-v1.0.bin) are not beside it."
    return f"Its settings ({settings_of(model).name}) are not beside it."


def _flaw(model: Path) -> str:
    """Why this is no whole model; nothing where it may be one."""
    try:
        with model.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            numbers = set(_fields(stream, size))
    except OSError:
        return "It cannot be read."
    except EOFError:
        return "It is cut short: a part of it did not arrive."
    except ValueError:
        return "It is not a model; it may be a page with a link to it."
    return "" if _GRAPH in numbers else "It is not a model: there is nothing in it that could speak."


def _fields(stream: BinaryIO, size: int) -> Iterator[int]:
    """The numbers of the outermost fields.

    Raises:
        EOFError: the last one is not whole.
        ValueError: these are no fields.
    """
    for _ in range(_MOST_FIELDS):
        if stream.tell() == size:
            return
        number, kind = divmod(_varint(stream), 8)
        if not 1 <= number <= 100:
            raise ValueError
        match kind:
            case 0:
                _varint(stream)
            case 1 | 5:
                stream.seek(8 if kind == 1 else 4, os.SEEK_CUR)
            case 2:
                length = _varint(stream)
                stream.seek(length, os.SEEK_CUR)
            case _:
                raise ValueError
        if stream.tell() > size:
            raise EOFError if number in _LARGE else ValueError
        yield number
    raise ValueError


def _varint(stream: BinaryIO) -> int:
    """A whole number in as many bytes as it needs, seven bits in each."""
    value = 0
    for place in range(10):
        byte = stream.read(1)
        if not byte:
            raise EOFError
        value |= (byte[0] & 0x7F) << (7 * place)
        if byte[0] < 0x80:
            return value
    raise ValueError
