"""Text that no database or answer can hold is refused wherever a request can carry it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from matcha.api import access
from tests import staging
from tests.asking import Operation
from tests.town import ALL

BROKEN = ("\ud800", "\x00", "\x1b[31m", "\ufffe", "\u202e")
WITH_BODY = sorted(one for one in access.ACCESS if one[0] != "GET")


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give where the texts of a JSON value stand."""
    if isinstance(value, str):
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from leaves(inner, (*path, key))


@pytest.mark.parametrize("operation", WITH_BODY, ids=" ".join)
def test_broken_text_never_makes_a_server_error(operation: Operation) -> None:
    staging.fresh()
    method, template = operation
    ask = staging.known(operation)
    shown = staging.town().cookie(ALL) if operation in staging.BY_SESSION else staging.town().headers(ALL)
    for path, broken in product(leaves(ask.json), BROKEN):
        body = copy.deepcopy(ask.json)
        inner = body
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = f"a{broken}b"
        staging.client().cookies.clear()
        answer = staging.client().request(
            method,
            template.format(**ask.path),
            content=json.dumps(body).encode(),
            headers={**shown, "Content-Type": "application/json"},
        )
        assert answer.status_code < 500, (path, ascii(broken), answer.text)
        json.dumps(answer.json() if answer.content else None)
