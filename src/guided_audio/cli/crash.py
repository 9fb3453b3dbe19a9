"""What is left behind when the program itself is wrong: where, in which versions, and no word of a script."""

from __future__ import annotations

import platform
import tempfile
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = (
    "guided-audio",
    "click",
    "numpy",
    "pydantic",
    "PyYAML",
    "mutagen",
    "pyttsx3",
    "soxr",
    "soundfile",
)


def report(error: BaseException) -> str:
    """Write the report of a crash, and give what to tell the person it happened to."""
    text = "\n".join(
        [f"Python {platform.python_version()} on {platform.platform()}", *_versions(), *_frames(error), ""]
    )
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="guided-audio-crash-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(text)
        where = f"A report without any words of your scripts is in {file.name}; please send it to us."
    except OSError:
        where = text
    return f"This is a fault in guided-audio itself, not in your script. {where}"


def _versions() -> list[str]:
    lines = []
    for name in _PACKAGES:
        try:
            lines.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            lines.append(f"{name} is not installed")
    return lines


def _frames(error: BaseException) -> list[str]:
    """Where it happened and of what kind it was; the message is left out, for it may quote a client."""
    frames = traceback.extract_tb(error.__traceback__)
    return [*(f"  {Path(at.filename).name}:{at.lineno} {at.name}" for at in frames), type(error).__name__]
