"""Measure what explaining an actor costs, beside reading the need, which no system can leave out.

    python benchmarks/measure_explanation.py HOME

HOME is a home into which the demo data has been imported. For every fourth need the first ten actors and ten others are
explained: the exact parts, rank and missing support alone; then, for the first and the last of them, with what every
cited sentence is worth and with advice, for which texts have to be read anew. All in one process on one thread.
Writes `benchmarks/speed/explanation.json`: medians in milliseconds and as parts of the time that reading the need
takes (which is the figure to go by, because machines differ).
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from matcha import Matcha, Settings
from matcha.service.asking import Question

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "speed" / "explanation.json"
EACH = 10


def main(home: Path) -> None:
    matcha = Matcha.open(Settings(home=home, model=str(ROOT / "models" / "multilingual-e5-small")))
    matcha.warm_up()
    reading, exact, what_if, counterfactuals = [], [], [], []
    for need in matcha.needs()[::4]:
        text = f"{need.title}\n{need.text}"
        start = time.perf_counter()
        matcha.reader.need(text, need.language)
        reading.append(time.perf_counter() - start)
        with matcha._store.reading() as session:
            explainer = matcha.explainer(session, Question(text, need.language, EACH))
            hits = explainer.hits[:EACH] + explainer.hits[-EACH:]
            for hit in hits:
                start = time.perf_counter()
                explainer.explain(session, hit.scored.profile_id, what_if=False)
                exact.append(time.perf_counter() - start)
            for hit in (hits[0], hits[-1]):
                start = time.perf_counter()
                found = explainer.explain(session, hit.scored.profile_id)
                what_if.append(time.perf_counter() - start)
                counterfactuals.append(what_if[-1] / max(1, len(found.deletions) + len(found.advice)))
    one = statistics.median(reading)
    medians = {
        name: {"ms": round(1000 * statistics.median(times), 2), "÷ reading": round(statistics.median(times) / one, 3)}
        for name, times in (
            ("reading a need", reading),
            ("explaining an actor", exact),
            ("explaining an actor with every deletion and advice", what_if),
            ("one deletion or piece of advice", counterfactuals),
        )
    }
    result = {"needs": len(reading), "explanations": len(exact), "medians": medians}
    RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(json.dumps(medians, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
