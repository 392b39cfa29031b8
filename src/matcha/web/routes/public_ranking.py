"""How the ranking works (R3), as it is configured now, and whether it is neutral: no figure is written in the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fastapi import Response

from matcha import calibration, scoring
from matcha.api.access import ANYONE
from matcha.api.routes import neutrality as operations
from matcha.api.routes import screening
from matcha.api.shapes.matches import MatchRequest
from matcha.errors import NotFound
from matcha.matchlog.entry import Entry, Kind
from matcha.records import FrozenStatistics
from matcha.retrieval import reading
from matcha.retrieval.statistics import FEWEST_NEEDS, Statistics
from matcha.values import Band, Exclusion
from matcha.web.look import Look, Looking
from matcha.web.neutrality_told import Told
from matcha.web.router import Routes

routes = Routes()


@dataclass(frozen=True)
class Version:
    """How matches are made now, as the log says it: its entry, and what it names by version and digest."""

    leaf_index: int
    milliseconds: int
    parts: Mapping[str, Any]
    libraries: Mapping[str, str]


@routes.page("/sa-rangordnas", ANYONE)
def ranking(look: Looking) -> Response:
    """Show the criteria, the weights, the limits of the bands, and which version holds since when."""
    frozen = look.matcha.frozen()
    weightings = look.ask(screening.weightings)
    return look.show(
        "public/ranking.html",
        version=_version(look),
        model=look.settings.model,
        frozen=frozen,
        thresholds=None if frozen is None else _thresholds(_Frozen(frozen)),
        weighting=weightings[-1] if weightings else None,
        scoring=scoring,
        calibration=calibration,
        sentences=reading,
        fewest=FEWEST_NEEDS,
        shown=MatchRequest.model_fields["k"].default,
        bands=tuple(Band),
        exclusions=tuple(Exclusion),
    )


def _version(look: Look) -> Version | None:
    """Give the newest configuration in the log; None before the first match."""
    found: tuple[tuple[int, Entry], ...] = look.matcha.entries(None, 1, Kind.CONFIG)
    if not found:
        return None
    leaf_index, entry = found[0]
    parts = entry.said["parts"]
    return Version(leaf_index, entry.milliseconds, parts.get("pipeline", {}), parts.get("libraries", {}))


class _Frozen:
    """Frozen statistics by their digest, so that they are unpacked once."""

    def __init__(self, row: FrozenStatistics) -> None:
        self.row = row

    def __hash__(self) -> int:
        return hash(self.row.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and other.row.digest == self.row.digest


@lru_cache(maxsize=2)
def _thresholds(frozen: _Frozen) -> tuple[float, float]:
    """Give the standings from which a match is possible, and strong: standard deviations above the median."""
    return Statistics.from_bytes(frozen.row.content).thresholds


@routes.page("/neutralitet", ANYONE)
def neutrality(look: Looking) -> Response:
    """Show whether it matters who somebody is, as it was last tried; or that nobody has tried it yet."""
    try:
        told = Told.of(look.ask(operations.report), look.language)
    except NotFound:
        told = None
    return look.show("public/neutrality.html", report=told, may_try=look.may(operations.make))
