"""Speaking a line through something that may fail, die or give nonsense: tried again, then a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from guided_audio.engines.host_pool import HostDied
from guided_audio.errors import EngineFailure
from guided_audio.speech import Speech, Utterance, Voice

ATTEMPTS = 3
"""How often one line is tried."""

DEATHS = 2
"""How many processes one line may cost: a new one is worth a try, and then it is the line."""


class Failed(Exception):
    """One attempt failed; its message is the reason in a few words, none of them of the line."""


class TookTooLong(Failed):
    """One attempt was ended because its time was over."""


class Unspoken(EngineFailure):
    """A line could not be spoken. `of_the_voice` says the same where the line cannot be the reason."""

    def __init__(self, voice: Voice, characters: int, reason: str, remedy: str) -> None:
        super().__init__(
            f"The voice {voice} could not speak a line of {characters} characters: {reason}. "
            "Shorten the line or say it in other words."
        )
        self.reason = reason
        self.of_the_voice = f"The voice {voice} cannot speak: {reason}. {remedy}"


CHOOSE_ANOTHER = "Choose another voice; `guided-audio voices` lists those that are here."


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a line is tried, whether also after its time was over, and what to do about a mute voice."""

    tries: int = ATTEMPTS
    waits_again: bool = True
    remedy: str = CHOOSE_ANOTHER


def speak_surely(
    attempt: Callable[[Utterance, Voice], Speech],
    utterance: Utterance,
    voice: Voice,
    patience: Patience = Patience(),
) -> Speech:
    """What the first attempt gives that can be this line.

    Raises:
        Unspoken: none did; with the reason of the last.
    """
    from guided_audio.engines import sanity  # noqa: PLC0415 - it loads numpy, which a list of voices needs not

    reason, deaths = "", 0
    for _ in range(patience.tries):
        try:
            speech = attempt(utterance, voice)
        except HostDied:
            reason, deaths = "the speech process died", deaths + 1
            if deaths == DEATHS:
                break
        except Failed as failed:
            reason = str(failed)
            if isinstance(failed, TookTooLong) and not patience.waits_again:
                break
        else:
            reason = sanity.implausible(speech, utterance)
            if not reason:
                return speech
    raise Unspoken(voice, len(utterance.text), reason, patience.remedy)
