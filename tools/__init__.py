"""Programs for those who work on matcha."""
