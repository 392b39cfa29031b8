"""From a form's fields to what an operation takes, and back: what is wrong is told by the field, nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from matcha.api import faults
from matcha.errors import Invalid, MatchaError
from matcha.forum.relaxation import Impossible
from matcha.values import Language

Form = TypeVar("Form", bound=BaseModel)
OURS = frozenset({"csrf", "once"})  # fields of every form


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field, by its name in the form."""

    name: str
    sv: str
    en: str


@dataclass(frozen=True)
class Fault:
    """Why a form was not taken: in a sentence, by field, and for a forum what contradicts and what would help."""

    sv: str
    en: str
    status: int = 422
    fields: tuple[FieldFault, ...] = ()
    error: MatchaError | None = None

    def told(self, language: Language) -> str:
        """Say it in a language."""
        return self.sv if language is Language.SV else self.en

    def of(self, name: str, language: Language) -> str:
        """Say what is wrong with a field; empty if nothing is."""
        said = [one.sv if language is Language.SV else one.en for one in self.fields if one.name == name]
        return "; ".join(said)

    @property
    def impossible(self) -> Impossible | None:
        """The contradiction between the rules of a forum, if that is what is wrong."""
        return self.error if isinstance(self.error, Impossible) else None


class Unfilled(Invalid):
    """A form whose fields cannot be used as they are."""

    def __init__(self, fields: tuple[FieldFault, ...]) -> None:
        super().__init__("Något behöver rättas innan det går att spara.", "Something must be corrected first.")
        self.fields = fields


@dataclass(frozen=True)
class Given:
    """What somebody wrote in a form, as it was sent."""

    form: FormData = field(default_factory=FormData)
    start: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Give what a field held, or what it starts with."""
        if name in self.form:
            said = self.form[name]
            return said if isinstance(said, str) else ""
        if self.form:
            return ""
        begun = self.start.get(name)
        return "" if begun is None else str(begun)

    def all(self, name: str) -> list[str]:
        """Give all that a field held, such as the boxes that are ticked."""
        if self.form:
            return [one for one in self.form.getlist(name) if isinstance(one, str)]
        begun = self.start.get(name)
        return [str(one) for one in begun] if isinstance(begun, list | tuple | set | frozenset) else []

    def lines(self, name: str) -> str:
        """Give a field of one thing a line: what was written, or what it starts with."""
        return self.get(name) if name in self.form else "\n".join(self.all(name))


def file_in(form: FormData, name: str) -> UploadFile | None:
    """Give a file that was chosen in a form, or None."""
    found = form.get(name)
    return found if isinstance(found, UploadFile) and found.filename else None


def fill(shape: type[Form], form: FormData, **also: Any) -> Form:
    """Make what an operation takes of a form's fields; empty ones are left out. Raises Unfilled.

    A field that takes several values takes all that were ticked; written in a text area, one a line.
    """
    told = {**{name: _value(shape, form, name) for name in shape.model_fields if name in form}, **also}
    try:
        return shape.model_validate({name: value for name, value in told.items() if value not in (None, "", [])})
    except ValidationError as wrong:
        raise Unfilled(tuple(_fault(dict(detail)) for detail in wrong.errors())) from wrong


def fault_of(error: MatchaError, status: int) -> Fault:
    """Give why a form was not taken."""
    return Fault(error.sv, error.en, status, getattr(error, "fields", ()), error)


def _value(shape: type[BaseModel], form: FormData, name: str) -> Any:
    said = [one for one in form.getlist(name) if isinstance(one, str)]
    kinds = _kinds(shape.model_fields[name].annotation)
    if kinds & _LISTS:
        return [line.strip() for one in said for line in one.splitlines() if line.strip()]
    return _plain(said[-1].strip(), kinds) if said else None


def _plain(said: str, kinds: set[Any]) -> Any:
    """Give what a field says as JSON has it: forms know nothing but text, and the API takes no text for a number."""
    if bool in kinds:
        return said in ("true", "on", "1")
    number = _SPACES.sub("", said).replace(",", ".")
    if int in kinds and _WHOLE.fullmatch(number):
        return int(number)
    if float in kinds and _MEASURED.fullmatch(number):
        return float(number)
    return said


_LISTS = {list, tuple, set, frozenset}
_SPACES = re.compile("(?<=[0-9])[ \u00a0\u202f](?=[0-9]{3}(?![0-9]))")  # 1 234 567, as people write it
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_MEASURED = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")


def _kinds(annotation: Any) -> set[Any]:
    """Give the kinds of value that an annotation names, however deep they stand in it."""
    origin = get_origin(annotation)
    if origin in _LISTS:
        return {origin}
    inner = get_args(annotation)[:1] if origin is Annotated else get_args(annotation)
    return {annotation} if not inner else set().union(*map(_kinds, inner))


def _fault(detail: dict[str, Any]) -> FieldFault:
    sv, en = faults.words(detail)
    return FieldFault(".".join(map(str, detail["loc"][:1])) or "form", sv, en)
