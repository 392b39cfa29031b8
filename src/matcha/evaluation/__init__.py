"""How good the ranking is, measured on test collections with the pipeline that serves users."""

from matcha.evaluation.collection import Collection, ReadCollection, read_collection, read_texts
from matcha.evaluation.measures import MEASURES, interval, measure, measure_each
from matcha.evaluation.run import Registered, Run, register, run, trec

__all__ = [
    "MEASURES",
    "Collection",
    "ReadCollection",
    "Registered",
    "Run",
    "interval",
    "measure",
    "measure_each",
    "read_collection",
    "read_texts",
    "register",
    "run",
    "trec",
]
