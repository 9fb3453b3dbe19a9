"""What the built-in sounds measure, and their spectrograms for docs/sounds.md.

python bench/sounds.py                 one row of figures for each sound
python bench/sounds.py --docs          the same into docs/sounds.md, and the pictures into docs/sounds/
python bench/sounds.py --only night    one of them; with --docs, its row and its picture are made anew
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import spectrogram
from guided_audio import mastering
from guided_audio.blocks import Source, Stereo
from guided_audio.sounds import load_bed, load_bell, load_swell
from guided_audio.sounds.recipe import BedRecipe, BellRecipe, Recipe
from guided_audio.sounds.recipe_reader import read_recipe

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "sounds.md"
PICTURES = ROOT / "docs" / "sounds"
RATE = 44_100
HOUR = 3600
BEGIN, END = "<!-- figures: python bench/sounds.py --docs -->", "<!-- end of figures -->"
_STEP = 0.05  # seconds to a point of the envelope
_SHOWN = 60.0  # seconds of a bed in its picture
_BREATHS = ((4, 0, 6), (4, 0, 6), (4, 2, 6))  # seconds in, held, out


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of one sound; nothing stands for what does not apply to it."""

    name: str
    kind: str
    spread: float | None
    mono_loss: float
    alike: float | None
    speed: float | None

    def row(self) -> str:
        """A row of the table."""
        cells = [
            f"`{self.name}`",
            self.kind,
            "–" if self.spread is None else f"{self.spread:.1f} LU",
            f"{max(self.mono_loss, 0.0):.1f} dB",
            "–" if self.alike is None else f"{self.alike:.2f}",
            "–" if self.speed is None else f"{round(self.speed, -1):.0f} x",
        ]
        return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure, print, and write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--docs", action="store_true")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    rows = []
    for file in sorted((ROOT / "sounds").glob("*.yaml")):
        if asked.only in ("", file.stem):
            recipe = read_recipe(file)
            if asked.docs:
                spectrogram.draw(_shown(file, recipe), RATE, PICTURES / f"{file.stem}.png")
            rows.append(figures(file, recipe).row())
            print(rows[-1], flush=True)
    if asked.docs:
        _write(rows)


def figures(file: Path, recipe: Recipe) -> Figures:
    """Everything measured of one sound."""
    if isinstance(recipe, BedRecipe):
        with tempfile.TemporaryDirectory() as scratch:
            source = load_bed(file, RATE, Path(scratch))
            begin = time.process_time()
            source.read(HOUR * RATE, 60 * RATE)
            speed = 60 / (time.process_time() - begin)
            hour = _listen(source)
        alike = None if _has_waves(recipe) else hour.alike
        return Figures(file.stem, "bed", hour.spread, hour.mono_loss, alike, speed)
    kind = "bell" if isinstance(recipe, BellRecipe) else "swell"
    return Figures(file.stem, kind, None, _mono_loss(_shown(file, recipe)), None, None)


def _has_waves(recipe: BedRecipe) -> bool:
    """Whether a recipe says of itself that something in it comes again and again."""
    return any(layer.swell is not None for layer in recipe.layers)


@dataclass(frozen=True, slots=True)
class _Hour:
    spread: float
    mono_loss: float
    alike: float


def _listen(source: Source) -> _Hour:
    """An hour of a bed: short-term loudness, mono, and how like itself it is later."""
    envelope, both, middle = [], 0.0, 0.0
    meter = mastering.Meter(RATE)
    for sound in _minutes(source):
        squares = np.square(sound, dtype=np.float64)
        envelope.append(np.sqrt(squares.mean(axis=1).reshape(-1, round(_STEP * RATE)).mean(axis=1)))
        both += float(squares.mean())
        middle += float(np.square(sound.mean(axis=1, dtype=np.float64)).mean())
        if len(envelope) <= 10:
            meter.feed(sound)
    powers = np.asarray(meter.powers, dtype=np.float64)
    short = np.convolve(powers, np.ones(30) / 30, mode="valid")  # three seconds, of tenths
    loud = 10 * np.log10(short)
    alike = autocorrelation(np.concatenate(envelope))[round(30 / _STEP) : round(HOUR / 2 / _STEP)]
    spread = float(np.percentile(loud, 95) - np.percentile(loud, 5))
    return _Hour(spread, 10 * float(np.log10(both / middle)), float(np.max(np.abs(alike))))


def _minutes(source: Source) -> Iterator[Stereo]:
    for minute in range(HOUR // 60):
        yield source.read(minute * 60 * RATE, 60 * RATE)


def autocorrelation(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of what varies, 1 at no lag."""
    varying = values - values.mean()
    result = np.fft.irfft(np.square(np.abs(np.fft.rfft(varying, 2 * len(varying)))))[: len(varying)]
    return np.asarray(result / result[0])


def _mono_loss(sound: Stereo) -> float:
    power = float(np.square(sound, dtype=np.float64).mean())
    return 10 * float(np.log10(power / np.square(sound.mean(axis=1, dtype=np.float64)).mean()))


def _shown(file: Path, recipe: Recipe) -> Stereo:
    """What its picture shows: a minute of a bed, a whole bell, three breaths."""
    if isinstance(recipe, BedRecipe):
        with tempfile.TemporaryDirectory() as scratch:
            return load_bed(file, RATE, Path(scratch)).read(90 * RATE, round(_SHOWN * RATE))
    if isinstance(recipe, BellRecipe):
        return load_bell(file, RATE)
    made = load_swell(file, RATE)
    lengths = [(number, *(RATE * seconds for seconds in phases)) for number, phases in enumerate(_BREATHS)]
    return np.concatenate([made.swell(come, go, held, number) for number, come, held, go in lengths])


def _write(rows: list[str]) -> None:
    """Rows into the table between its two marks; the rest of the page, and other rows, stay as they are."""
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    old, after = rest.split(END)
    head = [
        "| name | kind | loudness spread | lost in mono | most like itself later | speed |",
        "|---|---|---|---|---|---|",
    ]
    known = [row for row in old.splitlines() if row.startswith("| `")]
    latest = {row.split("`")[1]: row for row in [*known, *rows]}
    there = [row for name, row in sorted(latest.items()) if (ROOT / "sounds" / f"{name}.yaml").is_file()]
    PAGE.write_text(before + "\n".join([BEGIN, "", *head, *there, "", END]) + after, encoding="utf-8")


if __name__ == "__main__":
    main()
