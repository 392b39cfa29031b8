"""Measure how similar needs are found, and how far the levels and the groups can be trusted.

    python benchmarks/measure_likeness.py [FOLDER]     the default is ../shared/eval

Paraphrases (`benchmarks/needs/paraphrases.json`) are looked for among the demo's needs, translations among texts in
the other language, and titles alone; what lies beside them is what a writer would be shown in vain. All of it before
anything is frozen and after. Writes `benchmarks/needs/likeness.json`. What was read is kept under indexes/evaluation.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score, average_precision_score

from matcha import scoring
from matcha.config import Settings
from matcha.disk import write_atomically
from matcha.encoding.finding import find_encoder
from matcha.needs import likeness as found_by
from matcha.needs.clusters import Clusters, clusters
from matcha.needs.likeness import Level, Likeness
from matcha.retrieval import packing, statistics
from matcha.retrieval.reading import Reader, Reading
from matcha.retrieval.reference import FolderReference, Reference
from matcha.retrieval.statistics import Statistics
from matcha.values import Grain, Language

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "demo"
NEEDS = ROOT / "benchmarks" / "needs"
SV, EN = Language.SV, Language.EN

Texts = Sequence[tuple[str, str, Language]]  # id, text, language
Readings = Mapping[str, Reading]
Points = NDArray[np.float64]


def main(folder: Path) -> None:
    settings = Settings()
    reader = Reader(find_encoder(settings))
    known = FolderReference(settings.indexes).reference(reader, lambda *_: None)
    read = {name: _read(texts, reader, settings.indexes / "evaluation") for name, texts in _texts(folder).items()}
    frozen = statistics.measure(known, list(read["demo"].values()), ())
    result: dict[str, Any] = {
        "command": "python benchmarks/measure_likeness.py",
        "version": found_by.VERSION,
        "levels": {level: int(getattr(found_by, level.name)) for level in Level},
    }
    for name, stats in (("before freezing", statistics.measure(known, (), ())), ("after freezing", frozen)):
        result[name] = _measure(read, stats, known)
    content = json.dumps(json.loads(json.dumps(result), parse_float=lambda figure: round(float(figure), 3)), indent=1)
    (NEEDS / "likeness.json").write_text(content + "\n")
    print(content)


def _measure(read: Mapping[str, Readings], stats: Statistics, known: Reference) -> dict[str, Any]:
    demo = Likeness.of(read["demo"], stats)
    half = len(known.unrelated) // 2
    unrelated = [{str(i): each for i, each in enumerate(known.unrelated[part:][:half])} for part in (0, half)]
    paraphrases, parallel = read["paraphrases"], Likeness.of(read["profiles"], stats)
    return {
        "ways": _ways(demo, paraphrases),
        "found": {
            "paraphrase in the need's language": _found(demo, _same_language(paraphrases, read["demo"], True)),
            "paraphrase in the other language": _found(demo, _same_language(paraphrases, read["demo"], False)),
            "title of a need": _found(demo, read["titles"]),
            "the need itself": _found(demo, read["demo"]),
            "translation of a profile": _found(parallel, read["profiles, translated"]),
            "translation of a text on other things": _found(Likeness.of(unrelated[0], stats), unrelated[1]),
            "translation of an answer (byggfaq)": _found(Likeness.of(read["byggfaq sv"], stats), read["byggfaq en"]),
            "translation of a sentence (tatoeba)": _found(Likeness.of(read["tatoeba sv"], stats), read["tatoeba en"]),
        },
        "shown in vain": {
            "another need of the demo": _best(demo, read["demo"]),
            "a text on other things, sv": _best(demo, unrelated[0]),
            "a text on other things, en": _best(demo, unrelated[1]),
            "an answer of byggfaq": _best(demo, read["byggfaq sv"]),
            "a sentence of tatoeba": _best(demo, read["tatoeba sv"]),
        },
        "demo, pairs": _related(demo),
        "groups": {
            "demo, by theme": _groups(clusters(demo), demo.ids, lambda need: need[6]),
            "byggfaq, by topic": _groups_of(read["byggfaq sv"], stats),
        },
    }


def _ways(demo: Likeness, paraphrases: Readings) -> dict[str, Any]:
    """Each way to compare: the mean reciprocal rank of the need paraphrased, and the average precision of all pairs."""
    asked, kept = ([demo._centre(read) for read in reads.values()] for reads in (paraphrases, demo.readings))
    background = [demo._centre(read) for read in demo.statistics.needs]
    right = np.array([[id == of for id in demo.ids] for of in map(_of, paraphrases)])
    table: dict[str, Any] = {}
    parts = {name: _parts(asked, kept, background, name) for name in ("sentences", "whole", "mean vector")}
    mixed = {
        "sentences": ("sentences",),
        "whole": ("whole",),
        "mean vector": ("mean vector",),
        "sentences, whole": ("sentences", "whole"),
        "whole, mean vector": ("whole", "mean vector"),
        "all three": tuple(parts),
    }
    for (name, used), factor, off in product(mixed.items(), (1.0, 1.5, 1.75), (0.0, 0.5, 1.0)):
        found, first, second = (
            sum(np.where(parts[u][i][1], factor, 1.0) * parts[u][i][0] for u in used) / len(used) for i in range(3)
        )
        general = [_nearest(np.asarray(each)) for each in (first, second)]
        points = found - off * (general[0][:, None] + general[1]) / 2
        ranks = 1 + (points > points[right][:, None]).sum(axis=1)
        table[f"{name}; ×{factor}; −{off}"] = {
            "MRR": float((1 / ranks).mean()),
            "AP": float(average_precision_score(right.ravel(), points.ravel())),
        }
    return table


def _parts(asked: Sequence[Any], kept: Sequence[Any], background: Sequence[Any], name: str) -> list[tuple[Points, Any]]:
    def one(a: Any, b: Any) -> float:
        if name == "mean vector":
            both = (scoring.direction(x.pieces[Grain.SENTENCE].astype(np.int64).sum(axis=0))[None] for x in (a, b))
            return float(scoring.points(*both)[0, 0])
        grain = Grain.SENTENCE if name == "sentences" else Grain.PARAGRAPH
        found = scoring.points(a.pieces[grain], b.pieces[grain])
        return float(found.max(axis=1).mean() + found.max(axis=0).mean()) / 2

    pairs = ((asked, kept), (asked, background), (kept, background))
    return [
        (
            np.array([[one(a, b) / scoring.FULL_POINTS for b in second] for a in first]),
            np.array([[a.language is not b.language for b in second] for a in first]),
        )
        for first, second in pairs
    ]


def _nearest(points: Points) -> Points:
    best: Points = np.sort(np.where(points > 0.5, 0, points), axis=1)[:, -scoring.NEAREST :].mean(axis=1)
    return best


def _found(likeness: Likeness, asked: Readings) -> dict[str, Any]:
    """How often what is asked for comes first, at what level, and the same of the best that is not asked for."""
    right, wrong, first = [], [], 0
    for name, reading in asked.items():
        found = {s.need_id: s for s in likeness.similar(reading, len(likeness.ids))}
        right.append(found.get(_of(name)))
        others = [s for id, s in found.items() if id != _of(name)]
        wrong.append(others[0] if others else None)
        first += next(iter(found), None) == _of(name)
    return {"asked": len(asked), "first": first / len(asked), "level": _shares(right), "best other": _shares(wrong)}


def _best(likeness: Likeness, asked: Readings) -> dict[str, Any]:
    return _shares([next(iter(likeness.similar(read, 1, without=(id,))), None) for id, read in asked.items()])


def _shares(found: Sequence[Any]) -> dict[str, float]:
    levels = [each.level if each else None for each in found]
    return {str(level): levels.count(level) / max(1, len(levels)) for level in (*Level, None)}


def _related(demo: Likeness) -> dict[str, Any]:
    """Pairs of the demo's needs, by what profiles they share in the judgements; the mean number of them by level."""
    grades: dict[str, dict[str, int]] = {}
    for line in (DEMO / "judgements" / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        need, profile, grade = line.split("\t")
        grades.setdefault(need, {})[profile] = int(grade)
    pairs = list(combinations(range(len(demo.ids)), 2))
    shared = np.array([_shared(grades[demo.ids[i]], grades[demo.ids[j]]) for i, j in pairs])
    points = np.array([demo.points[pair] for pair in pairs])
    return {
        "pairs": len(pairs),
        **{f"at least {level}": float((points >= getattr(found_by, level.name)).mean()) for level in Level},
        "sharing a profile": float((shared > 0).mean()),
        "… among those related": float((shared[points >= found_by.RELATED] > 0).mean()),
        "… among those near": float((shared[points >= found_by.NEAR] > 0).mean()),
        "average precision": float(average_precision_score(shared > 0, points)),
    }


def _shared(first: Mapping[str, int], second: Mapping[str, int]) -> int:
    return sum(min(grade, second.get(profile, 0)) > 0 for profile, grade in first.items())


def _groups_of(read: Readings, stats: Statistics) -> dict[str, Any]:
    likeness = Likeness.of(read, stats)
    return _groups(clusters(likeness), likeness.ids, lambda need: need.rpartition("-")[0])


def _groups(found: Clusters, ids: Sequence[str], theme: Any) -> dict[str, Any]:
    """Pairwise precision, recall and F, and the adjusted Rand index, against what the ids say."""
    of = {id: n for n, group in enumerate(found.groups) for id in group.members}
    part = [of.get(id, -1 - n) for n, id in enumerate(ids)]
    pairs = [(part[i] == part[j], theme(ids[i]) == theme(ids[j])) for i, j in combinations(range(len(ids)), 2)]
    both, ours, theirs = pairs.count((True, True)), sum(a for a, _ in pairs), sum(b for _, b in pairs)
    return {
        "needs": len(ids),
        "groups": len(found.groups),
        "alone": len(found.alone),
        "largest": max((len(group.members) for group in found.groups), default=0),
        "precision": both / max(1, ours),
        "precision by chance": theirs / max(1, len(pairs)),
        "recall": both / max(1, theirs),
        "F": 2 * both / max(1, ours + theirs),
        "adjusted Rand": float(adjusted_rand_score([theme(id) for id in ids], part)),
    }


def _of(name: str) -> str:
    return name.partition("#")[0]


def _same_language(asked: Readings, needs: Readings, same: bool) -> Readings:
    return {name: r for name, r in asked.items() if (r.language is needs[_of(name)].language) == same}


def _texts(folder: Path) -> dict[str, Texts]:
    needs = _json(DEMO / "needs.json")["needs"]
    profiles = {row["id"]: row for row in _json(DEMO / "profiles.json")["profiles"]}
    parallels = _json(DEMO / "judgements" / "parallels.json")
    paraphrases = _json(NEEDS / "paraphrases.json")["paraphrases"]
    found: dict[str, Texts] = {
        "demo": [_row(row["id"], row) for row in needs],
        "titles": [(row["id"], row["title"], Language(row["language"])) for row in needs],
        "paraphrases": [_row(f"{row['of']}#{n}", row) for n, row in enumerate(paraphrases)],
        "profiles": [_row(row["profile_id"], profiles[row["profile_id"]]) for row in parallels],
        "profiles, translated": [_row(row["profile_id"], row) for row in parallels],
    }
    for name, file, language in (
        ("byggfaq sv", "byggfaq_sv_sv/corpus.jsonl", SV),
        ("byggfaq en", "byggfaq_sv_en/corpus.jsonl", EN),
        ("tatoeba sv", "tatoeba_sv_en/queries.jsonl", SV),
        ("tatoeba en", "tatoeba_sv_en/corpus.jsonl", EN),
    ):
        rows = map(json.loads, (folder / file).read_text("utf-8").splitlines())
        found[name] = [(row["_id"], row["text"], language) for row in rows]
    return found


def _row(id: str, row: Mapping[str, Any]) -> tuple[str, str, Language]:
    return id, f"{row['title']}\n{row['text']}", Language(row["language"])


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _read(texts: Texts, reader: Reader, cache: Path) -> Readings:
    key = hashlib.sha256(f"{reader.digest} {json.dumps(texts)}".encode()).hexdigest()
    path = cache / f"needs-{key[:24]}.npz"
    if not path.is_file():
        read: Iterable[Reading] = [reader.need(text, language) for _, text, language in texts]
        write_atomically(path, packing.to_bytes(packing.pack_readings(tuple(read))))
    kept = packing.unpack_readings(packing.from_bytes(path.read_bytes()))
    return {id: reading for (id, _, _), reading in zip(texts, kept, strict=True)}


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "eval")
