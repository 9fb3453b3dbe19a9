"""Piper and Kokoro keep the contract with tiny voices, which their real code loads and runs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import tiny_voices
from engine_conformance import LINE, OTHER, EngineConformance, children, likeness
from guided_audio.engines import find_voice
from guided_audio.engines.attempts import Unspoken
from guided_audio.engines.kokoro import KokoroEngine
from guided_audio.engines.neural import NeuralEngine
from guided_audio.engines.piper import PiperEngine, read_settings
from guided_audio.errors import EngineFailure, MissingTool
from guided_audio.speech import Engine, Utterance, Voice

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="it is about /proc and signals")

CRASHING = "s'" * 220
"""Overflows a buffer of espeak-ng 1.52 and older, which both engines bring."""

ENGINES = {"piper": PiperEngine, "kokoro": KokoroEngine}


def _shared() -> Path:
    return Path(tempfile.gettempdir()) / f"guided-audio-tests-voices-{os.getpid()}"


@pytest.fixture(scope="module", autouse=True)
def _voices() -> Iterator[None]:
    """Tiny voices of both engines in one folder; without the packages there is nothing to test."""
    for package in ("onnx", "piper", "kokoro_onnx"):
        tiny_voices.require(package)
    tiny_voices.piper_voice(_shared())
    tiny_voices.piper_voice(_shared() / "piper", "de_DE-tiny-low", language="de_DE", speakers=3)
    tiny_voices.kokoro_voices(_shared() / "kokoro")
    yield
    shutil.rmtree(_shared())


class TestPiper(EngineConformance):
    """The suite of the contract, with Piper."""

    @staticmethod
    def make() -> Engine:
        """With the tiny voices."""
        return PiperEngine(_shared())


class TestKokoro(EngineConformance):
    """The suite of the contract, with Kokoro."""

    @staticmethod
    def make() -> Engine:
        """With the tiny voices."""
        return KokoroEngine(_shared())


@pytest.fixture(params=ENGINES, scope="module")
def engine(request: pytest.FixtureRequest, _voices: None) -> Iterator[NeuralEngine]:
    """Each of the engines in turn."""
    engine = ENGINES[request.param](_shared())
    yield engine
    engine.close()


def english(engine: NeuralEngine) -> Voice:
    """Its voice for British English."""
    return find_voice(engine, "en-GB")


def test_a_language_has_its_voice(engine: NeuralEngine) -> None:
    """Languages are told from the settings of a model, or from the name of a voice."""
    other = {"piper": ("de", "de_DE-tiny-low"), "kokoro": ("fr", "ff_three")}[engine.name]
    assert english(engine).name in {"en_GB-tiny-low", "bf_two"}
    assert find_voice(engine, other[0]).name == other[1]
    with pytest.raises(MissingTool, match="no voice for the language it"):
        find_voice(engine, "it")


def test_a_line_repeats_to_the_byte(engine: NeuralEngine) -> None:
    """The model draws at random, and yet a line is the same in another host, and after other lines."""
    voice = english(engine)
    first = engine.speak(Utterance(LINE, 120), voice).samples
    engine.speak(Utterance(OTHER, 90), voice)
    assert engine.speak(Utterance(LINE, 120), voice).samples.tobytes() == first.tobytes()
    again = type(engine)(_shared())
    try:
        assert again.speak(Utterance(LINE, 120), voice).samples.tobytes() == first.tobytes()
    finally:
        again.close()


def test_the_model_does_draw_at_random() -> None:
    """Without a new session for each line the tiny voice differs from line to line, as real ones do."""
    from guided_audio.engines import piper_host  # noqa: PLC0415 - it is run here, where it is a child else
    from guided_audio.engines.seeded import seeded_session  # noqa: PLC0415

    model = _shared() / "en_GB-tiny-low.onnx"
    session = seeded_session(model)
    asked = {
        "input": [[1, 0, 20, 0, 30, 0, 2]],
        "input_lengths": [7],
        "scales": __import__("numpy").array([0.667, 1.0, 0.8], "float32"),
    }
    first, second = (session.run(None, asked)[0].tobytes() for _ in range(2))
    assert first != second
    assert seeded_session(model).run(None, asked)[0].tobytes() == first
    assert piper_host.load_piper() == ""


def test_the_fingerprint_follows_the_model(engine: NeuralEngine, tmp_path: Path) -> None:
    """Other weights under the same name are another voice; the same weights elsewhere are not."""
    folder = tmp_path / "voices"
    shutil.copytree(_shared(), folder)
    copy, voice = type(engine)(folder), english(engine)
    before = copy.fingerprint(voice)
    assert before == engine.fingerprint(voice)
    assert engine.package[1] in before
    for model in folder.rglob("*.onnx"):
        with model.open("ab") as stream:
            stream.write(b"\0")
    assert copy.fingerprint(voice) != before
    copy.close()


def test_a_speaker_of_many_is_a_voice_of_its_own() -> None:
    """`NAME+SPEAKER` is honoured, its number never taken for another, and a wrong one is told."""
    engine = PiperEngine(_shared())
    try:
        first, third = (find_voice(engine, "de", f"de_DE-tiny-low+p{number}") for number in (0, 2))
        assert first.language == "de-DE"
        assert engine.fingerprint(first) != engine.fingerprint(third)
        one, two = (
            engine.speak(Utterance("Atme ruhig ein und aus.", 120), voice) for voice in (first, third)
        )
        assert likeness(one, two) < 0.9
        for wrong in ("p3", "", "p0+p1"):
            with pytest.raises(MissingTool):
                engine.speak(Utterance(LINE, 120), Voice("piper", f"de_DE-tiny-low+{wrong}"))
    finally:
        engine.close()


def test_voices_that_cannot_be_read_right_are_not_offered() -> None:
    """Kokoro's Japanese voices need what the package has not."""
    engine = KokoroEngine(_shared())
    assert "jf_four" not in {voice.name for voice in engine.voices()}
    engine.close()


