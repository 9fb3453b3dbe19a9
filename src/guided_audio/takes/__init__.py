"""Takes: a person's own recordings in place of lines, and the pacing kept for her.

lines, order, names   which lines there are, which is which after a change, whose a file is
index, survey         what a folder remembers, and how it stands with every line
edges, hum, room      where speech begins and ends; the hum of the mains; the noise of the room
cleaning, hearing     from a raw take to speech in the store
reciter, comparing    the system's voice, by which the words in a take are compared with its line's
recorded              what a build uses of it
sheet                 what she reads from
attaching             takes that a program cut out of one long reading
"""

from guided_audio.takes.hearing import VOICE
from guided_audio.takes.recorded import (
    NOTHING_RECORDED,
    Means,
    Missing,
    Recorded,
    TakesWish,
    recorded,
    share,
)

__all__ = ["NOTHING_RECORDED", "VOICE", "Means", "Missing", "Recorded", "TakesWish", "recorded", "share"]
