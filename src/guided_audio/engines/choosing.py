"""Which voice is meant: by its name, or by the language of a script."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from guided_audio.errors import MissingTool
from guided_audio.speech import Engine, Voice


def find_voice(engine: Engine, language: str, name: str | None = None) -> Voice:
    """The voice of that name, or the engine's first for a language.

    Case does not matter, and a voice is also found by its whole description (`Daniel`). An engine
    may take `voice+variant` for a variation of a voice it lists; whether it has that one, it says itself.

    Raises:
        MissingTool: there is none; the sentence names those nearest to what was asked.
    """
    voices = engine.voices()
    if name is None:
        return _for_language(engine.name, voices, language)
    found = _named(voices, name)
    if found is None:
        base, plus, variant = name.partition("+")
        found = _named(voices, base) if plus else None
        if found is None:
            raise unknown_voice(Voice(engine.name, name), [voice.name for voice in voices])
        found = replace(found, name=f"{found.name}+{variant}")
        engine.fingerprint(found)  # the engine refuses a variant it has not
    return found


def _named(voices: Sequence[Voice], name: str) -> Voice | None:
    wanted = name.casefold()
    same = [voice for voice in voices if voice.name == name]
    same += [voice for voice in voices if voice.name.casefold() == wanted]
    same += [voice for voice in voices if voice.description.casefold() == wanted]
    return same[0] if same else None


def _for_language(engine: str, voices: Sequence[Voice], language: str) -> Voice:
    best = min(voices, key=lambda voice: _distance(voice.language, language), default=None)
    if best is None or _distance(best.language, language) == _UNRELATED:
        raise MissingTool(
            f"The engine {engine} has no voice for the language {language}; "
            "`guided-audio voices` lists those it has, and `--voice` chooses one."
        )
    return best


_UNRELATED = 4


def _distance(spoken: str, asked: str) -> int:
    """How far a voice's language is from the one asked for: the same, part of it, around it, a sister."""
    spoken, asked = (language.casefold().replace("_", "-") for language in (spoken, asked))
    if not spoken:
        return _UNRELATED
    if spoken == asked:
        return 0
    if spoken.startswith(asked + "-"):
        return 1
    if asked.startswith(spoken + "-"):
        return 2
    return 3 if spoken.split("-")[0] == asked.split("-")[0] else _UNRELATED


def language_tag(language: str) -> str:
    """A language as it is usually written: `en-gb` and `en_GB` are `en-GB`."""
    first, *rest = language.replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def unknown_voice(voice: Voice, known: Iterable[str]) -> MissingTool:
    """The sentence for a voice that is not there, with what may have been meant."""
    names, language = set(known), voice.name.replace("_", "-")
    speaking = _of_language(language, names)
    meant = _choice([*dict.fromkeys([*speaking, *_near(voice.name, names)])][:3])
    hints = [f"Did you mean {meant}?"] if meant else []
    if speaking or _LANGUAGE.fullmatch(language):
        hints.append(f"`guided-audio voices --language {language}` lists those of that language.")
    elif not meant:
        hints.append("`guided-audio voices` lists those it has.")
    return MissingTool(f"The engine {voice.engine} has no voice {voice.name!r}. {' '.join(hints)}")


_LANGUAGE = re.compile("[A-Za-z]{2}(-[A-Za-z0-9]{2,8})*")
"""What is a language even where no voice is named for it; three letters may as well be a first name."""


def _of_language(language: str, names: Iterable[str]) -> list[str]:
    """The names made of a language, like `gmw/en-GB` for `en`, the plainest first."""
    if not re.fullmatch("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", language):
        return []
    begins = re.compile(rf"{language}(?![a-z0-9])", re.IGNORECASE)
    found = (name for name in names if begins.match(name.rpartition("/")[2].replace("_", "-")))
    return sorted(found, key=lambda name: (len(name), name))


def nearest(wanted: str, known: Iterable[str]) -> str:
    """Up to three known names that resemble one, as `a, b or c`."""
    return _choice(_near(wanted, known))


def _near(wanted: str, known: Iterable[str]) -> list[str]:
    by_folded = {name.casefold(): name for name in sorted(known)}
    return [by_folded[match] for match in difflib.get_close_matches(wanted.casefold(), by_folded, 3)]


def _choice(names: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
