"""How good the ranking is, measured on test collections with the pipeline that serves users."""

from matcha.evaluation.ablation import ablate
from matcha.evaluation.collection import Collection, Document, ReadCollection, read_collection, read_texts
from matcha.evaluation.measures import MEASURES, interval, measure, measure_each
from matcha.evaluation.parity import Parity, find_parallel, mark, measure_parity, together
from matcha.evaluation.run import Registered, Run, register, run, trec

__all__ = [
    "MEASURES",
    "Collection",
    "Document",
    "Parity",
    "ReadCollection",
    "Registered",
    "Run",
    "ablate",
    "find_parallel",
    "interval",
    "mark",
    "measure",
    "measure_each",
    "measure_parity",
    "read_collection",
    "read_texts",
    "register",
    "run",
    "together",
    "trec",
]
