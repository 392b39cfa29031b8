"""The dialogue about a need: interest, questions, threads, meetings, and who was involved in what (R1, R9, R12)."""

from __future__ import annotations

from fastapi import APIRouter

from matcha.api.at import Asked
from matcha.api.routes.needs import NeedId, acted
from matcha.api.shapes.needs import (
    ActShape,
    ContactShape,
    DialogueShape,
    DifferenceShape,
    Dossier,
    InvolvementShape,
    ShownShape,
    ThreadShape,
)
from matcha.api.views import seen_need
from matcha.needs.dialogue import Difference, Shown
from matcha.process import ActKind
from matcha.records.act import (
    AnswerForm,
    BrokeringForm,
    DeclarationForm,
    EventForm,
    InterestForm,
    MeetingForm,
    PostForm,
    QuestionForm,
)

router = APIRouter(prefix="/v1", tags=["dialogue"])


@router.post("/needs/{id}/interests", operation_id="show_interest", summary="Show interest", status_code=201)
def interest(id: NeedId, form: InterestForm, at: Asked) -> ActShape:
    """A supplier is interested in a published need, and takes part in its dialogue from then on (S19)."""
    return acted(at, id, ActKind.INTEREST, form)


@router.post("/needs/{id}/questions", operation_id="ask_question", summary="Ask a question", status_code=201)
def question(id: NeedId, form: QuestionForm, at: Asked) -> ActShape:
    """Ask about a need. All participants see the question, and not who asked (R1)."""
    return acted(at, id, ActKind.QUESTION, form)


@router.post("/needs/{id}/answers", operation_id="answer_question", summary="Answer a question", status_code=201)
def answer(id: NeedId, form: AnswerForm, at: Asked) -> ActShape:
    """Answer a question, or tell everybody what was said in a meeting. All participants see it at once (R1)."""
    return acted(at, id, ActKind.ANSWER, form)


@router.post("/needs/{id}/posts", operation_id="post", summary="Contribute to a thread", status_code=201)
def post(id: NeedId, form: PostForm, at: Asked) -> ActShape:
    """Begin a thread, with a title, or contribute to one (S17)."""
    return acted(at, id, ActKind.POST, form)


@router.post("/needs/{id}/contacts", operation_id="broker_contact", summary="Put in touch", status_code=201)
def contact(id: NeedId, form: BrokeringForm, at: Asked) -> ActShape:
    """A named coordinator puts an actor in touch with the need's owner (S18). It stands in the dossier."""
    return acted(at, id, ActKind.CONTACT, form)


@router.get("/needs/{id}/contacts", operation_id="list_contacts", summary="Who was put in touch")
def contacts(id: NeedId, at: Asked) -> list[ContactShape]:
    """Every contact with the named coordinator who brokered it; a supplier sees its own."""
    seen_need(at, id)
    people = {account.id: account for account in at.matcha.accounts.accounts()}
    found = [act for act in at.matcha.acts(id, ActKind.CONTACT) if act.content]
    return [
        ContactShape(
            id=act.id or 0,
            actor_id=act.content["actor_id"],
            text=act.content["text"],
            coordinator=people[act.by].name if act.by in people else "",
            email=people[act.by].email if act.by in people else None,
            made=act.made,
        )
        for act in found
        if at.staff or act.actor_id == at.caller.actor_id
    ]


@router.post("/needs/{id}/meetings", operation_id="record_meeting", summary="Record a meeting", status_code=201)
def meeting(id: NeedId, form: MeetingForm, at: Asked) -> ActShape:
    """Record who met, when, and what was exchanged (R9). Tell the others by an answer that names the meeting."""
    return acted(at, id, ActKind.MEETING, form)


@router.post("/needs/{id}/events", operation_id="announce_event", summary="Announce an event", status_code=201)
def event(id: NeedId, form: EventForm, at: Asked) -> ActShape:
    """Announce a workshop, a competition or a presentation (S15, S16)."""
    return acted(at, id, ActKind.EVENT, form)


@router.post(
    "/needs/{id}/declarations",
    operation_id="declare_interest",
    summary="Declare an interest",
    status_code=201,
)
def declaration(id: NeedId, form: DeclarationForm, at: Asked) -> ActShape:
    """Declare whether you have an interest of your own in a need. Who has may not run, edit or sign (R12)."""
    return acted(at, id, ActKind.DECLARATION, form)


@router.get(
    "/needs/{id}/dialogue",
    operation_id="get_dialogue",
    summary="The dialogue about a need",
)
def dialogue(id: NeedId, at: Asked) -> DialogueShape:
    """Questions, answers and threads. All participants see the same; `differences` is the proof (R1)."""
    seen_need(at, id)
    talk = at.matcha.dialogue(id, at.caller)
    return DialogueShape(
        contributions=[_shown(one) for one in talk.shown],
        threads=[
            ThreadShape(id=one.id, title=one.title, contributions=[_shown(each) for each in one.contributions])
            for one in talk.threads
        ],
        differences=[_difference(one) for one in talk.differences] if at.staff else [],
        untold=list(talk.untold) if at.staff else [],
    )


def _shown(one: Shown) -> ShownShape:
    return ShownShape.model_validate(one)


def _difference(one: Difference) -> DifferenceShape:
    return DifferenceShape(
        first=one.first,
        second=one.second,
        only_first=[id for id, _ in one.only_first],
        only_second=[id for id, _ in one.only_second],
    )


@router.get(
    "/needs/{id}/dossier",
    operation_id="get_dossier",
    summary="Prior involvement",
)
def dossier(id: NeedId, at: Asked) -> Dossier:
    """Who met, asked or was told what, when and through whom, before any procurement (R9)."""
    found = at.matcha.dossier(id)
    return Dossier(need_id=id, items=[InvolvementShape.model_validate(one) for one in found])
