"""What languages are called, and whether a voice and a script are of the same one.

Regions are accents, and an accent is a choice: only another language is worth a word.
"""

from __future__ import annotations

from collections.abc import Iterable

from guided_audio.engines.choosing import language_tag
from guided_audio.speech import Voice

_NAMES = """
af Afrikaans, am Amharic, ar Arabic, az Azerbaijani, be Belarusian, bg Bulgarian, bn Bengali, bs Bosnian,
ca Catalan, cs Czech, cy Welsh, da Danish, de German, el Greek, en English, eo Esperanto, es Spanish,
et Estonian, eu Basque, fa Persian, fi Finnish, fr French, ga Irish, gd Scottish Gaelic, gl Galician,
gu Gujarati, he Hebrew, hi Hindi, hr Croatian, hu Hungarian, hy Armenian, id Indonesian, is Icelandic,
it Italian, ja Japanese, ka Georgian, kk Kazakh, kn Kannada, ko Korean, la Latin, lb Luxembourgish,
lt Lithuanian, lv Latvian, mk Macedonian, ml Malayalam, mr Marathi, ms Malay, mt Maltese, ne Nepali,
nl Dutch, no Norwegian, pa Punjabi, pl Polish, pt Portuguese, ro Romanian, ru Russian, sk Slovak,
sl Slovenian, sq Albanian, sr Serbian, sv Swedish, sw Swahili, ta Tamil, te Telugu, th Thai, tr Turkish,
uk Ukrainian, ur Urdu, vi Vietnamese, zh Chinese
"""
_CALLED = {tag: name for tag, _, name in (pair.strip().partition(" ") for pair in _NAMES.split(","))}

_SAME = {"cmn": "zh", "nb": "no", "nn": "no"}
"""Tags of one language that engines and people write in several ways."""


def _primary(tag: str) -> str:
    first = tag.casefold().replace("_", "-").partition("-")[0]
    return _SAME.get(first, first)


def called(tag: str) -> str:
    """A language as a sentence names it: `German (de)`, and `xyz` where its name is not known here."""
    name = _CALLED.get(_primary(tag), "")
    return f"{name} ({language_tag(tag)})" if name else language_tag(tag)


def foreign(voices: Iterable[Voice], language: str) -> tuple[str, ...]:
    """A sentence for each voice that speaks another language than a script is in.

    A voice that does not say what it speaks is taken at its word.
    """
    return tuple(
        dict.fromkeys(
            f"The voice {voice} speaks {called(voice.language)}, and this script is in {called(language)}."
            for voice in voices
            if voice.language and _primary(voice.language) != _primary(language)
        )
    )
