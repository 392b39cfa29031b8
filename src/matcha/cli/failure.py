"""The one place where errors become words on the error stream and exit codes."""

from __future__ import annotations

from matcha.cli.session import err
from matcha.errors import (
    Conflict,
    Forbidden,
    Invalid,
    InvalidRows,
    Lagging,
    MatchaError,
    NotFound,
    Stale,
    Unauthenticated,
    Unavailable,
)
from matcha.forum.relaxation import Impossible

EXIT_CODES: dict[type[MatchaError], int] = {
    Invalid: 2,
    InvalidRows: 2,
    NotFound: 3,
    Conflict: 4,
    Impossible: 4,
    Unavailable: 5,
    Lagging: 5,
    Forbidden: 6,
    Unauthenticated: 7,
    Stale: 8,
}
_MOST_ROWS = 50


def report(error: MatchaError, home_given: bool = False) -> int:
    """Say the error in both languages and give its exit code; a command it names needs the same --home as this one."""
    if isinstance(error, InvalidRows):
        _report_rows(error)
    err.print(f"Fel: {error.sv}", style="bold", markup=False)
    err.print(f"Error: {error.en}", style="dim", markup=False)
    if home_given and "matcha " in error.sv:
        err.print("Ange samma --home i kommandot. / Give the command the same --home.", style="dim")
    return EXIT_CODES[type(error)]


def report_interrupt() -> None:
    """Say that the user stopped it."""
    err.print("\nAvbrutet. Det som inte var klart har inte sparats.", style="bold")
    err.print("Interrupted. What was not finished has not been saved.", style="dim")


def _report_rows(error: InvalidRows) -> None:
    for fault in error.rows[:_MOST_ROWS]:
        column = f", {fault.column}" if fault.column else ""
        err.print(f"{fault.file}, rad {fault.row}{column}: {fault.sv} / {fault.en}", markup=False, soft_wrap=True)
    if len(error.rows) > _MOST_ROWS:
        err.print(f"… + {len(error.rows) - _MOST_ROWS}")
