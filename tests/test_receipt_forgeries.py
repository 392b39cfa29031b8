"""Receipts made of the match log's parts: what each shape proves, and that nothing forged is taken for one of them."""

import json
import random
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcha.errors import Invalid
from matcha.matchlog import receipt
from matcha.matchlog.entry import Entry, Kind, canonical
from matcha.matchlog.proof import Proof
from matcha.matchlog.receipt import Placed, Verified
from matcha.matchlog.roll import Roll
from matcha.matchlog.standings import Standing
from tests import paper_log as paper
from tests.forged import added, flipped, forgeries, put, retold, told_in
from tests.paper_log import ANSWERS, CONSIDERED, GENUINE, LOG, MATCH, ROLL, PaperLog, elsewhere, line, ranked
from tests.signers import accepted, anything, refused, same_each_time, signer, spoilt
from tests.stress import scaled

ALL = 10**6  # more than there is
verify = partial(receipt.verify, keys=[LOG.key.public])


def test_an_answer_is_proven_with_what_opens_it() -> None:
    for name, index in (("answer", MATCH), ("another answer", paper.OTHER_MATCH), ("explanation", paper.EXPLAINED)):
        found, openings = verify(ANSWERS[name]), LOG.openings[index]
        assert found == Verified(
            index, Entry.parse(LOG.bodies[index]), LOG.head, {name: one.salt for name, one in openings.items()}
        )
        assert (found.profile, found.said, found.line, found.standing, found.excluded) == (None,) * 5


def test_an_answer_opens_what_its_entry_commits_to_and_nothing_else() -> None:
    found = verify(ANSWERS["answer"])
    assert receipt.opens(found, "asked", b"need")
    assert receipt.opens(found, "reading", b"vectors")
    for name, value in (("asked", b"vectors"), ("asked", b"need "), ("reading", b"need"), ("x", b"need")):
        assert not receipt.opens(found, name, value)
    assert not receipt.opens(replace(found, salts={**found.salts, "x": bytes(32)}), "x", b"need")
    erased = verify(ANSWERS["erased answer"])
    assert erased.salts == {}
    assert not receipt.opens(erased, "asked", b"need")


def test_a_salt_of_a_field_that_the_entry_does_not_have_is_refused() -> None:
    proof = Proof.parse(ANSWERS["answer"])
    told = json.loads(proof.extra)
    more = {**told, "salts": {**told["salts"], "x": "00" * 32}}
    with pytest.raises(Invalid):
        verify(str(replace(proof, extra=canonical(more))))


STANDINGS = {
    "shown": Standing((0, 7), 1, 777_001_999),
    "shown, its second profile": Standing((0, 7), 1, 777_001_999),
    "shown elsewhere": Standing((0, 7), 2, 777_002_998),
    "not among the first": Standing((4,), 3, 777_003_997),
    "not among the first elsewhere": Standing((4,), 4, 777_004_996),
    "text erased": Standing((6,), 4, 777_003_996),
    "right kind": Standing((2,), 1, 777_005_999),
    "alone": Standing((0,), 1, 777_000_999),
    "later": Standing((14,), 1, 777_006_999),
}
EXCLUDED = {
    "other kind": "other_kind",
    "other kind, a company": "other_kind",
    "withdrawn": "withdrawn",
    "near copy": "near_copy",
}


@pytest.mark.parametrize("name", CONSIDERED)
def test_a_consideration_proves_the_profile_its_line_and_its_standing_or_why_it_has_none(name: str) -> None:
    found, index = verify(CONSIDERED[name]), Proof.parse(CONSIDERED[name]).index
    assert (found.index, found.entry, found.checkpoint) == (index, Entry.parse(LOG.bodies[index]), LOG.head)
    assert found.salts == {}
    assert found.profile is not None
    assert found.said == (None if name == "text erased" else LOG.openings[found.profile]["profile"].value)
    assert found.line in paper.LATER_ROLL.lines
    assert found.line.leaf_index == found.profile == told_in(CONSIDERED[name])["profile"]["index"]
    assert found.standing == STANDINGS.get(name)
    assert found.excluded == EXCLUDED.get(name)
    assert (found.standing is None) == (found.excluded is not None)


