"""Which encoder the settings name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from matcha.config import DEFAULT_MODEL, Engine, Settings
from matcha.encoding.encoder import Encoder
from matcha.encoding.fast_model import FastModel, is_made_from
from matcha.encoding.folders import find_model
from matcha.encoding.sentence_model import SentenceModel
from matcha.errors import Unavailable


def find_encoder(settings: Settings) -> Encoder:
    """Give the encoder that the settings name: the fast one where the model has one, or else sentence-transformers.

    Raises Unavailable with the command that mends it, when the model is missing or its fast form is not of it.
    """
    folder = find_model(settings)
    fast = fast_folder(folder)
    if settings.engine is Engine.SENTENCE_TRANSFORMERS or not (fast.is_dir() or settings.model == DEFAULT_MODEL):
        return SentenceModel(folder, settings.threads)
    if not is_made_from(fast, folder):
        raise Unavailable(
            f"Modellens snabba form saknas i {fast}, eller är av en annan modell. Kör: matcha model prepare",
            f"The model's fast form is missing from {fast}, or is of another model. Run: matcha model prepare",
        )
    return FastModel(fast, settings.threads)


def encoding_elsewhere(settings: Settings) -> Callable[[], Encoder]:
    """Give what finds the same encoder in another process or machine, for one thread; it can be pickled.

    It carries neither the database's address nor any secret. The model must lie at the same place there.
    """
    told = {"threads": 1, "database_url": None, "oidc_client_secret": None}
    return partial(find_encoder, settings.model_copy(update=told))


def fast_folder(folder: Path) -> Path:
    """Give where the fast form of a model stands: beside it."""
    return folder.with_name(f"{folder.name}-fast")
