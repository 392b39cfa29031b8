"""Everyone who is registered, in columns: a hundred thousand take the room of a picture, and are counted at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from matcha.matchlog.roll import Roll
from matcha.memory import Strings
from matcha.values import ActorKind, ActorRef, Exclusion, Language, Registered

_LANGUAGES, _KINDS, _EXCLUSIONS = tuple(Language), tuple(ActorKind), tuple(Exclusion)
_TAKES_PART = -1
_DIGEST = "S64"  # SHA-256 in hex, or empty
_OF_PROFILES = ("profile_ids", "titles", "version_id", "version", "leaf_index", "reading", "language", "excluded")
_OF_OWNERS = ("owner_ids", "owner_names", "owner_kinds", "owner_keys")

Column = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Everyone(Sequence[Registered]):
    """The registered profiles by profile id (by code points); what is said of one is put together when it is asked for.

    `owner` is each profile's place among its actors, who stand by id; `excluded` the number of a reason, or -1.
    `owner_keys` are equal for actors whose profiles have one owner, and 0 where that has not been asked.
    """

    profile_ids: Strings
    titles: Strings
    owner_ids: Strings
    owner_names: Strings
    owner_kinds: Column
    owner_keys: Column
    owner: Column
    version_id: Column
    version: Column
    leaf_index: Column
    reading: Column
    language: Column
    excluded: Column

    @classmethod
    def of(cls, registered: Iterable[Registered]) -> Everyone:
        """Put them in columns."""
        each = sorted(registered, key=lambda one: one.profile_id)
        return cls.of_columns(
            [one.profile_id for one in each],
            [one.title for one in each],
            [one.actor for one in each],
            [one.version_id for one in each],
            [one.version for one in each],
            [one.leaf_index for one in each],
            [one.reading for one in each],
            [one.language for one in each],
            [one.excluded for one in each],
        )

    @classmethod
    def of_columns(
        cls,
        profile_ids: Sequence[str],
        titles: Sequence[str],
        actors: Sequence[ActorRef],
        version_ids: Sequence[int],
        versions: Sequence[int],
        leaf_indexes: Sequence[int],
        readings: Sequence[str],
        languages: Sequence[Language],
        excluded: Sequence[Exclusion | None],
        owner_keys: Mapping[str, int] | None = None,
    ) -> Everyone:
        """Take over columns that stand by profile id, and a key for each actor."""
        keys = owner_keys or {}
        owners = sorted({actor.id: actor for actor in actors}.values(), key=lambda actor: actor.id)
        place = {actor.id: number for number, actor in enumerate(owners)}
        return cls(
            Strings(profile_ids),
            Strings(titles),
            Strings(actor.id for actor in owners),
            Strings(actor.name for actor in owners),
            np.array([_KINDS.index(actor.kind) for actor in owners], np.int8),
            np.array([keys.get(actor.id, 0) for actor in owners], np.int64),
            np.array([place[actor.id] for actor in actors], np.int32),
            np.array(version_ids, np.int64),
            np.array(versions, np.int32),
            np.array(leaf_indexes, np.int64),
            np.array(readings, _DIGEST),
            np.array([_LANGUAGES.index(language) for language in languages], np.int8),
            np.array([_number(one) for one in excluded], np.int8),
        )

    def __len__(self) -> int:
        return len(self.profile_ids)

    @overload
    def __getitem__(self, place: int) -> Registered: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Registered, ...]: ...

    def __getitem__(self, place: int | slice) -> Registered | tuple[Registered, ...]:
        if isinstance(place, slice):
            return tuple(map(self._at, range(*place.indices(len(self)))))
        return self._at(range(len(self))[place])

    def place(self, profile_id: str) -> int:
        """Give where a profile stands. Raises KeyError for one that is not registered."""
        return self.profile_ids.place(profile_id)

    def taking_part(self) -> Column:
        """Give the places of those who are scored."""
        return np.flatnonzero(self.excluded == _TAKES_PART)

    def ids_taking_part(self) -> tuple[Strings, Strings]:
        """Give the profile and the actor of each of those who are scored."""
        places = self.taking_part()
        return self.profile_ids.take(places), self.owner_ids.take(self.owner[places])

    def to_be_held(self) -> Column:
        """Give the versions that an index must hold, in ascending order: read, and not withdrawn."""
        return np.sort(self.version_id[(self.excluded != _number(Exclusion.WITHDRAWN)) & (self.reading != b"")])

    def actor_kinds(self) -> list[ActorKind]:
        """Give the kind of each one's actor."""
        return [_KINDS[kind] for kind in self.owner_kinds[self.owner].tolist()]

    def of_actor(self, actor_id: str) -> tuple[Registered, ...]:
        """Give the profiles of an actor."""
        try:
            owner = self.owner_ids.place(actor_id)
        except KeyError:
            return ()
        return tuple(map(self._at, np.flatnonzero(self.owner == owner).tolist()))

    def owned_with(self, profile_ids: Iterable[str], keys: Iterable[int]) -> set[str]:
        """Give the profiles of owners that have one of these profiles, or one of these keys."""
        places: list[int] = []
        for id in profile_ids:
            with suppress(KeyError):
                places.append(self.place(id))
        theirs = np.union1d(self.owner_keys[self.owner[places]], np.array([*keys], np.int64))
        found = np.flatnonzero(np.isin(self.owner_keys, theirs)[self.owner])
        return {self.profile_ids[place] for place in found.tolist()}

    def actors(self) -> tuple[ActorRef, ...]:
        """Give the actors that have a profile, by id."""
        return tuple(map(self._actor, range(len(self.owner_ids))))

    def only(self, kind: ActorKind) -> Everyone:
        """Exclude those of other kinds who take part, for that reason."""
        others = (self.excluded == _TAKES_PART) & (self.owner_kinds[self.owner] != _KINDS.index(kind))
        return replace(self, excluded=np.where(others, np.int8(_number(Exclusion.OTHER_KIND)), self.excluded))

    def reasons(self) -> dict[Exclusion, int]:
        """Give how many are excluded for each reason that excludes somebody, in alphabetical order."""
        counts = {reason: int((self.excluded == _number(reason)).sum()) for reason in sorted(_EXCLUSIONS)}
        return {reason: count for reason, count in counts.items() if count}

    def roll(self, like: Mapping[str, int]) -> Roll:
        """Give what the match log keeps of them; `like` is the entry that copies stand under."""
        order = np.argsort(self.leaf_index)
        kinds = [kind.value for kind in _KINDS]
        reasons = (*(reason.value for reason in _EXCLUSIONS), None)  # -1 is the last
        leaves = self.leaf_index[order].tolist()
        under = {int(self.leaf_index[self.place(id)]): leaf for id, leaf in like.items()}
        return Roll.of_columns(
            leaves,
            [kinds[kind] for kind in self.owner_kinds[self.owner[order]].tolist()],
            [reasons[excluded] for excluded in self.excluded[order].tolist()],
            self.reading[order].tolist(),
            [under.get(leaf) for leaf in leaves],
        )

    def with_(self, few: Everyone) -> Everyone:
        """Give everyone with a few more, or in place of those who have their ids and the same actors."""
        each = _Joined.of(self.profile_ids, few.profile_ids)
        owners = _Joined.of(self.owner_ids, few.owner_ids)
        columns: dict[str, Any] = {
            name: joined(getattr(self, name), getattr(few, name))
            for joined, names in ((each.joined, _OF_PROFILES), (owners.joined, _OF_OWNERS))
            for name in names
        }
        numbered = each.joined(owners.place[self.owner], owners.place[few.owner + len(self.owner_ids)])
        return Everyone(owner=numbered, **columns)

    def _at(self, place: int) -> Registered:
        return Registered(
            self.profile_ids[place],
            int(self.version_id[place]),
            int(self.version[place]),
            int(self.leaf_index[place]),
            self.reading[place].decode(),
            self.titles[place],
            _LANGUAGES[self.language[place]],
            self._actor(self.owner[place]),
            _reason(self.excluded[place]),
        )

    def _actor(self, owner: int) -> ActorRef:
        return ActorRef(self.owner_ids[owner], self.owner_names[owner], _KINDS[self.owner_kinds[owner]])


