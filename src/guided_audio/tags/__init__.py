"""What players show beside the sound: the same for every container, written by the conventions of each."""

from guided_audio.tags.language import language_code
from guided_audio.tags.mp3 import id3, size
from guided_audio.tags.mp4 import titles, user_data
from guided_audio.tags.reading import read
from guided_audio.tags.track import ChapterTag, TrackTags
from guided_audio.tags.vorbis import flac_blocks, opus_comments
from guided_audio.tags.wav import chunks

__all__ = [
    "ChapterTag",
    "TrackTags",
    "chunks",
    "flac_blocks",
    "id3",
    "language_code",
    "opus_comments",
    "read",
    "size",
    "titles",
    "user_data",
]
