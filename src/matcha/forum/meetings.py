"""Follow-up meetings (S33, R8): the same offer to all, a timetable of them, and that notes come before the next.

**Timetable.** Four things, each decided before the next and none given up for it: (1) as many actors as possible get a
meeting; (2) if not all can, lots say who; (3) the meetings are as early as possible (the sum of their starts); (4) lots
say who gets which time among those that are equally early. Whether an actor can only come late thus never decides
that it is left out, nor does its id: a lot is the first four bytes of SHA-256(seed ‖ 0x00 ‖ its id), or of (seed ‖
0x00 ‖ id, team and start, joined by 0x00); the sum of the lots of those who meet is to be as large as possible, that of
the meetings' as small.

**Notes.** Each team takes its own meetings one after another; the teams meet beside each other. So a meeting waits for
the notes of the earlier meetings of its own team alone: waiting for all teams' would put a meeting off because of
another that is still going on. A meeting that never took place gets notes that say so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ortools.sat.python import cp_model

from matcha.errors import Invalid, NotFound
from matcha.forum.plan import Certificate
from matcha.forum.record import FollowUpMeeting
from matcha.forum.solving import single


@dataclass(frozen=True)
class Offer:
    """What every actor is offered alike: how long a meeting is, by which template, and when each team of the host can.

    Invalid if it is no meeting, has no template, no times, or times without a zone.
    """

    minutes: int
    template: str
    teams: Mapping[str, tuple[datetime, ...]]

    def __post_init__(self) -> None:
        if self.minutes < 1 or not self.template.strip():
            raise Invalid(
                "Säg hur långt mötet är och vad det handlar om.", "Say how long a meeting is and what it is about."
            )
        if not any(self.teams.values()):
            raise Invalid("Ge minst en tid som någon av er kan.", "Give at least one time that one of you can.")
        _check_zones(starts for times in self.teams.values() for starts in times)

    @property
    def starts(self) -> tuple[datetime, ...]:
        """All times that some team can, in order, in UTC."""
        return tuple(sorted({starts.astimezone(UTC) for times in self.teams.values() for starts in times}))


@dataclass(frozen=True, slots=True)
class Placed:
    """A meeting: which actor, which team of the host, when (in UTC)."""

    actor_id: str
    team: str
    starts: datetime


@dataclass(frozen=True, slots=True)
class Timetable:
    """The meetings by start and team, the ids of the actors without one, and how many meetings could be at most."""

    meetings: tuple[Placed, ...]
    unplaced: tuple[str, ...]
    certificate: Certificate


def timetable(offer: Offer, wishes: Mapping[str, tuple[datetime, ...]], effort: float, seed: bytes) -> Timetable:
    """Place meetings; `wishes` are the starts that each actor can, `effort` CP-SAT's deterministic seconds a question.

    Every team has one meeting at a time and every actor one in all. The same from the same inputs, in whatever order.
    """
    _check_zones(starts for times in wishes.values() for starts in times)
    possible = _possible(offer, wishes)
    chosen, bound = _Placing(possible, offer.minutes, effort).chosen(seed)
    meetings = tuple(sorted(chosen, key=lambda placed: (placed.starts, placed.team)))
    unplaced = sorted(wishes.keys() - {placed.actor_id for placed in meetings})
    return Timetable(meetings, tuple(unplaced), Certificate(len(meetings), bound))


def blocked_by(meetings: Sequence[FollowUpMeeting], actor_id: str) -> FollowUpMeeting | None:
    """Give the first of its team's earlier meetings whose notes are not filed, or None: it can be held.

    NotFound if the actor has no meeting.
    """
    mine = next((meeting for meeting in meetings if meeting.actor_id == actor_id), None)
    if mine is None:
        raise NotFound(f"{actor_id} har inget möte.", f"{actor_id} has no meeting.")
    unfiled = (each for each in meetings if each.team == mine.team and each.starts < mine.starts and not _filed(each))
    return min(unfiled, key=lambda meeting: meeting.starts, default=None)


def _filed(meeting: FollowUpMeeting) -> bool:
    return bool(meeting.notes and meeting.notes.strip())


def _possible(offer: Offer, wishes: Mapping[str, tuple[datetime, ...]]) -> tuple[Placed, ...]:
    return tuple(
        Placed(actor, team, starts)
        for actor in sorted(wishes)
        for team in sorted(offer.teams)
        for starts in sorted(_instants(offer.teams[team]) & _instants(wishes[actor]))
    )


def _instants(times: tuple[datetime, ...]) -> set[datetime]:
    return {starts.astimezone(UTC) for starts in times}


class _Placing:
    """The model of a timetable: a choice for each meeting that is possible, asked question after question."""

    def __init__(self, possible: tuple[Placed, ...], minutes: int, effort: float) -> None:
        self._possible = possible
        self._effort = effort
        self._model = cp_model.CpModel()
        self._taken = [self._model.new_bool_var("") for _ in possible]
        self._values = [0] * len(possible)
        for together in (*_of_each_actor(possible), *_at_once(possible, timedelta(minutes=minutes))):
            self._model.add_at_most_one(self._taken[index] for index in together)

    def chosen(self, seed: bytes) -> tuple[tuple[Placed, ...], int]:
        """Give the meetings, and how many could be at most."""
        if not self._possible:
            return (), 0
        first = min(placed.starts for placed in self._possible)
        bound = min(-self._least([-1] * len(self._possible)), len({placed.actor_id for placed in self._possible}))
        self._least([-_lot(seed, placed.actor_id) for placed in self._possible])
        self._least([(placed.starts - first) // timedelta(seconds=1) for placed in self._possible])
        self._least([_lot(seed, *_said(placed)) for placed in self._possible])
        return tuple(p for p, taken in zip(self._possible, self._values, strict=True) if taken), bound

    def _least(self, costs: list[int]) -> int:
        """Make a sum as small as it can be, hold it there, and give the bound it has been shown to have."""
        total = cp_model.LinearExpr.weighted_sum(self._taken, costs)
        self._model.clear_hints()  # type: ignore[no-untyped-call]
        for taken, value in zip(self._taken, self._values, strict=True):
            self._model.add_hint(taken, value)
        self._model.minimize(total)
        solver = self._solver()
        bound = -sum(abs(cost) for cost in costs)
        if solver.solve(self._model) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self._values = [solver.value(taken) for taken in self._taken]
            bound = round(solver.best_objective_bound)
        self._model.add(total == sum(c * v for c, v in zip(costs, self._values, strict=True)))
        return bound

    def _solver(self) -> cp_model.CpSolver:
        solver = single(self._effort)
        solver.parameters.linearization_level = 2  # meetings are nearly a matching, which the relaxation solves
        return solver


def _of_each_actor(possible: tuple[Placed, ...]) -> Iterable[list[int]]:
    for actor in dict.fromkeys(placed.actor_id for placed in possible):
        yield [index for index, placed in enumerate(possible) if placed.actor_id == actor]


def _at_once(possible: tuple[Placed, ...], length: timedelta) -> Iterable[list[int]]:
    """Give, for each team and start, the meetings that would go on at one time: every two that overlap are in one."""
    for team, starts in dict.fromkeys((placed.team, placed.starts) for placed in possible):
        yield [
            index
            for index, placed in enumerate(possible)
            if placed.team == team and starts <= placed.starts < starts + length
        ]


def _said(placed: Placed) -> tuple[str, str, str]:
    return placed.actor_id, placed.team, placed.starts.isoformat()


def _lot(seed: bytes, *named: str) -> int:
    return int.from_bytes(hashlib.sha256(b"\0".join((seed, *(name.encode() for name in named)))).digest()[:4])


def _check_zones(times: Iterable[datetime]) -> None:
    if any(starts.tzinfo is None for starts in times):
        raise Invalid("Säg i vilken tidszon tiderna är.", "Say in which time zone the times are.")
