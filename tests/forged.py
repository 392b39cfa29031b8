"""Forgeries of a receipt: each is the text with one thing made different, and says what."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from matcha.matchlog.proof import Proof

Path = tuple[str | int, ...]
MORE: tuple[Any, ...] = ("", 0, None, {})
HUGE = (2**53 - 1, 2**53, 2**63, 2**64, 10**400)


class Forgery(NamedTuple):
    what: str
    text: str


parsed = cache(Proof.parse)


def told_in(text: str) -> Any:
    """What a receipt's extra says."""
    return json.loads(parsed(text).extra)


def retold(text: str, told: Any) -> str:
    """The receipt with another extra, written as canonical JSON is, be what it says allowed in that or not."""
    try:
        extra = json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    except UnicodeEncodeError:
        extra = json.dumps(told, separators=(",", ":"), sort_keys=True).encode()
    return str(replace(parsed(text), extra=extra))


def members(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every member and element of what is told, with its path."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield (*path, name), each
        yield from members(each, (*path, name))


def put(text: str, path: Path, value: Any) -> str:
    """The receipt with a member made another, or added."""
    told = told_in(text)
    _holder(told, path)[path[-1]] = value
    return retold(text, told)


def without(text: str, path: Path) -> str:
    """The receipt without a member or an element."""
    told = told_in(text)
    del _holder(told, path)[path[-1]]
    return retold(text, told)


def removed(text: str) -> Iterator[Forgery]:
    for path, _ in members(told_in(text)):
        yield Forgery(f"removed {_named(path)}", without(text, path))


def added(text: str) -> Iterator[Forgery]:
    told = told_in(text)
    objects = [(), *(path for path, value in members(told) if isinstance(value, dict))]
    for path in objects:
        for name, value in product(("a", "more"), MORE):
            yield Forgery(f"added to {_named(path)}", put(text, (*path, name), value))


def retyped(text: str) -> Iterator[Forgery]:
    for path, value in members(told_in(text)):
        for other in others(value):
            yield Forgery(f"retyped {_named(path)}: {str(other)[:30]!r}", put(text, path, other))


def others(value: Any) -> Iterator[Any]:
    """What a value might be made to be instead, of its own type and of every other."""
    plain: tuple[Any, ...] = (
        0,
        1,
        -1,
        *HUGE,
        True,
        False,
        None,
        1.5,
        float(2),
        float("nan"),
        "",
        "x",
        "\ud800",
        [],
        {},
        [[]],
        [None],
    )
    own: tuple[Any, ...] = (str(value), [value], {"value": value})
    if isinstance(value, str):
        spaced = value[:2] + " " + value[2:]
        own = (value + "\n", " " + value, spaced, value.upper(), value[:-1], value[1:], value + "=", value * 2, [value])
    if isinstance(value, int):
        own = (value + 1, value - 1, -value - 1, float(value), str(value), bool(value), [value])
    if isinstance(value, list):
        own = (
            value[::-1],
            value[:-1],
            value[1:],
            value + value[-1:],
            [*value, ""],
            dict.fromkeys(value),
            "".join(value),
        )
    yield from (other for other in (*plain, *own) if json.dumps(other) != json.dumps(value))


def swapped(text: str, source: str) -> Iterator[Forgery]:
    """The receipt with each member that the source has, or both have differently, as the source has it."""
    own, given = dict(members(told_in(text))), dict(members(told_in(source)))
    for path, value in given.items():
        if (not path[:-1] or path[:-1] in own) and own.get(path) != value and isinstance(path[-1], str):
            yield Forgery(f"swapped {_named(path)}", put(text, path, value))
    mine, theirs = parsed(text), parsed(source)
    for name in ("index", "hashes", "checkpoint", "extra"):
        yield Forgery(f"swapped the proof's {name}", str(replace(mine, **{name: getattr(theirs, name)})))


def moved(text: str) -> Iterator[Forgery]:
    """The receipt at a neighbouring index, with another path, or with more at its beginning or end."""
    proof = parsed(text)
    for index in {proof.index + 1, max(0, proof.index - 1), 0, 2**63} - {proof.index}:
        yield Forgery("moved to another index", str(replace(proof, index=index)))
    hashes = proof.hashes
    for path in (hashes[1:], hashes[:-1], hashes[::-1], (*hashes, bytes(32)), hashes * 2):
        yield Forgery("another path", str(replace(proof, hashes=path)))
    for more in (b"\n", b" ", b"\x00", b"{}", b"x"):
        yield Forgery("more after the extra", str(replace(proof, extra=proof.extra + more)))
        yield Forgery("more before the extra", str(replace(proof, extra=more + proof.extra)))
    for end in ("\n", "\n\n", " ", "x", "\x00", "{}", text):
        yield Forgery("more at the end", text + end)
        yield Forgery("more at the beginning", end + text)
    yield Forgery("cut short", text[:-1])
    yield Forgery("without its extra", str(replace(proof, extra=b"")))


def rewritten(text: str) -> Iterator[Forgery]:
    """The receipt saying the same in JSON that is not canonical."""
    proof, told = parsed(text), told_in(text)
    backwards = json.dumps(dict(reversed(told.items())), ensure_ascii=False, separators=(",", ":"))
    twice = proof.extra.decode().replace('{"body":', '{"body":"","body":', 1)
    escaped = proof.extra.decode().replace("body", "b\\u006fdy", 1)
    for other in (json.dumps(told), json.dumps(told, indent=1), backwards, twice, escaped, json.dumps([told])):
        yield Forgery("not canonical", str(replace(proof, extra=other.encode())))
    yield Forgery("not canonical", str(replace(proof, extra=proof.extra.decode().encode("utf-16"))))


def flipped(text: str, count: int, seed: int) -> Iterator[Forgery]:
    """The receipt with one bit flipped: of its text, or of its extra. Every bit if `count` is as large."""
    draw, content, extra = random.Random(seed), text.encode(), parsed(text).extra
    for bit in _sample(draw, len(content) * 8, count):
        yield Forgery("bit of the text", _flip(content, bit).decode("utf-8", "surrogateescape"))
    for bit in _sample(draw, len(extra) * 8, count):
        yield Forgery("bit of the extra", str(replace(parsed(text), extra=_flip(extra, bit))))


def forgeries(text: str, genuine: Sequence[str], sources: int, flips: int, seed: int = 1) -> Iterator[Forgery]:
    """Every kind of forgery, with some of the genuine receipts as sources of swaps. None of them is genuine."""
    others = [source for source in genuine if source != text]
    drawn = random.Random(seed).sample(others, min(len(others), sources))
    for found in (removed, added, retyped, moved, rewritten):
        yield from (one for one in found(text) if one.text not in genuine)
    for source in drawn:
        yield from (one for one in swapped(text, source) if one.text not in genuine)
    yield from flipped(text, flips, seed)


def _holder(told: Any, path: Path) -> Any:
    for name in path[:-1]:
        told = told[name]
    return told


def _named(path: Path) -> str:
    return ".".join("#" if isinstance(name, int) else name for name in path) or "the extra"


def _flip(content: bytes, bit: int) -> bytes:
    place, mask = bit >> 3, 1 << (bit & 7)
    return bytes((*content[:place], content[place] ^ mask, *content[place + 1 :]))


def _sample(draw: random.Random, bits: int, count: int) -> list[int]:
    return list(range(bits)) if count >= bits else draw.sample(range(bits), count)
