"""`/v1/needs`: the needs database, open and searchable (S1–S3, S10), and the steps of a need."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, Response, UploadFile
from fastapi.responses import Response as Raw
from pydantic import BaseModel, ConfigDict, Field

from matcha.api.at import Asked
from matcha.api.paging import Cursor, Limit, Page, after, by_number, cursor_after, page
from matcha.api.shapes.needs import (
    ActShape,
    AttachmentShape,
    GapShape,
    GroupShape,
    NeedGroups,
    NeedShape,
    SimilarNeeds,
    SimilarShape,
)
from matcha.api.views import OPEN, act_shape, need_shape, seen_need, tagged
from matcha.errors import NotFound
from matcha.process import ActKind, Analysis, State
from matcha.records import Attachment, NeedForm
from matcha.records.act import SecrecyForm, StateForm
from matcha.records.fields import Id, Prose, Whole, Yes
from matcha.records.need import LockForm, Purpose, PurposeForm
from matcha.service.process import new_id
from matcha.service.rules import who

router = APIRouter(prefix="/v1", tags=["needs"])
NeedId = Annotated[Id, Path(description="The need's id.")]
Number = Annotated[int, Path(ge=1, lt=2**31, description="The number.")]


class NewNeed(NeedForm):
    """A need to be registered as an idea."""

    id: Id = Field(default_factory=lambda: new_id("behov", secrets.token_bytes(10)), description="Made up if left out.")
    follows: Id | None = Field(default=None, description="The need whose effect gave rise to this one (S13).")


class NeedChange(NeedForm):
    """What a need says from now on, all of it."""

    id: Id = Field(default="-", description="May be left out; the path says it.")


class PurposeChange(BaseModel):
    """What a need is matched for from now on (R6)."""

    model_config = ConfigDict(extra="forbid")
    purpose: Purpose
    reason: Prose


class LockChange(BaseModel):
    """That a procurement begins or has ended (R11)."""

    model_config = ConfigDict(extra="forbid")
    locked: Yes
    reason: Prose


class SimilarQuestion(BaseModel):
    """A need as somebody is writing it."""

    model_config = ConfigDict(extra="forbid")
    text: Prose
    k: Whole = Field(default=5, ge=1, le=50)
    need_id: Id | None = Field(default=None, description="The need that is being written, if it is registered.")


@router.get("/needs", operation_id="list_needs", summary="Needs, by id")
def needs(
    at: Asked,
    q: Annotated[str | None, Query(max_length=300, description="Words that all occur in title or text.")] = None,
    state: Annotated[list[State] | None, Query(description="Only needs in these states.")] = None,
    care_setting: Annotated[str | None, Query(max_length=300, description="Only needs of this care setting.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[NeedShape]:
    """The open needs database. Staff see needs in every state, others those that are published."""
    found = at.matcha.find_needs(at.staff, q or "", state or (), care_setting, after(cursor), limit + 1)
    items = [need_shape(need, at) for need in found[:limit]]
    return Page[NeedShape](items=items, next=cursor_after(items[-1].id) if len(found) > limit else None)


@router.post("/needs", operation_id="add_need", summary="Register a need", status_code=201)
def add_need(form: NewNeed, at: Asked, response: Response) -> NeedShape:
    """Register a need as an idea. It goes on to draft, screened, prioritised and published by `states`."""
    given = form.model_dump(exclude={"follows"})
    found = at.once(
        lambda: at.matcha.add_need(NeedForm(**given), at.caller, form.follows), lambda need: need_shape(need, at)
    )
    shape = NeedShape.model_validate(found)
    response.headers["Location"] = f"/v1/needs/{shape.id}"
    return tagged(response, shape)


@router.get("/needs/{id}", operation_id="get_need", summary="A need")
def need(id: NeedId, at: Asked, response: Response) -> NeedShape:
    """One need, with its preconditions. Its ETag is for `If-Match` when it is changed."""
    return tagged(response, need_shape(seen_need(at, id), at))


@router.put("/needs/{id}", operation_id="change_need", summary="Change what a need says")
def change_need(id: NeedId, form: NeedChange, at: Asked, response: Response) -> NeedShape:
    """Change a need as a whole; the version before stays in the log. `If-Match` refuses what has changed since."""
    changed = NeedForm(**{**form.model_dump(), "id": id})
    found = at.once(lambda: at.matcha.edit_need(changed, at.caller, at.seen()), lambda need: need_shape(need, at))
    return tagged(response, NeedShape.model_validate(found))


@router.post("/needs/{id}/states", operation_id="move_need", summary="Take a need to another state", status_code=201)
def move(id: NeedId, form: StateForm, at: Asked) -> ActShape:
    """Take a need on, back, or aside, with the reason. 409 says what is still missing for that state."""
    return acted(at, id, ActKind.STATE, form)


@router.put("/needs/{id}/purpose", operation_id="set_purpose", summary="Say what a need is matched for")
def purpose(id: NeedId, change: PurposeChange, at: Asked) -> NeedShape:
    """Say what the need is matched for from now on: preparing a procurement, or informing the market (R6)."""
    form = PurposeForm(need_id=id, user=who(at.caller), purpose=change.purpose, reason=change.reason)
    return NeedShape.model_validate(
        at.once(lambda: at.matcha.set_purpose(form, at.caller), lambda need: need_shape(need, at))
    )


@router.put("/needs/{id}/lock", operation_id="lock_need", summary="A procurement begins or has ended")
def lock(id: NeedId, change: LockChange, at: Asked) -> NeedShape:
    """While a need is locked, matching, invitations and meetings are refused with 409, and that is logged (R11)."""
    form = LockForm(need_id=id, user=who(at.caller), locked=change.locked, reason=change.reason)
    return NeedShape.model_validate(
        at.once(lambda: at.matcha.set_lock(form, at.caller), lambda need: need_shape(need, at))
    )


@router.post("/needs/{id}/secrecy", operation_id="set_secrecy", summary="Make a field secret, or not", status_code=201)
def secrecy(id: NeedId, form: SecrecyForm, at: Asked) -> ActShape:
    """Mask a field for all but staff, with the reason (R14). Everything else is presumed to be open."""
    return acted(at, id, ActKind.SECRECY, form)


@router.get("/needs/{id}/acts", operation_id="list_acts", summary="What has happened to a need")
def acts(
    id: NeedId,
    at: Asked,
    kind: Annotated[list[ActKind] | None, Query(description="Only these kinds.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[ActShape]:
    """Every act, in order, each with its entry in the log."""
    found = at.matcha.acts(id, *(kind or ()))
    items, following = page(found, lambda act: by_number(act.id), limit, cursor)
    return Page[ActShape](items=[act_shape(act) for act in items], next=following)


def acted(at: Asked, id: str, kind: ActKind, form: BaseModel) -> ActShape:
    """Do something with a need, once."""
    found = at.once(lambda: at.matcha.act(id, kind, form, at.caller, at.seen()), act_shape)
    return ActShape.model_validate(found)


@router.get("/needs/{id}/attachments", operation_id="list_attachments", summary="The attachments of a need")
def attachments(id: NeedId, at: Asked) -> list[AttachmentShape]:
    """Analyses and other files that belong to a need (S8). Secret ones are there for staff alone (R14)."""
    secret = seen_need(at, id).secret
    shown = [one for one in at.matcha.attachments(id) if at.staff or f"attachment/{one.id}" not in secret]
    return [AttachmentShape.model_validate(file) for file in shown]


@router.post("/needs/{id}/attachments", operation_id="attach", summary="Attach a file to a need", status_code=201)
def attach(
    id: NeedId,
    at: Asked,
    analysis: Annotated[Analysis, Form(description="What it is.")],
    file: Annotated[UploadFile, File(description="PDF, DOCX, XLSX, ODT, ODS, PNG, JPEG, TXT or CSV, at most 10 MB.")],
) -> AttachmentShape:
    """Attach a file. What it is is told by its content, and it is only ever given back as a download."""
    name, content = file.filename or "", file.file.read()
    told = f"{analysis}\n{name}\n".encode() + content
    found = at.once(lambda: at.matcha.attach(id, analysis, name, content, at.caller), _attachment, told)
    return AttachmentShape.model_validate(found)


def _attachment(file: Attachment) -> AttachmentShape:
    return AttachmentShape.model_validate(file)


@router.get(
    "/needs/{id}/attachments/{number}",
    operation_id="get_attachment",
    summary="An attachment",
    response_class=Raw,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The file."}},
)
def attachment(id: NeedId, number: Number, at: Asked) -> Raw:
    """The file itself, as a download."""
    if not at.staff and f"attachment/{number}" in seen_need(at, id).secret:
        raise NotFound(f"Bilagan {number} finns inte.", f"Attachment {number} does not exist.")
    file = at.matcha.attachment(id, number)
    name = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in file.name)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Media-Type": file.media_type}
    return Raw(file.content, media_type="application/octet-stream", headers=headers)


@router.post("/similar-needs", operation_id="similar_needs", summary="Needs that resemble a text")
def similar(question: SimilarQuestion, at: Asked) -> SimilarNeeds:
    """Ask while a need is written whether others have the same one. It only advises, and is not logged."""
    own = (question.need_id,) if question.need_id else ()
    found = at.matcha.similar(question.text, question.k, own)
    titles = {need.id: need.title for need in at.matcha.needs_called([one.need_id for one in found])}
    return SimilarNeeds(
        items=[
            SimilarShape(need_id=one.need_id, title=titles[one.need_id], level=one.level, score=one.score)
            for one in found
        ]
    )


@router.get("/need-groups", operation_id="need_groups", summary="Groups of needs, and gaps")
def groups(at: Asked) -> NeedGroups:
    """Which needs belong together, and which nobody registered answers well (S4)."""
    found = at.matcha.grouped(tuple(at.matcha.need_titles(WORKED_ON)))
    return NeedGroups(
        groups=[
            GroupShape(
                central=group.central,
                members=list(group.members),
                words=list(group.words),
                lacking=found.lacking[group.central],
            )
            for group in found.clusters.groups
        ],
        alone=list(found.clusters.alone),
        gaps=[GapShape(need_id=gap.need_id, best=gap.best) for gap in found.gaps],
    )


WORKED_ON = (*OPEN, State.IDEA, State.DRAFT, State.SCREENED, State.PRIORITISED)
