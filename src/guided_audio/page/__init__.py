"""The page a client listens with: one file that opens from a folder or a stick, without a network.

    model     what it holds
    discreet  the same with nothing in it that tells what it is for
    wording   what the page itself says, apart from what it is given
    lines     the words in rows, with the long quiet between them
    data      what its script has to know
    sections  what is written out in it, and serves without a script
    assembly  all of it put together

`page.html`, the two style sheets and the files in `script` are what it is made of; `docs/page.md` says what
it does for a client.
"""

from guided_audio.page.assembly import as_page
from guided_audio.page.model import PageChapter, PageCue, PageSeries, PageTrack

__all__ = ["PageChapter", "PageCue", "PageSeries", "PageTrack", "as_page"]
