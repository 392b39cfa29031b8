"""Answers: read back from the log, compared, listed, taken away as files. Nothing here makes a new match."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response

from matcha.api.access import READERS
from matcha.api.routes import matching, needs, outcomes
from matcha.api.shapes.matches import DecisionShape
from matcha.api.shapes.needs import NeedShape
from matcha.errors import MatchaError, NotFound
from matcha.interchange import match_json
from matcha.service.answers import LoggedAnswer
from matcha.web.look import Look, Looking
from matcha.web.router import Routes
from matcha.web.routes import coordinator_telling as telling
from matcha.web.routes.coordinator_files import csv_file, json_file

routes = Routes()
AT_ONCE = 20
Leaf = Annotated[int, Path(ge=0, lt=2**53)]
Place = Annotated[int, Query(ge=1, le=1000)]
COLUMNS = ("rank", "actor_id", "actor", "kind", "profile_id", "profile", "band", "score", "supported", "unsupported")


@routes.page("/svar", READERS)
def answers(look: Looking, fore: Annotated[int | None, Query(ge=0, lt=2**53)] = None) -> Response:
    """List the visitor's own questions, the newest first."""
    asked = look.matcha.asked(by=look.caller.account_id or "-", before=fore, count=AT_ONCE + 1)
    shown = asked[:AT_ONCE]
    titles = {id: title(look, id) for id in sorted({one.need_id for one in shown if one.need_id})}
    following = shown[-1].leaf_index if len(asked) > AT_ONCE else None
    return look.show("coordinator/answers.html", asked=shown, titles=titles, following=following)


@routes.page("/svar/{leaf}", READERS)
def answer(look: Looking, leaf: Leaf, fran: Place = 1) -> Response:
    """Show an answer as it was given."""
    found = look.matcha.logged_answer(leaf)
    start = min(fran, max(1, len(found.matches)))
    last = min(len(found.matches), start + AT_ONCE - 1)
    return look.show(
        "coordinator/answer.html",
        answer=found,
        leaf=leaf,
        need=need_of(look, found),
        decided=decided(look, found),
        results=telling.results(found, start, AT_ONCE),
        sentences=telling.need_sentences(found),
        weak=telling.is_weak(found),
        start=start,
        last=last,
        may_decide=look.may(matching.decide),
        may_judge=look.may(outcomes.judge),
        may_ask=look.may(matching.explanations),
    )


@routes.page("/svar/{leaf}/jamfor", READERS)
def compare(
    look: Looking,
    leaf: Leaf,
    a: Annotated[tuple[str, ...], Query()] = (),
    b: str = "",
) -> Response:
    """Show two actors side by side, sentence by sentence of the need."""
    found = look.matcha.logged_answer(leaf)
    ids = list(dict.fromkeys([*a, *([b] if b else [])]))
    two = [one for one in (telling.of_actor(found, id) for id in ids) if one is not None]
    pairs = telling.versus(found, two[0].match, two[1].match) if len(two) == 2 else ()
    return look.show(
        "coordinator/compare.html", answer=found, leaf=leaf, two=two, pairs=pairs, ticked=len(ids), given=look.given
    )


@routes.page("/svar/{leaf}/lista.csv", READERS)
def as_csv(look: Looking, leaf: Leaf) -> Response:
    """Give the list as a file for spreadsheets, a row an actor."""
    rows = []
    for match in look.matcha.logged_answer(leaf).shown:
        supported = sum(pair.supported for pair in match.evidence)
        who = (match.rank, match.actor.id, match.actor.name, match.actor.kind, match.profile_id, match.profile_title)
        rows.append((*who, match.band, match.score, supported, len(match.evidence) - supported))
    return csv_file(f"svar-{leaf}", COLUMNS, rows)


@routes.page("/svar/{leaf}/svar.json", READERS)
def as_json(look: Looking, leaf: Leaf) -> Response:
    """Give the answer as JSON: each match to the letter as the log's entry commits to it."""
    found = look.matcha.logged_answer(leaf)
    told = {
        "leaf_index": leaf,
        "asked": {"text": found.asked.text, "need_id": found.asked.need_id},
        "need": {"language": found.language, "sentences": list(found.need_sentences)},
        "k": found.k,
        "only": found.only,
        "purpose": found.purpose,
        "considered": {
            "registered": found.considered.registered,
            "scored": found.considered.scored,
            "excluded": {one.reason: one.count for one in found.considered.excluded},
        },
        "matches": [None if match is None else match_json(match) for match in found.matches],
    }
    return json_file(f"svar-{leaf}", told)


def need_of(look: Look, answer: LoggedAnswer) -> NeedShape | None:
    """Give the registered need that was asked about, if it was one and is still there."""
    return None if answer.asked.need_id is None else _need(look, answer.asked.need_id)


def title(look: Look, need_id: str) -> str:
    """Give a need's title, or its id when it is gone."""
    found = _need(look, need_id)
    return need_id if found is None else found.title


def decided(look: Look, answer: LoggedAnswer) -> dict[str, DecisionShape]:
    """Give the decision that stands about each actor for the need, by actor id."""
    need_id = answer.asked.need_id
    if need_id is None or not look.may(matching.decisions):
        return {}
    return {one.actor_id: one for one in look.ask(matching.decisions, need_id=need_id, limit=1000).items}


def shown_match(look: Look, leaf: int, actor_id: str) -> tuple[LoggedAnswer, telling.Result]:
    """Give an answer and an actor's place in it. Raises NotFound for one that is not among those shown."""
    found = look.matcha.logged_answer(leaf)
    result = telling.of_actor(found, actor_id)
    if result is None:
        raise NotFound(
            f"Aktören {actor_id} är inte bland dem som visades i svar {leaf}, eller är utgallrad.",
            f"The actor {actor_id} is not among those shown in answer {leaf}, or has been erased.",
        )
    return found, result


def _need(look: Look, id: str) -> NeedShape | None:
    try:
        return look.ask(needs.need, id)
    except MatchaError:
        return None
