"""The needs database as open data gives it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from matcha.api.shapes.common import Shape
from matcha.process import State
from matcha.records.need import Purpose
from matcha.values import Language


class OpenNeedShape(Shape):
    """A need as everybody may read it; also the columns of the CSV file.

    Written out, for others build on it: a field that goes, or comes to mean something else, makes a new `version`.
    """

    uri: str = Field(description="Its stable URI, and the address of its page.")
    id: str
    title: str
    text: str
    language: Language
    quantity_number: float | None
    quantity_unit: str | None
    quantity_population: str | None
    quantity_period: str | None
    source: str | None
    preconditions: str | None
    patient_perspective: str | None
    care_setting: str | None
    goal: str | None
    aspects: list[str]
    purpose: Purpose
    state: State
    locked: bool = Field(description="A procurement is under way: no matching, invitations or meetings (R11).")
    masked: dict[str, str] = Field(description="Secret fields, which are empty, with the reason of each.")
    leaf_index: int | None = Field(description="The log's entry of what the need says now.")
    created: datetime
    changed: datetime
    published: datetime


class OpenNeedsShape(Shape):
    """All needs that are public."""

    version: int = Field(description="The version of the columns, from 1.")
    license: str = Field(description="The licence, by its URI: CC0 1.0.")
    publisher: str = Field(description="Who publishes it.")
    catalogue: str = Field(description="The address of the catalogue (DCAT-AP-SE) that tells of it.")
    issued: datetime | None = Field(description="When the first of these needs was published; null if there is none.")
    modified: datetime | None = Field(description="The newest change of any of these needs; null if there is none.")
    needs: list[OpenNeedShape] = Field(description="The needs, by id.")
