"""Erasures: what is lawfully removed, on which ground, and who decided it (R16)."""

from __future__ import annotations

from matcha.records.fields import Form, Id, Line
from matcha.values import Erased, Ground


class ErasureForm(Form):
    """An erasure as a named person decides it, with its ground and the reference of the decision."""

    what: Erased
    id: Id
    ground: Ground
    reference: Line
    user: Line
