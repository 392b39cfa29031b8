"""Places on a plane for needs and solutions, so that what is alike lies near: t-SNE held still by its start.

Exact t-SNE (van der Maaten and Hinton 2008) moves a fifth of the map when one profile comes; started from the two
principal components at full size (SCALE) and damped, it keeps the picture. Of the 65 needs and 310 profiles of the
demo, by the default model: trustworthiness of the ten nearest is 0.864, against 0.71 to 0.73 for principal components
and classical scaling, 0.755 for spectral embedding and 0.87 to 0.89 for scikit-learn's t-SNE. Without one profile the
median place moves by 0.4 to 2.4 % of the map, turned or mirrored in no case; by scikit-learn's by 12 to 29 %. Holding
groups together costs nothing of that (0.865).

At most LANDMARKS of each side are laid out so; the others lie between the NEIGHBOURS landmarks that they are most
like. Which are landmarks follows from SHA-256 of the vectors, so the time grows with the number of items only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcha import scoring

SIDE = 1000  # places are whole numbers from 0 to this, in both directions
LANDMARKS = 400
NEIGHBOURS = 8
PERPLEXITY = 30
SCALE = 10.0  # the standard deviation of the first component, where the places start
_STEPS, _GATHERING, _GATHERED = 200, 67, 6.0  # while gathering, what is alike attracts that much more
_BOUND, _TOWARDS = 0.5, 0.8  # how strongly a group holds together, beside 1; how far its needs start towards its middle
_RATE, _KEPT = 0.4, 0.5  # of a step; of the step before

Floats = NDArray[np.float64]
Directions = Mapping[str, NDArray[np.int16]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something lies, 0 to SIDE: x to the right, y downwards."""

    x: int
    y: int


def places(
    needs: Directions, profiles: Directions, groups: Sequence[Sequence[str]] = ()
) -> dict[str, dict[str, Place]]:
    """Give the place of each need and profile, under "needs" and "profiles", by id.

    The needs of one of the `groups`, which share none, are drawn together.

    Directions are as `scoring.direction` gives them, one an item. The order of the items and their ids do not matter:
    the same directions give the same places, and what has the same direction has the same place.
    """
    sides = {"needs": needs, "profiles": profiles}
    stacked = [np.stack([given[id] for id in sorted(given)]) for given in sides.values() if given]
    if not stacked:
        return {name: {} for name in sides}
    different, where = np.unique(np.concatenate(stacked), axis=0, return_inverse=True)
    first = {int(place) for side in _halves(where.reshape(-1), len(needs)) for place in _chosen(different, side)}
    own = dict(zip(sorted(needs), where.reshape(-1).tolist(), strict=False))
    together = [[own[id] for id in group] for group in groups]
    found = [Place(x, y) for x, y in _fitted(_laid(different, sorted(first), together)).tolist()]
    each = iter(where.reshape(-1).tolist())
    return {name: {id: found[next(each)] for id in sorted(given)} for name, given in sides.items()}


