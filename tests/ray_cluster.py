"""Run by a test in a process of its own: two Ray nodes read, and what they read is written as a digest.

python -m tests.ray_cluster MODEL
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Sequence

from matcha import Settings
from matcha.encoding.finding import encoding_elsewhere
from matcha.retrieval.crew import Read, Text
from matcha.values import Language

TEXTS = tuple(
    Text(f"Mätare {i}", f"Vi mäter handhygien {i} gånger om dagen. It is quick.", Language.SV, ()) for i in range(8)
)


def digest(read: Read) -> str:
    """Give the SHA-256 of what was read, to the bit."""
    return hashlib.sha256(repr(read).encode()).hexdigest()


def main(arguments: Sequence[str]) -> None:
    """Print the digest of what two nodes read of TEXTS, the nodes, and where any process of this machine connects."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    from matcha.retrieval.ray_crew import Machines

    node = {"num_cpus": 1, "object_store_memory": 80_000_000, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args=node)
    cluster.add_node(num_cpus=1, object_store_memory=80_000_000)
    try:
        encoding = encoding_elsewhere(Settings(model=arguments[0]))
        with Machines(encoding, cluster.address) as crew:
            parts = [crew.read(TEXTS[start : start + 2]) for start in range(0, len(TEXTS), 2)]
            read = tuple(pieces for fetch in parts for pieces in fetch())
            print(json.dumps({"digest": digest(read), "hands": crew.hands}))
    finally:
        cluster.shutdown()  # type: ignore[no-untyped-call]  # Ray has types for some of it


if __name__ == "__main__":
    main(sys.argv[1:])
