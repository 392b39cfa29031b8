"""A typed client of matcha's HTTP API, over httpx. It needs no model, no index and no database.

with Client("https://matcha.example", key="matcha_…") as client:
    answer = client.match(text="Vi behöver korta väntetiderna till BUP", k=5)

Every write is sent with an idempotency key and tried again when the connection breaks; reads are tried again as well.
What the server refuses is an `ApiError`; what it gives are the classes of `matcha.client.models`.
"""

from matcha.client import models
from matcha.client.calls import UNCHANGED, Unchanged, Upload
from matcha.client.client import AsyncClient, Client
from matcha.client.errors import (
    ApiError,
    ClientError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Stale,
    TooMany,
    Unauthenticated,
    Unavailable,
    Unfinished,
    Unreachable,
    Unreadable,
)
from matcha.client.retrying import Retry

__all__ = [
    "UNCHANGED",
    "ApiError",
    "AsyncClient",
    "Client",
    "ClientError",
    "Conflict",
    "Forbidden",
    "Invalid",
    "NotFound",
    "Retry",
    "Stale",
    "TooMany",
    "Unauthenticated",
    "Unavailable",
    "Unchanged",
    "Unfinished",
    "Unreachable",
    "Unreadable",
    "Upload",
    "models",
]
