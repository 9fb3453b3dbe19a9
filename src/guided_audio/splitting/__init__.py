"""Splitting: one long recording of a whole script becomes a take for each of its lines."""

from __future__ import annotations

from guided_audio.splitting.levels import Levels
from guided_audio.splitting.report import Report, as_data, runs, spelled
from guided_audio.splitting.whole import Asked, Outcome, split

__all__ = ["Asked", "Levels", "Outcome", "Report", "as_data", "runs", "spelled", "split"]
