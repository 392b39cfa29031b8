"""A test collection in BEIR form, and its texts as a reader reads them.

A collection is a folder with `corpus.jsonl` (_id, title, text, sometimes actor), `queries.jsonl` (_id, text) and
`qrels/test.tsv` (query, corpus id or actor, grade). Where rows have an actor, actors are ranked.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcha.disk import write_atomically
from matcha.errors import Invalid
from matcha.retrieval import packing
from matcha.retrieval.reading import Reader, Reading
from matcha.text.language import detect
from matcha.values import Language, Progress


@dataclass(frozen=True)
class Document:
    """One row of a corpus."""

    id: str
    title: str
    text: str
    actor: str


@dataclass(frozen=True)
class Collection:
    """A test collection: queries, documents, and the grade of each judged pair."""

    folder: Path
    queries: Mapping[str, str]
    documents: tuple[Document, ...]
    qrels: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class ReadCollection:
    """The judged queries and the documents of a collection that have words, each beside what was read."""

    collection: Collection
    queries: tuple[tuple[str, Reading], ...]  # id, reading
    documents: tuple[tuple[Document, Reading], ...]


def read_collection(folder: Path) -> Collection:
    """Read a folder in BEIR form. Raises Invalid, naming the file, if it is not that."""
    try:
        queries = {str(row["_id"]): str(row["text"]) for row in _rows(folder / "queries.jsonl")}
        documents = tuple(_document(row) for row in _rows(folder / "corpus.jsonl"))
        qrels: dict[str, dict[str, int]] = {}
        for line in (folder / "qrels" / "test.tsv").read_text("utf-8").splitlines()[1:]:
            query, document, grade = line.split("\t")
            qrels.setdefault(query, {})[document] = int(grade)
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise Invalid(
            f"{folder} är ingen samling i BEIR-form ({cause!r}). Den ska ha corpus.jsonl, queries.jsonl, "
            "qrels/test.tsv.",
            f"{folder} is no collection in BEIR form ({cause!r}). It must have corpus.jsonl, queries.jsonl, "
            "qrels/test.tsv.",
        ) from cause
    return Collection(folder, queries, documents, qrels)


def read_texts(collection: Collection, reader: Reader, cache: Path, progress: Progress) -> ReadCollection:
    """Read all texts, or take what was read before from `cache`. Raises Invalid if no document has words."""
    queries = [(id, text) for id, text in collection.queries.items() if id in collection.qrels and _has_words(text)]
    documents = [d for d in collection.documents if _has_words(d.title + d.text)]
    if not documents:
        raise Invalid(
            f"{collection.folder} har inget dokument med text.", f"{collection.folder} has no document with text."
        )
    content = [queries, [(d.id, d.title, d.text) for d in documents]]
    key = hashlib.sha256(f"{reader.digest} {json.dumps(content)}".encode()).hexdigest()
    path = cache / f"{key[:24]}.npz"
    if not path.is_file():
        write_atomically(path, _read(queries, documents, reader, progress))
    kept = packing.from_bytes(path.read_bytes())
    needs = packing.unpack_readings(packing.within("queries", kept))
    profiles = packing.unpack_readings(packing.within("documents", kept))
    return ReadCollection(
        collection,
        tuple((id, reading) for (id, _), reading in zip(queries, needs, strict=True)),
        tuple(zip(documents, profiles, strict=True)),
    )


def _read(
    queries: Sequence[tuple[str, str]], documents: Sequence[Document], reader: Reader, progress: Progress
) -> bytes:
    total = len(queries) + len(documents)
    needs: list[Reading] = []
    profiles: list[Reading] = []
    asked = _languages([text for _, text in queries])
    for (_, text), language in zip(queries, asked, strict=True):
        progress(len(needs), total)
        needs.append(reader.need(text, language))
    written = _languages([f"{d.title}\n{d.text}" for d in documents])
    for document, language in zip(documents, written, strict=True):
        progress(len(needs) + len(profiles), total)
        profiles.append(_read_document(document, reader, language))
    progress(total, total)
    arrays = packing.under("queries", packing.pack_readings(needs))
    return packing.to_bytes(arrays | packing.under("documents", packing.pack_readings(profiles)))


def _read_document(document: Document, reader: Reader, language: Language) -> Reading:
    if not _has_words(document.text):
        return reader.profile("", document.title, language)
    return reader.profile(document.title if _has_words(document.title) else "", document.text, language)


def _languages(texts: Sequence[str]) -> list[Language]:
    """Give the language of each text; a text of few words follows the others."""
    common = Counter(detect(text) for text in texts).most_common(1)
    return [detect(text, common[0][0]) for text in texts]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def _document(row: dict[str, Any]) -> Document:
    id = str(row["_id"])
    return Document(id, str(row.get("title") or ""), str(row["text"]), str(row.get("actor") or id))


def _has_words(text: str) -> bool:
    return any(c.isalnum() for c in text)
