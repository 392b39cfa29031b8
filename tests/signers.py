"""Keys for signing in tests, one published and the rest made of fixed seeds, and ways to spoil what they signed."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import settings
from hypothesis import strategies as st

from matcha.errors import Invalid
from matcha.matchlog.note import PrivateKey

PUBLISHED_KEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"  # golang.org/x/mod
STRAY = "\ud800"  # half a character: what is read of bytes that are not UTF-8

Read = TypeVar("Read")

same_each_time = settings(max_examples=100, deadline=None, derandomize=True, database=None)
names = st.text(st.characters(exclude_characters="+", exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=20)
seeds = st.integers(0, 255)
anything = st.text(st.characters(), max_size=60)  # stray halves of characters too


def signer(name: str, seed: int = 1) -> PrivateKey:
    return PrivateKey(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def refused(attempt: Callable[[], object]) -> bool:
    """Say whether an attempt ends in Invalid; any other error is the caller's to see."""
    try:
        attempt()
    except Invalid:
        return True
    return False


def accepted(read: Callable[[str], Read], texts: Iterable[str]) -> list[tuple[str, Read]]:
    """Give every text that is read without Invalid, with what was read."""
    found = []
    for text in texts:
        with suppress(Invalid):
            found.append((text, read(text)))
    return found


def bit_flips(text: str) -> Iterator[str]:
    """The text with each bit of its UTF-8 flipped in turn, read as Python reads what may not be UTF-8."""
    content = text.encode()
    for place in range(len(content)):
        for bit in range(8):
            flipped = bytes((*content[:place], content[place] ^ 1 << bit, *content[place + 1 :]))
            yield flipped.decode("utf-8", "surrogateescape")


def line_faults(text: str) -> Iterator[str]:
    """The text with each line but the last left out, repeated, swapped with the next, or ended as elsewhere."""
    lines = text.splitlines(keepends=True)
    for place, line in enumerate(lines[:-1]):
        before, after = "".join(lines[:place]), "".join(lines[place + 1 :])
        yield before + after
        yield before + line + line + after
        yield before + "".join(lines[place + 1 : place + 2]) + line + "".join(lines[place + 2 :])
        yield from (
            before + line[:-1] + ending + after for ending in ("", "\r\n", "\r", " \n", "\x85", "\u2028", "\t\n")
        )
        yield from (before + more + line + after for more in ("\n", "x\n", " ", STRAY, "\x00"))
    last = "".join(lines[:-1])
    yield from (last, last + lines[-1][:-1], text.replace("\n", "\r\n"), text.replace("\n", "\r"))
    yield from (text + more for more in ("\n", "\n\n", " ", "x", "x\n", "\x00", STRAY, text))
    yield from (more + text for more in ("\ufeff", "\n", " ", "x", "\x00", text))


@st.composite
def spoilt(draw: st.DrawFn, texts: tuple[str, ...]) -> str:
    """One of the texts with up to four pieces replaced by others."""
    text = draw(st.sampled_from(texts))
    pieces = st.one_of(st.sampled_from(("", "\n", "\n\n", "+", "=", "— ", "0", "\r", "/", STRAY)), anything)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        text = text[:start] + draw(pieces) + text[start + draw(st.integers(0, 5)) :]
    return text
