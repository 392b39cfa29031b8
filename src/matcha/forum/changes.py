"""Changes on the day: who does not come, who comes late, who comes unexpected; with the fewest moves (S30)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

from matcha.errors import Conflict, Invalid
from matcha.forum.bounds import crowded, most_pairs
from matcha.forum.designs import Itinerary, cyclic
from matcha.forum.guests import AWAY, guests, kept_from, meetings, uneven
from matcha.forum.plan import Arrangement, Certificate, Pair, Person
from matcha.forum.rearranging import Day, possible, rearranged
from matcha.forum.seating import Visits, irreducible, refusal
from matcha.process import Mixing

EFFORT = 1.0


def change(
    before: Arrangement,
    gone: Collection[str],
    come: Sequence[Person],
    late: Mapping[str, int],
    done: int,
    apart: Sequence[Pair],
    effort: float = EFFORT,
) -> Arrangement:
    """Give where everybody is after `done` rounds that are over and stay as they were.

    Who is `gone` is away from then on. Who is `late` is away before its first round (from 1). Who has `come` gets
    places; also somebody who was gone. Apart stay apart. Then, each before the next: nobody comes back to a station
    oftener than was planned for them; loads are the floor or the ceiling of those present / stations; as few as
    possible move; kinds are even; pairs meet. Whole groups stay whole: who moves joins another group.
    People are in order of id; those who are gone stay among them. `effort` is about seconds for each of these.
    """
    day = _day(before, gone, come, late, done, apart)
    visits = rearranged(day, effort)
    if visits is None:
        needed = irreducible(apart, lambda fewer: possible(_day(before, gone, come, late, done, fewer), effort))
        raise refusal(needed, before.stations)
    spread = uneven(visits, day.told.kinds, day.stations)
    return Arrangement(before.mixing, before.stations, day.people, visits, _certificate(day, visits), spread)


def moved(before: Arrangement, after: Arrangement) -> tuple[str, ...]:
    """Give who is at another station than planned in some round in which both have them there, in order of id."""
    new = dict(zip((person.id for person in after.persons), after.visits, strict=True))
    plans = zip(before.persons, before.visits, strict=True)
    return tuple(sorted(p.id for p, seen in plans if p.id in new and _elsewhere(seen, new[p.id])))


def _elsewhere(seen: Itinerary, now: Itinerary) -> bool:
    return any(AWAY not in (a, b) and a != b for a, b in zip(seen, now, strict=True))


def _day(
    before: Arrangement,
    gone: Collection[str],
    come: Sequence[Person],
    late: Mapping[str, int],
    done: int,
    apart: Sequence[Pair],
) -> Day:
    _check(before, gone, come, late, done)
    plans = dict(zip((person.id for person in before.persons), before.visits, strict=True))
    known = {person.id: person for person in (*come, *before.persons)}
    people = tuple(known[id] for id in sorted(known))
    arrived = {person.id for person in come}
    first = {id: max(late.get(id, 1) - 1, done) for id in {*late} | arrived}
    nowhere = (AWAY,) * before.rounds
    there = tuple(
        tuple(
            step >= first[id] if id in first else id not in gone and plans[id][step] != AWAY
            for step in range(done, before.rounds)
        )
        for id in sorted(known)
    )
    planned = tuple(plans.get(id, nowhere) for id in sorted(known))
    return Day(before.mixing, before.stations, done, people, planned, there, guests(people, apart))


def _check(
    before: Arrangement, gone: Collection[str], come: Sequence[Person], late: Mapping[str, int], done: int
) -> None:
    if not 0 <= done < before.rounds:
        raise Conflict(
            "Alla rundor är över. Det finns inget kvar att ändra.", "All rounds are over. There is nothing to change."
        )
    known = {person.id for person in before.persons} | {person.id for person in come}
    strangers = sorted(({*gone} | {*late}) - known)
    if strangers:
        raise Invalid(
            f"{strangers[0]} är inte med i forumet. Kontrollera namnet.",
            f"{strangers[0]} is not in the forum. Check the name.",
        )
    both = sorted({*gone} & ({*late} | {person.id for person in come}))
    if both:
        raise Invalid(
            f"{both[0]} kan inte både utebli och komma. Ange det ena.",
            f"{both[0]} cannot both be gone and come. Give one of them.",
        )
    for id, first in sorted(late.items()):
        if not 1 <= first <= before.rounds:
            raise Invalid(
                f"{id} kommer till runda {first}, men rundorna är 1–{before.rounds}. Ändra rundan.",
                f"{id} comes for round {first}, but the rounds are 1 to {before.rounds}. Change the round.",
            )


def _certificate(day: Day, visits: Visits) -> Certificate:
    """Count the pairs that meet, and bound them.

    Nobody meets whom they are apart from or never there with. A balanced round adds at most the pairs that sit together
    in it. Where all are always there and loads are balanced, the bounds of any such arrangement hold. In whole groups
    those meet who share one; a balanced round with everybody in it bounds how many do.
    """
    rounds = [*zip(*visits, strict=True)]
    bounds = [_together(day, visits)]
    if all(_balanced(where, day.stations) for where in rounds):
        there = [len(where) - where.count(AWAY) for where in rounds]
        over = meetings([seen[: day.done] for seen in visits])
        bounds.append(over + sum(crowded(people, day.stations) for people in there[day.done :]))
        if min(there) == len(visits):
            kind = day.mixing if _regular(day, visits) else Mixing.FREE
            bounds.append(most_pairs(len(visits), day.stations, kind, day.told.kept_apart))
        if _in_whole_groups(day, visits) and max(there) == sum({*seen} != {AWAY} for seen in visits):
            bounds.append(crowded(max(there), day.stations))
    return Certificate(meetings(visits), min(bounds))


def _regular(day: Day, visits: Visits) -> bool:
    if day.mixing is Mixing.WHOLE:
        return {*visits} <= {*cyclic(day.stations)}
    return all(len({*seen}) == day.stations for seen in visits)


def _in_whole_groups(day: Day, visits: Visits) -> bool:
    """Whether everybody stays in one group for all rounds, but for being away."""
    ways = cyclic(day.stations)
    kept = (any(all(a in (AWAY, b) for a, b in zip(seen, way, strict=True)) for way in ways) for seen in visits)
    return day.mixing is Mixing.WHOLE and all(kept)


def _together(day: Day, visits: Visits) -> int:
    """Count the pairs that are there in the same round and not apart, or have met."""
    kept = kept_from(day.told)
    there = [[station != AWAY for station in seen] for seen in visits]
    return sum(
        (any(a and b for a, b in zip(there[p], there[q], strict=True)) and not kept[p] >> q & 1)
        or any(a == b != AWAY for a, b in zip(visits[p][: day.done], visits[q][: day.done], strict=True))
        for p, q in combinations(range(len(visits)), 2)
    )


def _balanced(where: Itinerary, stations: int) -> bool:
    loads = [where.count(station) for station in range(stations)]
    return max(loads) - min(loads) <= 1
