"""One system in a process of its own: a line of JSON in, a line of JSON out (`system.Answerer`).

    python -m benchmarks.peers.child SYSTEM FOLDER ERRORS

The folder is for the system's files. Whatever the system itself prints, and errors, go to the file ERRORS.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from benchmarks.peers.registry import SYSTEMS
from benchmarks.peers.system import Answerer, Clock


def main() -> None:
    with os.fdopen(os.dup(1), "w") as out:
        _, name, folder, errors = sys.argv
        _say_into(Path(errors))
        clock = Clock()
        answerer = Answerer(SYSTEMS[name].make(clock, Path(folder)), clock)
        for line in sys.stdin:
            out.write(json.dumps(answerer.answer(json.loads(line))) + "\n")
            out.flush()


def _say_into(errors: Path) -> None:
    with errors.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


if __name__ == "__main__":
    main()