def test_no_score_rank_salt_or_secret_of_another_stands_in_a_consideration() -> None:
    for name, text in CONSIDERED.items():
        shown = told_in(text).get("standing", {})
        content = Proof.parse(text).extra.decode()
        for standings in (paper.FIRST_TWO, paper.OTHER_TWO, paper.EVERYONE, paper.OTHERS, paper.COMPANIES):
            assert standings.secret.hex() not in content
            for leaf, standing in zip(standings.leaves, standings.each, strict=True):
                own = shown.get("leaf") == leaf.decode()
                assert (str(standing.score) in content) == own, name
                assert (json.loads(leaf)["salt"] in content) == own, name
        assert content.count("77700") == (name in STANDINGS), name


def test_a_value_cannot_be_moved_into_its_salt_or_out_of_it() -> None:
    text = CONSIDERED["shown"]
    profile = told_in(text)["profile"]
    salt, value = bytes.fromhex(profile["salt"]), profile["value"].encode()
    longer = [{"salt": (salt + value[:cut]).hex(), "value": value[cut:].decode()} for cut in range(1, len(value) + 1)]
    assert accepted(verify, [put(text, ("profile",), profile | told) for told in longer]) == []
    log = branch()
    log.draw = lambda count: b"x" * count
    roll = Roll.of((line(log.profile("Efterspel.")),))
    late = roll.lines[0].leaf_index
    standings = ranked(8, [late])
    text = log.considered(log.match(roll, standings), late, roll, standings)
    assert verify(text).said == b"Efterspel."
    profile = told_in(text)["profile"]
    shorter = [{"salt": "78" * cut, "value": "x" * (32 - cut) + "Efterspel."} for cut in range(32)]
    assert accepted(verify, [put(text, ("profile",), profile | told) for told in shorter]) == []


def branch() -> PaperLog:
    """The log, to be gone on with otherwise."""
    return replace(LOG, bodies=list(LOG.bodies), openings=list(LOG.openings))


def lies() -> Iterator[tuple[str, str]]:
    """Receipts that a log's own keeper might sign, and that prove nothing all the same."""
    yield "an explanation for a match", LOG.considered(paper.EXPLAINED, paper.ALONE, ROLL, paper.EVERYONE)
    yield "nothing placed", LOG.considered(MATCH, paper.ALONE, ROLL)
    yield "a plain explanation", LOG.considered(MATCH, paper.ACADEMIC, ROLL, paper.EVERYONE, paper.PLAIN)
    yield "an explanation of another", LOG.considered(MATCH, 4, ROLL, paper.OTHERS, paper.OTHER_EXPLAINED)
    yield "a standing of another match", LOG.considered(MATCH, paper.ALONE, ROLL, paper.OTHER_TWO)
    yield "a standing of everyone as of the first", LOG.considered(MATCH, paper.ALONE, ROLL, paper.EVERYONE)
    yield "the standing of the first as of everyone", LOG.considered(MATCH, 0, ROLL, paper.FIRST_TWO, paper.EXPLAINED)
    yield "a match as holder", LOG.considered(MATCH, paper.ALONE, ROLL, paper.FIRST_TWO, MATCH)
    yield "the roll of another match", LOG.considered(MATCH, paper.ALONE, paper.LATER_ROLL, paper.FIRST_TWO)
    yield "a smaller roll", LOG.considered(MATCH, paper.ALONE, paper.ALONE_ROLL, paper.FIRST_TWO)
    for kind in (Kind.NEED, Kind.CONFIG):
        log = branch()
        entry = log.append(kind, paper.match_said(ROLL, paper.FIRST_TWO))
        yield f"a {kind} for a match", log.considered(entry, paper.ALONE, ROLL, paper.FIRST_TWO)
    for profile, other in ((paper.ALONE, paper.TWIN), (paper.TWIN, paper.ALONE)):
        yield f"the line of {other} for {profile}", mixed(profile, other, profile)
    yield from lying_explanations()
    yield from lying_rolls()
    yield from lying_standings()


