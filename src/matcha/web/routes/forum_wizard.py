"""Composing a forum: its rules on one page, what they contradict in, and the smallest change that mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Response
from pydantic import ValidationError

from matcha.api import faults
from matcha.api.access import STAFF
from matcha.api.routes import forums, needs
from matcha.api.routes.needs import NeedId
from matcha.api.shapes.needs import NeedShape
from matcha.errors import Invalid, MatchaError, NotFound
from matcha.forum.relaxation import Impossible
from matcha.forum.words import GRADE_WORDS
from matcha.process import Inviting, Mixing, Part
from matcha.records.forum import ArrangeForm, ComposeForm, DrawForm, ForumRulesForm
from matcha.web import forum_rules
from matcha.web.filling import Fault, FieldFault, Unfilled, file_in
from matcha.web.forum_desk import after
from matcha.web.look import Look, Looking
from matcha.web.router import Routes

routes = Routes()
MAIN = (Part.COMPANY, Part.ACADEMIA, Part.PATIENT_ORGANISATION, Part.NEED_OWNER)
_LARGEST = 1_000_000  # bytes of a file of rules


@dataclass(frozen=True)
class Wanted:
    """What was asked for: rules, why one more forum, whether to draw at once, and how groups go."""

    rules: ForumRulesForm
    reason: str | None
    draws: bool
    mixing: Mixing


@routes.page("/behov/{id}/forum/nytt", STAFF)
def new(look: Looking, id: NeedId) -> Response:
    """Show the form for a forum's rules, filled in with what is usual."""
    return _page(look, look.ask(needs.need, id))


@routes.form("/behov/{id}/forum/nytt", STAFF)
def compose(look: Looking, id: NeedId) -> Response:
    """Compose a forum, and draw and arrange it unless that is to wait."""
    need, wanted = look.ask(needs.need, id), []

    def do() -> Response:
        wanted.append(_wanted(look))
        return _composed(look, id, wanted[0])

    return look.take(do, lambda fault: _page(look, need, fault, _mending(look, fault, wanted[0]) if wanted else None))


def _composed(look: Look, id: str, wanted: Wanted) -> Response:
    form = _form(wanted)
    try:
        made = look.ask(forums.compose, id, form)
    except NotFound as error:  # an actor that the rules name: the form is shown again, with all that was written
        raise Invalid(error.sv, error.en) from error
    told = look.words.gettext("Forumet är sammansatt och loggat. Inget är lottat än.")
    if wanted.draws:
        told = _drawn(look, made.id, wanted.mixing)
    return look.go(f"/forum/{made.id}/sammansattning", told)


def _drawn(look: Look, id: str, mixing: Mixing) -> str:
    """Draw and arrange; what goes wrong now is told, for the forum is there."""
    try:
        look.ask(forums.draw, id, DrawForm(), at=after(look.at, "draw"))
        look.ask(forums.arrange, id, ArrangeForm(mixing=mixing), at=after(look.at, "arrange"))
    except MatchaError as error:
        return error.sv if look.language == "sv" else error.en
    return look.words.gettext("Forumet är sammansatt, lottat och grupperna är lagda. Allt står i loggen.")


def _form(wanted: Wanted) -> ComposeForm:
    try:
        return ComposeForm(rules=wanted.rules, reason=wanted.reason)
    except ValidationError as wrong:
        sv, en = faults.words(dict(wrong.errors()[0]))
        raise Unfilled((FieldFault("reason", sv, en),)) from wrong


def _wanted(look: Look) -> Wanted:
    given = look.given
    pasted = given.get("rules_json").strip() or _uploaded(look)
    rules = forum_rules.rules_from_json(pasted, "rules_json") if pasted else forum_rules.rules_in(given, _Actors(look))
    if not pasted and not 2 <= len(rules.aspects) <= 6:
        raise Unfilled((FieldFault("aspects", "ska vara två till sex", "must be two to six"),))
    mixing = Mixing(given.get("mixing")) if given.get("mixing") in set(Mixing) else Mixing.WHOLE
    return Wanted(rules, given.get("reason").strip() or None, given.get("draw") != "later", mixing)


def _uploaded(look: Look) -> str:
    found = file_in(look.visitor.form, "rules_file")
    if found is None:
        return ""
    content = found.file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise Unfilled((FieldFault("rules_file", "är för stor", "is too large"),))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise Unfilled((FieldFault("rules_file", "är inte text i UTF-8", "is not text in UTF-8"),)) from wrong


class _Actors:
    """Finds actors by id or name; they are read when the first one is asked for."""

    def __init__(self, look: Look) -> None:
        self._look, self._known = look, {}  # type: ignore[var-annotated]

    def __call__(self, said: str) -> str | None:
        if not self._known:
            actors = self._look.matcha.actors()
            self._known = {actor.name.casefold(): actor.id for actor in actors} | {
                actor.id: actor.id for actor in actors
            }
        return self._known.get(said) or self._known.get(said.casefold())


@dataclass(frozen=True)
class Mending:
    """A contradiction between rules, and what the form holds after the smallest change, as hidden fields."""

    conflict: list[str]
    changes: list[str]
    fields: list[tuple[str, str]]


def _mending(look: Look, fault: Fault, wanted: Wanted) -> Mending | None:
    wrong = fault.impossible
    if wrong is None:
        return None
    names = _names(look, wrong)
    conflict = [forum_rules.named(rule, names).told(look.language) for rule in wrong.conflict]
    changes = [
        type(one)(forum_rules.named(one.rule, names), one.before, one.after, one.exhausted).told(look.language)
        for one in wrong.relaxations
    ]
    fields = forum_rules.fields_of(forum_rules.mended(wanted.rules, wrong.relaxations))
    kept = {"reason": wanted.reason or "", "draw": "now" if wanted.draws else "later", "mixing": wanted.mixing.value}
    return Mending(conflict, changes, _pairs({**fields, **kept}))


def _names(look: Look, wrong: Impossible) -> Mapping[str, str]:
    rules = (*wrong.conflict, *(one.rule for one in wrong.relaxations))
    subjects = [rule.subject for rule in rules if rule.subject is not None and not isinstance(rule.subject, Part)]
    ids = {id for one in subjects for id in ([one] if isinstance(one, str) else one)}
    return {actor.id: actor.name for actor in look.matcha.actors() if actor.id in ids} if ids else {}


def _pairs(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    each = ((name, value if isinstance(value, list) else [value]) for name, value in fields.items())
    return [(name, str(value)) for name, values in each for value in values if str(value)]


def _page(look: Look, need: NeedShape, fault: Fault | None = None, mending: Mending | None = None) -> Response:
    start = forum_rules.fields_of(forum_rules.USUAL) | {"aspects": list(need.aspects)[:6]}
    start |= {"draw": "now", "mixing": Mixing.WHOLE.value}
    return look.show(
        "forum/wizard.html",
        fault.status if fault else 200,
        need=need,
        fault=fault,
        mending=mending,
        given=look.with_start(start),
        main=MAIN,
        others=[kind for kind in Part if kind not in MAIN],
        Inviting=Inviting,
        Mixing=Mixing,
        grade_words=GRADE_WORDS[look.language],
        zip=zip,
    )
