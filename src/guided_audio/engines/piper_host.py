"""The program that speaks with Piper: the child of `PiperEngine`, which may hang or crash without harm.

It stays warm, and loads a voice anew for each line. How it is asked and answers is in
`host_channel.py`; the sound of an answer is 32-bit float samples.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from guided_audio.engines.host_channel import Json, serve, short_path
from guided_audio.engines.phonemes import Sounds, phonemes
from guided_audio.engines.seeded import keep_quiet, seeded_session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from piper import PiperVoice

PAUSE = 0.25
"""Seconds of silence between two sentences of one text, at the voice's own pace."""


def load_piper() -> str:
    """Import Piper; what is missing as a sentence, or nothing."""
    try:
        keep_quiet()
        import piper.voice  # noqa: F401, PLC0415 - its absence is an answer
    except Exception as error:  # a package that is half there raises anything
        return (
            f"Piper cannot be loaded ({type(error).__name__}); run `pip install --force-reinstall "
            "'guided-audio[piper]'`."
        )
    return ""


@functools.lru_cache(maxsize=1)
def _data_folder() -> Path:
    from piper.phonemize_espeak import ESPEAK_DATA_DIR  # noqa: PLC0415 - only where Piper is

    return short_path(ESPEAK_DATA_DIR)


def _voice(request: Mapping[str, object]) -> PiperVoice:
    from piper import PiperVoice  # noqa: PLC0415 - imported when this host started
    from piper.config import PiperConfig  # noqa: PLC0415

    file = str(request["model"])
    config = PiperConfig.from_dict(json.loads(Path(f"{file}.json").read_text("utf-8")))
    return PiperVoice(seeded_session(Path(file)), config, _data_folder())


def say(request: Mapping[str, object]) -> tuple[Json, bytes]:
    """Speak one line."""
    import numpy as np  # noqa: PLC0415 - loaded with Piper

    try:
        voice = _voice(request)
    except Exception as error:  # libraries raise whatever they like
        return {"reason": f"its model cannot be loaded ({type(error).__name__})"}, b""
    try:
        voice.phonemize("a")
    except RuntimeError:
        return {"reason": "its settings name a language that Piper does not read"}, b""
    parts = list(_sentences(voice, request))
    if not parts:
        return {"reason": "the voice finds nothing to say in it"}, b""
    sound = np.concatenate(parts)
    peak = float(np.abs(sound).max(initial=0.0))
    if peak > 1.0:
        sound = sound / np.float32(peak)
    return {"rate": voice.config.sample_rate}, sound.astype("<f4").tobytes()


def _phonemes(voice: PiperVoice, request: Mapping[str, object]) -> list[list[str]]:
    """Those of each sentence. A voice that was trained on letters knows no sounds, and gets letters alone.

    Piper takes what stands in double brackets for phonemes: a text with such brackets is only a text here.
    """
    from piper.config import PhonemeType  # noqa: PLC0415 - imported when this host started

    text = re.sub(r"(?<=\[)(?=\[)", " ", str(request["text"]))
    sounds = cast("Sounds", request.get("sounds", ()))
    if not sounds or voice.config.phoneme_type != PhonemeType.ESPEAK:
        return voice.phonemize(text)

    def read(words: str) -> str:
        return " ".join("".join(sentence) for sentence in voice.phonemize(words.replace("[", " ")))

    return [list(unicodedata.normalize("NFD", phonemes(str(request["text"]), sounds, read)))]


def _sentences(voice: PiperVoice, request: Mapping[str, object]) -> Iterator[NDArray[np.float32]]:
    import numpy as np  # noqa: PLC0415 - loaded with Piper
    from piper.config import SynthesisConfig  # noqa: PLC0415

    speaker, slower = request["speaker"], float(str(request["slower"]))
    settings = SynthesisConfig(
        speaker_id=None if speaker is None else int(str(speaker)),
        length_scale=voice.config.length_scale * slower,
    )
    gap = np.zeros(round(PAUSE * slower * voice.config.sample_rate), dtype=np.float32)
    first = True
    for sentence in filter(None, _phonemes(voice, request)):
        sound = voice.phoneme_ids_to_audio(voice.phonemes_to_ids(sentence), settings)
        if not first:
            yield gap
        first = False
        yield np.atleast_1d(np.asarray(sound[0] if isinstance(sound, tuple) else sound, dtype=np.float32))


def answer(request: Mapping[str, object]) -> tuple[Json, bytes]:
    """What one request asks for; what fails is told by its kind alone, for its message may hold the words."""
    try:
        return say(request)
    except Exception as error:  # libraries raise whatever they like
        return {"reason": f"the voice failed with {type(error).__name__}"}, b""


def main() -> None:
    """Answer requests until stdin ends."""
    serve(load_piper, answer, once=False)


if __name__ == "__main__":
    main()
