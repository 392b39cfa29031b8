"""Roughly how near passages lie to a need, in a quarter of the time, and how wrong that can be.

FAISS keeps each component of a vector in 8 bits: c stands for low + (c + ½)/255 · span, with a low and a span for each
component (its `QT_8bit`). A product with a need vector y is then one of integers, for y · span/255 is a vector too:
it is held in two digits of 7 bits, and onnxruntime multiplies both with the codes, which it holds ready packed.
Integers are exact, so every machine estimates alike; 7 bits, since two products of 8 bits can overflow the 16 that
processors without VNNI add them in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from matcha.scoring import ONE

_DIGIT = 63  # the largest; both signs fit in 7 bits
_AT_ONCE = 1 << 15  # passages multiplied at a time, so that what comes of it stays near the processor
_FEW = 1 << 12  # passages that are multiplied as they are: to pack them would take longer

Floats = NDArray[np.float64]


def coded(vectors: NDArray[np.int16]) -> Any:
    """Give a FAISS index (SQ8, inner product) of vectors, shape (passages, dimension), in their order."""
    index = faiss.IndexScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    if len(vectors):
        index.train(_floats(np.stack([vectors.min(axis=0), vectors.max(axis=0)])))  # so that nothing lies outside
    for start in range(0, len(vectors), _AT_ONCE):
        index.add(_floats(vectors[start : start + _AT_ONCE]))
    return index


def codes(index: Any) -> NDArray[np.uint8]:
    """Give the codes of a FAISS index, shape (passages, dimension), where they lie: valid as long as the index."""
    if not index.ntotal:
        return np.zeros((0, index.d), np.uint8)
    found: NDArray[np.uint8] = faiss.rev_swig_ptr(index.codes.data(), index.ntotal * index.d)
    return found.reshape(index.ntotal, index.d)


def losses(index: Any, vectors: NDArray[np.int16], ends: NDArray[np.int64]) -> NDArray[np.float32]:
    """Give how far the passages of each profile lie from their codes at most (Euclidean, a vector's length is 1)."""
    low, span = _ranges(index)
    found = np.zeros(len(vectors))
    for start in range(0, len(vectors), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        away = vectors[some] / ONE - (low + (codes(index)[some] + 0.5) / 255 * span)
        found[some] = np.sqrt((away * away).sum(axis=1))
    most = np.maximum.reduceat(found, _starts(ends)) if len(ends) else found
    return np.nextafter((most * (1 + 1e-6)).astype(np.float32), np.float32(np.inf))


@dataclass(frozen=True)
class Nearness:
    """For each profile, the sum over a need's vectors of the nearest passage's product, from 0 up, and its error."""

    total: Floats
    wrong: Floats


class Rough:
    """The passages of one size of a row of profiles; `ends` cuts what belongs to each profile."""

    def __init__(
        self,
        vectors: NDArray[np.int16],
        index: Any,
        ends: NDArray[np.int64],
        loss: NDArray[np.float32],
    ) -> None:
        self._loss = loss.astype(np.float64)
        self._low, self._span = _ranges(index)
        self._packed: list[_Packed | _Plain] = [
            _Plain(vectors[first:last], own) if last - first <= _FEW else _Packed(codes(index)[first:last], own)
            for first, last, own in _portions(ends)
        ]

    def nearness(self, need: NDArray[np.int16]) -> Nearness:
        """Give how near each profile comes to need vectors, shape (vectors, dimension)."""
        exact = need / ONE
        asked = _Asked.of(exact * self._span / 255, exact @ (self._low + 128.5 / 255 * self._span))
        parts = [part.sums(need, asked) for part in self._packed]
        lengths = float(np.sqrt((exact * exact).sum(axis=1)).sum())
        total = np.concatenate(parts) if parts else np.zeros(0)
        summing = need.size / 2**24  # what float32 can lose (Higham 2002, 3.1)
        return Nearness(total, lengths * self._loss + float(asked.wrong.sum()) + summing)


@dataclass(frozen=True)
class _Asked:
    """Need vectors in two digits: `scale` × (high · 2·_DIGIT + low), and what the codes' middle adds."""

    digits: NDArray[np.uint8]
    scale: Floats
    middle: Floats
    wrong: Floats

    @classmethod
    def of(cls, vectors: Floats, middle: Floats) -> _Asked:
        scale = np.maximum(np.abs(vectors).max(axis=1), 1e-30) / (_DIGIT * 2 * _DIGIT)
        whole = np.rint(vectors / scale[:, None])
        high = np.clip(np.rint(whole / (2 * _DIGIT)), -_DIGIT, _DIGIT)
        digits = np.stack([high, whole - high * 2 * _DIGIT], axis=1).reshape(-1, vectors.shape[1])
        wrong = 128 * np.abs(vectors - whole * scale[:, None]).sum(axis=1)
        return cls((digits + _DIGIT + 1).astype(np.uint8), scale, middle, wrong)


class _Packed:
    def __init__(self, codes: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self._starts = _starts(ends)
        self._session = _session(np.ascontiguousarray((codes ^ 0x80).view(np.int8).T))

    def sums(self, need: NDArray[np.int16], asked: _Asked) -> Floats:
        (found,) = self._session.run(None, {"need": asked.digits})
        both = found[0::2] * np.int32(2 * _DIGIT) + found[1::2]  # below 2³¹ up to 2,097 components
        best = _best(both, self._starts)
        near: Floats = np.maximum(best * asked.scale[:, None] + asked.middle[:, None], 0).sum(axis=0)
        return near


class _Plain:
    def __init__(self, vectors: NDArray[np.int16], ends: NDArray[np.int64]) -> None:
        self._starts = _starts(ends)
        self._floats = _floats(vectors)

    def sums(self, need: NDArray[np.int16], asked: _Asked) -> Floats:
        found = _floats(need) @ self._floats.T
        best = _best(found, self._starts)
        near: Floats = np.maximum(best, 0).sum(axis=0, dtype=np.float64)
        return near


def _best(found: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[Any]:
    """The largest of what belongs to each profile, along the second axis."""
    if found.shape[1] == len(starts):
        return found
    best: NDArray[Any] = np.maximum.reduceat(found, starts, axis=1)
    return best


def _portions(ends: NDArray[np.int64]) -> Iterator[tuple[int, int, NDArray[np.int64]]]:
    """Whole profiles, some `_AT_ONCE` passages together: the first passage, the end of the last, their own ends."""
    first, profile = 0, 0
    while profile < len(ends):
        beyond = max(int(np.searchsorted(ends, first + _AT_ONCE, side="right")), profile + 1)
        last = int(ends[beyond - 1])
        yield first, last, ends[profile:beyond] - first
        first, profile = last, beyond


def _session(packed: NDArray[np.int8]) -> Any:
    import onnxruntime
    from onnx import TensorProto, helper

    codes = TensorProto(name="codes", data_type=TensorProto.INT8, dims=packed.shape)
    codes.data_location = TensorProto.EXTERNAL
    codes.external_data.add(key="location", value="codes")  # a name only: they are given below, and not copied
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["need", "codes", "zero"], ["found"])],
        "rough",
        [helper.make_tensor_value_info("need", TensorProto.UINT8, ["vectors", len(packed)])],
        [helper.make_tensor_value_info("found", TensorProto.INT32, ["vectors", packed.shape[1]])],
        [codes, helper.make_tensor("zero", TensorProto.UINT8, [], [_DIGIT + 1])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = faiss.omp_get_max_threads()  # `use_threads`
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.add_external_initializers(["codes"], [onnxruntime.OrtValue.ortvalue_from_numpy(packed)])
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def _ranges(index: Any) -> tuple[Floats, Floats]:
    if not index.ntotal:
        return np.zeros(index.d), np.zeros(index.d)
    trained = faiss.vector_to_array(index.sq.trained).astype(np.float64)
    return trained[: index.d], trained[index.d :]


def _floats(vectors: NDArray[np.int16]) -> NDArray[np.float32]:
    return vectors.astype(np.float32) / np.float32(ONE)


def _starts(ends: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], ends[:-1]]).astype(np.int64)
