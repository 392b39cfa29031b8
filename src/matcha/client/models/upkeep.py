"""What the API takes and gives: upkeep. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from enum import StrEnum

from matcha.client.replies import Shape


class Erased(StrEnum):
    """What can be erased: an actor with all its profiles, a profile, a need, or what was asked in one match."""

    ACTOR = "actor"
    PROFILE = "profile"
    NEED = "need"
    MATCH = "match"


class Format(StrEnum):
    """What kind of file."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


class Ground(StrEnum):
    """The lawful grounds of an erasure: GDPR article 17, or a decision on disposal of public records."""

    GDPR_17 = "gdpr-17"
    GALLRINGSBESLUT = "gallringsbeslut"


class Erasure(Shape):
    """That something was erased."""

    leaf_index: int
    """The entry's place in the match log."""
