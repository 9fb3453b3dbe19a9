"""What of a voice would tire a listener, measured for the system's voices and their variants.

python bench/voices.py                         a row of figures for each voice of the shortlist
python bench/voices.py --all                   every English voice, and every variant of the default
python bench/voices.py --only gmw/en,gmw/en+m3  these
python bench/voices.py --chain gentle          the same, after the voice chain
python bench/voices.py --pictures FOLDER       and a spectrogram of each into a folder
python bench/voices.py --image                 how far down conforming keeps the image of a slower voice
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import spectrogram
from guided_audio import conform, mastering, polish
from guided_audio.blocks import Mono
from guided_audio.engines.system import SystemEngine
from guided_audio.errors import EngineFailure
from guided_audio.naming import file_stem
from guided_audio.speaking import Speaker
from guided_audio.speech import Speech, Utterance, Voice
from guided_audio.store import Store
from guided_audio.units import PROJECT_RATE as RATE
from guided_audio.units import decibels, gain

PACE = 112
HEARD = RATE // 2
"""Frames a second at which a voice of 22.05 kHz is looked at."""

Floats = NDArray[np.float64]

SENTENCES = (
    "This is a time for sitting still, and nothing else has to happen.",
    "You are welcome to close your eyes, or to leave them half open.",
    "The chair holds you up, without being asked.",
    "Perhaps there is some warmth in your hands, or perhaps they are cool.",
    "Listen for the sound that is furthest away.",
    "Then listen for the one that is nearest, which may be your own breath.",
    "It rises and it falls, a little differently each time.",
    "Your shoulders have carried things today, and they can rest now.",
    "Soft places and stiff places are equally at home here.",
    "If your thoughts wander off, that is simply what thoughts do.",
    "Whenever you notice, you can come back as gently as you like.",
    "There is no wrong way to do this.",
    "Let the jaw hang loose, so that the teeth are slightly apart.",
    "Is there anything in your face that would like to soften?",
    "Some days feel slow, and some days are full of noise.",
    "Either of them can be met with the same patience.",
    "Imagine a stream that passes under a small stone bridge.",
    "The water goes by, and the bridge stays where it is.",
    "Leaves float past, yellow and brown, and turn as they go.",
    "You might set a worry down on one of them, just for a while.",
    "What would it be like to need nothing for one whole minute?",
    "Feel the ground beneath your feet, solid and plain.",
    "Breathe in through the nose, and out as if through a straw.",
    "Each breath out can be a bit longer than the breath before.",
    "Something in you already knows how to rest.",
    "A kind word to yourself may seem strange at first, and that is all right.",
    "You could place a hand over your heart, or on your belly.",
    "Stay with that touch, its weight and its warmth.",
    "Slowly, let your attention widen to the room again.",
    "When you are ready, open your eyes and look around.",
)
"""Thirty lines of guidance, with every sound of English and as many hisses as such texts have."""

SHORTLIST = (
    *("gmw/en", "gmw/en-GB-x-rp", "gmw/en-GB-scotland", "gmw/en-GB-x-gbclan", "gmw/en-US"),
    *(f"gmw/en+m{number}" for number in range(1, 9)),
    *(f"gmw/en+f{number}" for number in range(1, 6)),
    *("gmw/en+Annie", "gmw/en+Andrea", "gmw/en+Denis", "gmw/en+Gene", "gmw/en+Mike", "gmw/en+Michael"),
    *("gmw/en+anika", "gmw/en+belinda", "gmw/en+linda", "gmw/en+steph", "gmw/en+steph3"),
    *("gmw/en+rob", "gmw/en+robert", "gmw/en+max", "gmw/en+paul", "gmw/en+Diogo", "gmw/en+Henrique"),
    *("gmw/en+klatt2", "gmw/en+klatt6", "gmw/en+adam", "gmw/en+benjamin", "gmw/en+edward", "gmw/en+edward2"),
)

# Norms

THIRDS = np.array(
    [
        100,
        125,
        160,
        200,
        250,
        315,
        400,
        500,
        630,
        800,
        1000,
        1250,
        1600,
        2000,
        2500,
        3150,
        4000,
        5000,
        6300,
        8000,
    ]
)
PEOPLE = np.array(
    [
        *(54.4, 57.7, 56.8, 60.2, 60.3, 59.0, 62.1, 62.1, 60.5, 56.8),
        *(53.7, 53.0, 52.0, 48.7, 48.1, 46.8, 45.6, 44.5, 44.3, 43.7),
    ]
)
"""The long-term spectrum of people speaking, men and women together, in dB per third of an octave:
Byrne et al. 1994, Journal of the Acoustical Society of America 96, 2108-2120."""

IMPORTANCE = np.array(
    [
        *(0.0083, 0.0095, 0.0150, 0.0289, 0.0440, 0.0578, 0.0653, 0.0711, 0.0818),
        *(0.0844, 0.0882, 0.0898, 0.0868, 0.0844, 0.0771, 0.0527, 0.0364, 0.0185),
    ]
)
"""How much each third from 160 Hz to 8 kHz matters to understanding: ANSI S3.5-1997, average speech."""

BODY, PRESENCE, HISS = (200, 1000), (2000, 4000), (5000, 8000)  # centres of thirds, both ends included


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of one voice. Levels in dB, pitch in hertz and semitones, paces in words a minute."""

    rate: float
    pace: float
    slowest: float
    failures: int
    repeats: bool
    presence: float  # 1.8-4.5 kHz re 0.18-1.1 kHz
    hiss: float  # 4.5-9 kHz re 0.18-1.1 kHz
    warmth: float  # 0.1-0.45 kHz re 0.45-1.1 kHz
    tilt: float  # dB an octave, 0.5 to 8 kHz
    off_norm: float  # dB from people's spectrum, rms over thirds of 125 Hz to 8 kHz
    audible: float  # of 1, in noise as strong
    pitch: float
    span: float  # semitones between the 5th and the 95th percentile
    movement: float  # semitones a second, where voiced
    harmonic: float  # harmonics to noise, median
    sibilants: float  # loudest fiftieth of 10 ms: 5-9 kHz re the voice
    crest: float
    buzz: float  # depth of modulation of 2-5 kHz, weighted as roughness is heard
    contrast: float  # how far bands move in time: articulation
    ticks: float  # in a voiced minute
    joints: float  # dB in 10 ms, the strongest in 200 inside voiced sounds
    edge: float  # largest first or last sample, re full scale
    spread: float  # standard deviation of loudness between lines, LU
    rumble: float  # below 70 Hz re all


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--chain", default="off", choices=sorted(polish.PRESETS))
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--image", action="store_true")
    asked = parser.parse_args()
    if asked.image:
        _print_images()
        return
    with tempfile.TemporaryDirectory() as folder, Speaker(Store(Path(folder)), lanes=1) as speaker:
        names = asked.only.split(",") if asked.only else every_voice() if asked.all else SHORTLIST
        print("voice", *(field.name for field in fields(Figures)), sep="\t", flush=True)
        for name in names:
            voice = Voice("system", name)
            figures, clips = study(voice, speaker, polish.PRESETS[asked.chain])
            told = (f"{value:.4g}" if isinstance(value, float) else str(value) for value in astuple(figures))
            print(name, *told, sep="\t", flush=True)
            if asked.pictures:
                sound = np.concatenate(clips[:4])
                spectrogram.draw(
                    np.stack((sound, sound), axis=1), RATE, asked.pictures / f"{file_stem(name, 'voice')}.png"
                )


