"""matcha links needs of health care to the actors that could meet them, explainably and procurement-neutrally.

The names below are imported when they are first asked for (PEP 562), so that importing one module of matcha does not
load the models' and the database's libraries: what parses an upload is a process of its own, which must start fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matcha.config import Settings
    from matcha.encoding.encoder import Encoder, HashingEncoder
    from matcha.errors import MatchaError
    from matcha.records.batch import Batch
    from matcha.service import Matcha
    from matcha.values import ActorKind, Answer, Language, Match

__all__ = [
    "ActorKind",
    "Answer",
    "Batch",
    "Encoder",
    "HashingEncoder",
    "Language",
    "Match",
    "Matcha",
    "MatchaError",
    "Settings",
]

_HOMES = {
    "ActorKind": "matcha.values",
    "Answer": "matcha.values",
    "Batch": "matcha.records.batch",
    "Encoder": "matcha.encoding.encoder",
    "HashingEncoder": "matcha.encoding.encoder",
    "Language": "matcha.values",
    "Match": "matcha.values",
    "Matcha": "matcha.service",
    "MatchaError": "matcha.errors",
    "Settings": "matcha.config",
}

if not TYPE_CHECKING:  # a type checker sees the imports above, and no other name

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(_HOMES[name]), name)
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
