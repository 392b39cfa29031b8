"""Keys and signed notes: published answers, what is given back, and everything that must be refused."""

import base64
import hashlib
from dataclasses import FrozenInstanceError
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcha.errors import Invalid
from matcha.matchlog import note
from matcha.matchlog.note import PrivateKey, PublicKey
from tests.signers import (
    PUBLISHED_KEY,
    STRAY,
    accepted,
    anything,
    bit_flips,
    line_faults,
    names,
    refused,
    same_each_time,
    seeds,
    signer,
    spoilt,
)

# The example of golang.org/x/mod/sumdb/note, the one published note whose keys are public too.
PUBLISHED_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_TEXT = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.
"""
PUBLISHED_NOTE = f"""\
{PUBLISHED_TEXT}
— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
# The example of c2sp.org/signed-note; its key is not published.
QUASIMODO_TEXT = """\
Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.
"""
QUASIMODO = f"""\
{QUASIMODO_TEXT}
— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""  # noqa: E501 — as published

LOG, NEXT, WITNESS = signer("log.example", 1), signer("log.example", 2), signer("witness.example", 3)
TEXT = "log.example\nå — + text\n"
NOTE = note.signed(TEXT, [LOG])
NO_NAMES = ("", " ", "a b", "a+b", "+", "a\n", "\na", "a\tb", "a\x00", "a\x1f", "a\xa0b", "a\u2003b", "a\u2028b", STRAY)
writable = st.text(st.characters(codec="utf-8", min_codepoint=0x20) | st.just("\n"))
not_note = "no whole signed note"
not_signed = "another key than the one given"


def opened(text: str, *keys: PrivateKey) -> str:
    return note.opened(text, [key.public for key in keys])


def line(name: str, id: bytes, signature: bytes) -> str:
    return f"— {name} {base64.b64encode(id + signature).decode()}\n"


def as_key(name: str, typed: bytes) -> str:
    """A verifier key with the id that c2sp.org/signed-note prescribes, whatever its type and length."""
    id = hashlib.sha256(name.encode("utf-8", "surrogatepass") + b"\n" + typed).hexdigest()[:8]
    return f"{name}+{id}+{base64.b64encode(typed).decode()}"


def test_the_published_note_is_signed_and_opened_to_the_byte() -> None:
    private, public = PrivateKey.parse(PUBLISHED_KEY), PublicKey.parse(PUBLISHED_VERIFIER)
    assert private.public == public
    assert (private.written(), str(public)) == (PUBLISHED_KEY, PUBLISHED_VERIFIER)
    assert note.signed(PUBLISHED_TEXT, [private]) == PUBLISHED_NOTE
    assert note.opened(PUBLISHED_NOTE, [public]) == PUBLISHED_TEXT


def test_a_note_is_parsed_to_its_last_empty_line_and_refused_without_its_key() -> None:
    with pytest.raises(Invalid, match=not_signed):
        opened(QUASIMODO, LOG)
    assert opened(QUASIMODO + LOG.signature_line(QUASIMODO_TEXT), LOG) == QUASIMODO_TEXT


def test_a_key_id_begins_the_hash_of_name_type_and_key() -> None:
    key = LOG.public
    assert key.id == hashlib.sha256(b"log.example\n\x01" + key.key).digest()[:4]
    assert str(key) == as_key("log.example", b"\x01" + key.key)


@same_each_time
@given(names, seeds)
def test_keys_are_given_back_as_they_were_written(name: str, seed: int) -> None:
    private = signer(name, seed)
    assert PublicKey.parse(str(private.public)) == private.public
    back = PrivateKey.parse(private.written())
    assert (back.name, back.written(), back.public) == (name, private.written(), private.public)


def test_made_keys_differ_and_sign() -> None:
    first, second = PrivateKey.made("log.example"), PrivateKey.made("log.example")
    assert first.public != second.public
    assert opened(note.signed(TEXT, [first]), first) == TEXT


@pytest.mark.parametrize("name", NO_NAMES)
def test_no_key_is_made_or_read_with_a_name_that_cannot_be_written(name: str) -> None:
    with pytest.raises(Invalid, match="cannot be used"):
        PrivateKey.made(name)
    assert refused(lambda: PublicKey.parse(as_key(name, b"\x01" + LOG.public.key)))
    assert refused(lambda: PrivateKey.parse(f"PRIVATE+KEY+{name}+00000000+{'A' * 44}"))


def test_no_part_of_a_key_is_a_key_nor_one_with_a_bit_flipped() -> None:
    private, public = LOG.written(), str(LOG.public)
    parts = [(a, b) for b in range(len(private) + 1) for a in range(b)]
    assert accepted(PrivateKey.parse, (private[a:b] for a, b in parts if (a, b) != (0, len(private)))) == []
    assert accepted(PublicKey.parse, (public[a:b] for a, b in parts if b <= len(public) and b - a < len(public))) == []
    assert accepted(PrivateKey.parse, bit_flips(private)) == []
    assert accepted(PublicKey.parse, bit_flips(public)) == []
    assert accepted(PublicKey.parse, [private, public + "\n", public + "=", public.upper(), "", "++"]) == []
    assert accepted(PrivateKey.parse, [public, "PRIVATE+KEY+" + public, "PRIVATE+KEY+" + private, ""]) == []


@pytest.mark.parametrize("typed", [b"", b"\x01", b"\x01" + b"k" * 31, b"\x01" + b"k" * 33, b"\x02" + b"k" * 32])
def test_keys_of_another_length_or_type_are_refused(typed: bytes) -> None:
    assert not refused(lambda: PublicKey.parse(as_key("log.example", b"\x01" + b"k" * 32)))
    assert refused(lambda: PublicKey.parse(as_key("log.example", typed)))
    assert refused(lambda: PrivateKey.parse("PRIVATE+KEY+" + as_key("log.example", typed)))


def test_keys_are_frozen_and_show_no_secret() -> None:
    for key in (LOG, LOG.public):
        with pytest.raises(FrozenInstanceError):
            setattr(key, "name", "other")  # noqa: B010 — what mypy forbids
    assert LOG.written().rpartition("+")[2] not in repr(LOG) + str(LOG)


def test_a_key_that_is_no_point_verifies_nothing() -> None:
    assert not PublicKey("log.example", b"short").verifies(TEXT, bytes(64))
    assert not LOG.public.verifies(STRAY, bytes(64))


@same_each_time
@given(writable, st.lists(seeds, max_size=4))
def test_notes_are_given_back_as_they_were_signed(text: str, others: list[int]) -> None:
    keys = [LOG, *(signer(f"other{i}.example", seed) for i, seed in enumerate(others))]
    assert {opened(note.signed(text + "\n", keys), key) for key in keys} == {text + "\n"}


def test_either_key_opens_a_note_that_both_signed() -> None:
    for signers in ([LOG, NEXT], [NEXT, LOG]):
        both = note.signed(TEXT, signers)
        assert [opened(both, *keys) for keys in ((LOG,), (NEXT,), (LOG, NEXT))] == [TEXT] * 3


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    id, wrong = LOG.public.id, bytes(64)
    strangers = (
        line("log.example", b"none", wrong),  # the name of a known key
        line("stranger.example", id, wrong),  # the id of a known key
        line("stranger.example", b"none", b"1"),
        line("stranger.example", b"none", bytes(2420)),  # of another type
    )
    for stranger in strangers:
        assert opened(NOTE + stranger, LOG) == TEXT
        assert opened(f"{TEXT}\n{stranger}{LOG.signature_line(TEXT)}", LOG) == TEXT
        with pytest.raises(Invalid, match=not_signed):
            opened(f"{TEXT}\n{stranger}", LOG)


def test_a_wrong_signature_in_the_name_of_a_known_key_is_refused_beside_a_right_one() -> None:
    right, id = LOG.signature_line(TEXT), NEXT.public.id
    whole = base64.b64decode(NEXT.signature_line(TEXT).split()[2])[4:]
    for wrong in (bytes(64), b"1", whole[:-1], whole + b"\0", LOG.public.id + whole, whole[::-1]):
        for lines in (right + line("log.example", id, wrong), line("log.example", id, wrong) + right):
            with pytest.raises(Invalid, match=not_signed):
                opened(f"{TEXT}\n{lines}", LOG, NEXT)
            assert opened(f"{TEXT}\n{lines}", LOG) == TEXT


def test_a_signature_line_may_stand_twice() -> None:
    assert opened(NOTE + LOG.signature_line(TEXT), LOG) == TEXT
    with pytest.raises(Invalid, match=not_signed):
        opened(NOTE + line("log.example", LOG.public.id, bytes(64)), LOG)


def test_sixteen_signatures_are_read_and_none_are_refused() -> None:
    keys = [signer(f"witness{i}.example", i) for i in range(16)]
    assert {opened(note.signed(TEXT, keys), key) for key in keys} == {TEXT}
    with pytest.raises(Invalid, match=not_note):
        opened(note.signed(TEXT, []), LOG)
    with pytest.raises(Invalid, match=not_signed):
        opened(NOTE)


def test_a_note_with_any_bit_flipped_or_any_line_wrong_is_refused() -> None:
    read = partial(note.opened, keys=[LOG.public])
    assert accepted(read, bit_flips(NOTE)) == []
    faults = (fault for fault in line_faults(NOTE) if fault != NOTE)
    assert accepted(read, faults) == []


@pytest.mark.parametrize("control", [chr(code) for code in range(32) if chr(code) != "\n"] + [STRAY, "\udfff"])
def test_no_control_character_is_accepted_however_well_signed(control: str) -> None:
    if control < " ":
        assert refused(lambda: opened(note.signed(f"a{control}b\n", [LOG]), LOG))
    for stranger in (f"— a{control}b AAAABBBB\n", f"— ab AAAA{control}BBBB\n"):
        assert refused(lambda: opened(NOTE + stranger, LOG))  # noqa: B023 — called at once
    assert opened(note.signed("a b\x7f\n", [LOG]), LOG) == "a b\x7f\n"


@pytest.mark.parametrize(
    "stranger",
    [
        "— a AAAABBB\n",  # not whole base64
        "— a AAAAB===\n",
        "— a AAAABB==AAAA\n",
        "— a AAAABR==\n",  # bits to spare
        "— a AAAAAA==\n",  # a key id without a signature
        "— a AAA=\n",
        "— a ====\n",
        "— a \n",
        "— a\n",
        "—  AAAABBBB\n",
        "— a+b AAAABBBB\n",
        "— a\xa0b AAAABBBB\n",
        "— a AAAABBBB \n",
        " — a AAAABBBB\n",
        "— a  AAAABBBB\n",
        "—a AAAABBBB\n",
        "- a AAAABBBB\n",
        "— a AAAA-_BB\n",  # base64 for the web
        "— a AAAABBBB",
    ],
)
def test_a_malformed_signature_line_spoils_a_signed_note(stranger: str) -> None:
    assert opened(NOTE + "— a AAAABBBB\n", LOG) == TEXT
    with pytest.raises(Invalid, match=not_note):
        opened(NOTE + stranger, LOG)


def test_a_signature_with_bits_to_spare_is_refused() -> None:
    assert NOTE.endswith("=\n")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = NOTE[-3]
    for other in set(alphabet) - {last}:
        assert refused(lambda: opened(NOTE[:-3] + other + "=\n", LOG))  # noqa: B023 — called at once
    same = alphabet[alphabet.index(last) | 1]
    with pytest.raises(Invalid, match=not_note):
        opened(NOTE[:-3] + same + "=\n", LOG)


def test_a_note_is_at_most_so_long() -> None:
    room = note.LONGEST - len(note.signed("\n", [LOG]))
    assert note.LONGEST == 100_000
    assert opened(note.signed("å" * room + "\n", [LOG]), LOG) == "å" * room + "\n"
    with pytest.raises(Invalid, match=not_note):
        opened(note.signed("å" * (room + 1) + "\n", [LOG]), LOG)


@pytest.mark.parametrize(
    "text", ["å", "A", "AA=A", "AAA", "A===", "=", "AB==", "A0==", "AAB=", "AA==\n", " AAAA", STRAY]
)
def test_base64_is_read_only_as_it_is_written(text: str) -> None:
    for content in (b"", b"\xff", b"12", b"123"):
        assert note.from_base64(note.to_base64(content)) == content
    with pytest.raises(Invalid, match=not_note):
        note.from_base64(text)


@same_each_time
@given(anything | spoilt((LOG.written(), str(LOG.public))))
def test_whatever_is_read_as_a_key_is_one_or_invalid(text: str) -> None:
    assert [str(key) for _, key in accepted(PublicKey.parse, [text])] in ([], [text])
    assert [key.written() for _, key in accepted(PrivateKey.parse, [text])] in ([], [text])


@same_each_time
@given(anything | spoilt((NOTE, note.signed(TEXT, [WITNESS, LOG, NEXT]))))
def test_whatever_is_opened_was_signed_or_is_invalid(text: str) -> None:
    keys = [LOG.public, NEXT.public]
    assert {found for _, found in accepted(partial(note.opened, keys=keys), [text])} <= {TEXT}
