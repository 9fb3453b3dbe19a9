"""Where voice models lie on this machine, and which files there belong together."""

from __future__ import annotations

import os
from pathlib import Path


def voices_folder() -> Path:
    """GUIDED_AUDIO_VOICES, or the system's own place for data of programs."""
    chosen = os.environ.get("GUIDED_AUDIO_VOICES")
    if chosen:
        return Path(chosen)
    import platformdirs  # noqa: PLC0415 - only where nothing was chosen

    return Path(platformdirs.user_data_dir("guided-audio", appauthor=False)) / "voices"


def piper_models(folder: Path) -> list[Path]:
    """Every model with its settings beside it, as `NAME.onnx` and `NAME.onnx.json`, by name."""
    return [model for model in _models(folder, "piper") if settings_of(model).is_file()]


def settings_of(model: Path) -> Path:
    """Where the settings of a Piper voice are."""
    return model.with_name(f"{model.name}.json")


def kokoro_model(folder: Path) -> tuple[Path, Path] | None:
    """A model of Kokoro and the styles of its voices (`voices-v1.0.bin`); the first by name of several."""
    for model in _models(folder, "kokoro"):
        styles = kokoro_styles(model)
        if model.name.startswith("kokoro") and styles:
            return model, styles[0]
    return None


def kokoro_styles(model: Path) -> list[Path]:
    """The files beside a model of Kokoro that hold styles of its voices, by name."""
    return sorted(model.parent.glob("voices*.bin"))


def models_in(folder: Path) -> list[Path]:
    """Every model among the voices, of whichever engine and whether it has all it needs or not."""
    return list(dict.fromkeys([*_models(folder, "piper"), *_models(folder, "kokoro")]))


def _models(folder: Path, engine: str) -> list[Path]:
    """The models in a folder, and in the one in it that has the engine's name."""
    try:
        return sorted(file for place in (folder, folder / engine) for file in place.glob("*.onnx"))
    except OSError:  # a folder that may not be looked into has none for us
        return []
