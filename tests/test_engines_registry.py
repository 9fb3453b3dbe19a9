"""Engines and voices are found by name, and what is missing or broken is one sentence."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints

import pytest

from guided_audio import engines
from guided_audio.engines.fake import FakeEngine
from guided_audio.errors import MissingTool
from guided_audio.speech import Voice


class Listed(FakeEngine):
    """An engine with the voices a test gives it."""

    def __init__(self, *voices: Voice) -> None:
        self._voices = voices

    def voices(self) -> tuple[Voice, ...]:
        """The voices of the test."""
        return self._voices

    def fingerprint(self, voice: Voice) -> str:
        """Refuses all variants but one."""
        if "+" in voice.name and not voice.name.endswith("+soft"):
            raise MissingTool("No such variant.")
        return voice.name


@pytest.fixture
def listed() -> Listed:
    """Voices as an operating system may name them."""
    return Listed(
        Voice("fake", "gmw/en", "en-GB", "English (Great Britain)"),
        Voice("fake", "gmw/en-US", "en-US", "English (America)"),
        Voice("fake", "gmw/de", "de", "German"),
        Voice("fake", "com.vendor.Daniel", "en-GB", "Daniel"),
        Voice("fake", "mute", "", "of no language"),
    )


def installed(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    """Pretend that exactly these entry points are installed; `_1` at the end of a name is left out."""
    monkeypatch.setattr(engines, "descriptions", dict)
    points = [EntryPoint(name.removesuffix("_1"), value, engines.GROUP) for name, value in values.items()]
    monkeypatch.setattr(engines, "entry_points", lambda group: EntryPoints(points).select(group=group))


def test_the_engines_of_this_package_are_there() -> None:
    """What pyproject declares is found."""
    assert {"fake", "system"} <= set(engines.names())


@pytest.mark.parametrize("name", ["fake", "system"])
def test_an_engine_is_loaded_by_its_name(name: str) -> None:
    """The engine one gets is the one asked for."""
    engine = engines.load(name)
    assert engine.name == name
    engine.close()


def test_an_unknown_engine_names_the_known() -> None:
    """A slip of the finger is answered with what was meant, and a wild guess with all there are."""
    with pytest.raises(MissingTool, match="Did you mean system"):
        engines.load("sytem")
    with pytest.raises(MissingTool, match=r"There are: .*fake.*system"):
        engines.load("0000")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("no_such_module_anywhere:Engine", "ModuleNotFoundError"),
        ("guided_audio.speech:NoSuchName", "AttributeError"),
        ("guided_audio.speech:Voice", "TypeError"),
        ("builtins:object", "it lacks health, voices"),
    ],
)
def test_a_broken_engine_is_one_sentence(monkeypatch: pytest.MonkeyPatch, value: str, reason: str) -> None:
    """Whatever is wrong with somebody's package, it is named and others are offered, on one line."""
    installed(monkeypatch, broken=value, fake="guided_audio.engines.fake:FakeEngine")
    with pytest.raises(MissingTool, match=reason) as failure:
        engines.load("broken")
    told = str(failure.value)
    assert "another engine: fake." in told
    assert len(told.splitlines()) == 1


def test_a_broken_engine_harms_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is listed, and the others load."""
    installed(monkeypatch, broken="no_such_module:X", fake="guided_audio.engines.fake:FakeEngine")
    assert engines.names() == ("broken", "fake")
    assert engines.load("fake").name == "fake"


def test_nobody_takes_the_name_of_an_engine_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two engines of one name ours is loaded, in whichever order they were installed."""
    ours, theirs = "guided_audio.engines.fake:FakeEngine", "builtins:object"
    installed(monkeypatch, fake=ours, fake_1=theirs)
    assert engines.load("fake").name == "fake"
    installed(monkeypatch, fake_1=theirs, fake=ours)
    assert engines.load("fake").name == "fake"


def test_listing_engines_loads_none() -> None:
    """Neither sound nor speech is imported to know the names."""
    program = (
        "import sys; from guided_audio import engines; engines.names(); engines.parse_voice('gmw/en'); "
        "print([name for name in ('numpy', 'pyttsx3', 'soundfile', 'guided_audio.engines.system') "
        "if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("text", "engine", "voice"),
    [
        ("gmw/en", "system", "gmw/en"),
        ("gmw/en+f3", "system", "gmw/en+f3"),
        ("system:gmw/en-US", "system", "gmw/en-US"),
        ("fake:one", "fake", "one"),
        ("fake", "fake", None),
        ("fake:", "fake", None),
        (" fake : one ", "fake", "one"),
        (":gmw/en", "system", "gmw/en"),
        ("system:urn:voice:1", "system", "urn:voice:1"),
        ("", "system", None),
        ("absent:amy", "absent", "amy"),
    ],
)
def test_a_voice_is_read(text: str, engine: str, voice: str | None) -> None:
    """The first colon divides; without one it is a voice of the system, or an engine's own choice."""
    assert engines.parse_voice(text) == (engine, voice)


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en-GB", "gmw/en"),
        ("en-gb", "gmw/en"),
        ("en_US", "gmw/en-US"),
        ("en", "gmw/en"),
        ("en-AU", "gmw/en"),
        ("en-US-nyc", "gmw/en-US"),
        ("de-AT", "gmw/de"),
        ("de", "gmw/de"),
    ],
)
def test_a_language_has_its_voice(listed: Listed, language: str, name: str) -> None:
    """The same language wins, then a part of it, then what it is a part of, then a sister."""
    assert engines.find_voice(listed, language).name == name


