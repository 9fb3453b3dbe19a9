"""Speaking a line through something that may fail, die or give nonsense: tried again, then a sentence."""

from __future__ import annotations

from collections.abc import Callable

from guided_audio.engines.host_pool import HostDied
from guided_audio.errors import EngineFailure
from guided_audio.speech import Speech, Utterance, Voice

ATTEMPTS = 3
"""How often one line is tried."""

DEATHS = 2
"""How many processes one line may cost: a new one is worth a try, and then it is the line."""


class Failed(Exception):
    """One attempt failed; its message is the reason in a few words, none of them of the line."""


def speak_surely(
    attempt: Callable[[Utterance, Voice], Speech], utterance: Utterance, voice: Voice, tries: int = ATTEMPTS
) -> Speech:
    """What the first attempt gives that can be this line.

    Raises:
        EngineFailure: none did; with the reason of the last.
    """
    from guided_audio.engines import sanity  # noqa: PLC0415 - it loads numpy, which a list of voices needs not

    reason, deaths = "", 0
    for _ in range(tries):
        try:
            speech = attempt(utterance, voice)
        except HostDied:
            reason, deaths = "the speech process died", deaths + 1
            if deaths == DEATHS:
                break
        except Failed as failed:
            reason = str(failed)
        else:
            reason = sanity.implausible(speech, utterance)
            if not reason:
                return speech
    raise EngineFailure(
        f"The voice {voice} could not speak a line of {len(utterance.text)} characters: {reason}. "
        "Shorten the line or say it in other words."
    )
