"""Kinds of field that several nouns share, with the rules that hold for each."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    FiniteFloat,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    StringConstraints,
)
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema
from sqlalchemy import DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from matcha.errors import Invalid
from matcha.text.canonical import LONGEST, refuse_unusable


class Form(SQLModel):
    """What someone fills in. An unknown field is refused, so that a misspelt column is never lost in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)  # type: ignore[assignment]  # SQLModel's type is narrower


class Moment(TypeDecorator[datetime]):
    """A point in time, kept in UTC and read back with its zone, in SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


def choice(options: type[StrEnum], name: str | None = None) -> Any:
    """Give the column type of a closed choice: the word itself, held by a check in every database.

    The check is named after the choice; a second column of the same choice in a table gives a `name` of its own.
    """
    named = name or options.__name__.lower()
    return Enum(
        options,
        native_enum=False,
        length=32,
        create_constraint=True,
        values_callable=lambda e: [m.value for m in e],
        name=named,
    )


def fault(sv: str, en: str) -> PydanticCustomError:
    """Give a validation error that carries its words in both languages."""
    return PydanticCustomError("matcha", "{en}", {"sv": sv, "en": en})


def readable(text: str) -> str:
    """Give a text as it was written, or raise a validation error for one that cannot be read."""
    try:
        refuse_unusable(text)
    except Invalid as error:
        raise fault(error.sv, error.en) from error
    return text  # kept as it was written; the canonical form is made again wherever it is needed


def _blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


class _BlankIsNone:
    """Takes text of nothing but white space for None, and says so in the schema."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_blank_is_none, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        told = handler(schema)
        return {"anyOf": [*told.get("anyOf", [told]), {"type": "string", "pattern": r"^\s*$"}]}


BLANK_IS_NONE = _BlankIsNone()  # an empty cell of a spreadsheet means that nothing was given


def _refuse_words(value: Any) -> Any:
    if isinstance(value, (bool, str)):
        raise PydanticKnownError("float_type")
    return value


def _dated(value: Any) -> Any:
    if not isinstance(value, date) and not (isinstance(value, str) and _DATE.match(value)):  # 0 would be 1970
        raise fault("ska börja med ett datum: 2026-05-01", "must begin with a date: 2026-05-01")
    return value


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?![0-9])")
# As JSON has them. What pydantic would guess, such as true for 1, is refused: nobody meant it.
Whole = Annotated[int, BeforeValidator(_refuse_words)]
Measured = Annotated[FiniteFloat, BeforeValidator(_refuse_words)]
Yes = Annotated[bool, Strict()]
Day = Annotated[date, BeforeValidator(_dated)]
Instant = Annotated[AwareDatetime, BeforeValidator(_dated)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\r\n]*$"),
    AfterValidator(readable),
]
Prose = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST), AfterValidator(readable)
]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Address = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]
Link = Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=300)]
OptionalId = Annotated[Id | None, BLANK_IS_NONE]
OptionalLine = Annotated[Line | None, BLANK_IS_NONE]
OptionalProse = Annotated[Prose | None, BLANK_IS_NONE]
OptionalAddress = Annotated[Address | None, BLANK_IS_NONE]
OptionalLink = Annotated[Link | None, BLANK_IS_NONE]
