"""The main menu: what each role does most, first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from matcha.api.access import ADMINISTRATORS, ANYONE, READERS, STAFF
from matcha.callers import AccountRole, Caller

_SUPPLIERS = frozenset({AccountRole.SUPPLIER})
_OFFICERS = frozenset({AccountRole.PROCUREMENT_OFFICER})
ITEMS = (
    ("/sok", "Hitta aktörer", STAFF),
    ("/min", "Min sida", _SUPPLIERS),
    ("/behov", "Behov", ANYONE),
    ("/screening", "Prioritera", READERS),
    ("/karta", "Karta", READERS),
    ("/forslag", "Profilförslag", frozenset({AccountRole.COORDINATOR})),
    ("/forum", "Forum", READERS),
    ("/aktorer", "Aktörer", ANYONE),
    ("/granskning", "Granskning", READERS),
    ("/admin", "Administration", ADMINISTRATORS),
)


@dataclass(frozen=True)
class Item:
    """A place in the menu."""

    path: str
    name: str
    here: bool


def menu(caller: Caller, path: str, gettext: Callable[[str], str]) -> Iterator[Item]:
    """Give the menu of a caller, in order."""
    for where, name, who in ITEMS:
        if caller.is_any(*who):
            yield Item(where, gettext(name), path == where or path.startswith(where + "/"))
