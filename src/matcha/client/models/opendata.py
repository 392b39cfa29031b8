"""What the API takes and gives: opendata. Written by tools.generate_client; change nothing here."""

from __future__ import annotations

from datetime import datetime

from matcha.client.models.common import Language, Purpose, State
from matcha.client.replies import Shape


class OpenNeed(Shape):
    """A need as everybody may read it; also the columns of the CSV file.

    Written out, for others build on it: a field that goes, or comes to mean something else, makes a new `version`.
    """

    uri: str
    """Its stable URI, and the address of its page."""
    id: str
    """The id."""
    title: str
    """The title."""
    text: str
    """In words."""
    language: Language
    """The language."""
    quantity_number: float | None
    """How large the need is, in the unit; null if it is not quantified."""
    quantity_unit: str | None
    """What the number counts, such as infections."""
    quantity_population: str | None
    """Whom the number is about."""
    quantity_period: str | None
    """The period that the number is for, such as a year."""
    source: str | None
    """Where it comes from."""
    preconditions: str | None
    """What a solution must abide by."""
    patient_perspective: str | None
    """What it means to patients."""
    care_setting: str | None
    """Where in care the need is, such as primary care."""
    goal: str | None
    """What is to be achieved."""
    aspects: list[str]
    """Two to six parts of the challenge, or none."""
    purpose: Purpose
    """What it is for (R6): preparing a procurement, or informing the market."""
    state: State
    """Where it stands."""
    locked: bool
    """A procurement is under way: no matching, invitations or meetings (R11)."""
    masked: dict[str, str]
    """Secret fields, which are empty, with the reason of each."""
    leaf_index: int | None
    """The log's entry of what the need says now."""
    created: datetime
    """When it was made."""
    changed: datetime
    """When it was last changed; or what has changed."""
    published: datetime
    """When it was published."""


class OpenNeeds(Shape):
    """All needs that are public."""

    version: int
    """The version of the columns, from 1."""
    license: str
    """The licence, by its URI: CC0 1.0."""
    publisher: str
    """Who publishes it."""
    catalogue: str
    """The address of the catalogue (DCAT-AP-SE) that tells of it."""
    issued: datetime | None
    """When the first of these needs was published; null if there is none."""
    modified: datetime | None
    """The newest change of any of these needs; null if there is none."""
    needs: list[OpenNeed]
    """The needs, by id."""
