"""What the pages of one forum share: the forum, how far it has come, and how its codes are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import Response

from matcha.api.at import At
from matcha.api.routes import forums
from matcha.forum import stages, telling, words
from matcha.forum.record import Forum, Seat
from matcha.forum.words import GRADE_WORDS, HERE
from matcha.interchange.forum.moments import day, span
from matcha.interchange.forum.naming import names, seat_name, told_reason
from matcha.process import SeedSource
from matcha.web import forum_picture
from matcha.web.look import Look

GRADES = ("·", "○", "◐", "●")  # told apart by shape, not by colour


def found(look: Look, id: str) -> Forum:
    """Give a forum. `Routes.page` has asked who looks; the words of a forum are given by no operation."""
    return look.matcha.forum(id)


def shown(look: Look, template: str, forum: Forum, status: int = 200, **values: Any) -> Response:
    """Show a page of a forum."""
    known, language = names(forum), look.language
    told = {
        "forum": forum,
        "reached": stages.reached(forum),
        "following": stages.following(forum),
        "Stage": stages.Stage,
        "trial": forum.seed is not None and forum.seed.source is SeedSource.TRIAL,
        "hosting": look.may(forums.draw) and forum.closed is None,
        "names": known,
        "why": lambda one: told_reason(one, known, language),
        "chance": lambda millionths: words.chance(millionths, language),
        "kind_name": partial(_part, look),
        "item": lambda one: words.item(one, language),
        "span": lambda one: span(one.starts, one.ends, language),
        "weekday": lambda moment: day(moment, language),
        "clock": lambda moment: words.clock(moment.astimezone(HERE), language),
        "seat": lambda one: seat_name(one, language),
        "code": lambda kind: forum_picture.code(kind, language),
        "shape": forum_picture.shape,
        "kinds": forum_picture.kinds,
        "grades": GRADES,
        "grade_words": GRADE_WORDS[language],
        "criteria": partial(telling.criteria, forum.rules, language),
    }
    return look.show(f"forum/{template}", status, **{**told, **values})


def ways(forum: Forum) -> dict[str, tuple[int, ...]]:
    """Give the stations of each seat, round by round; 0 is nowhere."""
    each = zip(*forum.rotation, strict=True) if forum.rotation else iter(())
    return {seat.id: way for group, way in zip(forum.groups, each, strict=True) for seat in group.seats}


def moved(before: Forum, after: Forum) -> Sequence[tuple[Seat, tuple[int, ...], tuple[int, ...]]]:
    """Give who goes another way between the stations than before, with both ways; () is not there."""
    old, new = ways(before), ways(after)
    seats = {seat.id: seat for one in (before, after) for group in one.groups for seat in group.seats}
    return [(seats[id], old.get(id, ()), new.get(id, ())) for id in sorted(seats) if old.get(id, ()) != new.get(id, ())]


def after(at: At, word: str) -> At:
    """Give what one more operation of the same form works with: it, too, is done once."""
    return replace(at, key=f"{at.key}.{word}"[:64] if at.key else None)


def in_sweden(said: str) -> str:
    """Give a moment that was written without a zone in Swedish time; what is no moment stays as it is."""
    try:
        moment = datetime.fromisoformat(said.strip().replace(".", ":"))
    except ValueError:
        return said
    return (moment.replace(tzinfo=HERE) if moment.tzinfo is None else moment).isoformat()


def local(moment: datetime) -> str:
    """Give a moment as the browser's field for it holds it."""
    return f"{moment.astimezone(HERE):%Y-%m-%dT%H:%M}"


def _part(look: Look, kind: Any, count: int = 1) -> str:
    return words.part(kind, look.language, count)
