"""An engine of somebody else is found and held to the contract: the one of docs/engines.md, installed."""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from described_engines import SPEAKS
from engine_conformance import EngineConformance
from guided_audio import engines
from guided_audio.speech import Engine

DOCS = Path(__file__).parent.parent / "docs" / "engines.md"

PROGRAM = f"""#!{sys.executable}
{SPEAKS}
words = sys.stdin.buffer.read().decode()
if "--stdin" not in sys.argv or not any(character.isalnum() for character in words):
    sys.exit(1)
sys.stdout.buffer.write(spoken(float(sys.argv[3]), words))
"""


def _block(language: str, holding: str) -> str:
    """The example of docs/engines.md that holds a text, as it stands there."""
    blocks = re.findall(
        rf"^   ```{language}\n(.*?)^   ```", DOCS.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    (found,) = [block for block in blocks if holding in block]
    return re.sub(r"^   ", "", found, flags=re.MULTILINE)


@pytest.fixture(scope="module", autouse=True)
def _installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The package of the docs, installed as an installer leaves it, and the program it calls."""
    site = tmp_path_factory.mktemp("site")
    (site / "my_package.py").write_text(_block("python", "class MyEngine"), encoding="utf-8")
    about = site / "my_package-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: my-package\nVersion: 1.0\n", "utf-8")
    section, entry = _block("toml", "mytts").strip().splitlines()
    group = re.sub(r'^\[project\.entry-points\."(.+)"\]$', r"[\1]", section)
    (about / "entry_points.txt").write_text(f"{group}\n{entry.replace(chr(34), '')}\n", encoding="utf-8")
    program = site / "bin" / "mytts"
    program.parent.mkdir()
    program.write_text(PROGRAM, encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(site))
        patch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
        yield
    sys.modules.pop("my_package", None)


class TestThirdParty(EngineConformance):
    """The suite of the contract."""

    @staticmethod
    def make() -> Engine:
        """By its name, as everybody gets it."""
        assert shutil.which("mytts")
        return engines.load("mytts")


def test_it_is_listed_and_can_be_asked_for() -> None:
    """It stands among the others, and `mytts:amy` is its voice."""
    assert "mytts" in engines.for_people()
    name, voice = engines.parse_voice("mytts:amy")
    engine = engines.load(name)
    assert str(engines.find_voice(engine, "en-GB", voice)) == "mytts:amy"
    engine.close()


def test_the_docs_tell_it_in_five_steps() -> None:
    """Five numbered steps, no more and no fewer."""
    text = DOCS.read_text("utf-8")
    section = text[text.index("## Add an engine in five steps") :]
    section = section[: section.index("\n## ")] if "\n## " in section else section
    assert re.findall(r"^(\d)\. ", section, re.MULTILINE) == list("12345")
