"""What has happened to a need, an act a line: what was done, by whom, what was said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matcha.api.shapes.needs import ActShape
from matcha.process import ActKind, Analysis, Criterion, EventKind, State
from matcha.service.process import NEW
from matcha.web.look import Look

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """An act in words: what was done, what exactly, what was said or why, by whom, and its entry in the log."""

    id: int
    kind: ActKind
    what: str
    said: str
    by: str
    made: datetime
    leaf_index: int


def told(look: Look, act: ActShape, people: Mapping[str, str]) -> Told:
    """Say in words what an act was; one whose content has been erased says only its kind."""
    exact = _EXACT.get(act.kind)
    what = exact(look, act.content) if exact and act.content else ""
    said = next((str(act.content[name]) for name in _SAID if act.content.get(name)), "")
    said = "" if said == NEW else said  # that it was registered is plain
    return Told(act.id, act.kind, what, said, people.get(act.by, act.by), act.made, act.leaf_index)


_SAID = ("reason", "exchanged", "text")


def _state(look: Look, content: Content) -> str:
    return look.words.label(State(content["state"]))


def _screening(look: Look, content: Content) -> str:
    criterion = look.words.label(Criterion(content["criterion"]))
    return look.words.gettext("%(criterion)s: %(score)s av 5") % {"criterion": criterion, "score": content["score"]}


def _attachment(look: Look, content: Content) -> str:
    return f"{content['name']} ({look.words.label(Analysis(content['analysis']))})"


def _secrecy(look: Look, content: Content) -> str:
    name = look.field_name(content["field"])
    if content["secret"]:
        return look.words.gettext("”%(name)s” visas bara för värdens egna") % {"name": name}
    return look.words.gettext("”%(name)s” är öppet igen") % {"name": name}


def _declaration(look: Look, content: Content) -> str:
    if content["conflicted"]:
        return look.words.gettext("har ett eget intresse i behovet")
    return look.words.gettext("har inget eget intresse i behovet")


def _event(look: Look, content: Content) -> str:
    return f"{look.words.label(EventKind(content['kind'])).capitalize()}: {content['title']}"


def _feedback(look: Look, content: Content) -> str:
    return look.words.gettext("%(score)s av 5") % {"score": content["grade"]}


def _effect(look: Look, content: Content) -> str:
    return f"{look.words.number(content['number'])} {content['unit']}"


def _field(name: str) -> Callable[[Look, Content], str]:
    return lambda look, content: str(content.get(name) or "")


_EXACT: Mapping[ActKind, Callable[[Look, Content], str]] = {
    ActKind.STATE: _state,
    ActKind.SCREENING: _screening,
    ActKind.ATTACHMENT: _attachment,
    ActKind.SECRECY: _secrecy,
    ActKind.DECLARATION: _declaration,
    ActKind.EVENT: _event,
    ActKind.POST: _field("title"),
    ActKind.MEETING: _field("held"),
    ActKind.SOLUTION: _field("title"),
    ActKind.IMPLEMENTATION: _field("unit"),
    ActKind.FEEDBACK: _feedback,
    ActKind.EFFECT: _effect,
    ActKind.FOLLOW_UP: _field("need_id"),
    ActKind.JUDGEMENT: _field("profile_id"),
}
