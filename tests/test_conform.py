"""Conforming: what an engine gave becomes a clip that begins and ends where the sound does."""

from __future__ import annotations

import numpy as np
import pytest

from conftest import FAKE, RATE, tone
from guided_audio.blocks import Mono
from guided_audio.conform import conform
from guided_audio.engines.fake import FakeEngine
from guided_audio.speech import Speech, Utterance

BEFORE, AFTER = 0.015, 0.040
"""Seconds kept around what is heard."""


def spoken(rate: int, lead: float, sounding: float, trail: float, floor: float = 1e-4) -> Speech:
    """A tone with hard edges, in the faint noise that engines leave around it."""
    dice = np.random.default_rng(5)
    sound = np.pad(tone(440, sounding, rate), (round(lead * rate), round(trail * rate)))
    return Speech((sound + floor * dice.standard_normal(len(sound))).astype(np.float32), rate)


def edges(clip: Mono) -> tuple[float, float]:
    """Seconds before and after what is heard in a clip."""
    heard = np.flatnonzero(np.abs(clip) > 0.05)
    return float(heard[0] / RATE), float((len(clip) - 1 - heard[-1]) / RATE)


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize(("lead", "trail"), [(0.05, 0.3), (0.1234, 0.4567), (0.3, 0.9), (0.02, 0.06)])
def test_silence_around_speech_is_taken_off(rate: int, lead: float, trail: float) -> None:
    """To within 10 ms of the edge of the sound, but for what is meant to be kept around it."""
    before, after = edges(conform(spoken(rate, lead, 0.7, trail), RATE))
    assert BEFORE - 0.001 <= before <= BEFORE + 0.011
    assert AFTER - 0.001 <= after <= AFTER + 0.011


def test_silence_inside_speech_stays() -> None:
    """Only the ends are cut: a pause between words is the speaker's own."""
    one, two = spoken(22_050, 0.1, 0.3, 0.8), spoken(22_050, 0.2, 0.3, 0.5)
    clip = conform(Speech(np.concatenate((one.samples, two.samples)), 22_050), RATE)
    assert len(clip) / RATE == pytest.approx(0.3 + 1.0 + 0.3 + BEFORE + AFTER, abs=0.02)


@pytest.mark.parametrize("rate", [16_000, 22_050, 24_000, 48_000])
def test_a_clip_is_as_long_as_it_was(rate: int) -> None:
    """At the rate of the project, to the frame."""
    speech = spoken(rate, 0.0, 1.0, 0.0)
    assert abs(len(conform(speech, RATE)) - RATE) <= 1


def test_what_has_no_silence_is_not_cut() -> None:
    """A voice that begins and ends with its sound keeps all of it."""
    speech = spoken(RATE, 0.0, 0.5037, 0.0)
    assert len(conform(speech, RATE)) == len(speech.samples)


def test_a_quiet_end_of_a_word_is_speech() -> None:
    """What is 40 dB below the loudest is still heard."""
    parts = [tone(440, 0.3), tone(440, 0.2, peak=0.005), np.zeros(RATE // 2, np.float32)]
    clip = conform(Speech(np.concatenate(parts), RATE), RATE)
    assert len(clip) / RATE == pytest.approx(0.5 + AFTER, abs=0.011)


@pytest.mark.parametrize("hertz", [1_000, 3_000, 5_000, 7_000, 9_000])
def test_no_image_of_a_slower_voice(hertz: int) -> None:
    """The mirror image of each tone of a voice at 22.05 kHz is 90 dB down, and its level is kept."""
    clip = conform(Speech(tone(hertz, 1.0, 22_050), 22_050), RATE)
    middle = clip[5_000:37_768].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(middle * np.blackman(len(middle)) ** 2))
    bins = np.fft.rfftfreq(len(middle), 1 / RATE)
    loudest = spectrum.max()
    image = spectrum[np.abs(bins - (22_050 - hertz)) < 100].max()
    assert 20 * np.log10(image / loudest) < -90
    assert abs(bins[spectrum.argmax()] - hertz) < 2
    assert np.abs(middle).max() == pytest.approx(0.5, rel=0.002)


@pytest.mark.parametrize("rate", [22_050, 44_100])
def test_edges_have_no_step(rate: int) -> None:
    """A clip that was cut in the middle of its loudest wave begins and ends softly all the same."""
    clip = conform(Speech(tone(100, 0.4, rate, phase=np.pi / 2), rate), RATE)
    assert abs(clip[0]) < 0.0005
    assert abs(clip[-1]) < 0.0005
    steps = np.abs(np.diff(clip))
    assert steps.max() < 1.2 * 0.5 * 2 * np.pi * 100 / RATE + 0.5 * np.pi / 2 / (0.005 * RATE)
    assert np.abs(clip[round(0.012 * RATE) : -round(0.015 * RATE)]).max() == pytest.approx(0.5, rel=0.02)


@pytest.mark.parametrize("rate", [22_050, 44_100])
def test_a_voice_that_begins_at_once_begins_gently(rate: int) -> None:
    """Where an engine left no breath before the first sound, it is faded in; else it is left alone."""
    at_once, after_a_while = (
        conform(Speech(np.pad(tone(1000, 0.4, rate), (lead, 0)), rate), RATE) for lead in (0, rate // 10)
    )
    first = round(0.004 * RATE)
    heard = int(np.flatnonzero(np.abs(after_a_while) > 0.01)[0])
    assert np.abs(at_once[:first]).max() < 0.5 * 0.27
    assert np.abs(at_once[round(0.012 * RATE) :]).max() > 0.49
    assert np.abs(after_a_while[heard : heard + first]).max() > 0.49


@pytest.mark.parametrize(
    "samples",
    [np.zeros(0), np.zeros(3), np.zeros(22_050), np.full(22_050, 1e-5), np.full(100, 0.5)],
    ids=["nothing", "three", "a second", "far too quiet", "half a window"],
)
def test_nothing_to_hear_is_empty(samples: Mono) -> None:
    """An engine that said nothing gives a clip of no frames, which its caller can see."""
    assert conform(Speech(samples.astype(np.float32), 22_050), RATE).shape == (0,)


def test_what_came_in_is_not_touched() -> None:
    """Edges are softened on a copy; between them nothing is changed at the project's own rate."""
    samples = tone(440, 0.5)
    samples.flags.writeable = False
    clip = conform(Speech(samples, RATE), RATE)
    assert clip.dtype == np.float32
    assert np.array_equal(clip[600:-700], samples[600:-700])


def test_conforming_twice_is_conforming_once() -> None:
    """A clip is cut where it would be cut again."""
    clip = conform(spoken(22_050, 0.2, 0.5, 0.5), RATE)
    assert abs(len(conform(Speech(clip, RATE), RATE)) - len(clip)) <= round(0.02 * RATE)


def test_an_engine_in_short() -> None:
    """The fake engine leaves 50 ms and 400 ms of silence, as real ones do; no more than the pads remain."""
    speech = FakeEngine().speak(Utterance("Resting here", 120), FAKE)
    spared = len(speech.samples) / speech.rate - len(conform(speech, RATE)) / RATE
    assert spared > 0.05 + 0.4 - BEFORE - AFTER - 0.02
