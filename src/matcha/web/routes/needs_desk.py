"""A need's desk: where it stands, what is missing for the next step, what can be done, and what has been done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Response
from starlette.datastructures import UploadFile

from matcha.api.access import COORDINATORS, READERS, STAFF
from matcha.api.paging import by_number, cursor_after
from matcha.api.routes import dialogue, screening
from matcha.api.routes import needs as operations
from matcha.api.routes.needs import NeedId
from matcha.api.shapes.needs import ActShape, NeedShape
from matcha.needs.lifecycle import FORWARD, Missing
from matcha.process import Analysis, State
from matcha.records.act import StateForm
from matcha.values import Language
from matcha.web.filling import Fault, FieldFault, Unfilled, file_in
from matcha.web.look import Look, Looking
from matcha.web.names import people
from matcha.web.router import Routes
from matcha.web.routes.needs_telling import told

routes = Routes()
SHOWN = 20  # acts a page


@dataclass(frozen=True)
class Lacking:
    """What is missing for a step, in words, and the page where it is filled in."""

    said: str
    path: str


@dataclass(frozen=True)
class Step:
    """A step that the caller may try: where to, what it is called on its button, and whether it goes forward."""

    to: State
    name: str
    forward: bool


@routes.page("/behov/{id}/arbete", READERS)
def desk(look: Looking, id: NeedId, efter: int = 0) -> Response:
    """Show a need's desk; `efter` is the act after which the list of acts goes on."""
    return _desk(look, id, after=efter)


@routes.form("/behov/{id}/lage", STAFF)
def move(look: Looking, id: NeedId) -> Response:
    """Take a need to another state."""

    def do() -> Response:
        act = look.ask(operations.move, id, look.fill(StateForm))
        said = look.words.gettext("Behovet är nu: %(state)s.")
        return look.go(f"/behov/{id}/arbete", said % {"state": look.words.label(State(act.content["state"]))})

    return look.take(do, lambda fault: _desk(look, id, fault))


@routes.page("/behov/{id}/bilagor", READERS)
def attachments(look: Looking, id: NeedId) -> Response:
    """Show the files that belong to a need."""
    return _attachments(look, id)


@routes.form("/behov/{id}/bilagor", COORDINATORS)
def attach(look: Looking, id: NeedId) -> Response:
    """Attach a file to a need."""

    def do() -> Response:
        file = look.ask(operations.attach, id, analysis=_analysis(look), file=_file(look))
        return look.go(f"/behov/{id}/bilagor", look.words.gettext("Filen %(name)s är bifogad.") % {"name": file.name})

    return look.take(do, lambda fault: _attachments(look, id, fault))


def _desk(look: Look, id: str, fault: Fault | None = None, after: int = 0) -> Response:
    need = look.ask(operations.need, id)
    cursor = cursor_after(by_number(after)) if after else None
    acts = look.ask(operations.acts, id, limit=SHOWN, cursor=cursor)
    values: dict[str, Any] = {
        "need": need,
        "path": FORWARD,
        "steps": _steps(look, need),
        "lacking": _lacking(look, need),
    }
    shown: dict[str, Any] = {
        "acts": _told(look, acts.items),
        "more": acts.items[-1].id if acts.next else None,
        "after": after,
    }
    files, may = look.ask(operations.attachments, id), {op.__name__: look.may(op) for op in _DOINGS}
    status = fault.status if fault else 200
    return look.show(
        "needs/desk.html", status, fault=fault, files=files, may=may, at=_place(look, need), **values, **shown
    )


_DOINGS: tuple[Callable[..., Any], ...] = (
    operations.change_need,
    operations.purpose,
    operations.secrecy,
    operations.lock,
    operations.attach,
    screening.score,
    dialogue.declaration,
)


def _told(look: Look, acts: Sequence[ActShape]) -> list[object]:
    names = people(look)
    return [told(look, act, names) for act in acts]


def _place(look: Look, need: NeedShape) -> int:
    """Give where on the way a need stands; of one that is parked or closed, where it stood then."""
    was = look.matcha.need(need.id).was
    return FORWARD.index(need.state if need.state in FORWARD else was or State.IDEA)


def _steps(look: Look, need: NeedShape) -> list[Step]:
    return [Step(to, _name(look, need.state, to), _is_forward(need.state, to)) for to in need.next_states]


def _is_forward(start: State, to: State) -> bool:
    return to in FORWARD and (start not in FORWARD or FORWARD.index(to) > FORWARD.index(start))


def _lacking(look: Look, need: NeedShape) -> list[Lacking]:
    """Give what stands in the way of going on, each with where it is filled in."""
    onward = [to for to in need.next_states if _is_forward(need.state, to)]
    missing = look.matcha.hindrances(need.id, onward[0], look.caller) if onward else ()
    return [Lacking(one.sv if look.language is Language.SV else one.en, _where(need.id, one)) for one in missing]


def _where(id: str, missing: Missing) -> str:
    if missing.what.startswith("scores:"):
        return f"/behov/{id}/bedom#f-score_{missing.what.partition(':')[2]}"
    return f"/behov/{id}/{_WHERE.get(missing.what, 'andra')}"


_WHERE = {
    "goal": "andra?visa=goal#f-goal",
    "preconditions": "andra?visa=preconditions#f-preconditions",
    "aspects": "andra?visa=aspects#f-aspects",
    "purpose": "arbete/syfte",
    "solution": "resultat/losning",
    "implementation": "resultat/inforande",
    "effect": "resultat/effekt",
}


def _name(look: Look, start: State, to: State) -> str:
    """Give what the button of a step is called."""
    _, label = look.words.gettext, look.words.label(to)
    if to in FORWARD and start in FORWARD and not _is_forward(start, to):
        return _("Ta tillbaka till: %(state)s") % {"state": label}
    if start is State.PARKED and to in FORWARD:
        return _("Ta upp igen som: %(state)s") % {"state": label}
    names = {
        State.DRAFT: _("Gör till utkast") if start is State.IDEA else _("Öppna igen som utkast"),
        State.SCREENED: _("Behovet är granskat"),
        State.PRIORITISED: _("Prioritera behovet"),
        State.PUBLISHED: _("Publicera behovet"),
        State.IN_DIALOGUE: _("Öppna dialogen"),
        State.SOLUTION_CHOSEN: _("Lösningen är vald"),
        State.IMPLEMENTED: _("Lösningen är införd"),
        State.FOLLOWED_UP: _("Effekten är uppföljd"),
        State.PARKED: _("Parkera behovet"),
        State.CLOSED: _("Avsluta behovet"),
    }
    return names[to]


def _attachments(look: Look, id: str, fault: Fault | None = None) -> Response:
    need, files = look.ask(operations.need, id), look.ask(operations.attachments, id)
    may = look.may(operations.attach)
    status = fault.status if fault else 200
    return look.show(
        "needs/attachments.html", status, need=need, files=files, kinds=list(Analysis), may=may, fault=fault
    )


def _analysis(look: Look) -> Analysis:
    try:
        return Analysis(look.given.get("analysis"))
    except ValueError as wrong:
        raise Unfilled((FieldFault("analysis", "saknas", "is missing"),)) from wrong


def _file(look: Look) -> UploadFile:
    found = file_in(look.visitor.form, "file")
    if found is None:
        raise Unfilled((FieldFault("file", "saknas: välj en", "is missing: choose one"),))
    return found
