"""Plan (pure), run, and the pure reading of replies into facts."""
