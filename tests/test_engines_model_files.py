"""What lies among the voices and cannot speak is named with the reason, without loading it."""

from __future__ import annotations

from pathlib import Path

import pytest

import tiny_voices
from command_line import Cli
from guided_audio.engines.model_files import broken_models

pytest_plugins = ["e2e_fixtures"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a voice of each engine."""
    tiny_voices.require("onnx")
    voices = tmp_path / "voices"
    tiny_voices.piper_voice(voices / "piper")
    tiny_voices.kokoro_voices(voices / "kokoro")
    monkeypatch.setenv("GUIDED_AUDIO_VOICES", str(voices))
    return voices


def test_whole_voices_are_not_named(folder: Path) -> None:
    """Neither of these."""
    assert list(broken_models(folder)) == []
    assert list(broken_models(folder / "nowhere")) == []


MODELS = {
    b"": "nothing in it",
    b"<html>no such file</html>": "not a model",
    b"A plain text, saved under a wrong name. " * 50: "not a model",
    b"\x08\x08" + b"x" * 500: "not a model",
    bytes(9_000): "not a model",
    b"\x08\x08": "nothing in it",
    b"\x08": "cut short",
}


@pytest.mark.parametrize("content", MODELS, ids=range(len(MODELS)))
def test_a_file_that_is_no_model_is_named(folder: Path, content: bytes) -> None:
    """A page, a text, noise, nothing."""
    (model,) = (folder / "piper").glob("*.onnx")
    model.write_bytes(content)
    ((file, reason),) = broken_models(folder)
    assert (file, MODELS[content] in reason) == (model, True), reason


@pytest.mark.parametrize("engine", ["piper", "kokoro"])
@pytest.mark.parametrize("share", [0.3, 0.99])
def test_a_model_that_is_cut_is_named(folder: Path, engine: str, share: float) -> None:
    """Whether much of it arrived or little."""
    (model,) = (folder / engine).glob("*.onnx")
    content = model.read_bytes()
    model.write_bytes(content[: int(len(content) * share)])
    ((file, reason),) = broken_models(folder)
    assert (file, "cut short" in reason) == (model, True)


def test_half_a_voice_is_named(folder: Path) -> None:
    """A model without its settings, with settings that are none, and one without styles."""
    (model,) = (folder / "piper").glob("*.onnx")
    settings = model.with_name(f"{model.name}.json")
    settings.write_text("{", encoding="utf-8")
    ((_, reason),) = broken_models(folder)
    assert f"{settings} does not hold the settings" in reason
    settings.unlink()
    ((_, reason),) = broken_models(folder)
    assert reason == f"Its settings ({settings.name}) are not beside it."
    for styles in (folder / "kokoro").glob("*.bin"):
        styles.unlink()
    assert "styles" in dict(broken_models(folder))[next((folder / "kokoro").glob("*.onnx"))]


def test_doctor_and_voices_name_it(folder: Path, cli: Cli) -> None:
    """With what to do; the other voices are listed."""
    (model,) = (folder / "piper").glob("*.onnx")
    model.write_text("not a model", encoding="utf-8")
    done = cli("doctor")
    assert done.code == 3
    assert f"Voice model {model.name}: cannot speak" in done.out
    assert "voices install" in done.out
    assert f"{model.name} cannot speak. It is not a model" in cli("voices").err