def told_of(engine: NeuralEngine, utterance: Utterance, voice: Voice) -> str:
    """What the engine says of a line it cannot speak; nothing when it can."""
    try:
        engine.speak(utterance, voice)
    except EngineFailure as failure:
        return str(failure)
    return ""


@needs_linux
def test_a_crash_fails_one_line(engine: NeuralEngine) -> None:
    """A text that crashes espeak-ng costs its line, or is spoken; the next line is spoken."""
    voice = english(engine)
    told = told_of(engine, Utterance(CRASHING, 120), voice)
    assert not told or "the speech process died" in told
    assert "s's" not in told
    assert len(engine.speak(Utterance(LINE, 120), voice).samples)


@needs_linux
def test_a_host_that_is_killed_or_stopped_costs_no_line(engine: NeuralEngine) -> None:
    """A host that dies is replaced, and one that hangs is ended in time."""
    before = children()
    mine = type(engine)(_shared(), patience=20.0)
    voice = english(engine)
    try:
        expected = mine.speak(Utterance(LINE, 120), voice).samples.tobytes()
        (host,) = children() - before
        os.kill(host, signal.SIGKILL)
        assert mine.speak(Utterance(LINE, 120), voice).samples.tobytes() == expected
        (host,) = children() - before
        os.kill(host, signal.SIGSTOP)
        mine._patience = -30.0  # with what a line of this length gets and the grace: a second or so
        short = Utterance("Rest " * 12, 120)
        start = time.monotonic()
        with ThreadPoolExecutor(1) as thread:
            spoken = thread.submit(mine.speak, short, voice)
            time.sleep(0.2)
            mine._patience = 20.0
            assert len(spoken.result().samples)
        assert time.monotonic() - start < 30.0
    finally:
        mine.close()
    assert children() == before


def folder_with(tmp_path: Path, engine: str, **changes: bytes) -> Path:
    """A folder with the tiny voices of one engine; some files are replaced, by the end of their names."""
    folder = tmp_path / "voices"
    if engine == "piper":
        tiny_voices.piper_voice(folder)
    else:
        tiny_voices.kokoro_voices(folder)
    for ending, content in changes.items():
        (file,) = folder.glob(f"*{ending}")
        file.write_bytes(content)
    return folder


@pytest.mark.parametrize(
    "content", [b"", b"<html>no such file</html>", b"\x08\x08" + b"x" * 500, b"\0" * 9_000]
)
@pytest.mark.parametrize("name", ENGINES)
def test_a_model_that_is_none_fails_by_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    """An empty file, a web page and noise are no models: the line fails, and names the voice."""
    engine = ENGINES[name](folder_with(tmp_path, name, onnx=content))
    try:
        voice = find_voice(engine, "en-GB")
        with pytest.raises(Unspoken, match=rf"The voice {voice} could not speak") as failure:
            engine.speak(Utterance(LINE, 120), voice)
        assert failure.value.of_the_voice.startswith(f"The voice {voice} cannot speak: its model cannot be")
        assert "Install that voice again" in failure.value.of_the_voice
    finally:
        engine.close()


def test_a_model_of_something_else_fails_by_a_sentence(tmp_path: Path) -> None:
    """A model that is not a voice has other inputs; so has one of the other engine."""
    folder = tmp_path / "voices"
    model = tiny_voices.piper_voice(folder)
    shutil.copy(tiny_voices.kokoro_voices(tmp_path / "other"), model)
    engine = PiperEngine(folder)
    try:
        with pytest.raises(EngineFailure, match="could not speak"):
            engine.speak(Utterance(LINE, 120), engine.voices()[0])
    finally:
        engine.close()


