"""The flows of matcha, each a method that reads from top to bottom.

The façade is imported when it is first asked for, as in `matcha` itself: `answering` does without most of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matcha.service.matcha import Matcha

__all__ = ["Matcha"]

if not TYPE_CHECKING:  # a type checker sees the import above, and no other name

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = import_module("matcha.service.matcha").Matcha
        return found