@pytest.mark.parametrize("language", ["fr", "d", "e", ""])
def test_a_language_without_a_voice_is_told(listed: Listed, language: str) -> None:
    """No other language is spoken instead, and the sentence says what to do."""
    with pytest.raises(MissingTool, match="--voice"):
        engines.find_voice(listed, language)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("gmw/en-US", "gmw/en-US"),
        ("gmw/en-us", "gmw/en-US"),
        ("daniel", "com.vendor.Daniel"),
        ("gmw/EN+soft", "gmw/en+soft"),
    ],
)
def test_a_voice_is_found_by_name(listed: Listed, asked: str, name: str) -> None:
    """By its name in any case, by its description, and with a variant the engine has."""
    assert engines.find_voice(listed, "de", asked).name == name


def test_a_variant_keeps_the_language_of_its_voice(listed: Listed) -> None:
    """A variant is the voice it varies in all but the sound."""
    assert engines.find_voice(listed, "de", "gmw/en+soft").language == "en-GB"


@pytest.mark.parametrize("asked", ["gmw/en+loud", "nobody", "nobody+soft", "en-gb"])
def test_an_unknown_voice_is_missing(listed: Listed, asked: str) -> None:
    """Neither an unknown name nor an unknown variant is answered with another voice."""
    with pytest.raises(MissingTool):
        engines.find_voice(listed, "en-GB", asked)


def test_near_names_are_offered(listed: Listed) -> None:
    """A slip of the finger is answered with the names it resembles."""
    with pytest.raises(MissingTool, match=r"Did you mean gmw/en-US"):
        engines.find_voice(listed, "en-GB", "gwm/en-US")


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("de", "Did you mean gmw/de? `guided-audio voices --language de` lists"),
        ("EN", "Did you mean gmw/en or gmw/en-US? `guided-audio voices --language EN` lists"),
        ("en_us", "Did you mean gmw/en-US? `guided-audio voices --language en-us` lists"),
        ("en-gb", "`guided-audio voices --language en-gb` lists"),
        ("nobody", "`guided-audio voices` lists"),
        ("amy", "`guided-audio voices` lists"),
    ],
)
def test_a_language_in_place_of_a_voice_is_answered_with_its_voices(
    listed: Listed, asked: str, hint: str
) -> None:
    """Who names a language hears which voices speak it, and how to list them."""
    with pytest.raises(MissingTool) as raised:
        engines.find_voice(listed, "en-GB", asked)
    assert hint in str(raised.value)


def test_no_more_than_three_voices_are_offered() -> None:
    """A language with many voices does not fill the screen; the plainest come first."""
    many = Listed(
        *(Voice("fake", f"gmw/en-{part}", "en", part) for part in ("x-long", "029", "US", "GB", "AU"))
    )
    with pytest.raises(MissingTool, match=r"Did you mean gmw/en-AU, gmw/en-GB or gmw/en-US\?"):
        engines.find_voice(many, "en-GB", "en")


class Readied(FakeEngine):
    """An engine that notes what is done with it."""

    def __init__(self) -> None:
        self.asked, self.closed = threading.Event(), False

    def health(self) -> str | None:
        """It is well, and was asked."""
        self.asked.set()
        return None

    def close(self) -> None:
        """It was closed."""
        self.closed = True


def test_an_engine_that_was_begun_is_given_away_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets ready by itself; the next one to load it has it, and after that there is a new one."""
    installed(monkeypatch, ready=f"{__name__}:Readied")
    monkeypatch.setattr(engines, "_made", lambda _name, _point: Readied())
    engines.begin("ready")
    engines.begin("ready")
    engine = engines.load("ready")
    assert isinstance(engine, Readied)
    assert engine.asked.wait(10)
    assert engines.load("ready") is not engine


def test_an_engine_that_nobody_came_for_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the end of the program; one that was given away is not closed behind its owner's back."""
    ends: list[Callable[[], object]] = []
    monkeypatch.setattr("atexit.register", lambda end, name: ends.append(lambda: end(name)))
    installed(monkeypatch, ready=f"{__name__}:Readied", taken=f"{__name__}:Readied")
    made = {name: Readied() for name in ("ready", "taken")}
    monkeypatch.setattr(engines, "_made", lambda name, _point: made[name])
    for name in made:
        engines.begin(name)
    engines.load("taken")
    for end in ends:
        end()
    assert (made["ready"].closed, made["taken"].closed) == (True, False)


def test_what_cannot_begin_is_told_by_whoever_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing engine is no matter until it is asked for."""
    installed(monkeypatch)
    engines.begin("ready")
    with pytest.raises(MissingTool, match="no engine 'ready'"):
        engines.load("ready")
