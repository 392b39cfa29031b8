"""Forms for one thing done with a need, each on a page of its own: ask, answer, meet, declare, lock, record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Response
from pydantic import BaseModel

from matcha.api.access import PARTIES, READERS
from matcha.api.routes import dialogue, outcomes
from matcha.api.routes import needs as operations
from matcha.api.routes.needs import LockChange, NeedId, PurposeChange
from matcha.errors import Forbidden, NotFound
from matcha.forum.words import HERE
from matcha.process import ActKind
from matcha.records import act as forms
from matcha.service.rules import SECRET_FIELDS
from matcha.web.filling import Fault, FieldFault, Unfilled
from matcha.web.look import Look, Looking
from matcha.web.router import Routes
from matcha.web.routes.needs_names import actor_called, participants

routes = Routes()
Values = dict[str, Any]


@dataclass(frozen=True)
class Doing:
    """Something that can be done: the operation, its form, what the form needs besides its fields, what it shows."""

    operation: Callable[..., Any]
    form: type[BaseModel]
    also: Callable[[Look], Values] = lambda look: {}
    values: Callable[[Look, str], Values] = lambda look, _: {}


def _starts(look: Look) -> Values:
    """Give when an event starts: a form gives it as it is in Sweden."""
    try:
        return {"starts": datetime.fromisoformat(look.given.get("starts")).replace(tzinfo=HERE).isoformat()}
    except ValueError as wrong:
        raise Unfilled((FieldFault("starts", "ska vara dag och tid", "must be a day and a time"),)) from wrong


def _met(look: Look) -> Values:
    """Give whom a meeting was held with: those who were ticked, and those who were named, one a line."""
    named = [actor_called(look, line, "others") for line in look.given.get("others").splitlines() if line.strip()]
    found = tuple(dict.fromkeys([*look.given.all("actor_ids"), *named]))
    if not found:
        raise Unfilled((FieldFault("others", "säg vem ni träffade", "say whom you met"),))
    return {"actor_ids": found}


def _actor(look: Look) -> Values:
    """Give the actor that is named in the form, if one is."""
    said = look.given.get("actor_id")
    return {"actor_id": actor_called(look, said, "actor_id") if said.strip() else None}


def _taking_part(look: Look, id: str) -> Values:
    return {"participants": participants(look, id)}


def _question(look: Look, id: str) -> Values:
    """Give what is answered: the question or meeting whose number is in the address, or in the form."""
    number = look.given.get("question") or look.request.query_params.get("till", "")
    kinds = [ActKind.QUESTION, ActKind.MEETING]
    for act in look.ask(operations.acts, id, kind=kinds, limit=1000).items:
        if str(act.id) == number:
            return {"answered": act}
    raise NotFound("Det finns ingen sådan fråga.", "There is no such question.")


def _thread(look: Look, id: str) -> Values:
    """Give the thread that is gone on with, if the address or the form names one."""
    number = look.given.get("thread") or look.request.query_params.get("trad", "")
    found = [one for one in look.ask(dialogue.dialogue, id).threads if str(one.id) == number]
    return {"thread": found[0] if found else None}


def _solutions(look: Look, id: str) -> Values:
    return {"solutions": look.ask(outcomes.get_outcomes, id).solutions}


def _fields(look: Look, id: str) -> Values:
    files = {f"attachment/{file.id}": file.name for file in look.ask(operations.attachments, id)}
    named = {name: look.field_name(name) for name in sorted(SECRET_FIELDS)}
    return {"fields": {**named, **files}, "chosen": look.request.query_params.get("falt", "")}


_DIALOGUE: Mapping[str, Doing] = {
    "intresse": Doing(dialogue.interest, forms.InterestForm),
    "fraga": Doing(dialogue.question, forms.QuestionForm),
    "svar": Doing(dialogue.answer, forms.AnswerForm, values=_question),
    "inlagg": Doing(dialogue.post, forms.PostForm, values=_thread),
    "mote": Doing(dialogue.meeting, forms.MeetingForm, _met, _taking_part),
    "handelse": Doing(dialogue.event, forms.EventForm, _starts),
    "kontakt": Doing(dialogue.contact, forms.BrokeringForm, _actor, _taking_part),
    "jav": Doing(dialogue.declaration, forms.DeclarationForm),
}
_DESK: Mapping[str, Doing] = {
    "syfte": Doing(operations.purpose, PurposeChange),
    "upphandling": Doing(operations.lock, LockChange),
    "sekretess": Doing(operations.secrecy, forms.SecrecyForm, values=_fields),
}
_OUTCOMES: Mapping[str, Doing] = {
    "losning": Doing(outcomes.solution, forms.SolutionForm, _actor, _taking_part),
    "inforande": Doing(outcomes.implementation, forms.ImplementationForm, values=_solutions),
    "aterkoppling": Doing(outcomes.feedback, forms.FeedbackForm, values=_solutions),
    "effekt": Doing(outcomes.effect, forms.EffectForm, values=_solutions),
}


@routes.page("/behov/{id}/dialog/{what}", PARTIES)
def dialogue_form(look: Looking, id: NeedId, what: str) -> Response:
    """Show a form for something said or done in the dialogue."""
    return _show(look, id, _DIALOGUE, what)


@routes.form("/behov/{id}/dialog/{what}", PARTIES)
def dialogue_done(look: Looking, id: NeedId, what: str) -> Response:
    """Take such a form."""
    return _take(look, id, _DIALOGUE, what, "dialog")


@routes.page("/behov/{id}/arbete/{what}", READERS)
def desk_form(look: Looking, id: NeedId, what: str) -> Response:
    """Show a form for something decided about a need."""
    return _show(look, id, _DESK, what)


@routes.form("/behov/{id}/arbete/{what}", READERS)
def desk_done(look: Looking, id: NeedId, what: str) -> Response:
    """Take such a form."""
    return _take(look, id, _DESK, what, "arbete")


@routes.page("/behov/{id}/resultat/{what}", READERS)
def outcome_form(look: Looking, id: NeedId, what: str) -> Response:
    """Show a form for something that came of a need."""
    return _show(look, id, _OUTCOMES, what)


@routes.form("/behov/{id}/resultat/{what}", READERS)
def outcome_done(look: Looking, id: NeedId, what: str) -> Response:
    """Take such a form."""
    return _take(look, id, _OUTCOMES, what, "resultat")


def _take(look: Look, id: str, doings: Mapping[str, Doing], what: str, back: str) -> Response:
    doing = _found(look, doings, what)

    def do() -> Response:
        look.ask(doing.operation, id, look.fill(doing.form, **doing.also(look)))
        return look.go(f"/behov/{id}/{back}", _told(look, what))

    return look.take(do, lambda fault: _show(look, id, doings, what, fault))


def _show(look: Look, id: str, doings: Mapping[str, Doing], what: str, fault: Fault | None = None) -> Response:
    doing = _found(look, doings, what)
    need, values = look.ask(operations.need, id), doing.values(look, id)
    status = fault.status if fault else 200
    return look.show(f"needs/forms/{what}.html", status, need=need, fault=fault, **values)


def _found(look: Look, doings: Mapping[str, Doing], what: str) -> Doing:
    """Give what the address names. Raises NotFound for nothing of the kind, Forbidden for what the caller may not."""
    if what not in doings:
        raise NotFound("Sidan finns inte.", "There is no such page.")
    if not look.may(doings[what].operation):
        raise Forbidden("Din roll får inte göra det här.", "Your role may not do this.")
    return doings[what]


def _told(look: Look, what: str) -> str:
    _ = look.words.gettext
    said = {
        "intresse": _("Ert intresse är anmält. Nu ser ni samma frågor och svar som alla andra deltagare."),
        "fraga": _("Frågan är ställd. Alla deltagare ser den, men inte vem som frågar."),
        "svar": _("Svaret är skickat. Alla deltagare ser det samtidigt."),
        "inlagg": _("Inlägget är publicerat för alla deltagare."),
        "mote": _("Mötet är antecknat. Berätta nu för alla deltagare vad som sades."),
        "handelse": _("Händelsen är annonserad för alla deltagare."),
        "kontakt": _("Kontakten är förmedlad och står i underlaget."),
        "jav": _("Anmälan är gjord och står i loggen."),
        "syfte": _("Syftet är ändrat."),
        "upphandling": _("Upphandlingslåset är ändrat."),
        "sekretess": _("Sekretessen är ändrad."),
        "losning": _("Lösningen är registrerad."),
        "inforande": _("Införandet är registrerat."),
        "aterkoppling": _("Återkopplingen är registrerad."),
        "effekt": _("Effekten är registrerad."),
    }
    return said[what]
