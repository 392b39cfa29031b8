"""What the edge answers people with, who go to a page by a browser: the same problem, to be read in both languages."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from html import escape
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import Scope

from matcha.values import Language

API = ("/v1", "/metrics", "/openapi.json")  # where programs ask, and people too are answered as programs are
_TITLES: Mapping[HTTPStatus, tuple[str, str]] = {
    HTTPStatus.TOO_MANY_REQUESTS: ("Vänta en liten stund", "Wait a little while"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("Det är för stort", "That is too large"),
    HTTPStatus.REQUEST_TIMEOUT: ("Det tog för lång tid", "That took too long"),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Tjänsten är upptagen just nu", "The service is busy just now"),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("Något gick fel hos oss", "Something went wrong on our side"),
}
_OTHER = ("Det gick inte", "It did not work")
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1.06rem/1.55 'Segoe UI',Roboto,Arial,sans-serif;max-width:38rem;margin:12vh auto;padding:0 1.2rem}"
    "h1{font-size:1.8rem;line-height:1.2;margin:0 0 .6rem}h2{font-size:1.2rem;margin:2rem 0 .4rem}"
    "p{margin:0 0 .8rem}a{color:inherit}.small{font-size:.9rem;opacity:.8}"
)
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def is_api(path: str) -> bool:
    """Whether a path is the API's, where nobody is answered with pages."""
    return any(path == one or path.startswith(one + "/") for one in API)


def wanted(scope: Scope) -> bool:
    """Whether a request is a browser's that goes to a page: it takes HTML, and asks outside the API."""
    return "text/html" in Headers(scope=scope).get("accept", "") and not is_api(scope["path"])


def page(status: HTTPStatus, sv: str, en: str, scope: Scope) -> bytes:
    """Give a problem as a page of its own: it needs no other file, and has no script."""
    state = scope.get("state", {})
    english = state.get("language") is Language.EN
    titles = _TITLES.get(status, _OTHER)
    told = (("sv", titles[0], sv), ("en", titles[1], en))
    first, second = reversed(told) if english else told
    back, home = ("Back to the start page", "/en") if english else ("Till startsidan", "/")
    number = escape(str(state.get("request_id") or ""))
    text = (
        f'<!doctype html><html lang="{first[0]}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(first[1])} – matcha</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(first[1])}</h1><p>{escape(first[2])}</p>"
        f'<p><a href="{home}">{back}</a></p>'
        f'<section lang="{second[0]}"><h2>{escape(second[1])}</h2><p>{escape(second[2])}</p></section>'
        f'<p class="small">{number}</p></main></body></html>'
    )
    return text.encode()
