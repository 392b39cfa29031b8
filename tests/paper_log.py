"""A small log made by hand of the match log's parts, and receipts from it: of every shape, and of a log that lies."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from matcha.matchlog import receipt
from matcha.matchlog.checkpoint import Checkpoint
from matcha.matchlog.entry import Draft, Kind, Opening, Salt, sealed
from matcha.matchlog.note import PrivateKey
from matcha.matchlog.receipt import Logged, Placed
from matcha.matchlog.roll import Line, Roll
from matcha.matchlog.standings import Standing, Standings
from tests.naive_tree import NaiveTree
from tests.signers import signer

Told = Mapping[str, Any]


def drawn() -> Salt:
    """Give salts that are another each time, and the same in every run."""
    numbers = count()
    return lambda length: hashlib.sha256(b"salt %d" % next(numbers)).digest()[:length]


@dataclass
class PaperLog:
    """Entries in order, with what opens them; proofs come from the slow tree."""

    key: PrivateKey = field(default_factory=lambda: signer("log.example"))
    bodies: list[bytes] = field(default_factory=list)
    openings: list[Mapping[str, Opening]] = field(default_factory=list)
    draw: Salt = field(default_factory=drawn)

    def append(self, kind: Kind, said: Told, **values: bytes) -> int:
        """Append an entry that commits to values, and give its index."""
        draft = Draft(kind, said, sealed(values, self.draw))
        self.bodies.append(draft.body(1000 + len(self.bodies)))
        self.openings.append(draft.openings)
        return len(self.bodies) - 1

    def profile(self, said: str) -> int:
        return self.append(Kind.PROFILE_VERSION, {}, profile=said.encode())

    def match(self, roll: Roll, standings: Standings, /, **more: Any) -> int:
        return self.append(Kind.MATCH, match_said(roll, standings) | more, asked=b"need", reading=b"vectors")

    def explanation(self, of: int | None, roll: Roll, standings: Standings, /, **more: Any) -> int:
        return self.append(Kind.EXPLANATION, match_said(roll, standings) | {"of": of} | more, asked=b"need")

    @property
    def head(self) -> Checkpoint:
        return Checkpoint(self.key.name, len(self.bodies), NaiveTree(self.bodies).head(0, len(self.bodies)))

    @property
    def note(self) -> str:
        return self.head.signed([self.key])

    def logged(self, index: int) -> Logged:
        proof = tuple(NaiveTree(self.bodies).path(index, 0, len(self.bodies)))
        return Logged(index, self.bodies[index], proof)

    def answer(self, index: int, *erased: str) -> str:
        """Give the receipt of an answer, some of whose values have been erased."""
        logged = self.logged(index)
        kept = {name: opening for name, opening in self.openings[index].items() if name not in erased}
        return receipt.of_answer(index, logged.proof, self.note, logged.body, kept)

    def considered(
        self,
        match: int,
        profile: int,
        roll: Roll,
        standings: Standings | None = None,
        holder: int | None = None,
        erased: bool = False,
    ) -> str:
        """Give the receipt that a profile was considered; its standing is in the match unless a holder is given."""
        line = roll.opened([profile])
        assert line is not None
        opening = None if erased else self.openings[profile]["profile"]
        placed = None
        if standings is not None:
            shown = standings.opened(profile)
            assert shown is not None
            placed = Placed(shown, None if holder is None else self.logged(holder))
        return receipt.of_consideration(self.logged(match), self.note, self.logged(profile), opening, line, placed)


def match_said(roll: Roll, standings: Standings) -> dict[str, Any]:
    return {
        "config": 0,
        "roll": {"root": roll.root.hex(), "size": roll.size},
        "tree": {"root": "00" * 32, "size": 3},
        "only": None,
        "standings": {"root": standings.root.hex(), "size": len(standings.each)},
    }


def ranked(seed: int, *owned: Sequence[int]) -> Standings:
    """Give the standings of actors, by their profiles, with scores and salts that depend on a seed."""
    each = (Standing(tuple(own), rank, 777_000_000 + seed * 1000 - rank) for rank, own in enumerate(owned, 1))
    return Standings(bytes([seed]) * 32, tuple(each))


def line(index: int, kind: str = "company", excluded: str | None = None, like: int | None = None) -> Line:
    return Line(index, kind, excluded, hashlib.sha256(b"%d" % index).hexdigest(), like)


LOG = PaperLog()
ALONE = LOG.profile("Ensam i en rulla.")
ALONE_ROLL, ALONE_STANDINGS = Roll.of((line(ALONE),)), ranked(1, [ALONE])
LONELY = LOG.match(ALONE_ROLL, ALONE_STANDINGS)
SECOND = LOG.profile("Handhygien med kamera.")
COPY = LOG.profile("Handhygien med kamera!")
ACADEMIC = LOG.profile("Forskning om köer: väntan.")
WITHDRAWN = LOG.profile("Drogs tillbaka.")
ERASED = LOG.profile("Utgallrad.")
TWIN = LOG.profile("Samma bolag som den ensamma.")
ROLL = Roll.of(
    (
        line(ALONE),
        line(SECOND, like=SECOND),
        line(COPY, excluded="near_copy", like=SECOND),
        line(ACADEMIC, "academia"),
        line(WITHDRAWN, excluded="withdrawn"),
        line(ERASED),
        line(TWIN),
    )
)
FIRST_TWO = ranked(2, [ALONE, TWIN], [SECOND])
OTHER_TWO = ranked(3, [SECOND], [ALONE, TWIN])
EVERYONE = ranked(4, [ALONE, TWIN], [SECOND], [ACADEMIC], [ERASED])
OTHERS = ranked(5, [SECOND], [ALONE, TWIN], [ERASED], [ACADEMIC])
COMPANIES = ranked(6, [SECOND], [ERASED], [ALONE, TWIN])
MATCH = LOG.match(ROLL, FIRST_TWO)
OTHER_MATCH = LOG.match(ROLL, OTHER_TWO)
ONLY_COMPANIES = LOG.match(ROLL, COMPANIES, only="company")
EXPLAINED = LOG.explanation(MATCH, ROLL, EVERYONE)
OTHER_EXPLAINED = LOG.explanation(OTHER_MATCH, ROLL, OTHERS)
PLAIN = LOG.explanation(None, ROLL, EVERYONE)
LATER = LOG.profile("Kom till senare.")
LATER_ROLL, LATER_STANDINGS = Roll.of((*ROLL.lines, line(LATER))), ranked(7, [LATER], [ALONE, TWIN])
LATER_MATCH = LOG.match(LATER_ROLL, LATER_STANDINGS)
ACADEMICS = ranked(8, [ACADEMIC])
ONLY_ACADEMIA = LOG.match(ROLL, ACADEMICS, only="academia")

ANSWERS = {
    "answer": LOG.answer(MATCH),
    "another answer": LOG.answer(OTHER_MATCH),
    "explanation": LOG.answer(EXPLAINED),
    "erased answer": LOG.answer(MATCH, "asked", "reading"),
}
CONSIDERED = {
    "shown": LOG.considered(MATCH, ALONE, ROLL, FIRST_TWO),
    "shown, its second profile": LOG.considered(MATCH, TWIN, ROLL, FIRST_TWO),
    "shown elsewhere": LOG.considered(OTHER_MATCH, ALONE, ROLL, OTHER_TWO),
    "not among the first": LOG.considered(MATCH, ACADEMIC, ROLL, EVERYONE, EXPLAINED),
    "not among the first elsewhere": LOG.considered(OTHER_MATCH, ACADEMIC, ROLL, OTHERS, OTHER_EXPLAINED),
    "text erased": LOG.considered(MATCH, ERASED, ROLL, EVERYONE, EXPLAINED, erased=True),
    "other kind": LOG.considered(ONLY_COMPANIES, ACADEMIC, ROLL),
    "other kind, a company": LOG.considered(ONLY_ACADEMIA, SECOND, ROLL),
    "right kind": LOG.considered(ONLY_COMPANIES, SECOND, ROLL, COMPANIES),
    "withdrawn": LOG.considered(MATCH, WITHDRAWN, ROLL),
    "near copy": LOG.considered(MATCH, COPY, ROLL),
    "alone": LOG.considered(LONELY, ALONE, ALONE_ROLL, ALONE_STANDINGS),
    "later": LOG.considered(LATER_MATCH, LATER, LATER_ROLL, LATER_STANDINGS),
}
GENUINE = ANSWERS | CONSIDERED


def elsewhere() -> PaperLog:
    """The same entries in the log of another: only its name and key are different."""
    return replace(LOG, key=signer("other.example", 9))
