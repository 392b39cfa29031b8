"""What can go wrong for whoever asks, in one tree. Nothing here ever holds the key that was sent."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel


class Fault(BaseModel):
    """What is wrong with one field: `where`, with dots between its parts, and the same words twice."""

    where: str
    sv: str
    en: str


class ClientError(Exception):
    """Anything that goes wrong. `sv` and `en` are whole sentences for people to read."""

    def __init__(self, sv: str, en: str) -> None:
        super().__init__(en)
        self.sv = sv
        self.en = en


class Unreachable(ClientError):
    """No answer came before the attempts or the time ran out. A write may have been done: repeat it with its key."""


class Unreadable(ClientError):
    """An answer came that is not what the API's document promises; perhaps client and server differ in version."""


class Unfinished(ClientError):
    """A job was not finished when the time for waiting ran out. It goes on; wait again."""


class ApiError(ClientError):
    """The server said no: problem details (RFC 9457). Give `request_id` when you ask for help."""

    def __init__(
        self,
        status: int,
        title: str,
        sv: str,
        en: str,
        request_id: str | None = None,
        errors: Sequence[Fault] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(sv, en)
        self.status = status
        self.title = title
        self.request_id = request_id
        self.errors = tuple(errors)
        self.retry_after = retry_after  # seconds

    def __str__(self) -> str:
        fields = "".join(f"\n  {fault.where}: {fault.en}" for fault in self.errors)
        return f"{self.status} {self.title}: {self.en}{fields}"


class Invalid(ApiError):
    """400, 413, 415 or 422: what was given cannot be used as it stands; `errors` says which field."""


class Unauthenticated(ApiError):
    """401: nobody knows who you are. The key is missing, has expired or was revoked."""


class Forbidden(ApiError):
    """403: your roles do not let you."""


class NotFound(ApiError):
    """404: it does not exist, or not for you."""


class Conflict(ApiError):
    """409: it does not fit how things stand, such as a procurement under way."""


class Stale(ApiError):
    """412: it has changed since you read it. Read it again, and decide again."""


class TooMany(ApiError):
    """429: too many requests; come back after `retry_after` seconds."""


class Unavailable(ApiError):
    """502, 503 or 504: something matcha stands on is out of reach for now."""


KINDS: dict[int, type[ApiError]] = {
    400: Invalid,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: Stale,
    413: Invalid,
    415: Invalid,
    422: Invalid,
    429: TooMany,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}