def _halves(where: NDArray[np.int64], needs: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.unique(where[:needs]), np.unique(where[needs:])


def _chosen(vectors: NDArray[np.int16], side: NDArray[np.int64]) -> list[int]:
    if len(side) <= LANDMARKS:
        return [int(place) for place in side]
    by_digest = sorted((hashlib.sha256(vectors[place].tobytes()).digest(), int(place)) for place in side)
    return [place for _, place in by_digest[:LANDMARKS]]


def _laid(different: NDArray[np.int16], landmarks: list[int], groups: list[list[int]]) -> Floats:
    """The plane before it is fitted, shape (items, 2)."""
    vectors = different.astype(np.float64) / scoring.ONE
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    found = np.zeros((len(vectors), 2))
    number = {place: row for row, place in enumerate(landmarks)}
    together = [sorted({number[place] for place in group if place in number}) for group in groups]
    found[landmarks] = _settled(vectors[landmarks], [rows for rows in together if len(rows) > 1])
    others = np.setdiff1d(np.arange(len(vectors)), landmarks)
    for some in np.array_split(others, 1 + len(others) // 1000):
        found[some] = _between(vectors[some], vectors[landmarks], found[landmarks])
    return found


def _settled(vectors: Floats, groups: list[list[int]]) -> Floats:
    start = _components(vectors)
    for rows in groups:
        start[rows] += _TOWARDS * (start[rows].mean(axis=0) - start[rows])
    count = len(vectors)
    if count < 4:
        return start
    alike, where, step = _together(_affinities(vectors), groups), start, np.zeros_like(start)
    for turn in range(_STEPS):
        squares = (where * where).sum(axis=1)
        near = 1 / (1 + np.maximum(squares[:, None] + squares - 2 * where @ where.T, 0))
        np.fill_diagonal(near, 0)
        pull = ((_GATHERED if turn < _GATHERING else 1) * alike - near / near.sum()) * near
        step = _KEPT * step - _RATE * count * (pull.sum(axis=1)[:, None] * where - pull @ where)
        where = where + step
    return where


def _components(vectors: Floats) -> Floats:
    """The two principal components; each points to where its direction has its largest part."""
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, :-3:-1]
    found = centred @ (axes * np.sign(axes[np.abs(axes).argmax(axis=0), range(axes.shape[1])]))
    return np.asarray(found / max(found[:, 0].std(), 1e-9) * SCALE, np.float64)


def _affinities(vectors: Floats) -> Floats:
    """How likely each two choose each other; each has PERPLEXITY neighbours, or a third of all where they are few."""
    count = len(vectors)
    far = np.maximum(2 - 2 * vectors @ vectors.T, 0)
    np.fill_diagonal(far, np.inf)
    far -= far.min(axis=1, keepdims=True)
    finite = np.where(np.isinf(far), 0, far)
    wanted = np.log(min(PERPLEXITY, max(1.5, (count - 1) / 3)))
    low, high, sharp = np.zeros(count), np.full(count, np.inf), np.ones(count)
    for _ in range(40):
        chosen = np.exp(-far * sharp[:, None])
        total = chosen.sum(axis=1)
        wide = np.log(total) + sharp * (finite * chosen).sum(axis=1) / total > wanted
        low, high = np.where(wide, sharp, low), np.where(wide, high, sharp)
        sharp = np.where(np.isinf(high), np.minimum(sharp * 2, 1e6), (low + np.where(np.isinf(high), 0, high)) / 2)
    chosen /= total[:, None]
    return np.asarray((chosen + chosen.T) / (2 * count), np.float64)


def _together(alike: Floats, groups: list[list[int]]) -> Floats:
    """Let those of a group choose each other, beside their neighbours."""
    found = alike.copy()
    for rows in groups:
        found[np.ix_(rows, rows)] += _BOUND / (len(alike) * (len(rows) - 1))
    np.fill_diagonal(found, 0)
    return np.asarray(found / found.sum(), np.float64)


def _between(vectors: Floats, landmarks: Floats, there: Floats) -> Floats:
    """Between the landmarks that each is most like, nearer to those that it is more like."""
    alike = vectors @ landmarks.T
    near = np.argsort(-alike, axis=1, kind="stable")[:, : NEIGHBOURS + 1]
    found = np.take_along_axis(alike, near, axis=1)
    weight = (found - found[:, -1:])[:, :NEIGHBOURS] ** 2 + 1e-12
    weight /= weight.sum(axis=1, keepdims=True)
    return np.asarray((weight[:, :, None] * there[near[:, :NEIGHBOURS]]).sum(axis=1), np.float64)


def _fitted(found: Floats) -> NDArray[np.int64]:
    """Whole numbers from 0 to SIDE, each direction by itself; the middle where all lie on a line."""
    low, high = found.min(axis=0), found.max(axis=0)
    span = high - low
    flat = span <= 1e-6 * max(float(span.max()), 1e-6)
    whole = np.rint((found - low) / np.where(flat, 1, span) * SIDE).astype(np.int64)
    return np.where(flat, SIDE // 2, whole)
