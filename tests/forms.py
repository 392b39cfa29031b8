"""Forms of the site that cost something, as they are sent in the town of `tests.town`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from matcha import Matcha
from matcha.callers import AccountRole
from tests.town import TALK, Town

TEXT = "Händerna spritas för sällan på våra vårdavdelningar, och infektioner sprids mellan patienter."


@dataclass(frozen=True)
class Sent:
    """A form: its route, where it is sent, by whom, its fields, and the match in it as the service alone does it."""

    template: str
    path: str
    role: AccountRole
    fields: Mapping[str, str]
    alone: Callable[[Matcha], object]


def sendings(town: Town) -> Iterator[Sent]:
    """Give the forms that match, and those that are sent while somebody writes."""
    searching, own = AccountRole.COORDINATOR, AccountRole.SUPPLIER
    asks, explains = town.caller(searching), town.caller(own)
    yield Sent("/sok", "/sok", searching, {"text": TEXT}, lambda matcha: matcha.match(TEXT, caller=asks))
    yield Sent("/sok/medan", "/sok/medan", searching, {"text": TEXT}, _nothing)
    yield Sent("/behov/liknande", "/behov/liknande", searching, {"title": "Handhygien", "text": TEXT}, _nothing)
    yield Sent("/min/forhandsgranska", "/min/forhandsgranska", own, {"title": "Mätning", "text": TEXT}, _nothing)
    yield Sent(
        "/min/profil/{id}/rang",
        "/min/profil/p-mine/rang",
        own,
        {"behov": TALK},
        lambda matcha: matcha.explain("p-mine", need_id=TALK, caller=explains),
    )


def _nothing(matcha: Matcha) -> None:
    """What is sent while somebody writes ranks nobody."""
