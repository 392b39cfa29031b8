"""Measure the forum composer: how long it takes, and how far from the proven best it stays.

    python -m benchmarks.measure_forum

Compositions of 50 seats from 10,000 invented candidates with six aspects and rules of every kind, drawn from fixed
seeds; the lottery over them; 30 to 48 people remixed between stations. Writes `benchmarks/forum/composer.json`; every
certificate in it is the solver's own bound, never a target.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from tests.forum_making import large

from benchmarks.measure_cost import ROOT
from matcha.forum.composition import compose
from matcha.forum.panels import Panels
from matcha.forum.peers import qualified
from matcha.forum.persons import persons
from matcha.forum.plan import Certificate
from matcha.forum.rotation import arrange
from matcha.process import Mixing, Part

RESULT = ROOT / "benchmarks" / "forum" / "composer.json"
START, END = "<!-- forum: made by benchmarks/measure_forum.py -->\n", "<!-- /forum -->"
SEEDS = (1, 2, 3, 4, 5)
CROWDS = ((300, 40), (1000, 40), (10_000, 50))  # candidates, seats
ROOMS = ((30, 3), (36, 4), (40, 4), (48, 4), (40, 5), (36, 6))  # people, stations
PARTS = (Part.COMPANY, Part.COMPANY, Part.ACADEMIA, Part.PATIENT_ORGANISATION, Part.NEED_OWNER, Part.SUPPORT)
Done = TypeVar("Done")


def main() -> None:
    measured = {
        "load before": round(os.getloadavg()[0], 2),
        "cores": os.cpu_count(),
        "composition": {"ample": compositions(False), "scarce": compositions(True)},
        "lottery": {f"{seats} of {size}": lotteries(size, seats) for size, seats in CROWDS},
        "rotation": {f"{people}/{stations}": rotations(people, stations) for people, stations in ROOMS},
    }
    RESULT.write_text(json.dumps(measured, indent=1) + "\n")
    readme = ROOT / "README.md"
    readme.write_text(with_table(readme.read_text("utf-8")), "utf-8")


def compositions(scarce: bool) -> dict[str, Any]:
    """Give the seconds and the gap of the best composition of 50 seats from 10,000, over the seeds."""
    best, gaps = [], []
    for seed in SEEDS:
        problem = large(seed, scarce=scarce)
        seconds, found = timed(lambda problem=problem: Panels(problem, qualified(problem)[0]).best())  # type: ignore[misc]
        best.append(seconds)
        gaps.append(found.certificate.gap)
    return {"best, s": _spread(best), "largest gap": max(gaps)}


def lotteries(size: int, seats: int) -> dict[str, Any]:
    """Give the seconds of composition and lottery, and how near its bound the smallest chance comes, over the seeds."""
    whole, gaps, peers = [], [], []
    for seed in SEEDS:
        problem = large(seed, size, seats, scarce=True)
        seconds, composed = timed(lambda problem=problem: compose(problem))  # type: ignore[misc]
        whole.append(seconds)
        gaps.append(composed.chance.gap)
        peers.append(sum(chance > 0 for chance in composed.chances()))
    return {"s": _spread(whole), "gap": {"median": statistics.median(gaps), "max": max(gaps)}, "peers": max(peers)}


def rotations(people: int, stations: int) -> dict[str, Any]:
    """Give, for each way of mixing, the pairs that meet, their bound, and the seconds."""
    each = persons([(f"aktor-{number:03}", PARTS[number % len(PARTS)], 1) for number in range(people)], {})
    found: dict[str, Any] = {"pairs": people * (people - 1) // 2}
    for mixing in Mixing:
        seconds, arranged = timed(lambda mixing=mixing: arrange(each, stations, mixing, ()))  # type: ignore[misc]
        certificate: Certificate = arranged.certificate
        told = {"met": certificate.objective, "bound": certificate.bound, "uneven": arranged.uneven}
        found[mixing.value] = {**told, "s": round(seconds, 2)}
    return found


def timed(do: Callable[[], Done]) -> tuple[float, Done]:
    """Do something, and give how many seconds it took."""
    started = time.perf_counter()
    done = do()
    return time.perf_counter() - started, done


def with_table(readme: str) -> str:
    """Give the README with the table made from the result."""
    before, _, rest = readme.partition(START)
    _, _, after = rest.partition(END)
    return before + START + table(json.loads(RESULT.read_text())) + END + after


def table(measured: Mapping[str, Any]) -> str:
    """Give what was measured as two tables."""
    rows = ["| 50 seats from 10,000, rules of every kind | best composition | gap at most |", "|---|---|---|"]
    for name, of in measured["composition"].items():
        rows.append(f"| strong answers are {name} | {_seconds(of['best, s'])} | {of['largest gap']:.2%} |")
    rows += [
        "",
        "| seats, with lottery, scarce answers | time | kinds of equals | smallest chance short of its bound by |",
    ]
    rows.append("|---|---|---|---|")
    for crowd, of in measured["lottery"].items():
        gap = f"{of['gap']['median']:.2%} ({of['gap']['max']:.2%})"
        rows.append(f"| {crowd} | {_seconds(of['s'])} | {of['peers']} | {gap} |")
    rows += [
        "",
        "| people / stations: pairs that meet, of the most that can | whole groups | remixed | free |",
        "|---|---|---|---|",
    ]
    for room, of in measured["rotation"].items():
        cells = [
            f"{of[m]['met']} of {of[m]['bound']}, {of[m]['s']} s" for m in (Mixing.WHOLE, Mixing.REMIXED, Mixing.FREE)
        ]
        rows.append(f"| {room} ({of['pairs']} pairs) | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _seconds(of: Mapping[str, float]) -> str:
    return f"{of['median']} s ({of['max']})"


def _spread(seconds: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(seconds), 2), "max": round(max(seconds), 2)}


if __name__ == "__main__":
    main()
