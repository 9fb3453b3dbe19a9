"""Building: one script becomes one finished file, with its receipt beside it.

This is the only place that knows the whole order. A build that fails, is interrupted or runs out of
room leaves whatever stood there before as it was.
"""

from guided_audio.build.track import Built, Order, build, make, output_file
from guided_audio.build.workshop import Workshop
from guided_audio.build.writing import Sound, write_frames

__all__ = ["Built", "Order", "Sound", "Workshop", "build", "make", "output_file", "write_frames"]
