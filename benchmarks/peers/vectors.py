"""The vectors that every system is given: of each different text the model's own, moved by noise of the text's own.

Encoding a million texts would take a day here. So the model reads each different text once, which is kept in
`.peers/`, and copies are told apart by noise drawn from the hash of the numbered text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.texts import ROOT, Kind, Texts, drawn, unnumbered
from matcha.encoding.encoder import Encoder
from matcha.values import Role

KEPT = ROOT / ".peers"
NOISE = 0.02  # of each component; 384 of them move a unit vector by 0.4
_BLOCK = 10_000
Told = Callable[[str], None]


class DrawnEncoder:
    """Reads profiles, numbered ones among them, by what is kept of a model, moved by noise; needs by `needs_by`.

    `needs_by` is the model itself while questions are timed, and what is kept while a system is built.
    """

    def __init__(self, model: Encoder, folder: Path = KEPT) -> None:
        self.model = model
        self.digest, self.dimension = model.digest, model.dimension
        self._path = folder / f"encoded-{model.digest[:16]}.npz"
        self._known = self._load()
        self._before = len(self._known)

    def encode(self, text: str, role: Role) -> NDArray[np.float32]:
        if role is Role.NEED:
            return self.kept(text, role)
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        noise = np.random.default_rng(seed).standard_normal(self.dimension, dtype=np.float32)
        moved = self.kept(unnumbered(text), role) + np.float32(NOISE) * noise
        found: NDArray[np.float32] = moved / np.linalg.norm(moved)
        return found

    def kept(self, text: str, role: Role) -> NDArray[np.float32]:
        """Give what the model makes of a text, which it is asked for once."""
        key = f"{role.value} {text}"
        if key not in self._known:
            self._known[key] = self.model.encode(text, role)
        return self._known[key]

    def save(self) -> None:
        """Keep what was encoded for the next run."""
        if len(self._known) == self._before:
            return
        self._path.parent.mkdir(exist_ok=True)
        unfinished = self._path.with_suffix(".unfinished.npz")
        np.savez(unfinished, texts=np.array(json.dumps(list(self._known))), vectors=np.stack([*self._known.values()]))
        unfinished.replace(self._path)
        self._before = len(self._known)

    def _load(self) -> dict[str, NDArray[np.float32]]:
        if not self._path.exists():
            return {}
        with np.load(self._path) as arrays:
            return dict(zip(json.loads(str(arrays["texts"])), arrays["vectors"], strict=True))


def prepare(kind: Kind, count: int, encoder: DrawnEncoder, told: Told, folder: Path = KEPT) -> Path:
    """Give a file (npy, float32) whose first `count` rows at least are the unit vectors of the texts of a kind."""
    path = folder / f"vectors-{kind.value}-{encoder.digest[:16]}.npy"
    if path.exists() and len(np.load(path, mmap_mode="r")) >= count:
        return path
    different = drawn(kind)
    for done, (title, body) in enumerate(different):
        encoder.kept(f"{title}. {body}", Role.PROFILE)
        if done % 100 == 0:
            told(f"{kind.value}: {done} of {len(different)} different texts encoded")
    encoder.save()
    folder.mkdir(exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    rows = np.lib.format.open_memmap(unfinished, "w+", np.float32, (count, encoder.dimension))
    for row, text in enumerate(Texts(kind, count)):
        rows[row] = encoder.encode(text.whole, Role.PROFILE)
        if row % _BLOCK == 0:
            told(f"{kind.value}: {row:,} of {count:,} vectors")
    rows.flush()
    unfinished.replace(path)
    return path
