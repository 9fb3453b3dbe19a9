"""Takes: a person's own recordings in place of lines, and the pacing kept for her.

lines, order, names   which lines there are, which is which after a change, whose a file is
contents, index       what lies in a folder, and what it remembers
survey, trust         how it stands with every line, and what that rests on
renamed               where the takes of a script are that has another name now
edges, hum, room      where speech begins and ends; the hum of the mains; the noise of the room
sides                 one channel of two
cleaning, hearing     from a raw take to speech in the store
trying                of several tries the one that is heard
reciter, comparing    the system's voice, by which the words in a take are compared with its line's
recorded, withheld    what a build uses of it, and what holds a take back
sheet, possible       what she reads from, and whether that can be built
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
)

__all__ = ["NOTHING_RECORDED", "VOICE", "Means", "Missing", "Recorded", "TakesWish", "recorded"]
