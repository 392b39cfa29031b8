"""spaCy without what rules never use: torch, which thinc imports where there is one, and spaCy's own commands.

Torch takes seconds and 200 MB, the commands a quarter of the rest.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_COMMANDS = ("spacy.cli", "spacy.cli.info")


@contextmanager
def spacy_alone() -> Iterator[None]:
    """Let spaCy, imported meanwhile, find no torch and no commands of its own, unless they are loaded already.

    thinc takes torch as not installed; `spacy.info` is then None.
    """
    modules: dict[str, Any] = sys.modules
    put: dict[str, Any] = {}
    if "torch" not in modules:
        put["torch"] = None  # importing it raises ImportError (Python, The import system, 5.3.1)
    if "spacy" not in modules:
        put |= {name: ModuleType(name) for name in _COMMANDS}
        put[_COMMANDS[-1]].info = None
    modules |= put
    try:
        yield
    finally:
        for name in put:
            del modules[name]
