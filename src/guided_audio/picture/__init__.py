"""Pictures of a meditation, drawn with Pillow alone: `planned` shows a plan, `measured` a verification."""
