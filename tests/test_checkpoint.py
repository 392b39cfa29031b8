"""Checkpoints and proofs as text: the published examples, what is given back, and everything that must be refused."""

import base64
from dataclasses import FrozenInstanceError, replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcha.errors import Invalid
from matcha.matchlog import note
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.note import PrivateKey
from matcha.matchlog.proof import Proof
from tests.naive_tree import NaiveTree
from tests.signers import (
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

# The example of c2sp.org/tlog-checkpoint; its key is not published.
SOFA_TEXT = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
"""
SOFA = f"""\
{SOFA_TEXT}
— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""  # noqa: E501 — as published

LOG, NEXT, OTHER = signer("log.example", 1), signer("log.example", 2), signer("other.example", 3)
BODIES = [b"entry %d" % i for i in range(11)]
TREE = NaiveTree(BODIES)
HEAD = Checkpoint("log.example", 11, TREE.head(0, 11))
SIGNED = HEAD.signed([LOG])
INDEX = 6
PROOF = Proof(INDEX, tuple(TREE.path(INDEX, 0, 11)), SIGNED)
WITH_EXTRA = replace(PROOF, extra=b"{}\n")
HASH = "A" * 43 + "="
not_checkpoint = "This is no checkpoint"
hashes = st.binary(min_size=32, max_size=32)
origins = st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1)


def opened(signed: str, *keys: PrivateKey) -> Checkpoint:
    return Checkpoint.opened(signed, [key.public for key in keys])


def verified(text: str, body: bytes = BODIES[INDEX]) -> Proof:
    """Give the proof in a text that proves the body to be in the log."""
    found = Proof.parse(text)
    assert found.verified(body, [LOG.public]) == HEAD
    return found


def test_the_published_checkpoint_is_read_and_refused_without_its_key() -> None:
    found = Checkpoint.parse(SOFA_TEXT)
    root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    assert found == Checkpoint("example.com/behind-the-sofa", 20852163, root)
    assert found.text == SOFA_TEXT
    with pytest.raises(Invalid, match="another key than the one given"):
        opened(SOFA, signer("example.com/behind-the-sofa"))
    same_name = signer("example.com/behind-the-sofa", 5)
    assert opened(SOFA + same_name.signature_line(SOFA_TEXT), same_name) == found


def test_a_checkpoint_can_be_read_without_its_key() -> None:
    assert Checkpoint.unverified(SOFA) == Checkpoint.parse(SOFA_TEXT)
    assert Checkpoint.unverified(SIGNED) == Checkpoint.unverified(HEAD.signed([NEXT, OTHER])) == HEAD
    assert accepted(Checkpoint.unverified, ["", "\n\n", f"\n\n{SIGNED}", SIGNED.replace("\n\n", "\nmore\n\n")]) == []


@same_each_time
@given(names, st.integers(0, 10**19 - 1), hashes, seeds)
def test_checkpoints_are_given_back_as_they_were_signed(origin: str, size: int, root: bytes, seed: int) -> None:
    head, key = Checkpoint(origin, size, root), signer(origin, seed)
    assert Checkpoint.parse(head.text) == head
    assert opened(head.signed([key]), key) == head


@same_each_time
@given(origins, st.integers(0, 10**19 - 1), hashes)
def test_an_origin_may_be_any_line(origin: str, size: int, root: bytes) -> None:
    head = Checkpoint(origin, size, root)
    assert Checkpoint.parse(head.text) == head


def test_either_key_of_a_log_opens_what_both_signed() -> None:
    both = HEAD.signed([LOG, NEXT, OTHER])
    assert [opened(both, *keys) for keys in ((LOG,), (NEXT,), (NEXT, LOG), (OTHER, LOG), (LOG, OTHER))] == [HEAD] * 5


def test_a_checkpoint_must_be_signed_by_its_own_log() -> None:
    with pytest.raises(Invalid, match=r"of another log \(log.example\)"):
        opened(HEAD.signed([OTHER]), OTHER)
    with pytest.raises(Invalid, match=r"of another log \(log.example\)"):
        opened(HEAD.signed([LOG, OTHER]), OTHER)
    later = signer("log.examplf")  # a name that sorts after, and one before
    for stranger in (later, signer("log.exampl")):
        assert refused(lambda: opened(HEAD.signed([stranger]), stranger))  # noqa: B023 — called at once


def test_a_known_key_of_another_log_does_not_sign_for_this_one() -> None:
    with pytest.raises(Invalid):
        opened(HEAD.signed([OTHER]), LOG, OTHER)
    with pytest.raises(Invalid):
        opened(HEAD.signed([OTHER]), OTHER, LOG)


