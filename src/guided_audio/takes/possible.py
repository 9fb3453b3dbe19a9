"""Whether an edition can be built at a length, before anybody spends an afternoon on recording it.

Nothing is spoken for that: how long lines last is guessed from their words.
"""

from __future__ import annotations

from guided_audio.errors import ProblemsFound
from guided_audio.fit import fit
from guided_audio.lint.estimate import spoken_seconds
from guided_audio.pacing import score
from guided_audio.script import Script, shown_values
from guided_audio.timeline import Take
from guided_audio.units import Seconds, to_frames

QUICK, SLOW = 0.6, 1.5
"""How long somebody may take for words, beside a voice: what is possible for either is left to the build."""


def require_possible(edition: Script, length: Seconds) -> None:
    """Stop where no reader could bring an edition to a length.

    Raises:
        ProblemsFound: as a build does; the shortest and the longest it can last are those of a voice.
    """
    try:
        _fit(edition, length, 1.0)
    except ProblemsFound:
        if not any(_fits(edition, length, tempo) for tempo in (QUICK, SLOW)):
            raise


def _fits(edition: Script, length: Seconds, tempo: float) -> bool:
    try:
        _fit(edition, length, tempo)
    except ProblemsFound:
        return False
    return True


def _fit(edition: Script, length: Seconds, tempo: float) -> None:
    """Fit it, with words that last so many times as long as those of a voice."""
    events = score(edition, shown_values(edition))
    seconds = {saying: tempo * spoken_seconds(saying.text, edition.pace) for saying in events.sayings}
    takes = {saying: Take("", to_frames(Seconds(lasts)), 0.0, "") for saying, lasts in seconds.items()}
    fit(edition, events, takes, length)
