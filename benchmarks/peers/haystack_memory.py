"""Haystack's in-memory hybrid: its embedding and BM25 retrievers, joined by reciprocal ranks, as a pipeline."""

from __future__ import annotations

from typing import Any

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

from benchmarks.peers.system import TEN, Read, Vector
from benchmarks.peers.texts import Texts


class Haystack:
    """Haystack over its InMemoryDocumentStore."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._store: Any = InMemoryDocumentStore(embedding_similarity_function="dot_product")
        self._nearest: Any = InMemoryEmbeddingRetriever(self._store, top_k=TEN)
        self._pipeline: Any = Pipeline()
        self._pipeline.add_component("nearest", self._nearest)
        self._pipeline.add_component("words", InMemoryBM25Retriever(self._store, top_k=TEN))
        joined = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=TEN)
        self._pipeline.add_component("joined", joined)
        self._pipeline.connect("nearest", "joined")
        self._pipeline.connect("words", "joined")

    def build(self, texts: Texts, vectors: Vector) -> None:
        documents = (
            Document(id=str(number), content=text.whole, embedding=vector.tolist())
            for number, (text, vector) in enumerate(zip(texts, vectors, strict=True))
        )
        self._store.write_documents(list(documents))

    def ask(self, text: str) -> list[int]:
        vector = self._read(text).tolist()
        found = self._pipeline.run({"nearest": {"query_embedding": vector}, "words": {"query": text}})
        return [int(each.id) for each in found["joined"]["documents"]]

    def search(self, vector: Vector) -> list[int]:
        found = self._nearest.run(query_embedding=vector.tolist())
        return [int(each.id) for each in found["documents"]]
