"""Memory that nobody uses any more goes back to the system."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Give back to the system what has been freed; some milliseconds. Only glibc keeps it and can be asked to (Linux).

    Its heap keeps what was freed between what is still held: after packing 300,000 vectors as much as these take.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
