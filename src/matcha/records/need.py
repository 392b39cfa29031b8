"""Needs: what care lacks, quantified (S2), with its source (S5) and its preconditions (S10)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, FiniteFloat, field_validator
from pydantic import Field as Bounded
from pydantic_core import PydanticKnownError
from sqlalchemy import JSON, BigInteger
from sqlmodel import Field, SQLModel

from matcha.process import State
from matcha.records.fields import (
    BLANK_IS_NONE,
    Form,
    Id,
    Line,
    Moment,
    OptionalLine,
    OptionalProse,
    Prose,
    choice,
    fault,
)
from matcha.values import Language


class Purpose(StrEnum):
    """What a question or a forum is for (R6): preparing a procurement, or informing the market."""

    PREPARING = "preparing"
    INFORMING = "informing"


def _decimal_comma(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticKnownError("float_type")
    return value.replace(",", ".") if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    """A cell of a spreadsheet holds the parts of a list with semicolons between them."""
    return [part for part in value.split(";") if part.strip()] if isinstance(value, str) else value


_Six = Annotated[tuple[Line, ...], Bounded(max_length=6)]
Aspects = Annotated[_Six, BeforeValidator(_listed, json_schema_input_type=_Six | str)]
Number = Annotated[
    FiniteFloat | None, BeforeValidator(_decimal_comma, json_schema_input_type=float | str | None), BLANK_IS_NONE
]


class NeedForm(Form):
    """A need as submitted. Title and text are matched; the rest is for people to judge by."""

    id: Id
    title: Line
    text: Prose
    language: Annotated[Language | None, BLANK_IS_NONE] = None
    quantity_number: Number = None
    quantity_unit: OptionalLine = None
    quantity_population: OptionalLine = None
    quantity_period: OptionalLine = None
    source: OptionalLine = None
    preconditions: OptionalProse = None
    patient_perspective: OptionalProse = None
    care_setting: OptionalLine = None
    goal: OptionalProse = None
    aspects: Aspects = ()

    @field_validator("aspects")
    @classmethod
    def _several(cls, aspects: tuple[str, ...]) -> tuple[str, ...]:
        if len(aspects) == 1 or len({aspect.casefold() for aspect in aspects}) < len(aspects):
            raise fault(
                "Ange två till sex olika aspekter, eller inga alls.", "Give two to six different aspects, or none."
            )
        return aspects


class PurposeForm(Form):
    """What a need is matched for from now on (R6), as a named person decides it, with the reason."""

    need_id: Id
    purpose: Purpose
    user: Line
    reason: Prose


class LockForm(Form):
    """That a procurement of a need begins or has ended (R11), as a named person says, with the reason."""

    need_id: Id
    locked: bool
    user: Line
    reason: Prose


class Need(SQLModel, table=True):
    """A need in the needs database (S1). `leaf_index` is that of its newest version in the match log.

    While it is `locked`, a procurement is under way, and nothing is matched for it. `aspects` are two to six parts of
    the challenge, or none (S27); `secret` says which fields are, and why (R14). `touched` is the newest entry about it,
    `was` the state that it was parked or closed in.
    """

    id: str = Field(primary_key=True, max_length=64)
    title: str = Field(max_length=300)
    text: str
    language: Language = Field(sa_type=choice(Language))
    quantity_number: float | None = None
    quantity_unit: str | None = Field(default=None, max_length=300)
    quantity_population: str | None = Field(default=None, max_length=300)
    quantity_period: str | None = Field(default=None, max_length=300)
    source: str | None = Field(default=None, max_length=300)
    preconditions: str | None = None
    patient_perspective: str | None = None
    care_setting: str | None = Field(default=None, max_length=300)
    goal: str | None = None
    aspects: list[str] = Field(default_factory=list, sa_type=JSON)
    state: State = Field(default=State.PUBLISHED, sa_type=choice(State), index=True)
    was: State | None = Field(default=None, sa_type=choice(State, "was"))
    secret: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    touched: int | None = Field(default=None, sa_type=BigInteger)
    purpose: Purpose = Field(default=Purpose.PREPARING, sa_type=choice(Purpose))
    locked: bool = False
    leaf_index: int | None = Field(default=None, sa_type=BigInteger)
    created: datetime = Field(sa_type=Moment)
    changed: datetime = Field(sa_type=Moment)
