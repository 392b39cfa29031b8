"""What a person does with an answer: decide about an actor, judge relevance, ask why or why not."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from pydantic import BaseModel, ConfigDict

from matcha.api.access import COORDINATORS, READERS, STAFF
from matcha.api.routes import judgements, matching, outcomes
from matcha.api.shapes.matches import DecisionRequest, ExplainRequest
from matcha.errors import Conflict
from matcha.records.act import JudgementForm
from matcha.records.fields import Id
from matcha.values import Choice
from matcha.web.filling import Fault, FieldFault, Unfilled
from matcha.web.look import Look, Looking
from matcha.web.names import people
from matcha.web.router import Routes
from matcha.web.routes.coordinator_answer import Leaf, need_of, shown_match

routes = Routes()


class _Chosen(BaseModel):
    """The profile that is to be explained."""

    model_config = ConfigDict(extra="ignore")
    profile_id: Id


@routes.page("/svar/{leaf}/aktor/{id}", READERS)
def actor(look: Looking, leaf: Leaf, id: Id) -> Response:
    """Show one actor's place in an answer, with all that can be done about it."""
    return _actor(look, leaf, id)


@routes.form("/svar/{leaf}/aktor/{id}/beslut", STAFF)
def decide(look: Looking, leaf: Leaf, id: Id) -> Response:
    """Keep what somebody decides about an actor for the need, with the reason."""
    found, result = shown_match(look, leaf, id)

    def do() -> Response:
        if found.asked.need_id is None:
            raise Conflict("Beslut fattas om registrerade behov.", "Decisions are about registered needs.")
        made: Any = look.ask(matching.decide, look.fill(DecisionRequest, need_id=found.asked.need_id, actor_id=id))
        words = {
            Choice.INVITED: look.words.gettext("Beslutet är sparat och loggat: inbjuden."),
            Choice.CONTACTED: look.words.gettext("Beslutet är sparat och loggat: kontaktad."),
            Choice.DECLINED: look.words.gettext("Beslutet är sparat och loggat: bortvald."),
        }
        return look.go(f"/svar/{leaf}#plats-{result.place}", words[Choice(made["choice"])])

    return look.take(do, lambda fault: _actor(look, leaf, id, fault, "decide"))


@routes.form("/svar/{leaf}/aktor/{id}/bedomning", COORDINATORS)
def judge(look: Looking, leaf: Leaf, id: Id) -> Response:
    """Keep whether an actor's profile is relevant for the need."""
    found, result = shown_match(look, leaf, id)

    def do() -> Response:
        if found.asked.need_id is None:
            raise Conflict("Relevans bedöms för registrerade behov.", "Relevance is judged for registered needs.")
        if not look.given.get("relevant"):
            raise Unfilled((FieldFault("relevant", "välj ett av svaren", "choose one of the answers"),))
        said = look.given.get("why").strip() or None
        form = look.fill(JudgementForm, profile_id=result.match.profile_id, reason=said)
        look.ask(outcomes.judge, found.asked.need_id, form)
        return look.go(f"/svar/{leaf}#plats-{result.place}", look.words.gettext("Bedömningen är sparad och loggad."))

    return look.take(do, lambda fault: _actor(look, leaf, id, fault, "judge"))


@routes.page("/svar/{leaf}/varfor", READERS)
def why_page(look: Looking, leaf: Leaf, q: str = "") -> Response:
    """Show the form for asking why a profile stands where it stands, and registered profiles to choose among."""
    return _why(look, leaf, q)


@routes.form("/svar/{leaf}/varfor", STAFF)
def why(look: Looking, leaf: Leaf) -> Response:
    """Explain any registered profile before the question of an answer. The explanation is logged."""
    found = look.matcha.logged_answer(leaf)

    def do() -> Response:
        if found.asked.need_id is None and found.asked.text is None:
            raise Conflict(
                "Frågan är utgallrad och kan inte förklaras.", "The question has been erased and cannot be explained."
            )
        chosen = look.fill(_Chosen)
        asked = {"need_id": found.asked.need_id} if found.asked.need_id else {"text": found.asked.text}
        told: Any = look.ask(matching.explanations, ExplainRequest(profile_id=chosen.profile_id, k=found.k, **asked))
        return look.go(f"/svar/{leaf}/varfor/{told['leaf_index']}")

    return look.take(do, lambda fault: _why(look, leaf, "", fault))


@routes.page("/svar/{leaf}/varfor/{post}", READERS)
def explained(look: Looking, leaf: Leaf, post: Leaf) -> Response:
    """Show an explanation as it was given."""
    found = look.matcha.logged_explanation(post)
    return look.show("coordinator/explained.html", leaf=leaf, post=post, asked=found.asked, found=found.found)


def _actor(look: Look, leaf: int, id: str, fault: Fault | None = None, form: str = "") -> Response:
    found, result = shown_match(look, leaf, id)
    need_id = found.asked.need_id
    made = look.ask(matching.decisions, need_id=need_id, limit=1000).items if need_id else []
    own = [one for one in made if one.actor_id == id]
    judged = look.ask(judgements.judgements, need_id=need_id, limit=1000).items if need_id else []
    about = [one for one in judged if one.profile_id == result.match.profile_id]
    return look.show(
        "coordinator/actor.html",
        fault.status if fault else 200,
        fault=fault,
        form=form,
        leaf=leaf,
        answer=found,
        one=result,
        need=need_of(look, found),
        decisions=own,
        judgements=about,
        names=people(look) if own or about else {},
        choices=list(Choice),
        may_decide=look.may(matching.decide),
        may_judge=look.may(outcomes.judge),
        may_ask=look.may(matching.explanations),
        instructions=look.ask(judgements.instructions),
    )


def _why(look: Look, leaf: int, q: str, fault: Fault | None = None) -> Response:
    found = look.matcha.logged_answer(leaf)
    words = q.strip()[:200]
    profiles = look.matcha.find_registered(words, 21) if words else ()
    return look.show(
        "coordinator/why.html",
        fault.status if fault else 200,
        fault=fault,
        leaf=leaf,
        answer=found,
        q=words,
        profiles=profiles[:20],
        more=len(profiles) > 20,
        ranks={one.profile_id: one.rank for one in found.shown},
        may_ask=look.may(matching.explanations),
        part="coordinator/_profiles.html",
    )
