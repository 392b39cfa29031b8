"""The values of a forum: who could come, by what rules, who is drawn, who sits where.

Frozen, and the same bytes each time.
Grades say how far an actor answers something: 0 nothing, 1 touches it, 2 could answer it, 3 answers it strongly.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from matcha.matchlog.entry import canonical
from matcha.process import Inviting, Mixing, Part, SeedSource

GRADES = 3  # the highest grade, and closeness
NEAR = 0.5  # the least standing of a candidate that touches any aspect
TICKETS = 1_000_000  # in a lottery, over all its panels
STEPS = (80, 40, 20, 10)  # points for the first, second … actor that reaches a level of an aspect

Pair = tuple[str, str]  # two actors, the lesser id first


@dataclass(frozen=True, slots=True)
class Candidate:
    """An actor that could be invited. `grades` has one an aspect.

    `closeness`, 1 to 3, is how many standard deviations it stands above texts not chosen for the need.
    `house` is the organisation it belongs to, named by the least id of those that do. Whoever is `interested` has said
    so (R7) and qualifies by that alone.
    """

    id: str
    part: Part
    grades: tuple[int, ...]
    closeness: int
    house: str
    interested: bool = False


@dataclass(frozen=True)
class Rules:
    """By what a forum is composed. All of it is published before anybody is drawn (R3).

    `seats` are the fewest and most people in the room, of whom `host` says how many the host sends itself, by part.
    `quotas` are the fewest and most people of a part, the host's included; `seats_each` how many people an invitation
    is for (1 unless said); `house_seats` the most people of one organisation. `must` and `conflicts` give a reason for
    each actor that has to be invited or cannot be. `never_together` are actors that are not both invited, `apart` those
    that never sit in the same group (competitors). Every aspect is answered by at least `coverage` invited actors with
    at least the grade `qualify`, which is also what it takes to qualify. At most `one_sided` percent of the seats go
    to actors that answer one and the same aspect alone.
    """

    inviting: Inviting = Inviting.TARGETED
    seats: tuple[int, int] = (30, 50)
    host: Mapping[Part, int] = field(default_factory=dict)
    quotas: Mapping[Part, tuple[int, int]] = field(default_factory=dict)
    seats_each: Mapping[Part, int] = field(default_factory=dict)
    house_seats: int = 2
    must: Mapping[str, str] = field(default_factory=dict)
    conflicts: Mapping[str, str] = field(default_factory=dict)
    never_together: tuple[Pair, ...] = ()
    apart: tuple[Pair, ...] = ()
    coverage: int = 2
    qualify: int = 1
    one_sided: int = 50

    def each(self, part: Part) -> int:
        """Give how many people an invitation of a part is for."""
        return self.seats_each.get(part, 1)

    @property
    def hosted(self) -> int:
        """How many people the host sends."""
        return sum(self.host.values())


@dataclass(frozen=True)
class Problem:
    """What a forum is composed from: two to six aspects, everybody who could come, by id, and the rules."""

    aspects: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    rules: Rules

    @classmethod
    def from_bytes(cls, content: bytes) -> Problem:
        """Give back what `to_bytes` wrote."""
        told = json.loads(content)
        each = (one | {"part": Part(one["part"]), "grades": tuple(one["grades"])} for one in told["candidates"])
        return cls(tuple(told["aspects"]), tuple(Candidate(**one) for one in each), rules_of(told["rules"]))

    def to_bytes(self) -> bytes:
        """Give it as canonical JSON."""
        return canonical(plain(asdict(self)))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its bytes."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


@dataclass(frozen=True, slots=True)
class Peers:
    """Candidates that no rule and no grade tells apart: equals, by id. Each has the same chance (R1)."""

    ids: tuple[str, ...]
    part: Part
    grades: tuple[int, ...]
    closeness: int
    seats: int  # people an invitation of one of them is for


@dataclass(frozen=True, slots=True)
class Panel:
    """One best composition: how many of each peers are invited, and its tickets in the lottery."""

    tickets: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """How good something is, and that nothing can be better than `bound`. Both are points, or people, or pairs."""

    objective: int
    bound: int

    @property
    def gap(self) -> float:
        """The share of the bound that is missing at most."""
        return (self.bound - self.objective) / self.bound if self.bound else 0.0


@dataclass(frozen=True)
class Composition:
    """Who could be invited, as a lottery over compositions that are all equally good.

    `peers` are those of whom at least one can qualify, in order; `panels` have TICKETS tickets in all. `certificate` is
    of the points that every panel has, `chance` of the smallest chance of anybody who is in any best composition, in
    millionths. Everybody else is in `left`, by id, with why.
    """

    problem: str  # its digest
    peers: tuple[Peers, ...]
    panels: tuple[Panel, ...]
    certificate: Certificate
    chance: Certificate
    left: Mapping[str, str]

    @classmethod
    def from_bytes(cls, content: bytes) -> Composition:
        """Give back what `to_bytes` wrote."""
        told = json.loads(content)
        peers = (one | {"ids": tuple(one["ids"]), "grades": tuple(one["grades"])} for one in told["peers"])
        return cls(
            told["problem"],
            tuple(Peers(**one | {"part": Part(one["part"])}) for one in peers),
            tuple(Panel(one["tickets"], tuple(one["counts"])) for one in told["panels"]),
            Certificate(**told["certificate"]),
            Certificate(**told["chance"]),
            told["left"],
        )

    def chances(self) -> tuple[Fraction, ...]:
        """Give the chance that each member of each peers is drawn."""
        sums = [sum(p.tickets * p.counts[i] for p in self.panels) for i in range(len(self.peers))]
        return tuple(Fraction(total, TICKETS * len(peers.ids)) for total, peers in zip(sums, self.peers, strict=True))

    def to_bytes(self) -> bytes:
        """Give it as canonical JSON: what is committed to before anybody is drawn."""
        return canonical(plain(asdict(self)))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its bytes."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


@dataclass(frozen=True, slots=True)
class Seed:
    """What a draw is decided by. `said` is the root of the checkpoint that first covers the composition, the dice as
    they were called out, or any words on trial; `witnesses` saw the dice."""

    source: SeedSource
    said: str
    witnesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """Who was drawn. `invited` is in order of id; `reserves`, by part, in the order in which they take a place."""

    panel: int
    invited: tuple[str, ...]
    reserves: Mapping[Part, tuple[str, ...]]
    not_selected: Mapping[str, str]  # by id, why


@dataclass(frozen=True, slots=True)
class Person:
    """A seat: `aktor-a01/1`, or `host/it/1` for one of the host's own people (`actor` is then None)."""

    id: str
    actor: str | None
    part: Part


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Who is where: `visits` holds, for each person, the station (from 0) of each round; −1 is not there.

    `certificate` counts the pairs that meet; `uneven` by how many people kinds are worse mixed than they would be if
    every kind were spread evenly over the stations, in all rounds together.
    """

    mixing: Mixing
    stations: int
    persons: tuple[Person, ...]
    visits: tuple[tuple[int, ...], ...]
    certificate: Certificate
    uneven: int

    @property
    def rounds(self) -> int:
        """How many rounds there are."""
        return len(self.visits[0]) if self.visits else 0

    def at(self, round: int, station: int) -> tuple[Person, ...]:
        """Give who is at a station in a round."""
        return tuple(p for p, seen in zip(self.persons, self.visits, strict=True) if seen[round] == station)


def rules_of(told: Mapping[str, Any]) -> Rules:
    """Give back rules from their JSON. Whatever is left out is as usual."""
    given = dict(told)
    if "inviting" in given:
        given["inviting"] = Inviting(given["inviting"])
    for name in ("host", "quotas", "seats_each"):
        given[name] = {Part(part): _fixed(value) for part, value in given.get(name, {}).items()}
    for name in ("never_together", "apart"):
        given[name] = tuple(sorted({pair(*two) for two in given.get(name, ())}))
    return Rules(**{name: _fixed(value) for name, value in given.items()})


def pair(first: str, second: str) -> Pair:
    """Give two ids as a pair."""
    return (first, second) if first < second else (second, first)


def _fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def plain(value: Any) -> Any:
    """Give a value of dataclasses as JSON has it: mappings by sorted key, tuples as lists."""
    if isinstance(value, Mapping):
        return {str(key): plain(value[key]) for key in sorted(value, key=str)}
    return [plain(each) for each in value] if isinstance(value, tuple | list) else value
