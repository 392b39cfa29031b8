"""Forums: all of them, those of a need, and the pages of one, as anybody on the host's side sees them."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from urllib.parse import quote

from fastapi import Response

from matcha.api.access import READERS, STAFF
from matcha.api.routes import forum_files, forums, needs
from matcha.api.routes.forum_files import Committed
from matcha.api.routes.forums import ForumId
from matcha.api.routes.needs import NeedId
from matcha.forum import telling
from matcha.forum.record import Forum
from matcha.forum.words import reason
from matcha.process import Part
from matcha.service.forum_rules import EARLY
from matcha.web import forum_picture
from matcha.web.forum_desk import found, shown, ways
from matcha.web.look import Look, Looking
from matcha.web.router import Routes

routes = Routes()
PAGE = 20
_NAMED = 200  # of those not selected for one reason, on the page; the file has all


@routes.page("/forum", READERS)
def every(look: Looking, cursor: str = "0") -> Response:
    """Show all forums, the newest first, and the needs that one can be composed for."""
    at = int(cursor) if cursor.isdecimal() and len(cursor) < 7 else 0
    listed = look.matcha.forum_list()
    following = str(at + PAGE) if len(listed) > at + PAGE else None
    return look.show(
        "forum/every.html",
        forums=listed[at : at + PAGE],
        following=following,
        fit=_fit(look),
        may=look.may(forums.compose),
    )


@routes.page("/forum/nytt", STAFF)
def chosen(look: Looking, behov: str = "") -> Response:
    """Go on to the rules of a forum for the need that was chosen."""
    return look.go(f"/behov/{quote(behov, safe='')}/forum/nytt" if behov else "/forum")


@routes.page("/behov/{id}/forum", READERS)
def of_need(look: Looking, id: NeedId) -> Response:
    """Show the forums of a need."""
    need = look.ask(needs.need, id)
    listed = [one for one in look.matcha.forum_list() if one.need_id == id]
    can = need.state in EARLY and not need.locked
    return look.show("forum/of_need.html", need=need, forums=listed, can=can and look.may(forums.compose))


@routes.page("/forum/{id}", READERS)
def desk(look: Looking, id: ForumId) -> Response:
    """Show how far a forum has come, and what comes next."""
    forum = found(look, id)
    told = Counter(one.reply for one in forum.invitations)
    return shown(look, "desk.html", forum, counted=told, people=_people(forum))


@routes.page("/forum/{id}/sammansattning", READERS)
def composition(look: Looking, id: ForumId) -> Response:
    """Show who is proposed, why, with which chance, and how good the composition is."""
    forum = found(look, id)
    waiting = sorted((one for one in forum.not_selected if one.chance), key=lambda one: (-one.chance, one.actor_id))
    left = [one for one in forum.not_selected if forum.drawn or not one.chance]
    kinds = list(Part)
    return shown(
        look,
        "composition.html",
        forum,
        invitations=sorted(forum.invitations, key=lambda one: (kinds.index(one.part), one.name)),
        waiting=[] if forum.drawn else waiting,
        left=_by_reason(look, left),
        most=_NAMED,
        people=_people(forum),
        points=telling.points(forum.certificate, look.language),
        smallest=telling.smallest_chance(forum.chance, look.language),
        objective=telling.objective(look.language),
        decided=telling.seed(forum.seed, look.language) if forum.seed else "",
        checking=look.may(forum_files.composition),
        committed=Committed,
    )


@routes.page("/forum/{id}/grupper", READERS)
def groups(look: Looking, id: ForumId) -> Response:
    """Show who sits where, as a picture and as a table."""
    return groups_page(look, found(look, id))


def groups_page(look: Look, forum: Forum, status: int = 200, **values: object) -> Response:
    """Show who sits where."""
    told = telling.pairs(forum.pairs, forum.possible, look.language) if forum.pairs else ""
    return shown(
        look,
        "groups.html",
        forum,
        status,
        picture=forum_picture.picture(forum) if forum.groups else None,
        table=forum_picture.table(forum),
        pairs=told,
        ways=ways(forum),
        shapes=forum_picture.GROUP_SHAPES,
        everybody=forum_picture.kinds([seat for group in forum.groups for seat in group.seats]),
        **values,
    )


def _by_reason(look: Look, left: list) -> list[tuple[str, list]]:  # type: ignore[type-arg]
    """Give those who were not selected by what kind of reason it is, the most common last."""

    def kind(one) -> str:  # type: ignore[no-untyped-def]
        return str(one.reason.partition(":")[0])

    ordered = groupby(sorted(left, key=lambda one: (kind(one), one.name)), kind)
    each = [(reason(code, look.language), list(own)) for code, own in ordered]
    return sorted(each, key=lambda pair: len(pair[1]))


def _people(forum: Forum) -> int:
    """How many people are invited, and of the host."""
    return sum(one.seats for one in forum.invitations) + forum.rules.hosted


def _fit(look: Look) -> list[tuple[str, str]]:
    """Give the needs that a forum can be composed for, by title: id and title."""
    listed = look.ask(needs.needs, state=list(EARLY), limit=100).items
    fit = sorted((need for need in listed if not need.locked), key=lambda need: need.title)
    return [(need.id, need.title) for need in fit]
