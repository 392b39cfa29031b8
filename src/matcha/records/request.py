"""What people ask of those who run matcha: to erase, to mend what is not accessible, to tell what is known of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from sqlmodel import Field, SQLModel

from matcha.records.fields import Form, Moment, OptionalAddress, OptionalLine, choice, readable

Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(readable)
]


class RequestKind(StrEnum):
    """What a request is about: erasure (GDPR article 17), accessibility, or privacy (GDPR articles 15, 16, 18, 21)."""

    ERASURE = "erasure"
    ACCESSIBILITY = "accessibility"
    PRIVACY = "privacy"


class RequestForm(Form):
    """What somebody asks of those who run matcha; `page` is where, `email` where to answer, if they want that."""

    kind: RequestKind
    text: Words
    page: OptionalLine = None
    email: OptionalAddress = None


class SettlementForm(Form):
    """What was done about a request. It is kept, so it names nobody."""

    outcome: Words


class Request(SQLModel, table=True):
    """Something that was asked, and what was done about it.

    It is personal and about no matching, so it is never logged; when it is settled, `text`, `page` and `email` go.
    """

    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    kind: RequestKind = Field(sa_type=choice(RequestKind))
    text: str | None = None
    page: str | None = Field(default=None, max_length=300)
    email: str | None = Field(default=None, max_length=254)
    account_id: str | None = Field(default=None, max_length=64, index=True)
    actor_id: str | None = Field(default=None, max_length=64)
    made: datetime = Field(sa_type=Moment)
    done: datetime | None = Field(default=None, sa_type=Moment)
    outcome: str | None = None