BAD_CHECKPOINTS = {
    "empty": "",
    "no origin": f"\n11\n{HASH}\n",
    "no size": f"log.example\n\n{HASH}\n",
    "no root": "log.example\n11\n\n",
    "two lines": "log.example\n11\n",
    "no last newline": f"log.example\n11\n{HASH}",
    "extension line": f"log.example\n11\n{HASH}\nextension\n",
    "empty extension": f"log.example\n11\n{HASH}\n\n",
    "line before": f"\nlog.example\n11\n{HASH}\n",
    "carriage returns": f"log.example\r\n11\r\n{HASH}\r\n",
    "carriage return after the size": f"log.example\n11\r\n{HASH}\n",
    "leading zero": f"log.example\n011\n{HASH}\n",
    "two zeroes": f"log.example\n00\n{HASH}\n",
    "plus": f"log.example\n+11\n{HASH}\n",
    "negative": f"log.example\n-11\n{HASH}\n",
    "space before the size": f"log.example\n 11\n{HASH}\n",
    "space after the size": f"log.example\n11 \n{HASH}\n",
    "underscore": f"log.example\n1_1\n{HASH}\n",
    "hexadecimal": f"log.example\n0xb\n{HASH}\n",
    "decimals": f"log.example\n11.0\n{HASH}\n",
    "digits of another script": f"log.example\n١١\n{HASH}\n",
    "twenty digits": f"log.example\n1{'0' * 19}\n{HASH}\n",
    "ten thousand digits": f"log.example\n1{'0' * 9999}\n{HASH}\n",
    "root of 31 bytes": f"log.example\n11\n{'A' * 42}==\n",
    "root of 33 bytes": f"log.example\n11\n{'A' * 44}\n",
    "root with bits to spare": f"log.example\n11\n{'A' * 42}B=\n",
    "root without padding": f"log.example\n11\n{'A' * 43}\n",
    "root in hexadecimal": f"log.example\n11\n{'0' * 64}\n",
    "root in base64 for the web": f"log.example\n11\n{'A' * 42}-=\n",
    "space after the root": f"log.example\n11\n{HASH} \n",
    "two roots": f"log.example\n11\n{HASH}{HASH}\n",
}


@pytest.mark.parametrize("text", BAD_CHECKPOINTS.values(), ids=list(BAD_CHECKPOINTS))
def test_a_malformed_checkpoint_is_refused_however_well_signed(text: str) -> None:
    assert refused(lambda: Checkpoint.parse(text))
    assert refused(lambda: opened(note.signed(text, [LOG]), LOG))
    assert opened(note.signed(f"log.example\n0\n{HASH}\n", [LOG]), LOG) == Checkpoint("log.example", 0, bytes(32))


def test_a_checkpoint_with_any_bit_flipped_or_any_line_wrong_is_refused() -> None:
    read = partial(Checkpoint.opened, keys=[LOG.public])
    assert read(SIGNED) == HEAD
    assert accepted(read, bit_flips(SIGNED)) == []
    assert accepted(read, (fault for fault in line_faults(SIGNED) if fault != SIGNED)) == []


def test_a_proof_gives_the_checkpoint_that_covers_the_entry() -> None:
    for index, body in enumerate(BODIES):
        proof = Proof(index, tuple(TREE.path(index, 0, 11)), SIGNED)
        assert Proof.parse(str(proof)) == proof
        assert proof.verified(body, [LOG.public]) == HEAD
        for other in {*BODIES, b"", body + b"\n", b"\x00" + body} - {body}:
            with pytest.raises(Invalid, match=f"not at place {index} of the log"):
                proof.verified(other, [LOG.public])
        with pytest.raises(Invalid, match="another key than the one given"):
            proof.verified(body, [NEXT.public])


def test_a_proof_is_written_as_published() -> None:
    published = (
        "c2sp.org/tlog-proof@v1\n"
        "extra e30K\n"
        "index 73894\n"
        "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n"
        "B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
        "\n" + SOFA
    )
    found = Proof.parse(published)
    assert (found.index, found.extra, found.checkpoint) == (73894, b"{}\n", SOFA)
    assert [one.hex()[:8] for one in found.hashes] == ["8122b25e", "07de650d"]
    assert str(found) == published


@same_each_time
@given(st.integers(0, 10**19 - 1), st.lists(hashes, max_size=63), st.text(min_size=1), st.binary())
def test_proofs_are_given_back_as_they_were_written(index: int, path: list[bytes], head: str, extra: bytes) -> None:
    proof = Proof(index, tuple(path), head, extra)
    assert Proof.parse(str(proof)) == proof


def test_a_proof_has_at_most_63_hashes() -> None:
    deepest = Proof(0, (bytes(32),) * 63, SIGNED)
    assert Proof.parse(str(deepest)) == deepest
    assert refused(lambda: Proof.parse(str(replace(deepest, hashes=(bytes(32),) * 64))))


