"""Kinds of field that several nouns share, with the rules that hold for each."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError
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


def _readable(text: str) -> str:
    try:
        refuse_unusable(text)
    except Invalid as error:
        raise fault(error.sv, error.en) from error
    return text  # kept as it was written; the canonical form is made again wherever it is needed


def _blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


BLANK_IS_NONE = BeforeValidator(_blank_is_none)  # an empty cell of a spreadsheet means that nothing was given

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\r\n]*$"),
    AfterValidator(_readable),
]
Prose = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST), AfterValidator(_readable)
]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Address = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]
Link = Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=300)]
OptionalId = Annotated[Id | None, BLANK_IS_NONE]
OptionalLine = Annotated[Line | None, BLANK_IS_NONE]
OptionalProse = Annotated[Prose | None, BLANK_IS_NONE]
OptionalAddress = Annotated[Address | None, BLANK_IS_NONE]
OptionalLink = Annotated[Link | None, BLANK_IS_NONE]
