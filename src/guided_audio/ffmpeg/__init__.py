"""The one ffmpeg the program runs: where it is, sound into it, and sound out of it.

Every child is fed or read here, and every child ends here: when its sound is done, when the caller
loses interest, and when anything goes wrong. No path and no word of a user reaches a command line.
"""

from guided_audio.ffmpeg.children import Children
from guided_audio.ffmpeg.decoding import BLOCK_FRAMES, decode, decode_untrusted, native_rate
from guided_audio.ffmpeg.encoding import encode_mp3
from guided_audio.ffmpeg.program import executable, raw, version
from guided_audio.ffmpeg.streaming import Codec, encode_stream

__all__ = [
    "BLOCK_FRAMES",
    "Children",
    "Codec",
    "decode",
    "decode_untrusted",
    "encode_mp3",
    "encode_stream",
    "executable",
    "native_rate",
    "raw",
    "version",
]
