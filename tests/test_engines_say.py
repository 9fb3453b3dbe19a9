"""The voices of macOS, as `say` is described: the real program there, elsewhere one that takes its options.

A stand-in shows that the description asks as the manual page of `say` has it, and reads what it lists. It
does not show how the voices of macOS sound or fail: that was never tried.
"""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator

import pytest

from described_engines import SPEAKS
from engine_conformance import EngineConformance
from guided_audio import engines
from guided_audio.speech import Engine

STAND_IN = """
import argparse

LISTED = '''Alex                en_US    # Most people recognize me by my voice.
Bad News            en_US    # The light you see at the end of the tunnel is a train.
Daniel              en_GB    # Hello! My name is Daniel.
Eddy (German (Germany)) de_DE    # Hallo! Ich heiße Eddy.
'''
options = argparse.ArgumentParser(allow_abbrev=False)
options.add_argument("-v", dest="voice")
options.add_argument("-r", dest="rate", type=int)
options.add_argument("-f", dest="file")
options.add_argument("-o", dest="out")
options.add_argument("--file-format", choices=["WAVE"])
options.add_argument("--data-format", choices=["LEI16@22050"])
asked = options.parse_args()
if asked.voice == "?":
    sys.stdout.reconfigure(encoding="utf-8")
    print(LISTED, end="")
    sys.exit()
if not any(line.startswith(asked.voice + " ") for line in LISTED.splitlines()):
    sys.exit(f"Voice `{asked.voice}' not found.")
assert asked.file == "-" and asked.file_format and asked.data_format
words = sys.stdin.buffer.read().decode("utf-8")
with open(asked.out, "wb") as file:
    file.write(spoken(asked.rate, words))
"""


@pytest.fixture(scope="module", autouse=True)
def say(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A program of that name, where there is none."""
    if sys.platform == "darwin":
        yield
        return
    if sys.platform == "win32":
        pytest.skip("a stand-in for `say` is a script, which Windows does not start by its name")
    folder = tmp_path_factory.mktemp("programs")
    program = folder / "say"
    program.write_text(f"#!{sys.executable}\n{SPEAKS}\n{STAND_IN}", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(folder), prepend=":")
        yield


class TestSay(EngineConformance):
    """The suite for it."""

    @staticmethod
    def make() -> Engine:
        """As it is used."""
        return engines.load("say")


def test_its_list_of_voices_is_read() -> None:
    """Names may have spaces and brackets; what a voice says of itself describes it."""
    if sys.platform == "darwin":
        pytest.skip("which voices a Mac has is its own affair")
    found = {voice.name: (voice.language, voice.description) for voice in engines.load("say").voices()}
    assert found["Bad News"][0] == "en-US"
    assert found["Daniel"] == ("en-GB", "Hello! My name is Daniel.")
    assert found["Eddy (German (Germany))"][0] == "de-DE"
    assert len(found) == 4
