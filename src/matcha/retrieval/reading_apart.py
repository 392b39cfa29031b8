"""A process that reads for `crew.Processes`: texts come on its standard input, what was read goes to its output."""

from __future__ import annotations

import os
import pickle
import sys

from matcha.errors import MatchaError
from matcha.retrieval.crew import Read, read_apart


def main() -> None:
    """Read until nobody asks any more."""
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    encoding, digest = pickle.load(asked)  # noqa: S301  # only who started this process can write there
    while True:
        try:
            texts = pickle.load(asked)  # noqa: S301  # as above
        except EOFError:
            return
        said: Read | MatchaError
        try:
            said = read_apart(encoding, digest, texts)
        except MatchaError as error:
            said = error
        try:
            answers.write(pickle.dumps(said))
            answers.flush()
        except BrokenPipeError:
            os._exit(0)  # who asked is gone


if __name__ == "__main__":
    main()
