"""Who is seen: how evenly the actors are shown, over all and by kind and size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from matcha.neutrality.report import Exposure, Seen, SeenTogether
from matcha.values import ActorKind, ActorRef

SIZES = ("1", "2", "3+")


def measure(
    actors: Sequence[ActorRef],
    profiles: Mapping[str, int],
    considered: Mapping[str, int],
    shown: Mapping[str, int],
    invited: Mapping[str, int],
    needs: int,
    k: int,
) -> Exposure:
    """Give the exposure of the actors that have profiles, the most shown first, then by id.

    The mappings count by actor id: profiles, and the needs (of `needs` asked) for which the actor was considered,
    shown among the first `k`, invited; what is missing counts as 0. A kind or size that no actor has is left out.
    """
    seen = sorted(
        (
            Seen(
                actor_id=actor.id,
                name=actor.name,
                kind=actor.kind,
                profiles=profiles[actor.id],
                considered=considered.get(actor.id, 0),
                shown=shown.get(actor.id, 0),
                invited=invited.get(actor.id, 0),
            )
            for actor in actors
            if profiles.get(actor.id, 0)
        ),
        key=lambda one: (-one.shown, one.actor_id),
    )
    times = [one.shown for one in seen]
    return Exposure(
        needs=needs,
        k=k,
        actors=tuple(seen),
        kinds=_groups([kind.value for kind in ActorKind], [one.kind.value for one in seen], seen),
        sizes=_groups(SIZES, [_size(one) for one in seen], seen),
        gini=gini(times),
        never_shown=times.count(0) / len(times) if times else 0.0,
        most_shown=max(times, default=0) / needs if needs else 0.0,
        hubness=skewness(times),
    )


def gini(values: Sequence[int]) -> float:
    """Give the Gini coefficient of counts: half the mean absolute difference over the mean (Gini 1912).

    0 when all are alike, (n - 1) / n when one has everything; 0 for nobody and when all are 0. Any order of the
    values gives the same bits: the sums are of integers.
    """
    total = sum(values)
    if not total:
        return 0.0
    count = len(values)
    return sum((2 * place - count + 1) * value for place, value in enumerate(sorted(values))) / (count * total)


def skewness(values: Sequence[int]) -> float:
    """Give the population skewness of counts: the third central moment over the standard deviation cubed.

    0 for nobody and when all are alike. Any order of the values gives the same bits.
    """
    if len(set(values)) < 2:
        return 0.0
    away = np.sort(np.asarray(values, dtype=np.float64))
    away -= away.mean()
    return float((away**3).mean() / (away**2).mean() ** 1.5)


def _size(one: Seen) -> str:
    return SIZES[min(one.profiles, len(SIZES)) - 1]


def _groups(order: Sequence[str], group_of: Sequence[str], seen: Sequence[Seen]) -> tuple[SeenTogether, ...]:
    members = {
        group: [one for one, its in zip(seen, group_of, strict=True) if its == group]
        for group in order
        if group in group_of
    }
    return tuple(
        SeenTogether(
            group=group,
            actors=len(those),
            considered=sum(one.considered for one in those),
            shown=sum(one.shown for one in those),
            invited=sum(one.invited for one in those),
            never_shown=sum(not one.shown for one in those),
        )
        for group, those in members.items()
    )
