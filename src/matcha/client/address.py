"""Which servers are asked, and which keys are sent."""

from __future__ import annotations

import re
from ipaddress import ip_address

import httpx

_KEY = re.compile(r"[!-~]{1,200}")


def checked_url(url: str) -> httpx.URL:
    """Give a server's address: https://, or http:// to this machine alone. Raises ValueError for any other."""
    found = httpx.URL(url)
    if found.userinfo or found.query or found.fragment or not found.host:
        raise ValueError("Give the address of a server, such as https://matcha.example, with nothing else in it.")
    if found.scheme == "https" or (found.scheme == "http" and is_here(found.host)):
        return found
    raise ValueError(f"Nothing is sent unencrypted to {found.host}. Begin the address with https://.")


def checked_key(key: str | None) -> str | None:
    """Give a key without the space around it. Raises ValueError, without the key in it, for what is none."""
    if key is None:
        return None
    if _KEY.fullmatch(key.strip()) is None:
        raise ValueError("This is no API key. A key begins with matcha_ and is one word.")
    return key.strip()


def is_here(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
