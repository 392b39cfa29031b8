"""The draw: what is drawn ten thousand times against what is published; run again by another program; replacements."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from scipy.stats import chi2, chisquare  # type: ignore[import-untyped]

from matcha.errors import Conflict, Invalid
from matcha.forum import drawing
from matcha.forum.composition import compose
from matcha.forum.drawing import FEWEST_RESERVES, check_seed, draw, lot, places, reasons, seed_bytes
from matcha.forum.peers import qualified
from matcha.forum.plan import TICKETS, Certificate, Composition, Panel, Problem, Rules, Seed
from matcha.forum.replacing import Replacement, replacement
from matcha.process import Part, SeedSource
from tests.forum_checking import breaches, broken
from tests.forum_making import candidate, medium, named

DRAWS = 10_000
FEASIBLE = (0, 2, 3, 4, 5, 6, 11)  # of the medium problems
VERIFY = Path(__file__).parents[1] / "tools" / "verify_draw.py"

Place = Callable[[Composition, bytes], tuple[int, tuple[str, ...]]]


@cache
def every() -> tuple[tuple[Problem, Composition], ...]:
    """Give some problems, composed."""
    return (*((medium(seed), compose(medium(seed))) for seed in FEASIBLE), drawable())


def trial(words: str) -> Seed:
    return Seed(SeedSource.TRIAL, words)


@cache
def drawable() -> tuple[Problem, Composition]:
    """Give a problem with several panels and several peers of whom some, but not all, are invited."""
    crowd = [candidate(n, (3, 0), Part.COMPANY, 2) for n in range(12)]
    crowd += [candidate(12 + n, (0, 3), Part.ACADEMIA, 2) for n in range(7)]
    crowd += [candidate(19 + n, (3, 3), Part.IT, 2, house=19 + n // 2) for n in range(6)]
    crowd += [candidate(25 + n, (3, 3), Part.SUPPORT, 2) for n in range(5)]
    rules = Rules(
        seats=(6, 12),
        quotas={Part.COMPANY: (4, 5), Part.ACADEMIA: (2, 3), Part.IT: (1, 3), Part.SUPPORT: (1, 2)},
        never_together=((named(19), named(25)), (named(20), named(26))),
        house_seats=1,
    )
    problem = Problem(("a", "b"), tuple(crowd), rules)
    return problem, compose(problem)


@cache
def keys() -> tuple[bytes, ...]:
    """Give the seeds of the draws on trial with the words 0, 1 …"""
    composition = drawable()[1]
    start = f"matcha/forum-draw/v1\n{composition.digest}\ntrial\n"
    assert hashlib.sha256(f"{start}7".encode()).digest() == seed_bytes(composition, trial("7"))
    return tuple(hashlib.sha256(f"{start}{number}".encode()).digest() for number in range(DRAWS))


@cache
def drawn_by(place: Place, draws: int = DRAWS) -> tuple[tuple[int, frozenset[str]], ...]:
    """Give what is drawn by these seeds."""
    found = (place(drawable()[1], key) for key in keys()[:draws])
    return tuple((panel, frozenset(invited)) for panel, invited in found)


def p_value(composition: Composition, drawn: Sequence[tuple[int, frozenset[str]]]) -> float:
    """Give the p of χ² of all that is chosen by lot, together.

    Who is invited in one draw hangs together. The panels are one choice of several (multinomial). Within peers, k of n
    are chosen without replacement, so that the counts of two members have the covariance −k(n − k) / n²(n − 1) a draw;
    their squares divided by k(n − k) / n(n − 1) are χ² with n − 1 degrees of freedom. Draws are independent, and so are
    the panel and the choice within each peers given the panel: the statistics and degrees of freedom add up.
    """
    panels = Counter(panel for panel, _ in drawn)
    expected = [len(drawn) * panel.tickets / TICKETS for panel in composition.panels]
    statistic = float(chisquare([panels[number] for number in range(len(expected))], expected).statistic)
    freedom = len(expected) - 1
    times = Counter(id for _, invited in drawn for id in invited)
    for index, peers in enumerate(composition.peers):
        n = len(peers.ids)
        places = [composition.panels[panel].counts[index] for panel, _ in drawn]
        if n > 1 and any(0 < k < n for k in places):
            spread = sum(k * (n - k) for k in places) / (n * (n - 1))
            statistic += sum((times[id] - sum(places) / n) ** 2 for id in peers.ids) / spread
            freedom += n - 1
    return float(chi2.sf(statistic, freedom))


def test_ten_thousand_draws_are_as_published() -> None:
    _, composition = drawable()
    assert len(composition.panels) > 1
    assert len(drawn_by(places)) == DRAWS
    assert p_value(composition, drawn_by(places)) > 0.01


def test_each_actor_is_drawn_as_often_as_its_published_chance_says() -> None:
    """Each alone; that so many are looked at is allowed for (Bonferroni)."""
    _, composition = drawable()
    times = Counter(id for _, invited in drawn_by(places) for id in invited)
    chances = {
        id: float(chance)
        for peers, chance in zip(composition.peers, composition.chances(), strict=True)
        for id in peers.ids
    }
    for id, chance in chances.items():
        if chance in (0, 1):
            assert times[id] == DRAWS * chance
        else:
            got = [times[id], DRAWS - times[id]]
            assert chisquare(got, [DRAWS * chance, DRAWS * (1 - chance)]).pvalue > 0.01 / len(chances), id


def _first_id(composition: Composition, key: bytes) -> tuple[int, tuple[str, ...]]:
    """Plant: of each peers the first are invited."""
    panel, _ = places(composition, key)
    counts = composition.panels[panel].counts
    return panel, tuple(id for peers, n in zip(composition.peers, counts, strict=True) for id in peers.ids[:n])


def _modulo(composition: Composition, key: bytes) -> tuple[int, tuple[str, ...]]:
    """Plant: the ticket is two bytes modulo the number of panels."""
    return int.from_bytes(key[:2]) % 1000 * TICKETS // 1000 % len(composition.panels), places(composition, key)[1]


def _one_byte(composition: Composition, key: bytes) -> tuple[int, tuple[str, ...]]:
    """Plant: who is chosen is a byte modulo how many there are, from which on they are taken."""
    panel, _ = places(composition, key)
    counts = composition.panels[panel].counts
    chosen: list[str] = []
    for peers, n in zip(composition.peers, counts, strict=True):
        start = lot(key, "place", peers.ids[0])[0] % 16 % len(peers.ids)
        chosen += (peers.ids + peers.ids)[start : start + n]
    return panel, tuple(chosen)


@pytest.mark.parametrize("biased", [_first_id, _modulo, _one_byte])
def test_a_biased_draw_is_seen(biased: Place) -> None:
    _, composition = drawable()
    assert p_value(composition, drawn_by(biased, 2000)) < 1e-6


def test_tickets_are_numbered_from_the_first_panel_and_none_is_likelier() -> None:
    numbers = [drawing._ticket(hashlib.sha256(str(n).encode()).digest()) for n in range(DRAWS)]
    assert 0 <= min(numbers) < max(numbers) < TICKETS
    assert chisquare([sum(number // 50_000 == each for number in numbers) for each in range(20)]).pvalue > 0.01


def test_everybody_is_invited_in_reserve_or_told_why_not() -> None:
    for problem, composition in every():
        for number in range(5):
            drawn = draw(problem, composition, trial(str(number)))
            waiting = [id for ids in drawn.reserves.values() for id in ids]
            told = [*drawn.invited, *waiting, *drawn.not_selected]
            assert sorted(told) == sorted(each.id for each in problem.candidates)
            assert not broken(problem, drawn.invited)
            assert list(drawn.invited) == sorted(drawn.invited)


def test_nobody_is_told_a_wrong_reason() -> None:
    for problem, composition in every():
        by_id = {each.id: each for each in problem.candidates}
        _, left = qualified(problem)
        chance = dict(
            pair
            for peers, c in zip(composition.peers, composition.chances(), strict=True)
            for pair in ((id, c) for id in peers.ids)
        )
        drawn = draw(problem, composition, trial("skäl"))
        told = reasons(problem, composition, drawn.invited)
        assert {id: told[id] for id in drawn.not_selected} == drawn.not_selected
        for id, code in told.items():
            kind, _, other = code.partition(":")
            both = {f"never {a} {b}" for a, b in ((id, other), (other, id))} if other else set()
            with_it = {said for said, by in breaches(problem, {*drawn.invited, id}).items() if by}
            assert (id in left) == (left.get(id) == code)
            assert (kind == "no_place") == (chance.get(id) == 0)
            if kind == "lot":
                assert chance[id] > 0
                assert "house" not in with_it
                assert not any(said.startswith("never") for said in with_it)
            if kind == "never_together":
                assert both & with_it
                assert other in drawn.invited
            if kind == "house":
                assert "house" in with_it
                assert by_id[other].house == by_id[id].house
                assert other in drawn.invited


def test_reserves_come_by_closeness_then_answers_then_lot() -> None:
    problem, composition = drawable()
    drawn = draw(problem, composition, trial("x"))
    key = seed_bytes(composition, trial("x"))
    by_id = {each.id: each for each in problem.candidates}
    for part, ids in drawn.reserves.items():
        invited = [id for id in drawn.invited if by_id[id].part is part]
        out = [each for each in problem.candidates if each.part is part and each.id not in drawn.invited]
        out.sort(key=lambda c: (-c.closeness, -sum(g >= 1 for g in c.grades), lot(key, "reserve", c.id)))
        assert list(ids) == [each.id for each in out][: max(FEWEST_RESERVES, len(invited))]


def test_another_program_draws_the_same(tmp_path: Path) -> None:
    problem, composition = drawable()
    path = tmp_path / "composition.json"
    path.write_bytes(composition.to_bytes())
    for seed in (
        trial("åttio ord"),
        Seed(SeedSource.DICE, "4 2 6 1 3 5 5 2 1 6", ("Vittne",)),
        Seed(SeedSource.CHECKPOINT, "0a" * 32),
    ):
        drawn = draw(problem, composition, seed)
        command = [sys.executable, "-I", str(VERIFY), str(path), seed.source.value, seed.said]
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")
        assert lines[0] == f"digest {composition.digest}"
        assert lines[2] == f"panel {drawn.panel}"
        assert tuple(lines[3:-1]) == drawn.invited


def test_the_program_that_verifies_needs_nothing_of_matcha() -> None:
    text = VERIFY.read_text()
    assert len(text.splitlines()) <= 60
    assert "import matcha" not in text
    assert "from matcha" not in text


def test_the_seed_is_as_written_down() -> None:
    composition = Composition("0" * 64, (), (Panel(TICKETS, ()),), Certificate(0, 0), Certificate(0, 0), {})
    assert json.loads(composition.to_bytes())["problem"] == "0" * 64
    words = f"matcha/forum-draw/v1\n{hashlib.sha256(composition.to_bytes()).hexdigest()}\ndice\n1 2 3"
    assert seed_bytes(composition, Seed(SeedSource.DICE, "1 2 3")) == hashlib.sha256(words.encode()).digest()


def test_a_draw_is_of_its_own_problem() -> None:
    problem, composition = drawable()
    with pytest.raises(Conflict):
        draw(replace(problem, aspects=("c", "d")), composition, trial("x"))


DICE = "4 2 6 1 3 5 5 2 1 6"


@pytest.mark.parametrize(
    ("seed", "fits"),
    [
        (Seed(SeedSource.DICE, DICE, ("A",)), True),
        (Seed(SeedSource.DICE, DICE), False),
        (Seed(SeedSource.DICE, DICE, (" ",)), False),
        (Seed(SeedSource.DICE, "4 2 6 1 3 5 5 2 1", ("A",)), False),
        (Seed(SeedSource.DICE, DICE + " 7", ("A",)), False),
        (Seed(SeedSource.DICE, DICE + " ", ("A",)), False),
        (Seed(SeedSource.DICE, DICE + "\n", ("A",)), False),
        (Seed(SeedSource.DICE, " ".join("1" * 151), ("A",)), False),
        (Seed(SeedSource.CHECKPOINT, "0a" * 32), True),
        (Seed(SeedSource.CHECKPOINT, "0A" * 32), False),
        (Seed(SeedSource.CHECKPOINT, "0a" * 32 + "\n"), False),
        (Seed(SeedSource.CHECKPOINT, "0a" * 31), False),
        (trial("vad som helst"), True),
        (trial("x" * 300), True),
        (trial("x" * 301), False),
        (trial(""), False),
        (trial("  "), False),
        (trial("två\nrader"), False),
        (trial("\ud800"), False),
    ],
)
def test_seeds_have_the_form_of_their_source(seed: Seed, fits: bool) -> None:
    if fits:
        check_seed(seed)
    else:
        with pytest.raises(Invalid):
            check_seed(seed)


def test_replacements_keep_the_rules() -> None:
    draw_from = random.Random(7)
    taken = 0
    for problem, composition in every():
        drawn = draw(problem, composition, trial("ersättning"))
        now, gone = list(drawn.invited), list[str]()
        parts = {each.id: each.part for each in problem.candidates}
        for _ in range(6):
            leaving = draw_from.choice(now)
            found = replacement(problem, composition, now, leaving, drawn.reserves, gone)
            slow = slowly(problem, now, leaving, drawn.reserves, gone)
            assert (found.id if found else None) == slow
            now.remove(leaving)
            gone.append(leaving)
            if found is not None:
                told_right(problem, now, found, gone, parts[leaving])
                now.append(found.id)
                taken += 1
    assert taken > 30


def slowly(
    problem: Problem, now: Sequence[str], leaving: str, reserves: Mapping[Part, Sequence[str]], gone: Sequence[str]
) -> str | None:
    """Give the same by the checker's count of what is broken, before and after."""
    part = next(each.part for each in problem.candidates if each.id == leaving)
    room = [id for id in now if id != leaving]
    before = breaches(problem, room)
    for own in (True, False):
        fits: list[tuple[int, int, str]] = []
        for each in Part:
            for id in reserves.get(each, ()) if (each is part) == own else ():
                after = breaches(problem, [*room, id]) if id not in (*room, *gone, leaving) else None
                if after is not None and not exceeded(after) and (own or not after.get(f"fewest {part}")):
                    fits.append((missing(problem, [*room, id]), len(fits), id))
        if fits:
            return min(fits)[2]
    assert before
    return None