def every_voice() -> list[str]:
    """Every English voice of this machine, and every variant of the default."""
    engine = SystemEngine()
    english = [voice.name for voice in engine.voices() if voice.language.startswith("en")]
    variants = sorted(engine._description().variants)
    engine.close()
    return english + [f"gmw/en+{variant}" for variant in variants]


def study(voice: Voice, speaker: Speaker, chain: polish.Chain) -> tuple[Figures, list[Mono]]:
    """All figures of one voice at the rate that makes the pace, and its lines at one level."""
    rate = speaker.rate_for(PACE, voice)
    spoken, failures = _spoken(voice, speaker, rate, SENTENCES)
    slow, _ = _spoken(voice, speaker, 80.0, SENTENCES[:8])
    clips = [polish.polish(conform.conform(speech, RATE), chain, RATE) for speech in spoken]
    loud = [mastering.as_played(mastering.loudness(clip, RATE)) for clip in clips]
    level = [
        (clip * np.float32(gain(mastering.SPEECH_LUFS - was))).astype(np.float32)
        for clip, was in zip(clips, loud, strict=True)
    ]
    heard = [clip[::2] for clip in level]  # nothing is above 11 kHz, so this loses nothing
    tracks, harmonic = zip(*(pitch_track(clip) for clip in heard), strict=True)
    edge = max(float(np.abs(clip[[0, -1]]).max()) for clip in level)
    figures = Figures(
        rate,
        pace_of(spoken, SENTENCES),
        pace_of(slow, SENTENCES[:8]),
        failures,
        repeats(voice, speaker, rate),
        *_colour(heard),
        *_pitch(tracks),
        float(np.nanmedian(np.concatenate(harmonic))),
        *_edge_of_sound(heard, tracks),
        decibels(edge),
        float(np.std(loud)),
        _rumble(heard),
    )
    return figures, level


