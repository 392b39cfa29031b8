"""matcha links needs of health care to the actors that could meet them, explainably and procurement-neutrally."""

from matcha.config import Settings
from matcha.encoding.encoder import Encoder, HashingEncoder
from matcha.errors import MatchaError
from matcha.records.batch import Batch
from matcha.service import Matcha
from matcha.values import ActorKind, Answer, Language, Match

__all__ = [
    "ActorKind",
    "Answer",
    "Batch",
    "Encoder",
    "HashingEncoder",
    "Language",
    "Match",
    "Matcha",
    "MatchaError",
    "Settings",
]
