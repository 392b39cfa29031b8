"""Everyone who is registered, in columns: a hundred thousand take the room of a picture, and are counted at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from matcha.matchlog.roll import Line
from matcha.memory import Strings
from matcha.values import ActorKind, ActorRef, Exclusion, Language, Registered

_LANGUAGES, _KINDS, _EXCLUSIONS = tuple(Language), tuple(ActorKind), tuple(Exclusion)
_TAKES_PART = -1
_DIGEST = "S64"  # SHA-256 in hex, or empty

Column = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Everyone(Sequence[Registered]):
    """The registered profiles by profile id (by code points); what is said of one is put together when it is asked for.

    `owner` is each profile's place among its actors, who stand by id; `excluded` the number of a reason, or -1.
    """

    profile_ids: Strings
    titles: Strings
    owner_ids: Strings
    owner_names: Strings
    owner_kinds: Column
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
    ) -> Everyone:
        """Take over columns that stand by profile id."""
        owners = sorted({actor.id: actor for actor in actors}.values(), key=lambda actor: actor.id)
        place = {actor.id: number for number, actor in enumerate(owners)}
        return cls(
            Strings(profile_ids),
            Strings(titles),
            Strings(actor.id for actor in owners),
            Strings(actor.name for actor in owners),
            np.array([_KINDS.index(actor.kind) for actor in owners], np.int8),
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

    def actor_ids(self) -> list[str]:
        """Give the actor of each of those who are scored."""
        ids = list(self.owner_ids)
        return [ids[owner] for owner in self.owner[self.taking_part()].tolist()]

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

    def lines(self, like: Mapping[str, int]) -> Iterator[Line]:
        """Give what the match log's roll says of each, by leaf index; `like` is the entry that copies stand under."""
        copies = {self.place(id): leaf for id, leaf in like.items()}
        kinds = [_KINDS[kind].value for kind in self.owner_kinds.tolist()]
        reasons = (*(reason.value for reason in _EXCLUSIONS), None)  # -1 is the last
        order = np.argsort(self.leaf_index)
        columns = (order, self.leaf_index[order], self.owner[order], self.excluded[order], self.reading[order])
        for place, leaf, owner, excluded, reading in zip(*(column.tolist() for column in columns), strict=True):
            yield Line(leaf, kinds[owner], reasons[excluded], reading.decode(), copies.get(place))

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


def _number(reason: Exclusion | None) -> int:
    return _TAKES_PART if reason is None else _EXCLUSIONS.index(reason)


def _reason(number: int) -> Exclusion | None:
    return None if number == _TAKES_PART else _EXCLUSIONS[number]
