"""The program that speaks: the child of `SystemEngine`, where pyttsx3 may hang or crash without harm.

It is started by its path and imports only what speaking needs, so that it is ready in a tenth of a
second. How it is asked and answers is in `host_channel.py`; the sound of an answer is a WAV file.

Where processes can fork (Linux), this host stays warm: it has imported pyttsx3 and loaded the speech
library, but not initialised it. Every line is spoken by a fresh copy of it, because a second line
from one pyttsx3 engine drifts, waits for ever or is lost. The WAV goes to memory that looks
like a file, so nothing is left behind however this ends. Elsewhere a host speaks one line and ends.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import importlib.util
import json
import os
import platform
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from guided_audio.engines.host_channel import FORKS, Json, serve, short_path

DRIVER = {"darwin": "nsss", "win32": "sapi5"}.get(sys.platform, "espeak")
"""The part of pyttsx3 that drives the voice of this system."""

LIBRARY = "libespeak-ng.so.1"
_VARIANT_FOLDER = Path("voices/!v")


def load_speech() -> str:
    """Import pyttsx3 and load the speech library; what is missing as a sentence, or nothing."""
    if DRIVER == "espeak":
        _load_bundled_library()
    try:
        import pyttsx3  # noqa: PLC0415 - its absence is an answer
    except ImportError:
        return "The package pyttsx3 is not installed; run `pip install pyttsx3`."
    del pyttsx3
    try:
        importlib.import_module(f"pyttsx3.drivers.{DRIVER}")
    except Exception as error:  # drivers raise whatever their system gives them
        return _remedy(error)
    return ""


def _remedy(error: Exception) -> str:
    if DRIVER == "espeak":
        return f"The speech library {LIBRARY} cannot be loaded; run `pip install espeakng-loader`."
    packages = "pyobjc" if DRIVER == "nsss" else "comtypes pywin32"
    return f"The system's voice does not answer ({type(error).__name__}); run `pip install {packages}`."


def _load_bundled_library() -> None:
    """Make the library and data of the wheel espeakng-loader the ones pyttsx3 finds.

    pyttsx3 asks the linker for a name; a library already loaded under that name is what it gets.
    """
    found = importlib.util.find_spec("espeakng_loader")
    if found is None or found.origin is None:
        return  # pyttsx3 then takes the system's own library, where there is one
    folder = Path(found.origin).parent
    try:
        ctypes.CDLL(str(folder / LIBRARY), mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return
    os.environ["ESPEAK_DATA_PATH"] = str(short_path(folder / "espeak-ng-data"))


def say(request: Mapping[str, object], path: str) -> Json:
    """Speak one line into a file, and say what the speech library itself believes it did.

    Reading back its rate and voice matters: pyttsx3 reports neither a rate that was dropped nor a
    voice that fell back to another.
    """
    import pyttsx3  # noqa: PLC0415 - already imported where it is there at all

    ended, wrong = threading.Event(), list[str]()
    sys.unraisablehook = lambda broken: _give_up(broken.exc_type.__name__, wrong, ended)
    if DRIVER == "espeak":
        _keep_queued_commands()
    engine = pyttsx3.init(DRIVER)
    _wait_until_idle()
    engine.connect("error", lambda name, exception: _give_up(type(exception).__name__, wrong, ended))  # noqa: ARG005 - the names are pyttsx3's
    engine.connect("finished-utterance", lambda name, completed: ended.set())  # noqa: ARG005 - likewise
    engine.setProperty("voice", request["voice"])
    engine.setProperty("rate", request["rate"])
    engine.save_to_file(request["text"], path)
    engine.runAndWait()
    if DRIVER != "sapi5":  # it alone has written the file by now, and reports no end
        ended.wait()
    if wrong:
        return {"reason": f"the voice reported {wrong[0]}"}
    voice, rate = _in_force(engine)
    return {"voice": voice, "rate": rate}


def _give_up(kind: str, wrong: list[str], ended: threading.Event) -> None:
    wrong.append(kind)
    ended.set()


def _keep_queued_commands() -> None:
    """Stop pyttsx3 from cancelling, at the end of its loop, the rate and text it has just queued."""
    from pyttsx3.drivers.espeak import EspeakDriver  # noqa: PLC0415 - only where it drives espeak

    EspeakDriver.stop = lambda _self: None


def _wait_until_idle() -> None:
    """Let the library's own thread finish starting up: setting a voice meanwhile is a race."""
    if DRIVER != "espeak":
        return
    from pyttsx3.drivers import _espeak  # noqa: PLC0415 - only where espeak is loaded

    while _espeak.IsPlaying():
        time.sleep(0.0005)


