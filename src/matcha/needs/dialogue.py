"""Who sees what of the dialogue about a need, and the dossier of who was involved in it (R1, R9, S17, S18).

Participants are the actors that are invited or interested. Every contribution is seen by all of them from the moment
it is made, in the same words; nobody but the authority sees who made it. Who joins later sees all that was said before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import combinations

from matcha.callers import AccountRole, Caller
from matcha.process import ActKind

OPEN = frozenset({ActKind.QUESTION, ActKind.ANSWER, ActKind.POST, ActKind.EVENT})  # what all participants see
AUTHORITY = frozenset(
    {AccountRole.COORDINATOR, AccountRole.ORGANISER, AccountRole.PROCUREMENT_OFFICER, AccountRole.ADMINISTRATOR}
)


@dataclass(frozen=True, slots=True)
class Said:
    """An act of a dialogue: who spoke (`by` an account), for which actor or about which, what and when.

    `actor_id` is the supplier that asks, posts, is interested or is put in touch; None where the authority speaks.
    `actors` are those a meeting was held with, `text` what was exchanged there. `answers` is the question or the
    meeting that is answered, `thread` the meeting or any contribution of the thread that is gone on with.
    """

    id: int
    kind: ActKind
    by: str
    actor_id: str | None
    text: str
    made: datetime
    thread: int | None = None
    answers: int | None = None
    actors: tuple[str, ...] = ()
    title: str = ""


class Speaker(StrEnum):
    """Who speaks, as participants are told."""

    AUTHORITY = "authority"
    PARTICIPANT = "participant"


@dataclass(frozen=True, slots=True)
class Shown:
    """A contribution as somebody sees it. `actor_id` and `by` are None for all but the authority's people.

    `thread` is the contribution that began it, perhaps itself, or a meeting that it goes on with. `own` says that the
    viewer made it.
    """

    id: int
    kind: ActKind
    speaker: Speaker
    text: str
    title: str
    made: datetime
    thread: int
    answers: int | None
    own: bool
    actor_id: str | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread: the contribution (or meeting) that began it, and what was said, in order (S17)."""

    id: int
    title: str
    contributions: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one of two participants sees and the other does not: contributions and since when."""

    first: str
    second: str
    only_first: tuple[tuple[int, datetime], ...]
    only_second: tuple[tuple[int, datetime], ...]


class Way(StrEnum):
    """How an actor was involved."""

    INTERESTED = "interested"
    ASKED = "asked"
    SAID = "said"
    ATTENDED = "attended"
    MET = "met"
    PUT_IN_TOUCH = "put_in_touch"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Involvement:
    """That an actor was involved in a need: when, how, by which act, through whose account, and what was exchanged."""

    moment: datetime
    actor_id: str
    way: Way
    act: int
    through: str
    exchanged: str


_BY_ACTOR: Mapping[ActKind, Way] = {
    ActKind.INTEREST: Way.INTERESTED,
    ActKind.QUESTION: Way.ASKED,
    ActKind.POST: Way.SAID,
    ActKind.CONTACT: Way.PUT_IN_TOUCH,
}


def joined(said: Iterable[Said], invited: Mapping[str, datetime]) -> Mapping[str, datetime]:
    """Give the participants by id, each with the moment since when it is one."""
    found = dict(invited)
    for one in said:
        if one.kind is ActKind.INTEREST and one.actor_id is not None:
            found[one.actor_id] = min(found.get(one.actor_id, one.made), one.made)
    return dict(sorted(found.items()))


def shown(said: Iterable[Said], caller: Caller, participants: Collection[str]) -> tuple[Shown, ...]:
    """Give what somebody sees, in the order it was said.

    The authority's people see all contributions and who made them; whoever speaks for a participant sees them without
    that; others see nothing. Somebody who speaks for an actor is never one of the authority's people.
    """
    insider = caller.actor_id is None and caller.is_any(*AUTHORITY)
    if not insider and caller.actor_id not in participants:
        return ()
    open_ones = {one.id: one for one in said if one.kind in OPEN}
    return tuple(_shown(open_ones[id], open_ones, caller, insider) for id in sorted(open_ones))


def threads(seen: Iterable[Shown]) -> tuple[Thread, ...]:
    """Give what somebody sees by thread, the thread begun first first. Its title is its first contribution's."""
    found: dict[int, list[Shown]] = {}
    for one in sorted(seen, key=lambda one: one.id):
        found.setdefault(one.thread, []).append(one)
    return tuple(Thread(id, of[0].title, tuple(of)) for id, of in sorted(found.items()))


