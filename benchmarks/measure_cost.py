"""Measure what an answer over 10,000 profiles costs beside reading the need, which no system can leave out.

    python benchmarks/measure_cost.py

The needs are the demo's, read by the real model. The profiles are copies of the demo's under 10,000 ids, their vectors
moved by noise so that no two are alike; only their number and size matter here. Both times are taken in turn in
one process on one thread; the figure is the median ratio. What the match
log takes is counted in it. Writes `benchmarks/speed/answer.json`.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcha import Batch, Matcha, Settings
from matcha.encoding.encoder import Encoder
from matcha.encoding.finding import find_encoder
from matcha.matchlog.keys import FolderKeeper
from matcha.records import ActorForm, NeedForm, ProfileForm
from matcha.retrieval.profile_index import use_threads
from matcha.retrieval.reference import FolderReference
from matcha.retrieval.shelf import FolderShelf
from matcha.service.logbook import Writing
from matcha.store import Store
from matcha.values import ActorKind, Role

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "demo"
PROFILES = 10_000


class NoisyProfiles:
    """The real model for needs; for profiles a vector drawn from the text's hash around one of the model's."""

    def __init__(self, model: Encoder) -> None:
        self._model = model
        self.digest, self.dimension = model.digest, model.dimension

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        if role is Role.NEED:
            return self._model.encode(text, role)
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        moved = self._centre() + 0.02 * np.random.default_rng(seed).normal(size=self.dimension)
        return (moved / np.linalg.norm(moved)).astype(np.float32)

    @cache  # noqa: B019  # one object, one run
    def _centre(self) -> NDArray[np.float32]:
        return self._model.encode("Vi mäter handhygien på vårdavdelningar.", Role.PROFILE)


def main() -> None:
    settings = Settings()
    use_threads(1)
    model = find_encoder(settings)
    texts = [(row["title"], row["text"]) for row in json.loads((DEMO / "profiles.json").read_text("utf-8"))["profiles"]]
    needs = json.loads((DEMO / "needs.json").read_text("utf-8"))["needs"]
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/matcha.db")
        encoder = NoisyProfiles(model)
        keeper, reference = FolderKeeper(Path(folder) / "matchlog"), FolderReference(settings.indexes)
        matcha = Matcha(store, FolderShelf(Path(folder) / "i"), lambda: encoder, reference, keeper)
        actors = tuple(ActorForm(id=f"a{i}", name="Demo", kind=ActorKind.COMPANY) for i in range(PROFILES))
        profiles = tuple(
            ProfileForm(id=f"p{i}", actor_id=f"a{i}", title=f"{title} {i}", text=text)
            for i in range(PROFILES)
            for title, text in (texts[i % len(texts)],)
        )
        forms = tuple(NeedForm(**{name: need[name] for name in ("id", "title", "text", "language")}) for need in needs)
        matcha.submit(Batch(actors=actors, profiles=profiles, needs=forms))
        matcha.freeze()
        asked = {
            "needs of the demo (8 sentences)": [f"{need['title']}\n{need['text']}" for need in needs],
            "their titles (1 sentence)": [need["title"] for need in needs],
        }
        rows = {name: _measure(matcha, some) for name, some in asked.items()}
        matcha.close()
    result = {"command": "python benchmarks/measure_cost.py", "profiles": PROFILES, "medians": rows}
    (ROOT / "benchmarks" / "speed" / "answer.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


def _measure(matcha: Matcha, texts: list[str]) -> dict[str, float]:
    matcha.match(texts[0])
    logging = Stopwatch(matcha)
    ratios, answers, shares = [], [], []
    for text in texts:
        language = matcha.match(text).language
        started = time.perf_counter()
        matcha.reader.need(text, language)
        read = time.perf_counter()
        logging.seconds = 0.0
        matcha.match(text)
        answered = time.perf_counter()
        ratios.append((answered - read) / (read - started))
        answers.append(1000 * (answered - read))
        shares.append(logging.seconds / (answered - read))
    return {
        "answer ÷ reading": round(statistics.median(ratios), 2),
        "answer, ms": round(statistics.median(answers), 1),
        "logging ÷ answer": round(statistics.median(shares), 3),
    }


class Stopwatch:
    """Counts the seconds that a system spends on its log: entry, commit, checkpoint published, receipt."""

    def __init__(self, matcha: Matcha) -> None:
        self.seconds = 0.0
        self._writing, self._receipt = type(matcha.logbook).writing, Writing.receipt
        setattr(matcha.logbook, "writing", self.writing)  # noqa: B010
        self._book = matcha.logbook
        setattr(Writing, "receipt", lambda writing: self.receipt(writing))  # noqa: B010

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        started = time.perf_counter()
        with self._writing(self._book) as writing:
            yield writing
        self.seconds += time.perf_counter() - started

    def receipt(self, writing: Writing) -> str:
        started = time.perf_counter()
        found = self._receipt(writing)
        self.seconds += time.perf_counter() - started
        return found


if __name__ == "__main__":
    main()
