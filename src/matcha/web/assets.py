"""What pages are made of besides text: style, script and type, all from here, at addresses that change with them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

FOLDER = Path(str(files("matcha.web").joinpath("static")))


@cache
def version() -> str:
    """Give what the address of every asset begins with: it changes when any of them does."""
    digest = hashlib.sha256()
    for file in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def asset(name: str) -> str:
    """Give an asset's address."""
    return f"/static/{version()}/{name}"


class _Kept(StaticFiles):
    """Files that a browser may keep for a year, for another content has another address."""

    def file_response(self, *args: object, **named: object) -> Response:
        response = super().file_response(*args, **named)  # type: ignore[arg-type]  # handed on as they came
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    def get_path(self, scope: Scope) -> str:
        """Leave the version out of the path; an address of another version gives what there is now."""
        return super().get_path(scope).partition("/")[2]


def served() -> ASGIApp:
    """Give what answers under `/static`. Only these are compressed: they hold no secret (BREACH)."""
    return GZipMiddleware(_Kept(directory=FOLDER), minimum_size=1000)
