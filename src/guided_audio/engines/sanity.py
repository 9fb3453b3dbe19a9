"""What no engine should be asked to say, and what no engine can have said.

Both are judged without an engine's help, so that every engine may use them.
"""

from __future__ import annotations

import math
import re
import unicodedata

import numpy as np

from guided_audio.errors import EngineFailure
from guided_audio.speech import Speech, Utterance

LONGEST_TEXT = 1_500
"""Characters in one utterance. Some engines slow down beyond this, and one crashes at 50,000."""

SILENCE = 1e-3
"""A peak below -60 dB of full scale is silence."""

_LETTERS = re.compile(r"[a-zA-Z]+")
_REPEATED = re.compile(r"(.)\1+")


def refuse_unspeakable(utterance: Utterance) -> None:
    """Stop what would crash an engine or be cut short by it, before it gets there.

    Raises:
        EngineFailure: with the reason.
    """
    text = utterance.text
    if not text.strip():
        raise EngineFailure("There is nothing to speak: the text is empty.")
    if len(text) > LONGEST_TEXT:
        raise EngineFailure(
            f"The text has {len(text):,} characters and one breath takes {LONGEST_TEXT:,}; split it in two."
        )
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise EngineFailure("The text holds half a character (a lone surrogate); type that character anew.")
    if any(unicodedata.category(character) == "Cc" and character not in "\t\n\r" for character in text):
        raise EngineFailure("The text holds a control character, which no voice can speak; delete it.")
    if not (math.isfinite(utterance.rate) and utterance.rate > 0):
        raise EngineFailure("The rate of speech must be a number of words a minute above 0.")


def implausible(speech: Speech, utterance: Utterance) -> str:
    """Why this sound cannot be these words, or nothing.

    The bounds are wide: they are for speech that was cut off, ran on or is empty, not for a rate
    that is somewhat off. A number may take ten words, and `Mmmmm` one; letters of another script
    than the voice's may be skipped, or named one by one.
    """
    seconds = len(speech.samples) / speech.rate
    if not np.isfinite(speech.samples).all():
        return "the sound is not made of numbers"
    if not len(speech.samples) or float(np.abs(speech.samples).max()) < SILENCE:
        return "nothing is to be heard"
    if seconds < _shortest(utterance):
        return "the sound is too short for the text"
    if seconds > _longest(utterance):
        return "the sound is too long for the text"
    return ""


def _shortest(utterance: Utterance) -> float:
    """Seconds: a quarter of what a voice takes for five letters a word."""
    letters = sum(len(_REPEATED.sub(r"\1", run)) for run in _LETTERS.findall(utterance.text))
    return 0.25 * letters / 5 * 60 / max(utterance.rate, 60.0) if letters >= 8 else 0.0


def _longest(utterance: Utterance) -> float:
    """Seconds: every character spelled out in a long word or two, and pauses at both ends."""
    characters = sum(not character.isspace() for character in utterance.text)
    return 5.0 + 3.0 * characters * 120.0 / min(utterance.rate, 120.0)
