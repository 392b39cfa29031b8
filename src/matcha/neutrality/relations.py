"""Is the ranking neutral? What must not matter is changed, and the ranking has to stay as it was.

Metamorphic testing (Zhou, Xiang and Chen 2016): nobody needs to know the right ranking to see that a wrong thing
moves it. The ranker is a black box; each relation changes a batch, has it ranked anew, and counts the moves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import cycle
from typing import Protocol

from matcha.errors import Invalid
from matcha.neutrality import changes, newcomers
from matcha.neutrality.changes import sampled
from matcha.neutrality.comparing import Moves, Ranks, among, finding, folded, place, place_moves, rank, shifts
from matcha.neutrality.newcomers import Parallel
from matcha.neutrality.report import Finding, Relation
from matcha.neutrality.rewriting import ATTACKS, INVISIBLE, REPETITIONS, digest, padded
from matcha.records import ProfileForm
from matcha.records.batch import Batch
from matcha.text.canonical import LONGEST
from matcha.values import Progress

__all__ = ["Parallel", "Ranker", "Ranks", "check"]

SHOWN = 20  # first places: what people look at
LENGTHS = (LONGEST // 4, LONGEST // 2, LONGEST)  # characters
COMPANY = 3  # others that are padded too, for each profile whose length is tried


class Ranker(Protocol):
    """What is examined."""

    def __call__(self, batch: Batch) -> Ranks:
        """Register the batch in an empty system and rank everyone for each of its needs."""


@dataclass(frozen=True)
class _Trial:
    """What a relation needs to have ranked, and what it sees in those ranks."""

    batches: tuple[Batch, ...]
    moves: Callable[[Sequence[Ranks]], Moves]


@dataclass(frozen=True)
class _Asked:
    """What is examined: a batch, its ranks, and the profiles that the sample falls upon, in the order of hashes."""

    batch: Batch
    ranks: Ranks
    parallels: Sequence[Parallel]
    size: int

    @cached_property
    def profiles(self) -> Mapping[str, ProfileForm]:
        return {p.id: p for p in self.batch.profiles}

    @cached_property
    def sample(self) -> tuple[str, ...]:
        return sampled(self.profiles, self.size)

    def actor(self, profile: str) -> str:
        return self.profiles[profile].actor_id


def check(
    batch: Batch, ranker: Ranker, parallels: Sequence[Parallel], sample: int, progress: Progress
) -> tuple[Finding, ...]:
    """Try every relation on a batch, with `sample` of its profiles, and give one finding each, in Relation's order.

    `parallels` are tried beside the batch. The batch is ranked about twenty times, and once more for every fourth of
    the sample; `progress` is told of each time. Raises Invalid for a batch without needs or profiles, or no sample.
    """
    if not batch.needs or not batch.profiles or sample < 1:
        raise Invalid(
            "Det finns inget att pröva. Registrera minst ett behov och en profil, och pröva minst en.",
            "There is nothing to try. Register at least one need and one profile, and try at least one.",
        )
    asked = _Asked(batch, ranker(batch), parallels, sample)
    trials = {relation: _TRIALS[relation](asked) for relation in Relation}
    total = 1 + sum(len(trial.batches) for trial in trials.values())
    done = 1
    progress(done, total)
    findings = []
    for relation, trial in trials.items():
        ranks = []
        for each in trial.batches:
            ranks.append(ranker(each))
            progress(done := done + 1, total)
        findings.append(finding(relation, trial.moves(ranks) if ranks else ()))
    return tuple(findings)


# the relations


def _names(asked: _Asked) -> _Trial:
    base = changes.mentioning(asked.batch, asked.sample)
    return _Trial((base, changes.renamed(base)), lambda ranks: shifts(ranks[0], ranks[1]))


def _fields(asked: _Asked) -> _Trial:
    return _unmoved(asked, changes.swapped_fields(asked.batch))


def _order(asked: _Asked) -> _Trial:
    return _unmoved(asked, changes.reversed_order(asked.batch), changes.shuffled(asked.batch))


def _added(asked: _Asked) -> _Trial:
    batches = newcomers.with_strangers(asked.batch)
    strangers = [batch.actors[-1].id for batch in batches]
    return _Trial(
        batches,
        lambda ranks: (
            move
            for stranger, after in zip(strangers, ranks, strict=True)
            for move in shifts(asked.ranks, among(after, [stranger]))
        ),
    )


def _removed(asked: _Asked) -> _Trial:
    """Those of the sample go that stand highest for any need: who is seen most could prop up most."""
    highest = {p: min(rank(found, asked.actor(p)) for found in asked.ranks.values()) for p in asked.sample}
    chosen = sorted(asked.sample, key=highest.__getitem__)[: max(3, asked.size // 4)]
    actors = [asked.actor(id) for id in chosen]
    return _Trial(
        tuple(newcomers.without(asked.batch, [id]) for id in chosen),
        lambda ranks: (
            move
            for actor, after in zip(actors, ranks, strict=True)
            for move in shifts(among(asked.ranks, [actor]), among(after, [actor]))
        ),
    )


def _duplicate(asked: _Asked) -> _Trial:
    twice = newcomers.registered_twice(asked.batch, asked.sample)
    namesakes = newcomers.with_namesakes(asked.batch, asked.sample)
    return _Trial(
        (twice, namesakes.batch),
        lambda ranks: (
            *shifts(asked.ranks, ranks[0]),
            *shifts(asked.ranks, folded(ranks[1], namesakes.original)),
        ),
    )


def _invisible(asked: _Asked) -> _Trial:
    return _unmoved(asked, changes.dealt(asked.batch, asked.sample, INVISIBLE))


def _repetition(asked: _Asked) -> _Trial:
    return _unmoved(asked, changes.dealt(asked.batch, asked.sample, REPETITIONS))


def _unmoved(asked: _Asked, *batches: Batch) -> _Trial:
    return _Trial(batches, lambda ranks: (move for after in ranks for move in shifts(asked.ranks, after)))


def _keywords(asked: _Asked) -> _Trial:
    """Each sampled profile is attacked once, for a need for which its actor is in the lower half."""
    needs = {need.id: need for need in asked.batch.needs}
    pairs = []
    for id in asked.sample:
        low = (need for need, ranks in asked.ranks.items() if 2 * rank(ranks, asked.actor(id)) > len(ranks))
        pairs += [(need, id) for need in sorted(low, key=partial(digest, id))[:1]]
    attacks = zip(pairs, cycle(ATTACKS), strict=False)
    forms = {id: attack(asked.profiles[id], needs[need]) for (need, id), attack in attacks}
    attacked = frozenset(asked.actor(id) for id in forms)
    return _Trial(
        (changes.rewritten(asked.batch, forms),) if forms else (),
        lambda ranks: place_moves(asked.ranks, ranks[0], [(n, asked.actor(id)) for n, id in pairs], attacked),
    )


def _length(asked: _Asked) -> _Trial:
    """For each need and padded actor that was among the first, the larger move from the shortest length to another.

    COMPANY others for each are padded to half the length all the time: where brevity pays, whoever is padded to a
    quarter is already behind all who are not, and could not fall further.
    """
    short = [id for id, form in asked.profiles.items() if len(form.text) < LENGTHS[0]]
    count = max(1, asked.size // 8)
    chosen = sampled(short, count * (1 + COMPANY))
    ours, company = chosen[:count], chosen[count:]
    batches = [_padded(asked, dict.fromkeys(company, LENGTHS[1]) | dict.fromkeys(ours, each)) for each in LENGTHS]
    actors = frozenset(map(asked.actor, ours))
    pairs = [(need, actor) for need in asked.ranks for actor in sorted(actors)]

    def moves(ranks: Sequence[Ranks]) -> Moves:
        for need, actor in pairs:
            first, *others = (place(found[need], actor, actors) for found in ranks)
            if asked.ranks[need][actor] <= SHOWN:
                yield max((other - first for other in others), key=abs)

    return _Trial(tuple(batches) if ours else (), moves)


def _padded(asked: _Asked, lengths: Mapping[str, int]) -> Batch:
    return changes.rewritten(asked.batch, {id: padded(size, asked.profiles[id]) for id, size in lengths.items()})


def _language(asked: _Asked) -> _Trial:
    both = newcomers.with_parallels(asked.batch, asked.parallels)

    def moves(ranks: Sequence[Ranks]) -> Moves:
        for found in ranks[0].values():
            for swedish, english in both.pairs:
                if min(rank(found, swedish), rank(found, english)) <= SHOWN:
                    yield rank(found, english) - rank(found, swedish)

    return _Trial((both.batch,) if both.pairs else (), moves)


def _size(asked: _Asked) -> _Trial:
    count = Counter(p.actor_id for p in asked.batch.profiles)
    chosen = frozenset(sampled((actor for actor, profiles in count.items() if profiles > 1), asked.size))

    def moves(ranks: Sequence[Ranks]) -> Moves:
        for need, many in asked.ranks.items():
            for actor in sorted(chosen):
                places = place(many, actor, chosen), place(ranks[0][need], actor, chosen)
                if min(places) <= SHOWN:
                    yield places[0] - places[1]

    return _Trial((newcomers.only_first_profiles(asked.batch, chosen),) if chosen else (), moves)


_TRIALS: dict[Relation, Callable[[_Asked], _Trial]] = {
    Relation.NAMES: _names,
    Relation.FIELDS: _fields,
    Relation.ORDER: _order,
    Relation.ADDED: _added,
    Relation.REMOVED: _removed,
    Relation.DUPLICATE: _duplicate,
    Relation.INVISIBLE: _invisible,
    Relation.REPETITION: _repetition,
    Relation.KEYWORDS: _keywords,
    Relation.LENGTH: _length,
    Relation.LANGUAGE: _language,
    Relation.SIZE: _size,
}
