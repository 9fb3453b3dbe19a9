"""The tree is what it says: levels import only lower levels, and heavy packages wait to be needed."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import guided_audio

PACKAGE = Path(guided_audio.__file__).parent
PROJECT = PACKAGE.parent.parent
MODULES = sorted(PACKAGE.rglob("*.py"))
VAGUE = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc", "base", "core"}
HEAVY = {
    "numpy",
    "pydantic",
    "rich",
    "mutagen",
    "soxr",
    "soundfile",
    "pydub",
    "PIL",
    "pyttsx3",
    "imageio_ffmpeg",
    "miniaudio",
    "pyzipper",
}


def name_of(path: Path) -> str:
    """A module's dotted name."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.skipif(not importlib.util.find_spec("importlinter"), reason="import-linter is not installed")
def test_the_contract_of_the_levels_is_kept() -> None:
    """Import-linter finds no level that imports a higher one, and no adapter that imports another."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"], cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def _levels() -> dict[str, tuple[int, str]]:
    """The level of each module in the contract, from 0 at the bottom, and how it is with its neighbours."""
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = settings["tool"]["importlinter"]["contracts"]
    levels = {}
    for height, layer in enumerate(reversed(contract["layers"])):
        kind = "strangers" if "|" in layer else "neighbours"
        for module in layer.replace("|", ":").split(":"):
            levels[module.strip()] = (height, kind)
    return levels


def _imports(path: Path) -> set[str]:
    """Every module of ours that a module imports, at its top or later, types aside."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name.startswith("guided_audio.")}


def _top(module: str) -> str:
    return ".".join(module.split(".")[:2])


def test_every_module_has_a_level() -> None:
    """The contract in pyproject.toml leaves none out: a new module is put where it belongs."""
    there = {_top(name_of(path)) for path in MODULES} - {"guided_audio", "guided_audio.__main__"}
    assert there == set(_levels())


def test_levels_import_only_lower_levels() -> None:
    """The same contract by plain reading, where import-linter is not at hand, later imports included."""
    levels = _levels()
    wrong = []
    for path in MODULES:
        module = _top(name_of(path))
        for imported in {_top(name) for name in _imports(path)} & set(levels):
            if module in levels and imported != module:
                (height, kind), (other, _) = levels[module], levels[imported]
                if other > height or (other == height and kind == "strangers"):
                    wrong.append(f"{name_of(path)} imports {imported}")
    assert wrong == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    """Each opens with a sentence, has a plain name of the trade, and is no longer than one can read."""
    text = path.read_text(encoding="utf-8")
    opening = ast.get_docstring(ast.parse(text))
    assert opening
    assert opening.splitlines()[0].rstrip().endswith((".", ":", "?", ","))
    assert path.stem not in VAGUE
    assert len(text.splitlines()) <= 400


def test_what_the_package_offers_is_pinned() -> None:
    """A name that others import is added on purpose, and never lost by accident."""
    assert guided_audio.__all__ == ["__version__"]
    assert all(hasattr(guided_audio, name) for name in guided_audio.__all__)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["bild"]], ids=" ".join)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    """Asking what there is takes no longer than Python itself."""
    code = "import sys\nfrom guided_audio.cli import run\nrun(sys.argv[1:])\nprint(*sys.modules, sep='|')"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in done.stdout.splitlines()[-1].split("|")}
    assert "click" in loaded
    assert loaded & HEAVY == set()


def test_a_build_of_a_script_loads_nothing_of_series(tmp_path: Path) -> None:
    """Nor does it leave the search for garbage switched off, which is done without while it is loaded."""
    script = tmp_path / "one.yaml"
    script.write_text("title: One\nbed: none\nscript:\n- tick: Here is a line.\n", encoding="utf-8")
    code = (
        "import gc, sys\nfrom guided_audio.cli import run\nassert run(sys.argv[1:]) == 0\n"
        "print(gc.isenabled(), *sys.modules, sep='|')"
    )
    asked = ["build", str(script), "--voice", "fake:one", "--out", str(tmp_path)]
    environment = {**os.environ, "GUIDED_AUDIO_STORE": str(tmp_path / "store")}
    done = subprocess.run(
        [sys.executable, "-c", code, *asked], capture_output=True, text=True, check=True, env=environment
    )
    enabled, *modules = done.stdout.splitlines()[-1].split("|")
    assert enabled == "True"
    ours = {name.split(".")[1] for name in modules if name.startswith("guided_audio.")}
    assert "build" in ours
    assert ours & {"delivery", "feed", "page", "notes", "verify", "playlist", "artwork"} == set()


def test_importing_the_package_loads_nothing_heavy() -> None:
    """A program that wants one module pays for one module."""
    code = "import sys, guided_audio, guided_audio.errors, guided_audio.units\nprint(*sys.modules, sep='|')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {name.split(".")[0] for name in done.stdout.strip().split("|")} & (HEAVY | {"click"}) == set()
