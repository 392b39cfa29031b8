"""Who is at which station in which round (S27–S30)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from matcha.errors import Invalid
from matcha.forum.bounds import most_pairs
from matcha.forum.designs import Itinerary, cyclic, design
from matcha.forum.exchange import improved
from matcha.forum.guests import Guests, guests, meetings, uneven
from matcha.forum.plan import Arrangement, Certificate, Pair, Person
from matcha.forum.seating import Seated, Seating, Visits, irreducible, refusal
from matcha.forum.settling import settled
from matcha.process import Mixing

STATIONS = (2, 8)
PEOPLE = 200
EFFORT = 1.0
MOVES = 150_000  # swaps that are tried with effort 1 …
SEATING = 3.0  # times the effort, to fit people into a design
USUAL = 30  # … by so many people or more


def arrange(
    persons: Sequence[Person], stations: int, mixing: Mixing, apart: Sequence[Pair], effort: float = EFFORT
) -> Arrangement:
    """Give where everybody is in each of as many rounds as there are stations.

    At every station, in every round, are the floor or the ceiling of people / stations. The actors of a pair in `apart`
    never sit at the same station at the same time. Whole groups go round; remixed people visit every station once; free
    ones may come back to one, which as few as possible do. Then kinds are spread as evenly as can be: parts, and the
    people of one actor. Then as many pairs as possible meet; no arrangement that is as even has more than the
    certificate's bound. `effort` is about seconds. The same people give the same arrangement, in order of id.

    Whole groups can be as even as anything, because any round's groups could stay whole and go round: so the most even
    groups of one round, found first, say how even every round can be.
    """
    people = _checked(persons, stations)
    told = guests(people, apart)
    groups = _groups(people, told, stations, apart, effort)
    whole = tuple(cyclic(stations)[station] for (station,) in groups.visits)
    bound = most_pairs(len(people), stations, mixing, told.kept_apart)
    visits = whole
    if mixing is not Mixing.WHOLE:
        visits = _begun(whole, groups.cost, told, stations, mixing, effort)
        if meetings(visits) < bound:
            visits, most = settled(visits, groups.cost, told, stations, mixing, effort)
            bound = min(bound, most)
        visits = improved(visits, told, stations, mixing, bound, _tries(told.people, effort))
    if mixing is Mixing.FREE:
        visits = seldom_back(visits, stations)
    certificate = Certificate(meetings(visits), bound)
    return Arrangement(mixing, stations, people, visits, certificate, uneven(visits, told.kinds, stations))


def _checked(persons: Sequence[Person], stations: int) -> tuple[Person, ...]:
    people = tuple(sorted(persons, key=lambda person: person.id))
    if not STATIONS[0] <= stations <= STATIONS[1]:
        raise Invalid(
            f"Ett forum har 2–8 stationer, inte {stations}. Ändra antalet aspekter.",
            f"A forum has 2 to 8 stations, not {stations}. Change the number of aspects.",
        )
    if not stations <= len(people) <= PEOPLE:
        raise Invalid(
            f"{len(people)} personer kan inte fördelas på {stations} stationer: minst {stations}, högst {PEOPLE}.",
            f"{len(people)} people cannot be spread over {stations} stations: at least {stations}, at most {PEOPLE}.",
        )
    twice = [id for id, count in Counter(person.id for person in people).items() if count > 1]
    if twice:
        raise Invalid(f"{twice[0]} finns två gånger. Ta bort den ena.", f"{twice[0]} is there twice. Remove one.")
    return people


def _groups(people: Sequence[Person], told: Guests, stations: int, apart: Sequence[Pair], effort: float) -> Seated:
    seating = Seating(told, _one_round(stations), stations)
    groups = seating.solve(seating.strays(0), effort)
    if groups is None:
        raise refusal(irreducible(apart, lambda kept: _possible(people, kept, stations, effort)), stations)
    return groups


def _possible(people: Sequence[Person], apart: Sequence[Pair], stations: int, effort: float) -> bool:
    return Seating(guests(people, apart), _one_round(stations), stations).solve(None, effort) is not None


def _one_round(stations: int) -> Visits:
    return tuple((station,) for station in range(stations))


def _begun(whole: Visits, strays: int, told: Guests, stations: int, mixing: Mixing, effort: float) -> Visits:
    """Give a design that people fit into evenly, or else whole groups."""
    seats = Counter(design(told.people, stations, mixing))
    seating = Seating(told, tuple(seats), stations)
    seating.fill(tuple(seats.values()))
    seating.spread(strays)
    seated = seating.solve(None, SEATING * effort)
    return seated.visits if seated else whole


def _tries(people: int, effort: float) -> int:
    return round(effort * MOVES * min(1, people / USUAL))


def seldom_back(visits: Visits, stations: int) -> Visits:
    """Give the same groups at other stations, so that fewer come back to one where they have been.

    In each round the groups are assigned to stations at least cost, given the other rounds, until no round gets better.
    """
    before = None
    while before is None or _returns(visits) < _returns(before):
        before = visits
        for step in range(len(visits[0])):
            visits = _relabelled(visits, step, stations)
    return before if _returns(visits) >= _returns(before) else visits


def _relabelled(visits: Visits, step: int, stations: int) -> Visits:
    costs = [
        [
            sum(station in seen[:step] + seen[step + 1 :] for seen in visits if seen[step] == group)
            for station in range(stations)
        ]
        for group in range(stations)
    ]
    names = cheapest(costs)
    return tuple((*seen[:step], names[seen[step]], *seen[step + 1 :]) for seen in visits)


def cheapest(costs: Sequence[Sequence[int]]) -> Itinerary:
    """Give each row a column of its own at the least cost in all; of equals, the first."""
    best: dict[frozenset[int], tuple[int, Itinerary]] = {frozenset(): (0, ())}
    for row in costs:
        longer: dict[frozenset[int], tuple[int, Itinerary]] = {}
        for used, (cost, names) in best.items():
            for column in range(len(costs)):
                if column not in used:
                    way = (cost + row[column], (*names, column))
                    longer[used | {column}] = min(longer.get(used | {column}, way), way)
        best = longer
    return best[frozenset(range(len(costs)))][1]


def _returns(visits: Visits) -> int:
    return sum(len(seen) - len(set(seen)) for seen in visits)
