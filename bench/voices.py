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

import images
import spectrogram
from guided_audio import conform, mastering, polish
from guided_audio.blocks import Mono
from guided_audio.engines.system import SystemEngine
from guided_audio.errors import EngineFailure
from guided_audio.naming import file_stem
from guided_audio.presets import CALM
from guided_audio.speaking import Speaker
from guided_audio.speech import Speech, Utterance, Voice
from guided_audio.store import Store
from guided_audio.units import PROJECT_RATE as RATE
from guided_audio.units import decibels, gain
from voice_colour import all_colour_of, rumble
from voice_moments import edge_of, pitch_of, pitch_track

PACE = 112

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
        images.print_images()
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
        (clip * np.float32(gain(CALM.speech - was))).astype(np.float32)
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
        *all_colour_of(heard),
        *pitch_of(tracks),
        float(np.nanmedian(np.concatenate(harmonic))),
        *edge_of(heard, tracks),
        decibels(edge),
        float(np.std(loud)),
        rumble(heard),
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


if __name__ == "__main__":
    main()
