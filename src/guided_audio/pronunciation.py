"""What `check` says of how scripts will be said: by which words of a lexicon, and by whom.

No note shows a word: it may be a client's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from guided_audio import engines
from guided_audio.engines.languages import foreign
from guided_audio.errors import GuidedAudioError, MissingTool, Problem, ProblemsFound
from guided_audio.folders import lexicon_in, scripts_in
from guided_audio.lexicon import Entry, sounds_in
from guided_audio.reader.lexicon_page import read_lexicons
from guided_audio.script import Breathe, Line, Script, shown_values, text_of, walk
from guided_audio.speech import Voice, takes_ipa


def lexicon_notes(scripts: Sequence[Script]) -> tuple[Problem, ...]:
    """Notes on the lexicons of these scripts, in the order of the files.

    Whether a word is said at all can be told only where every script beside a lexicon is among them. A
    practice's own lexicon is for scripts to come, and not asked for that.
    """
    texts = {script.path.resolve(): _text(script) for script in scripts}
    by_folder: dict[Path, list[Script]] = {}
    for script in scripts:
        by_folder.setdefault(script.path.resolve().parent, []).append(script)
    found = {note for script in scripts for note in _unheard_sounds(script, texts[script.path.resolve()])}
    for folder, inside in by_folder.items():
        if {file.resolve() for file in scripts_in(folder)} <= texts.keys():
            found |= set(_unused(folder, inside, [texts[script.path.resolve()] for script in inside]))
    return tuple(sorted(found))


def voice_notes(scripts: Sequence[Script]) -> tuple[Problem, ...]:
    """Notes on voices that scripts name and that speak another language, where their engine is here.

    A voice that is not here is told of when it is to speak.
    """
    return tuple(
        Problem(script.place_of(key), sentence)
        for script in scripts
        for key, text in _named_voices(script)
        for sentence in foreign(_found(text, script.language), script.language)
    )


def _named_voices(script: Script) -> Iterator[tuple[str, str]]:
    """Each voice a script names, behind the key that names it."""
    yield "voice", script.voice
    for name, text in script.voices.items():
        yield f"voices/{name}", text


def _found(text: str, language: str) -> Sequence[Voice]:
    """The voice that is meant, or none; an engine that is to choose chooses none that is foreign."""
    name, voice = engines.parse_voice(text)
    if not voice:
        return ()
    try:
        engine = engines.load(name)
        try:
            return (engines.find_voice(engine, language, voice),)
        finally:
            engine.close()
    except GuidedAudioError:
        return ()


def _unused(folder: Path, scripts: Sequence[Script], texts: Sequence[str]) -> Iterator[Problem]:
    """Entries for words that none of the scripts has. A name with a capital may come with a slot."""
    file = lexicon_in(folder)
    if file is None:
        return
    shown = Path(scripts[0].place_of("title").path).parent / file.name
    words, _ = read_lexicons([(file, str(shown))])
    for tag, entries in ((tag, entries) for page in words for tag, entries in page.items()):
        meant = [pair for pair in zip(scripts, texts, strict=True) if _is_for(tag, pair[0])]
        for entry in entries:
            if not any(_may_be_said(entry, script, text) for script, text in meant):
                message = "No script here has this word."
                yield Problem(
                    entry.place, message, "Look at its spelling, capitals and language, or take it out."
                )


def _unheard_sounds(script: Script, text: str) -> Iterator[Problem]:
    """Entries with nothing but sounds, and lines that tell some, for a voice that takes none."""
    silent = [name for name in _engines(script) if not _takes_ipa(name)]
    for line in walk(script.steps) if silent else ():
        if isinstance(line, Line) and any(sounds_in(said) for said in line.sounds_like.values()):
            message = f"The engine `{silent[0]}` takes no IPA: it says the word as it is written."
            yield Problem(line.place, message, "Write under `sounds-like` how the word would be spelt.")
    for entry in script.lexicon:
        if silent and entry.ipa and not entry.says and _may_be_said(entry, script, text):
            message = f"The engine `{silent[0]}` takes no IPA: it says this word as it is written."
            yield Problem(entry.place, message, "Add `says`: how the word would be spelt.")


def _may_be_said(entry: Entry, script: Script, text: str) -> bool:
    return entry.is_in(text) or (entry.exact and bool(script.slots))


def _is_for(tag: str, script: Script) -> bool:
    return f"{script.language.casefold()}-".startswith(f"{tag}-")


def _text(script: Script) -> str:
    """All that may be heard of it, whatever is chosen and left out, slots at their fallback."""
    shown = shown_values(script)
    said: list[str] = []
    for step in walk(script.steps):
        match step:
            case Line(pieces=pieces):
                said.append(text_of(pieces, shown))
            case Breathe(inhale_cue=inhale, exhale_cue=exhale):
                said += [inhale, exhale]
    return "\n".join(said)


def _engines(script: Script) -> list[str]:
    return [
        *dict.fromkeys(engines.parse_voice(voice)[0] for voice in (script.voice, *script.voices.values()))
    ]


@cache
def _takes_ipa(name: str) -> bool:
    """Whether an engine takes sounds; one that is not here is told of when it is to speak."""
    try:
        engine = engines.load(name)
    except (MissingTool, ProblemsFound):
        return True
    try:
        return takes_ipa(engine)
    finally:
        engine.close()
