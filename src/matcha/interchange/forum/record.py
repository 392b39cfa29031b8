"""A forum as JSON: what the command line, the API and the dossier give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import rfc8785

from matcha.forum.plan import TICKETS, Certificate
from matcha.forum.record import Forum, Group, Invited, Waiting
from matcha.process import Part

_ORDER = {part: place for place, part in enumerate(Part)}


def forum_json(forum: Forum, seconds: float | None = None) -> dict[str, Any]:
    """Give a forum as plain JSON values. What has not been done yet is an empty list or null.

    Chances are numbers from 0 to 1 with six decimals; moments are ISO 8601; stations, groups and rounds are numbered
    from 1. `rotation` holds a list a round with the station of each group. `seconds` is how long it took to compose,
    if that was measured now.
    """
    return {
        "id": forum.id,
        "need": {"id": forum.need_id, "title": forum.title, "text": forum.text, "aspects": list(forum.aspects)},
        "made": _plain(forum.made),
        "leaf_index": forum.leaf_index,
        "digest": forum.digest,
        "composed": forum.composed,
        "rules": _plain(forum.rules),
        "candidates": forum.candidates,
        **_people(forum),
        **_places(forum),
        "certificate": {**_certificate(forum.certificate), "seconds": seconds},
        "chance": _chance(forum.chance),
        "pairs": _pairs(forum),
        "seed": _plain(forum.seed),
        **_afterwards(forum),
    }


def record_bytes(forum: Forum) -> bytes:
    """Give the record for the dossier: canonical JSON (RFC 8785) in UTF-8 and a newline, the same for the same forum.

    `seconds` is null in it, since no two runs take as long.
    """
    return rfc8785.dumps(forum_json(forum)) + b"\n"


def in_kinds(waiting: tuple[Waiting, ...]) -> Iterator[tuple[int, Waiting]]:
    """Give reserves kind by kind, each with its place in the line of its kind, from 1."""
    met = Counter[Part]()
    for one in sorted(waiting, key=lambda w: _ORDER[w.part]):
        met[one.part] += 1
        yield met[one.part], one


def _people(forum: Forum) -> dict[str, Any]:
    return {
        "invitations": [_invited(one) for one in forum.invitations],
        "reserves": [{**_waiting(one), "order": order} for order, one in in_kinds(forum.reserves)],
        "not_selected": [_waiting(one) for one in forum.not_selected],
    }


def _invited(one: Invited) -> dict[str, Any]:
    return _waiting(one) | {
        "seats": one.seats,
        "grades": list(one.grades),
        "closeness": one.closeness,
        "invited": _plain(one.said),
        "reply": _plain(one.reply),
        "in_place_of": one.in_place_of,
    }


def _waiting(one: Waiting | Invited) -> dict[str, Any]:
    return {
        "actor_id": one.actor_id,
        "name": one.name,
        "kind": one.part.value,
        "reason": one.reason,
        "chance": one.chance / TICKETS,
        "rank": one.rank,
    }


def _places(forum: Forum) -> dict[str, Any]:
    return {
        "stations": _plain(forum.stations),
        "groups": [_group(group) for group in forum.groups],
        "mixing": _plain(forum.mixing),
        "rotation": _plain(forum.rotation),
        "uneven": forum.uneven,
    }


def _group(group: Group) -> dict[str, Any]:
    members = [
        {"id": seat.id, "actor_id": seat.actor_id, "name": seat.name, "kind": seat.part.value} for seat in group.seats
    ]
    return {"number": group.number, "members": members}


def _certificate(made: Certificate) -> dict[str, Any]:
    return {"objective": made.objective, "bound": made.bound, "gap": made.gap}


def _chance(made: Certificate) -> dict[str, Any]:
    return {"smallest": made.objective / TICKETS, "bound": made.bound / TICKETS, "gap": made.gap}


def _pairs(forum: Forum) -> dict[str, Any] | None:
    made = forum.pairs
    if made is None:
        return None
    return {"met": made.objective, "bound": made.bound, "possible": forum.possible, "gap": made.gap}


def _afterwards(forum: Forum) -> dict[str, Any]:
    kept = "place", "programme", "meetings", "offer", "unplaced", "outcomes", "values", "untold", "steps", "closed"
    return {name: _plain(getattr(forum, name)) for name in kept}


def _plain(value: Any) -> Any:
    """Give objects for dataclasses, lists for tuples, words for closed choices, text for moments."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    match value:
        case Mapping():
            return {str(_plain(name)): _plain(inner) for name, inner in sorted(value.items())}
        case tuple() | list():
            return [_plain(inner) for inner in value]
        case date():  # a moment, too
            return value.isoformat()
        case StrEnum():
            return value.value
    return value
