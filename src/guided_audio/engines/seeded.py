"""Neural models that repeat to the byte and send nothing, for the hosts that run them.

A voice model draws random numbers for its melody, and goes on drawing from line to line: the same line
sounds different each time. With the noise turned off it would repeat, and be flat. So each line gets a
new session whose dice are thrown from the same seed. What it costs: `docs/adr/0011-natural-voices.md`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnxruntime

SEED = 20_26
"""Of every line; part of what a voice sounds like."""


def keep_quiet() -> None:
    """Have onnxruntime send nothing anywhere; to be called before it is imported.

    From 1.29 on it reports its use to its makers by itself, on Linux and macOS too, and keeps a number for
    this machine among the temporary files. This variable is how its makers turn all of that off.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime  # noqa: PLC0415 - only in a host, and only now

    onnxruntime.disable_telemetry_events()  # on Windows, where the variable is not looked at


def seeded_session(model: Path) -> onnxruntime.InferenceSession:
    """A model as if it had never been run.

    It has one thread: there is a host for each processor, and sums then never change their order.
    """
    keep_quiet()
    import onnxruntime  # noqa: PLC0415 - only in a host

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    onnxruntime.set_seed(SEED)
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
