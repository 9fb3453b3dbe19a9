"""Reading the YAML that people write: scripts, recipes, slot files. Bytes in; a tree and every mistake out.

The YAML here is the safe part of YAML: texts, lists and `word: value` pairs. Every scalar stays the
text it was written as (`no`, `12:30` and `010` are words), every value knows its place, and nothing a
file can contain makes this package raise, recurse or grow.

    raw     what is wrong with the bytes and characters themselves
    events  libyaml's events into the tree, with the constructs we refuse
    syntax  what a syntax error means to the person who wrote the line, and the line as it was meant
    indentation the same for dashes and spaces; slips is what both work on
    prose   one line taken apart, and put in quotes
    reading the three in turn: mend a line, read on, so that one run finds every mistake
"""

from guided_audio.document.prose import quoted, with_quotes
from guided_audio.document.reading import NOTHING_IN_IT, load, parse
from guided_audio.document.tree import Document, Node, Path, suggest

__all__ = ["NOTHING_IN_IT", "Document", "Node", "Path", "load", "parse", "quoted", "suggest", "with_quotes"]
