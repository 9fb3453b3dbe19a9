"""Writing a finished file in a form other than MP3: its sound in one stream, its tags by its conventions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from io import BufferedRandom

from guided_audio import encoder, ffmpeg, tags
from guided_audio.forms import Form

Drawing = Future[tags.TrackTags]
"""The tags but for their peak; they may still be on their way, for the cover takes a while."""


def write_in_form(stream: BufferedRandom, form: Form, sound: encoder.Reading, drawing: Drawing) -> str:
    """Sound and tags; gives the SHA-256 of all of it.

    Raises:
        EncoderFailure, MissingTool: the sound cannot be encoded.
        Refused: it is too long for such a file.
    """

    def told(peak: float) -> tags.TrackTags:
        return replace(drawing.result(), peak=peak)

    with ffmpeg.Children() as children:
        _WRITERS[form](stream, sound, told, children)
    stream.seek(0)
    return hashlib.file_digest(stream, "sha256").hexdigest()


Told = Callable[[float], tags.TrackTags]
"""The tags with their peak."""

Writer = Callable[[BufferedRandom, encoder.Reading, Told, ffmpeg.Children], object]


def _wav(stream: BufferedRandom, sound: encoder.Reading, told: Told, _children: ffmpeg.Children) -> None:
    encoder.write_wav(sound, stream, lambda peak: tags.chunks(told(peak), sound.rate))


def _flac(stream: BufferedRandom, sound: encoder.Reading, told: Told, children: ffmpeg.Children) -> None:
    encoder.write_flac(sound, stream, lambda peak: tags.flac_blocks(told(peak)), children)


def _opus(stream: BufferedRandom, sound: encoder.Reading, told: Told, children: ffmpeg.Children) -> None:
    encoder.write_opus(sound, stream, Form.OPUS.kbps or 0, lambda: tags.opus_comments(told(0.0)), children)


def _mp4(form: Form) -> Writer:
    brand, book = {Form.M4A: (b"M4A ", False), Form.M4B: (b"M4B ", True)}[form]

    def dressed(track: tags.TrackTags) -> encoder.Dressing:
        titles = tuple(encoder.Title(sample, ms) for sample, ms in tags.titles(track))
        language = tags.language_code(track.language)
        return encoder.Dressing(brand, language, tags.user_data(track, book=book), titles)

    def write(stream: BufferedRandom, sound: encoder.Reading, told: Told, children: ffmpeg.Children) -> None:
        encoder.write_mp4(sound, stream, form.kbps or 0, lambda peak: dressed(told(peak)), children)

    return write


_WRITERS = {
    Form.M4A: _mp4(Form.M4A),
    Form.M4B: _mp4(Form.M4B),
    Form.OPUS: _opus,
    Form.FLAC: _flac,
    Form.WAV: _wav,
}