class TakingPart(Mapping[str, Registered]):
    """Those of everyone who are scored, by profile id."""

    def __init__(self, everyone: Everyone) -> None:
        self._everyone = everyone
        self._places = everyone.taking_part()

    def __getitem__(self, profile_id: str) -> Registered:
        return self._everyone[self._place(profile_id)]

    def __contains__(self, profile_id: object) -> bool:
        try:
            return isinstance(profile_id, str) and self._place(profile_id) >= 0
        except KeyError:
            return False

    def __iter__(self) -> Iterator[str]:
        return map(self._everyone.profile_ids.__getitem__, self._places.tolist())

    def __len__(self) -> int:
        return len(self._places)

    def _place(self, profile_id: str) -> int:
        place = self._everyone.place(profile_id)
        if self._everyone.excluded[place] != _TAKES_PART:
            raise KeyError(profile_id)
        return place


@dataclass(frozen=True)
class _Joined:
    """A few among many, all by id: in what `order` they stand (the few are counted after the many), and in which
    `place` each, or who has taken it."""

    order: Column
    place: Column

    @classmethod
    def of(cls, many: Strings, few: Strings) -> _Joined:
        at = np.array([bisect_left(many, id) for id in few], np.int64)
        known = np.array([place < len(many) and many[place] == id for place, id in zip(at, few, strict=True)], bool)
        coming = len(many) + np.arange(len(few))
        order = np.arange(len(many))
        order[at[known]] = coming[known]
        order = np.insert(order, at[~known], coming[~known])
        place = np.zeros(len(many) + len(few), np.int32)
        place[order] = np.arange(len(order))
        place[at[known]] = place[coming[known]]
        return cls(order, place)

    @overload
    def joined(self, many: Strings, few: Strings) -> Strings: ...

    @overload
    def joined(self, many: Column, few: Column) -> Column: ...

    def joined(self, many: Any, few: Any) -> Any:
        return (many + few).take(self.order) if isinstance(many, Strings) else np.concatenate([many, few])[self.order]


def _number(reason: Exclusion | None) -> int:
    return _TAKES_PART if reason is None else _EXCLUSIONS.index(reason)


def _reason(number: int) -> Exclusion | None:
    return None if number == _TAKES_PART else _EXCLUSIONS[number]
