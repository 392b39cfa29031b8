"""What a page weighs with all that it names: style, script, type and pictures of ours, and what those name in turn."""

from __future__ import annotations

import gzip
import re
from functools import cached_property

from matcha.web.assets import FOLDER

_NAMED = re.compile(r"""/static/\w+/([\w./-]+)""")
_INSIDE = re.compile(r"""(?:url\(|from |import )["']?(?:\./)?([\w./-]+\.\w+)""")
_SMALL = 1000  # bytes; less than this is not compressed


class Weights:
    """The weights of a page, in bytes. Pages are sent as they are, only assets compressed (`web.assets.served`)."""

    def __init__(self, body: bytes) -> None:
        self.html = len(body)
        self._body = body

    @cached_property
    def assets(self) -> tuple[str, ...]:
        """What the page loads, each once. Both files of a type count, also where one is not needed."""
        found: list[str] = []
        waiting: list[str] = _NAMED.findall(self._body.decode("utf-8", "replace"))
        while waiting:
            name = waiting.pop(0)
            if name not in found:
                found.append(name)
                waiting += [self._beside(name, inner) for inner in self._inside(name)]
        return tuple(found)

    @property
    def raw(self) -> int:
        """All of it, uncompressed."""
        return self.html + sum(len(_content(name)) for name in self.assets)

    @property
    def zipped(self) -> int:
        """All of it, each part compressed."""
        return len(gzip.compress(self._body)) + sum(_least(_content(name)) for name in self.assets)

    @property
    def sent(self) -> int:
        """What goes over the wire to a browser that has seen nothing before, without headers."""
        return self.html + sum(_least(_content(name)) for name in self.assets)

    def _inside(self, name: str) -> list[str]:
        return _INSIDE.findall(_content(name).decode("utf-8")) if name.endswith((".css", ".js")) else []

    def _beside(self, name: str, inner: str) -> str:
        return f"{name.rpartition('/')[0]}/{inner}".strip("/")


def _content(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def _least(content: bytes) -> int:
    return len(content) if len(content) < _SMALL else min(len(content), len(gzip.compress(content)))
