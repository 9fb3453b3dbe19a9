"""The forms a finished file can have: what its name ends in, what it is served as, and how large it is."""

from __future__ import annotations

from enum import StrEnum


class Form(StrEnum):
    """A container with its codec. MP3 is for every player there is; `docs/formats.md` compares them."""

    MP3 = "mp3"
    M4A = "m4a"
    M4B = "m4b"
    OPUS = "opus"
    FLAC = "flac"
    WAV = "wav"

    @property
    def suffix(self) -> str:
        """What a file's name ends in, with its dot."""
        return f".{self.value}"

    @property
    def media_type(self) -> str:
        """What a server calls it (RFC 3003, 4337, 7845, 9639; a WAV as browsers know it)."""
        return _MEDIA_TYPES[self]

    @property
    def lossless(self) -> bool:
        """Whether it decodes to the samples that went in, at 16 bits."""
        return self in (Form.FLAC, Form.WAV)

    @property
    def kbps(self) -> int | None:
        """Kilobits a second, where it is the form that decides: of an MP3 the preset does.

        AAC has 128 because ffmpeg's own encoder, the one that may be shipped, is the weakest of its kind, and
        a bed of rain is the hardest thing for it. Opus has 96, where listeners no longer find a difference
        in stereo; its bit rate follows the sound, so quiet costs less.
        """
        return _KBPS.get(self)


_MEDIA_TYPES = {
    Form.MP3: "audio/mpeg",
    Form.M4A: "audio/mp4",
    Form.M4B: "audio/mp4",
    Form.OPUS: "audio/ogg",
    Form.FLAC: "audio/flac",
    Form.WAV: "audio/wav",
}
_KBPS = {Form.M4A: 128, Form.M4B: 128, Form.OPUS: 96}

LONGEST_SUFFIX = max(len(form.suffix) for form in Form)
"""Characters of the longest of them."""


def form_of(name: str) -> Form | None:
    """The form that a file's name ends in, in capitals or not."""
    return next((form for form in Form if name.lower().endswith(form.suffix)), None)
