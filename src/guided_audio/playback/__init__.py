"""Playing: blocks of sound on the loudspeaker of this machine, as they are made.

loudspeaker    the device, by way of miniaudio
feed           what the device asks for: a look-ahead, filled by a thread, with soft edges
level          how loud, as it glides
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from guided_audio.errors import MissingTool
from guided_audio.playback.feed import FADE_IN, FADE_OUT, Feed, Stream
from guided_audio.playback.loudspeaker import Device, Loudspeaker, open_loudspeaker
from guided_audio.units import Frames

__all__ = [
    "FADE_IN",
    "FADE_OUT",
    "Device",
    "Feed",
    "Loudspeaker",
    "Played",
    "Stream",
    "open_loudspeaker",
    "play",
]

_GLANCE = 0.1  # seconds between two looks at how far it is
_PATIENCE = 5.0  # seconds in which a device that is there asks for more
_GOODBYE = 2.0  # seconds a device has for the fade, beyond the fade itself


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it. `late` frames of silence were heard, in `gaps`, because no sound was ready in time."""

    frames: Frames
    gaps: int
    late: Frames
    interrupted: bool


def play(stream: Stream, device: Device, watch: Callable[[int], None]) -> Played:
    """Play to the end, or until somebody interrupts: then it goes out softly first.

    `watch` hears ten times a second how many frames were handed to the device. The device stays open.

    Raises:
        MissingTool: the device has gone.
        Exception: whatever the making of the sound raised; what was ready by then goes out softly.
    """
    feed = Feed(stream, device.latency)
    filler = threading.Thread(target=feed.fill, name="look-ahead", daemon=True)
    filler.start()
    try:
        feed.wait_until_ready()
        interrupted = _sound(feed, device, watch)
    finally:
        feed.close()
        device.stop()
        filler.join(_PATIENCE)
    if feed.error and not interrupted:
        raise feed.error
    return Played(Frames(feed.position), feed.gaps, Frames(feed.late), interrupted)


def _sound(feed: Feed, device: Device, watch: Callable[[int], None]) -> bool:
    """Let the device ask until it has had all; gives whether it was interrupted."""
    if feed.empty:
        return False
    feed.asked_at = time.monotonic()
    device.start(feed.pull)
    try:
        while not feed.over.wait(_GLANCE):
            watch(feed.position)
            if time.monotonic() - feed.asked_at > _PATIENCE:
                raise MissingTool("The sound device has stopped taking sound. See that it is connected.")
    except KeyboardInterrupt:
        feed.stop()
        feed.over.wait(FADE_OUT + device.latency + _GOODBYE)
        return True
    watch(feed.position)
    return False
