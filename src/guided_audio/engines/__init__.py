"""Every engine that is installed, found by name.

An engine is an entry point of the group `guided_audio.engines`, or a program of the machine that a
file describes; what it must do is in `guided_audio.speech`. Nothing is imported or read before it is
asked for: one engine that is broken or slow to load costs the others nothing.

Of one name, an entry point of ours comes first, then a description of the user's own, then one of
ours, and last an entry point of somebody else's package.
"""

from __future__ import annotations

import atexit
from contextlib import suppress
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from threading import Thread

from guided_audio.engines.choosing import find_voice, language_tag, nearest
from guided_audio.engines.described import descriptions, own_descriptions
from guided_audio.errors import MissingTool, ProblemsFound
from guided_audio.speech import Engine

__all__ = [
    "DEFAULT_ENGINE",
    "GROUP",
    "begin",
    "find_voice",
    "for_people",
    "language_tag",
    "load",
    "names",
    "parse_voice",
    "shadowed",
]

GROUP = "guided_audio.engines"
"""The group of entry points."""

DEFAULT_ENGINE = "system"
"""Who speaks when no engine is named."""

FOR_TESTS = frozenset({"fake"})
"""Engines that can be asked for by name, and are not offered to anybody."""

_METHODS = ("health", "voices", "fingerprint", "speak", "close")


def names() -> tuple[str, ...]:
    """The names of all installed engines, whether they can speak here or not."""
    return tuple(sorted(_installed()))


def for_people() -> tuple[str, ...]:
    """The names of the engines that are not there for tests alone."""
    return tuple(name for name in names() if name not in FOR_TESTS)


_begun: dict[str, Engine] = {}


def begin(name: str = DEFAULT_ENGINE) -> None:
    """Have an engine get ready on another core, while this program is still being loaded.

    Whoever loads it next gets this one. What is wrong with it is said then.
    """
    if name not in _begun:
        with suppress(MissingTool, ProblemsFound):
            _begun[name] = engine = _loaded(name)
            atexit.register(_end, name)
            Thread(target=engine.health, name=f"{name} begins", daemon=True).start()


def _end(name: str) -> None:
    """Close an engine that nobody came for."""
    if name in _begun:
        _begun.pop(name).close()


def load(name: str) -> Engine:
    """The engine of that name, newly made or begun before; whoever loads it closes it.

    Raises:
        MissingTool: there is none, or its package is broken; in either case with the way out.
        ProblemsFound: the file that describes it has mistakes.
    """
    return _begun.pop(name) if name in _begun else _loaded(name)


def _loaded(name: str) -> Engine:
    installed = _installed()
    if name not in installed:
        near = nearest(name, installed)
        hint = f"Did you mean {near}?" if near else f"There are: {', '.join(sorted(installed))}."
        raise MissingTool(f"There is no engine {name!r} on this machine. {hint}")
    found = installed[name]
    return _described(found) if isinstance(found, Path) else _made(name, found)


def shadowed() -> tuple[Path, ...]:
    """Descriptions of the user's own that are never read, because an engine of ours has their name."""
    installed = _installed()
    own = own_descriptions()
    return tuple(file for name, file in own.items() if isinstance(installed[name], EntryPoint))


def parse_voice(text: str) -> tuple[str, str | None]:
    """Read a voice as people write it: `engine:voice`, `voice`, or `engine` for its own choice.

    The first colon ends the engine's name. Neither engine nor voice is looked up.
    """
    engine, colon, voice = text.partition(":")
    if colon:
        return engine.strip() or DEFAULT_ENGINE, voice.strip() or None
    plain = text.strip()
    if plain in _installed():
        return plain, None
    return DEFAULT_ENGINE, plain or None


def _installed() -> dict[str, EntryPoint | Path]:
    """Entry points and descriptions by name; none of ours is ever replaced by somebody else's."""
    found = sorted(entry_points(group=GROUP), key=lambda point: point.value, reverse=True)
    theirs = {point.name: point for point in found if not _is_ours(point)}
    ours = {point.name: point for point in found if _is_ours(point)}
    return {**theirs, **descriptions(), **ours}


def _is_ours(point: EntryPoint) -> bool:
    return point.module.startswith("guided_audio.")


def _described(file: Path) -> Engine:
    from guided_audio.engines.command import CommandEngine  # noqa: PLC0415 - only when it is asked for
    from guided_audio.engines.description_reader import read_description  # noqa: PLC0415 - likewise

    return CommandEngine(read_description(file))


def _made(name: str, point: EntryPoint) -> Engine:
    try:
        engine: Engine = point.load()()
    except Exception as error:  # a package of others may raise anything, and gets one sentence
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise _broken(name, point, reason) from error
    absent = [method for method in _METHODS if not callable(getattr(engine, method, None))]
    if absent or not isinstance(getattr(engine, "name", None), str):
        raise _broken(name, point, f"it lacks {', '.join(absent or ['name'])}")
    return engine


def _broken(name: str, point: EntryPoint, reason: str) -> MissingTool:
    package = point.dist.name if point.dist else point.module
    others = ", ".join(sorted(set(_installed()) - {name}))
    return MissingTool(
        f"The engine {name!r} of the package {package} does not load ({reason.rstrip('.')}). "
        f"Install that package anew, or speak with another engine: {others}."
    )
