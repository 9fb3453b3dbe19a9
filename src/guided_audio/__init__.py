"""guided-audio composes YAML meditation scripts into paced, tagged MP3 audio."""

__version__ = "0.1.0"
__all__ = ["__version__"]