@pytest.mark.parametrize(
    "settings",
    ["", "[]", "null", "{", '"text"', "{}", '{"audio": 3, "espeak": {"voice": "en"}, "phoneme_id_map": {}}'],
)
def test_settings_that_are_none_are_told(tmp_path: Path, settings: str) -> None:
    """Health names the file and what to do; other voices in the folder are not harmed."""
    folder = tmp_path / "voices"
    folder.mkdir()
    (folder / "broken.onnx").write_bytes(b"\x08")
    (folder / "broken.onnx.json").write_text(settings, encoding="utf-8")
    engine = PiperEngine(folder)
    health = engine.health()
    assert health is not None
    assert "broken.onnx.json" in health
    tiny_voices.piper_voice(folder)
    assert [voice.name for voice in PiperEngine(folder).voices()] == ["en_GB-tiny-low"]
    engine.close()


@pytest.mark.parametrize("missing", ["audio", "espeak", "phoneme_id_map"])
def test_settings_without_what_is_needed_are_told(tmp_path: Path, missing: str) -> None:
    """Half of the settings is none."""
    model = tiny_voices.piper_voice(tmp_path, drop=missing)
    if missing == "espeak":
        tiny_voices_settings(model, language={})
    with pytest.raises(MissingTool, match=r"does not hold the settings of a Piper voice"):
        read_settings(model)


def tiny_voices_settings(model: Path, **changes: object) -> None:
    """Change the settings of a voice."""
    file = model.with_name(f"{model.name}.json")
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | changes), encoding="utf-8")


def test_a_voice_that_would_use_the_network_is_not_taken(tmp_path: Path) -> None:
    """Piper would fetch a model to read Chinese by itself; such voices are told, not loaded."""
    tiny_voices_settings(tiny_voices.piper_voice(tmp_path, "zh_CN-tiny-low"), phoneme_type="pinyin")
    engine = PiperEngine(tmp_path)
    health = engine.health()
    assert health is not None
    assert "zh_CN-tiny-low needs a part that is not here" in health


def test_a_model_for_a_language_nobody_reads_is_told(tmp_path: Path) -> None:
    """Settings that name a language espeak-ng has not fail the line for that reason."""
    tiny_voices_settings(tiny_voices.piper_voice(tmp_path), espeak={"voice": "xx-nowhere"})
    engine = PiperEngine(tmp_path)
    try:
        with pytest.raises(EngineFailure, match="a language that Piper does not read"):
            engine.speak(Utterance(LINE, 120), engine.voices()[0])
    finally:
        engine.close()


@pytest.mark.parametrize("name", ENGINES)
def test_what_is_missing_is_told_with_its_remedy(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without voices it says how to get one, and without the package how to get that."""
    engine = ENGINES[name](tmp_path)
    health = engine.health()
    assert health is not None
    assert str(tmp_path) in health
    assert "guided-audio voices install" in health
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    without = ENGINES[name](_shared()).health()
    assert without == (
        f"The package {engine.package[1]} is not installed; run `pip install 'guided-audio[{name}]'`."
    )


@needs_linux
def test_nothing_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the copies and folders that libraries make, nothing outlives the hosts, though these are killed."""
    for variable in ("TMPDIR", "TMP", "TEMP"):
        monkeypatch.setenv(variable, str(tmp_path))
    for kind in ENGINES.values():
        engine = kind(_shared())
        engine.speak(Utterance(LINE, 120), english(engine))
        engine.close()
    assert not list(tmp_path.iterdir())


@needs_linux
def test_a_host_opens_no_connection_and_leaves_no_core(engine: NeuralEngine) -> None:
    """The library that runs models would report its use; and a crash would write the words to the disk."""
    before = children()
    mine = type(engine)(_shared())
    mine.speak(Utterance(LINE, 120), english(mine))
    (host,) = children() - before
    open_files = [str(link.readlink()) for link in Path(f"/proc/{host}/fd").iterdir()]
    loaded = Path(f"/proc/{host}/maps").read_text()
    limits = Path(f"/proc/{host}/limits").read_text()
    mine.close()
    assert "onnxruntime" in loaded
    assert not [file for file in open_files if file.startswith("socket:")]
    (core,) = [line.split() for line in limits.splitlines() if line.startswith("Max core file size")]
    assert core[4:6] == ["0", "0"]


def test_styles_that_are_none_are_told(tmp_path: Path) -> None:
    """A broken file of styles names itself."""
    engine = KokoroEngine(folder_with(tmp_path, "kokoro", bin=b"no archive"))
    assert "voices-tiny.bin does not hold the styles" in str(engine.health())


def test_a_folder_is_found_where_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """GUIDED_AUDIO_VOICES says where voices lie."""
    monkeypatch.setenv("GUIDED_AUDIO_VOICES", str(_shared()))
    assert PiperEngine().health() is None
    assert KokoroEngine().health() is None
