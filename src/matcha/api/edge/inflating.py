"""Compressed bodies, opened a piece at a time: what comes out is never more than a piece ahead of what is wanted."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from enum import StrEnum

PIECE = 64 * 1024  # bytes


class Coding(StrEnum):
    """Content codings that are opened (RFC 9110 §8.4.1)."""

    GZIP = "gzip"
    DEFLATE = "deflate"


_WINDOWS = {Coding.GZIP: 16 + zlib.MAX_WBITS, Coding.DEFLATE: zlib.MAX_WBITS}


class Malformed(ValueError):
    """The bytes are not what the content coding says, or end too early or too late."""


class Inflating:
    """One body being opened. Every byte that comes in must belong to one whole stream."""

    def __init__(self, coding: Coding) -> None:
        self._stream = zlib.decompressobj(_WINDOWS[coding])
        self._begun = False

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Give what a chunk opens to, in pieces of at most PIECE bytes. Raises Malformed."""
        self._begun = self._begun or bool(chunk)
        full = bool(chunk)
        while full:
            piece = self._open(chunk)
            chunk, full = self._stream.unconsumed_tail, len(piece) == PIECE
            if piece:
                yield piece
        if self._stream.unused_data:
            raise Malformed

    def finish(self) -> None:
        """Raise Malformed if the stream has begun but not ended."""
        if self._begun and not self._stream.eof:
            raise Malformed

    def _open(self, chunk: bytes) -> bytes:
        try:
            return self._stream.decompress(chunk, PIECE)
        except zlib.error as error:
            raise Malformed from error
