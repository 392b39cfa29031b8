"""The map of needs and solutions (S4): where each lies, which needs belong together, which nobody answers well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcha.needs.clusters import Clusters, Gap
from matcha.needs.layout import Directions, places
from matcha.values import ActorRef, Band


@dataclass(frozen=True, slots=True)
class Offer:
    """A profile that is to be drawn."""

    profile_id: str
    title: str
    actor: ActorRef


@dataclass(frozen=True, slots=True)
class ChartNeed:
    """A need on the map, 0 to `layout.SIDE`. `group` is the number of its group; None outside all.

    `gap` says that nobody registered answers it strongly, `best` how well the best one then does, if any. `near` counts
    the profiles that are more like it than like any other need.
    """

    need_id: str
    title: str
    x: int
    y: int
    group: int | None
    gap: bool
    best: Band | None
    near: int


@dataclass(frozen=True, slots=True)
class ChartProfile:
    """A profile on the map, and the need that it is most like; None where there is no need."""

    offer: Offer
    x: int
    y: int
    need_id: str | None


@dataclass(frozen=True, slots=True)
class ChartGroup:
    """Needs that are alike, numbered from 1: see `clusters.Group`. `near` counts the profiles at its needs, `lacking`
    its needs without a strong match."""

    number: int
    central: str
    members: tuple[str, ...]
    words: tuple[str, ...]
    near: int
    lacking: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A map: groups by number, needs and profiles by id. Each profile is near one need: all `near` add up to them."""

    groups: tuple[ChartGroup, ...]
    needs: tuple[ChartNeed, ...]
    profiles: tuple[ChartProfile, ...]

    def still(self, needs: Mapping[str, str], offers: Collection[Offer]) -> Chart:
        """Give the map without what is no longer so: other needs than these (titles by id) and other offers.

        A group that has lost a need is shown no more, for its words may have been that need's.
        """
        kept = [need for need in self.needs if needs.get(need.need_id) == need.title]
        ids, stood = {need.need_id for need in kept}, set(offers)
        groups = tuple(group for group in self.groups if ids.issuperset(group.members))
        whole = {group.number for group in groups}
        return Chart(
            groups,
            tuple(need if need.group in whole else replace(need, group=None) for need in kept),
            tuple(
                one if one.need_id in ids else replace(one, need_id=None) for one in self.profiles if one.offer in stood
            ),
        )


EMPTY = Chart((), (), ())


def chart(
    titles: Mapping[str, str],
    needs: Directions,
    offers: Sequence[Offer],
    profiles: Directions,
    clusters: Clusters,
    gaps: Sequence[Gap],
) -> Chart:
    """Draw the map. `titles` and `needs` hold each need by id, `offers` and `profiles` each profile.

    The order of what is given does not matter: the same gives the same.
    """
    where = places(needs, profiles, [group.members for group in clusters.groups])
    at = most_like(needs, profiles)
    near = Counter(at.values())
    numbers = {id: number for number, group in enumerate(clusters.groups, 1) for id in group.members}
    lacking = {gap.need_id: gap.best for gap in gaps}
    return Chart(
        tuple(
            ChartGroup(
                number,
                group.central,
                group.members,
                group.words,
                sum(near[id] for id in group.members),
                sum(id in lacking for id in group.members),
            )
            for number, group in enumerate(clusters.groups, 1)
        ),
        tuple(
            ChartNeed(id, titles[id], p.x, p.y, numbers.get(id), id in lacking, lacking.get(id), near[id])
            for id, p in sorted(where["needs"].items())
        ),
        tuple(
            ChartProfile(offer, p.x, p.y, at.get(offer.profile_id))
            for offer in sorted(offers, key=lambda offer: offer.profile_id)
            for p in (where["profiles"][offer.profile_id],)
        ),
    )


def most_like(needs: Directions, profiles: Directions) -> dict[str, str]:
    """Give, for each profile, the need whose direction is nearest to its own; the lowest id of equals."""
    if not needs or not profiles:
        return {}
    ids, own = sorted(needs), sorted(profiles)
    there = np.stack([needs[id] for id in ids]).astype(np.float64)
    here = np.stack([profiles[id] for id in own]).astype(np.float64)
    found = np.concatenate([(some @ there.T).argmax(axis=1) for some in np.array_split(here, 1 + len(own) // 1000)])
    return {profile: ids[place] for profile, place in zip(own, found.tolist(), strict=True)}
