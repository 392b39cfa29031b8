"""Several machines read the same bytes as one process."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from matcha.encoding.encoder import Encoder
from matcha.retrieval.crew import Alone
from matcha.retrieval.reading import Reader
from tests.bulk_reading import rows, written
from tests.conftest import MODEL, ROOT, run_process
from tests.ray_cluster import TEXTS, digest

needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray has no package for this platform")


@needs_ray
def test_two_ray_nodes_read_the_same_bytes_as_one_process(model: Encoder) -> None:
    command = [sys.executable, "-m", "tests.ray_cluster", str(MODEL)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    alone = digest(Alone(Reader(model)).read(TEXTS)())
    assert json.loads(done.stdout.splitlines()[-1]) == {"digest": alone, "hands": 2}


@needs_ray
def test_a_cluster_that_does_not_answer_is_told(tmp_path: Path) -> None:
    file = written(tmp_path / "x.jsonl", *rows(1))
    done = run_process(tmp_path, "bulk", str(file), "--ray", "127.0.0.1:1")
    assert done.returncode == 5
    assert "The Ray cluster 127.0.0.1:1 does not answer" in done.stderr.decode().replace("\n", " ")
