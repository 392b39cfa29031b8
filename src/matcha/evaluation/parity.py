"""Whether language decides: how two versions of the same document fare, one in Swedish and one in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from matcha.evaluation.collection import Collection, ReadCollection, read_collection
from matcha.evaluation.measures import Qrels
from matcha.evaluation.run import Registered
from matcha.values import Language


@dataclass(frozen=True)
class Parity:
    """What became of `pairs` of a need and a relevant document that is there in both languages.

    `swedish_first` is the share in which the Swedish version stands higher, `recall_ratio` how many English versions
    are among the first ten for each Swedish one that is. Fair would be 0.5 and 1.
    """

    pairs: int
    swedish_first: float
    recall_ratio: float


def find_parallel(collection: Collection) -> Collection | None:
    """Give a neighbouring collection that says the same in another language: the same queries and document ids."""
    queries = (collection.folder / "queries.jsonl").read_bytes()
    for folder in sorted(collection.folder.absolute().parent.iterdir()):
        file = folder / "queries.jsonl"
        if folder.name != collection.folder.absolute().name and file.is_file() and file.read_bytes() == queries:
            other = read_collection(folder)
            if {d.id for d in other.documents} == {d.id for d in collection.documents}:
                return other
    return None


def together(first: ReadCollection, second: ReadCollection) -> ReadCollection:
    """Give two parallel collections as one; the documents of the second have a mark after their ids."""
    marked = tuple(
        (replace(document, id=mark(document.id), actor=mark(document.actor)), reading)
        for document, reading in second.documents
    )
    return ReadCollection(first.collection, first.queries, (*first.documents, *marked))


def mark(id: str) -> str:
    """Give the id that a document of the second collection has in `together`."""
    return f"{id} ‖"


def measure_parity(registered: Registered, versions: Mapping[str, str], qrels: Qrels, least_grade: int = 1) -> Parity:
    """Measure parity; `versions` names, for a document, its version in the other language."""
    catalogue = registered.catalogue
    first, swedish, english, pairs = 0.0, 0, 0, 0
    for id, reading in registered.read.queries:
        scores = catalogue.totals(registered.pipeline.query(reading))
        for document, grade in qrels[id].items():
            if grade < least_grade or document not in versions:
                continue
            both = [catalogue.place(document), catalogue.place(versions[document])]
            if catalogue.candidate(both[0]).language is not Language.SV:
                both.reverse()
            ranks = [int((scores > scores[place]).sum()) for place in both]
            first += 0.5 if ranks[0] == ranks[1] else float(ranks[0] < ranks[1])
            swedish += ranks[0] < 10
            english += ranks[1] < 10
            pairs += 1
    return Parity(pairs, first / max(pairs, 1), english / max(swedish, 1))
