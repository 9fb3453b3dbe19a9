"""What a sound device is handed: every frame once, soft edges, no step, and never much ahead of time."""

from __future__ import annotations

import itertools
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from conftest import RATE, WhiteNoise
from guided_audio import playback
from guided_audio.blocks import Stereo
from guided_audio.errors import MissingTool
from guided_audio.playback import FADE_IN, FADE_OUT, Feed, Played, Stream, open_loudspeaker, play
from guided_audio.playback.feed import LOOK_AHEAD
from guided_audio.playback.level import Level
from guided_audio.units import Frames, to_frames

IN, OUT = to_frames(FADE_IN), to_frames(FADE_OUT)
STEP = 4096


@pytest.fixture(scope="module")
def _miniaudio() -> None:
    """Without the extra there is nothing to play with; where tests must not be skipped, that fails."""
    try:
        import miniaudio  # noqa: F401, PLC0415
    except ImportError:
        reason = "miniaudio is not installed"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)


class Sink:
    """A device that takes sound as fast as it comes, or a little slower, and keeps it."""

    latency = 0.1

    def __init__(self, counts: tuple[int, ...] = (441, 2646, 64), rest: float = 0.0) -> None:
        self._counts, self._rest, self._stopped = counts, rest, threading.Event()
        self._thread: threading.Thread | None = None
        self.taken: list[Stereo] = []

    @property
    def sound(self) -> Stereo:
        """All that it was handed."""
        return np.concatenate(self.taken)

    def start(self, pull: Callable[[int], Stereo]) -> None:
        """Ask from now on, for this many and that many frames."""

        def ask() -> None:
            for count in itertools.cycle(self._counts):
                if self._stopped.wait(self._rest):
                    return
                self.taken.append(pull(count).copy())
                time.sleep(0)

        self._thread = threading.Thread(target=ask, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._stopped.set()
        if self._thread:
            self._thread.join(5.0)


def unwatched(_frames: int) -> None:
    """Nobody looks."""


def noise(frames: int, step: int = STEP) -> Iterator[Stereo]:
    """White noise in blocks."""
    for at in range(0, frames, step):
        yield WhiteNoise().read(at, min(step, frames - at))


def steady(frames: int, level: float = 0.5) -> Iterator[Stereo]:
    """A level that does not move, so that every step in it is heard."""
    for at in range(0, frames, STEP):
        yield np.full((min(STEP, frames - at), 2), level, dtype=np.float32)


def steepest(seconds: float, level: float = 0.5) -> float:
    """The largest step between two frames of a level that goes out over so many seconds."""
    return level * np.pi / 2 / to_frames(seconds) * 1.05


def played(
    stream: Stream, counts: tuple[int, ...] = (441, 2646, 64), rest: float = 0.0
) -> tuple[Stereo, Played]:
    """What a device was handed of a stream, and what was said of it."""
    sink = Sink(counts, rest)
    came = play(stream, sink, unwatched)
    return sink.sound, came


# Edges


def test_all_frames_are_handed_on_as_they_are_but_the_first_twenty_milliseconds() -> None:
    """Sample for sample; the beginning rises from nothing, and what ends by itself is left to."""
    frames = 3 * RATE + 17
    sound, came = played(Stream(noise(frames), RATE), rest=0.004)
    whole = WhiteNoise().read(0, frames)
    assert came == Played(Frames(frames), 0, Frames(0), interrupted=False)
    assert np.array_equal(sound[IN:frames], whole[IN:])
    assert np.all(np.abs(sound[:IN]) <= np.abs(whole[:IN]))
    assert np.abs(sound[: IN // 10]).max() < 0.03 * np.abs(whole).max()
    assert not sound[frames:].any()


def test_a_stream_that_is_cut_goes_out_in_time() -> None:
    """The last 300 ms before the cut fall to nothing, and not a frame before them is touched."""
    frames = 2 * RATE
    sound, _ = played(Stream(steady(frames), RATE, Frames(frames)), rest=0.004)
    falling = sound[frames - OUT : frames, 0]
    assert np.all(sound[IN : frames - OUT] == 0.5)
    assert np.all(np.diff(falling) <= 0)
    assert falling[-1] == 0.0
    assert np.abs(np.diff(sound[IN:, 0])).max() < steepest(FADE_OUT)


@pytest.mark.parametrize("seconds", [0.001, 0.01, 0.1, 0.31])
def test_a_cut_sooner_than_the_fade_is_soft_as_well(seconds: float) -> None:
    """It comes in and goes out within what there is."""
    frames = to_frames(seconds)
    sound, came = played(Stream(steady(frames), RATE, frames))
    assert came.frames == frames
    assert sound[frames - 1, 0] == 0.0
    assert np.abs(np.diff(sound[:, 0])).max() < steepest(min(seconds, FADE_IN))


def test_an_interruption_goes_out_softly() -> None:
    """Within 300 ms, without a step, and nothing comes after it."""
    sink = Sink((441,), rest=0.002)

    def interrupt(frames: int) -> None:
        if frames > RATE // 2:
            raise KeyboardInterrupt

    came = play(Stream(steady(60 * RATE), RATE), sink, interrupt)
    sound = sink.sound[:, 0]
    last = int(np.flatnonzero(sound)[-1])
    full = int(np.flatnonzero(sound == 0.5)[-1])
    assert came.interrupted
    assert RATE // 2 < came.frames < 30 * RATE
    assert OUT - 50 <= last - full <= OUT
    assert np.abs(np.diff(sound[IN:])).max() < steepest(FADE_OUT)
    assert came.gaps == 0


def test_a_level_is_exact_where_it_settles() -> None:
    """Cut up in any way, a glide is the same, and ends at its goal to the bit, also from half way."""
    whole, parts = Level(), Level()
    whole.glide(1.0, 1000)
    parts.glide(1.0, 1000)
    once = whole.curve(1500)
    pieces = np.concatenate([parts.curve(count) for count in (1, 332, 667, 500)])
    assert np.array_equal(once, pieces)
    assert np.all(once[999:] == 1.0)
    half = Level()
    half.glide(1.0, 1000)
    half.curve(500)
    half.glide(0.0, 100)
    down = half.curve(200)
    assert 0.45 < down[0] < 0.5
    assert np.all(down[99:] == 0.0)
    assert half.silent


# Looking ahead


def test_a_slow_render_leaves_gaps_and_no_crackling() -> None:
    """Where nothing is made for a while it goes out and comes back over 20 ms, and no frame is lost."""
    sink = Sink((441,), rest=0.001)

    def stalling() -> Iterator[Stereo]:
        yield from steady(RATE)
        while not (sink.taken and not sink.taken[-1].any()):  # until the device has heard a gap
            time.sleep(0.001)
        yield from steady(RATE)

    came = play(Stream(stalling(), RATE), sink, unwatched)
    sound = sink.sound[:, 0]
    heard = np.flatnonzero(sound)
    silent = len(sound[heard[0] : heard[-1]]) - len(heard)
    assert came.frames == 2 * RATE
    assert came.gaps == 1
    assert came.late >= 441
    assert abs(silent - came.late) < 441
    assert np.abs(np.diff(sound[: heard[-1]])).max() < steepest(FADE_IN)


def test_no_more_is_made_than_is_soon_heard() -> None:
    """However long it plays, the look-ahead and a block are all that is in memory."""
    made = 0
    most = 0

    def counted() -> Iterator[Stereo]:
        nonlocal made
        for block in noise(30 * RATE):
            made += len(block)
            yield block

    feed = Feed(Stream(counted(), RATE))
    filler = threading.Thread(target=feed.fill)
    filler.start()
    feed.wait_until_ready()
    while not feed.over.is_set():
        feed.pull(441)
        most = max(most, made - feed.position)
    filler.join()
    assert feed.position == 30 * RATE
    assert to_frames(LOOK_AHEAD) / 2 < most <= to_frames(LOOK_AHEAD) + 2 * STEP


def test_a_device_that_asks_for_much_at_once_gets_it() -> None:
    """More than the look-ahead at a time, from the second time on without a gap."""
    sound, came = played(Stream(noise(20 * RATE), RATE), counts=(RATE,), rest=0.05)
    heard = sound[np.abs(sound).max(axis=1) > 0]
    assert came.gaps <= 2
    assert came.frames == 20 * RATE
    assert len(heard) >= 20 * RATE - 100


def test_a_stream_is_closed_by_the_thread_that_made_it() -> None:
    """A decoder's child ends with the playing, also when it is stopped early."""
    closed = []

    def endless() -> Iterator[Stereo]:
        try:
            yield from steady(10_000 * RATE)
        finally:
            closed.append(threading.current_thread().name)

    def interrupt(_frames: int) -> None:
        raise KeyboardInterrupt

    assert play(Stream(endless(), RATE), Sink(rest=0.001), interrupt).interrupted
    assert closed == ["look-ahead"]


# What goes wrong


def test_what_breaks_in_the_middle_goes_out_softly_and_is_told() -> None:
    """The sound that was ready goes out; then whoever plays it hears of the fault."""

    def breaking() -> Iterator[Stereo]:
        yield from steady(2 * RATE)
        raise ValueError("broken")

    sink = Sink((441,), rest=0.002)
    with pytest.raises(ValueError, match="broken"):
        play(Stream(breaking(), RATE), sink, unwatched)
    sound = sink.sound[:, 0]
    assert np.any(sound == 0.5)
    assert sound[-1] == 0.0
    assert np.abs(np.diff(sound[IN:])).max() < steepest(FADE_OUT)


def test_what_breaks_at_once_is_never_started() -> None:
    """No device is asked to play nothing."""

    def broken() -> Iterator[Stereo]:
        raise ValueError("broken")
        yield  # pragma: no cover - only what has a yield is a generator

    sink = Sink()
    with pytest.raises(ValueError, match="broken"):
        play(Stream(broken(), RATE), sink, unwatched)
    assert sink.taken == []


def test_a_device_that_was_pulled_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that asks no more is not waited for without end."""
    monkeypatch.setattr(playback, "_PATIENCE", 0.2)
    gone = Sink(rest=60.0)
    with pytest.raises(MissingTool, match="connected"):
        play(Stream(noise(10 * RATE), RATE), gone, unwatched)


# miniaudio


@pytest.mark.usefixtures("_miniaudio")
def test_the_real_library_plays_in_its_own_time() -> None:
    """Its null device takes a second for a second, and every frame is handed to it."""
    seen: list[int] = []
    with open_loudspeaker(RATE, "null") as loudspeaker:
        assert loudspeaker.backend == "Null"
        start = time.monotonic()
        came = play(Stream(noise(RATE), RATE), loudspeaker, seen.append)
        took = time.monotonic() - start
    assert came == Played(Frames(RATE), 0, Frames(0), interrupted=False)
    assert 0.7 < took < 10.0
    assert seen == sorted(seen)
    assert seen[-1] == RATE


@pytest.mark.usefixtures("_miniaudio")
def test_the_null_device_is_never_taken_for_a_loudspeaker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is nothing else, nothing opens: who hears nothing is told so."""
    import miniaudio  # noqa: PLC0415

    monkeypatch.setattr(miniaudio, "get_enabled_backends", lambda: {miniaudio.Backend.NULL})
    with pytest.raises(MissingTool, match="No sound device"):
        open_loudspeaker(RATE)


@pytest.mark.usefixtures("_miniaudio")
def test_a_device_that_does_not_open_complains_to_nobody(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """What the system's libraries write to standard error is kept from a person; ours comes through again."""
    import miniaudio  # noqa: PLC0415

    tried = []

    def noisy(*_arguments: object, **more: object) -> None:
        tried.append(more["backends"])
        os.write(2, b"ALSA lib confmisc.c: cannot find card\n")
        raise miniaudio.MiniaudioError("failed to init device", -401)

    monkeypatch.setattr(miniaudio, "PlaybackDevice", noisy)
    with pytest.raises(MissingTool, match="No sound device"):
        open_loudspeaker(RATE)
    os.write(2, b"still here\n")
    assert tried
    assert capfd.readouterr().err == "still here\n"


def test_without_the_package_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It can be copied as it stands."""
    monkeypatch.setitem(sys.modules, "miniaudio", None)
    with pytest.raises(MissingTool) as missing:
        open_loudspeaker(RATE)
    assert str(missing.value).endswith(f"{sys.executable} -m pip install miniaudio")
