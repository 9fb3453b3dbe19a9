"""Engines described for a test: a program in Python that does as told, and the YAML that calls it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from guided_audio.engines.command import CommandEngine
from guided_audio.engines.description_reader import read_description

SPEAKS = """
import io, sys, wave, zlib
import array, math

def wav(words, seconds):
    tones = [200 + zlib.crc32(word.encode()) % 900 for word in words.split()] or [300]
    each = int(16000 * seconds / len(tones))
    turn = 2 * math.pi / 16000
    sound = array.array("h", (int(9000 * math.sin(turn * hz * n)) for hz in tones for n in range(each)))
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1); file.setsampwidth(2); file.setframerate(16000)
        file.writeframes(sound.tobytes())
    return held.getvalue()

def spoken(rate, words):
    return wav(words, 60 * len(words.split()) / rate)
"""
"""What every program here begins with: a tone for each word, as long as the rate asks."""

PLAIN = """
words = sys.stdin.read()
sys.stdout.buffer.write(spoken(float(sys.argv[1]), words))
"""

YAML = """\
program: {python}
arguments: ["{program}", "{{rate}}", "{{voice}}"{more}]
sound: {sound}
rate: {{as: words}}
patience: {patience}
voices:
- {{name: one, language: en-GB}}
"""


def described(
    folder: Path,
    code: str = PLAIN,
    *,
    name: str = "mine",
    more: str = "",
    sound: str = "stdout",
    patience: float = 5.0,
) -> CommandEngine:
    """An engine whose program is `code`, behind `SPEAKS`; `more` are further arguments, as in YAML."""
    return CommandEngine(
        read_description(described_file(folder, code, name=name, more=more, sound=sound, patience=patience))
    )


def described_file(
    folder: Path,
    code: str = PLAIN,
    *,
    name: str = "mine",
    more: str = "",
    sound: str = "stdout",
    patience: float = 5.0,
) -> Path:
    """The description of such an engine."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / f"{name}.py"
    program.write_text(SPEAKS + code, encoding="utf-8")
    file = folder / f"{name}.yaml"
    values = {"python": sys.executable, "program": program, "more": more, "sound": sound}
    file.write_text(YAML.format(**values, patience=patience), encoding="utf-8")
    return file


def skip_or_fail(reason: str | None) -> None:
    """Nothing where an engine is well; else a skip, and where tests must not be skipped, a failure."""
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
