"""Profiles: one solution or one expertise of an actor, versioned, and the passages that are matched."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic import Field as Bounded
from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from matcha.records.fields import BLANK_IS_NONE, Country, Form, Id, Line, Moment, Prose, Yes, choice, fault
from matcha.values import Grain, Language, ProfileKind

_CERTIFICATE = re.compile(
    r"(?P<name>.+?)(?P<equivalent> eller likvärdigt?| or equivalent)? ?\((?P<country>[A-Z]{2})\)", re.S
)


def certificates_in_cell(value: Any) -> Any:
    """Read a cell of a spreadsheet: `ISO 13485 (SE); ISO 27001 eller likvärdigt (NO)`."""
    if not isinstance(value, str):
        return value
    found = [_CERTIFICATE.fullmatch(part.strip()) for part in value.split(";") if part.strip()]
    if not all(found):
        raise fault(
            "Skriv certifikat så här: ISO 13485 (SE); ISO 27001 eller likvärdigt (NO)",
            "Write certificates like this: ISO 13485 (SE); ISO 27001 or equivalent (NO)",
        )
    return [{"name": m["name"], "country": m["country"], "equivalent": bool(m["equivalent"])} for m in found if m]


class Certificate(Form):
    """A certificate that a profile's actor holds, or an equivalent one, and the country that issued it (R5)."""

    name: Line
    country: Country
    equivalent: Yes = False


_Fifty = Annotated[tuple[Certificate, ...], Bounded(max_length=50)]
Certificates = Annotated[_Fifty, BeforeValidator(certificates_in_cell, json_schema_input_type=_Fifty | str)]


class ProfileForm(Form):
    """A profile as submitted. A language that is not given is detected (R4: few mandatory fields)."""

    id: Id
    actor_id: Id
    kind: ProfileKind = ProfileKind.SOLUTION
    title: Line
    text: Prose
    language: Annotated[Language | None, BLANK_IS_NONE] = None
    certificates: Certificates = ()


class Profile(SQLModel, table=True):
    """The thread that holds the versions of a profile together.

    After `expires` it takes part no more until it is renewed; `expired` is when that was noted and logged.
    """

    id: str = Field(primary_key=True, max_length=64)
    actor_id: str = Field(foreign_key="actor.id", index=True, max_length=64)
    withdrawn: datetime | None = Field(default=None, sa_type=Moment)
    expires: datetime | None = Field(default=None, sa_type=Moment, index=True)
    expired: datetime | None = Field(default=None, sa_type=Moment)

    @property
    def out(self) -> bool:
        """Whether it takes no part: withdrawn, or expired."""
        return self.withdrawn is not None or self.expired is not None


class ProfileVersion(SQLModel, table=True):
    """One version of a profile; an edit adds the next one and leaves this as it is. Versions count from 1.

    `masked` holds the names and numbers of actors in it, which are not read. When one that the text mentions is
    registered, a new version says the same and masks more.
    """

    __table_args__ = (UniqueConstraint("profile_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    profile_id: str = Field(foreign_key="profile.id", index=True, max_length=64)
    version: int = Field(ge=1)
    kind: ProfileKind = Field(sa_type=choice(ProfileKind))
    title: str = Field(max_length=300)
    text: str
    language: Language = Field(sa_type=choice(Language))
    masked: list[str] = Field(default_factory=list, sa_type=JSON)
    certificates: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    created: datetime = Field(sa_type=Moment)


class Passage(SQLModel, table=True):
    """A piece of a profile version with its vector, as one reader read it; kept, so that replay never encodes.

    `vector` is little-endian int16 (see `scoring`). Sentence 0 is the title.
    """

    __table_args__ = (UniqueConstraint("reader", "version_id", "grain", "ordinal"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="profileversion.id", index=True)
    reader: str = Field(max_length=64)
    grain: Grain = Field(sa_type=choice(Grain))
    ordinal: int = Field(ge=0)
    text: str
    vector: bytes


class VersionReading(SQLModel, table=True):
    """That a reader has read a version: the salted digest of all its passages (`digest`), as rolls name it."""

    __tablename__ = "version_reading"

    version_id: int = Field(foreign_key="profileversion.id", primary_key=True)
    reader: str = Field(primary_key=True, max_length=64)
    salt: bytes
    digest: str = Field(max_length=64)
