"""The draw: from a composition that was published and a seed that nobody could choose, who is invited.

Anybody can re-run it with a few lines of any language (`tools/verify_draw.py` does):

- seed = SHA-256("matcha/forum-draw/v1" LF, the composition's digest in hex, LF, the source, LF, what was said)
- the ticket is the first 8 bytes of HMAC-SHA256(seed, "ticket" LF n) as a number modulo TICKETS, for the first n of 0,
  1, 2 … for which the number is below the greatest multiple of TICKETS in 2^64; the first panel has the first tickets
- of each peers those are invited who have the least HMAC-SHA256(seed, "place" LF id), as many as the panel says
- reserves that are as close and answer as many aspects come in order of HMAC-SHA256(seed, "reserve" LF id), least first
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from itertools import accumulate, count

from matcha.errors import Conflict, Invalid
from matcha.forum.plan import TICKETS, Candidate, Composition, Drawn, Problem, Seed, pair
from matcha.process import Part, SeedSource

SEED_TAG = "matcha/forum-draw/v1"  # the first line of what a seed is made of
THROWS = 10  # of dice, at least: 60 million outcomes
FEWEST_RESERVES = 5  # of a part, if so many qualify

_LONGEST = 300
_NUMBERS = 2**64
_DICE = re.compile(rf"[1-6](?: [1-6]){{{THROWS - 1},}}")
_ROOT = re.compile(r"[0-9a-f]{64}")


def check_seed(seed: Seed) -> None:
    """Raise `Invalid` if a seed is not of the form that its source has.

    A checkpoint is its root as 64 lower-case hexadecimal digits; dice are at least ten throws of 1 to 6 with a space
    between, before at least one witness; on trial any line of at most 300 characters will do.
    """
    if seed.source is SeedSource.CHECKPOINT and not _ROOT.fullmatch(seed.said):
        raise Invalid(
            "Kontrollpunktens rot ska vara 64 hexadecimala tecken (0–9, a–f). Kopiera den ur kontrollpunkten.",
            "The checkpoint's root has to be 64 hexadecimal digits (0–9, a–f). Copy it from the checkpoint.",
        )
    if seed.source is SeedSource.DICE and not (_DICE.fullmatch(seed.said) and len(seed.said) <= _LONGEST):
        raise Invalid(
            f"Tärningskasten ska vara minst {THROWS} tal från 1 till 6 med mellanslag emellan, som ”4 2 6 1 3 …”.",
            f"The throws of dice have to be at least {THROWS} numbers from 1 to 6 with spaces between: '4 2 6 1 3 …'.",
        )
    if seed.source is SeedSource.DICE and not any(witness.strip() for witness in seed.witnesses):
        raise Invalid(
            "Tärningar kastas inför vittnen. Skriv vem som såg kasten.",
            "Dice are thrown before witnesses. Say who saw the throws.",
        )
    if not (seed.said.strip() and seed.said.isprintable() and len(seed.said) <= _LONGEST):
        raise Invalid(
            f"Lottens ord ska vara en rad med 1 till {_LONGEST} tecken.",
            f"The words of the draw have to be one line of 1 to {_LONGEST} characters.",
        )


def seed_bytes(composition: Composition, seed: Seed) -> bytes:
    """Give the 32 bytes by which everything is drawn. Witnesses are no part of them."""
    words = (SEED_TAG, composition.digest, seed.source.value, seed.said)
    return hashlib.sha256("\n".join(words).encode()).digest()


def draw(problem: Problem, composition: Composition, seed: Seed) -> Drawn:
    """Draw who is invited, who waits in reserve, and say why nobody else is. The same seed draws the same.

    Reserves of a part are as many as are invited of it, and five if so many qualify. They come in order of closeness,
    then of how many aspects they answer, the greatest first, then by lot. A reserve may be one that is not to meet an
    invited actor, or of a house whose seats are taken: it can take a place when that one declines, and is passed over
    when another does. Everybody else is not selected, for a reason as `reasons` gives it. `Invalid` as `check_seed`;
    `Conflict` if the composition is of another problem.
    """
    check_seed(seed)
    if problem.digest != composition.problem:
        raise Conflict(
            "Sammansättningen är gjord av ett annat underlag. Sätt samman forumet igen och lotta sedan.",
            "The composition was made from something else. Compose the forum again, then draw.",
        )
    key = seed_bytes(composition, seed)
    panel, invited = places(composition, key)
    reserves = _reserves(problem, composition, invited, key)
    waiting = frozenset(id for ids in reserves.values() for id in ids)
    why = reasons(problem, composition, invited)
    return Drawn(panel, invited, reserves, {id: code for id, code in why.items() if id not in waiting})


def places(composition: Composition, key: bytes) -> tuple[int, tuple[str, ...]]:
    """Give the panel whose ticket is drawn, and whom it invites, in order of id."""
    ends = list(accumulate(panel.tickets for panel in composition.panels))
    ticket = _ticket(key)
    panel = next(number for number, end in enumerate(ends) if ticket < end)
    counts = composition.panels[panel].counts
    invited = (
        id
        for peers, places in zip(composition.peers, counts, strict=True)
        if places
        for id in sorted(peers.ids, key=lambda one: lot(key, "place", one))[:places]
    )
    return panel, tuple(sorted(invited))


def lot(key: bytes, label: str, word: str) -> bytes:
    """Give the lot of a word: whoever has the least comes first."""
    return hmac.digest(key, f"{label}\n{word}".encode(), "sha256")


def reasons(problem: Problem, composition: Composition, invited: Collection[str]) -> Mapping[str, str]:
    """Give, for everybody who is not invited, by id in order, why.

    Beside the codes of those who do not qualify: `never_together:ID` and `house:ID` if that invited actor stands in the
    way of one that could have been drawn, `lot` if nothing but the lot did, `no_place` if no best composition invites
    it.
    """
    inside = frozenset(invited)
    drawable = {
        id: chance > 0
        for peers, chance in zip(composition.peers, composition.chances(), strict=True)
        for id in peers.ids
        if id not in inside
    }
    blocks = _blocks(problem, inside)
    why = {id: blocks.get(id, "lot") if could else "no_place" for id, could in drawable.items()}
    return dict(sorted({**composition.left, **why}.items()))


def _ticket(key: bytes) -> int:
    """Give a ticket, each with the same chance."""
    numbers = (int.from_bytes(lot(key, "ticket", str(n))[:8]) for n in count())
    return next(number for number in numbers if number < _NUMBERS - _NUMBERS % TICKETS) % TICKETS


def _blocks(problem: Problem, invited: frozenset[str]) -> Mapping[str, str]:
    """Give those who cannot come beside an invited actor, with the code that names it: the least id, if several do."""
    rules = problem.rules
    homes: dict[str, list[Candidate]] = defaultdict(list)
    for each in problem.candidates:
        if each.id in invited:
            homes[each.house].append(each)
    found = {}
    for each in problem.candidates:
        there = homes.get(each.house, [])
        if there and sum(rules.each(one.part) for one in [*there, each]) > rules.house_seats:
            found[each.id] = f"house:{min(one.id for one in there)}"
    for first, second in sorted((pair(*both) for both in rules.never_together), reverse=True):
        found |= {
            one: f"never_together:{other}" for one, other in ((first, second), (second, first)) if other in invited
        }
    return found


def _reserves(
    problem: Problem, composition: Composition, invited: tuple[str, ...], key: bytes
) -> Mapping[Part, tuple[str, ...]]:
    """Give the reserves of every part that somebody qualifies for."""
    inside = frozenset(invited)
    queues: dict[Part, list[tuple[int, int, bytes, str]]] = {part: [] for part in Part}
    places = dict.fromkeys(Part, 0)
    for peers in composition.peers:
        answered = sum(grade >= problem.rules.qualify for grade in peers.grades)
        waiting = [id for id in peers.ids if id not in inside]
        places[peers.part] += len(peers.ids) - len(waiting)
        queues[peers.part] += [(-peers.closeness, -answered, lot(key, "reserve", id), id) for id in waiting]
    return {
        part: tuple(id for *_, id in sorted(queue)[: max(places[part], FEWEST_RESERVES)])
        for part, queue in queues.items()
        if queue
    }