def exceeded(found: dict[str, int]) -> bool:
    """Whether anything is too many."""
    return any(
        by
        for said, by in found.items()
        if said.split()[0] in ("most", "house", "one-sided", "never") or said == "seats most"
    )


def missing(problem: Problem, room: Sequence[str]) -> int:
    """Give how many answers are missing in all."""
    inside = [each for each in problem.candidates if each.id in room]
    answers = [sum(c.grades[a] >= problem.rules.qualify for c in inside) for a in range(len(problem.aspects))]
    return sum(max(0, problem.rules.coverage - each) for each in answers)


def told_right(problem: Problem, room: Sequence[str], found: Replacement, gone: Sequence[str], part: Part) -> None:
    """Check why others were passed over, and what is lacking."""
    assert sum(number for _, number in found.lacking) == missing(problem, [*room, found.id])
    for id, why in found.passed_over:
        kind, _, of = why.partition(":")
        after = breaches(problem, [*room, id])
        match kind:
            case "declined":
                assert id in gone
            case "never_together":
                assert after.get(f"never {min(id, of)} {max(id, of)}")
                assert of in room
            case "house":
                assert after["house"]
                assert of in room
            case "seats_most":
                assert after["seats most"]
            case "quota_most":
                assert after[f"most {of}"]
            case "quota_fewest":
                assert of == part
                assert after[f"fewest {of}"]
            case "one_sided":
                assert after["one-sided"]
            case _:
                assert kind == "coverage"
                assert missing(problem, [*room, id]) > missing(problem, [*room, found.id])


