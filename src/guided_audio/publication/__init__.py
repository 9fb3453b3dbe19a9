"""Publishing: what a place asks of the files it takes, and whether a finished one is so.

limits         what a place asks for, as data, each with its source; and what was measured
places         the places: `podcast`, `acx`, `insight-timer`
judging        each limit against what was measured, with what to do

What a place says is theirs to change: every source has the date of looking, and `docs/publishing.md`
has them all.
"""

from guided_audio.publication.judging import (
    Standing,
    Verdict,
    judge,
    least_share,
    level_of_whole,
)
from guided_audio.publication.limits import Ask, Figure, Limit, Measured, Publication
from guided_audio.publication.places import ACX, INSIGHT_TIMER, PODCAST, PUBLICATIONS, named

__all__ = [
    "ACX",
    "INSIGHT_TIMER",
    "PODCAST",
    "PUBLICATIONS",
    "Ask",
    "Figure",
    "Limit",
    "Measured",
    "Publication",
    "Standing",
    "Verdict",
    "judge",
    "least_share",
    "level_of_whole",
    "named",
]
