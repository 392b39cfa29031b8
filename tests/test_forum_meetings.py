"""A timetable of follow-up meetings against one that tries everything, and notes that come before the next meeting."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random
from zoneinfo import ZoneInfo

import pytest

from matcha.errors import Invalid, NotFound
from matcha.forum.meetings import Offer, Placed, Timetable, blocked_by, timetable
from matcha.forum.plan import Certificate
from matcha.forum.record import FollowUpMeeting

NINE = datetime(2026, 12, 10, 9, 0, tzinfo=UTC)
EFFORT = 5.0

Wishes = Mapping[str, tuple[datetime, ...]]


def after(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def every_timetable(actors: list[str], offer: Offer, wishes: Wishes) -> Iterator[tuple[Placed, ...]]:
    if not actors:
        yield ()
        return
    for rest in every_timetable(actors[1:], offer, wishes):
        yield rest
        for team, times in offer.teams.items():
            for starts in set(times) & set(wishes[actors[0]]):
                apart = (abs(p.starts - starts) >= timedelta(minutes=offer.minutes) for p in rest if p.team == team)
                if all(apart):
                    yield (*rest, Placed(actors[0], team, starts))


def lot(seed: bytes, *named: str) -> int:
    return int(hashlib.sha256(b"\x00".join([seed, *map(str.encode, named)])).hexdigest()[:8], 16)


def tried(offer: Offer, wishes: Wishes, seed: bytes) -> tuple[Placed, ...]:
    """Give the best of all timetables there are."""

    def cost(meetings: tuple[Placed, ...]) -> tuple[float, ...]:
        return (
            -len(meetings),
            -sum(lot(seed, p.actor_id) for p in meetings),
            sum((p.starts - NINE).total_seconds() for p in meetings),
            sum(lot(seed, p.actor_id, p.team, p.starts.isoformat()) for p in meetings),
        )

    best = min(every_timetable(sorted(wishes), offer, wishes), key=cost)
    return tuple(sorted(best, key=lambda placed: (placed.starts, placed.team)))


def drawn(random: Random) -> tuple[Offer, dict[str, tuple[datetime, ...]]]:
    starts = [after(15 * step) for step in range(6)]
    teams = {team: tuple(random.sample(starts, random.randint(1, 4))) for team in ("A", "B")[: random.randint(1, 2)]}
    actors = [f"aktor-{n}" for n in range(random.randint(1, 5))]
    return Offer(30, "mall", teams), {a: tuple(random.sample(starts, random.randint(0, 3))) for a in actors}


def test_it_is_the_best_of_all_there_are() -> None:
    random, left_out = Random(11), 0
    for number in range(150):
        offer, wishes = drawn(random)
        seed = number.to_bytes(4)
        made = timetable(offer, wishes, EFFORT, seed)
        best = tried(offer, wishes, seed)
        assert made.meetings == best, (offer, wishes)
        assert made.certificate == Certificate(len(best), len(best))
        assert made.unplaced == tuple(sorted(wishes.keys() - {placed.actor_id for placed in best}))
        left_out += any(wishes[actor] for actor in made.unplaced)
    assert left_out > 30


def test_the_same_from_the_same_in_whatever_order() -> None:
    offer, wishes = full_day(Random(3), actors=24)
    turned = Offer(30, "mall", {team: offer.teams[team][::-1] for team in reversed(list(offer.teams))})
    made = [timetable(offer, wishes, EFFORT, b"x"), timetable(offer, wishes, EFFORT, b"x")]
    made.append(timetable(turned, {actor: wishes[actor][::-1] for actor in reversed(list(wishes))}, EFFORT, b"x"))
    assert made[0] == made[1] == made[2]
    assert timetable(offer, wishes, EFFORT, b"y") != made[0]


def full_day(random: Random, actors: int) -> tuple[Offer, dict[str, tuple[datetime, ...]]]:
    starts = tuple(after(30 * step) for step in range(8))
    offer = Offer(30, "mall", {"A": starts, "B": starts, "C": starts[2:]})
    return offer, {f"aktor-{n:02}": tuple(random.sample(starts, random.randint(1, 4))) for n in range(actors)}


def rules_broken(offer: Offer, wishes: Wishes, made: Timetable) -> list[object]:
    broken: list[object] = [p for p in made.meetings if p.starts not in offer.teams[p.team]]
    broken += [p for p in made.meetings if p.starts not in wishes[p.actor_id]]
    for first, second in combinations(made.meetings, 2):
        at_once = abs(first.starts - second.starts) < timedelta(minutes=offer.minutes)
        if first.actor_id == second.actor_id or (first.team == second.team and at_once):
            broken.append((first, second))
    return broken


def test_fifty_actors_and_three_teams_break_no_rule() -> None:
    for number in range(3):
        offer, wishes = full_day(Random(number), actors=50)
        made = timetable(offer, wishes, EFFORT, b"x")
        assert rules_broken(offer, wishes, made) == []
        assert made.certificate == Certificate(22, 22)  # all the times there are
        assert len(made.meetings) + len(made.unplaced) == 50


def test_lots_and_not_ids_say_who_is_left_out_nor_who_comes_early() -> None:
    offer = Offer(30, "mall", {"A": (after(0), after(30))})
    wishes = {name: (after(0), after(30)) for name in ("aktor-a", "aktor-b", "aktor-c")}
    made = [timetable(offer, wishes, EFFORT, number.to_bytes(4)) for number in range(300)]
    for name in wishes:
        left, first = (sum(name in m.unplaced for m in made), sum(m.meetings[0].actor_id == name for m in made))
        assert 70 <= left <= 130, name  # 100 expected, 8 the standard deviation
        assert 70 <= first <= 130, name


def test_who_can_only_come_late_is_left_out_no_more_often() -> None:
    offer = Offer(30, "mall", {"A": (after(0),), "B": (after(0), after(300))})
    wishes = {"tidig": (after(0),), "tidig-2": (after(0),), "tidig-3": (after(0),), "sen": (after(300),)}
    assert all("sen" not in timetable(offer, wishes, EFFORT, bytes([n])).unplaced for n in range(20))
    one = Offer(360, "mall", {"A": (after(0), after(300))})
    both = {"tidig": (after(0),), "sen": (after(300),)}
    late = sum(timetable(one, both, EFFORT, number.to_bytes(4)).unplaced == ("sen",) for number in range(200))
    assert 72 <= late <= 128  # 100 expected, 7 the standard deviation


def test_times_are_the_same_in_any_zone() -> None:
    local = after(0).astimezone(ZoneInfo("Europe/Stockholm"))
    made = timetable(Offer(30, "mall", {"A": (local,)}), {"aktor-a": (after(0),)}, EFFORT, b"x")
    assert made.meetings == (Placed("aktor-a", "A", after(0)),)
    assert made.meetings[0].starts.tzinfo is UTC


def test_without_effort_the_bound_is_still_true() -> None:
    offer, wishes = full_day(Random(5), actors=40)
    made = timetable(offer, wishes, 0.0, b"x")
    assert rules_broken(offer, wishes, made) == []
    assert made.certificate.objective == len(made.meetings) <= 22 <= made.certificate.bound <= 40


def test_whoever_can_at_no_time_has_no_meeting() -> None:
    made = timetable(Offer(30, "mall", {"A": (after(0),)}), {"b": (), "a": (after(30),)}, EFFORT, b"x")
    assert made == Timetable((), ("a", "b"), Certificate(0, 0))


@pytest.mark.parametrize(
    ("minutes", "template", "teams", "why"),
    [
        (0, "mall", {"A": (NINE,)}, "how long"),
        (30, " ", {"A": (NINE,)}, "what it is about"),
        (30, "mall", {}, "at least one time"),
        (30, "mall", {"A": ()}, "at least one time"),
        (30, "mall", {"A": (NINE.replace(tzinfo=None),)}, "time zone"),
    ],
)
def test_an_offer_that_is_none_is_refused(minutes: int, template: str, teams: Wishes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        Offer(minutes, template, teams)


def test_wishes_without_a_zone_are_refused() -> None:
    with pytest.raises(Invalid, match="time zone"):
        timetable(Offer(30, "mall", {"A": (NINE,)}), {"a": (NINE.replace(tzinfo=None),)}, EFFORT, b"x")


def meeting(actor: str, team: str, minutes: int, notes: str | None = None) -> FollowUpMeeting:
    return FollowUpMeeting(actor, actor.upper(), team, after(minutes), 30, notes=notes)


def test_the_next_waits_for_the_notes_of_its_teams_earlier_meetings() -> None:
    meetings = [meeting("c", "A", 60), meeting("a", "A", 0), meeting("b", "A", 30), meeting("d", "B", 90)]
    assert [blocked_by(meetings, actor) for actor in "abcd"] == [None, meetings[1], meetings[1], None]
    meetings[1] = meeting("a", "A", 0, notes="Filad")
    assert [blocked_by(meetings, actor) for actor in "abcd"] == [None, None, meetings[2], None]
    meetings[2] = meeting("b", "A", 30, notes="  ")
    assert blocked_by(meetings, "c") == meetings[2]
    meetings[2] = meeting("b", "A", 30, notes="Mötet blev inte av.")
    assert blocked_by(meetings, "c") is None


def test_an_actor_without_a_meeting_is_not_found() -> None:
    with pytest.raises(NotFound):
        blocked_by([meeting("a", "A", 0)], "b")
