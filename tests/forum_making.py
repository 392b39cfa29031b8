"""Problems to compose forums from, made up at random from a seed: small ones, large ones, and ones that cannot be."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from matcha.forum.plan import GRADES, Candidate, Pair, Problem, Rules, pair
from matcha.process import Inviting, Part

PARTS = tuple(Part)
ASPECTS = ("vård i hemmet", "journaler", "resor", "remisser", "egenvård", "upphandling")


def candidate(
    number: int,
    grades: Sequence[int],
    part: Part = Part.COMPANY,
    closeness: int = 1,
    house: int | None = None,
    interested: bool = False,
) -> Candidate:
    """Give an actor by number; its house is its own unless said."""
    home = number if house is None else house
    return Candidate(named(number), part, tuple(grades), closeness, named(home), interested)


def named(number: int) -> str:
    """Give the id of an actor by number."""
    return f"aktor-{number:05}"


def crowd(
    draw: random.Random,
    size: int,
    aspects: int,
    parts: Sequence[Part] = PARTS,
    grades: Sequence[int] = (0, 0, 0, 0, 1, 1, 2, 3),
    interested: float = 0.1,
) -> tuple[Candidate, ...]:
    """Give actors of all kinds, each a house of its own."""
    return tuple(
        candidate(
            number,
            [draw.choice(grades) for _ in range(aspects)],
            draw.choice(parts),
            draw.randint(0, GRADES),
            interested=draw.random() < interested,
        )
        for number in range(size)
    )


def housed(draw: random.Random, crowd: Sequence[Candidate], houses: int, size: int) -> tuple[Candidate, ...]:
    """Give the same actors, of whom some share a house, named by the least id of those that do."""
    order = draw.sample(range(len(crowd)), min(len(crowd), houses * size))
    home: dict[str, str] = {}
    for first in range(0, len(order), size):
        members = sorted(crowd[number].id for number in order[first : first + size])
        home |= dict.fromkeys(members, members[0])
    return tuple(replace(each, house=home.get(each.id, each.house)) for each in crowd)


def pairs(draw: random.Random, crowd: Sequence[Candidate], wanted: int) -> tuple[Pair, ...]:
    """Give different pairs of actors, in order."""
    drawn = {pair(*draw.sample([each.id for each in crowd], 2)) for _ in range(wanted)} if len(crowd) > 1 else set()
    return tuple(sorted(drawn))


def small(seed: int) -> Problem:
    """Give a problem small enough to try every composition, with rules of every kind; many of them can be kept."""
    draw = random.Random(seed)
    aspects = draw.randint(2, 3)
    parts = PARTS[: draw.randint(1, 4)]
    alike = draw.choice([(0, 1, 2, 3), (0, 1), (0, 0, 0, 3), (1, 3)])
    people = housed(draw, crowd(draw, draw.randint(4, 11), aspects, parts, alike, 0.3), draw.randint(0, 2), 2)
    most = draw.randint(3, 9)
    ids = [each.id for each in people]
    rules = Rules(
        inviting=draw.choice([Inviting.TARGETED, Inviting.TARGETED, Inviting.OPEN]),
        seats=(draw.randint(1, min(4, most)), most),
        host={draw.choice(PARTS): draw.randint(0, 2)},
        quotas=_quotas(draw, draw.sample(parts, draw.randint(0, len(parts)))),
        seats_each={draw.choice(parts): draw.randint(1, 2)},
        house_seats=draw.randint(2, 3),
        must=dict.fromkeys(draw.sample(ids, draw.randint(0, 1)), "behovet är dess eget"),
        conflicts=dict.fromkeys(draw.sample(ids, draw.choice([0, 0, 1])), "äger ett av bolagen"),
        never_together=pairs(draw, people, draw.randint(0, 3)),
        coverage=draw.randint(0, 2),
        qualify=draw.randint(1, 2),
        one_sided=draw.choice([20, 50, 100]),
    )
    return Problem(ASPECTS[:aspects], people, rules)


def _quotas(draw: random.Random, parts: Sequence[Part]) -> Mapping[Part, tuple[int, int]]:
    fewest = {part: draw.randint(0, 1) for part in parts}
    return {part: (fewest[part], fewest[part] + draw.randint(1, 3)) for part in parts}


def large(seed: int, size: int = 10_000, seats: int = 50, scarce: bool = False) -> Problem:
    """Give a problem as a whole country could have it: six aspects, quotas of all parts, shared houses, rivals.

    Where strong answers are `scarce`, aspects compete for the places.
    """
    draw = random.Random(seed)
    grades = (0,) * 60 + (1,) * 5 + (2,) if scarce else (0, 0, 0, 0, 1, 1, 2, 3)
    people = housed(draw, crowd(draw, size, 6, grades=grades, interested=0.3), min(200, size // 10), 3)
    rules = Rules(
        seats=(seats - 10, seats),
        host={Part.NEED_OWNER: 3, Part.IT: 1, Part.PROCUREMENT: 1},
        quotas=dict.fromkeys(PARTS, (3, 12)),
        seats_each={Part.COMPANY: 2},
        must={each.id: "ägare av behovet" for each in draw.sample(people, 3)},
        conflicts={each.id: "ägarskap" for each in draw.sample(people, size // 100)},
        never_together=pairs(draw, people, 100),
        coverage=3,
        one_sided=30,
    )
    must = set(rules.must)
    rivals = tuple(both for both in rules.never_together if not must.issuperset(both))
    rules = replace(rules, never_together=rivals, conflicts={k: v for k, v in rules.conflicts.items() if k not in must})
    return Problem(ASPECTS, people, rules)


def medium(seed: int) -> Problem:
    """Give a problem of some dozens of actors with rules of every kind; most of them can be kept."""
    draw = random.Random(seed)
    aspects, seats = draw.randint(2, 6), draw.randint(8, 30)
    parts = PARTS[: draw.randint(2, len(PARTS))]
    people = housed(draw, crowd(draw, draw.randint(30, 90), aspects, parts), draw.randint(0, 8), draw.randint(2, 4))
    ids = [each.id for each in people]
    must = draw.sample(ids, draw.randint(0, 2))
    rules = Rules(
        inviting=draw.choice([Inviting.TARGETED, Inviting.TARGETED, Inviting.TARGETED, Inviting.OPEN]),
        seats=(draw.randint(2, seats // 2), seats),
        host={draw.choice(PARTS): draw.randint(0, 3)},
        quotas={part: (draw.randint(0, 2), draw.randint(3, 9)) for part in draw.sample(parts, len(parts) // 2)},
        seats_each={draw.choice(parts): draw.randint(1, 2)},
        house_seats=draw.randint(2, 4),
        must=dict.fromkeys(must, "behovets ägare"),
        conflicts=dict.fromkeys(draw.sample(sorted(set(ids) - set(must)), draw.randint(0, 3)), "ägarskap"),
        never_together=pairs(draw, people, draw.randint(0, 60)),
        coverage=draw.randint(0, 3),
        qualify=draw.choice([1, 1, 2]),
        one_sided=draw.choice([10, 25, 50, 100]),
    )
    return Problem(ASPECTS[:aspects], people, rules)


def tangled(seed: int) -> Problem:
    """Give a small problem of actors that all could come, with more rules of all kinds than can often be kept."""
    draw = random.Random(seed)
    parts = PARTS[:3]
    people = crowd(draw, draw.randint(5, 8), 2, parts, (0, 1, 1, 2, 3), 0.5)
    people = housed(draw, people, draw.randint(0, 2), 3)
    ids = [each.id for each in people]
    fewest, most = draw.randint(1, 5), draw.randint(5, 6)
    rules = Rules(
        seats=(fewest, most),
        host={draw.choice(PARTS[:4]): draw.randint(0, 2)},
        quotas={part: (draw.randint(0, 2), draw.randint(2, 3)) for part in draw.sample(parts, 2)},
        seats_each={draw.choice(parts): draw.randint(1, 2)},
        house_seats=2,
        must=dict.fromkeys(draw.sample(ids, draw.randint(0, 4)), "ägare"),
        conflicts=dict.fromkeys(draw.sample(ids, draw.choice([0, 0, 1])), "jäv"),
        never_together=pairs(draw, people, draw.randint(0, 8)),
        coverage=draw.randint(0, 2),
        one_sided=draw.choice([10, 30, 100]),
    )
    return Problem(ASPECTS[:2], people, rules)
