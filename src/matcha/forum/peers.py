"""Who qualifies for a forum, gathered into equals; and problems that make no sense in themselves.

Nobody's name, size or place is looked at: part, grades, house and what the rules say of an actor are all that counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from types import MappingProxyType

from matcha.errors import Invalid, spaced
from matcha.forum.plan import GRADES, Candidate, Pair, Peers, Problem, Rules, pair
from matcha.process import Inviting, Part

CONFLICT = "conflict"
NOT_QUALIFIED = "not_qualified"
NOT_INTERESTED = "not_interested"
MOST = 1_000  # people in the room, and whatever else a rule counts
MOST_CANDIDATES = 100_000
MOST_PAIRS = 10_000
ASPECTS = (2, 6)
_SHOWN = 5  # of the ids that are wrong, and of each so many characters
_ID = 40
_CLOSE = 2  # the closeness that qualifies without a grade for any aspect
_ORDER = {part: number for number, part in enumerate(Part)}


def qualified(problem: Problem) -> tuple[tuple[Peers, ...], Mapping[str, str]]:
    """Give everybody who qualifies, as peers, and everybody else by id with why.

    Peers come in the order of part, strongest grades, greatest closeness, least id. An actor that is to be invited,
    that is not to meet another that qualifies, or of whose house another qualifies, is alone among its peers.
    """
    left = {each.id: why for each in problem.candidates if (why := _why_not(each, problem))}
    inside = [each for each in problem.candidates if each.id not in left]
    alone = _alone(inside, problem)
    equals: dict[object, list[Candidate]] = defaultdict(list)
    for each in inside:
        equals[(each.part, each.grades, each.closeness, each.id if each.id in alone else "")].append(each)
    peers = (_peers(members, problem) for members in equals.values())
    return tuple(sorted(peers, key=_place)), MappingProxyType(dict(sorted(left.items())))


def _why_not(candidate: Candidate, problem: Problem) -> str | None:
    rules = problem.rules
    if candidate.id in rules.conflicts:
        return CONFLICT
    if candidate.interested or candidate.id in rules.must:
        return None
    if rules.inviting is Inviting.OPEN:
        return NOT_INTERESTED
    answers = any(grade >= rules.qualify for grade in candidate.grades)
    return None if answers or candidate.closeness >= max(_CLOSE, rules.qualify) else NOT_QUALIFIED


def _alone(inside: list[Candidate], problem: Problem) -> frozenset[str]:
    """Give the ids of those whom a rule tells from their equals."""
    ids = {each.id for each in inside}
    houses = Counter(each.house for each in inside)
    kept_apart = {id for pair in problem.rules.never_together if ids.issuperset(pair) for id in pair}
    shared = {each.id for each in inside if houses[each.house] > 1}
    return frozenset(ids & problem.rules.must.keys() | kept_apart | shared)


def _peers(members: list[Candidate], problem: Problem) -> Peers:
    one = members[0]
    ids = tuple(sorted(each.id for each in members))
    return Peers(ids, one.part, one.grades, one.closeness, problem.rules.each(one.part))


def _place(peers: Peers) -> tuple[int, tuple[int, ...], int, tuple[str, ...]]:
    return _ORDER[peers.part], tuple(-grade for grade in peers.grades), -peers.closeness, peers.ids


def refuse(problem: Problem) -> None:
    """Raise `Invalid` if the problem makes no sense in itself. Rules that cannot all hold are not its business."""
    faults = (_wrong_aspects(problem), _wrong_candidates(problem), _wrong_numbers(problem.rules), _wrong_ids(problem))
    for sv, en in chain.from_iterable(faults):
        raise Invalid(sv, en)


_Fault = tuple[str, str]


def _wrong_aspects(problem: Problem) -> Iterator[_Fault]:
    fewest, most = ASPECTS
    if not fewest <= len(problem.aspects) <= most:
        yield (
            f"Behovet ska ha {fewest} till {most} aspekter. Dela upp det eller slå ihop några.",
            f"The need should have {fewest} to {most} aspects. Divide it or join some.",
        )
    if not all(aspect.strip() for aspect in problem.aspects) or len(set(problem.aspects)) < len(problem.aspects):
        yield (
            "En aspekt är tom eller finns två gånger. Skriv om den eller ta bort den.",
            "An aspect is empty or is there twice. Write it anew or remove it.",
        )


def _wrong_candidates(problem: Problem) -> Iterator[_Fault]:
    if len(problem.candidates) > MOST_CANDIDATES:
        yield (
            f"Högst {spaced(MOST_CANDIDATES)} aktörer kan prövas. Begränsa urvalet.",
            f"At most {MOST_CANDIDATES:,} actors can be tried. Narrow the selection.",
        )
    twice = [id for id, count in Counter(each.id for each in problem.candidates).items() if count > 1]
    if twice:
        yield (
            f"Samma aktör finns flera gånger: {_shown(twice)}. Ta bort dubbletterna.",
            f"The same actor is there several times: {_shown(twice)}. Remove the duplicates.",
        )
    length = len(problem.aspects)
    wrong = [each.id for each in problem.candidates if len(each.grades) != length or not _graded(each)]
    if wrong:
        yield (
            f"Graderna ska vara 0 till {GRADES}, en för varje aspekt: {_shown(wrong)}. Rätta dem.",
            f"Grades are 0 to {GRADES}, one for each aspect: {_shown(wrong)}. Mend them.",
        )


def _graded(candidate: Candidate) -> bool:
    return all(0 <= grade <= GRADES for grade in (*candidate.grades, candidate.closeness))


def _wrong_numbers(rules: Rules) -> Iterator[_Fault]:
    """Find numbers that are out of bounds, or the wrong way round."""
    each = tuple(rules.seats_each.items())
    bounded = (
        ("seats", *rules.seats, 1, MOST),
        ("house_seats", rules.house_seats, rules.house_seats, 1, MOST),
        ("coverage", rules.coverage, rules.coverage, 0, MOST),
        ("qualify", rules.qualify, rules.qualify, 1, GRADES),
        ("one_sided", rules.one_sided, rules.one_sided, 1, 100),
        *((f"host.{part}", count, count, 0, MOST) for part, count in rules.host.items()),
        *((f"quotas.{part}", *quota, 0, MOST) for part, quota in rules.quotas.items()),
        *((f"seats_each.{part}", count, count, 1, rules.house_seats) for part, count in each),
        ("host", 0, rules.hosted, 0, MOST),
    )
    for name, fewest, most, least, greatest in bounded:
        if not least <= fewest <= most <= greatest:
            yield (
                f"{name} ska ligga mellan {least} och {spaced(greatest)}, det minsta talet först.",
                f"{name} should be between {least} and {greatest:,}, the least number first.",
            )


def _wrong_ids(problem: Problem) -> Iterator[_Fault]:
    rules, known = problem.rules, {each.id for each in problem.candidates}
    yield from _unknown("must", rules.must, known)
    for name, pairs in (("never_together", rules.never_together), ("apart", rules.apart)):
        yield from _wrong_pairs(name, pairs)
        yield from _unknown(name, (id for both in pairs for id in both), known)


def _wrong_pairs(name: str, pairs: tuple[Pair, ...]) -> Iterator[_Fault]:
    if len(pairs) > MOST_PAIRS:
        yield (
            f"{name} kan ha högst {spaced(MOST_PAIRS)} par. Ta bort några.",
            f"{name} can have at most {MOST_PAIRS:,} pairs. Remove some.",
        )
    selves = [first for first, second in pairs if first == second]
    if selves:
        yield (
            f"{name}: en aktör kan inte skiljas från sig själv: {_shown(selves)}. Ta bort paret.",
            f"{name}: an actor cannot be kept from itself: {_shown(selves)}. Remove the pair.",
        )
    twice = [" + ".join(both) for both, count in Counter(pair(*both) for both in pairs).items() if count > 1]
    if twice:
        yield (
            f"{name}: samma par finns flera gånger: {_shown(twice)}. Ta bort dubbletterna.",
            f"{name}: the same pair is there several times: {_shown(twice)}. Remove the duplicates.",
        )


def _unknown(name: str, ids: Iterable[str], known: set[str]) -> Iterator[_Fault]:
    missing = sorted({id for id in ids if id not in known})
    if missing:
        yield (
            f"{name}: finns inte bland aktörerna: {_shown(missing)}. Rätta id, eller ta bort det.",
            f"{name}: not among the actors: {_shown(missing)}. Mend the id, or remove it.",
        )


def _shown(ids: list[str]) -> str:
    more = f" + {len(ids) - _SHOWN}" if len(ids) > _SHOWN else ""
    return ", ".join(f"{id[:_ID]}…" if len(id) > _ID else id for id in ids[:_SHOWN]) + more
