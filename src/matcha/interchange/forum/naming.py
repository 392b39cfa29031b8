"""What actors, people and reasons of a forum are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from matcha.forum.record import Forum, Invited, Seat, Waiting
from matcha.forum.words import part, reason
from matcha.values import Language


def names(forum: Forum) -> Mapping[str, str]:
    """Give every actor's name by its id."""
    everybody: tuple[Invited | Waiting, ...] = (*forum.not_selected, *forum.reserves, *forum.invitations)
    return {one.actor_id: one.name for one in everybody}


def told_reason(one: Invited | Waiting, known: Mapping[str, str], language: Language) -> str:
    """Tell why somebody is invited or not, with the name of the other actor if it is about one."""
    return reason(one.reason, language, known)


def seat_name(seat: Seat, language: Language) -> str:
    """Give what a person is called: the actor's name, or for one of the host's own `Värden, inköp 1`."""
    if seat.name:
        return seat.name
    host = {Language.SV: "Värden", Language.EN: "The host"}[language]
    return f"{host}, {part(seat.part, language)} {seat.id.rpartition('/')[2]}"


def last_step(forum: Forum) -> datetime:
    """Give when something was last done with a forum: what its files are dated with, since they know no clock."""
    return max((forum.made, *(step.made for step in forum.steps)))
