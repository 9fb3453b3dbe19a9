"""What `check` says of a lexicon that is right: words that nobody says, and sounds a voice cannot be told.

No note shows a word: it may be a client's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from guided_audio import engines
from guided_audio.errors import MissingTool, Problem, ProblemsFound
from guided_audio.folders import lexicon_in, scripts_in
from guided_audio.lexicon import Entry
from guided_audio.reader.lexicon_page import read_lexicons
from guided_audio.script import Breathe, Line, Script, shown_values, text_of, walk
from guided_audio.speech import takes_ipa


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
    """Entries with nothing but sounds, for a voice that takes none."""
    silent = [name for name in _engines(script) if not _takes_ipa(name)]
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
