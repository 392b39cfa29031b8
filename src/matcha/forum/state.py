"""Where a forum stands: worked out from the steps that were taken, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from matcha.forum.plan import Arrangement, Certificate, Person, Seed
from matcha.process import ActKind, Mixing, Part, Reply, SeedSource

FORUM_STEPS = tuple(kind for kind in ActKind if kind.value.startswith("forum_"))


@dataclass(frozen=True, slots=True)
class Taken:
    """A step: an act of the forum's need. `content` is what was filled in and what came of it."""

    id: int
    kind: ActKind
    by: str
    actor_id: str | None
    content: Mapping[str, Any]
    made: datetime
    leaf_index: int


@dataclass
class Standing:
    """A forum's steps, each where it counts: of those that are taken anew, the newest."""

    composed: Taken
    nth: int  # how many compositions there were for the need, this one included
    drawn: Taken | None = None
    arranged: Taken | None = None
    planned: Taken | None = None
    scheduled: Taken | None = None
    closed: Taken | None = None
    invited: dict[str, Taken] = field(default_factory=dict)
    replies: dict[str, Taken] = field(default_factory=dict)
    replaced: list[Taken] = field(default_factory=list)
    met: dict[str, Taken] = field(default_factory=dict)
    outcomes: list[Taken] = field(default_factory=list)
    values: dict[str, Taken] = field(default_factory=dict)
    steps: list[Taken] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The forum's id."""
        return str(self.composed.content["forum"])

    @property
    def seed(self) -> Seed | None:
        """What the draw was decided by."""
        return None if self.drawn is None else seed_of(self.drawn)

    @property
    def binding(self) -> bool:
        """Whether a draw has been made that is not on trial."""
        return self.seed is not None and self.seed.source is not SeedSource.TRIAL

    def places(self) -> dict[str, str | None]:
        """Give the actors that have a place, by id, each with the actor whose place it took over, if it did."""
        found: dict[str, str | None] = dict.fromkeys(self.drawn.content["invited"]) if self.drawn else {}
        for one in self.replaced:
            found.pop(one.content["gone"], None)
            if one.actor_id is not None:
                found[one.actor_id] = one.content["gone"]
        return dict(sorted(found.items()))

    def gone(self) -> frozenset[str]:
        """Give the actors whose place was given to others."""
        return frozenset(one.content["gone"] for one in self.replaced)

    def reply(self, actor_id: str) -> Reply | None:
        """Give the newest answer of an actor."""
        found = self.replies.get(actor_id)
        return None if found is None else Reply(found.content["reply"])

    def coming(self) -> tuple[str, ...]:
        """Give the actors that have a place and have not said, or shown, that they do not come."""
        return tuple(id for id in self.places() if self.reply(id) not in (Reply.DECLINED, Reply.ABSENT))

    def arrangement(self) -> Arrangement | None:
        """Give who sits where."""
        return None if self.arranged is None else arrangement_of(self.arranged.content)


def standings(taken: Iterable[Taken]) -> Mapping[str, Standing]:
    """Give the forums of one need by id, the first composed first. Steps whose content was erased are left out."""
    found: dict[str, Standing] = {}
    for one in (one for one in taken if one.content):
        id = one.content["forum"]
        if one.kind is ActKind.FORUM_COMPOSED:
            found[id] = Standing(one, len(found) + 1)
        if id in found:
            _take(found[id], one)
    return found


def _take(standing: Standing, one: Taken) -> None:
    standing.steps.append(one)
    if one.kind is ActKind.FORUM_DRAWN:
        standing.arranged = None  # of a draw on trial
    if one.kind in _NEWEST:
        setattr(standing, _NEWEST[one.kind], one)
    elif one.kind in _BY_ACTOR and one.actor_id is not None:
        getattr(standing, _BY_ACTOR[one.kind])[one.actor_id] = one
    elif one.kind in _ALL:
        getattr(standing, _ALL[one.kind]).append(one)


_NEWEST = {
    ActKind.FORUM_DRAWN: "drawn",
    ActKind.FORUM_ARRANGED: "arranged",
    ActKind.FORUM_CHANGED: "arranged",
    ActKind.FORUM_PLANNED: "planned",
    ActKind.FORUM_SCHEDULED: "scheduled",
    ActKind.FORUM_CLOSED: "closed",
}
_BY_ACTOR = {
    ActKind.FORUM_INVITED: "invited",
    ActKind.FORUM_REPLIED: "replies",
    ActKind.FORUM_MET: "met",
    ActKind.FORUM_VALUED: "values",
}
_ALL = {ActKind.FORUM_REPLACED: "replaced", ActKind.FORUM_OUTCOME: "outcomes"}


def seed_of(drawn: Taken) -> Seed:
    """Give the seed of a draw."""
    told = drawn.content
    return Seed(SeedSource(told["source"]), told["said"], tuple(told["witnesses"]))


def arrangement_content(found: Arrangement) -> dict[str, Any]:
    """Give an arrangement as an act holds it."""
    return {
        "mixing": found.mixing.value,
        "stations": found.stations,
        "persons": [[person.id, person.actor, person.part.value] for person in found.persons],
        "visits": [list(seen) for seen in found.visits],
        "met": found.certificate.objective,
        "bound": found.certificate.bound,
        "uneven": found.uneven,
    }


def arrangement_of(told: Mapping[str, Any]) -> Arrangement:
    """Give back the arrangement that an act holds."""
    return Arrangement(
        Mixing(told["mixing"]),
        told["stations"],
        tuple(Person(id, actor, Part(part)) for id, actor, part in told["persons"]),
        tuple(tuple(seen) for seen in told["visits"]),
        Certificate(told["met"], told["bound"]),
        told["uneven"],
    )


def itineraries(found: Arrangement) -> tuple[tuple[tuple[int, ...], tuple[Person, ...]], ...]:
    """Give the ways that people go between the stations, in order, each with the people who go it together."""
    groups: dict[tuple[int, ...], list[Person]] = {}
    for person, seen in zip(found.persons, found.visits, strict=True):
        groups.setdefault(seen, []).append(person)
    return tuple((seen, tuple(groups[seen])) for seen in sorted(groups))
