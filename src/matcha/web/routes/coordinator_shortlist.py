"""The shortlist of a need: what people decided, beside the machine's rank, until the list is closed."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from matcha.api.access import READERS, STAFF
from matcha.api.routes import matching, needs
from matcha.api.routes.needs import NeedId
from matcha.api.shapes.matches import DecisionRequest, DecisionShape
from matcha.matchlog.entry import Kind
from matcha.values import Choice
from matcha.web.filling import Fault, FieldFault, Unfilled
from matcha.web.look import Look, Looking
from matcha.web.names import actors, people
from matcha.web.router import Routes
from matcha.web.routes.coordinator_files import csv_file, json_file

routes = Routes()
COLUMNS = ("actor_id", "actor", "choice", "machine_rank", "reason", "by", "made", "leaf_index", "stands")


@routes.page("/behov/{id}/kortlista", READERS)
def shortlist(look: Looking, id: NeedId) -> Response:
    """Show all decisions about a need, those that stand first."""
    return _page(look, id)


@routes.form("/behov/{id}/kortlista", STAFF)
def decide(look: Looking, id: NeedId) -> Response:
    """Keep a decision about any registered actor."""

    def do() -> Response:
        actor_id = look.given.get("other").strip() or look.given.get("actor_id")
        if not actor_id:
            raise Unfilled((FieldFault("actor_id", "välj en aktör", "choose an actor"),))
        look.ask(matching.decide, look.fill(DecisionRequest, need_id=id, actor_id=actor_id))
        return look.go(f"/behov/{id}/kortlista", look.words.gettext("Beslutet är sparat och loggat."))

    return look.take(do, lambda fault: _page(look, id, fault))


@routes.form("/behov/{id}/kortlista/stang", STAFF)
def close(look: Looking, id: NeedId) -> Response:
    """Close the list: who is invited as decisions now stand is logged."""

    def do() -> Response:
        look.ask(matching.close, id)
        return look.go(f"/behov/{id}/kortlista", look.words.gettext("Listan är stängd: vilka som bjuds in är loggat."))

    return look.take(do, lambda fault: _page(look, id, fault))


@routes.page("/behov/{id}/kortlista.csv", READERS)
def as_csv(look: Looking, id: NeedId) -> Response:
    """Give every decision about a need as a file for spreadsheets."""
    return csv_file(f"kortlista-{id}", COLUMNS, [tuple(row.values()) for row in _rows(look, id)])


@routes.page("/behov/{id}/kortlista.json", READERS)
def as_json(look: Looking, id: NeedId) -> Response:
    """Give every decision about a need as JSON."""
    return json_file(f"kortlista-{id}", {"need_id": id, "decisions": _rows(look, id)})


def _rows(look: Look, id: str) -> list[dict[str, Any]]:
    look.ask(needs.need, id)
    made = _decisions(look, id)
    known, staff = actors(look, [one.actor_id for one in made]), people(look)
    stands = {one.actor_id: one.id for one in made}
    told: list[dict[str, Any]] = []
    for one in made:
        cells = (one.actor_id, known[one.actor_id], one.choice, one.machine_rank, one.reason)
        when = (staff.get(one.user, one.user), one.made.isoformat(), one.leaf_index)
        told.append(dict(zip(COLUMNS, (*cells, *when, stands[one.actor_id] == one.id), strict=True)))
    return told


def _page(look: Look, id: str, fault: Fault | None = None) -> Response:
    need = look.ask(needs.need, id)
    made = _decisions(look, id)
    newest = {one.actor_id: one for one in made}
    order = {Choice.INVITED: 0, Choice.CONTACTED: 1, Choice.DECLINED: 2}
    standing = sorted(newest.values(), key=lambda one: (order[one.choice], one.machine_rank or 10**6, one.id))
    asked = look.matcha.asked(need_id=id, count=5)
    matches = look.matcha.logged_answer(asked[0].leaf_index).shown if asked else ()
    return look.show(
        "coordinator/shortlist.html",
        fault.status if fault else 200,
        fault=fault,
        need=need,
        standing=standing,
        earlier=[one for one in reversed(made) if newest[one.actor_id].id != one.id],
        actors=actors(look, [one.actor_id for one in made]),
        names=people(look) if made else {},
        asked=asked,
        options=[(one.actor.id, f"{one.rank}. {one.actor.name}") for one in matches],
        choices=list(Choice),
        closed=_closed(look, made),
        invited=sum(one.choice is Choice.INVITED for one in standing),
        may_decide=look.may(matching.decide),
    )


def _decisions(look: Look, id: str) -> list[DecisionShape]:
    return list(look.ask(matching.decisions, need_id=id, limit=1000).items)


def _closed(look: Look, made: list[DecisionShape]) -> tuple[int, bool] | None:
    """Give the newest entry that closed this need's list, and whether decisions have been made since."""
    invited = sorted(one.leaf_index for one in made if one.leaf_index is not None and one.choice is Choice.INVITED)
    if not invited:
        return None
    for index, entry in reversed(look.matcha.entries(invited[0], None, Kind.INVITE_LIST)):
        if set(entry.said["invited"]) & set(invited):
            return index, any((one.leaf_index or 0) > index for one in made)
    return None
