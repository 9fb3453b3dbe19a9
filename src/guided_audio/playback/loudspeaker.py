"""The sound device of this machine, by way of miniaudio, which needs nothing else installed."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from guided_audio.blocks import Stereo
from guided_audio.errors import MissingTool

if TYPE_CHECKING:
    import miniaudio

_PERIOD = 60  # milliseconds a device asks for at once: what it holds is three times that
_HELD = 4 * _PERIOD / 1000

Pull = Callable[[int], Stereo]
"""Gives as many frames as it is asked for."""


class Device(Protocol):
    """Asks for sound in a thread of its own; for `latency` seconds after the last answer it still plays."""

    @property
    def latency(self) -> float:
        """Seconds."""
        ...

    def start(self, pull: Pull) -> None:
        """Ask from now on."""
        ...

    def stop(self) -> None:
        """Ask no more; stopping twice, or before the start, is no fault."""
        ...


class Loudspeaker:
    """A sound device. Close it, or use it in a `with` statement."""

    latency = _HELD

    def __init__(self, device: miniaudio.PlaybackDevice) -> None:
        self._device = device
        self.backend: str = device.backend

    def __enter__(self) -> Loudspeaker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self, pull: Pull) -> None:
        """Ask from now on.

        Raises:
            MissingTool: the device does not start.
        """
        import miniaudio  # noqa: PLC0415 - it is loaded by now

        answers = _answers(pull)
        next(answers)
        try:
            with _hushed():
                self._device.start(answers)
        except miniaudio.MiniaudioError as error:
            raise MissingTool(_NONE) from error

    def stop(self) -> None:
        """Ask no more."""
        import miniaudio  # noqa: PLC0415 - it is loaded by now

        with suppress(miniaudio.MiniaudioError):  # it was pulled out
            self._device.stop()

    def close(self) -> None:
        """Give the device back."""
        self._device.close()


def open_loudspeaker(rate: int, backend: str = "") -> Loudspeaker:
    """A sound device that takes float32 stereo at `rate`: the first that opens, of what the system has.

    `backend` is a name of miniaudio's, like `alsa`, to open by that one only. `null` keeps time, plays
    nothing, and is never chosen unasked.

    Raises:
        MissingTool: miniaudio is not installed, or nothing opens.
    """
    try:
        import miniaudio  # noqa: PLC0415 - an extra: only those who play need it
    except ImportError as missing:
        raise MissingTool(_how_to_install()) from missing
    for kind in _backends(backend):
        try:
            with _hushed():
                device = miniaudio.PlaybackDevice(
                    miniaudio.SampleFormat.FLOAT32,
                    nchannels=2,
                    sample_rate=rate,
                    buffersize_msec=_PERIOD,
                    backends=[kind],
                    app_name="guided-audio",
                )
            return Loudspeaker(device)
        except miniaudio.MiniaudioError:
            continue
    raise MissingTool(_NONE)


_NONE = "No sound device can be opened here. `guided-audio build` makes a file to be played elsewhere."


def _how_to_install() -> str:
    command = shlex.join([sys.executable, "-m", "pip", "install", "miniaudio"])
    return f"Playing needs the package miniaudio, which is not installed. Install it: {command}"


def _backends(name: str) -> list[miniaudio.Backend]:
    """Those of this system in miniaudio's own order."""
    import miniaudio  # noqa: PLC0415 - it is loaded by now

    there = sorted(miniaudio.get_enabled_backends(), key=lambda each: each.value)
    if name:
        return [each for each in there if each.name == name.upper()]
    silent = (miniaudio.Backend.NULL, miniaudio.Backend.CUSTOM)
    return [each for each in there if each not in silent]


def _answers(pull: Pull) -> Generator[bytes, int, None]:
    """What miniaudio calls: a generator that is sent numbers of frames."""
    count = yield b""
    while True:
        count = yield pull(count).tobytes()


@contextmanager
def _hushed() -> Iterator[None]:
    """Nothing on standard error: ALSA and JACK complain there at length, each in its own name."""
    try:
        sys.stderr.flush()
        kept = os.dup(2)
    except (OSError, ValueError, AttributeError):  # there is none
        yield
        return
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
