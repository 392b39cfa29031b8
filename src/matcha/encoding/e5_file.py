"""The packed file `e5-small-q4.bin` into a sentence-transformers folder in float32; the same file, the same bytes.

E5S1: a header, a tokenizer that is not used here, then a directory of tensors, matrices in Q4_0 blocks of 32 weights.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # 32 weights of Q4_0
_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def write_folder(packed: bytes, tokenizer: bytes, folder: Path, progress: Callable[[float], None]) -> None:
    """Write the model into a new folder. Raises ValueError if `packed` is no E5S1 file."""
    from safetensors.numpy import save_file

    header, tensors = _read_header(packed)
    weights: dict[str, NDArray[np.float32]] = {}
    for done, (name, tensor) in enumerate(tensors):
        weights[_transformers_name(name)] = _shaped(name, tensor, header)
        progress(0.7 * done / (5 + 16 * header.layers))
    # mean pooling never reads BERT's pooler, but loading without one would draw random numbers for it
    weights["pooler.dense.weight"] = np.zeros((header.hidden, header.hidden), np.float32)
    weights["pooler.dense.bias"] = np.zeros(header.hidden, np.float32)
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "tokenizer.json").write_bytes(tokenizer)  # to the letter: saved anew it can lose <s> … </s>
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    for file, content in _descriptions(header).items():
        (folder / file).write_text(json.dumps(content, indent=2) + "\n")
    progress(1.0)


@dataclass(frozen=True)
class _Header:
    epsilon: float
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int


def _read_header(packed: bytes) -> tuple[_Header, Iterator[tuple[str, NDArray[np.float32]]]]:
    """Read the E5S1 file: a header, a tokenizer we do not use, then the directory of tensors."""
    if packed[:4] != b"E5S1":
        raise ValueError("not an E5S1 file")
    _version, *sizes, epsilon, _block = struct.unpack_from("<8ifi", packed, 4)
    pieces, *_special, blob = struct.unpack_from("<5iQ", packed, 44)
    position = 72 + 4 * (pieces + 1) + 4 * pieces + blob
    _rules, rule_bytes = struct.unpack_from("<iI", packed, position)
    header = _Header(epsilon, *sizes)
    return header, _read_tensors(packed, position + 8 + rule_bytes)


def _read_tensors(packed: bytes, position: int) -> Iterator[tuple[str, NDArray[np.float32]]]:
    (count,) = struct.unpack_from("<i", packed, position)
    position += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", packed, position)
        name = packed[position + 2 : position + 2 + length].decode()
        kind, _n, offset, size = struct.unpack_from("<BIQQ", packed, position + 2 + length)
        position += 2 + length + 21
        content = packed[offset : offset + size]
        yield name, _unpack_q4(content) if kind else np.frombuffer(content, "<f4").copy()


def _unpack_q4(content: bytes) -> NDArray[np.float32]:
    """Q4_0: byte j of a block holds weight j in its low nibble and j+16 in its high one; value (nibble − 8) × scale."""
    blocks = np.frombuffer(content, _BLOCK)
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1)
    values: NDArray[np.float32] = (nibbles.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
    return values.ravel()


def _transformers_name(name: str) -> str:
    if name in _EMBEDDING_NAMES:
        return _EMBEDDING_NAMES[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER_NAMES[part]}.{'weight' if kind == 'w' else 'bias'}"


def _shaped(name: str, tensor: NDArray[np.float32], header: _Header) -> NDArray[np.float32]:
    if name.endswith((".b", "ln.w")):
        return tensor
    columns = header.feed_forward if ".fo." in name else header.hidden
    return tensor.reshape(-1, columns)


def _descriptions(header: _Header) -> dict[str, dict[str, object] | list[dict[str, object]]]:
    """The small files of a sentence-transformers folder: BERT, mean pooling, unit length, E5's prefixes."""
    modules = [("0", "", "Transformer"), ("1", "1_Pooling", "Pooling"), ("2", "2_Normalize", "Normalize")]
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": header.hidden,
            "num_hidden_layers": header.layers,
            "num_attention_heads": header.heads,
            "intermediate_size": header.feed_forward,
            "vocab_size": header.vocabulary,
            "max_position_embeddings": header.positions,
            "type_vocab_size": header.types,
            "layer_norm_eps": round(header.epsilon, 15),
            "hidden_act": "gelu",
            "pad_token_id": 1,
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": header.positions,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
            "model_input_names": ["input_ids", "attention_mask"],
        },
        "modules.json": [
            {"idx": int(i), "name": i, "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, path, kind in modules
        ],
        "sentence_bert_config.json": {"max_seq_length": header.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {"word_embedding_dimension": header.hidden, "pooling_mode_mean_tokens": True},
    }
