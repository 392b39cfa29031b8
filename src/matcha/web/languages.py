"""The language of a page stands in its address: `/behov` is Swedish, `/en/behov` the same page in English."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from matcha.values import Language

PREFIX = "/en"


class Languages:
    """Takes the language out of the path of every request, so that all that lies inside knows one address a page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        if scope["type"] == "http":
            path = scope["path"]
            english = path == PREFIX or path.startswith(PREFIX + "/")
            scope["state"] = {**scope.get("state", {}), "language": Language.EN if english else Language.SV}
            if english:
                scope["path"] = path.removeprefix(PREFIX) or "/"
                scope["raw_path"] = scope.get("raw_path", path.encode()).removeprefix(PREFIX.encode()) or b"/"
        await self.app(scope, receive, send)


def address(path: str, language: Language) -> str:
    """Give a page's address in a language."""
    if language is Language.SV:
        return path
    return PREFIX if path == "/" else PREFIX + path
