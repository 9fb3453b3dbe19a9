"""Tiny voices for the engines with neural models: real ONNX files that turn sounds of words into tones.

They have the inputs, outputs and settings of the real ones (Piper's VITS export, Kokoro v1.0) and a
few operators instead of millions of weights: each sound of a word is a tone of its own, as long as the
scale says, with noise drawn at random as the real models draw theirs.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import NodeProto, ValueInfoProto

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before anything imports onnxruntime: it would send reports

PIPER_RATE, KOKORO_RATE = 16_000, 24_000
FRAMES = 1_000
"""Of one sound at scale 1 with Piper: a sixteenth of a second, half of it the pad that follows."""

SYMBOLS = 256


def require(package: str) -> None:
    """Skip where a package is not installed; where tests must not be skipped, fail."""
    try:
        __import__(package)
    except ImportError:
        if os.environ.get("CI") == "true":
            pytest.fail(f"The package {package} is needed for these tests.")
        pytest.skip(f"the package {package} is not installed")


def piper_voice(
    folder: Path, name: str = "en_GB-tiny-low", *, language: str = "en_GB", speakers: int = 1, drop: str = ""
) -> Path:
    """A voice of Piper: the model and its settings. `drop` leaves a key of the settings out."""
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP  # noqa: PLC0415 - where Piper is

    folder.mkdir(parents=True, exist_ok=True)
    model = folder / f"{name}.onnx"
    model.write_bytes(_piper_model(speakers))
    settings = {
        "audio": {"sample_rate": PIPER_RATE, "quality": "low"},
        "espeak": {"voice": {"en_GB": "en-gb-x-rp"}.get(language, language[:2])},
        "language": {"code": language},
        "dataset": "tiny",
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
        "num_symbols": SYMBOLS,
        "num_speakers": speakers,
        "speaker_id_map": {f"p{number}": number for number in range(speakers)} if speakers > 1 else {},
    }
    settings.pop(drop, None)
    model.with_name(f"{model.name}.json").write_text(json.dumps(settings), encoding="utf-8")
    return model


def kokoro_voices(folder: Path, names: tuple[str, ...] = ("af_one", "bf_two", "ff_three", "jf_four")) -> Path:
    """A model of Kokoro and a file of styles: the pitch of each voice, for every length of a line."""
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "kokoro-tiny.onnx"
    model.write_bytes(_kokoro_model())
    styles = {
        name: np.full((510, 1, 256), 1.0 + 0.15 * place, np.float32) for place, name in enumerate(names)
    }
    with (folder / "voices-tiny.bin").open("wb") as stream:
        np.savez(stream, **styles)  # type: ignore[arg-type]
    return model


def _pitches() -> NDArray[np.float32]:
    """Hertz of each symbol, spread so that two words are not alike."""
    return (110.0 + 500.0 * ((np.arange(SYMBOLS) * 0.618034) % 1.0)).astype(np.float32)


def _loudness(quiet: tuple[int, ...]) -> NDArray[np.float32]:
    levels = np.full(SYMBOLS, 0.4, np.float32)
    levels[list(quiet)] = 0.0
    return levels


def _piper_model(speakers: int) -> bytes:
    from onnx import TensorProto, helper  # noqa: PLC0415 - where tests make voices

    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, "sounds"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    nodes = [
        helper.make_node("Gather", ["scales", "nought"], ["noise"]),
        helper.make_node("Gather", ["scales", "one"], ["slower"]),
        helper.make_node("Squeeze", ["input", "nought"], ["symbols"]),
        helper.make_node("Cast", ["input_lengths"], ["unused"], to=TensorProto.FLOAT),
    ]
    if speakers > 1:
        inputs.append(helper.make_tensor_value_info("sid", TensorProto.INT64, [1]))
        nodes += [
            helper.make_node("Cast", ["sid"], ["speaker"], to=TensorProto.FLOAT),
            helper.make_node("Add", ["speaker", "unit"], ["pitch"]),
        ]
    else:
        nodes.append(helper.make_node("Identity", ["unit"], ["pitch"]))
    return _model(nodes, inputs, "output", _Tones(PIPER_RATE, FRAMES / 2, (0, 1, 2, 3)))


def _kokoro_model() -> bytes:
    from onnx import TensorProto, helper  # noqa: PLC0415 - where tests make voices

    inputs = [
        helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "sounds"]),
        helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, 256]),
        helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1]),
    ]
    nodes = [
        helper.make_node("Squeeze", ["tokens", "nought"], ["symbols"]),
        helper.make_node("Div", ["unit", "speed"], ["slower"]),
        helper.make_node("Gather", ["style", "one"], ["row"], axis=1),
        helper.make_node("Reshape", ["row", "flat"], ["pitch"]),
        helper.make_node("Identity", ["unit"], ["noise"]),
    ]
    return _model(nodes, inputs, "audio", _Tones(KOKORO_RATE, 1_600.0, (0, 16)))


class _Tones:
    """How long and how high: hertz of the samples, samples of a sound, and symbols that are silent."""

    def __init__(self, rate: int, frames: float, quiet: tuple[int, ...]) -> None:
        self.rate, self.frames, self.quiet = rate, frames, quiet


def _model(nodes: list[NodeProto], inputs: list[ValueInfoProto], output: str, tones: _Tones) -> bytes:
    """From `symbols`, `slower`, `pitch` and `noise` to a sound: a tone for each symbol, and noise on it."""
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415 - where tests make voices

    make = helper.make_node
    sound = [
        make("Mul", ["slower", "frames"], ["long"]),
        make("Round", ["long"], ["rounded"]),
        make("Cast", ["rounded"], ["each"], to=TensorProto.INT64),
        make("Shape", ["symbols"], ["count"]),
        make("Mul", ["count", "each"], ["total1"]),
        make("Squeeze", ["total1", "nought"], ["total"]),
        make("Range", ["zero", "total", "step"], ["places"]),
        make("Div", ["places", "each"], ["at"]),
        make("Gather", ["symbols", "at"], ["symbol"]),
        make("Gather", ["pitches", "symbol"], ["plain_hertz"]),
        make("Mul", ["plain_hertz", "pitch"], ["hertz"]),
        make("Mul", ["hertz", "turn"], ["turns"]),
        make("CumSum", ["turns", "zero"], ["phase"]),
        make("Sin", ["phase"], ["tone"]),
        make("Gather", ["levels", "symbol"], ["level"]),
        make("Mul", ["tone", "level"], ["loud"]),
        make("RandomNormalLike", ["loud"], ["drawn"]),
        make("Mul", ["noise", "little"], ["how_much"]),
        make("Mul", ["drawn", "how_much"], ["hiss"]),
        make("Mul", ["hiss", "level"], ["breath"]),
        make("Add", ["loud", "breath"], ["mono"]),
        make("Reshape", ["mono", "shape"], [output]),
    ]
    constants = {
        "nought": np.array([0]),
        "one": np.array([1]),
        "zero": np.array(0),
        "step": np.array(1),
        "unit": np.array([1.0], np.float32),
        "flat": np.array([-1]),
        "shape": np.array([1, 1, 1, -1]),
        "frames": np.array([tones.frames], np.float32),
        "pitches": _pitches(),
        "levels": _loudness(tones.quiet),
        "turn": np.array([2 * np.pi / tones.rate], np.float32),
        "little": np.array([0.05], np.float32),
    }
    graph = helper.make_graph(
        [*nodes, *sound],
        "tiny voice",
        inputs,
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    content: bytes = made.SerializeToString()
    return content