def _spoken(voice: Voice, speaker: Speaker, rate: float, texts: Sequence[str]) -> tuple[list[Speech], int]:
    spoken, failures = [], 0
    for text in texts:
        try:
            spoken.append(speaker.engine(voice.engine).speak(Utterance(text, rate), voice))
        except EngineFailure:
            failures += 1
    return spoken, failures


def repeats(voice: Voice, speaker: Speaker, rate: float) -> bool:
    """Whether two lines are the same to the byte from one second of the clock to a later one."""
    heard = set()
    for _ in range(2):
        spoken, _ = _spoken(voice, speaker, rate, SENTENCES[:2])
        heard.add(b"".join(speech.samples.tobytes() for speech in spoken))
        time.sleep(1.1)  # the library sows its dice with the second it is
    return len(heard) == 1


def pace_of(spoken: Sequence[Speech], texts: Sequence[str]) -> float:
    """Words a minute with the gap that two in three sentences have after them in a script."""
    seconds = sum(len(conform.conform(speech, RATE)) / RATE for speech in spoken) + 0.9 * len(texts) / 3
    return sum(len(text.split()) for text in texts) * 60 / seconds


# Colour


def _power(clips: Sequence[Mono], size: int = 4096) -> tuple[Floats, Floats]:
    """The mean power spectrum of all clips, and its frequencies."""
    total = np.zeros(size // 2 + 1)
    for clip in clips:
        padded = np.pad(clip, size // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, size)[:: size // 2] * np.hanning(size)
        total += np.square(np.abs(np.fft.rfft(frames, axis=1))).sum(axis=0)
    return total, np.asarray(np.fft.rfftfreq(size, 1 / HEARD))


def thirds_of(clips: Sequence[Mono]) -> Floats:
    """The level of each third of an octave, in dB of no particular zero."""
    power, at = _power(clips)
    edges = THIRDS[:, None] * 2.0 ** np.array([-1 / 6, 1 / 6])
    return np.array([10 * np.log10(power[(at >= low) & (at < high)].sum() + 1e-20) for low, high in edges])


def _between(levels: Floats, band: tuple[int, int]) -> float:
    inside = (band[0] <= THIRDS) & (band[1] >= THIRDS)
    return 10 * float(np.log10(np.sum(10 ** (levels[inside] / 10))))


def colour_of(levels: Floats) -> tuple[float, float, float, float]:
    """Presence, hiss, warmth and tilt of the levels of thirds; also of people's, for comparison."""
    body = _between(levels, BODY)
    upper = THIRDS >= 500
    tilt = float(np.polyfit(np.log2(THIRDS[upper]), levels[upper], 1)[0])
    warmth = _between(levels, (100, 400)) - _between(levels, (500, 1000))
    return _between(levels, PRESENCE) - body, _between(levels, HISS) - body, warmth, tilt


def _colour(clips: Sequence[Mono]) -> tuple[float, float, float, float, float, float]:
    levels = thirds_of(clips)
    return *colour_of(levels), float(np.std((levels - PEOPLE)[1:])), audibility(levels)


def audibility(levels: Floats) -> float:
    """How much of a voice is heard, of 1, in noise like people speaking and as strong as the voice."""
    voice, noise = (each - _between(each, (100, 8000)) for each in (levels, PEOPLE.astype(np.float64)))
    heard = np.clip((voice - noise + 15) / 30, 0, 1)[THIRDS >= 160]
    return float(np.sum(heard * IMPORTANCE))


def _rumble(clips: Sequence[Mono]) -> float:
    power, at = _power(clips)
    return 10 * float(np.log10(power[at < 70].sum() / power.sum()))


# Pitch

_FRAME, _STEP, _SIZE = HEARD // 20, HEARD // 100, 2048  # 50 ms each 10 ms


def _frames(sound: Mono | Floats) -> Floats:
    padded = np.pad(np.asarray(sound, dtype=np.float64), _FRAME // 2)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_STEP])


def _alike(sound: Mono | Floats) -> tuple[Floats, Floats]:
    """For each 10 ms: how alike the sound is to itself so many frames later, and its level."""
    window = np.hanning(_FRAME)

    def products(frames: Floats) -> Floats:
        return np.asarray(np.fft.irfft(np.square(np.abs(np.fft.rfft(frames, _SIZE, axis=-1))), axis=-1))

    frames = _frames(sound)
    own, weight = products((frames - frames.mean(axis=1, keepdims=True)) * window), products(window)
    longest = HEARD // 55
    alike = own[:, :longest] / np.maximum(own[:, :1], 1e-12) / (weight[:longest] / weight[0])
    return alike, np.sqrt(np.square(frames).mean(axis=1))


def pitch_track(clip: Mono) -> tuple[Floats, Floats]:
    """Semitones from 440 Hz each 10 ms, `nan` where there is no pitch; and there, harmonics to noise in dB.

    The autocorrelation of each 50 ms over that of its window, after Boersma 1993; the shortest period
    that is nearly as good as the best is taken.
    """
    alike, level = _alike(_band(clip, 50, 1200))
    first = HEARD // 420
    best = alike[:, first:].max(axis=1)
    good = (alike[:, 1:-1] > alike[:, :-2]) & (alike[:, 1:-1] >= alike[:, 2:])
    good &= alike[:, 1:-1] > 0.93 * best[:, None]
    good[:, : first - 1] = False
    lag = good.argmax(axis=1) + 1
    rows = np.arange(len(lag))
    left, middle, right = (alike[rows, lag + step] for step in (-1, 0, 1))
    between = 0.5 * (left - right) / np.minimum(left - 2 * middle + right, -1e-9)
    voiced = (best > 0.6) & good.any(axis=1) & (level > 0.05 * level.max())
    period = lag + np.clip(between, -1, 1)
    whole = np.clip(_alike(clip)[0][rows, lag], 1e-3, 0.9999)
    pitch = np.where(voiced, 12 * np.log2(HEARD / np.maximum(period, 1) / 440), np.nan)
    return pitch, np.where(voiced, 10 * np.log10(whole / (1 - whole)), np.nan)


def _pitch(tracks: Sequence[Floats]) -> tuple[float, float, float]:
    heard = np.concatenate([track[np.isfinite(track)] for track in tracks])
    steps = np.concatenate([np.abs(np.diff(track)) for track in tracks])
    steps = steps[np.isfinite(steps) & (steps < 2.0)] / 0.01
    low, high = np.percentile(heard, (5, 95))
    return 440 * 2 ** (float(np.median(heard)) / 12), float(high - low), float(np.mean(steps))


# Edge: what pierces, buzzes or clicks


def _band(sound: Mono, low: float, high: float, *, strength: bool = False) -> Floats:
    """A band, cut by a transform of the whole; or how strong it is from moment to moment."""
    size = 1 << (len(sound) - 1).bit_length()
    spectrum = np.fft.fft(np.asarray(sound, dtype=np.float64), size)
    at = np.fft.fftfreq(size, 1 / HEARD)
    spectrum[(np.abs(at) < low) | (np.abs(at) > high) | (at < 0)] = 0
    analytic = 2 * np.fft.ifft(spectrum)[: len(sound)]
    return np.abs(analytic) if strength else np.asarray(analytic.real)


def _edge_of_sound(
    clips: Sequence[Mono], tracks: Sequence[Floats]
) -> tuple[float, float, float, float, float, float]:
    levels = np.concatenate([np.sqrt(np.square(_frames(clip)).mean(axis=1)) for clip in clips])
    voice = float(np.sqrt(np.square(levels[levels > 0.03 * levels.max()]).mean()))
    hiss = np.concatenate([_moments(_band(clip, 5000, 9000), _STEP) for clip in clips])
    pairs = list(zip(clips, tracks, strict=True))
    return (
        decibels(float(np.percentile(hiss, 98)) / voice),
        decibels(max(float(np.abs(clip).max()) for clip in clips) / voice),
        float(np.nanmedian(np.concatenate([_roughness(*pair) for pair in pairs]))),
        contrast(clips),
        sum(ticks(*pair) for pair in pairs) * 6000 / sum(np.isfinite(track).sum() for track in tracks),
        float(np.percentile(np.concatenate([_joints(*pair) for pair in pairs]), 99.5)),
    )


def _moments(sound: Floats, length: int) -> Floats:
    whole = len(sound) // length * length
    return np.asarray(np.sqrt(np.square(sound[:whole]).reshape(-1, length).mean(axis=1)))


def _roughness(clip: Mono, track: Floats) -> Floats:
    """How deep 2-5 kHz is modulated in each voiced 10 ms: at 70 Hz it is heard in full, elsewhere less."""
    frames = _frames(_band(clip, 2000, 5000, strength=True))
    window = np.hanning(_FRAME)
    at = np.fft.rfftfreq(_FRAME, 1 / HEARD)
    weight = np.where(at > 20, at / 70 * np.exp(1 - at / 70), 0)
    mean = (frames * window).sum(axis=1) / window.sum()
    spectrum = np.abs(np.fft.rfft((frames - mean[:, None]) * window, axis=1)) * weight
    depth = np.sqrt(2 * np.square(spectrum).sum(axis=1) / np.square(window).sum() / _FRAME) / (mean + 1e-9)
    return np.where(np.isfinite(track), np.sqrt(2) * depth, np.nan)


def _joints(clip: Mono, track: Floats) -> Floats:
    """How far the level moves from one voiced 10 ms to the next, in dB."""
    levels = 10 * np.log10(np.square(_frames(clip)).mean(axis=1) + 1e-12)
    voiced = np.isfinite(track)
    return np.asarray(np.abs(np.diff(levels))[voiced[1:] & voiced[:-1]])


def contrast(clips: Sequence[Mono]) -> float:
    """How far the level of a third of an octave moves in time, mean of 315 Hz to 6.3 kHz."""
    powers = np.concatenate(
        [np.square(np.abs(np.fft.rfft(_frames(clip)[::2] * np.hanning(_FRAME), axis=1))) for clip in clips]
    )
    at, spreads = np.fft.rfftfreq(_FRAME, 1 / HEARD), []
    for centre in THIRDS[(THIRDS >= 315) & (THIRDS <= 6300)]:
        inside = (at >= centre * 2 ** (-1 / 6)) & (at < centre * 2 ** (1 / 6))
        levels = 10 * np.log10(powers[:, inside].sum(axis=1) + 1e-12)
        spreads.append(np.std(np.maximum(levels, levels.max() - 40)))
    return float(np.mean(spreads))


def ticks(clip: Mono, track: Floats) -> int:
    """Moments of a voiced sound that stand 15 dB out of the 30 ms around them above 8 kHz.

    Vowels have little there, so what shows is a tick: a joint between two sounds, or an overload.
    """
    levels = 20 * np.log10(_moments(_band(clip, 8000, 10_800), HEARD // 1000) / clip.std() + 1e-7)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(levels, 15, mode="edge"), 31)
    voiced = np.isfinite(np.pad(track, (2, 3), constant_values=np.nan))
    inside = voiced[:-4] & voiced[2:-2] & voiced[4:]
    at = np.minimum(np.arange(len(levels)) * (HEARD // 1000) // _STEP, len(inside) - 1)
    out = (levels == around.max(axis=1)) & (levels - np.median(around, axis=1) > 15) & (levels > -60)
    return int(np.count_nonzero(out & inside[at]))


# Images


def image_rejection(hertz: float, source: int = 22_050) -> float:
    """Decibels by which conforming keeps the image of a tone of a slower voice under the tone."""
    tone = 0.5 * np.sin(2 * np.pi * hertz * np.arange(2 * source) / source)
    clip = conform.conform(Speech(tone.astype(np.float32), source), RATE)
    middle = clip[8_000 : 8_000 + 65_536].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(middle * np.kaiser(len(middle), 20)))
    at = np.fft.rfftfreq(len(middle), 1 / RATE)
    mirrors = np.abs(at - (source - hertz)) < 20
    return decibels(float(spectrum.max() / max(spectrum[mirrors].max(), 1e-12)))


def _print_images() -> None:
    for hertz in (500, 1000, 3000, 5000, 7000, 9000, 10_000, 10_500):
        tone = 0.5 * np.sin(2 * np.pi * hertz * np.arange(44_100) / 22_050)
        straight = np.interp(np.arange(88_200) / 2, np.arange(44_100), tone)
        middle = straight[8_000:73_536] * np.kaiser(65_536, 20)
        spectrum, at = np.abs(np.fft.rfft(middle)), np.fft.rfftfreq(65_536, 1 / RATE)
        naive = decibels(float(spectrum.max() / spectrum[np.abs(at - (22_050 - hertz)) < 20].max()))
        print(
            f"{hertz:6d} Hz  image {image_rejection(hertz):6.1f} dB down; by straight lines {naive:5.1f} dB"
        )


if __name__ == "__main__":
    main()