def _in_force(engine: object) -> tuple[str, int]:
    """The voice, in the spelling of `describe`, and the rate."""
    if DRIVER != "espeak":
        read = engine.getProperty  # type: ignore[attr-defined]
        return str(read("voice")), round(float(read("rate")))
    from pyttsx3.drivers import _espeak  # noqa: PLC0415 - only where espeak is loaded

    voice = _espeak.GetCurrentVoice().contents.identifier.decode()
    # pyttsx3's own GetParameter leaves out the second argument, and so mostly reads the default
    return str(voice), int(_espeak.dll.espeak_GetParameter(_espeak.RATE, 1))


def describe() -> Json:
    """The voices of this system, and all that decides how they sound."""
    import pyttsx3  # noqa: PLC0415 - already imported where it is there at all

    engine = pyttsx3.init(DRIVER)
    made_by = f"pyttsx3-{version('pyttsx3')} {platform.system()}-{platform.machine()}"
    if DRIVER == "espeak":
        return _describe_espeak(made_by)
    voices = [
        [str(voice.id), str((voice.languages or [""])[0]), str(voice.name)]
        for voice in engine.getProperty("voices")
    ]
    return {"voices": voices, "variants": [], "made_by": f"{made_by} {platform.version()}"}


def _describe_espeak(made_by: str) -> Json:
    from pyttsx3.drivers import _espeak  # noqa: PLC0415 - only where espeak is loaded

    place = ctypes.c_char_p()
    release = _espeak.Info(ctypes.addressof(place)).decode()
    data = Path((place.value or b"").decode())
    voices = [
        # the language stands after a byte of priority; pyttsx3 would lower the case of the identifier
        [voice.identifier.decode(), voice.languages[1:].decode(), voice.name.decode().strip()]
        for voice in _espeak.ListVoices(None)
    ]
    variants = sorted(path.name for path in (data / _VARIANT_FOLDER).glob("*"))
    made_by += f" espeak-ng-{release} data-{_digest(data)}"
    return {"voices": voices, "variants": variants, "made_by": made_by}


def _digest(folder: Path) -> str:
    """A digest of every file in a folder: dictionaries change how words are said, version or not."""
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


@contextmanager
def _empty_file() -> Iterator[str]:
    """The name of a file that only this user can read and that is gone afterwards."""
    if FORKS and hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        descriptor = os.memfd_create("speech")
        try:
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
    else:
        with tempfile.TemporaryDirectory(prefix="guided-audio-") as folder:  # mode 0700
            suffix = ".aiff" if DRIVER == "nsss" else ".wav"
            yield str(Path(folder) / f"speech{suffix}")


def in_a_copy(task: Callable[[], Json], limit: float) -> Json:
    """Do something in a fork of this process, and end it after so many seconds."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        _run_and_exit(task, writer, limit)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        said = stream.read()
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGALRM:
            return {"reason": f"the voice took longer than {limit:g} s"}
        return {"reason": f"the voice crashed ({signal.Signals(number).name})"}
    return dict(json.loads(said)) if said else {"reason": "the voice ended without an answer"}


def _run_and_exit(task: Callable[[], Json], writer: int, limit: float) -> NoReturn:
    """Run in the copy. The alarm ends it wherever it hangs, also in C and also without its parent."""
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, limit)
        os.write(writer, json.dumps(_attempt(task)).encode())
    finally:
        os._exit(0)  # ends the library's threads as well, without its assertions


def _attempt(task: Callable[[], Json]) -> Json:
    try:
        return task()
    except Exception as error:  # its message may quote the words, so only its kind is told
        return {"reason": f"the voice failed with {type(error).__name__}"}


def answer(request: Mapping[str, object]) -> tuple[Json, bytes]:
    """What one request asks for: how the voices are made, or a line as a sound file."""
    limit = float(str(request["limit"]))
    run = functools.partial(in_a_copy, limit=limit) if FORKS else _attempt
    if "text" not in request:
        return run(describe), b""
    with _empty_file() as path:
        said = run(lambda: say(request, path))
        sound = b"" if "reason" in said else Path(path).read_bytes()
    return said, sound


def main() -> None:
    """Answer requests until stdin ends."""
    serve(load_speech, answer, once=not FORKS)


if __name__ == "__main__":
    main()
