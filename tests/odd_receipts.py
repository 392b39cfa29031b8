"""Receipts of a log whose keeper signs what matcha does not write: odd notes, entries, lines and standings."""

from collections.abc import Iterator
from dataclasses import replace

from matcha.matchlog import receipt
from matcha.matchlog.entry import Kind
from matcha.matchlog.note import PrivateKey
from matcha.matchlog.roll import Roll
from tests.forged import put, retold, told_in
from tests.paper_log import LOG, PaperLog, line, match_said, ranked
from tests.signers import signer


def signed_otherwise(*others: PrivateKey) -> list[str]:
    """The checkpoint signed by several, twice, by another, with its lines altered, or of another size or root."""
    own, head = LOG.key, LOG.head
    line = own.signature_line(head.text)
    notes = [head.signed([*others, own]), head.signed([own, own]), head.signed(others), head.text + "\n" + line * 3]
    notes += [
        head.signed([own]) + more
        for more in ("— x AAAA\n", "— x AAAAAAA=\n", "— x AAAAAAB=\n", "— log.example x\n", "\n")
    ]
    notes += [head.signed([own]) + signer("log.example").signature_line(head.text + "x\n")]
    notes += [
        head.signed([own]).replace("—", "-"),
        head.signed([own]).replace("\n", "\r\n"),
        "x" * 10**5 + head.signed([own]),
    ]
    heads = [replace(head, size=size) for size in (0, 9, head.size + 1, 2**53 - 1, 2**53, 10**19 - 1, 10**19)]
    heads += [replace(head, origin=name) for name in ("other.example", "log.example ", "Å", "\ufeff")]
    heads += [replace(head, root=bytes(length)) for length in (0, 31, 32, 33)]
    notes += [each.signed([own]) for each in heads] + [each.signed([own, *others]) for each in heads]
    return [*notes, *(f"{head.text}{more}\n{own.signature_line(head.text + more)}" for more in ("x\n", "\n", " \n"))]


def odd_entries() -> Iterator[str]:
    """Receipts of entries with JSON of every kind in them, some of it such as matcha writes."""
    bodies = [
        LOG.bodies[8].replace(b'"config":0', b'"config":' + each)
        for each in (
            b"0.0",
            b"1.5",
            b"-0",
            b"1e2",
            b"1e+21",
            b"9007199254740991",
            b"9007199254740992",
            b"-9007199254740991",
            b'"\\ud800"',
            b'"\\u00e5"',
            b'"\\u007f"',
            b'"\x7f"',
            b'"\\u001f"',
            b'"\\/"',
            b'"\\b"',
            b"NaN",
            b"null",
            b"{}",
            b'{"b":1,"a":2}',
            b'{"\xef\xbf\xbf":1,"\xf0\x90\x80\x80":2}',
            b'{"\xf0\x90\x80\x80":2,"\xef\xbf\xbf":1}',
            b'{"__proto__":1}',
            b'{"1":0,"10":0,"2":0}',
            b'{"10":0,"1":0}',
            b'{"a":1,"a":1}',
            b" 1",
            b"\xef\xbb\xbf1",
        )
    ]
    bodies += [LOG.bodies[8].replace(b'"v":1', each) for each in (b'"v":true', b'"v":2', b'"v":"1"', b'"w":1')]
    bodies += [
        LOG.bodies[8].replace(b'"kind":"match"', b'"kind":"%s"' % each)
        for each in (b"x", b"constructor", *(k.encode() for k in Kind))
    ]
    bodies += [b"", b"null", b"[]", b"1", b'""', b"{}"]
    for body in bodies:
        log = replace(LOG, bodies=[*LOG.bodies, body], openings=[*LOG.openings, {}])
        logged = log.logged(len(log.bodies) - 1)
        yield receipt.of_answer(logged.index, logged.proof, log.note, body, {})


def odd_leaves() -> Iterator[str]:
    """Receipts of a log whose rolls and standings have one leaf, which is not as matcha writes them."""
    plain = '[17,"company",null,"r",null]'
    standing = '{"profiles":[17],"rank":1,"salt":"%s","score":5}' % ("00" * 32)
    lines = [
        plain,
        "[17]",
        "17",
        '"abcde"',
        "{}",
        plain + " ",
        plain.replace("17", "true"),
        plain.replace("null]", "true]"),
    ]
    lines += [
        plain.replace("null]", "1]"),
        plain.replace("null,", '"",'),
        plain.replace("null,", '"x",'),
        plain.replace("null,", "1,"),
    ]
    lines += [
        plain.replace('"r"', "null"),
        plain.replace('"company"', "null"),
        plain.replace("]", ",1]"),
        plain.replace("17", "17.0"),
    ]
    placed = [
        standing,
        standing + " ",
        "[]",
        "null",
        standing.replace('"rank":1', '"rank":true'),
        standing.replace("[17]", "17"),
    ]
    placed += [standing.replace("[17]", each) for each in ("[]", "[true,17]", '"17"', '{"17":1}', "[17,17]", "[16]")]
    placed += [standing.replace("00" * 32, each) for each in ("", "00" * 31, "0A" * 32)]
    placed += [standing.replace("}", ',"x":1}'), standing.replace('"rank":1,', ""), standing.replace(":5", ":5.0")]
    for one, other in [(each, standing) for each in lines] + [(plain, each) for each in placed]:
        yield from leaved(one, other)


def leaved(one: str, other: str) -> Iterator[str]:
    log = replace(LOG, bodies=list(LOG.bodies), openings=list(LOG.openings))
    own = log.profile("En egen.")
    standings, roll = ranked(1, [own]), Roll.of((line(own),))
    said = match_said(roll, standings)
    for name, leaf in (("roll", one), ("standings", other)):
        said[name] = {"root": PaperLog(bodies=[leaf.encode()]).head.root.hex(), "size": 1}
    text = log.considered(log.append(Kind.MATCH, said), own, roll, standings)
    text = put(put(text, ("line", "leaf"), one), ("standing", "leaf"), other)
    yield text
    yield retold(text, {name: value for name, value in told_in(text).items() if name != "standing"})
