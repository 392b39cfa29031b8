"""Whether a request comes from our own pages: what a browser says of it, and a token that only our pages can read.

Browsers have said in `Sec-Fetch-Site` where a request to a secure address comes from since 2023 at the latest, and in
`Origin` since 2020 where an unsafe one does; a page can forge neither. The order is that of Go's
`http.CrossOriginProtection` and OWASP's cheat sheet on CSRF: `Sec-Fetch-Site` decides when it is there, else `Origin`
against `Host`. `same-site` is foreign: another service under the same domain is not ours. `none` is ours: the user
did it, and no page can. A cookie without either header is refused, for whatever keeps our cookie is a browser; a
request without a cookie and without either is no browser, and has no authority that could be borrowed.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers

from matcha.errors import Forbidden
from matcha.service import tokens

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})  # RFC 9110, 9.2.1; TRACE is answered nowhere
HEADER = "X-CSRF-Token"
_OURS = ("same-origin", "none")


def refuse_foreign(headers: Headers, silence: bool) -> None:
    """Raise Forbidden for a request that another site made; `silence` says whether one that does not tell is let in."""
    if not _is_ours(headers, silence):
        raise Forbidden(
            "Anropet kommer från en annan webbplats. Gör det från matchas egna sidor, eller med en API-nyckel.",
            "The request comes from another site. Make it from matcha's own pages, or with an API key.",
        )


def refuse_without_token(headers: Headers, session_token: str) -> None:
    """Raise Forbidden for a request without the session's own token."""
    given = headers.getlist(HEADER)
    if len(given) != 1 or not tokens.same(given[0], tokens.csrf_token(session_token)):
        raise Forbidden(
            f"Rubriken {HEADER} saknas eller är en annan sessions. Hämta den med GET /v1/session.",
            f"The header {HEADER} is missing or another session's. Get it by GET /v1/session.",
        )


def _is_ours(headers: Headers, silence: bool) -> bool:
    sites, origins = headers.getlist("sec-fetch-site"), headers.getlist("origin")
    if sites:
        return len(sites) == 1 and sites[0] in _OURS
    if origins:
        return len(origins) == 1 and _host(origins[0]) == headers.get("host", "").lower() != ""
    return silence


def _host(origin: str) -> str:
    """Give host and port of an origin, empty for `null` and whatever is none."""
    try:
        found = urlsplit(origin)
    except ValueError:
        return ""
    return found.netloc.lower() if found.scheme in ("http", "https") else ""
