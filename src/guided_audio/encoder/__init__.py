"""Sound to MP3, on all cores, with every length exact to the sample.

The sound is cut into chunks on a fixed grid, each chunk is encoded apart, and the frames are joined
behind a header frame of our own. `docs/adr/0005-encoder.md` says why, and what was measured.
"""

from guided_audio.encoder.chunks import encode_chunk, pcm
from guided_audio.encoder.format import CHUNK, FORMAT_VERSION, ROLL, Chunk, Mp3Format
from guided_audio.encoder.info import info_frame
from guided_audio.encoder.lanes import encode

__all__ = [
    "CHUNK",
    "FORMAT_VERSION",
    "ROLL",
    "Chunk",
    "Mp3Format",
    "encode",
    "encode_chunk",
    "info_frame",
    "pcm",
]