def test_one_that_leaves_an_aspect_uncovered_is_passed_over_for_one_that_does_not() -> None:
    crowd = tuple(
        candidate(n, grades, closeness=3 - n // 2) for n, grades in enumerate([(3, 0), (0, 3), (3, 0), (0, 3)])
    )
    problem = Problem(("a", "b"), crowd, Rules(seats=(1, 2), coverage=1, one_sided=100))
    composition = compose(problem)
    reserves = {Part.COMPANY: (named(2), named(3))}
    found = replacement(problem, composition, [named(0), named(1)], named(1), reserves)
    assert found == Replacement(named(3), ((named(2), "coverage"),), ())
    found = replacement(problem, composition, [named(0), named(1)], named(1), reserves, [named(3)])
    assert found == Replacement(named(2), (), ((1, 1),))
    assert replacement(problem, composition, [named(0), named(1)], named(1), reserves, [named(2), named(3)]) is None


def test_a_part_without_reserves_gives_its_place_away_only_above_its_fewest() -> None:
    crowd = (*(candidate(n, (3, 3)) for n in range(3)), *(candidate(n, (3, 3), Part.IT) for n in (3, 4)))
    for fewest, taken in ((2, None), (1, named(2))):
        rules = Rules(seats=(1, 4), quotas={Part.IT: (fewest, 2), Part.COMPANY: (1, 3)})
        problem = Problem(("a", "b"), crowd, rules)
        invited = [named(0), named(1), named(3), named(4)]
        found = replacement(problem, compose(problem), invited, named(4), {Part.COMPANY: (named(2),)})
        assert (found.id if found else None) == taken
