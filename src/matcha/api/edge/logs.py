"""What is written of what happens: one JSON object a line, and nothing that says who somebody is.

Never a path, a query, an address, a user agent, a body or the words of an exception, which may quote any of them.
"""

from __future__ import annotations

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

request_id: ContextVar[str | None] = ContextVar("matcha_request_id", default=None)
_OURS = "matcha"
_FRAMES = 30


class JsonLines(logging.Formatter):
    """A record as one line: time (UTC), level, logger, request id, then what is told."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line. `extra={"facts": {…}}` takes the place of a message."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"time": moment, "level": record.levelname.lower(), "logger": record.name}
        if asked := request_id.get():
            line["request_id"] = asked
        line |= getattr(record, "facts", None) or {"message": _message(record)}
        if record.exc_info and record.exc_info[1]:
            line |= _told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def configure_logging(stream: IO[str] | None = None, level: int = logging.INFO) -> None:
    """Write `matcha.*` and uvicorn's error log as JSON lines, to stderr unless another stream is given.

    uvicorn must be started with `log_config=None` (its own would undo this) and `access_log=False`.
    """
    lines = logging.StreamHandler(stream)
    lines.setFormatter(JsonLines())
    for name in (_OURS, "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [lines], False
        logger.setLevel(level)


def _message(record: logging.LogRecord) -> str:
    """Give the message; of others' only the unfilled template, for uvicorn fills in addresses and paths."""
    ours = record.name.partition(".")[0] == _OURS
    return (record.getMessage() if ours else str(record.msg)).strip()


def _told(error: BaseException) -> dict[str, object]:
    """Give the kinds of an exception and its causes, newest first, and where it was raised: not its words."""
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < _FRAMES:
        kinds.append(type(cause).__qualname__)
        cause = cause.__cause__ or cause.__context__
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = [f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": kinds, "at": places}
