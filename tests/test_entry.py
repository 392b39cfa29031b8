"""Entries, rolls and standings: how they are written, what commits to what, and that nothing else is read."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError, astuple, replace
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from matcha.errors import Invalid
from matcha.matchlog import standings
from matcha.matchlog.entry import Draft, Entry, Kind, Opening, canonical, from_hex, sealed
from matcha.matchlog.merkle import verify_inclusion
from matcha.matchlog.opened import Opened
from matcha.matchlog.roll import Line, Roll
from matcha.matchlog.standings import Standing, Standings
from tests.naive_tree import NaiveTree
from tests.signers import same_each_time

SALT = bytes(range(32))
DRAFT = Draft(
    Kind.NEED, {"previous": None, "häl": ["å", 7]}, {"need": Opening(SALT, b"words"), "a": Opening(SALT, b"")}
)
BODY = DRAFT.body(1_700_000_000_123)
LINE = Line(7, "company", None, "ab" * 32, 3)
LINES = (
    Line(2, "academia", "withdrawn", "", None),
    LINE,
    Line(3, "company", "near_copy", "cd" * 32, 3),
    Line(9, "x", None, "", 9),
)
ROLL = Roll.of(LINES)
EACH = (Standing((4, 9), 1, 900), Standing((2,), 2, 800), Standing((3, 5, 7), 3, -5))
STANDINGS = Standings(SALT, EACH)


def digest(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def commitment(name: bytes, salt: bytes, value: bytes) -> str:
    return digest(b"matcha/commit/v1", len(name).to_bytes(4, "big"), name, salt, value).hex()


def test_a_commitment_is_a_digest_of_tag_length_name_salt_and_value() -> None:
    for name in ("a", "profile", "match/10", "x" * 256, "hälsa"):
        assert Opening(SALT, b"words").commitment(name).hex() == commitment(name.encode(), SALT, b"words")
    assert Opening(SALT, b"words").commitment("profile").hex() == (
        "01573616bbb89d68a05dd05b68e21cecf75a2bb2d4dc32b3ded25716ca8989cd"
    )


def test_an_entry_is_written_as_canonical_json() -> None:
    empty, words = commitment(b"a", SALT, b""), commitment(b"need", SALT, b"words")
    fields = f'"fields":{{"a":"{empty}","need":"{words}"}}'
    told = f'{{{fields},"häl":["å",7],"kind":"need","previous":null,"t":1700000000123,"v":1}}'
    assert told.encode() == BODY


def test_an_entry_is_read_as_it_was_written() -> None:
    found = Entry.parse(BODY)
    assert (found.kind, found.milliseconds, found.said) == (Kind.NEED, 1_700_000_000_123, DRAFT.said)
    assert found.kind is Kind.NEED
    assert found.fields == {name: opening.commitment(name) for name, opening in DRAFT.openings.items()}
    for kind in Kind:
        assert Entry.parse(Draft(kind, {}).body(0)) == Entry(kind, 0, {}, {})


@pytest.mark.parametrize("name", ["v", "kind", "t", "fields"])
def test_an_entry_says_nothing_in_the_place_of_what_all_entries_say(name: str) -> None:
    with pytest.raises(AssertionError):
        Draft(Kind.NEED, {name: 1}).body(0)


def test_values_are_sealed_with_salts_of_their_own() -> None:
    salts = iter((b"1" * 32, b"2" * 32))
    lengths: list[int] = []

    def salt(length: int) -> bytes:
        lengths.append(length)
        return next(salts)

    assert sealed({"a": b"x", "b": b"x"}, salt) == {"a": Opening(b"1" * 32, b"x"), "b": Opening(b"2" * 32, b"x")}
    assert lengths == [32, 32]


@pytest.mark.parametrize(
    "value", [1.5, 2.0, float("nan"), [1.5], (1.5,), {"a": 1.5}, {"a": [{"b": (0, 1.5)}]}, [[[0.0]]]], ids=repr
)
def test_a_float_is_refused_wherever_it_stands(value: Any) -> None:
    with pytest.raises(ValueError, match="only integers replay"):
        canonical(value)


def test_json_is_written_in_one_way_only() -> None:
    assert canonical({"b": [1, (2, "\n\x0f€")], "a": {"\u20ac": None, "\r": True, "1": False}}) == (
        '{"a":{"\\r":true,"1":false,"€":null},"b":[1,[2,"\\n\\u000f€"]]}'.encode()
    )
    assert canonical([2**53 - 1, -(2**53) + 1]) == b"[9007199254740991,-9007199254740991]"
    for beyond in (2**53, -(2**53)):
        with pytest.raises(ValueError, match=str(abs(beyond))):
            canonical(beyond)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text() | st.sampled_from(Kind),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(value=json_values)
def test_it_is_written_as_the_library_writes_it(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_keys_are_ordered_as_utf_16_and_what_is_no_json_is_refused() -> None:
    assert canonical({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()
    for value in ({1: "a"}, b"bytes", "\ud800", {"a": object()}):
        with pytest.raises(ValueError, match=r"surrogates|unsupported|keys"):
            canonical(value)


def test_hex_is_read_as_it_is_written_and_no_other_way() -> None:
    text = "ab" * 32
    assert from_hex(SALT.hex()) == SALT
    assert from_hex(text) == b"\xab" * 32
    spaced = ("a b" + text[3:], "ab " + text[2:], " " + text, text + "\n")
    for other in ("", text[2:], text + "ab", text[1:], text.upper(), "aB" + text[2:], *spaced):
        with pytest.raises(ValueError, match=re.escape(other) + "|non-hex"):
            from_hex(other)


def bodies() -> Iterator[bytes]:
    """What is nearly an entry."""
    told = json.loads(BODY)
    yield from (BODY + more for more in (b" ", b"\n", b"\x00", b"{}"))
    yield from (b" " + BODY, BODY[:-1], b"", b"[]", b"null", b"7", b'"x"', b"[" * 10**5, BODY.decode().encode("utf-16"))
    yield json.dumps(told).encode()
    yield json.dumps(told, ensure_ascii=False).encode()
    yield BODY.replace(b'"fields"', b'"f":1.0,"fields"')
    yield BODY.replace(b'"v":1', b'"v":1,"v":1')
    for name in ("v", "t", "kind", "fields"):
        yield canonical({key: value for key, value in told.items() if key != name})
        own = (-1, 0, 2) if name == "v" else ()
        for value in (None, True, False, "1", "need ", "NEED", "", [], [1], {"a": 1}, *own):
            yield canonical({**told, name: value})
    for value in ("", "ab", "AB" * 32, "ab" * 31, "ab" * 33, "a b" + "ab" * 31, "zz" * 32, None, 7, ["ab" * 32]):
        yield canonical({**told, "fields": {**told["fields"], "a": value}})


def test_what_is_nearly_an_entry_is_refused() -> None:
    assert accepted(Entry.parse, list(bodies())) == []


def test_a_line_is_written_as_a_list() -> None:
    assert LINE.leaf == b'[7,"company",null,"%s",3]' % (b"ab" * 32)
    assert [Line.parse(line.leaf) for line in LINES] == list(LINES)
    assert not hasattr(LINE, "__dict__")  # there is one for each profile at each question


def test_what_is_nearly_a_line_or_a_standing_is_refused() -> None:
    line, standing = list(astuple(LINE)), json.loads(STANDINGS.leaves[0])
    lines = [line[:-1], [*line, None], {"a": 1}, {str(name): name for name in range(5)}, "abcde", 7, None, []]
    for place, wrong in enumerate(((None, "7", True, [7]), (None, 7, []), (7, True, []), (None, 7), ("3", True, []))):
        lines += [[*line[:place], value, *line[place + 1 :]] for value in wrong]
    others: list[Any] = [[], None, 7, "x", {}, {**standing, "more": 1}]
    faults: dict[str, tuple[Any, ...]] = {
        "profiles": (None, 7, "7", {"4": 9}, ["4"], [True], [None], [[4]]),
        "rank": (None, "1", True, [1]),
        "score": (None, "1", False, []),
        "salt": (None, 7, "", "ab", "ab" * 31, "AB" * 32, "ab" * 33, "zz" * 32, " " + "ab" * 32),
    }
    for name, values in faults.items():
        others += [{key: value for key, value in standing.items() if key != name}]
        others += [{**standing, name: value} for value in values]
    raw = [
        b"",
        b"{",
        b"[" * 10**5,
        LINE.leaf + b" ",
        b" " + LINE.leaf,
        STANDINGS.leaves[0] + b"\n",
        b'[7.0,"x",null,"",3]',
    ]
    for read, near in ((Line.parse, lines), (standings.parse, others)):
        assert accepted(read, [canonical(one) for one in near] + raw) == []


def accepted(read: Callable[[bytes], object], contents: list[bytes]) -> list[bytes]:
    found = []
    for content in contents:
        try:
            read(content)
        except Invalid:
            continue
        found.append(content)
    return found


def test_a_roll_is_given_back_and_its_root_is_that_of_its_lines() -> None:
    assert ROLL.root == NaiveTree([line.leaf for line in LINES]).head(0, len(LINES))
    assert ROLL.content == b"[" + b",".join(line.leaf for line in LINES) + b"]"
    assert Roll(ROLL.content) == ROLL
    assert Roll(b"[]") == Roll.of(())
    for some in (LINES, LINES[:1], ()):  # in columns, quicker
        columns = [[astuple(line)[place] for line in some] for place in range(5)]
        columns[3] = [reading.encode() for reading in columns[3]]
        assert Roll.of_columns(*columns) == Roll.of(some)
    assert Roll.of(LINES[::-1]).root != ROLL.root
    assert ROLL.root is ROLL.root


def test_profiles_that_say_nearly_the_same_are_told_in_groups_the_scored_one_first() -> None:
    told: list[tuple[int, str | None, int | None]]
    told = [(1, "near_copy", 500), (2, None, None), (500, None, 500), (800, "near_copy", 500), (900, None, 900)]
    lines = [[index, "x", excluded, "", like] for index, excluded, like in told]
    assert Roll(canonical(lines)).alike == ((500, 1, 800), (900,))


def test_a_line_or_a_standing_is_opened_with_its_proof() -> None:
    for place, line in enumerate(LINES):
        opened = ROLL.opened({100, line.leaf_index})
        assert opened == Opened(line.leaf, place, tuple(NaiveTree([line.leaf for line in LINES]).path(place, 0, 4)))
    assert ROLL.opened([9, 2]) == ROLL.opened([2])
    assert ROLL.opened([]) is None
    assert ROLL.opened([100]) is None
    for place, standing in enumerate(EACH):
        for profile in standing.profiles:
            shown = STANDINGS.opened(profile)
            assert shown is not None
            assert (shown.leaf, shown.place) == (STANDINGS.leaves[place], place)
            assert verify_inclusion(place, 3, digest(b"\x00", shown.leaf), shown.proof, STANDINGS.root)
            assert standings.parse(shown.leaf) == standing
    assert STANDINGS.opened(100) is None


def test_a_standing_is_salted_by_its_place_from_a_secret() -> None:
    for place, leaf in enumerate(STANDINGS.leaves):
        salt = digest(b"matcha/standing/v1", SALT, place.to_bytes(8, "big")).hex()
        one = EACH[place]
        profiles = ",".join(map(str, one.profiles))
        assert leaf.decode() == f'{{"profiles":[{profiles}],"rank":{one.rank},"salt":"{salt}","score":{one.score}}}'
    assert STANDINGS.root == NaiveTree(STANDINGS.leaves).head(0, 3)


def test_equal_standings_differ_by_salt_and_no_leaf_tells_of_another() -> None:
    same = Standings(SALT, (EACH[0],) * 3)
    assert len(set(same.leaves)) == 3
    other = Standings(bytes(32), EACH)
    assert not set(other.leaves) & set(STANDINGS.leaves)
    known = [json.loads(leaf)["salt"] for leaf in STANDINGS.leaves]
    assert len(set(known)) == 3
    for place, salt in enumerate(known):
        assert digest(b"matcha/standing/v1", bytes.fromhex(salt), (place + 1).to_bytes(8)).hex() not in known
        assert SALT.hex() not in STANDINGS.leaves[place].decode()


def test_standings_are_given_back() -> None:
    assert (
        STANDINGS.to_bytes()
        == b'{"each":[[[4,9],1,900],[[2],2,800],[[3,5,7],3,-5]],"secret":"%s"}' % SALT.hex().encode()
    )
    assert Standings.from_bytes(STANDINGS.to_bytes()) == STANDINGS


def test_what_is_logged_cannot_be_changed() -> None:
    values: tuple[tuple[Any, str], ...] = (
        (Opening(SALT, b""), "salt"),
        (DRAFT, "kind"),
        (Entry.parse(BODY), "kind"),
        (LINE, "kind"),
        (ROLL, "lines"),
        (EACH[0], "rank"),
        (STANDINGS, "secret"),
        (Opened(b"", 0, ()), "place"),
    )
    for value, name in values:
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, getattr(value, name))
    assert replace(LINE, excluded="withdrawn").leaf != LINE.leaf


nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from((*json.loads(BODY), "rank", "x")), inner)
    ),
    max_leaves=8,
)


@same_each_time
@given(nested.map(json.dumps).map(str.encode) | st.binary(max_size=40))
def test_whatever_is_read_is_what_was_written_or_invalid(content: bytes) -> None:
    for read in (Entry.parse, Line.parse, standings.parse):
        assert accepted(read, [content]) in ([], [content])
    if accepted(Line.parse, [content]):
        assert Line.parse(content).leaf == content


@same_each_time
@given(st.lists(st.tuples(st.lists(st.integers(0, 2**53 - 1)), st.integers(1, 99), st.integers(0, 2**40)), max_size=9))
def test_whatever_standings_are_written_are_read(told: list[tuple[list[int], int, int]]) -> None:
    each = tuple(Standing(tuple(profiles), rank, score) for profiles, rank, score in told)
    made = Standings(SALT, each)
    assert Standings.from_bytes(made.to_bytes()) == made
    assert tuple(map(standings.parse, made.leaves)) == each
