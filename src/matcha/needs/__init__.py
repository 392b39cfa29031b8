"""The process of a need, from idea to effect, as pure functions: no database, no web."""
