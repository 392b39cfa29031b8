"""Actors: organisations and research groups that can be matched, and their contact persons."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import model_validator
from sqlmodel import Field, SQLModel
from stdnum.exceptions import ValidationError as NumberError
from stdnum.se import orgnr

from matcha.records.fields import (
    Country,
    Form,
    Id,
    Line,
    Moment,
    OptionalAddress,
    OptionalLine,
    OptionalLink,
    choice,
    fault,
)
from matcha.values import ActorKind


class ActorForm(Form):
    """An actor as submitted. Only id, name and kind must be given (R4)."""

    id: Id
    name: Line
    kind: ActorKind
    org_number: OptionalLine = None
    country: Country = "SE"
    website: OptionalLink = None

    @model_validator(mode="after")
    def _swedish_number(self) -> Self:
        if self.org_number is not None and self.country == "SE":
            _check_swedish(self.org_number)
        return self


class Actor(SQLModel, table=True):
    """Who an actor is. Nothing of this reaches a score (R2)."""

    id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=300)
    kind: ActorKind = Field(sa_type=choice(ActorKind), index=True)
    org_number: str | None = Field(default=None, max_length=300)
    country: str = Field(max_length=2)
    website: str | None = Field(default=None, max_length=300)
    created: datetime = Field(sa_type=Moment)


class ContactForm(Form):
    """A contact person as submitted."""

    id: Id
    actor_id: Id
    name: Line
    role: OptionalLine = None
    email: OptionalAddress = None
    phone: OptionalLine = None


class Contact(SQLModel, table=True):
    """A person to talk to at an actor: a table of its own, never embedded, never logged (R17)."""

    id: str = Field(primary_key=True, max_length=64)
    actor_id: str = Field(foreign_key="actor.id", index=True, max_length=64)
    name: str = Field(max_length=300)
    role: str | None = Field(default=None, max_length=300)
    email: str | None = Field(default=None, max_length=254)
    phone: str | None = Field(default=None, max_length=300)


def _check_swedish(number: str) -> None:
    try:
        orgnr.validate(number)
    except NumberError as error:
        raise fault(
            f"{number} är inget svenskt organisationsnummer. Skriv tio siffror, till exempel 495000-0010.",
            f"{number} is not a Swedish organisation number. Write ten digits, such as 495000-0010.",
        ) from error
