"""The truth on disk: SQLite or PostgreSQL. Every index can be made again from here."""

from matcha.store.database import Store

__all__ = ["Store"]