def lying_explanations() -> Iterator[tuple[str, str]]:
    own, other = Entry.parse(LOG.bodies[MATCH]).said, Entry.parse(LOG.bodies[paper.LATER_MATCH]).said
    changes = {"config": 1, "roll": other["roll"], "tree": {**own["tree"], "size": 4}, "only": "academia"}
    for name, value in changes.items():
        log = branch()
        holder = log.explanation(MATCH, ROLL, paper.EVERYONE, **{name: value})
        yield f"an explanation with another {name}", log.considered(MATCH, 4, ROLL, paper.EVERYONE, holder)
    for of in (MATCH - 1, MATCH + 1, str(MATCH), [MATCH], None):
        log = branch()
        holder = log.explanation(None, ROLL, paper.EVERYONE, of=of)
        yield f"an explanation of {of!r}", log.considered(MATCH, 4, ROLL, paper.EVERYONE, holder)
    for kind in (Kind.MATCH, Kind.CONFIG):
        log = branch()
        holder = log.append(kind, paper.match_said(ROLL, paper.EVERYONE) | {"of": MATCH})
        yield f"a {kind} that is of a match", log.considered(MATCH, 4, ROLL, paper.EVERYONE, holder)


def lying_rolls() -> Iterator[tuple[str, str]]:
    for kind in (Kind.NEED, Kind.PURPOSE):
        log = branch()
        entry = log.append(kind, {}, profile=b"No profile.")
        roll, standings = Roll.of((line(entry),)), ranked(8, [entry])
        yield f"a {kind} for a profile", log.considered(log.match(roll, standings), entry, roll, standings)
    log = branch()
    roll, standings = Roll.of((line(len(log.bodies) + 1),)), ranked(8, [len(log.bodies) + 1])
    match = log.match(roll, standings)
    yield "a profile from after the match", log.considered(match, log.profile("Senare."), roll, standings)
    rolls: tuple[Any, ...] = (None, [], {"root": "00"}, {"root": "00" * 32, "size": "7"}, {"root": 7, "size": 7})
    for told in rolls:
        log = branch()
        match = log.match(ROLL, paper.FIRST_TWO, roll=told)
        yield f"the roll {told}", log.considered(match, paper.ALONE, ROLL, paper.FIRST_TWO)


def lying_standings() -> Iterator[tuple[str, str]]:
    for profile in (paper.WITHDRAWN, paper.COPY):
        log, standings = branch(), ranked(8, [profile])
        yield f"a standing of {profile}", log.considered(log.match(ROLL, standings), profile, ROLL, standings)
    log, standings = branch(), ranked(8, [paper.ACADEMIC])
    match = log.match(ROLL, standings, only="company")
    yield "a standing of another kind", log.considered(match, paper.ACADEMIC, ROLL, standings)
    yield "the standing of another actor", mixed(paper.ALONE, paper.ALONE, paper.SECOND)


def mixed(profile: int, lined: int, placed: int) -> str:
    """The receipt of a profile, with the line of one and the standing of another."""
    own, shown = ROLL.opened([lined]), paper.FIRST_TWO.opened(placed)
    assert own is not None
    assert shown is not None
    return receipt.of_consideration(LOG.logged(MATCH), LOG.note, LOG.logged(profile), None, own, Placed(shown, None))


LIES = dict(lies())


@pytest.mark.parametrize("what", LIES)
def test_what_proves_nothing_is_refused_however_well_it_is_signed(what: str) -> None:
    assert refused(lambda: verify(LIES[what]))


