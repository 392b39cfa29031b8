"""Erasures: what is lawfully removed, on which ground, and who decided it (R16)."""

from __future__ import annotations

from enum import StrEnum

from matcha.records.fields import Form, Id, Line


class Erased(StrEnum):
    """What can be erased: an actor with all its profiles, a profile, a need, or what was asked in one match."""

    ACTOR = "actor"
    PROFILE = "profile"
    NEED = "need"
    MATCH = "match"


class Ground(StrEnum):
    """The lawful grounds of an erasure: GDPR article 17, or a decision on disposal of public records."""

    GDPR_17 = "gdpr-17"
    GALLRINGSBESLUT = "gallringsbeslut"


class ErasureForm(Form):
    """An erasure as a named person decides it, with its ground and the reference of the decision."""

    what: Erased
    id: Id
    ground: Ground
    reference: Line
    user: Line
