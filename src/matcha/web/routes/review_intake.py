"""What comes in and what goes out: files taken in whole or not at all, exports, and lawful erasure in two steps."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from fastapi import Response
from starlette.datastructures import UploadFile

from matcha.api.access import ADMINISTRATORS, COORDINATORS
from matcha.api.routes import log, profiles, proposals, upkeep
from matcha.api.routes import needs as need_operations
from matcha.api.routes.upkeep import ErasureRequest, Format
from matcha.api.shapes.profiles import CountsShape, Imported
from matcha.errors import InvalidRows, NotFound, RowFault
from matcha.interchange.uploads import read_upload
from matcha.matchlog.entry import Kind
from matcha.records.batch import FORMS, Noun
from matcha.records.erasure import Erased, Ground
from matcha.web.filling import Fault, FieldFault, Unfilled, file_in
from matcha.web.look import Look, Looking
from matcha.web.router import Routes

routes = Routes()
_FAULTS = 200  # rows that are told of at a time


@dataclass(frozen=True)
class Columns:
    """The columns of a noun in a file: those that must be there, and those that may."""

    noun: Noun
    must: tuple[str, ...]
    may: tuple[str, ...]


@dataclass(frozen=True)
class Counted:
    """How many rows of a noun are new, edited and unchanged."""

    noun: Noun
    new: int
    edited: int
    unchanged: int


@dataclass(frozen=True)
class Named:
    """What is to be erased, by name, and how many profiles, acts or the like go with it."""

    name: str
    count: int = 0


@routes.page("/admin/kallor", ADMINISTRATORS | COORDINATORS)
def sources(look: Looking) -> Response:
    """Show the form for taking in a file, what a file looks like, and the exports."""
    return _sources(look)


@routes.form("/admin/kallor", ADMINISTRATORS | COORDINATORS)
def take_in(look: Looking) -> Response:
    """Take in a file whole, or only try it; tell every row that cannot be used."""

    def do() -> Response:
        file = _file(look)
        with closing(file.file):
            return read(file)

    def read(file: UploadFile) -> Response:
        if look.given.get("trying"):
            return _sources(look, tried=_tried(look, file), name=file.filename or "")
        found = Imported.model_validate(look.ask(proposals.upload, file=file))
        return _sources(look, taken=[_counted(one) for one in found.counts], name=file.filename or "")

    return look.take(do, lambda fault: _sources(look, fault=fault))


def _file(look: Look) -> UploadFile:
    file = file_in(look.visitor.form, "file")
    if file is None:
        raise Unfilled((FieldFault("file", "välj en fil", "choose a file"),))
    return file


def _tried(look: Look, file: UploadFile) -> list[Counted]:
    """Say what taking in a file would do, and change nothing."""
    batch = read_upload(file.filename or "", file.file.read())
    with look.costly():
        plan = look.matcha.plan(batch)
    return [Counted(noun, one.new, one.edited, one.unchanged) for noun, one in plan.counts]


def _counted(one: CountsShape) -> Counted:
    return Counted(Noun(one.noun), one.new, one.edited, one.unchanged)


def _sources(
    look: Look,
    *,
    fault: Fault | None = None,
    tried: Sequence[Counted] | None = None,
    taken: Sequence[Counted] | None = None,
    name: str = "",
) -> Response:
    rows: Sequence[RowFault] = ()
    if fault is not None and isinstance(fault.error, InvalidRows):
        rows = fault.error.rows
    return look.show(
        "review/sources.html",
        200 if fault is None else fault.status,
        fault=fault,
        rows=rows[:_FAULTS],
        more=len(rows) - len(rows[:_FAULTS]),
        tried=tried,
        taken=taken,
        name=name,
        columns=[_columns(noun) for noun in Noun],
        formats=list(Format),
    )


def _columns(noun: Noun) -> Columns:
    fields = FORMS[noun].model_fields.items()
    must = tuple(name for name, field in fields if field.is_required())
    return Columns(noun, must, tuple(name for name, _ in fields if name not in must))


@routes.page("/admin/gallring", ADMINISTRATORS)
def erasure_page(look: Looking) -> Response:
    """Show the form for erasing something."""
    return _erasure(look)


@routes.form("/admin/gallring", ADMINISTRATORS)
def erase(look: Looking) -> Response:
    """Show exactly what would be erased; erase it when that has been confirmed."""

    def do() -> Response:
        asked = look.fill(ErasureRequest)
        named = _named(look, asked)
        if look.given.get("confirmed") != "true":
            return look.show("review/erasure_confirm.html", asked=asked, named=named)
        found = look.ask(upkeep.erase, asked)
        said = look.words.gettext("Det är utgallrat, och loggat som post %(number)s.")
        return look.go(f"/loggen/{found.leaf_index}", said % {"number": found.leaf_index})

    return look.take(do, lambda fault: _erasure(look, fault))


def _erasure(look: Look, fault: Fault | None = None) -> Response:
    status = 200 if fault is None else fault.status
    return look.show("review/erasure.html", status, fault=fault, kinds=list(Erased), grounds=list(Ground))


def _named(look: Look, asked: ErasureRequest) -> Named:
    """Give what an erasure names. Raises Unfilled for what does not exist."""
    try:
        return _found(look, asked)
    except NotFound as wrong:
        raise Unfilled((FieldFault("id", wrong.sv, wrong.en),)) from wrong


def _found(look: Look, asked: ErasureRequest) -> Named:
    if asked.what is Erased.ACTOR:
        return Named(look.ask(profiles.actor, asked.id).name, len(look.matcha.profiles(asked.id)))
    if asked.what is Erased.PROFILE:
        return Named(look.ask(profiles.profile, asked.id).title)
    if asked.what is Erased.NEED:
        return Named(look.ask(need_operations.need, asked.id).title, len(look.matcha.acts(asked.id)))
    index = int(asked.id) if asked.id.isdigit() and len(asked.id) < 16 else -1
    entry = look.ask(log.entry, index)
    if entry.kind not in (Kind.MATCH, Kind.EXPLANATION):
        raise NotFound(f"Post {index} är ingen matchning.", f"Entry {index} is no match.")
    return Named(look.words.moment(entry.milliseconds))