def parity(said: Iterable[Said], participants: Collection[str]) -> tuple[Difference, ...]:
    """Give each two participants that do not see the same words from the same moment; nothing as long as all do."""
    whole = tuple(said)
    callers = {actor: Caller(None, frozenset({AccountRole.SUPPLIER}), actor) for actor in participants}
    return differences({actor: shown(whole, caller, participants) for actor, caller in callers.items()})


def differences(seen: Mapping[str, Iterable[Shown]]) -> tuple[Difference, ...]:
    """Compare what each participant, by id, was shown; whose own contribution it is makes no difference."""
    plain = {actor: frozenset(replace(one, own=False) for one in seen[actor]) for actor in sorted(seen)}
    return tuple(
        Difference(a, b, _moments(plain[a] - plain[b]), _moments(plain[b] - plain[a]))
        for a, b in combinations(plain, 2)
        if plain[a] != plain[b]
    )


def untold(said: Iterable[Said]) -> tuple[int, ...]:
    """Give the meetings that the authority has neither answered nor gone on with before all participants (R1)."""
    whole = tuple(said)
    open_ones = [one for one in whole if one.kind in OPEN and _speaks_for(one) is None]
    told = {one.answers for one in open_ones} | {one.thread for one in open_ones}
    return tuple(sorted(one.id for one in whole if one.kind is ActKind.MEETING and one.id not in told))


def dossier(said: Iterable[Said], joined: Mapping[str, datetime]) -> tuple[Involvement, ...]:
    """Give how every actor was involved, by moment, act and actor (R9).

    Participants are told what others ask and say, and what the authority says, when it is said, or when they join if
    that was later.
    """
    found = [each for one in said for each in (*_taken_part(one), *_told(one, joined))]
    return tuple(sorted(found, key=lambda each: (each.moment, each.act, each.actor_id)))


def _shown(one: Said, open_ones: Mapping[int, Said], caller: Caller, insider: bool) -> Shown:
    actor = _speaks_for(one)
    return Shown(
        one.id,
        one.kind,
        Speaker.AUTHORITY if actor is None else Speaker.PARTICIPANT,
        one.text,
        one.title,
        one.made,
        _root(one, open_ones),
        one.answers,
        one.by == caller.account_id if insider else actor is not None and actor == caller.actor_id,
        actor if insider else None,
        one.by if insider else None,
    )


def _speaks_for(one: Said) -> str | None:
    return one.actor_id if one.kind in (ActKind.QUESTION, ActKind.POST) else None


def _root(one: Said, open_ones: Mapping[int, Said]) -> int:
    """Give the act that began the thread. What is referred to is older, so the way up ends; it may be a meeting."""
    before = _before(one)
    while before is not None and before in open_ones:
        one = open_ones[before]
        before = _before(one)
    return one.id if before is None else before


def _before(one: Said) -> int | None:
    before = one.thread if one.thread is not None else one.answers
    return before if before is not None and before < one.id else None


def _moments(seen: Iterable[Shown]) -> tuple[tuple[int, datetime], ...]:
    return tuple(sorted((one.id, one.made) for one in seen))


def _taken_part(one: Said) -> Iterator[Involvement]:
    if one.kind is ActKind.MEETING:
        for actor in sorted(set(one.actors)):
            yield Involvement(one.made, actor, Way.MET, one.id, one.by, one.text)
    elif one.kind in _BY_ACTOR and one.actor_id is not None:
        yield Involvement(one.made, one.actor_id, _BY_ACTOR[one.kind], one.id, one.by, one.text)


def _told(one: Said, joined: Mapping[str, datetime]) -> Iterator[Involvement]:
    if one.kind in OPEN:
        for actor, since in joined.items():
            if actor != _speaks_for(one):
                yield Involvement(max(one.made, since), actor, Way.TOLD, one.id, one.by, one.text)