def test_a_proof_with_any_bit_flipped_or_any_line_wrong_is_refused() -> None:
    assert verified(str(PROOF)) == PROOF
    assert accepted(verified, bit_flips(str(PROOF))) == []
    assert accepted(verified, (fault for fault in line_faults(str(PROOF)) if fault != str(PROOF))) == []


def test_nothing_but_the_unproven_extra_of_a_proof_can_be_altered() -> None:
    found = [proof for _, proof in accepted(verified, bit_flips(str(WITH_EXTRA)))]
    assert found
    assert {replace(proof, extra=b"") for proof in found} == {PROOF}
    assert WITH_EXTRA.extra not in {proof.extra for proof in found}


BEGIN, END = "c2sp.org/tlog-proof@v1\n", f"\n{SIGNED}"
BAD_PROOFS = {
    "empty": "",
    "another version": f"c2sp.org/tlog-proof@v2\nindex 6\n{END}",
    "a point that is none": f"c2sp_org/tlog-proof@v1\nindex 6\n{END}",
    "no index": f"{BEGIN}{END}",
    "empty index": f"{BEGIN}index \n{END}",
    "negative index": f"{BEGIN}index -6\n{END}",
    "leading zero": f"{BEGIN}index 06\n{END}",
    "digits of another script": f"{BEGIN}index ٦\n{END}",
    "twenty digits": f"{BEGIN}index 1{'0' * 19}\n{END}",
    "ten thousand digits": f"{BEGIN}index 1{'0' * 9999}\n{END}",
    "index before extra": f"{BEGIN}index 6\nextra AAAA\n{END}",
    "two extras": f"{BEGIN}extra AAAA\nextra AAAA\nindex 6\n{END}",
    "empty extra": f"{BEGIN}extra \nindex 6\n{END}",
    "extra without a space": f"{BEGIN}extra\nindex 6\n{END}",
    "extra with bits to spare": f"{BEGIN}extra AB==\nindex 6\n{END}",
    "extra cut short": f"{BEGIN}extra AAA\nindex 6\n{END}",
    "extra of padding": f"{BEGIN}extra ==\nindex 6\n{END}",
    "hash of 31 bytes": f"{BEGIN}index 6\n{'A' * 42}==\n{END}",
    "hash of 33 bytes": f"{BEGIN}index 6\n{'A' * 44}\n{END}",
    "hash with bits to spare": f"{BEGIN}index 6\n{'A' * 42}B=\n{END}",
    "hashes on one line": f"{BEGIN}index 6\n{HASH}{HASH}\n{END}",
    "no empty line": f"{BEGIN}index 6\n{HASH}\n{SIGNED}",
    "no checkpoint": f"{BEGIN}index 6\n{HASH}\n\n",
    "space before a hash": f"{BEGIN}index 6\n {HASH}\n{END}",
    "carriage returns": f"{BEGIN}index 6\n{HASH}\n{END}".replace("\n", "\r\n"),
    "another line": f"{BEGIN}index 6\n{HASH}\nmore\n{END}",
    "stray character": f"{BEGIN}index 6\n{STRAY}\n{END}",
}


@pytest.mark.parametrize("text", BAD_PROOFS.values(), ids=list(BAD_PROOFS))
def test_a_malformed_proof_is_refused(text: str) -> None:
    assert Proof.parse(f"{BEGIN}extra AAAA\nindex 6\n{HASH}\n{END}").hashes == (bytes(32),)
    with pytest.raises(Invalid):
        Proof.parse(text)


def test_checkpoints_and_proofs_are_frozen() -> None:
    for value, name in ((HEAD, "size"), (PROOF, "index")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, 7)


@same_each_time
@given(anything | spoilt((HEAD.text, SIGNED)))
def test_whatever_is_read_as_a_checkpoint_is_one_or_invalid(text: str) -> None:
    assert [head.text for _, head in accepted(Checkpoint.parse, [text])] in ([], [text])
    assert [head.text for _, head in accepted(Checkpoint.unverified, [text])] in ([], [text.split("\n\n")[0] + "\n"])
    assert {head for _, head in accepted(partial(Checkpoint.opened, keys=[LOG.public]), [text])} <= {HEAD}


@same_each_time
@given(anything | spoilt((str(PROOF), str(WITH_EXTRA))))
def test_whatever_is_read_as_a_proof_is_one_or_invalid(text: str) -> None:
    assert [str(proof) for _, proof in accepted(Proof.parse, [text])] in ([], [text])
    assert {replace(proof, extra=b"") for _, proof in accepted(verified, [text])} <= {
        PROOF,
        replace(PROOF, checkpoint=""),
    }
