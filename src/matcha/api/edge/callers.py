"""Who is counted as one caller, before anybody has checked who it is."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

from matcha.store.rates import Rate, Rates

_STRANGERS = Rate(30, 0.5)
_DISTRUST_SECONDS = 60.0
_MOST_HOSTS = 10_000


def host(scope: Scope) -> str:
    """Give the client's address as the server tells it (uvicorn's --proxy-headers minds proxies); of IPv6 the /64.

    One customer has a whole /64 (RFC 6177), so each address of it is the same caller.
    """
    client = scope.get("client")
    if not client:
        return "unknown"
    try:
        address = ip_address(str(client[0]).partition("%")[0])
    except ValueError:
        return str(client[0])
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)


def credential(scope: Scope, cookie: str) -> str | None:
    """Give what a request shows to be known by: its Authorization header, or its session cookie.

    None if it shows several: one that is good could then be hidden behind a new one each time. Letter case of the
    scheme and spaces make no other credential.
    """
    headers = Headers(scope=scope)
    shown = [" ".join(given.split()) for given in headers.getlist("authorization")]
    shown = [scheme.lower() + " " + secret for scheme, _, secret in (given.partition(" ") for given in shown)]
    for given in headers.getlist("cookie"):
        shown += [f"cookie {value}" for name, value in _pairs(given) if name == cookie]
    return shown[0] if len(shown) == 1 else None


def _pairs(cookies: str) -> list[tuple[str, str]]:
    return [pair for part in cookies.split(";") for pair in cookie_parser(part).items()]


class Strangers:
    """Hosts that show credentials nobody knows. Such a host is counted as one caller, whatever it shows.

    Without this an invented credential would be a caller of its own with a whole allowance.
    """

    def __init__(self) -> None:
        self._rates = Rates.in_memory()
        self._until: dict[str, float] = {}

    def among(self, host: str, now: float) -> bool:
        """Whether a host has shown too many unknown credentials in the last minute or so."""
        return self._until.get(host, 0.0) > now

    def met(self, host: str, now: float) -> None:
        """Note a credential that nobody knew."""
        if self._rates.take(host, _STRANGERS, now).remaining == 0:
            if len(self._until) >= _MOST_HOSTS:
                self._until = {known: until for known, until in self._until.items() if until > now}
            self._until[host] = now + _DISTRUST_SECONDS
