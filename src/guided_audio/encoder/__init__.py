"""Sound to a finished form, on all cores, with every length exact to the sample.

MP3 is cut into chunks on a fixed grid, each chunk is encoded apart, and the frames are joined behind a
header frame of our own: `docs/adr/0005-encoder.md` says why, and what was measured. Every other form is
one stream of its encoder, fed while the sound is mixed, in a container that is made here:
`docs/adr/0010-forms.md`.
"""

from guided_audio.encoder.ahead import STREAM_VERSION, Reading
from guided_audio.encoder.chunks import encode_chunk, pcm
from guided_audio.encoder.flac import write_flac
from guided_audio.encoder.format import CHUNK, FORMAT_VERSION, ROLL, Chunk, Mp3Format
from guided_audio.encoder.info import info_frame
from guided_audio.encoder.lanes import Sink, encode
from guided_audio.encoder.mp4 import Dressing, Title, write_mp4
from guided_audio.encoder.opus import RATE as OPUS_RATE
from guided_audio.encoder.opus import write_opus
from guided_audio.encoder.wav import write_wav

__all__ = [
    "CHUNK",
    "FORMAT_VERSION",
    "OPUS_RATE",
    "ROLL",
    "STREAM_VERSION",
    "Chunk",
    "Dressing",
    "Mp3Format",
    "Reading",
    "Sink",
    "Title",
    "encode",
    "encode_chunk",
    "info_frame",
    "pcm",
    "write_flac",
    "write_mp4",
    "write_opus",
    "write_wav",
]
