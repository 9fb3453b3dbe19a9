"""Splitting: a reading of a whole script becomes a take for each line, and nothing that was there is lost."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pytest
import soundfile
import soxr

import reading_reference
from command_line import RATE as BUILT_RATE
from command_line import Cli, decoded, ffmpeg
from guided_audio import receipt as receipts
from guided_audio.blocks import Mono
from guided_audio.script import KINDS
from reading_voices import RATE, Booth, Reader, require
from readings import Habits, Kind, Made, read_aloud

pytest_plugins = ["e2e_fixtures"]

LINES = (
    "Let yourself arrive here, in your own time.",
    "There is nothing that has to be done well.",
    "Perhaps the feet are felt first, on the floor or under a blanket.",
    "Notice where the chair carries your weight.",
    "The shoulders may sink a little, or stay just as they are.",
    "If a thought comes along, it can sit down beside you.",
    "Somewhere in the body there may be a place that feels at ease.",
    "Stay with it for the length of a few breaths.",
    "Now listen to the sounds outside the window.",
    "And come back into the room as slowly as you like.",
)
SCRIPT = (
    "title: A short reading\npurpose: Something to read aloud.\nbed: none\n\nscript:\n"
    + "- chapter: First\n"
    + "".join(f"- tick: {line}\n" for line in LINES)
)
READER = Reader("flite:slt")
HABITS = Habits(
    skipped=0.0, twice=0.25, false_starts=0.2, remarks=0.15, misread=0.0, back_up=0.0, hesitating=0.5
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A reading with hesitations, retakes, a false start and a remark."""
    require(READER)
    reading_reference.require_here()
    return read_aloud(LINES, READER, HABITS, 2, Booth(tmp_path_factory.mktemp("booth")))


@pytest.fixture(scope="module")
def spoken(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a telephone keeps it."""
    folder = tmp_path_factory.mktemp("reading")
    soundfile.write(folder / "reading.wav", made.samples, RATE, subtype="PCM_24")
    ffmpeg(
        "-v", "error", "-i", folder / "reading.wav", "-ar", "44100", "-b:a", "128k", folder / "reading.m4a"
    )
    return folder / "reading.m4a"


def truth(made: Made, kind: Kind) -> list[tuple[int, Mono]]:
    """The sound of everything of a kind, with the line it is of."""
    return [
        (-1 if said.line is None else said.line, made.samples[said.start : said.end])
        for said in made.said
        if said.kind is kind
    ]


def likeness(piece: Mono, sound: Mono) -> float:
    """How alike a piece is to the best place of a sound, 0 to 1, whatever their levels."""
    size = len(piece) + len(sound)
    product = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(piece, size)), size)
    energy = np.cumsum(np.concatenate(([0.0], np.square(sound, dtype=np.float64), np.zeros(len(piece)))))
    places = np.arange(max(1, len(sound) - len(piece) + 1))
    powers = energy[places + len(piece)] - energy[places]
    return float((product[places] / np.sqrt(powers * np.square(piece).sum() + 1e-9)).max())


# From end to end


@pytest.fixture
def home(cli: Cli, tmp_path: Path) -> Path:
    """A folder with the script, where the command line is called."""
    assert cli
    (tmp_path / "short.yaml").write_text(SCRIPT, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_a_reading_becomes_a_meditation(made: Made, spoken: Path, cli: Cli, home: Path) -> None:
    """Split, built and verified: every line is her last reading of it, in order, with the script's pauses."""
    assert truth(made, Kind.OLDER)
    assert truth(made, Kind.FALSE_START)
    done = cli("takes", "split", "short.yaml", spoken, "--picture", "reading.png")
    assert done.code == 0, done.out + done.err
    assert done.out.startswith(f"10 of 10 lines found in {int(made.seconds // 60)}:")
    assert (home / "reading.png").read_bytes().startswith(b"\x89PNG")
    built = cli("build", "short.yaml", "--voice", "fake:one", "--missing", "stop", "--out", "out")
    assert built.code == 0, built.err
    [file] = (home / "out").glob("*.mp3")
    verified = cli("verify", file)
    assert verified.code == 0, verified.out
    paper = receipts.read(receipts.beside(file).read_bytes())
    assert len(paper.lines) == len(LINES)
    pause = round(KINDS["tick"].ideal * BUILT_RATE)
    for before, after in zip(paper.lines, paper.lines[1:], strict=False):
        assert after.start - before.end == pause
    heard = decoded(file).mean(axis=1)
    last = dict(truth(made, Kind.LINE))
    for number, line in enumerate(paper.lines):
        sound = _at_reading_rate(heard[line.start - 4410 : line.end + 4410])
        alike = {other: likeness(piece, sound) for other, piece in last.items()}
        assert max(alike, key=lambda other: alike[other]) == number
        assert alike[number] > 0.9
        for older, piece in truth(made, Kind.OLDER):
            assert older != number or likeness(piece, sound) < alike[number] - 0.2


def _at_reading_rate(sound: Mono) -> Mono:
    return cast("Mono", soxr.resample(sound, BUILT_RATE, RATE))


@pytest.mark.slow
def test_a_second_reading_overwrites_nothing(spoken: Path, cli: Cli, home: Path) -> None:
    """Lines keep the takes they have; what is replaced on purpose stays beside the new take."""
    assert cli("takes", "split", "short.yaml", spoken).code == 0
    folder = home / "takes" / "short"
    first = {path.name: path.read_bytes() for path in folder.glob("*.wav")}
    assert len(first) == len(LINES)
    (folder / "004.wav").unlink()
    again = cli("takes", "split", "short.yaml", spoken, "--json").json()
    written = {line["number"]: line["take"] for line in again["lines"] if line["take"]}
    assert list(written) == ["004"]
    assert sum(line["kept_former_take"] for line in again["lines"]) == len(LINES) - 1
    told = cli("takes", "split", "short.yaml", spoken).out
    assert "10 lines had a good take and kept it: 001–010. With --replace" in told
    replaced = cli("takes", "split", "short.yaml", spoken, "--replace")
    assert replaced.code == 0
    assert {name: (folder / name).read_bytes() for name in first} == first
    assert len(list(folder.glob("*-2.wav"))) == len(LINES)
    assert "missing" not in cli("takes", "status", "short.yaml").out.split()


@pytest.mark.slow
def test_a_line_that_was_not_read_is_named(made: Made, cli: Cli, home: Path) -> None:
    """By its number and where it stands, with exit 1; all others are takes, and no word is told."""
    cut = {said.line: said for said in made.said if said.kind is Kind.LINE}[4]
    gone = [said for said in made.said if said.line == 4]
    samples = made.samples.copy()
    for said in gone:
        samples[said.start : said.end] = samples[: said.end - said.start] * 0
    assert cut in gone
    soundfile.write(home / "reading.flac", samples, RATE)
    done = cli("takes", "split", "short.yaml", "reading.flac")
    assert done.code == 1
    assert "9 of 10 lines found" in done.out
    assert "\nNot found:\n  005  short.yaml:11\n" in done.out
    assert not any(line[:20] in done.out + done.err for line in LINES)
    assert len(list((home / "takes" / "short").glob("*.wav"))) == 9
