"""Excerpts: what is to be heard of a finished file, or of a script that was never made into one."""

from guided_audio.excerpt.of_file import excerpt_of_file
from guided_audio.excerpt.of_script import excerpt_of_plan, require_line
from guided_audio.excerpt.wish import Excerpt, Wish

__all__ = ["Excerpt", "Wish", "excerpt_of_file", "excerpt_of_plan", "require_line"]
