"""Printed matter: what a client or a therapist holds in the hand beside a recording.

    transcript  the words in their chapters, with their quiet as gaps
    readiness   the card that says when such a recording is not for now
    sheet       all that stands on a sheet, as data
    leaf        the same as headings, texts and lists, in the order they are read
    text, page  a leaf as plain text, and as one page of HTML
    data        a sheet as JSON data

Nothing is spoken for it, and no slot is filled in: a sheet gets lost, and shows the fallbacks.
"""
