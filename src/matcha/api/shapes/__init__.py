"""What the API gives, as its document describes it."""
