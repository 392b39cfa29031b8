"""The people of a forum: a seat each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcha.forum.plan import Person
from matcha.process import Part


def persons(invited: Sequence[tuple[str, Part, int]], host: Mapping[Part, int]) -> tuple[Person, ...]:
    """Give a person for each seat, in order of id: `aktor-a01/1`, `aktor-a01/2`, `host/it/1`.

    `invited` says of each actor as what it comes and how many people it sends, `host` how many the host sends by part.
    """
    guests = [Person(f"{actor}/{k + 1}", actor, part) for actor, part, seats in invited for k in range(seats)]
    own = [Person(f"host/{part.value}/{k + 1}", None, part) for part, seats in host.items() for k in range(seats)]
    return tuple(sorted(guests + own, key=lambda person: person.id))
