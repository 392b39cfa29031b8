"""Who is in the picture at the moment of a question: every registered profile, scored or excluded with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlmodel import Session

from matcha.errors import Unavailable
from matcha.matchlog.roll import Roll
from matcha.records import Actor
from matcha.retrieval.everyone import Everyone, TakingPart
from matcha.store import queries
from matcha.store.queries import CurrentProfile
from matcha.store.registered import Listing, listed
from matcha.text.canonical import canonical
from matcha.text.copies import groups_alike
from matcha.values import ActorKind, Considered, Excluded, Exclusion, Registered

_FEW = 8  # when more than one in so many is to be read again, everybody is
_APART = 1_000  # profiles of which some columns are read one by one


@dataclass(frozen=True)
class Snapshot:
    """The registered profiles, by profile id, and which of them are excluded.

    `alike` groups profiles of one organisation number (or one actor) that say nearly the same, the first registered
    first; only that is scored. `roll` is what the match log keeps of it, whatever a question filters.
    """

    registered: Everyone
    alike: tuple[tuple[str, ...], ...]
    roll: Roll

    @property
    def digest(self) -> str:
        """The roll's root."""
        return self.roll.root.hex()

    @cached_property
    def eligible(self) -> Mapping[str, Registered]:
        """The profiles that are scored, by id."""
        return TakingPart(self.registered)

    @classmethod
    def take(cls, session: Session, reader: str) -> Snapshot:
        """Read who is registered, as a reader has read them; only who takes no part and near-copies are excluded.

        Raises Unavailable for a profile that is not in the match log.
        """
        return cls._of(*_read(session, reader, listed(session)))

    def after(self, session: Session, reader: str, touched: Collection[str]) -> Snapshot:
        """Give what `take` gives, when this was taken by the same reader before these profiles were touched.

        They and all others of their owners, then or now, are read again.
        """
        if not touched:
            return self
        listing = listed(session, touched)
        again = self.registered.owned_with(touched, _keys(listing).values()).union(touched)
        if len(again) * _FEW > len(self.registered):
            return Snapshot.take(session, reader)
        few, alike = _read(session, reader, listed(session, again))
        kept = (group for group in self.alike if group[0] not in again)
        return Snapshot._of(self.registered.with_(few), tuple(sorted((*kept, *alike))))

    @classmethod
    def _of(cls, everyone: Everyone, alike: tuple[tuple[str, ...], ...]) -> Snapshot:
        leaves = {group: int(everyone.leaf_index[everyone.place(group[0])]) for group in alike}
        return cls(everyone, alike, everyone.roll({id: leaf for group, leaf in leaves.items() for id in group}))

    def only(self, kind: ActorKind | None) -> Snapshot:
        """Give the snapshot with actors of other kinds excluded, for that reason."""
        return self if kind is None else replace(self, registered=self.registered.only(kind))

    @cached_property
    def considered(self) -> Considered:
        """registered = scored + excluded, with the reasons in alphabetical order."""
        excluded = tuple(Excluded(reason, count) for reason, count in self.registered.reasons().items())
        return Considered(len(self.registered), len(self.eligible), excluded)


def _read(session: Session, reader: str, listing: Listing) -> tuple[Everyone, tuple[tuple[str, ...], ...]]:
    """Read all that a snapshot says of the listed profiles, which are all of their owners'."""
    everybody = len(listing.profile_ids) > _APART
    entries = queries.profile_entries(session, None if everybody else listing.profile_ids)
    readings = queries.readings(session, reader, None if everybody else listing.version_ids)
    if unlogged := sum(id not in entries for id in listing.profile_ids):
        raise Unavailable(
            f"{unlogged} profiler står inte i matchningsloggen. Kör: matcha index rebuild",
            f"{unlogged} profiles are not in the match log. Run: matcha index rebuild",
        )
    keys, out = _keys(listing), listing.out()
    alike = _near_copies_among(session, listing, keys, out)
    copies = {id for _, *others in alike for id in others}
    everyone = Everyone.of_columns(
        listing.profile_ids,
        listing.titles,
        listing.actors(),
        listing.version_ids,
        listing.versions,
        [entries[id] for id in listing.profile_ids],
        [readings.get(id, "") for id in listing.version_ids],
        listing.languages,
        [
            why or (Exclusion.NEAR_COPY if id in copies else None)
            for id, why in zip(listing.profile_ids, out, strict=True)
        ],
        keys,
    )
    return everyone, alike


def _keys(listing: Listing) -> dict[str, int]:
    """Give a number for the owner of each actor's profiles; should two owners have one, more is read and no more."""
    numbers = dict(zip(listing.actor_ids, listing.org_numbers, strict=True))
    return {id: hash(owner(id, number)) for id, number in numbers.items()}


def _near_copies_among(
    session: Session, listing: Listing, keys: Mapping[str, int], out: Sequence[Exclusion | None]
) -> tuple[tuple[str, ...], ...]:
    """As `near_copies`; only texts of those who have several profiles are read."""
    whose = [keys[actor_id] for actor_id in listing.actor_ids]
    count = Counter(key for key, why in zip(whose, out, strict=True) if why is None)
    each = zip(listing.profile_ids, whose, out, strict=True)
    several = [id for id, key, why in each if why is None and count[key] > 1]
    if not several:
        return ()
    return near_copies(queries.profiles_called(session, several), queries.first_entries(session, several))


def near_copies(current: Sequence[CurrentProfile], first: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    """Give the profiles that say nearly the same as another of the same owner, in groups, the first registered first.

    Profiles that take no part are left out. `first` holds the log's first entry of each profile.
    """
    owned: dict[str, list[CurrentProfile]] = {}
    for each in current:
        if not each.profile.out:
            owned.setdefault(owner(each.actor.id, each.actor.org_number), []).append(each)
    found: list[tuple[str, ...]] = []
    for own in (own for own in owned.values() if len(own) > 1):
        own.sort(key=lambda each: (first[each.profile.id], each.profile.id))
        found += groups_alike([(c.profile.id, canonical(f"{c.version.title}\n{c.version.text}")) for c in own])
    return tuple(sorted(found))


def of_same_owner(session: Session, actor: Actor) -> tuple[CurrentProfile, ...]:
    """Give the registered profiles that belong to whom an actor's do, withdrawn ones too, by profile id."""
    ids, number = {actor.id}, _bare(actor.org_number)
    if number:
        ids |= {id for id, written in queries.org_numbers(session).items() if _bare(written) == number}
    found = (each for id in ids for each in queries.current_profiles(session, actor_id=id))
    return tuple(sorted(found, key=lambda each: each.profile.id))


def owner(actor_id: str, org_number: str | None) -> str:
    """Whose profiles an actor's are: the organisation number however it is written, or else the actor's id."""
    number = org_number and _bare(org_number)
    return f"number {number}" if number else f"id {actor_id}"


def _bare(number: str | None) -> str:
    return "".join(filter(str.isalnum, number or ""))
