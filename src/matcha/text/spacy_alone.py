"""spaCy without torch: thinc imports torch where there is one, seconds and 200 MB that rules never use."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def without_torch() -> Iterator[None]:
    """Let what is imported meanwhile find no torch, unless it is loaded already; thinc takes that as not installed."""
    modules: dict[str, Any] = sys.modules
    if "torch" in modules:
        yield
        return
    modules["torch"] = None  # importing it raises ImportError (Python, The import system, 5.3.1)
    try:
        yield
    finally:
        del modules["torch"]