def test_a_receipt_is_of_the_log_whose_key_is_trusted() -> None:
    other = elsewhere()
    for name, text in GENUINE.items():
        theirs = replace(Proof.parse(text), checkpoint=other.note)
        assert receipt.verify(str(theirs), [other.key.public]).entry == verify(text).entry, name
        assert receipt.verify(text, [other.key.public, LOG.key.public]) == verify(text)
        assert accepted(verify, [str(theirs)]) == []
        for keys in ([], [other.key.public], [signer("log.example", 2).public]):
            with pytest.raises(Invalid):
                receipt.verify(text, keys)


def test_receipts_are_given_of_a_long_log_as_of_a_short() -> None:
    log = branch()
    for number in range(300):
        log.append(Kind.PURPOSE, {"number": number})
    late = log.profile("Sen.")
    roll, standings = Roll.of((line(late),)), ranked(8, [late])
    match = log.match(roll, standings)
    holder = log.explanation(match, roll, standings)
    for text in (log.considered(match, late, roll, standings), log.considered(match, late, roll, standings, holder)):
        assert verify(text).standing == standings.each[0]


def test_what_is_proven_cannot_be_changed() -> None:
    found = verify(GENUINE["shown"])
    logged = LOG.logged(MATCH)
    shown = paper.FIRST_TWO.opened(paper.ALONE)
    assert shown is not None
    for value, name in ((found, "index"), (logged, "body"), (Placed(shown, None), "entry"), (shown, "leaf")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, 7)


def unsalted(text: str) -> Any:
    """All that a receipt says but salts, of which `verify` alone proves nothing."""
    return [replace(Proof.parse(text), extra=b""), {**told_in(text), "salts": None}]


@pytest.mark.parametrize("name", GENUINE)
def test_nothing_forged_is_accepted(name: str) -> None:
    tried = list(forgeries(GENUINE[name], list(GENUINE.values()), scaled(2, ALL), scaled(30, ALL)))
    picked = random.Random(name).sample(tried, min(len(tried), scaled(100, ALL)))
    found = accepted(verify, [forged.text for forged in picked])
    if name in CONSIDERED:
        assert found == []
    for text, read in found:
        told = told_in(text)["salts"]
        assert unsalted(text) == unsalted(GENUINE[name])
        assert told.keys() <= read.entry.fields.keys()
        assert {name: salt.hex() for name, salt in read.salts.items()} == told
        own = LOG.openings[read.index]
        opened = {field: receipt.opens(read, field, own[field].value) for field in told}
        assert opened == {field: salt == own[field].salt.hex() for field, salt in told.items()}


def test_no_member_can_be_added_to_a_receipt() -> None:
    for text in (GENUINE["answer"], GENUINE["not among the first"]):
        assert accepted(verify, [forged.text for forged in added(text)]) == []


@pytest.mark.parametrize("name", ["shown", "text erased"])
def test_no_bit_of_a_consideration_can_be_flipped(name: str) -> None:
    tried = [forged.text for forged in flipped(CONSIDERED[name], scaled(100, ALL), seed=7)]
    assert accepted(verify, tried) == []


GENUINE_UNSALTED = [unsalted(text) for text in GENUINE.values()]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("leaf", "place", "proof", "x")), inner)
    ),
    max_leaves=6,
)


@same_each_time
@given(anything | spoilt(tuple(GENUINE.values())))
def test_whatever_is_read_as_a_receipt_is_one_or_invalid(text: str) -> None:
    assert all(unsalted(read) in GENUINE_UNSALTED for read, _ in accepted(verify, [text]))


@same_each_time
@given(st.sampled_from(sorted(GENUINE)), st.data())
def test_whatever_the_extra_tells_is_proven_or_invalid(name: str, data: st.DataObject) -> None:
    told = told_in(GENUINE[name])
    member = data.draw(st.sampled_from(sorted(told)))
    inner = sorted(told[member]) if isinstance(told[member], dict) else []
    value = data.draw(json_values)
    told[member] = {**told[member], data.draw(st.sampled_from(inner)): value} if inner else value
    assert all(unsalted(read) in GENUINE_UNSALTED for read, _ in accepted(verify, [retold(GENUINE[name], told)]))
