"""Beds and bells: the sounds around the voice, made from recipes or taken from a user's own files.

catalogue      what there is, and one of it by its file
recipe         what a recipe says; `recipe_reader` reads it
bed            a bed as a source without end: `noise`, `drops`, `movement` are its parts
bell           a bell, whole
own_file       a user's sound file as a bed or a bell
"""

from guided_audio.sounds.catalogue import SoundInfo, catalogue, load_bed, load_bell

__all__ = ["SoundInfo", "catalogue", "load_bed", "load_bell"]
