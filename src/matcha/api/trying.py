"""Trying matcha before there are accounts: whoever sits at the machine it runs on is a coordinator, until there is one.

Demo accounts end nothing: programs may go on trying; the pages then ask people to sign in as one of them.

Only a request straight from this machine counts: none that a proxy forwards, none whose Host is a name that somebody
else may have pointed here, and none that another site's page makes.
"""

from __future__ import annotations

from ipaddress import ip_address

from fastapi import Request

from matcha.api import csrf
from matcha.callers import AccountRole, Caller
from matcha.service import Matcha, demo

TRIAL = Caller(
    "trial", frozenset({AccountRole.COORDINATOR, AccountRole.ORGANISER, AccountRole.PROCUREMENT_OFFICER}), name="Prov"
)
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def tries(request: Request) -> bool:
    """Whether a request without credentials is somebody trying matcha on this machine."""
    if not request.app.state.trial or any(name in request.headers for name in _FORWARDED):
        return False
    matcha: Matcha = request.app.state.matcha
    here = request.client is not None and _loopback(request.client.host) and _loopback(request.url.hostname or "")
    if not here or demo.others_exist(matcha):
        return False
    csrf.refuse_foreign(request.headers, silence=request.method in csrf.SAFE or "origin" not in request.headers)
    return True


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
