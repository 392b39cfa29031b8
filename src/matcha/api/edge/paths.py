"""Which route a request is for: before routing by templates, after it by the route that was found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from starlette.types import Scope

UNMATCHED = "unmatched"
READING = frozenset({"GET", "OPTIONS"})  # and HEAD, which counts as GET


def under(operations: Iterable[str]) -> Callable[[Scope], bool]:
    """Give a test of whether a request is for one of these operations, such as `POST /v1/needs/{id}`, or below it.

    `{…}` stands for one segment; HEAD counts as GET. A path without a method stands for all that change something.
    """
    patterns = [_pattern(operation.rstrip("/")) for operation in operations]
    if not patterns:
        return lambda _scope: False
    pattern = re.compile(f"(?:{'|'.join(patterns)})(?:/|\\Z)")
    return lambda scope: pattern.match(f"{method(scope)} {path(scope)}") is not None


def _pattern(operation: str) -> str:
    named = re.sub(r"\\{[^/]*?\\}", "[^/]+", re.escape(operation))
    return f"(?!(?:{'|'.join(sorted(READING))}) )[A-Z]+ {named}" if operation.startswith("/") else named


def method(scope: Scope) -> str:
    """Give the method, GET for HEAD."""
    return "GET" if scope["method"] == "HEAD" else str(scope["method"])


def path(scope: Scope) -> str:
    """Give the path as routes see it: decoded, without the prefix that a proxy added."""
    whole, root = str(scope["path"]), str(scope.get("root_path", ""))
    inside = root and (whole == root or whole.startswith(root + "/"))
    return whole[len(root) :] or "/" if inside else whole


def template(scope: Scope) -> str:
    """Give the template of the route that answered, such as /v1/needs/{id}: never what a caller wrote.

    FastAPI keeps a nested router's full path in `effective_route_context`; `scope["route"]` lacks the prefix.
    """
    context = scope.get("fastapi", {}).get("effective_route_context")
    for found in (context, scope.get("route")):
        told = getattr(found, "path_format", None) or getattr(found, "path", None)
        if told:
            return str(told)
    return UNMATCHED
