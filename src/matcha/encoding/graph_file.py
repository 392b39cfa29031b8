"""A sentence-transformers folder of a BERT with mean pooling as one graph that ONNX Runtime reads quickly on a CPU.

Matrices that come from 4-bit blocks (Q4_0: 32 weights, each a whole number from -8 to 7 times the block's scale) are
kept so, to the bit: the graph's weights are the folder's. Others stay float32. Attention, normalisation and the
activation are ONNX Runtime's fused operators (com.microsoft), and all that is worked out is float32.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcha.encoding.pieces import write_pieces

GRAPH, WEIGHTS, ABOUT = "model.onnx", "model.weights", "engine.json"
FORM = 2  # of these files; a folder of another form is made anew
_BLOCK = 32
_SMALL = 1024  # bytes; what is smaller stays in the graph
_FUSED = "com.microsoft"
_OPSETS, _IR = {"": 21, _FUSED: 1}, 10  # the oldest that know 4-bit tensors
_FLOAT32 = 1  # MatMulNBits' `accuracy_level`; 4, with 8-bit activations, is a third quicker and moves rankings
_Floats = NDArray[np.float32]


def write_graph(folder: Path, destination: Path, source: str, progress: Callable[[float], None]) -> None:
    """Write the graph, the pieces and what else encoding asks for into a new folder; of the same, the same bytes.

    The weights are a file of their own, which is mapped into memory: of the table of words, 60 MB, only what is asked
    for is read. `source` is the digest of the folder. Raises ValueError for a folder whose model is not such a BERT.
    """
    import onnx
    from safetensors.numpy import load_file

    about = _about(folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    graph = _bert(load_file(folder / "model.safetensors"), config, progress)
    destination.mkdir(parents=True)
    model = graph.model(config["hidden_size"])
    onnx.save(model, destination / GRAPH, save_as_external_data=True, location=WEIGHTS, size_threshold=_SMALL)
    (destination / WEIGHTS).chmod(0o644)  # onnx lets nobody else read it
    write_pieces(folder / "tokenizer.json", destination)
    about |= {"form": FORM, "source": source}
    (destination / ABOUT).write_text(json.dumps(about, indent=2) + "\n", "utf-8")
    progress(1.0)


def _about(folder: Path) -> dict[str, Any]:
    """What encoding asks for beside the graph: the prompts and the most tokens."""

    def told(name: str) -> Any:
        return json.loads((folder / name).read_text("utf-8"))

    config, pooling = told("config.json"), told("1_Pooling/config.json")
    kinds = [one["type"].rpartition(".")[2] for one in told("modules.json")]
    means = [name for name, value in pooling.items() if name.startswith("pooling_mode_") and value is True]
    if (
        (config["model_type"], config["hidden_act"], kinds) != ("bert", "gelu", ["Transformer", "Pooling", "Normalize"])
        or config.get("position_embedding_type", "absolute") != "absolute"
        or (means or [pooling.get("pooling_mode")]) not in (["pooling_mode_mean_tokens"], ["mean"])
    ):
        raise ValueError("not a BERT with mean pooling and unit length")
    most = told("sentence_bert_config.json").get("max_seq_length") or config["max_position_embeddings"]
    return {
        "dimension": config["hidden_size"],
        "prompts": told("config_sentence_transformers.json").get("prompts", {}),
        "tokens": most,
    }


@dataclass
class _Graph:
    """A graph under construction: nodes in the order in which they are worked out, and constants."""

    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def constant(self, name: str, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: Sequence[str], output: str, domain: str = _FUSED, **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def product(self, of: str, name: str, weights: _Floats) -> str:
        """`of` times the matrix, shape (out, in), without its bias."""
        blocks = _in_blocks(weights)
        if blocks is None:
            return self.node("MatMul", [of, self.constant(f"{name}.w", weights.T)], name, domain="")
        whole, scales = blocks
        held = [self.constant(f"{name}.q", _packed(whole)), self.constant(f"{name}.s", scales)]
        sizes = {"N": weights.shape[0], "K": weights.shape[1], "bits": 4, "block_size": _BLOCK}
        return self.node("MatMulNBits", [of, *held], name, accuracy_level=_FLOAT32, **sizes)

    def rows(self, at: str, name: str, table: _Floats) -> str:
        """The rows of a table that `at` names."""
        from onnx import TensorProto

        blocks = _in_blocks(table)
        if blocks is None:
            return self.node("Gather", [self.constant(f"{name}.w", table), at], name, domain="", axis=0)
        whole, scales = blocks
        signed = _packed((whole + np.uint8(8)) & np.uint8(15))  # two's complement of what is 8 less
        held = TensorProto(name=f"{name}.q", data_type=TensorProto.INT4, dims=table.shape, raw_data=signed.tobytes())
        self.constants.append(held)
        inputs = [held.name, at, self.constant(f"{name}.s", scales)]
        return self.node("GatherBlockQuantized", inputs, name, gather_axis=0, quantize_axis=1, block_size=_BLOCK)

    def model(self, dimension: int) -> Any:
        """The whole: `ids`, shape (texts, tokens), into `vectors`, shape (texts, dimension)."""
        from onnx import TensorProto, helper

        ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", "tokens"])
        vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", dimension])
        opsets = [helper.make_opsetid(domain, version) for domain, version in _OPSETS.items()]
        graph = helper.make_graph(self.nodes, "bert", [ids], [vectors], self.constants)
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR)


def _bert(weights: Mapping[str, _Floats], config: Mapping[str, Any], progress: Callable[[float], None]) -> _Graph:
    graph, layers = _Graph(), config["num_hidden_layers"]

    def constant(name: str) -> str:
        return graph.constant(name, weights[name])

    def normalised(added: str, to: str, norm: str, bias: str | None = None) -> str:
        inputs = [added, to, constant(f"{norm}.weight"), constant(f"{norm}.bias"), *([constant(bias)] if bias else [])]
        return graph.node("SkipLayerNormalization", inputs, f"{norm}.out", epsilon=config["layer_norm_eps"])

    table = "embeddings.{}_embeddings.weight"
    places = weights[table.format("position")] + weights[table.format("token_type")][0]
    graph.node("Shape", ["ids"], "count", domain="", start=1, end=2)
    first = [graph.constant(name, np.array([value], np.int64)) for name, value in (("zero", 0), ("axis", 0))]
    graph.node("Slice", [graph.constant("places", places), first[0], "count", first[1]], "here", domain="")
    graph.node("Unsqueeze", ["here", first[0]], "positions", domain="")
    words = graph.rows("ids", "words", weights[table.format("word")])
    told = normalised(words, "positions", "embeddings.LayerNorm")
    for layer in range(layers):
        own = f"encoder.layer.{layer}"
        parts = [f"{own}.attention.self.{part}" for part in ("query", "key", "value")]
        seen = [graph.product(told, part, weights[f"{part}.weight"]) for part in parts]
        bias = graph.constant(f"{own}.attention.bias", np.concatenate([weights[f"{part}.bias"] for part in parts]))
        heads = config["num_attention_heads"]
        graph.node("MultiHeadAttention", [*seen, bias], f"{own}.seen", num_heads=heads)
        output = f"{own}.attention.output"
        dense = graph.product(f"{own}.seen", f"{output}.dense", weights[f"{output}.dense.weight"])
        told = normalised(dense, told, f"{output}.LayerNorm", f"{output}.dense.bias")
        wide = graph.product(told, f"{own}.intermediate", weights[f"{own}.intermediate.dense.weight"])
        graph.node("BiasGelu", [wide, constant(f"{own}.intermediate.dense.bias")], f"{own}.active")
        dense = graph.product(f"{own}.active", f"{own}.output", weights[f"{own}.output.dense.weight"])
        told = normalised(dense, told, f"{own}.output.LayerNorm", f"{own}.output.dense.bias")
        progress((layer + 1) / (layers + 1))
    graph.node("ReduceMean", [told, graph.constant("tokens", np.array([1], np.int64))], "mean", domain="", keepdims=0)
    graph.node("LpNormalization", ["mean"], "vectors", domain="", axis=1, p=2)
    return graph


def _in_blocks(weights: _Floats) -> tuple[NDArray[np.uint8], _Floats] | None:
    """Give a matrix as whole numbers 0 to 15, shape (rows, blocks, 32), and scales; None if it is not exactly that.

    The weight of the largest size in a block is -8 times its scale (Q4_0), so both are found again from the products.
    """
    if weights.shape[1] % _BLOCK:
        return None
    blocks = weights.reshape(len(weights), -1, _BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=-1)[..., None], axis=-1)
    scales = (largest / np.float32(-8)).astype(np.float32)
    whole = np.rint(blocks / np.where(scales == 0, np.float32(1), scales))
    if np.abs(whole).max() > 8 or whole.max() > 7 or not np.array_equal((whole * scales).astype(np.float32), blocks):
        return None
    return (whole + 8).astype(np.uint8), scales[..., 0]


def _packed(whole: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Two to a byte, the first in the low half: shape (rows, blocks, 16)."""
    packed: NDArray[np.uint8] = whole[..., 0::2] | (whole[..., 1::2] << np.uint8(4))
    return packed
