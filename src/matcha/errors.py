"""The error tree. Each error says what is wrong and what to do next, in Swedish and in English.

Nothing here knows HTTP or exit codes: `cli.failure` and `api.failure` translate, each in one place.
"""

from __future__ import annotations

import copyreg


def spaced(number: int) -> str:
    """Give a number as Swedish writes it: 20 000, with a space that does not break."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


class MatchaError(Exception):
    """Something the caller can mend. `sv` and `en` are whole sentences for people to read."""

    def __init__(self, sv: str, en: str) -> None:
        super().__init__(en)
        self.sv = sv
        self.en = en

    def __reduce__(self) -> tuple[object, ...]:
        """From another process an error comes as it was raised there."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]  # no stub has it


class Invalid(MatchaError):
    """What was given cannot be used as it stands."""


class InvalidRows(Invalid):
    """Rows of a file that cannot be used; `rows` keeps every fault with its file, row and column."""

    def __init__(self, rows: tuple[RowFault, ...]) -> None:
        self.rows = rows
        count = len(rows)
        super().__init__(
            f"{count} fel i filerna. Ingenting har lästs in. Rätta raderna och kör igen.",
            f"{count} faults in the files. Nothing was imported. Mend the rows and run again.",
        )


class NotFound(MatchaError):
    """The thing named does not exist."""


class Conflict(MatchaError):
    """The thing exists already, or has changed meanwhile."""


class Forbidden(MatchaError):
    """The caller may not do this."""


class Unauthenticated(MatchaError):
    """Nobody knows who the caller is: no sign-in, or one that no longer holds."""


class Stale(MatchaError):
    """The thing has changed since the caller looked at it."""


class Unavailable(MatchaError):
    """Something matcha stands on is missing, out of date or out of reach."""


class Lagging(Unavailable):
    """The index is older than the database: whoever changed something last has not saved it yet, or was stopped."""


class RowFault:
    """One fault in one row: where it is (`row` counts as the file's own editor does) and what is wrong."""

    def __init__(self, file: str, row: int, column: str | None, sv: str, en: str) -> None:
        self.file = file
        self.row = row
        self.column = column
        self.sv = sv
        self.en = en
