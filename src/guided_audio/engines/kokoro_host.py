"""The program that speaks with Kokoro: the child of `KokoroEngine`, which may hang or crash without harm.

It stays warm, and loads the model anew for each line. How it is asked and answers is in
`host_channel.py`; the sound of an answer is 32-bit float samples.
"""

from __future__ import annotations

import functools
import importlib.util
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from guided_audio.engines.host_channel import Json, serve, short_path
from guided_audio.engines.phonemes import Sounds, phonemes
from guided_audio.engines.seeded import keep_quiet, seeded_session

if TYPE_CHECKING:
    from kokoro_onnx import Kokoro
    from kokoro_onnx.config import EspeakConfig


def load_kokoro() -> str:
    """Import Kokoro; what is missing as a sentence, or nothing."""
    try:
        keep_quiet()
        import kokoro_onnx  # noqa: F401, PLC0415 - its absence is an answer
    except Exception as error:  # a package that is half there raises anything
        return (
            f"Kokoro cannot be loaded ({type(error).__name__}); run `pip install --force-reinstall "
            "'guided-audio[kokoro]'`."
        )
    return ""


@functools.lru_cache(maxsize=1)
def _espeak() -> EspeakConfig:
    from kokoro_onnx.config import EspeakConfig  # noqa: PLC0415 - imported when this host started

    found = importlib.util.find_spec("espeakng_loader")
    if found is None or found.origin is None:
        return EspeakConfig()
    return EspeakConfig(data_path=str(short_path(Path(found.origin).parent / "espeak-ng-data")))


@functools.lru_cache(maxsize=1)
def _kokoro(file: str, styles: str, _digest: str) -> Kokoro:
    from kokoro_onnx import Kokoro  # noqa: PLC0415 - imported when this host started

    session = seeded_session(Path(file))
    session._model_path = file  # `from_session` wants a file, and this session is from memory
    kokoro: Kokoro = Kokoro.from_session(session, styles, _espeak())
    return kokoro


@contextmanager
def _fleeting_files() -> Iterator[None]:
    """Let phonemizer put its copies of espeak-ng where they go at once: a host may be killed."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="guided-audio-", ignore_cleanup_errors=True) as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = before


def say(request: Mapping[str, object]) -> tuple[Json, bytes]:
    """Speak one line, with the silence the model leaves around it."""
    model = str(request["model"])
    try:
        kokoro = _kokoro(model, str(request["styles"]), str(request["digest"]))
        kokoro.sess = seeded_session(Path(model))
    except Exception as error:  # libraries raise whatever they like
        return {"reason": f"its model cannot be loaded ({type(error).__name__})"}, b""
    text, sounds, language = (
        str(request["text"]),
        cast("Sounds", request.get("sounds", ())),
        str(request["language"]),
    )
    with _fleeting_files():
        if sounds:
            text = phonemes(text, sounds, lambda words: kokoro.tokenizer.phonemize(words, language))
        sound, rate = kokoro.create(
            text,
            str(request["voice"]),
            speed=float(str(request["speed"])),
            lang=language,
            is_phonemes=bool(sounds),
            trim=False,
            sentence_pause=0.0,
            clause_pause=0.0,
        )
    return {"rate": rate}, sound.clip(-1.0, 1.0).astype("<f4").tobytes()


def answer(request: Mapping[str, object]) -> tuple[Json, bytes]:
    """What one request asks for; what fails is told by its kind alone, for its message may hold the words."""
    try:
        return say(request)
    except Exception as error:  # libraries raise whatever they like
        return {"reason": f"the voice failed with {type(error).__name__}"}, b""


def main() -> None:
    """Answer requests until stdin ends."""
    serve(load_kokoro, answer, once=False)


if __name__ == "__main__":
    main()
