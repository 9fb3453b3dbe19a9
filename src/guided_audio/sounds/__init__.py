"""Beds and bells: the sounds around the voice, made from recipes or taken from a user's own files.

catalogue      what there is, and one of it by its file
recipe         what a recipe says; `recipe_reader` reads it, with its page, its layers and its values
bed            a bed as a source without end: `noise`, `drops`, `tones`, `movement` are its parts
bell           a bell, whole
breath         a swell that leads the breath, whole
own_sound      a user's sound file, decoded at its own rate and resampled without images
own_bed        one as a bed: `seam` finds where its end may melt into its beginning
own_bell       one as a bell
"""

from guided_audio.sounds.bed import NOMINAL_LUFS
from guided_audio.sounds.breath import Breath
from guided_audio.sounds.catalogue import SoundInfo, catalogue, load_bed, load_bell, load_swell

__all__ = ["NOMINAL_LUFS", "Breath", "SoundInfo", "catalogue", "load_bed", "load_bell", "load_swell"]
