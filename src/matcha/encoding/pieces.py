"""Text into the numbers of a model's pieces, from files that are mapped into memory and not read.

`tokenizers` makes an object of each of 250,000 pieces, 280 MB in all, before the first word is cut. Here it only
normalises a text and cuts it into words; a word is cut into pieces by a trie (marisa-trie, 0.8 MB) with the algorithm
of `tokenizers` itself, so that the numbers are the same (`tests/test_pieces.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from math import inf
from pathlib import Path
from typing import Any

import numpy as np

RULES, TRIE, NUMBERS, SCORES = "rules.json", "pieces.marisa", "pieces.numbers.npy", "pieces.scores.npy"
_MOST_WORDS = 20_000  # kept with their pieces, some 5 MB; the words of a language come again and again
_LONGEST_KEPT = 40  # characters: nobody fills the memory with words that are none
_PENALTY = 10.0  # of a character that no piece has, below the least likely piece
_KEPT = ("version", "normalizer", "pre_tokenizer", "decoder")


def write_pieces(tokenizer: Path, folder: Path) -> None:
    """Write the files of a tokenizer.json into a folder. Raises ValueError for one that is not as XLM-RoBERTa's."""
    from marisa_trie import Trie

    told = json.loads(tokenizer.read_text("utf-8"))
    model, frame = told["model"], told["post_processor"]
    if (
        (model["type"], model.get("byte_fallback", False), told["truncation"]) != ("Unigram", False, None)
        or told["pre_tokenizer"]["type"] != "Metaspace"
        or frame["type"] != "TemplateProcessing"
        or any(token["normalized"] or token["lstrip"] or token["rstrip"] for token in told["added_tokens"])
    ):
        raise ValueError("not a tokenizer as that of XLM-RoBERTa")
    pieces = [piece for piece, _ in model["vocab"]]
    trie = Trie(pieces)
    numbers = np.zeros(len(pieces), np.int32)
    numbers[[trie[piece] for piece in pieces]] = range(len(pieces))
    scores = np.array([score for _, score in model["vocab"]], np.float64)
    trie.save(str(folder / TRIE))
    np.save(folder / NUMBERS, numbers)
    np.save(folder / SCORES, scores[numbers])
    nothing = {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0]]}
    rules = {
        "words": {name: told[name] for name in _KEPT} | {"model": nothing, "post_processor": None, "added_tokens": []},
        "special": {token["content"]: token["id"] for token in told["added_tokens"]},
        "unknown": model["unk_id"],
        "least": float(scores.min()),
        "longest": max(map(len, pieces)),
        "around": _around(frame),
    }
    (folder / RULES).write_text(json.dumps(rules, ensure_ascii=False) + "\n", "utf-8")


def _around(frame: Mapping[str, Any]) -> list[list[int]]:
    """Give the numbers before a text and those after it."""
    sides: list[list[int]] = [[], []]
    side = 0
    for step in frame["single"]:
        if "Sequence" in step:
            side = 1
        else:
            sides[side] += frame["special_tokens"][step["SpecialToken"]["id"]]["ids"]
    return sides


class Pieces:
    """The pieces that a folder holds."""

    def __init__(self, folder: Path) -> None:
        from marisa_trie import Trie
        from tokenizers import Tokenizer

        rules = json.loads((folder / RULES).read_text("utf-8"))
        words = Tokenizer.from_str(json.dumps(rules["words"]))
        self._normalizer, self._cutter = words.normalizer, words.pre_tokenizer
        self._special: dict[str, int] = rules["special"]
        self._between = re.compile("|".join(f"({re.escape(special)})" for special in self._special))
        self._unknown: int = rules["unknown"]
        self._before, self._after = rules["around"]
        self._trie = Trie()
        self._trie.mmap(str(folder / TRIE))
        # views give Python's own numbers, many times quicker than an array does
        self._numbers = memoryview(np.load(folder / NUMBERS, mmap_mode="r"))
        self._scores = memoryview(np.load(folder / SCORES, mmap_mode="r"))
        self._no_piece: float = rules["least"] - _PENALTY
        self._longest: int = rules["longest"]
        self._word = lru_cache(_MOST_WORDS)(self._cut)

    def numbers(self, text: str, most: int) -> list[int]:
        """Give the numbers of a text's pieces between those that stand around every text, at most so many in all."""
        room = most - len(self._before) - len(self._after)
        return [*self._before, *islice(self._each(text), room), *self._after]

    def _each(self, text: str) -> Iterator[int]:
        for part in filter(None, self._between.split(text)):
            if part in self._special:
                yield self._special[part]
            else:
                for word, _ in self._cutter.pre_tokenize_str(self._normalizer.normalize_str(part)):
                    yield from self._word(word) if len(word) <= _LONGEST_KEPT else self._cut(word)

    def _cut(self, word: str) -> tuple[int, ...]:
        """Give the likeliest pieces of a word (Kudo 2018, Viterbi); of equals the one whose last piece is longest."""
        scores = [0.0] + [-inf] * len(word)  # of the best way to cut so far, by where it ends; and its last piece
        starts, numbers = [0] * (len(word) + 1), [self._unknown] * (len(word) + 1)
        for start in range(len(word)):
            alone = False
            for piece, place in self._trie.iter_prefixes_with_ids(word[start : start + self._longest]):
                end, score = start + len(piece), scores[start] + self._scores[place]
                alone = alone or end == start + 1
                if score > scores[end]:
                    scores[end], starts[end], numbers[end] = score, start, self._numbers[place]
            if not alone and scores[start] + self._no_piece > scores[start + 1]:
                scores[start + 1], starts[start + 1] = scores[start] + self._no_piece, start
                numbers[start + 1] = self._unknown
        found: list[int] = []
        end = len(word)
        while end:
            if not (found and found[-1] == numbers[end] == self._unknown):  # what has no piece is one, however long
                found.append(numbers[end])
            end = starts[end]
        return tuple(reversed(found))
