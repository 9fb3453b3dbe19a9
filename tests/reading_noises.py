"""What is heard beside the words of a made reading: breaths, coughs, a room, and its noise."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from guided_audio.blocks import Mono
from reading_voices import RATE


def shaped(frames: int, low: float, high: float, random: Generator) -> Mono:
    """Noise between two frequencies, of RMS 1, falling by 3 dB an octave."""
    spectrum = np.fft.rfft(random.standard_normal(max(frames, 16)))
    frequency = np.fft.rfftfreq(max(frames, 16), 1 / RATE)
    spectrum *= ((frequency >= low) & (frequency <= high)) / np.sqrt(np.maximum(frequency, 20.0))
    noise = np.fft.irfft(spectrum, max(frames, 16))[:frames]
    return np.asarray(noise / np.sqrt(np.mean(noise**2)), dtype=np.float32)


def breath(level: float, random: Generator) -> Mono:
    """Air drawn in for 0.3 to 0.6 s, at an RMS of `level`."""
    frames = int(random.uniform(0.3, 0.6) * RATE)
    swell = np.sin(np.linspace(0, np.pi, frames)) ** 0.7
    return (level * swell * shaped(frames, 300, 5000, random)).astype(np.float32)


def cough(level: float, random: Generator) -> Mono:
    """One to three bursts that start at once and die away."""
    bursts = []
    for _ in range(random.integers(1, 4)):
        frames = int(random.uniform(0.12, 0.3) * RATE)
        decay = np.exp(-np.arange(frames) / (0.06 * RATE))
        bursts += [level * decay * shaped(frames, 150, 4000, random), np.zeros(int(0.08 * RATE))]
    return np.concatenate(bursts).astype(np.float32)


def in_a_room(samples: Mono, seconds: float, random: Generator) -> Mono:
    """With the echo of a bare room, which takes so long to fall by 60 dB; the sound itself stays in place."""
    frames = int(seconds * RATE)
    tail = random.standard_normal(frames) * 10 ** (-3 * np.arange(frames) / frames) * 0.02
    tail[: RATE // 100] = 0.0
    tail[0] = 1.0
    return convolved(samples, tail)


def dulled(samples: Mono, highest: float) -> Mono:
    """Without what lies above a frequency, as over a telephone."""
    taps = np.sinc(2 * highest / RATE * (np.arange(257) - 128)) * np.hanning(257)
    return np.roll(convolved(samples, taps / taps.sum()), -128)


def convolved(samples: Mono, response: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Mono:
    """Convolution in blocks, cut to the length of the samples."""
    block, tail = 1 << 17, len(response) - 1
    size = block + tail
    kernel = np.fft.rfft(response, size)
    out = np.zeros(len(samples) + size, dtype=np.float32)
    for start in range(0, len(samples), block):
        part = samples[start : start + block]
        out[start : start + size] += np.fft.irfft(np.fft.rfft(part, size) * kernel, size).astype(np.float32)
    return out[: len(samples)]
