"""`python -m guided_audio` is `guided-audio`."""

from guided_audio.cli import main

main()
